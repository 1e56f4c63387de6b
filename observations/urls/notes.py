"""Addresses of notes and sensitive remarks."""

from django.urls import path

from observations.views import notes, sensitive

urlpatterns = [
    path("notities/nieuw/", notes.note_new, name="note_new"),
    path("kinderen/<uuid:pk>/bijzonder/", sensitive.remarks, name="sensitive"),
    path("kinderen/<uuid:pk>/bijzonder/nieuw/", sensitive.remark_new, name="sensitive_new"),
    path(
        "kinderen/<uuid:pk>/bijzonder/<uuid:remark_id>/intrekken/",
        sensitive.remark_withdraw,
        name="sensitive_withdraw",
    ),
    path("beheer/bijzondere-opmerkingen/", sensitive.settings, name="sensitive_settings"),
]
