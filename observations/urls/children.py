"""Addresses of children and groups."""

from django.urls import path

from observations.views import children, group_staff

urlpatterns = [
    path("kinderen/", children.children, name="children"),
    path("kinderen/<uuid:pk>/", children.child, name="child"),
    path("groepen/", group_staff.groups, name="groups"),
    path("groepen/<uuid:pk>/collegas/", group_staff.group_staff, name="group_staff"),
    path("groepen/<uuid:pk>/collegas/<uuid:staff_id>/", group_staff.group_staff_change, name="group_staff_change"),
]
