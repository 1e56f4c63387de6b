"""A child in out-of-school care is not proposed for archiving while it is measured there (CHD-5)."""

from datetime import timedelta

import pytest

from accounts.models import User
from accounts.roles import Role
from observations.domain.children.archive import list_quiet
from observations.models import BsoRegistration, Placement
from tests import factories
from tests.observations.bso.conftest import Bso
from tests.observations.bso.room import today


@pytest.mark.requirement("CHD-5.3")
def test_child_that_was_measured_this_year_is_not_proposed(in_bso: Bso) -> None:
    Placement.objects.filter(child=in_bso.child).update(begins_on=today() - timedelta(days=800))
    administrator = factories.user(Role.ADMINISTRATOR)
    reader = User.objects.get(pk=administrator.pk)
    assert list_quiet(reader, today=today()) == []
    long_ago = today() - timedelta(days=500)
    BsoRegistration.objects.filter(child=in_bso.child).update(observed_on=long_ago)
    found = list_quiet(reader, today=today())
    assert [(row.pk, row.last_on) for row in found] == [(in_bso.child.pk, long_ago)]
