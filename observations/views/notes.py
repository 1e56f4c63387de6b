"""The quick-note page: writing a note, and being ready for the next (OBS-1, OBS-2)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_posted
from kijk.drafts.offers import form_draft
from kijk.web.page import page
from observations.domain.notes.quick import SavedNote, instrument_lines, last_groups, saved_note
from observations.domain.notes.words import words_for_browser
from observations.domain.notes.writing import NoteRefused, entry_of_text, write_note
from observations.domain.registering.overview import ChildRow, children_of
from observations.forms.notes import NoteForm
from observations.models import Child, Line, Note

SAVED, ABOUT = "bewaard", "kind"


@page(right=Right.NOTE_WRITE, action="note.form")
@require_http_methods(["GET", "POST"])
def note_new(request: HttpRequest) -> HttpResponse:
    """Show the note form, or keep the note: then the form is ready for the next, or the child it came from shown."""
    user = user_of(request)
    rows = children_of(user, right=Right.NOTE_WRITE, today=timezone.localdate())
    lines = instrument_lines()
    draft = form_draft(request, form="note", shown={"text": "", "context": ""})
    # The id of this writing is the draft's too: a note that was kept after all is then not kept twice.
    initial = {"observed_on": timezone.localdate(), "entry_id": draft.row}
    form = NoteForm(
        request.POST if request.method == "POST" else None,
        rows=rows,
        lines=lines,
        about=_named(request, ABOUT),
        recent=last_groups(user, rows),
        resumed=draft.resumed.fields if draft.resumed else None,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _keep(request, form.cleaned_data, rows, lines)
        except NoteRefused as refusal:
            form.add_error(None, str(refusal))
    context = {
        "form": form,
        "rows": rows,
        "draft": draft,
        "saved": _saved(request, rows, lines),
        "words": words_for_browser(),
    }
    return render(request, "observations/note_new.html", context, status=200 if request.method == "GET" else 422)


def _named(request: HttpRequest, name: str) -> UUID | None:
    """Return the id in the address under a name: the child whose page led here, the note that was just kept."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def _saved(request: HttpRequest, rows: list[ChildRow], lines: list[Line]) -> SavedNote | None:
    pk = _named(request, SAVED)
    if pk is None or request.method != "GET":
        return None
    return saved_note(pk, rows=rows, lines=lines, by=user_of(request), now=timezone.now())


def _keep(request: HttpRequest, data: dict[str, Any], rows: list[ChildRow], lines: list[Line]) -> HttpResponse:
    wanted = {UUID(pk) for pk in data["children"]} & {row.pk for row in rows}
    children = list(Child.objects.filter(pk__in=wanted))
    user = user_of(request)
    notes = write_note(
        children=children,
        text=data["text"],
        context=data["context"],
        lines=[line for line in lines if str(line.pk) in data["lines"]],
        observed_on=data["observed_on"],
        today=timezone.localdate(),
        entry_id=entry_of_text(entry_id=data["entry_id"], text=data["text"], context=data["context"], by=user),
        by=user,
    )
    discard_posted(user_id=user.pk, post=request.POST)
    count = len(notes)
    done = ngettext("Notitie opgeslagen.", "Notitie opgeslagen bij %(count)s kinderen.", count) % {"count": count}
    messages.success(request, done if count else _("Deze notitie was al opgeslagen."))
    about = _named(request, ABOUT)
    if about is not None and len(children) == 1:
        return redirect("observations:child", pk=children[0].pk)
    kept = notes[0].pk if notes else Note.objects.filter(entry_id=data["entry_id"]).values_list("pk", flat=True)[0]
    return redirect(f"{reverse('observations:note_new')}?{urlencode({SAVED: str(kept)})}")
