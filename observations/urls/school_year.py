"""Addresses of the move to a new school year."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
