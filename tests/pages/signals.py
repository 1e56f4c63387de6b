"""The pages of signals."""

from typing import Any

from django.utils import timezone

from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.signals.raising import raise_signal
from tests.pages.model import STAFF, Page, World


def _signal(world: World) -> dict[str, Any]:
    """A new signal about the child of the world."""
    with tenant_scope(world.organisation_id):
        facts = {"points": [3.5, 2.0], "low": 2, "average": 3}
        signal = raise_signal(child=world.child, rule="low_well_being", facts=facts, now=timezone.now())
    return {"pk": signal.pk}


def _rule(world: World) -> dict[str, Any]:
    return {"code": "line_attention"}


PAGES = [
    Page("observations:signals", STAFF, "signals.listed"),
    Page("observations:signal", STAFF, "signal.viewed", kwargs=_signal),
    Page("observations:signal_discuss", STAFF, "signal.discuss_form", kwargs=_signal, denied_to=Role.COACH),
    Page("observations:signal_close", STAFF, "signal.close_form", kwargs=_signal, denied_to=Role.COACH),
    Page("observations:signal_rules", Role.ADMINISTRATOR, "signal_rules.viewed"),
    # A kind of signal is the same in every organisation.
    Page("observations:signal_rule", Role.ADMINISTRATOR, "signal_rule.form", kwargs=_rule, crosses=True),
]
