"""What a refusal says of something that is switched off: no role has it then, so that naming a role would be untrue."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Right
from licensing.modules import Module

# The pages where an organisation decides for itself; the other modules come with its licence.
_SWITCHES = {
    Module.SENSITIVE_REMARKS: "observations:sensitive_settings",
    Module.OFFLINE_NOTES: "observations:offline_settings",
}


@dataclass(frozen=True)
class SwitchedOff:
    """A module that is off, and the address where the user can switch it on; "" for who may not, or cannot here."""

    name: str
    address: str


def switched_off(request: HttpRequest, right: Right) -> SwitchedOff | None:
    """Return what is switched off where a right is missing for that reason, else None (LIC-3).

    For ``settings.SWITCHED_OFF``. Asks nothing of the database: what is on was read with the user's roles.
    """
    user = request.user
    if not isinstance(user, User) or right.module is None or right.module.value in user.access.modules:
        return None
    may = right.module in _SWITCHES and user.may(Right.MODULE_DECIDE)
    return SwitchedOff(str(right.module.label), reverse(_SWITCHES[right.module]) if may else "")
