"""The move to a new school year: whole groups, splits, merges, leavers; and undoing it (CHD-4)."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.children.groups import school_year_of
from observations.domain.children.placements import place_child
from observations.domain.children.records import ChildData, create_children
from observations.domain.notes.writing import write_note
from observations.domain.school_year.carrying_out import archive_leavers, carry_out_move
from observations.domain.school_year.destinations import destinations_of
from observations.domain.school_year.preparing import (
    MoveRefused,
    OwnWay,
    StepData,
    change_step,
    discard_move,
    divide_by_age,
    set_own_ways,
    start_move,
    usual_day,
)
from observations.domain.school_year.staff import choose_staff
from observations.domain.school_year.undoing import blocks_of, undo_move
from observations.models import (
    Child,
    ChildFile,
    Group,
    GroupPlan,
    GroupStaff,
    HalfDay,
    Placement,
    SchoolYearChild,
    SchoolYearMove,
    SchoolYearStep,
)
from tests import factories
from tests.observations.conftest import Nursery

DAY = timedelta(days=1)


def today() -> date:
    return timezone.localdate()


def new_day() -> date:
    """Return the day the tests move on: the first of this school year, so that the move is caught up with."""
    return date(school_year_of(today()), 8, 1)


def old_group(nursery: Nursery, name: str, *, at: Group | None = None) -> Group:
    location = (at or nursery.group).location
    return Group.objects.create(
        location=location, name=name, kind=Group.Kind.INFANTS, school_year=school_year_of(new_day()) - 1
    )


def children_in(group: Group, count: int, *, since: date | None = None) -> list[Child]:
    born = new_day() - 4 * 365 * DAY
    rows = [
        (ChildData(ChildFile(f"Kind{number}", "", group.name), born), group, since or new_day() - 300 * DAY)
        for number in range(count)
    ]
    return create_children(rows=rows)


def start(nursery: Nursery, day: date | None = None) -> SchoolYearMove:
    return start_move(begins_on=day or new_day(), by=nursery.administrator, today=today())


def step_of(move: SchoolYearMove, group: Group) -> SchoolYearStep:
    return SchoolYearStep.objects.select_related("move", "group").get(move=move, group=group)


def carry_out(nursery: Nursery, move: SchoolYearMove) -> None:
    carry_out_move(move=move, by=nursery.administrator, now=timezone.now())


def where(children: Iterable[Child], day: date) -> Counter[tuple[str, int]]:
    rows = Placement.objects.filter(child__in=list(children), is_main=True, begins_on__lte=day).select_related("group")
    open_on = [row for row in rows if row.ends_on is None or row.ends_on >= day]
    return Counter((row.group.name, row.group.school_year) for row in open_on)


def all_placements() -> list[tuple[Any, ...]]:
    names = ("pk", "child_id", "group_id", "begins_on", "ends_on", "is_main", "half_days")
    return sorted(Placement.objects.values_list(*names), key=str)


def work_of(user: User, group: Group) -> list[tuple[date, date | None]]:
    return list(GroupStaff.objects.filter(group=group, user=user).values_list("begins_on", "ends_on"))


@pytest.mark.requirement("CHD-4.1")
def test_group_goes_on_under_its_own_name_with_its_staff(in_nursery: Nursery) -> None:
    group, year = old_group(in_nursery, "De Vissen"), school_year_of(new_day())
    GroupStaff.objects.create(group=group, user=in_nursery.staff, begins_on=date(2020, 1, 1))
    children = children_in(group, 3)
    carry_out(in_nursery, start(in_nursery))
    assert where(children, new_day()) == {("De Vissen", year): 3}
    assert where(children, new_day() - DAY) == {("De Vissen", year - 1): 3}
    made = Group.objects.get(name="De Vissen", school_year=year)
    assert (made.location_id, made.kind) == (group.location_id, group.kind)
    assert work_of(in_nursery.staff, made) == [(new_day(), None)]
    assert work_of(in_nursery.staff, group) == [(date(2020, 1, 1), new_day() - DAY)]


@pytest.mark.requirement("CHD-4.1")
def test_groups_split_merge_leave_and_stay_in_one_go(in_nursery: Nursery) -> None:
    year = school_year_of(new_day())
    big, small, oldest, same = (old_group(in_nursery, name) for name in ("Groot", "Klein", "Oudsten", "Zelfde"))
    in_big, in_small, in_oldest, in_same = (
        children_in(group, count) for group, count in ((big, 4), (small, 2), (oldest, 3), (same, 1))
    )
    move = start(in_nursery)
    GroupStaff.objects.create(group=big, user=in_nursery.staff, begins_on=date(2020, 1, 1))
    change_step(step=step_of(move, big), data=StepData("split", "Rood", "Blauw"))
    choose_staff(step=step_of(move, big), targets={in_nursery.staff.pk: "stay"})
    change_step(step=step_of(move, small), data=StepData("merge", into=step_of(move, big).pk))
    change_step(step=step_of(move, oldest), data=StepData("leave", next_education="primary"))
    change_step(step=step_of(move, same), data=StepData("stay"))
    ways = {
        in_big[0].pk: OwnWay("second"),
        in_big[1].pk: OwnWay("leave", leaves_to="special"),
        in_big[2].pk: OwnWay("stay"),
    }
    assert set_own_ways(step=step_of(move, big), ways=ways | {in_big[3].pk: OwnWay("first")}) == 4
    set_own_ways(step=step_of(move, oldest), ways={in_oldest[0].pk: OwnWay("other", other=step_of(move, big).pk)})
    found = destinations_of(move)
    assert [(group.name, found.to_groups()[group]) for group in found.groups] == [("Rood", 4), ("Blauw", 1)]
    carry_out(in_nursery, move)
    everybody = [*in_big, *in_small, *in_oldest, *in_same]
    assert where(everybody, new_day()) == {
        ("Rood", year): 4,
        ("Blauw", year): 1,
        ("Groot", year - 1): 1,
        ("Zelfde", year - 1): 1,
    }
    left = Child.objects.filter(archived_on=new_day() - DAY)
    assert dict(left.values_list("pk", "next_education")) == {
        in_big[1].pk: "special", in_oldest[1].pk: "primary", in_oldest[2].pk: "primary",
    }  # fmt: skip
    assert not GroupStaff.objects.filter(group__school_year=year, group__name__in=["Rood", "Blauw"]).exists()


@pytest.mark.requirement("CHD-4.1")
def test_group_that_splits_waits_until_each_child_is_divided(in_nursery: Nursery) -> None:
    group, year = old_group(in_nursery, "Groot"), school_year_of(new_day())
    *young, old = children_in(group, 5)
    Child.objects.filter(pk=old.pk).update(birth_date=old.birth_date - DAY)
    move = start(in_nursery)
    with pytest.raises(MoveRefused, match="splitst niet"):
        divide_by_age(step=step_of(move, group))
    change_step(step=step_of(move, group), data=StepData("split", "Rood", "Blauw"))
    set_own_ways(step=step_of(move, group), ways={young[0].pk: OwnWay("second")})
    before = all_placements()
    with pytest.raises(MoveRefused, match="Kies nog voor 4 kinderen of zij naar Rood of Blauw gaan"):
        carry_out(in_nursery, move)
    assert all_placements() == before
    assert divide_by_age(step=step_of(move, group)) == (2, 2)
    carry_out(in_nursery, move)
    assert where([*young, old], new_day()) == {("Rood", year): 2, ("Blauw", year): 3}
    assert where([old], new_day()) == {("Rood", year): 1}
    assert where(young[:1], new_day()) == {("Blauw", year): 1}


@pytest.mark.requirement("CHD-4.1")
def test_staff_go_along_as_chosen_and_keep_the_old_group_where_work_remains(in_nursery: Nursery) -> None:
    split, planned, kept = (old_group(in_nursery, name) for name in ("Groot", "Plan", "Blijft"))
    children_in(split, 1), children_in(planned, 1)
    stays, _goes = children_in(kept, 2)
    people = [factories.user(Role.GROUP_STAFF) for _number in range(4)]
    for user in people[:3]:
        GroupStaff.objects.create(group=split, user=user, begins_on=date(2020, 1, 1))
    for group in (planned, kept):
        GroupStaff.objects.create(group=group, user=people[3], begins_on=date(2020, 1, 1))
    until = new_day() + 40 * DAY
    GroupPlan.objects.create(group=planned, begins_on=new_day(), ends_on=until, created_by=in_nursery.staff)
    move = start(in_nursery)
    change_step(step=step_of(move, split), data=StepData("split", "Rood", "Blauw"))
    divide_by_age(step=step_of(move, split))
    set_own_ways(step=step_of(move, kept), ways={stays.pk: OwnWay("stay")})
    targets = {people[0].pk: "along", people[1].pk: "second", people[2].pk: "stay"}
    assert choose_staff(step=step_of(move, split), targets=targets) == 2
    with pytest.raises(MoveRefused, match="elke collega"):
        choose_staff(step=step_of(move, kept), targets={people[3].pk: "second"})
    carry_out(in_nursery, move)
    made = {group.name: group for group in Group.objects.filter(school_year=school_year_of(new_day()))}
    new, eve = [(new_day(), None)], new_day() - DAY
    assert [work_of(user, made["Rood"]) for user in people[:3]] == [new, [], []]
    assert [work_of(user, made["Blauw"]) for user in people[:3]] == [new, new, []]
    assert [work_of(user, split)[0][1] for user in people[:3]] == [eve, eve, None]
    assert [work_of(people[3], made[name]) for name in ("Plan", "Blijft")] == [new, new]
    # A plan that runs is finished by who made it, and who stays behind is looked after.
    assert [work_of(people[3], group)[0][1] for group in (planned, kept)] == [until, None]


@pytest.mark.requirement("CHD-4.2")
def test_undoing_gives_the_staff_their_days_back_but_for_what_was_changed_since(in_nursery: Nursery) -> None:
    group, other = old_group(in_nursery, "De Vissen"), factories.user(Role.GROUP_STAFF)
    there = Group.objects.create(
        location=group.location, name="De Vissen", kind=group.kind, school_year=school_year_of(new_day())
    )
    begins = {in_nursery.staff: date(2020, 1, 1), other: new_day() + 5 * DAY}
    for user, day in begins.items():
        GroupStaff.objects.create(group=group, user=user, begins_on=day)
    changed = GroupStaff.objects.create(group=group, user=in_nursery.administrator, begins_on=date(2020, 1, 1))
    carry_out(in_nursery, start(in_nursery))
    assert work_of(in_nursery.staff, there) == [(new_day(), None)]
    assert (work_of(other, group), work_of(other, there)) == ([], [(begins[other], None)])
    GroupStaff.objects.filter(pk=changed.pk).update(ends_on=date(2024, 1, 1))
    undo_move(move=SchoolYearMove.objects.get(), now=timezone.now())
    assert not GroupStaff.objects.filter(group=there).exists()
    assert [work_of(user, group) for user in begins] == [[(day, None)] for day in begins.values()]
    assert work_of(in_nursery.administrator, group) == [(date(2020, 1, 1), date(2024, 1, 1))]


@pytest.mark.requirement("CHD-4.1")
def test_every_child_and_group_leaves_an_event(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id, actor_id=nursery.administrator.pk):
        group = old_group(nursery, "De Vissen")
        children = children_in(group, 2)
        move = start(nursery)
        set_own_ways(step=step_of(move, group), ways={children[0].pk: OwnWay("leave", leaves_to="bso")})
        carry_out(nursery, move)
    with tenant_scope(nursery.organisation_id):
        undo_move(move=move, now=timezone.now())
    with tenant_scope(nursery.organisation_id):
        told = {event.action: event for event in AuditEvent.objects.order_by("sequence")}
        made = Group.objects.filter(name="De Vissen").count()
    assert told["child.archived"].object_id == children[0].pk
    assert told["child.placed"].object_id == children[1].pk
    counts = told["school_year.carried_out"].data
    assert (counts["groups"], counts["moved"], counts["left"]) == (1, 1, 1)
    assert "school_year.undone" in told
    assert made == 1


@pytest.mark.requirement("CHD-4.2")
def test_undoing_puts_back_exactly_what_was(in_nursery: Nursery) -> None:
    group, oldest = old_group(in_nursery, "De Vissen"), old_group(in_nursery, "Oudsten")
    GroupStaff.objects.create(group=group, user=in_nursery.staff, begins_on=date(2020, 1, 1))
    children, leavers = children_in(group, 3), children_in(oldest, 2)
    # A visit that still runs, one that would begin after the child has left, and a placement that began that very day.
    common = {"is_main": False, "half_days": HalfDay.MONDAY_MORNING, "group": in_nursery.group}
    Placement.objects.create(child=leavers[0], begins_on=new_day() - 10 * DAY, **common)
    Placement.objects.create(child=leavers[1], begins_on=new_day() + 10 * DAY, **common)
    late = children_in(group, 1, since=new_day() - DAY)
    before, groups, staff = all_placements(), Group.objects.count(), GroupStaff.objects.count()
    move = start(in_nursery)
    change_step(step=step_of(move, oldest), data=StepData("leave", next_education="primary"))
    carry_out(in_nursery, move)
    assert all_placements() != before
    assert Child.objects.filter(archived_on__isnull=False).count() == 2
    assert blocks_of(SchoolYearMove.objects.get()) == []
    undo_move(move=SchoolYearMove.objects.get(), now=timezone.now())
    assert all_placements() == before
    assert (Group.objects.count(), GroupStaff.objects.count()) == (groups, staff)
    assert not Child.objects.filter(archived_on__isnull=False).exists()
    assert set(Child.objects.filter(pk__in=[one.pk for one in leavers]).values_list("next_education", flat=True)) == {
        ""
    }
    with pytest.raises(MoveRefused, match="al ongedaan"):
        undo_move(move=SchoolYearMove.objects.get(), now=timezone.now())
    again = start(in_nursery)
    carry_out(in_nursery, again)
    assert where([*children, *late], new_day()) == {("De Vissen", school_year_of(new_day())): 4}


@pytest.mark.requirement("CHD-4.2")
@pytest.mark.parametrize("what", ["registration", "note", "plan", "newcomer", "placement", "archive"])
def test_undoing_stops_when_something_is_registered_in_the_new_year(in_nursery: Nursery, what: str) -> None:
    group = old_group(in_nursery, "De Vissen")
    children = children_in(group, 3)
    move = start(in_nursery)
    set_own_ways(step=step_of(move, group), ways={children[0].pk: OwnWay("leave", leaves_to="primary")})
    carry_out(in_nursery, move)
    after, made = all_placements(), Group.objects.get(name="De Vissen", school_year=school_year_of(new_day()))
    words = _work(in_nursery, what, children, made)
    move = SchoolYearMove.objects.get()
    assert [words in block for block in blocks_of(move)] == [True]
    with pytest.raises(MoveRefused, match=words):
        undo_move(move=move, now=timezone.now())
    assert set(after) - set(all_placements()) == set() or what in {"placement", "archive"}
    assert SchoolYearMove.objects.get().status == SchoolYearMove.Status.DONE


def _work(nursery: Nursery, what: str, children: list[Child], made: Group) -> str:
    """Do something in the new year, and return the words with which it is told."""
    if what == "registration":
        from observations.domain.registering.registrations import start_registration

        start_registration(child=Child.objects.get(pk=children[1].pk), today=today(), by=nursery.staff)
        return "1 registratie"
    if what == "note":
        write_note(
            children=[children[1]],
            text="Klimt.",
            observed_on=today(),
            today=today(),
            entry_id=uuid7(),
            by=nursery.staff,
        )
        return "1 notitie"
    if what == "plan":
        from tests.observations.plans.rooms import make_plan

        plan = make_plan(nursery)
        plan.group = made
        plan.save(update_fields=["group"])
        return "1 groepsplan"
    if what == "newcomer":
        factories.child(made)
        return "1 nieuw kind"
    if what == "archive":
        Child.objects.filter(pk=children[0].pk).update(archived_on=None, next_education="")
        return "de plaatsing van 1 kind"
    place_child(child=Child.objects.get(pk=children[1].pk), group=nursery.group, begins_on=today())
    return "de plaatsing van 1 kind"


def test_notes_of_before_the_new_year_do_not_block(in_nursery: Nursery) -> None:
    children = children_in(old_group(in_nursery, "De Vissen"), 1)
    carry_out(in_nursery, start(in_nursery))
    write_note(
        children=children,
        text="Toen al.",
        observed_on=new_day() - DAY,
        today=today(),
        entry_id=uuid7(),
        by=in_nursery.staff,
    )
    assert blocks_of(SchoolYearMove.objects.get()) == []


def test_leavers_of_a_year_still_to_come_are_archived_when_it_has_begun(in_nursery: Nursery) -> None:
    day = date(new_day().year + 1, 8, 1)
    group = Group.objects.create(
        location=in_nursery.group.location, name="Oudsten", kind=Group.Kind.INFANTS, school_year=day.year - 1
    )
    stays, leaves = children_in(group, 2)
    move = start(in_nursery, day)
    change_step(step=step_of(move, group), data=StepData("leave", next_education="primary"))
    carry_out(in_nursery, move)
    assert where([stays, leaves], day - DAY) == {("Oudsten", day.year - 1): 2}
    assert where([stays, leaves], day) == {}
    assert archive_leavers(today=day - DAY) == 0
    # One of them comes back after all.
    place_child(child=Child.objects.get(pk=stays.pk), group=in_nursery.group, begins_on=day)
    assert archive_leavers(today=day) == 1
    assert archive_leavers(today=day) == 0
    assert list(Child.objects.filter(archived_on=day - DAY).values_list("pk", "next_education")) == [
        (leaves.pk, "primary")
    ]


@pytest.mark.requirement("CHD-4.1")
def test_thousand_children_take_as_many_queries_as_thirty(
    nursery: Nursery, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for groups, each in ((2, 15), (40, 25)):
        with tenant_scope(nursery.organisation_id):
            for number in range(groups):
                children_in(old_group(nursery, f"Groep {each}-{number}"), each)
            move = start(nursery)
            last = SchoolYearStep.objects.filter(move=move).select_related("move").last()
            assert last is not None
            change_step(step=last, data=StepData("leave", next_education="primary"))
        with tenant_scope(nursery.organisation_id):
            with django_assert_num_queries(200, exact=False) as context:  # type: ignore[call-arg]
                carry_out(nursery, move)
            counts.append(len(context))
        with tenant_scope(nursery.organisation_id):
            with django_assert_num_queries(200, exact=False) as context:  # type: ignore[call-arg]
                undo_move(move=SchoolYearMove.objects.get(pk=move.pk), now=timezone.now())
            counts.append(len(context))
        with tenant_scope(nursery.organisation_id):
            moved = SchoolYearChild.objects.filter(move=move).count()
            Placement.objects.filter(group__name__startswith="Groep ").delete()
    assert moved == 1000
    # Beside batches of 500 and 2000 rows, nothing grows.
    assert counts[2] - counts[0] <= 4
    assert counts[3] - counts[1] <= 4


def test_what_cannot_be_is_said_before_anything_happens(in_nursery: Nursery) -> None:
    one, two, three = (old_group(in_nursery, name) for name in ("Een", "Twee", "Drie"))
    children_in(one, 1)
    move = start(in_nursery)
    change_step(step=step_of(move, two), data=StepData("continue", "Een"))
    change_step(step=step_of(move, three), data=StepData("stay"))
    change_step(step=step_of(move, one), data=StepData("continue", "Een"))
    assert "allebei Een heten" in destinations_of(move).problems[0]
    change_step(step=step_of(move, two), data=StepData("merge", into=step_of(move, three).pk))
    assert "zelf niet doorgaat" in destinations_of(move).problems[0]
    change_step(step=step_of(move, three), data=StepData("merge", into=step_of(move, two).pk))
    before = all_placements()
    with pytest.raises(MoveRefused, match="zelf niet doorgaat"):
        carry_out(in_nursery, move)
    assert (all_placements(), move.status) == (before, SchoolYearMove.Status.DRAFT)


def test_child_with_a_placement_to_come_is_named_and_nothing_moves(in_nursery: Nursery) -> None:
    group = old_group(in_nursery, "De Vissen")
    child, other = children_in(group, 2)
    Placement.objects.filter(child=child).update(ends_on=new_day() + 5 * DAY)
    Placement.objects.create(child=child, group=in_nursery.group, begins_on=new_day() + 6 * DAY)
    move = start(in_nursery)
    before = all_placements()
    with pytest.raises(MoveRefused, match=r"Kind0 De Vissen \(De Vissen\): Dit kind heeft al een plaatsing"):
        carry_out(in_nursery, move)
    assert all_placements() == before
    assert not Group.objects.filter(name="De Vissen", school_year=school_year_of(new_day())).exists()
    set_own_ways(step=step_of(move, group), ways={child.pk: OwnWay("stay")})
    carry_out(in_nursery, move)
    assert where([other], new_day()) == {("De Vissen", school_year_of(new_day())): 1}


def test_child_that_begins_later_is_counted(in_nursery: Nursery) -> None:
    children_in(old_group(in_nursery, "De Vissen"), 2, since=new_day() + DAY)
    assert destinations_of(start(in_nursery)).starting_later == 2


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (StepData("zolder"), "Kies wat er"),
        (StepData("continue", " "), "een naam"),
        (StepData("split", "Rood", "rood"), "eigen naam"),
        (StepData("leave"), "naartoe gaan"),
        (StepData("merge", into=UUID(int=1)), "opgaat"),
        (StepData("continue", "Rood", kind="zolder"), "soort groep"),
    ],
)
def test_choice_that_is_not_whole_is_refused(in_nursery: Nursery, data: StepData, message: str) -> None:
    group = old_group(in_nursery, "De Vissen")
    with pytest.raises(MoveRefused, match=message):
        change_step(step=step_of(start(in_nursery), group), data=data)


@pytest.mark.parametrize("way", [OwnWay("zolder"), OwnWay("second"), OwnWay("leave"), OwnWay("other")])
def test_way_of_a_child_that_is_none_is_refused(in_nursery: Nursery, way: OwnWay) -> None:
    group = old_group(in_nursery, "De Vissen")
    (child,) = children_in(group, 1)
    with pytest.raises(MoveRefused, match="Kies"):
        set_own_ways(step=step_of(start(in_nursery), group), ways={child.pk: way})


def test_year_is_prepared_once_and_can_be_thrown_away(in_nursery: Nursery) -> None:
    with pytest.raises(MoveRefused, match="geen groepen"):
        start(in_nursery)
    old_group(in_nursery, "De Vissen")
    with pytest.raises(MoveRefused, match="binnen een jaar"):
        start(in_nursery, new_day() + 1000 * DAY)
    move = start(in_nursery)
    again = start(in_nursery, new_day() + DAY)
    assert (again.pk, again.begins_on) == (move.pk, new_day() + DAY)
    discard_move(move=move)
    carry_out(in_nursery, start(in_nursery))
    with pytest.raises(MoveRefused, match="al klaargezet"):
        start(in_nursery)
    with pytest.raises(MoveRefused, match="intussen"):
        carry_out(in_nursery, SchoolYearMove.objects.get())


def test_usual_day_is_the_next_first_of_august_from_november() -> None:
    assert usual_day(date(2026, 10, 31)) == date(2026, 8, 1)
    assert usual_day(date(2026, 11, 1)) == date(2027, 8, 1)
    assert usual_day(date(2027, 6, 1)) == date(2027, 8, 1)
