"""Keeping what somebody types until they save it (ACC-6.3). All of it runs in the scope of the user's organisation.

No save leaves an event in the trail: one every few seconds would bury the others, and what matters is the form that is
saved in the end. What is thrown away by hand or by age does leave one.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from kijk.audit.domain import record
from kijk.drafts.models import Draft, DraftContent

MAX_BYTES = 64 * 1024
MAX_DRAFTS = 50
KEPT_FOR = timedelta(days=7)
# An empty row only has to outlive requests that are still under way.
EMPTY_KEPT_FOR = timedelta(hours=1)

KEY_FIELD, PAGE_FIELD, NUMBER_FIELD = "draft_key", "draft_page", "draft_number"

_ROW = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_KEY = re.compile(rf"[a-z][a-z_.]{{0,59}}(?::{_ROW})?")
_PAGE = re.compile("[0-9a-z-]{1,36}")
_NUMBER = re.compile("[0-9]{1,15}")
_LAST = 10**18


class DraftRefused(Exception):
    """The draft cannot be kept; the message says why, in the reader's language."""


@dataclass(frozen=True, repr=False)
class SavedDraft:
    """A draft as its owner gets it back."""

    key: str
    fields: Mapping[str, list[str]]
    updated_at: datetime

    def text(self, name: str) -> str:
        """Return a field's value, "" when nothing was filled in."""
        return next(iter(self.fields.get(name, ())), "")


def save_draft(
    *, user_id: UUID, key: str, fields: Mapping[str, Iterable[str]], now: datetime, page: str = "", sequence: int = 0
) -> bool:
    """Keep what is in a form, and say whether that changed anything (ACC-6.1: only then it is activity).

    ``key`` names form and row ("note", "registration.reopen:<uuid>"). The last save wins, and the row's lock puts saves
    in a row. Of one opened page (``page``) a save with a lower ``sequence`` comes late, after a newer one or after the
    form itself was saved: it is dropped. Over the limit the user's oldest draft makes room. Raises DraftRefused.
    """
    kept = _checked(fields)
    draft = _lock(user_id, _checked_key(key), now)
    if page and draft.page == page and sequence <= draft.sequence:
        return False
    before = draft.content
    changed = kept != (before.fields if before else {})
    draft.page, draft.sequence = page, sequence
    columns = ["page", "sequence"]
    if changed:
        draft.content, draft.updated_at = (DraftContent(kept) if kept else None), now
        columns += ["content", "updated_at"]
    draft.save(update_fields=columns)
    if before is None and kept:
        _make_room(user_id)
    return changed


def draft_for(*, user_id: UUID, key: str) -> SavedDraft | None:
    """Return the user's draft of this form and row, or None."""
    return next(iter(_saved(Draft.objects.filter(user_id=user_id, key=key))), None)


def drafts_of_form(*, user_id: UUID, form: str) -> list[SavedDraft]:
    """Return the user's drafts of all rows of a form, newest first."""
    return _saved(Draft.objects.filter(user_id=user_id, key__startswith=f"{form}:"))


def discard_draft(*, user_id: UUID, key: str, now: datetime, page: str = "") -> None:
    """Forget the text of a draft: the form was saved, or it is not wanted. Does nothing when there is none.

    With ``page``, the opened page it was typed on, what that page sent before and arrives later is dropped too.
    """
    if page:
        draft: Draft | None = _lock(user_id, _checked_key(key), now)
    else:
        draft = Draft.objects.select_for_update().filter(user_id=user_id, key=key).first()
    if draft is None:
        return
    draft.content, draft.updated_at = None, now
    draft.page, draft.sequence = page or draft.page, _LAST
    draft.save(update_fields=["content", "updated_at", "page", "sequence"])


def save_posted(*, user_id: UUID, post: QueryDict) -> bool:
    """Keep a form that was sent by a session that had ended, and say whether there was anything to keep.

    For the session guard. Only a form that names its draft (``draft_key``) is kept. The session is over, so nobody can
    be told of a refusal: what is too large is not kept, and a NUL is left out.
    """
    fields = {name: [value.replace("\x00", "") for value in values] for name, values in posted_fields(post).items()}
    try:
        return save_draft(user_id=user_id, key=post.get(KEY_FIELD, ""), fields=fields, now=timezone.now())
    except DraftRefused:
        return False


def discard_posted(*, user_id: UUID, post: QueryDict) -> None:
    """Forget the draft of a form that has now been saved; one line for the view. Nothing when it names no draft."""
    key = post.get(KEY_FIELD, "")
    if is_key(key):
        discard_draft(user_id=user_id, key=key, now=timezone.now(), page=page_of(post))


def is_key(key: str) -> bool:
    """Say whether this can be the key of a draft: the name of a form, and of a row where the form has one."""
    return _KEY.fullmatch(key) is not None


def posted_fields(post: QueryDict) -> dict[str, list[str]]:
    """Return the fields of a form that was sent, without what is the form's own machinery and without passwords."""
    return {name: post.getlist(name) for name in post if not _is_machinery(name)}


def page_of(post: QueryDict) -> str:
    """Return which opened page sent this, "" when it does not say so, or not in our way."""
    page = post.get(PAGE_FIELD, "")
    return page if _PAGE.fullmatch(page) else ""


def number_of(post: QueryDict) -> int:
    """Return the number of this save on its page, 0 when it does not say so."""
    number = post.get(NUMBER_FIELD, "")
    return int(number) if _NUMBER.fullmatch(number) else 0


def erase_old_drafts(now: datetime) -> int:
    """Erase the drafts of the organisation in scope that are kept no longer; return how many had a text."""
    old = Draft.objects.filter(updated_at__lt=now - KEPT_FOR, content__isnull=False)
    erased = old.delete()[0]
    Draft.objects.filter(updated_at__lt=now - EMPTY_KEPT_FOR, content__isnull=True).delete()
    if erased:
        record("drafts.erased", data={"drafts": erased})
    return erased


def _is_machinery(name: str) -> bool:
    return name == "csrfmiddlewaretoken" or name.startswith("draft_") or "password" in name.lower()


def _checked_key(key: str) -> str:
    if not is_key(key):
        raise DraftRefused(_("Dit formulier kennen we niet."))
    return key


def _checked(fields: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return what was filled in, with the line ends of a script, which a form sends otherwise; raises DraftRefused."""
    filled = {name: [value.replace("\r\n", "\n") for value in values if value] for name, values in fields.items()}
    kept = {name: values for name, values in filled.items() if values}
    if not all(map(_is_storable, [*kept, *chain.from_iterable(kept.values())])):
        raise DraftRefused(_("In de tekst staat een teken dat we niet kunnen bewaren."))
    if len(json.dumps(kept, ensure_ascii=False).encode()) > MAX_BYTES:
        raise DraftRefused(_("Deze tekst is te lang om als concept te bewaren. Bewaar hem met de knop."))
    return kept


def _is_storable(text: str) -> bool:
    """Say whether a text has neither NUL, which PostgreSQL cannot keep, nor half a character, which UTF-8 cannot."""
    return not any(sign == "\x00" or "\ud800" <= sign <= "\udfff" for sign in text)


def _lock(user_id: UUID, key: str, now: datetime) -> Draft:
    """Return the row of this form, made when there is none, with its lock until the transaction ends."""
    rows = Draft.objects.select_for_update().filter(user_id=user_id, key=key)
    found = rows.first()
    if found is not None:
        return found
    Draft.objects.bulk_create([Draft(user_id=user_id, key=key, updated_at=now)], ignore_conflicts=True)
    return rows.get()


def _make_room(user_id: UUID) -> None:
    own = Draft.objects.filter(user_id=user_id, content__isnull=False)
    too_many = own.order_by("-updated_at", "-id").values_list("pk", flat=True)[MAX_DRAFTS:]
    own.filter(pk__in=list(too_many)).delete()


def _saved(rows: QuerySet[Draft]) -> list[SavedDraft]:
    found = rows.filter(content__isnull=False).order_by("-updated_at", "-id")
    return [SavedDraft(row.key, row.content.fields, row.updated_at) for row in found]
