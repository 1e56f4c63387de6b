"""The organisations, staff and children of the demonstration, before anything is written."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from accounts.roles import ORGANISATION_ROLES, Role
from observations.demo.accounts import ACCOUNTS, DEMO_PASSWORD
from observations.demo.blueprints import BLUEPRINTS
from observations.demo.names import STAFF, origins, speaks_another_language
from observations.demo.organisations import plan_organisations
from observations.demo.periods import periods_of, school_year_of
from observations.demo.plans import ChildPlan, OrganisationPlan
from observations.models import Group
from tests.observations.demo.rooms import TODAY

# Nobody should read a well-known name in a demonstration.
WELL_KNOWN = {"Verstappen", "Rutte", "Wilders", "Cruijff", "Ziyech", "Halsema", "Aboutaleb", "Duda", "Zelenskyy"}
SIGNS = set("!@#$%^&*()\\-_=+`~,./?:;|")


@pytest.fixture(scope="module")
def plans() -> list[OrganisationPlan]:
    return list(plan_organisations(seed=1, scale=1, today=TODAY))


def all_children(plans: list[OrganisationPlan]) -> list[ChildPlan]:
    return [child for plan in plans for child in plan.children]


def test_demonstration_at_scale_one_is_about_250_children(plans: list[OrganisationPlan]) -> None:
    found = {plan.blueprint.key: len(plan.children) for plan in plans}

    assert found == {
        "voorbeeldstad": 0, "zonnebloem": 123, "lammerwolk": 62, "papierenzwaan": 46, "vliegermakers": 22, "bazalt": 0,
    }  # fmt: skip


def test_scale_multiplies_locations_and_children() -> None:
    large = list(plan_organisations(seed=1, scale=10, today=TODAY))

    assert [len(plan.locations) for plan in large] == [0, 30, 20, 10, 10, 0]
    assert len(all_children(large)) == 2530
    assert len({location for plan in large for location in plan.locations}) == 30


def test_small_scale_keeps_every_kind_of_group() -> None:
    small = list(plan_organisations(seed=1, scale=0.1, today=TODAY))

    assert {room.kind for plan in small for room in plan.rooms} == set(Group.Kind.values)
    assert 20 <= len(all_children(small)) <= 32


def test_children_are_of_the_age_of_their_room(plans: list[OrganisationPlan]) -> None:
    ages = {Group.Kind.BABY: (3, 24), Group.Kind.TODDLER: (24, 48), Group.Kind.VVE: (26, 48)}
    ages |= {Group.Kind.INFANTS: (48, 76), Group.Kind.BSO: (48, 151)}

    for plan in plans:
        for child in plan.children:
            months = (TODAY - child.birth_date).days / 30.4375
            low, high = (49, 60) if child.left_on else ages[Group.Kind(plan.rooms[child.room].kind)]
            assert low - 0.1 <= months <= high + 0.1


def test_placements_follow_each_other_within_school_years(plans: list[OrganisationPlan]) -> None:
    for child in all_children(plans):
        assert child.placements
        for place in child.placements:
            last = place.ends_on or TODAY
            assert place.begins_on <= last
            assert school_year_of(place.begins_on) == school_year_of(last) == place.school_year
        for earlier, later in pairwise(child.placements):
            assert earlier.ends_on == later.begins_on - timedelta(days=1)
        assert child.came_on >= child.birth_date


def test_children_who_left_went_on_their_fourth_birthday(plans: list[OrganisationPlan]) -> None:
    left = [child for child in all_children(plans) if child.left_on]

    assert len(left) == 18
    assert all(child.left_on == child.birth_date.replace(year=child.birth_date.year + 4) for child in left)
    assert {child.next_education for child in left} <= {"primary", "special", "unknown"}
    assert not any(child.next_education for child in all_children(plans) if not child.left_on)


@pytest.mark.requirement("BSO-3.1")
def test_children_in_out_of_school_care_have_no_home_language_and_no_vve(plans: list[OrganisationPlan]) -> None:
    for plan in plans:
        for child in plan.children:
            in_bso = plan.rooms[child.room].kind == Group.Kind.BSO
            assert (child.home_language == "") is in_bso
            assert not (in_bso and child.vve_from)


@pytest.mark.requirement("CHD-2.3")
def test_few_children_are_guests_in_another_room_or_came_from_another_location(plans: list[OrganisationPlan]) -> None:
    guests = moved = 0
    for plan in plans:
        for child in plan.children:
            here = plan.rooms[child.room]
            for visit in child.visits:
                room = plan.rooms[visit.room]
                assert (room.location, room.number != here.number) == (here.location, True)
                assert visit.begins_on >= child.placements[-1].begins_on
                guests += 1
            moved += len({plan.rooms[place.room].location for place in child.placements}) > 1
    assert 3 <= guests <= 20
    assert 2 <= moved <= 20


def test_early_education_is_for_part_of_the_two_and_a_half_to_four_year_olds(plans: list[OrganisationPlan]) -> None:
    children = [
        child for plan in plans if plan.blueprint.key in {"zonnebloem", "lammerwolk"} for child in plan.children
    ]
    old_enough = [child for child in children if (TODAY - child.birth_date).days > 30.5 * 30.4375]
    vve = [child for child in children if child.vve_from]

    assert all(child.vve_from and (child.vve_from - child.birth_date).days in {913, 914} for child in vve)
    assert 0.3 < len(vve) / len(old_enough) < 0.7


def test_names_are_of_many_origins_and_nobody_is_there_twice(plans: list[OrganisationPlan]) -> None:
    children = all_children(plans)
    languages = {child.home_language for child in children}
    known = {language for origin in origins().values() for language in origin.languages}

    for plan in plans:
        full_names = Counter((child.first_name, child.infix, child.last_name) for child in plan.children)
        assert all(count == 1 for count in full_names.values())
    assert languages <= known | {""}
    assert len(languages) >= 18
    assert {"Turks", "Arabisch", "Pools", "Papiaments", "Oekraïens", "Fries"} <= languages
    assert 0.25 < sum(speaks_another_language(child.home_language) for child in children) / len(children) < 0.6
    assert len({child.infix for child in children}) >= 6
    assert any(not child.last_name.isascii() for child in children)


def test_names_hold_nobody_well_known() -> None:
    surnames = {surname.name for origin in origins().values() for surname in origin.surnames}

    assert not surnames & WELL_KNOWN
    assert origins()[STAFF].weight == 0
    assert len([name for name, origin in origins().items() if origin.weight]) >= 20


def test_genders_come_about_equally_often(plans: list[OrganisationPlan]) -> None:
    counted = Counter(child.gender for child in all_children(plans))

    assert set(counted) == {"girl", "boy", "unspecified"}
    assert 0.4 < counted["girl"] / sum(counted.values()) < 0.6


def test_gestation_is_there_for_a_few_who_were_born_early(plans: list[OrganisationPlan]) -> None:
    weeks = [child.gestation_weeks for child in all_children(plans) if child.gestation_weeks is not None]

    assert 3 <= len(weeks) <= 25
    assert all(27 <= found <= 36 for found in weeks)


def test_accounts_are_one_for_each_role_in_the_first_childcare_organisation() -> None:
    roles = [account.role for account in ACCOUNTS if account.organisation == "zonnebloem"]

    assert sorted(roles) == sorted(ORGANISATION_ROLES)
    # Where children are measured after school, somebody can open a measurement again, with a code.
    after_school = {blueprint.key for blueprint in BLUEPRINTS if blueprint.measures_after_school}
    administered = {found.organisation for found in ACCOUNTS if found.role is Role.ADMINISTRATOR and found.needs_code}
    assert after_school
    assert after_school <= administered
    assert {account.organisation for account in ACCOUNTS} == {
        blueprint.key for blueprint in BLUEPRINTS if blueprint.rooms or blueprint.key == "bazalt"
    }


def test_password_of_the_demonstration_keeps_the_rules() -> None:
    assert 8 <= len(DEMO_PASSWORD) <= 128
    assert any(letter.isupper() for letter in DEMO_PASSWORD)
    assert any(letter.isdigit() for letter in DEMO_PASSWORD)
    assert set(DEMO_PASSWORD) & SIGNS
    words = DEMO_PASSWORD.lower().split("-")
    named = " ".join([*(blueprint.name for blueprint in BLUEPRINTS), *(" ".join(found.name) for found in ACCOUNTS)])
    assert not [word for word in words if word in named.lower()]


def test_staff_of_each_group_include_its_mentors(plans: list[OrganisationPlan]) -> None:
    for plan in plans:
        assert len({found.email for found in plan.staff}) == len(plan.staff)
        assert all(found.email.endswith(f"@{plan.blueprint.key}.example") for found in plan.staff)
        for child in plan.children:
            assert child.mentor in plan.rooms[child.room].staff


def test_account_of_group_staff_works_on_own_groups(plans: list[OrganisationPlan]) -> None:
    own = {plan.blueprint.key: [room.number for room in plan.rooms if 0 in room.staff] for plan in plans}

    assert own == {
        "voorbeeldstad": [], "zonnebloem": [1, 2], "lammerwolk": [1], "papierenzwaan": [0], "vliegermakers": [0, 1],
        "bazalt": [],
    }  # fmt: skip


@pytest.mark.parametrize("month", range(1, 13))
def test_periods_are_three_past_ones_and_one_open_today(month: int) -> None:
    today = TODAY.replace(month=month, day=1)
    periods = periods_of(today)

    assert len(periods) == 4
    assert len({period.name for period in periods}) == 4
    assert all(earlier.ends_on < later.begins_on for earlier, later in pairwise(periods))
    assert periods[3].begins_on <= today - timedelta(weeks=3)
    assert periods[3].ends_on >= today + timedelta(weeks=3)


def test_periods_are_named_by_season_and_year() -> None:
    assert [period.name for period in periods_of(TODAY)] == [
        "Voorjaar 2025", "Najaar 2025", "Voorjaar 2026", "Najaar 2026",
    ]  # fmt: skip
