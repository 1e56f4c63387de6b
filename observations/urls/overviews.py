"""Addresses of group overviews and of what is to be done."""

from django.urls import path

from observations.views import overviews

urlpatterns = [
    path("groepen/<uuid:pk>/", overviews.group, name="group"),
    path("groepen/<uuid:pk>/overzicht.pdf", overviews.group_pdf, name="group_pdf"),
    path("te-doen/", overviews.to_do, name="to_do"),
]
