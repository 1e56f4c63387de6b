"""Pages of a note that was deleted by then: they say so, and give back what was typed at it (OBS-3.4)."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import draft_for
from observations.access import get_child_for
from observations.domain.notes.changing import child_of_deleted
from observations.models import Child, Note

View = TypeVar("View", bound=Callable[..., HttpResponse])
_REFUSED = 409


class NoteGone(Exception):
    """The note was deleted. Its child is one that the user reaches."""

    def __init__(self, child: Child) -> None:
        super().__init__()
        self.child = child


def get_note_for(request: HttpRequest, pk: UUID, right: Right) -> tuple[Note, Child]:
    """Return a note and its child; errors as ``get_child_for``, and NoteGone for one that was deleted."""
    found = Note.objects.select_related("author").filter(pk=pk).first()
    if found is not None:
        return found, get_child_for(request, found.child_id, right)
    child_id = child_of_deleted(pk)
    if child_id is None:
        raise Http404
    raise NoteGone(get_child_for(request, child_id, right))


def tells_gone(form: str = "") -> Callable[[View], View]:
    """Let a view about the note ``pk`` say that it was deleted; ``form`` names the drafts of the texts it takes."""

    def decorate(view: View) -> View:
        @wraps(view)
        def told(request: HttpRequest, pk: UUID) -> HttpResponse:
            try:
                return view(request, pk)
            except NoteGone as gone:
                return _told(request, gone.child, _typed(request, f"{form}:{pk}" if form else ""))

        return cast(View, told)

    return decorate


def _typed(request: HttpRequest, key: str) -> str:
    """Return the text that came with a form, or else that of its draft."""
    if request.method == "POST":
        return request.POST.get("text", "").replace("\x00", "").strip()
    saved = draft_for(user_id=user_of(request).pk, key=key) if key else None
    return saved.text("text") if saved else ""


def _told(request: HttpRequest, child: Child, typed: str) -> HttpResponse:
    if not typed:
        messages.info(request, _("Deze notitie is al verwijderd."))
        return redirect("observations:child_notes", pk=child.pk)
    user = user_of(request)
    context = {
        "child": child,
        "file": child.file,
        "typed": typed,
        "may_note": user.may(Right.NOTE_WRITE) and child.archived_on is None,
    }
    return render(request, "observations/notes/gone.html", context, status=_REFUSED)
