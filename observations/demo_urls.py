"""The accounts of the demonstration. Included outside production only."""

from django.urls import path

from observations.views.demo_accounts import demo_accounts

urlpatterns = [path("", demo_accounts, name="demo_accounts")]
