"""The files a board asks for (issue of access; ACC-9, LIC-6)."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.domain.reviews import begin_review, decide, sign_review
from accounts.models import AccessReviewEntry, PersonName, SignInPolicy, TotpDevice, TotpSecret, User, UserSession
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from tests import factories
from tests.clients import client_of

SUBPROCESSORS = """
- name: Voorbeeldhosting B.V.
  address: Kade 1, Amsterdam
  task: servers
  country: NL
  categories: all
"""


@pytest.fixture
def administrator(db: None) -> User:
    with tenant_scope(factories.organisation()):
        made = factories.user(Role.ADMINISTRATOR)
        coach = factories.user(Role.COACH, factories.location("Noord"))
        coach.name = PersonName("=cmd()", "", "Zee")
        coach.save()
        device = TotpDevice(user=coach, confirmed_at=timezone.now())
        device.secret = TotpSecret("JBSWY3DPEHPK3PXP")
        device.save()
        return made


def table(response: HttpResponse) -> list[list[str]]:
    assert response.headers["Content-Type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def open_file(client: Client, name: str, **kwargs: Any) -> list[list[str]]:
    return table(client.get(reverse(f"accounts:{name}", kwargs=kwargs)))


def test_roles_file_has_a_row_for_each_role(administrator: User) -> None:
    header, *rows = open_file(client_of(administrator), "roles_csv")
    assert header[:6] == ["Achternaam", "Tussenvoegsel", "Voornaam", "E-mailadres", "Account", "Rol"]
    assert {(row[5], row[6]) for row in rows} == {("beheerder", "hele organisatie"), ("pedagogisch coach", "Noord")}


def test_name_that_looks_like_a_formula_is_text(administrator: User) -> None:
    _header, *rows = open_file(client_of(administrator), "roles_csv")
    assert [row[2] for row in rows if row[0] == "Zee"] == ["'=cmd()"]


def test_second_factor_file_tells_who_must_and_who_has(administrator: User) -> None:
    _header, *rows = open_file(client_of(administrator), "second_factor_csv")
    assert {row[0]: (row[5], row[6]) for row in rows}["Zee"] == ("nee", "ja")
    with tenant_scope(administrator.organisation_id):
        surname = administrator.name.last_name
        SignInPolicy.objects.create(second_factor_for_all=True)
    assert {row[0]: (row[5], row[6]) for row in rows}[surname] == ("ja", "nee")
    _header, *rows = open_file(client_of(administrator), "second_factor_csv")
    assert {row[5] for row in rows} == {"ja"}


def test_review_file_tells_what_was_decided_and_by_whom(administrator: User) -> None:
    now = timezone.now()
    with tenant_scope(administrator.organisation_id):
        review = begin_review(by=administrator, now=now)
        found = dict.fromkeys(AccessReviewEntry.objects.values_list("pk", flat=True), "keep")
        decide(review=review, decisions=found, by=administrator, now=now)
        sign_review(review=review, by=administrator, now=now)
        name = administrator.get_full_name()
    _header, *rows = open_file(client_of(administrator), "access_review_csv", pk=review.pk)
    assert {(row[5], row[6], row[8]) for row in rows} == {("klopt", name, name)}
    assert any(row[4].startswith("pedagogisch coach (Noord") for row in rows)


@override_settings(SUBPROCESSORS=SUBPROCESSORS)
def test_subprocessors_file_is_the_deployments_list(administrator: User) -> None:
    _header, *rows = open_file(client_of(administrator), "subprocessors_csv")
    assert [row[:4] for row in rows] == [["Voorbeeldhosting B.V.", "Kade 1, Amsterdam", "servers", "NL"]]


def test_officer_gets_the_files_and_a_coach_does_not(administrator: User) -> None:
    with tenant_scope(administrator.organisation_id):
        officer = factories.user(Role.DATA_PROTECTION_OFFICER)
        coach = User.objects.get(assignments__role=Role.COACH)
    for user, status in ((officer, 200), (coach, 403)):
        assert client_of(user).get(reverse("accounts:roles_csv")).status_code == status


@pytest.mark.requirement("ACC-8.3")
def test_file_asks_again_who_is_there_after_ten_minutes(administrator: User) -> None:
    client = client_of(administrator)
    with tenant_scope(administrator.organisation_id):
        UserSession.objects.update(confirmed_at=timezone.now() - timedelta(minutes=10))
    response = client.get(reverse("accounts:roles_csv"))
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/bevestigen/")


def test_other_organisations_people_are_in_no_file(administrator: User) -> None:
    with tenant_scope(factories.organisation()):
        stranger = factories.user(Role.ADMINISTRATOR)
        surname = stranger.name.last_name
    text = client_of(administrator).get(reverse("accounts:roles_csv")).content.decode()
    assert surname not in text
