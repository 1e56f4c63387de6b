"""Addresses of observations."""

from django.urls import path

from observations.views import children, group_staff, notes, registrations, sensitive

app_name = "observations"

urlpatterns = [
    path("kinderen/", children.children, name="children"),
    path("kinderen/<uuid:pk>/", children.child, name="child"),
    path("kinderen/<uuid:pk>/registreren/", registrations.start, name="registration_start"),
    path("kinderen/<uuid:pk>/bijzonder/", sensitive.remarks, name="sensitive"),
    path("kinderen/<uuid:pk>/bijzonder/nieuw/", sensitive.remark_new, name="sensitive_new"),
    path(
        "kinderen/<uuid:pk>/bijzonder/<uuid:remark_id>/intrekken/",
        sensitive.remark_withdraw,
        name="sensitive_withdraw",
    ),
    path("beheer/bijzondere-opmerkingen/", sensitive.settings, name="sensitive_settings"),
    path("groepen/", group_staff.groups, name="groups"),
    path("groepen/<uuid:pk>/collegas/", group_staff.group_staff, name="group_staff"),
    path("groepen/<uuid:pk>/collegas/<uuid:staff_id>/", group_staff.group_staff_change, name="group_staff_change"),
    path("notities/nieuw/", notes.note_new, name="note_new"),
    path("registraties/<uuid:pk>/", registrations.registration, name="registration"),
    path("registraties/<uuid:pk>/lijn/<slug:code>/", registrations.line, name="registration_line"),
    path("registraties/<uuid:pk>/kenmerken/", registrations.scales, name="registration_scales"),
    path("registraties/<uuid:pk>/antwoord/", registrations.answer, name="answer"),
    path("registraties/<uuid:pk>/afsluiten/", registrations.close, name="registration_close"),
    path("registraties/<uuid:pk>/heropenen/", registrations.reopen, name="registration_reopen"),
]
