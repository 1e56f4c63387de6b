"""How an organisation set the rules: reading them, and changing them outside a registration period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from observations.domain.periods.pinning import is_inside_open_period
from observations.domain.signals.rules import RULES, Audience, RuleChoice, SignalRule, codes_of, defaults_of, rule_of
from observations.models import SignalRuleSetting


class RuleRefused(Exception):
    """A rule cannot be set this way; the message says why, in the reader's language."""


@dataclass(frozen=True)
class RuleChoices:
    """All rules as they stand in the organisation, by code."""

    by_code: Mapping[str, RuleChoice]

    def is_on(self, rule: str) -> bool:
        """Say whether a rule gives signals."""
        return self.by_code[rule].is_on

    def value(self, rule: str, threshold: str) -> int:
        """Return a threshold of a rule, also of one that is off."""
        return self.by_code[rule].values[threshold]

    def with_audience(self, audience: str) -> list[str]:
        """Return the rules whose signals are for an audience; one that was replaced goes with what replaced it."""
        chosen = [code for code, choice in self.by_code.items() if choice.audience == audience]
        return [each for code in chosen for each in codes_of(code)]


def chosen_rules() -> RuleChoices:
    """Return all rules as the organisation in scope set them; one query.

    A number outside the limits of today's rule, or of a threshold that is gone, gives way to the default.
    """
    rows = {row.rule: row for row in SignalRuleSetting.objects.all()}
    return RuleChoices({code: _choice(rule, rows.get(code)) for code, rule in RULES.items()})


def set_rule(
    *, rule: str, is_on: bool, audience: str, thresholds: Mapping[str, int], by: User, now: datetime
) -> RuleChoice:
    """Set a rule for the organisation. It holds from the next registration or night on; signals that are there stay.

    Raises RuleRefused inside a registration period, for a rule that is always on, and for a number outside its limits.
    """
    known = rule_of(rule)
    if is_inside_open_period(timezone.localdate(now)):
        raise RuleRefused(
            _(
                "Er loopt nu een registratieperiode. Dan veranderen de regels niet, zodat voor alle kinderen hetzelfde geldt."
            )
        )
    if not is_on and not known.may_switch_off:
        raise RuleRefused(_("Dit signaal kan niet uit: niemand mag het missen."))
    if audience not in Audience.values:
        raise RuleRefused(_("Kies wie dit signaal ziet."))
    values = _checked(known, thresholds)
    _check_order(known, values)
    SignalRuleSetting.objects.bulk_create(
        [
            SignalRuleSetting(
                rule=rule, is_on=is_on, audience=audience, thresholds=values, changed_at=now, changed_by=by
            )
        ],
        update_conflicts=True,
        unique_fields=["organisation", "rule"],
        update_fields=["is_on", "audience", "thresholds", "changed_at", "changed_by"],
    )
    record("signal_rule.changed", data={"rule": rule, "is_on": is_on, "audience": audience, **values})
    return RuleChoice(known, is_on, audience, values)


def _choice(rule: SignalRule, row: SignalRuleSetting | None) -> RuleChoice:
    values = defaults_of(rule)
    if row is None:
        return RuleChoice(rule, True, rule.audience, values)
    for threshold in rule.thresholds:
        value = row.thresholds.get(threshold.code)
        if isinstance(value, int) and threshold.low <= value <= threshold.high:
            values[threshold.code] = value
    return RuleChoice(rule, row.is_on or not rule.may_switch_off, row.audience, values)


def _checked(rule: SignalRule, thresholds: Mapping[str, int]) -> dict[str, int]:
    values = defaults_of(rule) | {code: value for code, value in thresholds.items() if code in defaults_of(rule)}
    for threshold in rule.thresholds:
        if not threshold.low <= values[threshold.code] <= threshold.high:
            raise RuleRefused(
                _("Kies een getal van %(low)s tot en met %(high)s.") % {"low": threshold.low, "high": threshold.high}
            )
    return values


def _check_order(rule: SignalRule, values: Mapping[str, int]) -> None:
    """Raise RuleRefused where concern would begin before attention."""
    if rule.code not in {"line_concern", "line_attention"}:
        return
    months = {code: chosen_rules().value(code, "months") for code in ("line_concern", "line_attention")}
    months[rule.code] = values["months"]
    if months["line_concern"] <= months["line_attention"]:
        raise RuleRefused(_("“Zorg” moet bij meer maanden beginnen dan “Aandacht”."))
