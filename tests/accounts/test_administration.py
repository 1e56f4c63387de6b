"""The first page of administration, and the way to it (ACC-9.11, ACC-11.3)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.views.administration import SECTIONS
from kijk.tenancy.context import tenant_scope
from tests import factories
from tests.accounts.office import Office, make_office, take_up

URL = "/beheer/"


@pytest.fixture
def office(db: None) -> Office:
    return make_office()


@pytest.mark.requirement("ACC-11.3")
def test_counters_lead_to_who_they_count(office: Office) -> None:
    now = timezone.now()
    with tenant_scope(office.organisation_id):
        User.objects.filter(pk=office.colleague.pk).update(
            last_login=now - timedelta(days=91), password_changed_at=now - timedelta(days=91)
        )
        factories.user()
    client = office.client()
    response = client.get(URL)
    counts = response.context["counts"]
    assert (counts.colleagues, counts.invited, counts.locked, counts.unused) == (4, 1, 0, 1)
    text = response.content.decode()
    for query, number in (("status=uitgenodigd", 1), ("let_op=ongebruikt", 1), ("let_op=zonder", 3)):
        assert f"/beheer/collegas/?{query}" in text
        assert client.get(f"/beheer/collegas/?{query}").context["count"] == number


def test_cards_are_what_this_person_may_open(office: Office) -> None:
    places = [place for section in SECTIONS for place in section.places]
    with tenant_scope(office.organisation_id):
        officer = take_up(factories.user(Role.DATA_PROTECTION_OFFICER))
        may = {
            user: [place.view_name for place in places if user.may(place.right)]
            for user in (office.administrator, officer)
        }
    factories.development_instrument()
    for user, names in may.items():
        client = office.client(user)
        shown = [card.url for part in client.get(URL).context["sections"] for card in part.cards]
        assert shown == [reverse(name) for name in names]
        assert [client.get(url, follow=True).status_code for url in shown] == [200] * len(shown)
    assert may[office.administrator] == [place.view_name for place in places]
    assert "observations:groups" not in may[officer]


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.ADMINISTRATOR, True),
        (Role.DATA_PROTECTION_OFFICER, True),
        (Role.GROUP_STAFF, False),
        (Role.QUALITY, False),
    ],
)
def test_menu_has_administration_for_who_may(office: Office, role: Role, shown: bool) -> None:
    with tenant_scope(office.organisation_id):
        user = take_up(factories.user(role))
    client = office.client(user)
    assert (f'href="{URL}"' in client.get("/").content.decode()) is shown
    assert client.get(URL).status_code == (200 if shown else 403)
