"""Who may do what (ACC-9): predicates over the role table, a user's assignments and the organisation's modules.

Pure: ``User.access_on`` reads the assignments and the modules, and hands them to these.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from accounts.roles import ALWAYS_ALONG, ROLE_TABLE, Reach, Right, Role, belongs_to_assignment


@dataclass(frozen=True)
class Assignment:
    """A role in force: for the whole organisation, or for one location; for all modules, or for one."""

    role: Role
    location_id: UUID | None
    module: str


@dataclass(frozen=True)
class Access:
    """All a user may do on one day."""

    assignments: tuple[Assignment, ...]
    modules: frozenset[str]

    def reach(self, right: Right) -> Reach | None:
        """Return how far the user's right reaches, or None when they do not have it or its module is off."""
        return max((ROLE_TABLE[found.role][right] for found in self._granting(right)), default=None)

    def may(self, right: Right) -> bool:
        """Say whether the user has the right at all."""
        return self.reach(right) is not None

    def locations(self, right: Right) -> frozenset[UUID] | None:
        """Return the locations the right reaches; None means all of the organisation's.

        Assignments that reach no further than one's own groups add no location, and a role given for one location
        reaches that location alone, however far the role itself could reach.
        """
        found: set[UUID] = set()
        for assignment in self._granting(right):
            if ROLE_TABLE[assignment.role][right] is Reach.GROUPS:
                continue
            if assignment.location_id is None:
                return None
            found.add(assignment.location_id)
        return frozenset(found)

    def _granting(self, right: Right) -> Iterable[Assignment]:
        if right.module is not None and right.module.value not in self.modules:
            return
        for assignment in self.assignments:
            if self._brings(assignment, right) and right in ROLE_TABLE[assignment.role]:
                yield assignment

    def _brings(self, assignment: Assignment, right: Right) -> bool:
        """Say whether an assignment is about this right at all: one for a single module brings little else (ACC-9.12)."""
        if assignment.module and assignment.module not in self.modules and right not in ALWAYS_ALONG:
            return False
        return belongs_to_assignment(right, assignment.module)
