"""Opening again what is closed, a registration or a measurement: asked why, and done once (REG-6.2, BSO-1.3).

A form sent twice, or a page that was gone back to, leads to the version that is there already.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_posted
from kijk.drafts.offers import form_draft
from observations.domain.reasons import MAX_REASON
from observations.models import BsoRegistration, Registration
from observations.views.seen import plain_text

_REFUSED: Final = 409
Row = Registration | BsoRegistration


@dataclass(frozen=True)
class Reopening:
    """How one kind of thing is opened again: its form, its page, what does it, what that raises, and what is said."""

    form: str
    address: str
    template: str
    reopen: Callable[..., Row]
    next_version: Callable[[Any], Row | None]
    open_beside: Callable[[Any], Row | None]
    refused: type[Exception]
    done: Promise
    was_done: Promise


def answer_reopening(request: HttpRequest, found: Row, how: Reopening) -> HttpResponse:
    """Ask why it must be opened again; a POST makes the new version."""
    user, newer, problem = user_of(request), how.next_version(found), ""
    draft = form_draft(request, form=how.form, row=found.pk, shown={"reason": ""})
    reason = plain_text(request, "reason") or draft.text("reason")
    if not draft.offers and newer is not None and _is_same(newer, reason):
        messages.info(request, str(how.was_done))
        return redirect(how.address, pk=newer.pk)
    if request.method == "POST":
        try:
            opened = how.reopen(registration=found, reason=reason, by=user)
        except how.refused as refusal:
            problem = _came_second(newer) if newer else str(refusal)
        else:
            discard_posted(user_id=user.pk, post=request.POST)
            messages.success(request, str(how.done))
            return redirect(how.address, pk=opened.pk)
    context = {"registration": found, "child": found.child, "file": found.child.file, "newer": newer, "draft": draft}
    # What stands in the way is the newer version, or another one of the child that is open.
    beside = how.open_beside(found) if problem and newer is None else None
    context |= {"problem": problem, "reason": reason, "most": MAX_REASON, "beside": beside}
    return render(request, how.template, context, status=_REFUSED if problem else 200)


def _is_same(newer: Row, reason: str) -> bool:
    """Say whether nothing would be lost: no other reason was typed than the one that is kept."""
    return reason.strip() in {"", newer.texts.reopen_reason if newer.texts else ""}


def _came_second(newer: Row) -> str:
    name = newer.started_by.get_full_name()
    return _("%(name)s heeft dit al opnieuw geopend. Uw reden is niet bewaard.") % {"name": name}
