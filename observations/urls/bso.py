"""Addresses of out-of-school care."""

from django.urls import URLPattern, path

from observations.views import bso, bso_follow_ups, bso_reports, bso_versions, self_report

urlpatterns: list[URLPattern] = [
    path("groepen/<uuid:pk>/bso/", bso.group, name="bso_group"),
    path("groepen/<uuid:pk>/bso/bewaren/", bso.group_save, name="bso_group_save"),
    path("groepen/<uuid:pk>/bso/beginnen/", bso.group_start, name="bso_group_start"),
    path("groepen/<uuid:pk>/bso/verslag/pdf/", bso_reports.group_file, name="bso_group_report_pdf"),
    path("groepen/<uuid:pk>/bso/verslagen/", bso_reports.group_reports, name="bso_group_reports"),
    path("kinderen/<uuid:pk>/bso/", bso.start, name="bso_start"),
    path("bso/<uuid:pk>/", bso.registration, name="bso_registration"),
    path("bso/<uuid:pk>/invullen/", bso.fill, name="bso_fill"),
    path("bso/<uuid:pk>/afsluiten/", bso.close, name="bso_close"),
    path("bso/<uuid:pk>/heropenen/", bso_versions.reopen, name="bso_reopen"),
    path("bso/<uuid:pk>/versies/", bso_versions.versions, name="bso_versions"),
    path("bso/<uuid:pk>/verslag/pdf/", bso_reports.child_file, name="bso_report_pdf"),
    path("bso/<uuid:pk>/kind/", self_report.begin, name="bso_self"),
    path("bso/<uuid:pk>/afspraken/nieuw/", bso_follow_ups.new, name="bso_follow_up_new"),
    path("bso/<uuid:pk>/afspraken/<uuid:follow_up_id>/", bso_follow_ups.done, name="bso_follow_up_done"),
    path("bso/instellingen/", self_report.settings, name="bso_settings"),
    path("kind/", self_report.child_start, name="kind_start"),
    path("kind/vraag/<int:number>/", self_report.child_statement, name="kind_statement"),
    path("kind/praten/", self_report.child_talk, name="kind_talk"),
    path("kind/klaar/", self_report.child_finish, name="kind_finish"),
    path("kind/einde/", self_report.child_end, name="kind_end"),
    path("kind/<uuid:organisation_id>/<slug:code>/", self_report.child_code, name="kind_code"),
]
