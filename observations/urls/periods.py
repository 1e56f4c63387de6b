"""Addresses of planning registration periods."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
