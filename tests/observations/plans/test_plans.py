"""Making a plan, arranging children by hand, and what happens to a plan (REG-9)."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from observations.domain.plans.page import plan_page_of
from observations.domain.plans.plans import (
    PlanRefused,
    activate_plan,
    copy_plan,
    create_plan,
    delete_plan,
    evaluate_plan,
    move_child,
    refresh_plan,
    reopen_plan,
)
from observations.domain.plans.texts import TextsConflict, save_texts
from observations.models import (
    Answer,
    ClusterMember,
    ClusterText,
    GroupPlan,
    Level,
    LineResult,
    Placement,
    PlanCluster,
)
from tests import factories
from tests.observations.conftest import Nursery
from tests.observations.plans.rooms import DAY, fill, line, make_plan, register, today

SPREAD = ("-14", "-7", "-1", "0", "1", "2", "8", None)


@pytest.fixture
def room(in_nursery: Nursery) -> Nursery:
    """Give the group eight children with results; the nursery's own child was not registered."""
    fill(in_nursery, SPREAD, on=today() - 20 * DAY)
    return in_nursery


def levels_of(plan: GroupPlan) -> dict[str, str]:
    members = ClusterMember.objects.filter(plan_line__plan=plan).select_related("child")
    return {f"{member.child.file.first_name}": member.level for member in members}


def cluster_of(plan: GroupPlan, level: str) -> PlanCluster:
    return PlanCluster.objects.get(plan_line__plan=plan, level=level)


def write(plan: GroupPlan, level: str, by: User, **texts: str) -> None:
    cluster = cluster_of(plan, level)
    held = cluster.texts
    new = ClusterText(
        **{name: texts.get(name, getattr(held, name)) for name in ("goal", "offer", "organisation", "evaluation")}
    )
    save_texts(plan=plan, cluster_id=cluster.pk, texts=new, version=cluster.version, by=by, now=timezone.now())


def write_all(plan: GroupPlan, by: User, **texts: str) -> None:
    for level in (Level.SUPPORT, Level.BASIS, Level.CHALLENGE):
        write(plan, level, by, **texts)


def events(action: str) -> list[Any]:
    return list(AuditEvent.objects.filter(action=action))


@pytest.mark.requirement("REG-9.1")
def test_clusters_are_proposed_from_the_latest_registrations(room: Nursery) -> None:
    plan = make_plan(room)
    found = levels_of(plan)
    names = ["Yara", "Mo", "Fien", "Sem", "Noor", "Daan", "Zofia", "Lars"]
    # The nursery's own child is called Yara too, and was never registered.
    assert ClusterMember.objects.filter(plan_line__plan=plan).count() == len(names) + 1
    assert [found[name] for name in names[1:]] == ["support", "basis", "basis", "basis", "basis", "challenge", "unseen"]
    assert sorted(ClusterMember.objects.filter(child__pk=room.child.pk).values_list("level", flat=True)) == ["unseen"]


def test_only_the_newest_result_of_the_last_year_counts(in_nursery: Nursery) -> None:
    child = in_nursery.child
    register(child, in_nursery, difference="-13", on=today() - 200 * DAY)
    newest = register(child, in_nursery, difference="7", on=today() - 20 * DAY)
    old = factories.child(in_nursery.group, "Oud", "", "Resultaat")
    register(old, in_nursery, difference="-13", on=today() - 400 * DAY)
    reopened = register(old, in_nursery, difference="-13", on=today() - 10 * DAY)
    LineResult.objects.filter(pk=reopened.pk).update(is_current=False)
    plan = make_plan(in_nursery)
    members = {row.child_id: row for row in ClusterMember.objects.filter(plan_line__plan=plan)}
    assert (members[child.pk].level, members[child.pk].result_id) == (Level.CHALLENGE, newest.pk)
    assert (members[old.pk].level, members[old.pk].result_id) == (Level.UNSEEN, None)


@pytest.mark.requirement("REG-9.2")
def test_goal_is_proposed_from_the_next_milestones_of_the_cluster(in_nursery: Nursery) -> None:
    bands = in_nursery.content.lines["mondelinge-taal"].bands
    answers = {item.id: Answer.Value.SECURE for item in bands[5]}
    answers |= {bands[6][0].id: Answer.Value.EMERGING, bands[6][1].id: Answer.Value.NOT_YET}
    other = factories.child(in_nursery.group, "Mo", "", "El Amrani")
    register(in_nursery.child, in_nursery, difference="-8", on=today() - DAY, answers=answers)
    register(other, in_nursery, difference="-9", on=today() - DAY, answers={bands[6][0].id: Answer.Value.NOT_YET})
    plan = make_plan(in_nursery)
    goal = cluster_of(plan, Level.SUPPORT).texts.goal.splitlines()
    assert goal[1:] == [f"– {bands[6][0].text}", f"– {bands[6][1].text}"]
    assert cluster_of(plan, Level.CHALLENGE).texts.goal == ""


def test_child_that_masters_all_it_was_asked_gets_the_next_band(in_nursery: Nursery) -> None:
    bands = in_nursery.content.lines["mondelinge-taal"].bands
    register(
        in_nursery.child,
        in_nursery,
        difference="8",
        on=today() - DAY,
        answers={item.id: Answer.Value.SECURE for item in bands[6]},
    )
    goal = cluster_of(make_plan(in_nursery), Level.CHALLENGE).texts.goal.splitlines()
    assert goal[1:] == [f"– {item.text}" for item in bands[7][:3]]


@pytest.mark.requirement("REG-9.1")
def test_child_is_put_elsewhere_by_hand_and_that_is_recorded(room: Nursery) -> None:
    plan = make_plan(room)
    member = ClusterMember.objects.get(plan_line__plan=plan, level=Level.CHALLENGE)
    for _ in range(2):
        move_child(plan=plan, member_id=member.pk, level="basis")
    shown = next(
        found for cluster in plan_page_of(plan).lines[0].clusters for found in cluster.members if found.pk == member.pk
    )
    assert (shown.level, shown.moved, shown.proposed_label) == ("basis", True, "Uitdaging")
    with pytest.raises(PlanRefused, match="kennen we niet"):
        move_child(plan=plan, member_id=member.pk, level="attic")
    with pytest.raises(PlanRefused, match="niet meer in dit plan"):
        move_child(plan=plan, member_id=room.child.pk, level="basis")


def test_move_leaves_one_event(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id, actor_id=nursery.staff.pk):
        plan = make_plan(nursery)
        member = ClusterMember.objects.get(plan_line__plan=plan)
        move_child(plan=plan, member_id=member.pk, level="basis")
    with tenant_scope(nursery.organisation_id):
        (event,) = events("plan.child_moved")
    assert event.data == {
        "child": str(nursery.child.pk), "line": "mondelinge-taal", "cluster": "basis", "before": "unseen",
    }  # fmt: skip
    assert event.object_id == plan.pk


def test_refreshed_draft_follows_the_group_and_keeps_what_was_done_by_hand(room: Nursery) -> None:
    plan = make_plan(room)
    by_hand = ClusterMember.objects.get(plan_line__plan=plan, level=Level.CHALLENGE)
    move_child(plan=plan, member_id=by_hand.pk, level="basis")
    gone = ClusterMember.objects.filter(plan_line__plan=plan, level=Level.SUPPORT).select_related("child").first()
    assert gone is not None
    Placement.objects.filter(child=gone.child).update(ends_on=today() - DAY)
    newcomer = factories.child(room.group, "Nieuw", "", "Kind")
    register(room.child, room, difference="-8", on=today() - DAY)
    assert refresh_plan(plan=plan, today=today()) == 3
    found = {row.child_id: row for row in ClusterMember.objects.filter(plan_line__plan=plan)}
    assert gone.child_id not in found
    assert (found[newcomer.pk].level, found[room.child.pk].level) == (Level.UNSEEN, Level.SUPPORT)
    assert found[by_hand.child_id].level == Level.BASIS
    assert refresh_plan(plan=plan, today=today()) == 0


def test_plan_that_is_carried_out_only_takes_in_newcomers(room: Nursery) -> None:
    plan = make_plan(room)
    write_all(plan, room.staff, goal="Praat in zinnen.")
    activate_plan(plan=plan)
    register(room.child, room, difference="-8", on=today() - DAY)
    newcomer = factories.child(room.group, "Nieuw", "", "Kind")
    assert refresh_plan(plan=plan, today=today()) == 1
    levels = dict(ClusterMember.objects.filter(plan_line__plan=plan).values_list("child_id", "level"))
    assert (levels[newcomer.pk], levels[room.child.pk]) == (Level.UNSEEN, Level.UNSEEN)


@pytest.mark.requirement("REG-9.2")
def test_plan_goes_from_draft_to_active_to_evaluated_and_back(room: Nursery) -> None:
    plan, by = make_plan(room), room.staff
    with pytest.raises(PlanRefused, match="Mondelinge taal: Extra steun"):
        activate_plan(plan=plan)
    write_all(plan, by, goal="Praat in zinnen.")
    activate_plan(plan=plan)
    with pytest.raises(PlanRefused, match="loopt al"):
        activate_plan(plan=plan)
    with pytest.raises(PlanRefused, match="concept"):
        delete_plan(plan=plan)
    write(plan, Level.SUPPORT, by, evaluation="Vier van de vijf lukt het.")
    with pytest.raises(
        PlanRefused, match="nog niet geëvalueerd: Mondelinge taal: Basisaanbod; Mondelinge taal: Uitdaging"
    ):
        evaluate_plan(plan=plan, now=timezone.now())
    write_all(plan, by, evaluation="Gehaald.")
    evaluate_plan(plan=plan, now=timezone.now())
    assert GroupPlan.objects.get(pk=plan.pk).status == GroupPlan.Status.EVALUATED
    member = ClusterMember.objects.filter(plan_line__plan=plan).first()
    assert member is not None
    with pytest.raises(PlanRefused, match="Heropen"):
        move_child(plan=plan, member_id=member.pk, level="basis")
    with pytest.raises(PlanRefused, match="Heropen"):
        write(plan, Level.BASIS, by, goal="Anders.")
    with pytest.raises(PlanRefused, match="dat loopt"):
        evaluate_plan(plan=plan, now=timezone.now())
    reopen_plan(plan=plan)
    write(plan, Level.BASIS, by, goal="Anders.")
    with pytest.raises(PlanRefused, match="niet afgesloten"):
        reopen_plan(plan=plan)


def test_draft_is_thrown_away_whole(room: Nursery) -> None:
    plan = make_plan(room)
    delete_plan(plan=GroupPlan.objects.get(pk=plan.pk))
    assert not PlanCluster.objects.exists()
    with pytest.raises(PlanRefused, match="weggegooid"):
        move_child(plan=plan, member_id=room.child.pk, level="basis")


@pytest.mark.requirement("REG-9.2")
def test_two_colleagues_at_once_do_not_overwrite_each_other(room: Nursery) -> None:
    plan = make_plan(room)
    cluster, colleague = cluster_of(plan, Level.BASIS), factories.user()
    mine, theirs = ClusterText(goal="Van mij"), ClusterText(goal="Van haar")

    def save(texts: ClusterText, version: int, by: User) -> bool:
        return save_texts(plan=plan, cluster_id=cluster.pk, texts=texts, version=version, by=by, now=timezone.now())

    assert save(theirs, 1, colleague)
    with pytest.raises(TextsConflict) as caught:
        save(mine, 1, room.staff)
    assert (caught.value.theirs, caught.value.by, caught.value.version) == (theirs, colleague.get_full_name(), 2)
    assert cluster_of(plan, Level.BASIS).texts == theirs
    # Sent again from what was then shown, it is kept; the same once more changes nothing.
    assert save(mine, 2, room.staff)
    assert not save(mine, 1, room.staff)
    assert cluster_of(plan, Level.BASIS).texts == mine
    with pytest.raises(PlanRefused, match="te lang"):
        save(ClusterText(goal="x" * 2001), 3, room.staff)


def test_next_plan_takes_the_texts_along_and_clusters_anew(room: Nursery) -> None:
    plan = make_plan(room, begins_on=today() - 180 * DAY)
    write_all(plan, room.staff, goal="Doel", offer="Aanbod", organisation="Wanneer", evaluation="Gelukt")
    register(room.child, room, difference="9", on=today())
    made = copy_plan(
        plan=plan,
        begins_on=today() + DAY,
        ends_on=today() + 100 * DAY,
        by=room.staff,
        now=timezone.now(),
        today=today(),
    )
    assert cluster_of(made, Level.BASIS).texts == ClusterText("Doel", "Aanbod", "Wanneer")
    assert ClusterMember.objects.get(plan_line__plan=made, child=room.child).level == Level.CHALLENGE
    assert (made.status, made.follows_id) == (GroupPlan.Status.DRAFT, plan.pk)


@pytest.mark.parametrize(
    ("codes", "days", "message"),
    [
        ([], 100, "één tot 4"),
        (["spel", "tijd", "tekenen", "zelfbeeld", "gecijferdheid"], 100, "één tot 4"),
        (["spel"], -1, "voor de eerste"),
        (["spel"], 400, "ten hoogste een jaar"),
    ],
)
def test_plan_that_cannot_be_is_refused(in_nursery: Nursery, codes: list[str], days: int, message: str) -> None:
    with pytest.raises(PlanRefused, match=message):
        create_plan(
            group=in_nursery.group,
            lines=[line(code) for code in codes],
            begins_on=today(),
            ends_on=today() + timedelta(days=days),
            by=in_nursery.staff,
            now=timezone.now(),
            today=today(),
        )


def test_two_plans_do_not_begin_on_one_day(in_nursery: Nursery) -> None:
    make_plan(in_nursery)
    with pytest.raises(PlanRefused, match="Er is al een plan"):
        make_plan(in_nursery)


def test_archived_child_is_not_named_in_an_old_plan(in_nursery: Nursery) -> None:
    plan = make_plan(in_nursery)
    in_nursery.child.archived_on = today()
    in_nursery.child.save(update_fields=["archived_on"])
    (shown,) = plan_page_of(plan).lines[0].unseen
    assert (shown.name, shown.child_id) == ("kind dat vertrokken is", None)
