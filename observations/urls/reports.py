"""Addresses of reports."""

from django.urls import path

from observations.views import report_files, reports

urlpatterns = [
    path("kinderen/<uuid:pk>/verslagen/", reports.child_reports, name="child_reports"),
    path("registraties/<uuid:pk>/verslag-ouders/", reports.parents_report_form, name="parents_report"),
    path("registraties/<uuid:pk>/verslag-ouders/voorbeeld/", reports.parents_report_shown, name="parents_report_shown"),
    path("registraties/<uuid:pk>/verslag-ouders/gesprek/", reports.parents_words, name="parents_words"),
    path("registraties/<uuid:pk>/verslag-ouders/pdf/", report_files.parents_file, name="parents_report_pdf"),
    path("registraties/<uuid:pk>/verslag-begeleiding/pdf/", report_files.support_file, name="support_report_pdf"),
    path("registraties/<uuid:pk>/verslag-overdracht/", reports.transfer_report_form, name="transfer_report"),
    path("registraties/<uuid:pk>/verslag-overdracht/pdf/", report_files.transfer_file, name="transfer_report_pdf"),
    path("groepen/<uuid:pk>/verslagen/", reports.group_reports, name="group_reports"),
    path("groepen/<uuid:pk>/verslagen/pdf/", report_files.group_file, name="group_report_pdf"),
]
