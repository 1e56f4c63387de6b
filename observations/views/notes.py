"""Writing a note (OBS-1)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_posted
from kijk.drafts.offers import form_draft
from kijk.web.page import page
from observations.domain.notes.writing import NoteRefused, write_note
from observations.domain.registering.overview import ChildRow, children_of
from observations.forms.notes import NoteForm
from observations.models import Child, Line


@page(right=Right.NOTE_WRITE, action="note.form")
@require_http_methods(["GET", "POST"])
def note_new(request: HttpRequest) -> HttpResponse:
    """Show the note form, or keep the note and return to the child, or to the first page for several children."""
    user = user_of(request)
    rows = children_of(user, right=Right.NOTE_WRITE, today=timezone.localdate())
    lines = list(Line.objects.filter(version__in=_versions()).select_related("area").order_by("position"))
    draft = form_draft(request, form="note", shown={"text": "", "context": ""})
    # The id of this writing is the draft's too: a note that was kept after all is then not kept twice.
    initial = {"observed_on": timezone.localdate(), "entry_id": draft.row}
    resumed = draft.resumed.fields if draft.resumed else None
    form = NoteForm(
        request.POST if request.method == "POST" else None,
        rows=rows,
        lines=lines,
        about=_about(request),
        resumed=resumed,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _keep(request, form.cleaned_data, rows, lines)
        except NoteRefused as refusal:
            form.add_error(None, str(refusal))
    status = 200 if request.method == "GET" else 422
    context = {"form": form, "rows": rows, "draft": draft}
    return render(request, "observations/note_new.html", context, status=status)


def _about(request: HttpRequest) -> UUID | None:
    """Return the id of the child whose page led here, if any."""
    try:
        return UUID(request.GET.get("kind", ""))
    except ValueError:
        return None


def _keep(request: HttpRequest, data: dict[str, Any], rows: list[ChildRow], lines: list[Line]) -> HttpResponse:
    wanted = {UUID(pk) for pk in data["children"]} & {row.pk for row in rows}
    children = list(Child.objects.filter(pk__in=wanted))
    notes = write_note(
        children=children,
        text=data["text"],
        context=data["context"],
        lines=[line for line in lines if str(line.pk) in data["lines"]],
        observed_on=data["observed_on"],
        today=timezone.localdate(),
        entry_id=data["entry_id"],
        by=user_of(request),
    )
    discard_posted(user_id=user_of(request).pk, post=request.POST)
    count = len(notes)
    done = ngettext("Notitie bewaard.", "Notitie bewaard bij %(count)s kinderen.", count) % {"count": count}
    messages.success(request, done if count else _("Deze notitie was al bewaard."))
    if len(children) == 1:
        return redirect("observations:child", pk=children[0].pk)
    return redirect("today")


def _versions() -> list[UUID]:
    from observations.domain.instruments.catalogue import published_version

    return [published_version("kijk07").pk]
