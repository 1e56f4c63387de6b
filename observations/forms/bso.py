"""What is posted from the screens of out-of-school care, read as what it must be (BSO-1).

The forms of a measurement are as long as the instrument, so they are read field by field and not declared.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kijk.tenancy.ids import uuid7
from kijk.web.day_field import day_field
from observations.domain.bso.follow_ups import MAX_TEXT as MAX_FOLLOW_UP
from observations.domain.bso.reading import ANSWER_VALUES
from observations.domain.registering.answering import Seen
from observations.forms.texts import without_nul
from observations.models import BsoSettings

_ANSWER, _POINT, _SEEN = "m-", "s-", "was-"


class SelfReportAgeForm(forms.Form):
    """From how many years a child fills in its own view."""

    years = forms.TypedChoiceField(
        label=_("Vanaf welke leeftijd vult een kind zelf in?"),
        choices=[(n, _("%(years)s jaar") % {"years": n}) for n in range(BsoSettings.YOUNGEST, BsoSettings.OLDEST + 1)],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice", "invalid"), _("Kies een leeftijd uit de lijst.")),
    )


class FollowUpForm(forms.Form):
    """What is going to be done after a measurement, by whom and by when."""

    text = forms.CharField(
        label=_("Wat gaat u doen?"),
        help_text=_("Bijvoorbeeld: elke dinsdag een kort spel met een vast maatje."),
        max_length=MAX_FOLLOW_UP,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Schrijf op wat u gaat doen.")},
    )
    responsible = forms.ChoiceField(
        label=_("Wie doet het?"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Kies iemand uit de lijst.")),
    )
    due_on = day_field(_("Wanneer moet het gedaan zijn?"))
    entry_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)

    def __init__(self, *args: Any, people: Iterable[tuple[UUID, str]], **kwargs: Any) -> None:
        """Take who can be chosen, in their order."""
        super().__init__(*args, **kwargs)
        choices = [("", gettext("Kies een collega")), *((str(pk), name) for pk, name in people)]
        self.fields["responsible"].choices = choices  # type: ignore[attr-defined] # a ChoiceField

    def clean_text(self) -> str:
        """Refuse what the database cannot keep."""
        return without_nul(self.cleaned_data["text"])


class UnknownAnswer(ValueError):
    """A field or a value that no page of ours offers."""


def answers_in(post: Mapping[str, str]) -> dict[UUID, int | None]:
    """Return the answers that were chosen, by statement; a statement without an answer is left out.

    Raises UnknownAnswer.
    """
    chosen = {name: post[name] for name in post if name.startswith(_ANSWER) and post[name]}
    if any(value not in ANSWER_VALUES for value in chosen.values()):
        raise UnknownAnswer
    return {_uuid(name.removeprefix(_ANSWER)): ANSWER_VALUES[value] for name, value in chosen.items()}


def points_in(post: Mapping[str, str]) -> dict[str, int]:
    """Return the doubled points that were chosen, by what stands after ``s-``; raises UnknownAnswer."""
    chosen = {name: post[name] for name in post if name.startswith(_POINT) and post[name]}
    return {name.removeprefix(_POINT): _whole(value) for name, value in chosen.items()}


def row_and_scale(key: str) -> tuple[UUID, UUID]:
    """Return the measurement and the scale of a field of the group's form; raises UnknownAnswer."""
    row, _dot, scale = key.partition(".")
    return _uuid(row), _uuid(scale)


@dataclass(frozen=True, repr=False)
class Given:
    """What the sender of a measurement's form chose: answers by statement, doubled points by scale."""

    answers: Mapping[UUID, int | None] = field(default_factory=dict)
    points: Mapping[UUID, int] = field(default_factory=dict)


def given_in(fields: Mapping[str, str]) -> Given:
    """Return what was chosen and not only sent along; nothing of a form with a field that no page of ours offers."""
    try:
        answers = {
            key: value
            for key, value in answers_in(fields).items()
            if seen_answer(fields, key) != Seen(-1 if value is None else value)
        }
        points = {
            _uuid(key): value for key, value in points_in(fields).items() if seen_point(fields, key) != Seen(value)
        }
    except UnknownAnswer:
        return Given()
    return Given(answers, points)


def seen_answer(post: Mapping[str, str], milestone_id: UUID) -> Seen | None:
    """Return what its sender saw of a statement (-1: "weet ik niet"); None where the form does not say so."""
    code = post.get(f"{_SEEN}{milestone_id}")
    if code is None:
        return None
    if code and code not in ANSWER_VALUES:
        raise UnknownAnswer
    value = ANSWER_VALUES[code] if code else None
    return Seen(None if not code else -1 if value is None else value)


def seen_point(post: Mapping[str, str], key: object) -> Seen | None:
    """Return which point its sender saw; None where the form does not say so. Raises UnknownAnswer."""
    points = post.get(f"{_SEEN}{key}")
    if points is None:
        return None
    return Seen(_whole(points) if points else None)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise UnknownAnswer from error


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 3):
        raise UnknownAnswer
    return int(text)
