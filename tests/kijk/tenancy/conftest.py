"""Two tenants for every test that asks for them."""

import pytest

from tests.database import TestDatabase
from tests.kijk.tenancy.world import Tenant, two_tenants


@pytest.fixture
def tenants(committed_db: TestDatabase) -> tuple[Tenant, Tenant]:
    """Ours and theirs, each with a row in every tenant table; committed, and no scope is open."""
    return two_tenants()
