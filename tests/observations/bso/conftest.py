"""An organisation with a BSO group."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from accounts.models import User
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.bso.measuring import start_measurement
from observations.models import BsoRegistration, Child, Group
from tests import factories
from tests.observations.bso.room import bso_child, today


@dataclass(frozen=True)
class Bso:
    """An organisation with a BSO group, two who work there, and a child with an open measurement."""

    organisation_id: UUID
    staff: User
    colleague: User
    coach: User
    group: Group
    child: Child
    opened: BsoRegistration


@pytest.fixture
def bso(db: None) -> Bso:
    """Make it; no scope is open afterwards."""
    factories.bso_instruments()
    # Pages about signals name the lines of this one.
    factories.development_instrument()
    organisation_id = factories.organisation()
    with tenant_scope(organisation_id):
        staff, colleague = factories.user(Role.GROUP_STAFF), factories.user(Role.INTERNAL_SUPPORT)
        group = factories.group(staff=staff, kind=Group.Kind.BSO)
        child = bso_child(group)
        opened = start_measurement(child=child, today=today(), by=staff)
        return Bso(organisation_id, staff, colleague, factories.user(Role.COACH), group, child, opened)


@pytest.fixture
def in_bso(bso: Bso) -> Iterator[Bso]:
    """Open the organisation's scope around a test of the domain."""
    with tenant_scope(bso.organisation_id, actor_id=bso.staff.pk):
        yield bso
