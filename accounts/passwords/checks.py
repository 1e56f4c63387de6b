"""A system check: the lists of passwords are there and whole."""

from typing import Any

from django.core.checks import CheckMessage, Error

from accounts.passwords.digests import DigestList, UnusableList
from accounts.passwords.offline import larger_list, shipped_list


def check_password_lists(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return an error for the shipped list or the one of KIJK_PASSWORD_LIST when it cannot be used (ACC-3.4)."""
    faults: list[CheckMessage] = []
    for get_list in (shipped_list, larger_list):
        try:
            found: DigestList | None = get_list()
            if found is not None:
                found.verify()
        except UnusableList as error:
            hint = "Leave KIJK_PASSWORD_LIST empty or name a list made by build_password_list (docs/passwords.md)."
            faults.append(Error(str(error), hint=hint, id="accounts.E001"))
    return faults
