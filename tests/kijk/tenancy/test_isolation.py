"""Two tenants, and everything that could mix them up (SEC-1). Transactional: an outer transaction hides leaks."""

import pytest

from kijk.tenancy.context import TenantContextMissing, tenant_scope
from observations.models import Child
from tests import factories


@pytest.mark.requirement("SEC-1.1")
def test_manager_shows_rows_of_own_organisation_only(committed_db: object) -> None:
    ours, theirs = factories.organisation(), factories.organisation()
    with tenant_scope(theirs):
        factories.child()
    with tenant_scope(ours):
        mine = factories.child()
        assert list(Child.objects.values_list("pk", flat=True)) == [mine.pk]


@pytest.mark.requirement("SEC-1.1")
def test_manager_raises_without_scope(committed_db: object) -> None:
    with pytest.raises(TenantContextMissing):
        Child.objects.count()


def test_child_name_is_read_back(committed_db: object) -> None:
    ours = factories.organisation()
    with tenant_scope(ours):
        made = factories.child()
    with tenant_scope(ours):
        assert str(Child.objects.get(pk=made.pk).file) == "Yara van Dijk"
