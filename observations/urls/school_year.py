"""Addresses of the move to a new school year."""

from django.urls import path

from observations.views import school_year, school_year_step

urlpatterns = [
    path("beheer/schooljaar/", school_year.school_year, name="school_year"),
    path("beheer/schooljaar/groepen/<uuid:pk>/", school_year_step.school_year_step, name="school_year_step"),
]
