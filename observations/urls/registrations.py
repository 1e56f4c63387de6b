"""Addresses of registrations."""

from django.urls import path

from observations.views import registrations

urlpatterns = [
    path("kinderen/<uuid:pk>/registreren/", registrations.start, name="registration_start"),
    path("registraties/<uuid:pk>/", registrations.registration, name="registration"),
    path("registraties/<uuid:pk>/lijn/<slug:code>/", registrations.line, name="registration_line"),
    path("registraties/<uuid:pk>/kenmerken/", registrations.scales, name="registration_scales"),
    path("registraties/<uuid:pk>/antwoord/", registrations.answer, name="answer"),
    path("registraties/<uuid:pk>/afsluiten/", registrations.close, name="registration_close"),
    path("registraties/<uuid:pk>/heropenen/", registrations.reopen, name="registration_reopen"),
]
