"""A group with its staff and a child, ready to be registered."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from accounts.models import User
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.instruments.catalogue import InstrumentContent
from observations.models import Child, Group
from tests import factories


@dataclass(frozen=True)
class Nursery:
    """An organisation with one group, its staff, a child in it, and the shipped instrument."""

    organisation_id: UUID
    staff: User
    administrator: User
    quality: User
    group: Group
    child: Child
    content: InstrumentContent


@pytest.fixture
def nursery(db: None) -> Nursery:
    """Make the organisation; no scope is open afterwards."""
    content = factories.development_instrument()
    organisation_id = factories.organisation()
    with tenant_scope(organisation_id):
        staff = factories.user(Role.GROUP_STAFF)
        group = factories.group(staff=staff)
        return Nursery(
            organisation_id=organisation_id,
            staff=staff,
            administrator=factories.user(Role.ADMINISTRATOR),
            quality=factories.user(Role.QUALITY),
            group=group,
            child=factories.child(group),
            content=content,
        )


@pytest.fixture
def in_nursery(nursery: Nursery) -> Iterator[Nursery]:
    """Open the organisation's scope around a test of the domain."""
    with tenant_scope(nursery.organisation_id, actor_id=nursery.staff.pk):
        yield nursery
