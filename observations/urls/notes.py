"""Addresses of notes and sensitive remarks."""

from django.urls import path

from observations.views import note, notes, offline, sensitive, timeline

urlpatterns = [
    path("notities/", timeline.notes, name="notes"),
    path("notities/nieuw/", notes.note_new, name="note_new"),
    path("notities/sleutel/", offline.key, name="note_key"),
    path("notities/later/", offline.late, name="note_late"),
    path("notities/<uuid:pk>/", note.note, name="note"),
    path("notities/<uuid:pk>/wijzigen/", note.note_change, name="note_change"),
    path("notities/<uuid:pk>/aanvullen/", note.note_add, name="note_add"),
    path("notities/<uuid:pk>/verwijderen/", note.note_delete, name="note_delete"),
    path("notities/<uuid:pk>/hoort-bij/", note.note_tag, name="note_tag"),
    path("kinderen/<uuid:pk>/notities/", timeline.child_notes, name="child_notes"),
    path("groepen/<uuid:pk>/notities/", timeline.group_notes, name="group_notes"),
    path("sw.js", offline.worker, name="offline_worker"),
    path("kijk.webmanifest", offline.manifest, name="manifest"),
    path("zonder-verbinding/", offline.offline_page, name="offline_page"),
    path("beheer/notities-zonder-verbinding/", offline.settings, name="offline_settings"),
    path("kinderen/<uuid:pk>/bijzonder/", sensitive.remarks, name="sensitive"),
    path("kinderen/<uuid:pk>/bijzonder/nieuw/", sensitive.remark_new, name="sensitive_new"),
    path(
        "kinderen/<uuid:pk>/bijzonder/<uuid:remark_id>/intrekken/",
        sensitive.remark_withdraw,
        name="sensitive_withdraw",
    ),
    path("beheer/bijzondere-opmerkingen/", sensitive.settings, name="sensitive_settings"),
]
