"""Addresses of group overviews and what is to be done."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
