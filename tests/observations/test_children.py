"""Children, groups and placements (CHD-1, CHD-2), and whose children a user reaches (ACC-9)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.roles import Right, Role
from kijk.tenancy.context import tenant_scope
from observations.models import Child, ChildFile, Group, GroupStaff, Placement
from observations.rules import children_in_reach, groups_in_reach, may_reach_child
from tests import factories
from tests.observations.conftest import Nursery

TODAY = date(2026, 11, 20)


@pytest.mark.requirement("CHD-1.1")
def test_child_keeps_what_it_is_given(in_nursery: Nursery) -> None:
    made = factories.child(
        in_nursery.group,
        "Zoë",
        "van der",
        "Linden-Öztürk",
        birth_date=date(2024, 2, 29),
        gender=Child.Gender.GIRL,
        home_language="Turks",
        vve_from=date(2026, 9, 1),
        vve_until=date(2028, 2, 28),
        half_days_per_week=4,
        mentor_id=in_nursery.staff.pk,
    )
    found = Child.objects.get(pk=made.pk)
    assert found.file == ChildFile("Zoë", "van der", "Linden-Öztürk", "")
    assert (found.birth_date, found.gender, found.home_language) == (date(2024, 2, 29), "girl", "Turks")
    assert (found.vve_from, found.vve_until, found.half_days_per_week) == (
        date(2026, 9, 1),
        date(2028, 2, 28),
        4,
    )
    assert (found.mentor_id, found.placements.get().group_id) == (in_nursery.staff.pk, in_nursery.group.pk)


@pytest.mark.requirement("CHD-1.2")
def test_child_has_no_other_fields() -> None:
    names = {field.name for field in Child._meta.local_fields}
    assert names == {
        "id",
        "organisation",
        "file",
        "birth_date",
        "gender",
        "home_language",
        "vve_from",
        "vve_until",
        "half_days_per_week",
        "gestation_weeks",
        "mentor",
        "import_key",
        "archived_on",
        "next_education",
        "created_at",
    }
    assert set(ChildFile.__dataclass_fields__) == {"first_name", "infix", "last_name", "remarks"}


@pytest.mark.requirement("ACC-9.7")
def test_mentor_of_another_organisation_is_refused(committed_db: object) -> None:
    ours, theirs = factories.organisation(), factories.organisation()
    with tenant_scope(theirs):
        stranger = factories.user()
    with pytest.raises(IntegrityError), tenant_scope(ours):
        factories.child(mentor_id=stranger.pk)


@pytest.mark.requirement("CHD-2.1")
def test_group_has_location_year_kind_and_staff(in_nursery: Nursery) -> None:
    group = Group.objects.get(pk=in_nursery.group.pk)
    assert (group.location.organisation_id, group.school_year, group.kind) == (
        in_nursery.organisation_id,
        2026,
        Group.Kind.TODDLER,
    )
    assert list(group.staff.values_list("user", flat=True)) == [in_nursery.staff.pk]


@pytest.mark.requirement("CHD-2.2")
def test_child_has_one_main_group_at_a_time(in_nursery: Nursery) -> None:
    with pytest.raises(IntegrityError, match="placement_one_main_group"), transaction.atomic():
        Placement.objects.create(child=in_nursery.child, group=factories.group(), begins_on=TODAY)


@pytest.mark.requirement("CHD-2.2")
def test_placements_are_a_history(in_nursery: Nursery) -> None:
    in_nursery.child.placements.update(ends_on=date(2026, 10, 31))
    new = factories.group()
    Placement.objects.create(child=in_nursery.child, group=new, begins_on=date(2026, 11, 1))
    days = [date(2026, 10, 31), date(2026, 11, 1)]
    staff = User.objects.get(pk=in_nursery.staff.pk)
    assert [may_reach_child(staff, Right.CHILD_READ, in_nursery.child.pk, on=day) for day in days] == [True, False]


@pytest.mark.parametrize(
    "values",
    [
        {"half_days_per_week": 15},
        {"gestation_weeks": 19},
        {"vve_from": date(2026, 9, 1), "vve_until": date(2026, 8, 1)},
    ],
)
def test_database_refuses_what_cannot_be(in_nursery: Nursery, values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.child(in_nursery.group, **values)  # type: ignore[arg-type]


def user_with(role: Role, **at: object) -> User:
    return User.objects.get(pk=factories.user(role, **at).pk)  # type: ignore[arg-type]


@pytest.mark.requirement("ACC-9.2")
def test_group_staff_reach_their_own_groups_only(in_nursery: Nursery) -> None:
    factories.child(factories.group())
    staff = User.objects.get(pk=in_nursery.staff.pk)
    assert list(groups_in_reach(staff, Right.CHILD_READ, on=TODAY)) == [in_nursery.group]
    assert list(children_in_reach(staff, Right.CHILD_READ, on=TODAY)) == [in_nursery.child]


@pytest.mark.parametrize(("begin", "end", "expected"), [(1, 30, 1), (20, 20, 1), (21, 30, 0), (1, 19, 0)])
def test_substitute_reaches_the_group_between_its_days(
    in_nursery: Nursery, begin: int, end: int, expected: int
) -> None:
    substitute = user_with(Role.GROUP_STAFF)
    GroupStaff.objects.create(
        group=in_nursery.group, user=substitute, begins_on=date(2026, 11, begin), ends_on=date(2026, 11, end)
    )
    assert children_in_reach(substitute, Right.CHILD_READ, on=TODAY).count() == expected


@pytest.mark.parametrize("role", [Role.INTERNAL_SUPPORT, Role.COACH])
@pytest.mark.requirement("ACC-9.3")
def test_support_and_coach_reach_their_locations_only(in_nursery: Nursery, role: Role) -> None:
    factories.child(factories.group())
    here = user_with(role, location=in_nursery.group.location)
    assert list(children_in_reach(here, Right.CHILD_READ, on=TODAY)) == [in_nursery.child]


@pytest.mark.parametrize("role", [Role.MANAGEMENT, Role.QUALITY])
@pytest.mark.requirement("ACC-9.4")
def test_management_and_quality_reach_no_child(in_nursery: Nursery, role: Role) -> None:
    user = user_with(role, location=in_nursery.group.location)
    assert children_in_reach(user, Right.CHILD_READ, on=TODAY).count() == 0
    assert (user.may(Right.CHILD_READ), user.may(Right.MONITORING_READ)) == (False, True)


@pytest.mark.requirement("ACC-9.5")
def test_data_protection_officer_reaches_no_child(in_nursery: Nursery) -> None:
    user = user_with(Role.DATA_PROTECTION_OFFICER)
    assert children_in_reach(user, Right.CHILD_READ, on=TODAY).count() == 0
    assert (user.may(Right.NOTE_READ), user.may(Right.AUDIT_READ)) == (False, True)
