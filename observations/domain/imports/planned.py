"""What an import would do: rows to be shown, and what stands behind each of them (CHD-3)."""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from kijk.encryption.keyring import KeyPurpose, keyring
from kijk.encryption.primitives import derive
from kijk.web.dutch import format_date
from licensing.models import Location
from observations.domain.children.records import ChildData
from observations.domain.imports.content import ReadFile, ReadGroup
from observations.models import Child, Group, ImportRow, ImportSource, RowText

Kind, Outcome = ImportRow.Kind, ImportRow.Outcome

# What can be chosen for a group: to leave it out, to make it ("new:toddler"), or to use one there is ("use:<id>").
SKIP: Final = "skip"
NEW: Final = "new:"
USE: Final = "use:"
# What can be chosen for a child that may be known, a leaver, and a colleague.
SAME: Final = "same:"
NEW_CHILD: Final = "new"
ARCHIVE: Final = "archive"
GIVE: Final = "give"

# Where children without a group in the file go.
NO_GROUP: Final = ""

Progress = Callable[[int, int, str], None]


def no_progress(_done: int, _total: int, _text: str) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class PlanSettings:
    """How a file is to be taken: from which source, for which school year, on which day, and what was chosen.

    ``groups`` holds the choice for each group of the file, by its ref; one that is not there has the proposed one.
    """

    source_id: UUID
    school_year: int
    on: date
    groups: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as a job keeps it."""
        return {**asdict(self), "source_id": str(self.source_id), "on": self.on.isoformat()}

    @classmethod
    def of_json(cls, values: Mapping[str, Any]) -> "PlanSettings":
        """Return what ``as_json`` made. Raises KeyError, TypeError or ValueError on anything else."""
        given = {**values, "source_id": UUID(values["source_id"]), "on": date.fromisoformat(values["on"])}
        return cls(**given)

    @property
    def first_day(self) -> date:
        """The day from which children are placed: today, or the first of a school year that has still to begin."""
        return max(self.on, date(self.school_year, 8, 1))


@dataclass(repr=False)
class GroupTarget:
    """Where the children of one group of the file go. ``group`` is None until it is made, or for good (skip)."""

    read: ReadGroup
    choice: str
    location: Location | None = None
    group: Group | None = None
    reason: str = ""
    linked: bool = False
    children: int = 0

    @property
    def skipped(self) -> bool:
        """Say whether the group is left out."""
        return self.choice == SKIP

    @property
    def kind(self) -> str:
        """The kind of a group to be made; "" for all others."""
        return self.choice.removeprefix(NEW) if self.choice.startswith(NEW) else ""

    @property
    def name(self) -> str:
        """The name as Kijk has it or will have it."""
        return self.group.name if self.group else self.read.name


@dataclass(frozen=True, repr=False)
class ChildWork:
    """What is to be done with a child: ``child`` is None for a new one; ``data`` None changes nothing of it.

    ``key`` is the hash to link the child by, ``group`` where to place it from ``begins_on`` (None: it stays).
    """

    child: Child | None = None
    data: ChildData | None = None
    group: GroupTarget | None = None
    begins_on: date | None = None
    key: bytes | None = None
    leaves_on: date | None = None


@dataclass(frozen=True, repr=False)
class StaffWork:
    """The groups a colleague could work on from now, and the hash to know them by."""

    user: User
    groups: tuple[GroupTarget, ...]
    key: bytes | None = None


@dataclass(frozen=True, repr=False)
class PlannedRow:
    """One row. ``works`` holds what each choice comes to; "" is what happens without one."""

    kind: str
    outcome: str
    line: int
    text: RowText
    works: Mapping[str, ChildWork | StaffWork | GroupTarget] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Plan:
    """All rows in their order, and what was read."""

    source: ImportSource
    settings: PlanSettings
    read: ReadFile
    groups: tuple[GroupTarget, ...]
    rows: tuple[PlannedRow, ...]

    def fingerprint(self) -> bytes:
        """Return a keyed hash of all that the rows say and do: a plan that differs in anything has another."""
        rows = [[row.kind, row.outcome, row.line, asdict(row.text), sorted(row.works)] for row in self.rows]
        content = json.dumps([self.settings.as_json(), rows], sort_keys=True).encode()
        _version, key = keyring().organisation_key(KeyPurpose.INDEX)
        return hmac.digest(derive(key, "import|plan"), content, "sha256")

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each kind and outcome, as "child.added"."""
        found: dict[str, int] = {}
        for row in self.rows:
            name = f"{row.kind}.{row.outcome}"
            found[name] = found.get(name, 0) + 1
        return found


def refused(kind: str, line: int, who: str, reason: str, *, born: str = "", group: str = "") -> PlannedRow:
    """Return a row that is not imported, with why."""
    return PlannedRow(kind, Outcome.REFUSED, line, RowText(who, born=born, group=group, reason=reason))


def words_of(value: Any) -> str:
    """Return a value as a preview shows it."""
    if value is None or value == "":
        return _("niets")
    if isinstance(value, date):
        return format_date(value)
    return str(value)
