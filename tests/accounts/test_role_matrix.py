"""Who may do what, as the administrator reads it (ACC-9.11)."""

from datetime import date

import pytest
from django.utils import timezone

from accounts.domain.role_changes import give_role
from accounts.domain.role_matrix import RoleMatrix, role_matrix
from accounts.models import User
from accounts.roles import ORGANISATION_ROLES, ROLE_TABLE, STAFF_ROLES, Reach, Right, Role
from kijk.tenancy.context import tenant_scope
from licensing.models import Organisation
from tests import factories
from tests.accounts.office import Office, make_office, rename, take_up

URL = "/beheer/wie-mag-wat/"
WORDS = {Reach.GROUPS: "eigen groepen", Reach.LOCATIONS: "eigen locaties", Reach.ORGANISATION: "hele organisatie"}


@pytest.fixture
def office(db: None) -> Office:
    return make_office()


def matrix(office: Office, on: date | None = None) -> RoleMatrix:
    with tenant_scope(office.organisation_id):
        return role_matrix(on=on or timezone.localdate())


def holders(office: Office, right: Right) -> list[tuple[str, str]]:
    (row,) = [row for row in matrix(office).rights if row.code == right.code]
    return [(holder.name, holder.where) for holder in row.holders]


@pytest.mark.requirement("ACC-9.11")
def test_matrix_is_the_table_in_words(office: Office) -> None:
    found, by_code = matrix(office), {right.code: right for right in Right}
    assert [card.code for card in found.roles] == [role.value for role in ORGANISATION_ROLES]
    assert {card.code for card in found.staff} == {role.value for role in STAFF_ROLES}
    for row in found.rights:
        right = by_code[row.code]
        reaches = [ROLE_TABLE[role].get(right) for role in ORGANISATION_ROLES]
        assert list(row.reaches) == ["" if reach is None else WORDS[reach] for reach in reaches]
        assert (row.label, row.explanation) == (str(right.label), str(right.explanation))
    shown = {row.code for row in found.rights}
    assert {right.code for right in Right} - shown == {"staff.view", "staff.unlock"}
    for card, role in zip(found.roles, ORGANISATION_ROLES, strict=True):
        assert [each.right for each in card.rights] == [
            str(right.label) for right in Right if right in ROLE_TABLE[role]
        ]


@pytest.mark.requirement("ACC-9.11")
def test_page_explains_roles_rights_and_bazalt(office: Office) -> None:
    response = office.client().get(URL)
    text = response.content.decode()
    assert response.status_code == 200
    assert "Werkt met de kinderen van de eigen groepen" in text
    assert "Lezen wat collega&#x27;s over een kind hebben opgeschreven." in text
    assert "Medewerkers van Bazalt zien nooit een dossier" in text
    assert 'Sanne de Wit</a> <span class="muted">eigen groepen' in text


def test_holders_are_who_has_the_right_now_and_how_far(office: Office) -> None:
    with tenant_scope(office.organisation_id):
        coach = rename(factories.user(Role.COACH, office.south), "Ans", "", "Aken")
        give_role(user=coach, role=Role.COACH, begins_on=timezone.localdate(), location=office.north)
        rename(factories.user(Role.INTERNAL_SUPPORT), "Bo", "van", "Berg")
        rename(factories.user(Role.QUALITY), "Cor", "", "Cats")
        closed = factories.user(Role.COACH)
        User.objects.filter(pk=closed.pk).update(is_active=False)
    assert holders(office, Right.NOTE_WRITE) == [
        ("Ans Aken", "alleen Noord, Zuid"),
        ("Bo van Berg", "hele organisatie"),
        ("Sanne de Wit", "eigen groepen"),
    ]
    assert holders(office, Right.ROLE_DECIDE) == [
        ("Kim Ouwehand", "hele organisatie"),
        ("Kim Özdemir", "hele organisatie"),
    ]


@pytest.mark.requirement("ACC-9.12")
def test_role_for_one_module_makes_a_holder_of_that_module_only(office: Office) -> None:
    with tenant_scope(office.organisation_id):
        user = rename(factories.user(), "Bo", "van", "Berg")
        give_role(user=user, role=Role.INTERNAL_SUPPORT, begins_on=timezone.localdate(), module="monitoring")
    assert ("Bo van Berg", "hele organisatie") in holders(office, Right.MONITORING_READ)
    assert "Bo van Berg" not in [name for name, _where in holders(office, Right.CHILD_READ)]


def test_module_that_is_off_leaves_its_rights_without_holders(office: Office) -> None:
    with tenant_scope(office.organisation_id):
        Organisation.objects.update(modules=["monitoring"])
    (row,) = [row for row in matrix(office).rights if row.code == Right.NOTE_READ.code]
    assert (row.is_off, row.holders) == (True, ())
    assert "Dat staat uit voor uw organisatie" in office.client().get(URL).content.decode()


def test_matrix_costs_the_same_for_few_and_many(office: Office, django_assert_num_queries: object) -> None:
    for _ in range(2):
        with tenant_scope(office.organisation_id):
            # The modules, the roles in force, and the key of the names.
            with django_assert_num_queries(3):  # type: ignore[operator]
                role_matrix(on=timezone.localdate())
            for _number in range(4):
                factories.user(Role.COACH, office.north)


@pytest.mark.parametrize("role", [Role.DATA_PROTECTION_OFFICER, Role.GROUP_STAFF])
def test_overseer_reads_it_and_group_staff_do_not(office: Office, role: Role) -> None:
    with tenant_scope(office.organisation_id):
        user = take_up(factories.user(role))
    expected = 200 if role is Role.DATA_PROTECTION_OFFICER else 403
    assert office.client(user).get(URL).status_code == expected


# ------------------------------------------------------------------------------------- being refused


@pytest.mark.requirement("ACC-9.11")
def test_refusal_says_which_right_is_missing_who_has_it_and_who_can_give_it(office: Office) -> None:
    response = office.client(office.colleague).get(URL)
    text = response.content.decode()
    assert response.status_code == 403
    assert "<strong>medewerkers, hun rollen en hun laatste inlog bekijken</strong>" in text
    assert "Dit recht hoort bij: beheerder, functionaris gegevensbescherming." in text
    assert "Vraag het aan de beheerder van uw organisatie: Kim Ouwehand, Kim Özdemir." in text


def test_refusal_where_there_are_many_administrators_names_none(office: Office) -> None:
    with tenant_scope(office.organisation_id):
        for _ in range(2):
            factories.user(Role.ADMINISTRATOR)
    text = office.client(office.colleague).get(URL).content.decode()
    assert "Vraag het aan de beheerder van uw organisatie." in text
    assert "Kim" not in text.split("<main")[1]
