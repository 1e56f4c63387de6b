"""Addresses of privacy."""

from django.urls import path

from privacy import views

app_name = "privacy"

urlpatterns = [
    path("bijsluiter/", views.leaflet, name="leaflet"),
    path("bijsluiter.pdf", views.leaflet_pdf, name="leaflet_pdf"),
    path("verwerkingsregister/", views.processing_register, name="processing_register"),
    path("verwerkingsregister.pdf", views.processing_register_pdf, name="processing_register_pdf"),
]
