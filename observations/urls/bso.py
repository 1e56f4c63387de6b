"""Addresses of out-of-school care."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
