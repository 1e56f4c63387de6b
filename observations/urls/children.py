"""Addresses of children and groups."""

from django.urls import path

from observations.views import children, group_staff, groups, placements

urlpatterns = [
    path("kinderen/", children.children, name="children"),
    path("kinderen/nieuw/", children.child_new, name="child_new"),
    path("kinderen/<uuid:pk>/", children.child, name="child"),
    path("kinderen/<uuid:pk>/wijzigen/", children.child_change, name="child_change"),
    path("kinderen/<uuid:pk>/verplaatsen/", placements.child_move, name="child_move"),
    path("kinderen/<uuid:pk>/te-gast/", placements.visit_new, name="visit_new"),
    path("kinderen/<uuid:pk>/plaatsing/<uuid:placement_id>/", placements.placement_change, name="placement_change"),
    path("groepen/", groups.groups, name="groups"),
    path("groepen/nieuw/", groups.group_new, name="group_new"),
    path("groepen/<uuid:pk>/wijzigen/", groups.group_change, name="group_change"),
    path("groepen/<uuid:pk>/collegas/", group_staff.group_staff, name="group_staff"),
    path("groepen/<uuid:pk>/collegas/<uuid:staff_id>/", group_staff.group_staff_change, name="group_staff_change"),
]
