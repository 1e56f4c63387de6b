"""Which group of the organisation each group of a file is, or which new one it becomes (CHD-3)."""

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.domain.colleagues import plain
from licensing.models import Location
from observations.domain.imports.content import ReadChild, ReadFile, ReadGroup
from observations.domain.imports.group_kinds import TOO_HIGH, guess_kind
from observations.domain.imports.keys import KeyDigests, Kind, known_keys
from observations.domain.imports.planned import (
    NEW,
    NO_GROUP,
    SKIP,
    USE,
    GroupTarget,
    Outcome,
    PlannedRow,
    PlanSettings,
    refused,
)
from observations.models import Group, ImportRow, ImportSource, RowText

# Of a Group's name.
LONGEST_NAME: Final = 80


class GroupPlanner:
    """Finds the groups of one file. Three queries, whatever their number."""

    def __init__(self, source: ImportSource, settings: PlanSettings, read: ReadFile, digests: KeyDigests) -> None:
        self.source, self.settings, self.read, self.digests = source, settings, read, digests
        self.locations = {plain(found.name): found for found in Location.objects.order_by("pk")}
        rows = Group.objects.filter(school_year=settings.school_year).select_related("location")
        self.groups = {group.pk: group for group in rows.order_by("location__name", "name")}
        self.by_name = {(group.location_id, plain(group.name)): group for group in self.groups.values()}
        self.by_key = known_keys(source.pk, Kind.GROUP, "group_id")
        self.new_names: set[tuple[UUID, str]] = set()

    def targets(self) -> dict[str, GroupTarget]:
        """Return where the children of each group of the file go, by the group's ref."""
        members: dict[str, list[ReadChild]] = {}
        for child in self.read.children:
            members.setdefault(child.group, []).append(child)
        found = {group.ref: self._target(group, members.get(group.ref, [])) for group in self.read.groups}
        if NO_GROUP in members:
            found[NO_GROUP] = self._without_group(len(members[NO_GROUP]))
        return found

    def _target(self, group: ReadGroup, children: list[ReadChild]) -> GroupTarget:
        location = self.locations.get(plain(group.location)) if group.location else self.source.location
        target = GroupTarget(group, SKIP, location, children=len(children))
        if location is None:
            target.reason = _("De locatie “%(name)s” kennen we niet.") % {"name": group.location}
            return target
        known = self._known(group, location)
        target.linked = bool(group.key) and self._key_of(group) in self.by_key
        target.choice = self._chosen(group.ref) or self._proposed(group, known, children)
        if target.choice.startswith(USE):
            target.group = self.groups[UUID(target.choice.removeprefix(USE))]
        elif target.choice.startswith(NEW) and known is not None and plain(known.name) == plain(group.name):
            # Two groups of one name in one year cannot be: the one that is there is meant.
            target.choice, target.group = f"{USE}{known.pk}", known
        self._refuse_second(target, location)
        if target.skipped:
            target.reason = target.reason or self._why_not(group, children)
        return target

    def _refuse_second(self, target: GroupTarget, location: Location) -> None:
        """Leave out a new group whose name another new group of the file has: a year has each name once."""
        if not target.choice.startswith(NEW):
            return
        name = (location.pk, target.read.name[:LONGEST_NAME])
        if name in self.new_names:
            target.choice = SKIP
            target.reason = _("Er is in het bestand nog een groep met deze naam. Kies welke groep u bedoelt.")
        self.new_names.add(name)

    def _without_group(self, count: int) -> GroupTarget:
        read = ReadGroup(NO_GROUP, "", _("zonder groep"))
        target = GroupTarget(read, self._chosen(NO_GROUP) or SKIP, self.source.location, children=count)
        if target.choice.startswith(USE):
            target.group = self.groups[UUID(target.choice.removeprefix(USE))]
        else:
            target.choice = SKIP
            target.reason = _("In het bestand staat geen groep bij dit kind. Kies bij Groepen waar het heen gaat.")
        return target

    def _key_of(self, group: ReadGroup) -> bytes:
        return self.digests.group(group, self.settings.school_year)

    def _known(self, group: ReadGroup, location: Location) -> Group | None:
        found = self.by_key.get(self._key_of(group)) if group.key else None
        if found is not None and found in self.groups:
            return self.groups[found]
        return self.by_name.get((location.pk, plain(group.name)))

    def _chosen(self, ref: str) -> str:
        """Return what was chosen for a group, where that still can be."""
        choice = self.settings.groups.get(ref, "")
        if choice == SKIP or (choice.startswith(NEW) and choice.removeprefix(NEW) in Group.Kind.values):
            return choice
        if choice.startswith(USE):
            try:
                return choice if UUID(choice.removeprefix(USE)) in self.groups else ""
            except ValueError:
                return ""
        return ""

    def _proposed(self, group: ReadGroup, known: Group | None, children: list[ReadChild]) -> str:
        if known is not None:
            return f"{USE}{known.pk}"
        # A table of colleagues makes no groups, and an empty group is no use to anybody.
        if not children:
            return SKIP
        kind = guess_kind(group, _births(children), [child.year for child in children], self.settings.on)
        return f"{NEW}{kind}" if kind else SKIP

    def _why_not(self, group: ReadGroup, children: list[ReadChild]) -> str:
        if self.settings.groups.get(group.ref) == SKIP:
            return _("U heeft gekozen om deze groep niet in te lezen.")
        if not children:
            return _("Er staan in het bestand geen kinderen in deze groep.")
        if group.year in TOO_HIGH or not group.year:
            return _("Dit lijkt een groep boven groep 2. Kijk is daar niet voor, behalve als het BSO is.")
        return _("De meeste kinderen van deze groep zitten boven groep 2. Kijk is daar niet voor.")


def group_rows(targets: Iterable[GroupTarget]) -> list[PlannedRow]:
    """Return the rows about groups: new, known, or left out."""
    rows = []
    for target in targets:
        if target.read.ref == NO_GROUP:
            continue
        place = target.location.name if target.location else target.read.location
        if target.skipped:
            rows.append(refused(ImportRow.Kind.GROUP, 0, target.read.name, target.reason, group=place))
            continue
        outcome = Outcome.UNCHANGED if target.group else Outcome.ADDED
        text = RowText(target.read.name, group=place, reason=_told(target))
        rows.append(PlannedRow(ImportRow.Kind.GROUP, outcome, 0, text, {"": target}))
    return rows


def _told(target: GroupTarget) -> str:
    if target.group is None:
        return _("Nieuwe groep: %(kind)s.") % {"kind": Group.Kind(target.kind).label}
    if plain(target.group.name) != plain(target.read.name):
        return _("In Kijk heet deze groep %(name)s.") % {"name": target.group.name}
    return ""


def _births(children: Iterable[ReadChild]) -> list[date]:
    return [child.birth_date for child in children]
