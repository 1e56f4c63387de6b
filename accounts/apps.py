"""Accounts as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, roles and signing in."""

    name = "accounts"
