"""Why something closed is opened again: what somebody writes down, of a registration as of a measurement (REG-6, BSO-1.3)."""

from django.utils.translation import gettext as _

MAX_REASON = 1000


def fault_of(reason: str, *, missing: str) -> str:
    """Return what is wrong with a reason, in words; ``missing`` is said where there is none, "" where it is right."""
    if not reason:
        return missing
    if len(reason) > MAX_REASON:
        return _("De reden is te lang: maximaal %(most)s tekens.") % {"most": MAX_REASON}
    return ""
