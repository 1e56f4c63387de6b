"""What the tests know of a page, and the organisation in which every page has something to show."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from accounts.models import OneTimeLink, RoleAssignment, User
from accounts.roles import Role
from observations.models import Child, GroupStaff, Registration

STAFF = Role.GROUP_STAFF


@dataclass(frozen=True)
class World:
    """One organisation in which every page has something to show."""

    organisation_id: UUID
    users: Mapping[Role, User]
    nobody: User
    child: Child
    opened: Registration
    closed: Registration
    # What stands in the address of a link that was mailed, of each kind.
    links: Mapping[OneTimeLink.Kind, dict[str, Any]]
    # The role of the quality staff, and the group of who registers.
    role: RoleAssignment
    group_staff: GroupStaff


def nothing(world: World) -> dict[str, Any]:
    """Return no arguments."""
    return {}


@dataclass(frozen=True)
class Page:
    """An address: how to open it, a role that may (None: everybody), one that may not, and its event."""

    name: str
    role: Role | None
    action: str
    method: str = "get"
    kwargs: Callable[[World], dict[str, Any]] = field(default=nothing)
    data: Callable[[World], dict[str, Any]] = field(default=nothing)
    denied_to: Role | None = Role.MEASUREMENT_COORDINATOR
    status: int = 200
    is_html: bool = True
    # About the person who asks, whatever their role; and of Bazalt's staff, who name a row of another organisation.
    of_oneself: bool = False
    crosses: bool = False

    @property
    def of_a_row(self) -> bool:
        """Say whether the address names a row."""
        return self.kwargs is not nothing
