"""Previews: a job works out what a file would do, and people choose in it before anything is saved (CHD-3)."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.domain.invite_lists import AT_MOST
from accounts.models import User
from kijk.audit.domain import record
from kijk.jobs.domain import discard_job, file_of_job, start_job
from kijk.jobs.kinds import JobRefused
from kijk.jobs.models import Job
from kijk.jobs.running import RunningJob
from kijk.jobs.shown import JobBytes
from licensing.models import Location
from observations.domain.imports.content import ImportRefused
from observations.domain.imports.planned import (
    ARCHIVE,
    GIVE,
    NEW_CHILD,
    SAME,
    GroupTarget,
    Kind,
    Outcome,
    Plan,
    PlanSettings,
)
from observations.domain.imports.planning import make_plan
from observations.domain.imports.reading import format_of
from observations.models import ImportPreview, ImportRow, ImportSource, PreviewDetails

PREVIEW: Final = "imports.preview"
PER_PAGE: Final = 50


@dataclass(frozen=True)
class SourceLine:
    """A source in the list of sources."""

    pk: UUID
    name: str
    format: str
    location: str


@dataclass(frozen=True, repr=False)
class RowView:
    """A row as a page shows it. ``options`` are (value, words) of what can be chosen; none: nothing to choose."""

    pk: UUID
    line: int
    kind: str
    kind_label: str
    outcome: str
    outcome_label: str
    who: str
    born: date | None
    group: str
    reason: str
    changes: list[list[str]]
    options: list[tuple[str, str]]
    choice: str


@dataclass(frozen=True, repr=False)
class Decisions:
    """How many rows wait for a choice, of each outcome, and how many have one."""

    waiting: Mapping[str, int]
    chosen: Mapping[str, int]


def list_sources() -> list[SourceLine]:
    """Return the organisation's sources by name. One query."""
    rows = ImportSource.objects.select_related("location").order_by("name", "pk")
    return [SourceLine(row.pk, row.name, row.get_format_display(), row.location.name) for row in rows]


def create_source(*, name: str, location: Location, content: bytes) -> ImportSource:
    """Make a source for files such as this one. Raises ImportRefused for a name that is taken, and a wrong file."""
    found = format_of(content)
    if ImportSource.objects.filter(name=name).exists():
        raise ImportRefused(_("Er is al een bron met deze naam. Kies die bij Bron, of bedenk een andere naam."))
    source = ImportSource.objects.create(name=name, location=location, format=found)
    record("import.source_created", about=source, data={"format": found})
    return source


def start_preview(*, settings: PlanSettings, file: JobBytes, by: User, now: datetime) -> Job:
    """Let a job work out what a file would do. Raises ImportRefused for what is no file of the kinds we read."""
    format_of(file.content)
    try:
        return start_job(
            kind=PREVIEW, user_id=by.pk, parameters={"settings": settings.as_json()}, files=[file], now=now
        )
    except JobRefused as refusal:
        raise ImportRefused(str(refusal)) from None


def start_again(*, preview: ImportPreview, settings: PlanSettings, by: User, now: datetime) -> Job:
    """Work a file out anew, with other settings; the preview before goes. Raises ImportRefused."""
    file = file_of_preview(preview)
    job = start_preview(settings=settings, file=file, by=by, now=now)
    discard_job(user_id=preview.job.user_id, pk=preview.job_id)
    return job


def file_of_preview(preview: ImportPreview) -> JobBytes:
    """Return the file a preview was made of; raises ImportRefused when it is there no more."""
    file = file_of_job(user_id=preview.job.user_id, pk=preview.job_id, purpose="in")
    if file is None:
        raise ImportRefused(_("Het bestand is er niet meer. Kies het opnieuw."))
    return file


def settings_of(preview: ImportPreview) -> PlanSettings:
    """Return how a preview was asked for."""
    return PlanSettings.of_json(preview.details.settings)


def run_preview(job: RunningJob) -> dict[str, Any]:
    """Work out a preview and write its rows: what the kind's job does."""
    file = job.file()
    try:
        plan = make_plan(file.content, PlanSettings.of_json(job.parameters["settings"]), job.progress)
    except ImportRefused as refusal:
        raise JobRefused(str(refusal)) from None
    write_preview(plan, job_id=job.pk, file_name=file.name)
    counts = plan.counts()
    record("import.previewed", about=plan.source, data={"rows": len(plan.rows), "format": plan.read.format})
    return {"counts": counts}


def write_preview(plan: Plan, *, job_id: UUID, file_name: str) -> ImportPreview:
    """Write the rows of a plan, to be shown and chosen in."""
    preview = ImportPreview(job_id=job_id, source=plan.source, fingerprint=plan.fingerprint())
    preview.details = PreviewDetails(plan.settings.as_json(), _report(plan, file_name))
    preview.save(force_insert=True)
    rows = []
    for position, row in enumerate(plan.rows):
        made = ImportRow(preview=preview, position=position, line=row.line, kind=row.kind, outcome=row.outcome)
        made.text = row.text
        rows.append(made)
    ImportRow.objects.bulk_create(rows, batch_size=1000)
    return preview


def _report(plan: Plan, file_name: str) -> dict[str, Any]:
    read = plan.read
    return {
        "file": file_name,
        "counts": plan.counts(),
        "ignored": dict(sorted(read.ignored.items())),
        "notes": list(read.notes),
        "columns": list(read.columns),
        "missing": list(read.missing),
        "sheets": list(read.sheets),
        "groups": [_group(target) for target in plan.groups],
    }


def _group(target: GroupTarget) -> dict[str, Any]:
    return {
        "ref": target.read.ref,
        "name": target.read.name,
        "year": target.read.year,
        "location": target.location.name if target.location else target.read.location,
        "children": target.children,
        "choice": target.choice,
        "reason": target.reason,
        "placeable": target.location is not None,
    }


def find_preview(pk: UUID) -> ImportPreview | None:
    """Return the preview that a job made, by the job's id, with its source; None when there is none."""
    return ImportPreview.objects.select_related("source__location", "job").filter(job_id=pk).first()


def rows_of(preview: ImportPreview, *, outcome: str, page: str | None) -> tuple[Page[ImportRow], list[RowView]]:
    """Return a page of a preview's rows, of one outcome or of all. Two queries."""
    rows = ImportRow.objects.filter(preview=preview).order_by("position")
    if outcome:
        rows = rows.filter(outcome=outcome)
    counts = preview.details.report["counts"]
    known = sum(count for name, count in counts.items() if not outcome or name.endswith(f".{outcome}"))
    paginator = _Counted(rows, PER_PAGE)
    paginator.known = known
    shown = paginator.get_page(page)
    return shown, [_view(row) for row in shown.object_list]


class _Counted(Paginator):  # type: ignore[type-arg]
    """A paginator that is told how many rows there are."""

    known = 0

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self.known


def _view(row: ImportRow) -> RowView:
    text = row.text
    return RowView(
        pk=row.pk,
        line=row.line,
        kind=row.kind,
        kind_label=row.get_kind_display(),
        outcome=row.outcome,
        outcome_label=row.get_outcome_display(),
        who=text.who,
        born=date.fromisoformat(text.born) if text.born else None,
        group=text.group,
        reason=text.reason,
        changes=text.changes,
        options=options_of(row),
        choice=row.choice,
    )


def options_of(row: ImportRow) -> list[tuple[str, str]]:
    """Return what can be chosen for a row; the first, "", is to leave it as it is."""
    if row.outcome == Outcome.PROPOSAL:
        same = [(f"{SAME}{pk}", _("Hetzelfde kind: %(words)s") % {"words": words}) for pk, words in row.text.candidates]
        return [("", _("Nog niet inlezen")), *same, (NEW_CHILD, _("Een ander, nieuw kind"))]
    if row.outcome == Outcome.LEAVER:
        return [("", _("Laten staan")), (ARCHIVE, _("Naar het archief"))]
    if row.outcome == Outcome.GROUP_WORK:
        return [("", _("Niet doen")), (GIVE, _("Laat op deze groep werken"))]
    return []


def save_choices(*, preview: ImportPreview, choices: Mapping[UUID, str]) -> int:
    """Keep what was chosen for rows of a preview, and return how many changed. What cannot be chosen is passed over."""
    _check_open(preview)
    rows = list(ImportRow.objects.filter(preview=preview, pk__in=list(choices)))
    changed = []
    for row in rows:
        wanted = choices[row.pk]
        if wanted != row.choice and wanted in {value for value, _words in options_of(row)}:
            row.choice = wanted
            changed.append(row)
    _write_choices(changed)
    return len(changed)


def choose_all(*, preview: ImportPreview, outcome: str, yes: bool) -> int:
    """Choose for all rows of an outcome at once: the first proposal, or nothing; return how many changed."""
    _check_open(preview)
    rows = list(ImportRow.objects.filter(preview=preview, outcome=outcome))
    changed = []
    for row in rows:
        options = options_of(row)
        wanted = options[1][0] if yes and len(options) > 1 else ""
        if wanted != row.choice:
            row.choice = wanted
            changed.append(row)
    _write_choices(changed)
    return len(changed)


def _write_choices(rows: list[ImportRow]) -> None:
    by_choice: dict[str, list[UUID]] = {}
    for row in rows:
        by_choice.setdefault(row.choice, []).append(row.pk)
    with transaction.atomic():
        for choice, ids in by_choice.items():
            ImportRow.objects.filter(pk__in=ids).update(choice=choice)


def _check_open(preview: ImportPreview) -> None:
    if preview.saved_at is not None:
        raise ImportRefused(_("Dit voorbeeld is al bewaard. Begin opnieuw om nog iets te veranderen."))


def decisions_of(preview: ImportPreview) -> Decisions:
    """Return how many rows have a choice and how many wait for one. One query."""
    found: dict[bool, dict[str, int]] = {True: {}, False: {}}
    rows = ImportRow.objects.filter(
        preview=preview, outcome__in=[Outcome.PROPOSAL, Outcome.LEAVER, Outcome.GROUP_WORK]
    ).values_list("outcome", "choice")
    for outcome, choice in rows:
        counts = found[bool(choice)]
        counts[outcome] = counts.get(outcome, 0) + 1
    return Decisions(found[False], found[True])


def invitations_of(preview: ImportPreview) -> str:
    """Return who could be invited, as the list that invitations are made from (ACC-11.1), at most two hundred; or ""."""
    if not preview.details.report["counts"].get(f"{Kind.STAFF}.{Outcome.INVITE}"):
        return ""
    rows = ImportRow.objects.filter(preview=preview, outcome=Outcome.INVITE).order_by("position")[:AT_MOST]
    text = io.StringIO(newline="")
    # The role can be changed in that list, before anybody is invited.
    lines = [[*row.text.invitation, "leerkracht", ""] for row in rows]
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(lines)
    return text.getvalue()
