"""The list of groups leads to the work of out-of-school care where that is all there is (BSO-1)."""

from django.urls import reverse

from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from licensing.modules import Module
from observations.models import Group
from tests import factories
from tests.clients import client_of


def test_group_of_a_licence_for_bso_alone_can_be_opened(db: None) -> None:
    factories.bso_instruments()
    with tenant_scope(factories.organisation(modules=(Module.BSO,))):
        staff = factories.user(Role.GROUP_STAFF)
        group = factories.group(staff=staff, kind=Group.Kind.BSO)
    client = client_of(staff)
    url = reverse("observations:bso_group", args=[group.pk])
    assert url in client.get(reverse("observations:groups")).content.decode()
    assert client.get(url).status_code == 200
