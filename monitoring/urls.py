"""Addresses of monitoring."""

from django.urls import path

from monitoring.views.cross_section import export_cross_section, show_cross_section

app_name = "monitoring"

urlpatterns = [
    path("dwarsdoorsnede/", show_cross_section, name="cross_section"),
    path("dwarsdoorsnede.pdf", export_cross_section, name="cross_section_pdf"),
]
