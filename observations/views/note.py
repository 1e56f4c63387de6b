"""One note: reading, changing, adding to and deleting it, and tagging it with one tap (OBS-2, OBS-3)."""

from dataclasses import replace
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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_posted
from kijk.drafts.offers import FormDraft, form_draft
from kijk.web.page import page
from observations.domain.instruments.catalogue import content_of, published_version
from observations.domain.notes.changing import (
    Change,
    DeleteReason,
    NoteConflict,
    add_to_note,
    change_note,
    count_same_entry,
    delete_note,
    may_change,
    tag_note,
)
from observations.domain.notes.quick import INSTRUMENT, instrument_lines
from observations.domain.notes.timeline import views_of
from observations.domain.notes.writing import NoteRefused
from observations.forms.note_work import ALL, ONE, AddendumForm, DeleteNoteForm, NoteChangeForm, TagForm
from observations.models import Child, Line, Note, NoteLine
from observations.rules import reaches
from observations.views.note_gone import NoteGone, get_note_for, tells_gone
from observations.views.notes import SAVED

NEXT = "nieuw"


@page(right=Right.NOTE_READ, action="note.viewed")
@require_safe
@tells_gone()
def note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a note with its additions, and what the reader may do with it."""
    found, child = get_note_for(request, pk, Right.NOTE_READ)
    user = user_of(request)
    view = views_of([found], user=user, now=timezone.now())[0]
    context = {
        "child": child,
        "file": child.file,
        "note": view,
        "others": count_same_entry(found),
        "may_delete": view.may_change or _decides(request, child),
        "may_add": user.may(Right.NOTE_WRITE) and _reaches(request, child, Right.NOTE_WRITE),
    }
    return render(request, "observations/note.html", context)


@page(right=Right.NOTE_WRITE, action="note.change_form")
@require_http_methods(["GET", "POST"])
@tells_gone("note.change")
def note_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the form that changes a note, or change it; 409 with both texts when somebody was first."""
    found, child = get_note_for(request, pk, Right.NOTE_WRITE)
    user = user_of(request)
    if request.method == "GET" and not may_change(found, by=user, now=timezone.now()):
        messages.info(
            request, _("Wijzigen kan tot zeven dagen na het schrijven, door wie het schreef. Vul de notitie aan.")
        )
        return redirect("observations:note", pk=pk)
    draft = form_draft(request, form="note.change", row=pk, shown={"text": found.content.text})
    form = _change_form(request, found, child, draft)
    if form.is_bound and form.is_valid():
        try:
            return _change(request, found, form)
        except NoteRefused as refusal:
            form.add_error(None, str(refusal))
        except Note.DoesNotExist:
            raise NoteGone(child) from None
        except NoteConflict as conflict:
            return _show_conflict(request, conflict.note, child, form, draft)
    context = {"form": form, "child": child, "file": child.file, "note_id": pk, "draft": draft}
    return render(request, "observations/note_change.html", context, status=422 if form.errors else 200)


@page(right=Right.NOTE_WRITE, action="note.add_form")
@require_http_methods(["GET", "POST"])
@tells_gone("note.add")
def note_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the form that adds to a note, or keep the addition."""
    found, child = get_note_for(request, pk, Right.NOTE_WRITE)
    user = user_of(request)
    draft = form_draft(request, form="note.add", row=pk, shown={"text": ""})
    form = AddendumForm(request.POST if request.method == "POST" else None, initial={"text": draft.text("text")})
    if form.is_bound and form.is_valid():
        try:
            data = form.cleaned_data
            is_new = add_to_note(note=found, text=data["text"], entry_id=data["entry_id"], now=timezone.now(), by=user)
        except NoteRefused as refusal:
            form.add_error(None, str(refusal))
        except Note.DoesNotExist:
            raise NoteGone(child) from None
        else:
            discard_posted(user_id=user.pk, post=request.POST)
            messages.success(
                request, _("Aanvulling opgeslagen.") if is_new else _("Deze aanvulling was al opgeslagen.")
            )
            return redirect("observations:note", pk=pk)
    view = views_of([found], user=user, now=timezone.now())[0]
    context = {"form": form, "child": child, "file": child.file, "note": view, "draft": draft}
    return render(request, "observations/note_add.html", context, status=422 if form.errors else 200)


@page(right=Right.NOTE_READ, action="note.delete_form")
@require_http_methods(["GET", "POST"])
@tells_gone()
def note_delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask whether a note must go, or delete it: its author within a week, or who decides about others' notes."""
    found, child = get_note_for(request, pk, Right.NOTE_READ)
    user, now = user_of(request), timezone.now()
    own, decides = may_change(found, by=user, now=now), _decides(request, child)
    if not own and not decides:
        messages.info(
            request, _("Verwijderen kan de schrijver, tot zeven dagen na het schrijven. Vraag anders de beheerder.")
        )
        return redirect("observations:note", pk=pk)
    others = count_same_entry(found)
    posted = request.POST if request.method == "POST" else None
    form = DeleteNoteForm(posted, own=own, others=others, child_name=child.file.first_name)
    if form.is_bound and form.is_valid():
        try:
            return _delete(request, found, form, decides=decides)
        except NoteRefused as refusal:
            form.add_error(None, str(refusal))
        except Note.DoesNotExist:
            raise NoteGone(child) from None
    view = views_of([found], user=user, now=now)[0]
    context = {"form": form, "child": child, "file": child.file, "note": view, "own": own}
    return render(request, "observations/note_delete.html", context, status=422 if form.errors else 200)


@page(right=Right.NOTE_WRITE, action="note.tag_sent")
@require_POST
@tells_gone()
def note_tag(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a line or a milestone on a note with one tap, and go back to the page it was tapped on."""
    found, _child = get_note_for(request, pk, Right.NOTE_WRITE)
    form = TagForm(request.POST)
    if form.is_valid():
        try:
            _tag(found, form.cleaned_data, request)
        except NoteRefused as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, _("Kies een ontwikkelingslijn of een mijlpaal."))
    if form.cleaned_data.get("terug") == NEXT:
        return redirect(f"{reverse('observations:note_new')}?{urlencode({SAVED: str(pk)})}")
    return redirect("observations:note", pk=pk)


def _reaches(request: HttpRequest, child: Child, right: Right) -> bool:
    return reaches(user_of(request), right, child, on=timezone.localdate())


def _decides(request: HttpRequest, child: Child) -> bool:
    return user_of(request).may(Right.NOTE_DECIDE) and _reaches(request, child, Right.NOTE_DECIDE)


def _change_form(request: HttpRequest, found: Note, child: Child, draft: FormDraft) -> NoteChangeForm:
    content = found.content
    initial: dict[str, Any] = {
        "text": draft.text("text", content.text),
        "context": draft.text("context", content.context),
        "observed_on": found.observed_on,
        "revision": found.revision,
        "lines": [str(pk) for pk in NoteLine.objects.filter(note=found).values_list("line_id", flat=True)],
    }
    return NoteChangeForm(
        request.POST if request.method == "POST" else None,
        lines=instrument_lines(),
        others=count_same_entry(found),
        child_name=child.file.first_name,
        initial=initial,
    )


def _change(request: HttpRequest, found: Note, form: NoteChangeForm) -> HttpResponse:
    data, user = form.cleaned_data, user_of(request)
    change = Change(
        revision=data["revision"],
        text=data["text"],
        context=data["context"],
        observed_on=data["observed_on"],
        lines=form.chosen_lines(),
        everywhere=form.everywhere(),
    )
    changed, left = change_note(
        note_id=found.pk, change=change, today=timezone.localdate(), now=timezone.now(), by=user
    )
    discard_posted(user_id=user.pk, post=request.POST)
    words = ngettext("Notitie gewijzigd.", "Notitie gewijzigd bij %(count)s kinderen.", changed) % {"count": changed}
    messages.success(request, words)
    if left:
        kept = ngettext(
            "Bij %(count)s kind was de notitie al apart gewijzigd. Die is gebleven zoals zij was.",
            "Bij %(count)s kinderen was de notitie al apart gewijzigd. Die zijn gebleven zoals zij waren.",
            left,
        )
        messages.info(request, kept % {"count": left})
    return redirect("observations:note", pk=found.pk)


def _delete(request: HttpRequest, found: Note, form: DeleteNoteForm, *, decides: bool) -> HttpResponse:
    reason, scope = form.cleaned_data.get("reason"), form.cleaned_data.get("scope")
    gone = delete_note(
        note_id=found.pk,
        reason=DeleteReason(reason) if reason else None,
        everywhere=scope == ALL,
        decides=decides,
        now=timezone.now(),
        by=user_of(request),
    )
    words = ngettext("De notitie is verwijderd.", "De notitie is bij %(count)s kinderen verwijderd.", gone)
    messages.success(request, words % {"count": gone})
    return redirect("observations:child_notes", pk=found.child_id)


def _show_conflict(
    request: HttpRequest, now: Note, child: Child, form: NoteChangeForm, draft: FormDraft
) -> HttpResponse:
    """Show both texts side by side; whichever is chosen is saved over the revision that is shown."""
    mine, theirs = form.cleaned_data, now.content
    fields = {
        "context": mine["context"],
        "observed_on": mine["observed_on"].isoformat(),
        "scope": mine.get("scope") or ONE,
        "revision": now.revision,
    }
    context = {
        "child": child,
        "file": child.file,
        "mine": mine["text"],
        "theirs": theirs.text,
        "merged": f"{theirs.text}\n\n{mine['text']}",
        "changed_at": now.edited_at,
        "author": now.author.get_full_name(),
        "fields": fields,
        "lines": mine["lines"],
        "note_id": now.pk,
        "draft": replace(draft, resumed=None),
    }
    return render(request, "observations/note_conflict.html", context, status=409)


def _tag(found: Note, data: dict[str, Any], request: HttpRequest) -> None:
    now, by = timezone.now(), user_of(request)
    if data.get("line"):
        line = Line.objects.filter(pk=data["line"], version=published_version(INSTRUMENT)).first()
        if line is None:
            raise NoteRefused(_("Deze ontwikkelingslijn kennen we niet."))
        tag_note(note=found, line=line, now=now, by=by)
        return
    milestone = content_of(published_version(INSTRUMENT).pk).milestones.get(data["milestone"])
    if milestone is None:
        raise NoteRefused(_("Deze mijlpaal kennen we niet."))
    line = Line.objects.get(pk=milestone.line_id)
    tag_note(note=found, line=line, milestones={milestone.id: data["shows"]}, now=now, by=by)
