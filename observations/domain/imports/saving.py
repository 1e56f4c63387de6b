"""Doing what a preview showed and a person confirmed: all of it in one transaction, or nothing (CHD-3).

The plan is made anew from the same file and held against what was shown: when anything is different by now, nothing is
saved. What is unchanged is not written, so that the same file once more changes nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hmac import compare_digest
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from kijk.jobs.domain import start_job
from kijk.jobs.kinds import JobRefused
from kijk.jobs.models import Job
from kijk.jobs.running import RunningJob
from licensing.models import Organisation
from observations.domain.children.group_staff import GroupStaffRefused, give_group
from observations.domain.children.placements import PlacementRefused, archive_children, place_children
from observations.domain.children.records import create_children, create_group, update_children
from observations.domain.imports.content import ImportRefused
from observations.domain.imports.group_plan import LONGEST_NAME
from observations.domain.imports.keys import KeyDigests, Kind, write_keys
from observations.domain.imports.planned import ChildWork, GroupTarget, Plan, Progress, StaffWork, no_progress
from observations.domain.imports.planning import make_plan
from observations.domain.imports.previews import file_of_preview, find_preview, settings_of
from observations.models import Child, Group, ImportKey, ImportPreview, ImportRow

SAVE: Final = "imports.save"
_STEP: Final = 500


@dataclass
class Saved:
    """What was done, in numbers."""

    groups: int = 0
    added: int = 0
    changed: int = 0
    moved: int = 0
    archived: int = 0
    group_work: int = 0
    linked: int = 0
    waiting: int = 0
    refused: int = 0
    unchanged: int = 0
    keys: list[ImportKey] = field(default_factory=list, repr=False)

    @property
    def written(self) -> int:
        """How much changed at all."""
        return self.groups + self.added + self.changed + self.moved + self.archived + self.group_work + self.linked

    def as_data(self) -> dict[str, int]:
        """Return the numbers for the trail and for the page."""
        names = (
            "groups",
            "added",
            "changed",
            "moved",
            "archived",
            "group_work",
            "linked",
            "waiting",
            "refused",
            "unchanged",
        )
        return {name: getattr(self, name) for name in names}


def start_saving(*, preview: ImportPreview, by: User, now: datetime) -> Job:
    """Let a job do what a preview shows, with the choices made in it. Raises ImportRefused."""
    if preview.saved_at is not None:
        raise ImportRefused(_("Dit voorbeeld is al bewaard."))
    try:
        return start_job(kind=SAVE, user_id=by.pk, parameters={"preview": str(preview.job_id)}, now=now)
    except JobRefused as refusal:
        raise ImportRefused(str(refusal)) from None


def run_saving(job: RunningJob) -> dict[str, Any]:
    """Save a preview: what the kind's job does."""
    preview = find_preview(UUID(job.parameters["preview"]))
    if preview is None:
        raise JobRefused(_("Het voorbeeld is er niet meer. Kies het bestand opnieuw."))
    try:
        saved = save_preview(preview=preview, now=timezone.now(), progress=job.progress)
    except (ImportRefused, PlacementRefused, GroupStaffRefused) as refusal:
        raise JobRefused(str(refusal)) from None
    return {"counts": saved.as_data(), "preview": str(preview.job_id), "written": saved.written}


def save_preview(*, preview: ImportPreview, now: datetime, progress: Progress = no_progress) -> Saved:
    """Do what a preview shows. Runs in one transaction, which an exception undoes.

    Raises ImportRefused where the outcome would no longer be what was shown, PlacementRefused and GroupStaffRefused
    where the rules of placements and of group work say no.
    """
    # Two imports into one organisation take turns; the weaker lock lets everybody else go on working.
    Organisation.objects.select_for_update(no_key=True).get()
    preview.refresh_from_db(fields=["saved_at"])
    if preview.saved_at is not None:
        raise ImportRefused(_("Dit voorbeeld is al bewaard."))
    file = file_of_preview(preview)
    plan = make_plan(file.content, settings_of(preview), progress)
    if not compare_digest(plan.fingerprint(), bytes(preview.fingerprint)):
        raise ImportRefused(
            _("Er is in Kijk iets veranderd sinds dit voorbeeld. Er is niets bewaard. Maak een nieuw voorbeeld.")
        )
    choices = dict(ImportRow.objects.filter(preview=preview).exclude(choice="").values_list("position", "choice"))
    saved = _Saving(plan, choices, progress).run()
    details = preview.details
    preview.details = replace(details, report={**details.report, "saved": saved.as_data()})
    preview.saved_at = now
    preview.save(update_fields=["saved_at", "details"])
    digest = hashlib.sha256(file.content).hexdigest()
    record("import.saved", about=plan.source, data={"file": digest, **saved.as_data()})
    return saved


class _Saving:
    def __init__(self, plan: Plan, choices: Mapping[int, str], progress: Progress) -> None:
        self.plan, self.progress = plan, progress
        self.saved = Saved()
        self.children: list[ChildWork] = []
        self.staff: list[StaffWork] = []
        for position, row in enumerate(plan.rows):
            work = row.works.get(choices.get(position, ""))
            if isinstance(work, ChildWork):
                self.children.append(work)
            elif isinstance(work, StaffWork):
                self.staff.append(work)
            elif not isinstance(work, GroupTarget):
                self._count_left(row.outcome)

    def run(self) -> Saved:
        """Write everything, the groups first."""
        self._make_groups()
        new = [work for work in self.children if work.child is None]
        known = [work for work in self.children if work.child is not None]
        self._create(new)
        self._update([work for work in known if work.leaves_on is None])
        self._archive([work for work in known if work.leaves_on is not None])
        self._give_groups()
        self.progress(1, 1, _("Afronden"))
        write_keys(self.saved.keys)
        self._remember_source()
        return self.saved

    def _count_left(self, outcome: str) -> None:
        if outcome == ImportRow.Outcome.UNCHANGED:
            self.saved.unchanged += 1
        elif outcome == ImportRow.Outcome.REFUSED:
            self.saved.refused += 1
        else:
            self.saved.waiting += 1

    def _make_groups(self) -> None:
        digests = KeyDigests(self.plan.source.pk)
        for target in self.plan.groups:
            if target.skipped or target.location is None:
                continue
            if target.group is None:
                year = self.plan.settings.school_year
                target.group = create_group(
                    location=target.location, name=target.read.name[:LONGEST_NAME], kind=target.kind, school_year=year
                )
                self.saved.groups += 1
            if target.read.key and not target.linked:
                digest = digests.group(target.read, self.plan.settings.school_year)
                self._link(Kind.GROUP, digest, group_id=target.group.pk)

    def _create(self, works: Sequence[ChildWork]) -> None:
        for begin in range(0, len(works), _STEP):
            self.progress(begin, len(self.children), _("Kinderen toevoegen"))
            part = works[begin : begin + _STEP]
            made = create_children(rows=[_as_row(work) for work in part])
            for child, work in zip(made, part, strict=True):
                if work.key is not None:
                    self._link(Kind.CHILD, work.key, child_id=child.pk)
        self.saved.added = len(works)

    def _update(self, works: Sequence[ChildWork]) -> None:
        done = self.saved.added
        for begin in range(0, len(works), _STEP):
            self.progress(done + begin, len(self.children), _("Kinderen wijzigen"))
            part = works[begin : begin + _STEP]
            update_children(rows=[(work.child, work.data) for work in part if work.child and work.data])
            moves = [
                (work.child, work.group.group, work.begins_on)
                for work in part
                if work.child and work.group and work.group.group and work.begins_on
            ]
            place_children(rows=moves)
            self.saved.moved += len(moves)
            for work in part:
                if work.key is not None and work.child is not None:
                    self._link(Kind.CHILD, work.key, child_id=work.child.pk)
                    self.saved.linked += 1
        self.saved.changed = sum(work.data is not None for work in works)

    def _archive(self, works: Sequence[ChildWork]) -> None:
        by_day: dict[date, list[Child]] = {}
        for work in works:
            if work.child is not None and work.leaves_on is not None:
                by_day.setdefault(work.leaves_on, []).append(work.child)
        for day, children in by_day.items():
            archive_children(children=children, on=day, next_education=Child.NextEducation.UNKNOWN)
        self.saved.archived = len(works)

    def _give_groups(self) -> None:
        for work in self.staff:
            for group in _made(work.groups):
                give_group(group=group, user=work.user, begins_on=self.plan.settings.first_day)
                self.saved.group_work += 1
            if work.key is not None:
                self._link(Kind.STAFF, work.key, user_id=work.user.pk)

    def _link(self, kind: str, digest: bytes, **to: UUID) -> None:
        self.saved.keys.append(ImportKey(source=self.plan.source, kind=kind, digest=digest, **to))

    def _remember_source(self) -> None:
        """Keep how this source's tables are read, and whose files they are, for the next time."""
        source, read = self.plan.source, self.plan.read
        titles = sorted(set(read.columns))
        mapping = {"about": read.about, "columns": dict(read.mapping), "titles": titles} if titles else {}
        school = source.school or read.school
        if (mapping, school) != (source.mapping, source.school):
            source.mapping, source.school = mapping, school
            source.save(update_fields=["mapping", "school"])


def _as_row(work: ChildWork) -> Any:
    if work.data is None or work.group is None or work.group.group is None or work.begins_on is None:
        raise ImportRefused(_("Een kind in dit bestand heeft geen groep meer. Maak een nieuw voorbeeld."))
    return work.data, work.group.group, work.begins_on


def _made(targets: Iterable[GroupTarget]) -> Iterable[Group]:
    return (target.group for target in targets if target.group is not None)
