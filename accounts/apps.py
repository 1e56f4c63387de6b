"""Accounts as a Django app."""

from django.apps import AppConfig
from django.core.checks import register


class AccountsConfig(AppConfig):
    """Users, roles and signing in."""

    name = "accounts"

    def ready(self) -> None:
        """Declare the mails about accounts, and have the lists of passwords checked with every start."""
        from accounts.mails import declare_mails
        from accounts.passwords.checks import check_password_lists

        declare_mails()
        register(check_password_lists)
