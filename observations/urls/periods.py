"""Addresses of planning registrations."""

from django.urls import path

from observations.views import periods

urlpatterns = [
    path("registraties/planning/", periods.periods, name="periods"),
    path("registraties/planning/voorstel/", periods.proposal, name="period_proposal"),
    path("registraties/planning/nieuw/", periods.new, name="period_new"),
    path("registraties/planning/periode/<uuid:pk>/", periods.change, name="period"),
    path("registraties/planning/leeftijd/", periods.planned_age_new, name="planned_age_new"),
    path("registraties/planning/leeftijd/<uuid:pk>/", periods.planned_age, name="planned_age"),
    path("registraties/planning/extra/", periods.extra_new, name="extra_new"),
    path("registraties/planning/extra/<uuid:pk>/", periods.extra, name="extra"),
]
