"""Template tags of the house: Dutch ways of writing, block tags for components with contents, and charts."""

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kijk.web import dutch
from kijk.web.outcomes import MILESTONE_CHOICES, Choice, outcome_for

register = template.Library()

_BADGE = (
    '<span class="outcome outcome--{code}"><span class="sign sign--{code}" aria-hidden="true"></span>'
    "<span>{words}</span>{detail}</span>"
)
_COMPACT_BADGE = (
    '<span class="outcome outcome--{code} outcome--compact" title="{words}">'
    '<span class="sign sign--{code}" aria-hidden="true"></span>'
    '<span class="visually-hidden">{words}</span>{detail}</span>'
)


@register.filter
def dutch_date(value: date | datetime) -> str:
    """Write a date in full: {{ note.observed_on|dutch_date }} gives "3 november 2026"."""
    return dutch.format_date(value)


@register.filter
def dutch_month(value: date) -> str:
    """Write the month of a date: "november 2026"."""
    return dutch.format_month(value)


@register.filter
def dutch_moment(value: datetime) -> str:
    """Write a date and time: "3 november 2026, 14:05"."""
    return dutch.format_moment(value)


@register.filter
def age(months: float | Fraction) -> str:
    """Write an age in months the short way: {{ 38|age }} gives "3;2"."""
    return dutch.format_age(months)


@register.filter
def age_in_words(months: float | Fraction) -> str:
    """Write an age in months in words: {{ 38|age_in_words }} gives "3 jaar en 2 maanden"."""
    return dutch.format_age_in_words(months)


@register.filter
def difference_in_words(months: float | Fraction) -> str:
    """Write a difference with the age in words: {{ -4|difference_in_words }} gives "4 maanden achter"."""
    return dutch.format_difference(months)


@register.filter
def percentage(share: float | Fraction) -> str:
    """Write a number between 0 and 1 as a percentage: {{ 0.647|percentage }} gives "65%"."""
    return dutch.format_percentage(share)


@register.filter
def share_of(part: float, whole: float) -> str:
    """Write a part of a whole as a percentage: {{ 11|share_of:17 }} gives "65%", of nothing "–"."""
    return dutch.format_share(part, whole)


@register.simple_tag
def outcome_badge(
    outcome: str | None, *, difference: float | Fraction | None = None, compact: bool = False
) -> SafeString:
    """Show an outcome with its colour, sign and words, never red: {% outcome_badge line.outcome difference=-7 %}.

    ``difference`` in months follows in words; ``compact`` shows the sign only, with the words for a screen reader and
    as a tooltip. Written here and not as a template: a child's page has fifty. Raises ValueError when unknown.
    """
    shown = outcome_for(outcome)
    code, detail = shown.code or "not_registered", ""
    if difference is not None:
        detail = format_html(' <span class="outcome__detail">{}</span>', dutch.format_difference(difference))
    template = _COMPACT_BADGE if compact else _BADGE
    return format_html(template, code=code, words=shown.label, detail=detail)


@register.simple_tag
def milestone_choices() -> tuple[Choice, ...]:
    """Return the four answers to a milestone: {% milestone_choices as choices %}."""
    return MILESTONE_CHOICES


@register.simple_block_tag
def panel(content: SafeString, *, title: str = "", panel_id: str = "") -> SafeString:
    """Put contents in a card: {% panel title=_("Signalen") %}…{% endpanel %}."""
    return _component("panel", content, title=title, panel_id=panel_id)


@register.simple_block_tag
def scrolling(content: SafeString, *, label: str) -> SafeString:
    """Let a wide table scroll in a region that the keyboard reaches: {% scrolling label=… %}<table>…{% endscrolling %}."""
    return _component("scrolling", content, label=label)


@register.simple_block_tag
def fold(content: SafeString, *, summary: str, open: bool = False) -> SafeString:  # noqa: A002 - HTML's own word
    """Hide contents until asked for: {% fold summary=_("Voorbeeld") %}…{% endfold %}."""
    return _component("disclosure", content, summary=summary, open=open)


@register.simple_block_tag(takes_context=True)
def question(
    context: Context,
    content: SafeString,
    *,
    identifier: str,
    title: str,
    action: str,
    confirm_label: str,
    kind: str = "primary",
    name: str = "",
    value: str = "",
) -> SafeString:
    """Make a dialog that asks before a POST: {% question identifier="sluit" title=… action=url confirm_label=… %}…{% endquestion %}.

    A button opens it (components/button.html with opens="sluit" type="button"). Fields of a form may stand inside.
    """
    return _component(
        "dialog",
        content,
        identifier=identifier,
        title=title,
        action=action,
        confirm_label=confirm_label,
        kind=kind,
        name=name,
        value=value,
        csrf_token=context.get("csrf_token", ""),
    )


def _component(component: str, content: SafeString, **values: Any) -> SafeString:
    variables: Mapping[str, Any] = {"content": content, **values}
    return render_to_string(f"components/{component}.html", dict(variables))
