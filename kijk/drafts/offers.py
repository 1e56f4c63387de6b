"""What a page with a form needs of drafts: the key of its own, and the texts to offer back (ACC-6.3).

A view calls ``form_draft``; its template includes components/draft_offer.html above the form and components/draft.html
inside it. After saving, the view calls ``discard_posted``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.text import Truncator

from kijk.drafts.domain import KEY_FIELD, SavedDraft, draft_for, drafts_of_form, is_key
from kijk.tenancy.ids import uuid7

RESUME = "concept"
# More would push the form off the screen; the next ones are offered when these are dealt with.
_MOST_OFFERS = 3
_EXCERPT = 80


@dataclass(frozen=True, repr=False)
class DraftOffer:
    """A text to go on with: its beginning, when it was last typed at, and the address that fills the form with it."""

    key: str
    excerpt: str
    updated_at: datetime
    resume_url: str


@dataclass(frozen=True, repr=False)
class FormDraft:
    """The draft of a form on a page. ``resumed`` holds the fields to fill the form with, None when it starts anew."""

    key: str
    path: str
    offers: tuple[DraftOffer, ...] = ()
    resumed: SavedDraft | None = None

    @property
    def row(self) -> UUID:
        """The row of the key: for a form that makes something new, the id of this one writing."""
        return UUID(self.key.partition(":")[2])

    def text(self, name: str, otherwise: str = "") -> str:
        """Return a field's value of the draft that is gone on with, or ``otherwise``."""
        return otherwise if self.resumed is None else self.resumed.text(name)


def form_draft(request: HttpRequest, *, form: str, row: UUID | None = None, shown: Mapping[str, str]) -> FormDraft:
    """Return the draft of the form ``form`` on the page of this request.

    A form about a ``row`` has one draft. One that makes something new has a draft for each writing, so that a second
    note does not replace the first: all of them are offered. ``shown`` gives the texts the form shows by itself, by
    field: a draft is offered when one of these is filled in and differs. Nothing is offered beside a form that came
    back with mistakes.
    """
    if request.method == "POST":
        return FormDraft(_posted_key(request, form, row), request.path)
    user_id = cast(UUID, request.user.pk)
    wanted = request.GET.get(RESUME, "")
    resumed = draft_for(user_id=user_id, key=wanted) if _is_key_of(wanted, form, row) else None
    if resumed is not None:
        return FormDraft(resumed.key, request.path, resumed=resumed)
    key = f"{form}:{row or uuid7()}"
    one = draft_for(user_id=user_id, key=key) if row else None
    found = [one] if one else [] if row else drafts_of_form(user_id=user_id, form=form)
    offers = [_offer(saved, request.path, shown) for saved in found if _adds_to(saved, shown)]
    return FormDraft(key, request.path, tuple(offers[:_MOST_OFFERS]))


def _posted_key(request: HttpRequest, form: str, row: UUID | None) -> str:
    key = request.POST.get(KEY_FIELD, "")
    return key if row is None and is_key(key) and _is_key_of(key, form, row) else f"{form}:{row or uuid7()}"


def _is_key_of(key: str, form: str, row: UUID | None) -> bool:
    return key == f"{form}:{row}" if row else key.startswith(f"{form}:")


def _adds_to(saved: SavedDraft, shown: Mapping[str, str]) -> bool:
    """Say whether a draft has a text that the form does not show already."""
    return any(saved.text(name).strip() not in {"", text.replace("\r\n", "\n").strip()} for name, text in shown.items())


def _offer(saved: SavedDraft, path: str, shown: Mapping[str, str]) -> DraftOffer:
    text = next(saved.text(name) for name in shown if saved.text(name).strip())
    excerpt = Truncator(" ".join(text.split())).chars(_EXCERPT)
    return DraftOffer(saved.key, excerpt, saved.updated_at, f"{path}?{urlencode({RESUME: saved.key})}")
