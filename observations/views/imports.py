"""Importing children, groups and colleagues from a file, and exporting them (CHD-3)."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.jobs.domain import jobs_of_user
from kijk.jobs.models import Job
from kijk.jobs.shown import JobBytes
from kijk.web.csv_export import csv_response
from kijk.web.page import page
from kijk.web.uploads import accepts_upload, upload_too_large
from licensing.models import Location
from observations.domain.imports.columns import is_forbidden
from observations.domain.imports.content import MOST_BYTES, ImportRefused
from observations.domain.imports.exports import export_table
from observations.domain.imports.planned import Kind, Outcome, PlanSettings
from observations.domain.imports.previews import (
    PREVIEW,
    choose_all,
    create_source,
    decisions_of,
    find_preview,
    invitations_of,
    list_sources,
    rows_of,
    save_choices,
    settings_of,
    start_again,
    start_preview,
)
from observations.domain.imports.saving import SAVE, start_saving
from observations.domain.imports.workbook_writing import CONTENT_TYPE, write_workbook
from observations.forms.imports import NEW_SOURCE, ColumnsForm, ExportForm, GroupsForm, UploadForm
from observations.models import Group, ImportPreview

# What the buttons above the rows send: every proposal at once, or none.
ALL_YES: Final = "alles"
ALL_NO: Final = "niets"
# A form sends its fields and the file within one request, with room for what stands around them.
_UPLOAD_BYTES: Final = MOST_BYTES
_TO_CHOOSE: Final = (Outcome.PROPOSAL, Outcome.LEAVER, Outcome.GROUP_WORK)
_FILTERS: Final = (
    Outcome.ADDED,
    Outcome.CHANGED,
    *_TO_CHOOSE,
    Outcome.INVITE,
    Outcome.REFUSED,
    Outcome.UNCHANGED,
)


@page(right=Right.CHILD_IMPORT, action="imports.listed")
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """List where files come from, and what the reader imported lately."""
    user_id = user_of(request).pk
    jobs = [*jobs_of_user(user_id=user_id, kind=SAVE), *jobs_of_user(user_id=user_id, kind=PREVIEW)]
    context = {"sources": list_sources(), "jobs": sorted(jobs, key=lambda job: job.created_at, reverse=True)[:10]}
    return render(request, "observations/imports/sources.html", context)


@accepts_upload(_UPLOAD_BYTES)
@page(right=Right.CHILD_IMPORT, action="import.form")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file, and let a job work out what it would do."""
    posted = request.method == "POST"
    form = UploadForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        sources=list_sources(),
        locations=Location.objects.order_by("name"),
        today=timezone.localdate(),
        too_large=posted and upload_too_large(request),
    )
    if form.is_bound and form.is_valid():
        job = _begin(request, form)
        if job is not None:
            return redirect("jobs:job", pk=job.pk)
    return render(request, "observations/imports/upload.html", {"form": form}, status=422 if form.errors else 200)


def _begin(request: HttpRequest, form: UploadForm) -> Job | None:
    """Start the preview of what was sent; None, with the reason in the form, when that cannot be."""
    cleaned, now = form.cleaned_data, timezone.now()
    given = cleaned["file"]
    file = JobBytes(given.name, given.content_type or "", given.read())
    try:
        # A source is made with its first file or not at all.
        with transaction.atomic():
            source_id = _source_of(cleaned, file.content)
            settings = PlanSettings(source_id, cleaned["school_year"], timezone.localdate(now))
            return start_preview(settings=settings, file=file, by=user_of(request), now=now)
    except ImportRefused as refusal:
        form.add_error("file", str(refusal))
        return None


def _source_of(cleaned: dict[str, Any], content: bytes) -> UUID:
    if cleaned["source"] != NEW_SOURCE:
        return UUID(cleaned["source"])
    location = Location.objects.get(pk=cleaned["location"])
    return create_source(name=cleaned["name"], location=location, content=content).pk


@page(right=Right.CHILD_IMPORT, action="import.preview_viewed")
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what a file would do, row by row, and keep what is chosen for rows. ``toon`` names an outcome."""
    found = _preview(pk)
    shown = request.GET.get("toon", "")
    shown = shown if shown in _FILTERS else ""
    if request.method == "POST":
        return _choose(request, found, shown)
    if found.details.report["missing"]:
        return redirect("observations:import_columns", pk=pk)
    return _preview_page(request, found, shown)


def _preview_page(request: HttpRequest, found: ImportPreview, shown: str, *, refusal: str = "") -> HttpResponse:
    paged, rows = rows_of(found, outcome=shown, page=request.GET.get("page"))
    report = found.details.report
    context = {
        "preview": found,
        "report": report,
        "filters": _filters(report["counts"], shown),
        "shown": shown,
        "shown_label": Outcome(shown).label if shown else "",
        "page": paged,
        "rows": rows,
        "query": urlencode({"toon": shown}) if shown else "",
        "to_choose": any(row.options for row in rows),
        "all_at_once": shown in _TO_CHOOSE and paged.paginator.count > 1,
        "decisions": decisions_of(found),
        "total": sum(report["counts"].values()),
        "nothing_to_do": not any(name.partition(".")[2] in _DOES for name in report["counts"]),
        "invitations": invitations_of(found),
        "is_table": bool(report["columns"]),
        "is_open": found.saved_at is None,
        "ignored": _ignored(report["ignored"]),
        "refusal": refusal,
    }
    return render(request, "observations/imports/preview.html", context, status=409 if refusal else 200)


# What makes a preview worth saving.
_DOES: Final = frozenset({Outcome.ADDED, Outcome.CHANGED, *_TO_CHOOSE})


def _choose(request: HttpRequest, found: ImportPreview, shown: str) -> HttpResponse:
    """Keep the choices of a page of rows, or one choice for all rows of an outcome."""
    doe = request.POST.get("doe", "")
    try:
        if doe in {ALL_YES, ALL_NO} and shown in _TO_CHOOSE:
            count = choose_all(preview=found, outcome=shown, yes=doe == ALL_YES)
        else:
            count = save_choices(preview=found, choices=_posted_choices(request))
    except ImportRefused as refusal:
        return _preview_page(request, found, shown, refusal=str(refusal))
    said = ngettext("%(count)d keuze opgeslagen.", "%(count)d keuzes opgeslagen.", count) % {"count": count}
    messages.success(request, said if count else _("Er was niets veranderd."))
    query = {"toon": shown, "page": request.GET.get("page", "")}
    kept = urlencode({name: value for name, value in query.items() if value})
    return redirect(f"{request.path}{'?' if kept else ''}{kept}")


def _posted_choices(request: HttpRequest) -> dict[UUID, str]:
    """Return the choices of the rows that were posted, by row; what is no row is passed over."""
    found = {}
    for name in request.POST:
        if not name.startswith("row-"):
            continue
        try:
            found[UUID(name.removeprefix("row-"))] = request.POST[name]
        except ValueError:
            continue
    return found


def _filters(counts: dict[str, int], shown: str) -> list[dict[str, Any]]:
    """Return the outcomes there are, each with its number, as links."""
    by_outcome = {
        outcome: sum(count for name, count in counts.items() if name.endswith(f".{outcome}")) for outcome in _FILTERS
    }
    return [
        {"value": str(outcome), "label": Outcome(outcome).label, "count": count, "current": outcome == shown}
        for outcome, count in by_outcome.items()
        if count
    ]


def _ignored(counts: dict[str, int]) -> list[tuple[str, int, bool]]:
    """Return the fields that were not read, those that may never be kept first."""
    found = [(name, count, is_forbidden(name)) for name, count in counts.items()]
    return sorted(found, key=lambda each: (not each[2], each[0]))


@page(right=Right.CHILD_IMPORT, action="import.groups_viewed")
@require_http_methods(["GET", "POST"])
def groups(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what becomes of each group of the file, and work the preview out anew with that."""
    found = _preview(pk)
    settings = settings_of(found)
    known = Group.objects.filter(school_year=settings.school_year).select_related("location")
    form = GroupsForm(
        request.POST if request.method == "POST" else None,
        groups=found.details.report["groups"],
        known=list(known.order_by("location__name", "name")),
    )
    if form.is_bound and form.is_valid():
        return _again(request, found, replace(settings, groups=form.chosen()))
    context = {"form": form, "preview": found}
    return render(request, "observations/imports/groups.html", context, status=422 if form.errors else 200)


@page(right=Right.CHILD_IMPORT, action="import.columns_viewed")
@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say which column of a table holds what, and work the preview out anew with that."""
    found = _preview(pk)
    report, settings = found.details.report, settings_of(found)
    form = ColumnsForm(
        request.POST if request.method == "POST" else None,
        report=report,
        about=settings.about or "children",
        mapping=settings.mapping,
        initial={"sheet": settings.sheet},
    )
    if form.is_bound and form.is_valid():
        cleaned = form.cleaned_data
        sheet = cleaned.get("sheet", settings.sheet)
        # Another sheet has other titles: what is in it is guessed first.
        mapping = form.chosen() if sheet == settings.sheet else {}
        return _again(request, found, replace(settings, about=cleaned["about"], mapping=mapping, sheet=sheet))
    never = [title for title in dict.fromkeys(report["columns"]) if is_forbidden(title)]
    context = {"form": form, "preview": found, "missing": report["missing"], "never": never}
    return render(request, "observations/imports/columns.html", context, status=422 if form.errors else 200)


def _again(request: HttpRequest, found: ImportPreview, settings: PlanSettings) -> HttpResponse:
    try:
        job = start_again(preview=found, settings=settings, by=user_of(request), now=timezone.now())
    except ImportRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("observations:import_preview", pk=found.job_id)
    return redirect("jobs:job", pk=job.pk)


@page(right=Right.CHILD_IMPORT, action="import.confirm_viewed", fresh=True)
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say in numbers what will be saved, and start it."""
    found = _preview(pk)
    refusal = ""
    if request.method == "POST":
        try:
            job = start_saving(preview=found, by=user_of(request), now=timezone.now())
        except ImportRefused as refused:
            refusal = str(refused)
        else:
            return redirect("jobs:job", pk=job.pk)
    counts = found.details.report["counts"]
    context = {
        "preview": found,
        "report": found.details.report,
        "refusal": refusal,
        "added": counts.get(f"{Kind.CHILD}.{Outcome.ADDED}", 0),
        "changed": counts.get(f"{Kind.CHILD}.{Outcome.CHANGED}", 0),
        "new_groups": counts.get(f"{Kind.GROUP}.{Outcome.ADDED}", 0),
        "refused": sum(count for name, count in counts.items() if name.endswith(f".{Outcome.REFUSED}")),
        "decisions": decisions_of(found),
    }
    return render(request, "observations/imports/confirm.html", context, status=409 if refusal else 200)


@page(right=Right.CHILD_IMPORT, action="import.result_viewed")
@require_safe
def result(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what was saved of a preview; one that was not leads back to it."""
    found = _preview(pk)
    if found.saved_at is None:
        return redirect("observations:import_preview", pk=pk)
    counts = found.details.report.get("saved", {})
    context = {
        "preview": found,
        "report": found.details.report,
        "counts": counts,
        "nothing": not any(counts.get(name, 0) for name in _WRITTEN),
        "invitations": invitations_of(found),
    }
    return render(request, "observations/imports/result.html", context)


_WRITTEN: Final = ("groups", "added", "changed", "moved", "archived", "group_work", "linked")


@page(right=Right.CHILD_EXPORT, action="export.form", fresh=True)
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Give children, groups or colleagues as a file to keep."""
    today = timezone.localdate()
    form = ExportForm(request.POST if request.method == "POST" else None, locations=Location.objects.order_by("name"))
    if not (form.is_bound and form.is_valid()):
        return render(request, "observations/imports/export.html", {"form": form}, status=422 if form.errors else 200)
    about = form.cleaned_data["about"]
    table = export_table(about, location_id=form.location_id, on=today)
    name = f"{_NAMES[about]}-{today}"
    if form.cleaned_data["format"] == "csv":
        return csv_response(f"{name}.csv", table.header, table.rows)
    content = write_workbook(_NAMES[about], table.header, table.rows)
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=f"{name}.xlsx") or "attachment",
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=CONTENT_TYPE, headers=headers)


# Of files, which are Dutch whatever the screen is.
_NAMES: Final = {"children": "kinderen", "groups": "groepen", "staff": "medewerkers"}


def _preview(pk: UUID) -> ImportPreview:
    found = find_preview(pk)
    if found is None:
        raise Http404
    return found
