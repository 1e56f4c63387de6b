"""Addresses of registrations."""

from django.urls import path

from observations.views import line_grid, registrations, scales

urlpatterns = [
    path("kinderen/<uuid:pk>/registreren/", registrations.start, name="registration_start"),
    path("registraties/<uuid:pk>/", registrations.registration, name="registration"),
    path("registraties/<uuid:pk>/lijn/<slug:code>/", registrations.line, name="registration_line"),
    path("registraties/<uuid:pk>/kenmerken/", scales.scales, name="registration_scales"),
    path("registraties/<uuid:pk>/antwoord/", registrations.answer, name="answer"),
    path("registraties/<uuid:pk>/afsluiten/", registrations.close, name="registration_close"),
    path("registraties/<uuid:pk>/heropenen/", registrations.reopen, name="registration_reopen"),
    path("registraties/<uuid:pk>/versies/", registrations.versions, name="registration_versions"),
    path("groepen/<uuid:pk>/registreren/", line_grid.group_registrations, name="group_registrations"),
    path("groepen/<uuid:pk>/registreren/beginnen/", line_grid.group_start, name="group_registrations_start"),
    path("groepen/<uuid:pk>/registreren/afsluiten/", line_grid.group_close, name="group_registrations_close"),
    path("groepen/<uuid:pk>/registreren/lijn/<slug:code>/", line_grid.line_grid, name="line_grid"),
]
