"""What a form of a registration says its sender saw, and in which words a colleague's replaced answer is told."""

import re
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from kijk.drafts.offers import FormDraft
from observations.domain.registering.answering import Replaced, Seen
from observations.domain.registering.page import ANSWER_VALUES
from observations.domain.registering.registrations import RegistrationRefused
from observations.models import Answer

_MARK = re.compile("[0-9a-f]{16}")


def seen_answer(request: HttpRequest, milestone_id: UUID) -> Seen | None:
    """Return what its sender saw of a milestone; None where the form does not say so. Raises KeyError."""
    code = request.POST.get(f"was-{milestone_id}")
    if code is None:
        return None
    return Seen(int(ANSWER_VALUES[code]) if code else None)


def seen_point(request: HttpRequest, scale_id: UUID) -> Seen | None:
    """Return the doubled point its sender saw of a scale; None where the form does not say so. Raises ValueError."""
    points = request.POST.get(f"was-{scale_id}")
    if points is None:
        return None
    return Seen(point_of(points) if points else None)


def seen_text(request: HttpRequest) -> str | None:
    """Return the mark of the conclusion its writer began with; raises RegistrationRefused for what is none."""
    mark = request.POST.get("was-conclusion")
    if mark is not None and not _MARK.fullmatch(mark):
        raise RegistrationRefused(_("Deze pagina is verouderd. Laad haar opnieuw."))
    return mark


def point_of(text: str) -> int:
    """Return a doubled point of a scale; raises ValueError for what no scale has."""
    point = int(text)
    if not 2 <= point <= 10:
        raise ValueError(text)
    return point


def plain_text(request: HttpRequest, name: str) -> str:
    """Return a text that was typed, without NUL, which the database cannot keep."""
    return request.POST.get(name, "").replace("\x00", "")


def told_as_answers(draft: FormDraft) -> FormDraft:
    """Return a draft whose offers do not give an answer's code for the beginning of a text."""
    return replace(draft, offers=tuple(replace(offer, excerpt=_("antwoorden")) for offer in draft.offers))


def answer_in_words(replaced: Replaced | None) -> dict[str, Any]:
    """Return what a script is told of a colleague's answer that was replaced; nothing when there was none."""
    if replaced is None:
        return {}
    value = Answer.Value(replaced.value)
    return {"replaced": {"by": replaced.author, "value": value.name.lower(), "label": str(value.label)}}


def point_in_words(replaced: Replaced | None) -> dict[str, Any]:
    """Return the same of a colleague's point on a scale."""
    if replaced is None:
        return {}
    whole, half = divmod(replaced.value, 2)
    return {
        "replaced": {"by": replaced.author, "value": str(replaced.value), "label": f"{whole},5" if half else str(whole)}
    }
