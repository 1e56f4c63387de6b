"""What is written for reports, what they will look like, and which there are (REG-8)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_posted
from kijk.drafts.offers import FormDraft, form_draft
from kijk.jobs.domain import jobs_of_user, start_job
from kijk.jobs.kinds import JobRefused
from kijk.web.page import page
from observations.access import get_child_for, get_group_for, get_registration_for
from observations.domain.notes.writing import NoteView, notes_of
from observations.domain.reports.limits import MOST_EXAMPLES, others_first_names
from observations.domain.reports.listing import children_with_reports, reports_of_child
from observations.domain.reports.parents import parents_report
from observations.domain.reports.preparing import (
    Kind,
    Preparation,
    PreparationChanged,
    PreparationRefused,
    preparation_of,
    write_texts,
    write_words,
)
from observations.domain.reports.sources import earlier_of, latest_of
from observations.forms.reports import (
    GroupReportsForm,
    ParentsReportForm,
    ParentsWordsForm,
    TransferReportForm,
    initial_of,
)
from observations.models import Registration
from observations.report_jobs import KIND
from observations.report_pdf import LANGUAGE
from observations.views.group_tabs import tabs_of

# Notes to choose from: those since the registration before, and at least of half a year.
_MOST_NOTES = 40
_AT_LEAST = timedelta(days=183)


def registration_of(request: HttpRequest, pk: UUID) -> Registration:
    """Return the closed registration an address names, in its last revision.

    Raises Http404 where no report can be made of it: it is open, of some lines only, or not there; MissingRight as
    the accessors do.
    """
    asked = get_registration_for(request, pk, Right.REPORT_EXPORT)
    found = None if asked.extra_id else latest_of(asked)
    if found is None:
        raise Http404
    return found


@page(right=Right.REPORT_EXPORT, action="report.listed")
@require_safe
def child_reports(request: HttpRequest, pk: UUID) -> HttpResponse:
    """List the closed registrations of a child with the reports that can be made of each."""
    child = get_child_for(request, pk, Right.REPORT_EXPORT)
    context = {"child": child, "file": child.file, "rows": reports_of_child(child)}
    return render(request, "observations/reports/child.html", context)


@page(right=Right.REPORT_EXPORT, action="report.parents_form")
@require_http_methods(["GET", "POST"])
def parents_report_form(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what is written for parents and which notes can be chosen, or keep it and show the report."""
    registration, today = registration_of(request, pk), timezone.localdate()
    prepared, notes = preparation_of(registration, Kind.PARENTS), _notes(registration)
    initial = initial_of(prepared, notes)
    draft = form_draft(request, form="report.parents", row=registration.pk, shown=_texts(initial))
    form = ParentsReportForm(
        request.POST if request.method == "POST" else None,
        initial=_from_draft(draft, initial),
        notes=notes,
        names=others_first_names(registration.child, on=today),
    )

    def write(cleaned: dict[str, Any]) -> None:
        write_texts(
            registration=registration,
            kind=Kind.PARENTS,
            texts={name: cleaned[name] for name in form.bounded},
            examples=form.examples(cleaned),
            revision=cleaned["revision"],
            by=user_of(request),
            now=timezone.now(),
        )

    saved, changed = _save(request, form, write)
    if saved:
        return redirect("observations:parents_report_shown", pk=registration.pk)
    context = {"form": form, "registration": registration, "draft": draft, "prepared": prepared, "changed": changed}
    context |= {"file": registration.child.file, "most": MOST_EXAMPLES}
    return render(request, "observations/reports/parents_form.html", context, status=_status(form, changed))


@page(right=Right.REPORT_EXPORT, action="report.parents_shown")
@require_safe
def parents_report_shown(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the report for parents as they will read it."""
    registration = registration_of(request, pk)
    with translation.override(LANGUAGE):
        report = parents_report(registration, today=timezone.localdate())
        # Its title is Dutch too, also for who works in another language.
        title = report.title
    context = {"registration": registration, "file": registration.child.file, "report": report, "title": title}
    return render(request, "observations/reports/parents_shown.html", context)


@page(right=Right.REPORT_EXPORT, action="report.words_form")
@require_http_methods(["GET", "POST"])
def parents_words(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the form for what parents said at the talk, or keep it and show the report."""
    registration, today = registration_of(request, pk), timezone.localdate()
    prepared = preparation_of(registration, Kind.PARENTS)
    initial = _initial_words(prepared, today)
    shown = {name: str(initial[name]) for name in ("words", "agreements")}
    draft = form_draft(request, form="report.words", row=registration.pk, shown=shown)
    form = ParentsWordsForm(
        request.POST if request.method == "POST" else None,
        initial=_from_draft(draft, initial),
        names=others_first_names(registration.child, on=today),
        today=today,
    )

    def write(cleaned: dict[str, Any]) -> None:
        given = {name: cleaned[name] for name in ("words", "speaker", "talk_on", "agreements", "revision")}
        write_words(registration=registration, by=user_of(request), now=timezone.now(), **given)

    saved, changed = _save(request, form, write)
    if saved:
        return redirect("observations:parents_report_shown", pk=registration.pk)
    context = {"form": form, "registration": registration, "draft": draft, "changed": changed}
    context["file"] = registration.child.file
    return render(request, "observations/reports/words_form.html", context, status=_status(form, changed))


@page(right=Right.REPORT_EXPORT, action="report.transfer_form")
@require_http_methods(["GET", "POST"])
def transfer_report_form(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what is written for the next school, or keep it and stay: the PDF is one tap away."""
    registration = registration_of(request, pk)
    prepared = preparation_of(registration, Kind.TRANSFER)
    initial = {"strengths": prepared.texts.strengths, "attention": prepared.texts.attention}
    draft = form_draft(request, form="report.transfer", row=registration.pk, shown=initial)
    form = TransferReportForm(
        request.POST if request.method == "POST" else None,
        initial=_from_draft(draft, {**initial, "revision": prepared.revision}),
        names=others_first_names(registration.child, on=timezone.localdate()),
    )

    def write(cleaned: dict[str, Any]) -> None:
        texts = {name: cleaned[name] for name in form.bounded}
        given = {"revision": cleaned["revision"], "by": user_of(request), "now": timezone.now()}
        write_texts(registration=registration, kind=Kind.TRANSFER, texts=texts, **given)

    saved, changed = _save(request, form, write)
    if saved:
        return redirect("observations:transfer_report", pk=registration.pk)
    context = {"form": form, "registration": registration, "draft": draft, "prepared": prepared, "changed": changed}
    context["file"] = registration.child.file
    return render(request, "observations/reports/transfer_form.html", context, status=_status(form, changed))


@page(right=Right.REPORT_EXPORT, action="report.group_listed")
@require_http_methods(["GET", "POST"])
def group_reports(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show how far the reports of a group's children are, or begin to make them all."""
    group, user = get_group_for(request, pk, Right.REPORT_EXPORT), user_of(request)
    form = GroupReportsForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        parameters = {"group": str(group.pk), "only_ready": form.cleaned_data["only_ready"]}
        try:
            job = start_job(kind=KIND, user_id=user.pk, parameters=parameters, now=timezone.now())
        except JobRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("jobs:job", pk=job.pk)
    rows = children_with_reports(group, today=timezone.localdate())
    context = {
        "group": group,
        "tabs": tabs_of(group, user=user, current="observations:group_reports"),
        "rows": rows,
        "form": form,
        "makeable": sum(row.registration_id is not None for row in rows),
        "ready": sum(row.is_ready for row in rows),
        "jobs": [
            job for job in jobs_of_user(user_id=user.pk, kind=KIND) if job.parameters.get("group") == str(group.pk)
        ],
    }
    return render(request, "observations/reports/group.html", context, status=409 if form.errors else 200)


def _save(request: HttpRequest, form: Any, write: Callable[[dict[str, Any]], None]) -> tuple[bool, Preparation | None]:
    """Keep a form that is sent and right; return whether it was, and what somebody else made of it meanwhile.

    What was read becomes what is there now, so that who has seen both can save again.
    """
    if not form.is_bound or not form.is_valid():
        return False, None
    try:
        write(form.cleaned_data)
    except PreparationChanged as change:
        form.add_error(None, str(change))
        form.data = form.data.copy()
        form.data["revision"] = str(change.current.revision)
        return False, change.current
    except PreparationRefused as refusal:
        form.add_error(None, str(refusal))
        return False, None
    discard_posted(user_id=user_of(request).pk, post=request.POST)
    messages.success(request, _("De tekst is opgeslagen."))
    return True, None


def _status(form: Any, changed: Preparation | None) -> int:
    if changed is not None:
        return 409
    return 422 if form.errors else 200


def _notes(registration: Registration) -> list[NoteView]:
    earlier = earlier_of(registration)
    since = registration.registered_on - _AT_LEAST
    if earlier is not None:
        since = min(since, earlier.registered_on)
    return [note for note in notes_of(registration.child, most=_MOST_NOTES) if note.observed_on > since]


def _texts(initial: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in initial.items() if isinstance(value, str)}


def _from_draft(draft: FormDraft, initial: dict[str, Any]) -> dict[str, Any]:
    """Return what a form shows: the draft that is gone on with, over what was saved; never its version."""
    if draft.resumed is None:
        return initial
    typed = {name: draft.text(name) for name in draft.resumed.fields if name != "revision"}
    return {**initial, **typed}


def _initial_words(prepared: Preparation, today: date) -> dict[str, Any]:
    words = prepared.words
    return {
        "talk_on": words.talk_on if words else today,
        "speaker": words.speaker if words else "",
        "words": words.text if words else "",
        "agreements": prepared.texts.agreements,
        "revision": prepared.revision,
    }
