"""A signal in words: one short line for lists. No percentile, no comparison with other children."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kijk.web.dutch import format_date, format_difference

Facts = Mapping[str, Any]


def summary_of(rule: str, facts: Facts) -> str:
    """Return what a signal comes down to, in a few words; "" where the rule's own name says it all."""
    words = _SUMMARIES.get(rule)
    return words(facts) if words is not None else ""


def lines_named(facts: Facts) -> Sequence[str]:
    """Return the codes of the lines that a signal about a child as a whole is about."""
    found: Sequence[str] = ()
    for name in ("behind", "ahead", "unseen", "unnoted"):
        found = found or facts.get(name, ())
    return found


def points_in_words(points: float) -> str:
    """Return a point on a five-point scale as one writes it: 3 or 3,5."""
    return f"{points:g}".replace(".", ",")


def months_in_words(months: float) -> str:
    """Return a number of months with one decimal where it has one: "1 maand", "2,5 maanden"."""
    rounded = round(months, 1)
    text = f"{rounded:g}".replace(".", ",")
    return ngettext("%(count)s maand", "%(count)s maanden", 1 if rounded == 1 else 2) % {"count": text}


def day_of(fact: str) -> date:
    """Return a day among the facts."""
    return date.fromisoformat(fact)


def _difference(facts: Facts) -> str:
    words = format_difference(facts["difference"])
    return _("minstens %(difference)s") % {"difference": words} if facts.get("at_least") else words


def _several(facts: Facts) -> str:
    behind, language = len(facts["behind"]), len(facts["language"])
    text = ngettext("%(count)d lijn met aandacht of zorg", "%(count)d lijnen met aandacht of zorg", behind)
    text %= {"count": behind}
    if not language:
        return text
    return _("%(lines)s, waarvan %(language)d binnen taal") % {"lines": text, "language": language}


def _ahead(facts: Facts) -> str:
    count = len(facts["ahead"])
    return ngettext("voor op %(count)d lijn", "voor op %(count)d lijnen", count) % {"count": count}


def _stagnation(facts: Facts) -> str:
    return _("%(growth)s groei per half jaar") % {"growth": months_in_words(facts["growth"])}


def _regression(facts: Facts) -> str:
    count = len(facts["lost"])
    return ngettext("%(count)d mijlpaal", "%(count)d mijlpalen", count) % {"count": count}


def _scale(facts: Facts) -> str:
    points = [points_in_words(value) for value in facts["points"]]
    if len(points) == 1:
        return _("nu %(now)s van 5") % {"now": points[0]}
    return _("nu %(now)s van 5, daarvoor %(before)s") % {"now": points[-1], "before": points[-2]}


def _overdue(facts: Facts) -> str:
    return _("had af moeten zijn op %(day)s") % {"day": format_date(day_of(facts["due_until"]))}


def _unseen(facts: Facts) -> str:
    count = len(facts["unseen"])
    return ngettext("te weinig gezien op %(count)d lijn", "te weinig gezien op %(count)d lijnen", count) % {
        "count": count
    }


def _unnoted(facts: Facts) -> str:
    count = len(facts["unnoted"])
    lines = ngettext("%(count)d lijn", "%(count)d lijnen", count) % {"count": count}
    return _("%(weeks)d weken niets over %(lines)s") % {"weeks": facts["weeks"], "lines": lines}


_SUMMARIES: Mapping[str, Callable[[Facts], str]] = {
    "several_lines": _several,
    "low_well_being": _scale,
    "low_involvement": _scale,
    "line_concern": _difference,
    "line_attention": _difference,
    "several_ahead": _ahead,
    "line_ahead": _difference,
    "stagnation": _stagnation,
    "regression": _regression,
    "registration_overdue": _overdue,
    "too_little_seen": _unseen,
    "not_noted": _unnoted,
}
