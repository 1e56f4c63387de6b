"""What becomes of each child of a file, and of those that are in it no more (CHD-3).

Found again by its number in Kijk, or by its key in this source. By name and day of birth it is only proposed, and a
person decides. Empty cells change nothing, and nobody is ever removed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kijk.encryption.keyring import keyring
from kijk.web.dutch import format_date
from licensing.domain import current_organisation
from licensing.modules import Module
from observations.domain.children.placements import NOT_IN_BSO, placement_refusals
from observations.domain.children.records import ChildData, data_of
from observations.domain.imports.content import ReadChild, ReadFile
from observations.domain.imports.keys import KeyDigests, Kind, known_keys
from observations.domain.imports.planned import (
    ARCHIVE,
    NEW_CHILD,
    NO_GROUP,
    SAME,
    ChildWork,
    GroupTarget,
    Outcome,
    PlannedRow,
    PlanSettings,
    Progress,
    refused,
    words_of,
)
from observations.models import Child, ChildFile, Group, ImportRow, ImportSource, Placement, RowText
from observations.models.children import fold_name

CHILD = ImportRow.Kind.CHILD
# A school starts a child's BSO at four and ends it at twelve; who is older is in the wrong file.
_OLDEST_YEARS = 14
_STEP = 500


@dataclass(repr=False)
class Known:
    """The children a file can be about, as they are now."""

    by_key: Mapping[bytes, UUID]
    children: dict[UUID, Child] = field(default_factory=dict)
    main: dict[UUID, Placement] = field(default_factory=dict)
    # Not in this file by key: may be meant by name and day of birth.
    by_name: dict[tuple[str, str, date], list[Child]] = field(default_factory=dict)


class ChildPlanner:
    """Works out the rows about children. The number of queries does not grow with them."""

    def __init__(
        self,
        source: ImportSource,
        settings: PlanSettings,
        read: ReadFile,
        targets: Mapping[str, GroupTarget],
        digests: KeyDigests,
    ) -> None:
        self.source, self.settings, self.read, self.targets, self.digests = source, settings, read, targets, digests
        self.keeps_gestation = current_organisation().has_module(Module.CORRECTED_AGE)
        self.known = Known(known_keys(source.pk, Kind.CHILD, "child_id"))
        self.key_of = {child.line: digests.child(child) for child in read.children}
        self.matched: dict[int, UUID] = {}
        self.seen: dict[bytes, int] = {}
        self.taken: set[UUID] = set()

    def rows(self, progress: Progress) -> list[PlannedRow]:
        """Return a row for each child of the file, and for each that left."""
        self._match()
        self._load()
        found = [
            refused(CHILD, each.line, each.who, each.reason) for each in self.read.problems if each.kind == "child"
        ]
        for number, child in enumerate(self.read.children):
            if number % _STEP == 0:
                progress(number, len(self.read.children), _("Kinderen vergelijken"))
            found.append(self._row(child))
        found.sort(key=lambda row: row.line)
        return [*self._held_back(found), *self._leavers()]

    # ------------------------------------------------------------------------------------------- matching

    def _match(self) -> None:
        own = {UUID(child.own_id) for child in self.read.children if child.own_id}
        ours = set(Child.objects.filter(pk__in=own).values_list("pk", flat=True)) if own else set()
        for child in self.read.children:
            if child.own_id and UUID(child.own_id) in ours:
                self.matched[child.line] = UUID(child.own_id)
            elif self.key_of[child.line] in self.known.by_key:
                self.matched[child.line] = self.known.by_key[self.key_of[child.line]]

    def _load(self) -> None:
        """Load the children that are matched, those that left, and those born on the days of the others."""
        there = set(self.matched.values())
        born = {child.birth_date for child in self.read.children if child.line not in self.matched}
        ids = list(there | set(self.known.by_key.values()))
        rows = {row.pk: row for row in Child.objects.filter(pk__in=ids)}
        rows |= {row.pk: row for row in Child.objects.filter(birth_date__in=born, archived_on__isnull=True)}
        keyring().load_subjects(list(rows))
        self.known.children = rows
        for row in rows.values():
            if row.pk not in there and row.birth_date in born and row.archived_on is None:
                self.known.by_name.setdefault(
                    _name_key(row.file.first_name, row.file.last_name, row.birth_date), []
                ).append(row)
        placements = Placement.objects.filter(child__in=list(rows), is_main=True).select_related("group__location")
        # The last one counts, also where it has still to begin.
        for placement in placements.order_by("begins_on"):
            self.known.main[placement.child_id] = placement

    # ----------------------------------------------------------------------------------------------- rows

    def _row(self, read: ReadChild) -> PlannedRow:
        reason = self._reason_to_refuse(read)
        if reason:
            return self._refused(read, reason)
        found = self.matched.get(read.line)
        if found is not None:
            return self._of_known(read, self.known.children[found])
        if read.leaves_on is not None and read.leaves_on <= self.settings.on:
            return self._refused(read, _("Dit kind is al weg sinds %(day)s.") % {"day": format_date(read.leaves_on)})
        candidates = [child for child in self._candidates(read) if child.pk not in self.taken]
        if not candidates:
            return PlannedRow(CHILD, Outcome.ADDED, read.line, self._text(read), {"": self._new(read)})
        self.taken |= {child.pk for child in candidates}
        return self._proposal(read, candidates)

    def _reason_to_refuse(self, read: ReadChild) -> str:
        # Two children of one name and day of birth are told apart by their own number where the file has it.
        own = read.own_id.encode() if read.own_id and not read.key else self.key_of[read.line]
        first = self.seen.setdefault(own, read.line)
        if first != read.line:
            return self._said_twice(first)
        found = self.matched.get(read.line)
        if found is not None and found in self.taken:
            return _("Dit kind staat vaker in het bestand.")
        if found is not None:
            self.taken.add(found)
        if read.birth_date > self.settings.on:
            return _("De geboortedatum ligt in de toekomst.")
        if self.settings.on.year - read.birth_date.year > _OLDEST_YEARS:
            return _("Dit kind is ouder dan 13 jaar.")
        if read.vve_until and (read.vve_from is None or read.vve_until < read.vve_from):
            return _("Bij VVE ligt de laatste dag voor de eerste, of ontbreekt de eerste.")
        target = self.targets[read.group]
        # Who is here already stays in its group when the file names none.
        stays = read.group == NO_GROUP and found is not None
        return target.reason if target.skipped and not stays else ""

    def _of_known(self, read: ReadChild, child: Child) -> PlannedRow:
        if child.archived_on is not None:
            return self._refused(read, _("Dit kind staat in het archief. Haal het daar eerst terug."))
        if read.leaves_on is not None and read.leaves_on <= self.settings.on:
            return self._leaver(child, read.leaves_on, read.line)
        work, changes = self._compare(read, child, link=read.key != "")
        text = replace(self._text(read), changes=changes)
        if not changes:
            return PlannedRow(CHILD, Outcome.UNCHANGED, read.line, text)
        return PlannedRow(CHILD, Outcome.CHANGED, read.line, text, {"": work})

    def _proposal(self, read: ReadChild, candidates: list[Child]) -> PlannedRow:
        works: dict[str, Any] = {NEW_CHILD: self._new(read)}
        shown: list[list[str]] = []
        for child in candidates:
            work, changes = self._compare(read, child, link=True)
            works[f"{SAME}{child.pk}"] = work
            place = self.known.main.get(child.pk)
            what = "; ".join(f"{name}: {old} → {new}" for name, old, new in changes if old != new)
            words = f"{child.file}, {place.group.name if place else _('geen groep')}"
            shown.append([str(child.pk), f"{words} ({what})" if what else words])
        return PlannedRow(CHILD, Outcome.PROPOSAL, read.line, replace(self._text(read), candidates=shown), works)

    def _leavers(self) -> list[PlannedRow]:
        """Return who has a key in this source, is still here, and is not in the file: to be confirmed one by one."""
        if self.read.about != "children" or not self.read.children:
            return []
        there = {*self.matched.values(), *self.taken}
        there |= {
            self.known.by_key[digest]
            for digest in (self.digests.child_key(problem.key) for problem in self.read.problems if problem.key)
            if digest in self.known.by_key
        }
        gone = {pk for pk in self.known.by_key.values() if pk not in there}
        left = [child for child in self.known.children.values() if child.pk in gone and child.archived_on is None]
        return [self._leaver(child, self.settings.on, 0) for child in sorted(left, key=lambda each: each.file.sort_key)]

    def _leaver(self, child: Child, day: date, line: int) -> PlannedRow:
        place = self.known.main.get(child.pk)
        if place is not None and day < place.begins_on:
            day = self.settings.on
        text = RowText(
            str(child.file),
            born=child.birth_date.isoformat(),
            group=place.group.name if place else "",
            reason=_("Naar het archief per %(day)s?") % {"day": format_date(day)},
        )
        return PlannedRow(CHILD, Outcome.LEAVER, line, text, {ARCHIVE: ChildWork(child, leaves_on=day)})

    # ---------------------------------------------------------------------------------------------- works

    def _new(self, read: ReadChild) -> ChildWork:
        data = self._merged(read, None, in_bso=_kind_of(self.targets[read.group]) == Group.Kind.BSO)
        return ChildWork(None, data, self.targets[read.group], self._begins(read), self.key_of[read.line])

    def _compare(self, read: ReadChild, child: Child, *, link: bool) -> tuple[ChildWork, list[list[str]]]:
        """Return what changes of a child, and how that is told: what, the old and the new."""
        before, (target, begins_on) = data_of(child), self._move(read, child)
        after = self._merged(read, before, in_bso=self._in_bso(child, target, begins_on))
        changes = [[what, words_of(old), words_of(new)] for what, old, new in _differences(before, after) if old != new]
        if target is not None and begins_on is not None:
            place = self.known.main.get(child.pk)
            old = place.group.name if place and self._runs(place) else None
            since = _("%(group)s, vanaf %(day)s") % {"group": target.name, "day": format_date(begins_on)}
            changes.append([_("Groep"), words_of(old), since])
        key = self.key_of[read.line] if link and self.known.by_key.get(self.key_of[read.line]) != child.pk else None
        if key is not None:
            changes.append([_("Nummer in uw administratie"), words_of(None), _("gekoppeld aan dit kind")])
        return ChildWork(child, after if after != before else None, target, begins_on, key), changes

    def _move(self, read: ReadChild, child: Child) -> tuple[GroupTarget | None, date | None]:
        """Return where a known child goes and from when, or (None, None) when it stays where it is."""
        target, place = self.targets[read.group], self.known.main.get(child.pk)
        if target.skipped:
            return None, None
        if place is None:
            return target, self._begins(read)
        runs = self._runs(place)
        if runs and target.group is not None and place.group_id == target.group.pk:
            return None, None
        told = None if self.read.format == ImportSource.Format.EDEXML else read.begins_on
        wish = told if told is not None and told > place.begins_on else self.settings.first_day
        # Never into the past of a placement: what it says of earlier days stays true.
        earliest = place.begins_on if runs or place.ends_on is None else place.ends_on + timedelta(days=1)
        return target, max(wish, earliest)

    def _in_bso(self, child: Child, target: GroupTarget | None, begins_on: date | None) -> bool:
        """Say whether the child's own group is one of out-of-school care today, after what the file does."""
        place = self.known.main.get(child.pk)
        if target is not None and (place is None or begins_on is None or begins_on <= self.settings.on):
            return _kind_of(target) == Group.Kind.BSO
        runs = place is not None and self._runs(place) and place.begins_on <= self.settings.on
        return runs and place is not None and place.group.kind == Group.Kind.BSO

    def _runs(self, place: Placement | None) -> bool:
        return place is not None and (place.ends_on is None or place.ends_on >= self.settings.on)

    def _begins(self, read: ReadChild) -> date:
        """Return from when a new child is in its group. A school says when it came to the school, not to the group."""
        first = self.settings.first_day
        if read.begins_on is None:
            return max(first, read.birth_date)
        if self.read.format == ImportSource.Format.EDEXML:
            return max(read.begins_on, date(self.settings.school_year, 8, 1), read.birth_date)
        return max(read.begins_on, read.birth_date)

    def _merged(self, read: ReadChild, before: ChildData | None, *, in_bso: bool) -> ChildData:
        """Return a child's data with what the file says of it; what it does not say stays.

        ``in_bso``: without home language and VVE, whatever the file says and was kept before (BSO-3).
        """
        old = before or ChildData(ChildFile(read.first_name), read.birth_date)
        infix, last = (read.infix, read.last_name) if read.has_surname else (old.file.infix, old.file.last_name)
        file = replace(old.file, first_name=read.first_name, infix=infix, last_name=last)
        if read.remarks:
            file = replace(file, remarks=read.remarks)
        given = {
            "gender": read.gender,
            "home_language": read.home_language,
            "vve_from": read.vve_from,
            "vve_until": read.vve_until,
            "half_days_per_week": read.half_days,
            "gestation_weeks": read.gestation_weeks if self.keeps_gestation else None,
        }
        said: dict[str, Any] = {name: value for name, value in given.items() if value not in {None, ""}}
        if in_bso:
            said |= NOT_IN_BSO
        return replace(old, file=file, birth_date=read.birth_date, **said)

    # --------------------------------------------------------------------------------------------- helpers

    def _held_back(self, rows: list[PlannedRow]) -> Iterable[PlannedRow]:
        """Refuse the changes whose placement cannot be, with the reason the placement gives."""
        moves = {
            work.child.pk: (work.child, work.group.group or Group(), work.begins_on)
            for row in rows
            if isinstance(work := row.works.get(""), ChildWork) and work.child and work.group and work.begins_on
        }
        no = placement_refusals(moves.values())
        for row in rows:
            work = row.works.get("")
            child = work.child if isinstance(work, ChildWork) else None
            if child is not None and child.pk in no:
                yield refused(CHILD, row.line, row.text.who, no[child.pk], born=row.text.born, group=row.text.group)
            else:
                yield row

    def _said_twice(self, first: int) -> str:
        if self.read.columns:
            return _("Dit kind staat ook op regel %(line)d van het bestand.") % {"line": first}
        return _("Dit kind staat ook als nummer %(line)d in het bestand.") % {"line": first}

    def _candidates(self, read: ReadChild) -> list[Child]:
        return self.known.by_name.get(_name_key(read.first_name, read.last_name, read.birth_date), [])

    def _text(self, read: ReadChild) -> RowText:
        return RowText(read.name, born=read.birth_date.isoformat(), group=self.targets[read.group].name)

    def _refused(self, read: ReadChild, reason: str) -> PlannedRow:
        group = self.targets[read.group].read.name
        return refused(CHILD, read.line, read.name, reason, born=read.birth_date.isoformat(), group=group)


def _kind_of(target: GroupTarget) -> str:
    return target.group.kind if target.group else target.kind


def _name_key(first: str, last: str, born: date) -> tuple[str, str, date]:
    return fold_name(first), fold_name(last), born


def _differences(before: ChildData, after: ChildData) -> Iterable[tuple[str, Any, Any]]:
    old, new = before.file, after.file
    yield _("Naam"), str(old), str(new)
    yield _("Geboortedatum"), before.birth_date, after.birth_date
    genders = dict(Child.Gender.choices)
    yield _("Geslacht"), genders[before.gender], genders[after.gender]
    yield _("Thuistaal"), before.home_language, after.home_language
    yield _("VVE vanaf"), before.vve_from, after.vve_from
    yield _("VVE tot"), before.vve_until, after.vve_until
    yield _("Dagdelen per week"), before.half_days_per_week, after.half_days_per_week
    yield _("Zwangerschapsduur"), before.gestation_weeks, after.gestation_weeks
    yield _("Bijzonderheden"), old.remarks, new.remarks
