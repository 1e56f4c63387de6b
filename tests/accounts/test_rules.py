"""What a user may do on a day: the roles in force, the modules that are on, and how far it reaches (ACC-9)."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from accounts.models import User
from accounts.roles import ROLE_TABLE, Reach, Right, Role
from accounts.rules import Access, Assignment
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from licensing.models import Organisation
from licensing.modules import Module
from tests import factories

DAY = date(2026, 10, 5)
ALL = frozenset(module.value for module in Module)
HERE, THERE = uuid7(), uuid7()


def access(
    *assignments: tuple[Role, UUID | None] | tuple[Role, UUID | None, str], modules: frozenset[str] = ALL
) -> Access:
    """Return what somebody with these assignments may do."""
    rows = [(*each, "")[:3] for each in assignments]
    return Access(tuple(Assignment(role, location, module) for role, location, module in rows), modules)


def user_with(role: Role, *, begins_on: date, ends_on: date | None = None) -> User:
    """Create a user with a role for a time; needs a scope."""
    from accounts.domain.users import assign_role

    made = factories.user(password=None)
    assign_role(user=made, role=role, begins_on=begins_on, ends_on=ends_on)
    return made


@pytest.mark.requirement("ACC-9.1")
def test_every_role_may_what_the_table_says_and_no_more() -> None:
    for role in Role:
        may = {right for right in Right if access((role, None)).may(right)}
        assert (role, may) == (role, set(ROLE_TABLE[role]))


def test_nobody_without_a_role_may_anything() -> None:
    assert [right for right in Right if access().may(right)] == []
    assert access().reach(Right.TODAY_VIEW) is None
    assert access().locations(Right.CHILD_READ) == frozenset()


@pytest.mark.requirement("LIC-3.2")
@pytest.mark.parametrize("module", list(Module))
def test_module_that_is_off_takes_its_rights_from_everybody(module: Module) -> None:
    left = ALL - {module.value}
    for role in Role:
        found = access((role, None), modules=left)
        expected = {right for right in ROLE_TABLE[role] if right.module != module}
        assert {right for right in Right if found.may(right)} == expected
        assert {right for right in Right if found.locations(right) is None} == {
            right for right in expected if ROLE_TABLE[role][right] is not Reach.GROUPS
        }


EVERYBODY = {Right.TODAY_VIEW, Right.PRIVACY_READ}
MONITORING = EVERYBODY | {Right.MONITORING_READ, Right.MONITORING_EXPORT}
READING = EVERYBODY | {
    Right.CHILD_READ,
    Right.NOTE_READ,
    Right.REGISTRATION_READ,
    Right.SIGNAL_READ,
    Right.PLAN_READ,
}
REGISTERING = READING | {
    Right.NOTE_WRITE,
    Right.REGISTRATION_WRITE,
    Right.REGISTRATION_CLOSE,
    Right.SIGNAL_WRITE,
    Right.REPORT_EXPORT,
    Right.PLAN_WRITE,
}
BSO = EVERYBODY | {
    Right.CHILD_READ,
    Right.SIGNAL_READ,
    Right.SIGNAL_WRITE,
    Right.BSO_READ,
    Right.BSO_WRITE,
    Right.BSO_EXPORT,
}
KEEPING = READING | {
    Right.NOTE_DECIDE,
    Right.REGISTRATION_REOPEN,
    Right.PERIOD_WRITE,
    Right.SIGNAL_RULES_WRITE,
    Right.REPORT_EXPORT,
}


@pytest.mark.requirement("ACC-9.12")
@pytest.mark.parametrize(
    ("role", "module", "rights"),
    [
        (Role.INTERNAL_SUPPORT, "monitoring", MONITORING),
        (Role.INTERNAL_SUPPORT, "registration", REGISTERING | {Right.NOTE_DECIDE}),
        (Role.INTERNAL_SUPPORT, "pupil_monitor", EVERYBODY),
        (Role.GROUP_STAFF, "registration", REGISTERING),
        (Role.GROUP_STAFF, "monitoring", EVERYBODY),
        (Role.COACH, "registration", READING | {Right.NOTE_WRITE, Right.PLAN_WRITE}),
        (Role.GROUP_STAFF, "bso", BSO),
        (Role.COACH, "sensitive", EVERYBODY | {Right.CHILD_READ, Right.SENSITIVE_READ, Right.SENSITIVE_WRITE}),
        (Role.GROUP_STAFF, "sensitive", EVERYBODY | {Right.CHILD_READ, Right.SENSITIVE_WRITE}),
        (Role.ADMINISTRATOR, "sensitive", EVERYBODY | {Right.CHILD_READ}),
        (Role.QUALITY, "monitoring", MONITORING),
        (Role.QUALITY, "registration", EVERYBODY),
        (Role.ADMINISTRATOR, "registration", KEEPING),
        (Role.ADMINISTRATOR, "monitoring", MONITORING),
        (Role.DATA_PROTECTION_OFFICER, "monitoring", EVERYBODY),
    ],
)
def test_role_for_one_module_gives_that_module_and_no_more(role: Role, module: str, rights: set[Right]) -> None:
    found = access((role, None, module))
    assert {right for right in Right if found.may(right)} == rights
    assert {right for right in Right if found.locations(right) != frozenset()} <= rights


@pytest.mark.requirement("ACC-9.12")
def test_role_for_one_module_adds_to_another_role() -> None:
    found = access((Role.QUALITY, HERE), (Role.INTERNAL_SUPPORT, THERE, "monitoring"))
    assert found.locations(Right.MONITORING_READ) == frozenset({HERE, THERE})
    assert not found.may(Right.CHILD_READ)


@pytest.mark.requirement("LIC-3.2")
def test_role_for_a_module_that_is_off_brings_what_everybody_has() -> None:
    found = access((Role.GROUP_STAFF, None, "registration"), modules=ALL - {"registration"})
    assert {right for right in Right if found.may(right)} == EVERYBODY


@pytest.mark.requirement("ACC-9.3")
@pytest.mark.parametrize("role", [Role.INTERNAL_SUPPORT, Role.COACH])
def test_support_and_coach_reach_their_own_locations(role: Role) -> None:
    assert access((role, HERE)).locations(Right.CHILD_READ) == frozenset({HERE})
    assert access((role, HERE), (role, THERE)).locations(Right.CHILD_READ) == frozenset({HERE, THERE})
    assert access((role, None)).locations(Right.CHILD_READ) is None


@pytest.mark.requirement("ACC-9.2")
def test_group_staff_reach_no_location_as_such() -> None:
    for location in (None, HERE):
        found = access((Role.GROUP_STAFF, location))
        assert (found.reach(Right.CHILD_READ), found.locations(Right.CHILD_READ)) == (Reach.GROUPS, frozenset())


@pytest.mark.requirement("ACC-9.9")
def test_role_given_for_one_location_reaches_that_location_alone() -> None:
    assert access((Role.ADMINISTRATOR, HERE)).locations(Right.CHILD_READ) == frozenset({HERE})
    assert access((Role.QUALITY, HERE)).locations(Right.MONITORING_READ) == frozenset({HERE})
    assert access((Role.ADMINISTRATOR, None)).locations(Right.CHILD_READ) is None


def test_the_widest_of_several_roles_counts_for_its_own_right_only() -> None:
    found = access((Role.GROUP_STAFF, None), (Role.COACH, HERE), (Role.QUALITY, None))
    assert found.reach(Right.CHILD_READ) is Reach.LOCATIONS
    assert found.locations(Right.CHILD_READ) == frozenset({HERE})
    assert found.locations(Right.MONITORING_READ) is None
    assert found.locations(Right.REGISTRATION_WRITE) == frozenset()


@pytest.mark.requirement("ACC-9.9")
@pytest.mark.parametrize(
    ("begins", "ends", "may"),
    [(0, None, True), (0, 0, True), (-9, 0, True), (-9, 9, True), (1, None, False), (-9, -1, False)],
)
def test_role_is_in_force_from_its_first_to_its_last_day(db: None, begins: int, ends: int | None, may: bool) -> None:
    with tenant_scope(factories.organisation()):
        user = user_with(
            Role.GROUP_STAFF,
            begins_on=DAY + timedelta(begins),
            ends_on=None if ends is None else DAY + timedelta(ends),
        )
        assert user.access_on(DAY).may(Right.CHILD_READ) is may


def test_inactive_user_may_nothing(db: None) -> None:
    with tenant_scope(factories.organisation()):
        user = user_with(Role.ADMINISTRATOR, begins_on=DAY)
        user.is_active = False
        assert user.access_on(DAY) == Access((), frozenset())


def test_role_of_somebody_else_gives_nothing(db: None) -> None:
    with tenant_scope(factories.organisation()):
        user_with(Role.ADMINISTRATOR, begins_on=DAY)
        assert factories.user(password=None).access_on(DAY).assignments == ()


@pytest.mark.requirement("LIC-3.2")
def test_modules_are_the_organisations(db: None, django_assert_num_queries: object) -> None:
    with tenant_scope(factories.organisation(modules=(Module.REGISTRATION,))):
        user = user_with(Role.ADMINISTRATOR, begins_on=DAY)
        assert user.access_on(DAY).modules == {"registration"}
        assert not user.access_on(DAY).may(Right.MONITORING_READ)
        Organisation.objects.update(modules=["registration", "weggevallen"])
        assert user.access_on(DAY).modules == {"registration"}


def test_access_takes_two_queries(db: None, django_assert_num_queries: object) -> None:
    with tenant_scope(factories.organisation()):
        user = user_with(Role.ADMINISTRATOR, begins_on=DAY)
        with django_assert_num_queries(2):  # type: ignore[operator]
            assert user.may(Right.CHILD_READ)
            assert user.may(Right.AUDIT_READ)
