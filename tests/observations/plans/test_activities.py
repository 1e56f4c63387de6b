"""Activities: found by line and age, reused, adapted without changing the original (REG-9.2)."""

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from observations.domain.plans.activities import (
    MAX_IN_CLUSTER,
    ActivityConflict,
    ActivityData,
    adapt_activity,
    add_activity,
    change_activity,
    create_activity,
    find_activities,
    find_card,
    find_own,
    remove_activity,
    withdraw_activity,
)
from observations.domain.plans.library import shipped_activities
from observations.domain.plans.plans import PlanRefused, copy_plan
from observations.domain.plans.texts import find_cluster
from observations.models import Activity, ClusterActivity, GroupPlan, PlanCluster
from tests import factories
from tests.observations.conftest import Nursery
from tests.observations.plans.rooms import DAY, make_plan, today

DATA = ActivityData("Zaklampverhaal", "Vertel in het donker met een zaklamp.", ("mondelinge-taal", "spel"), 30, 60)


def cluster(plan: GroupPlan) -> PlanCluster:
    found = find_cluster(plan, PlanCluster.objects.get(plan_line__plan=plan, level="basis").pk)
    assert found is not None
    return found


@pytest.mark.requirement("REG-9.2")
def test_activities_are_found_by_line_age_kind_and_words(in_nursery: Nursery) -> None:
    made = create_activity(data=DATA, by=in_nursery.staff)
    found = find_activities(lines=["spel"])
    assert found[0].key == str(made.pk)
    assert (found[0].is_own, found[0].author) == (True, in_nursery.staff.get_full_name())
    assert {card.key for card in found[1:]} == {
        code for code, card in shipped_activities().items() if "spel" in card.lines
    }
    assert all(card.from_months < 12 and card.until_months > 6 for card in find_activities(age=(6, 12)))
    assert [card.key for card in find_activities(words="ZAKLAMP donker")] == [str(made.pk)]
    change_activity(activity=made, data=ActivityData(**{**vars(DATA), "kinds": ("bso",)}), version=1)
    assert find_activities(words="zaklampverhaal", kind="toddler") == []
    assert len(find_activities(words="zaklampverhaal", kind="bso")) == 1


def test_library_takes_two_queries_however_many_there_are(
    in_nursery: Nursery, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        create_activity(data=ActivityData(**{**vars(DATA), "title": f"Spel {number}"}), by=factories.user())
        # The rows; their authors' names have the key of the organisation, which is at hand in this scope.
        with django_assert_num_queries(1):
            assert len([card for card in find_activities() if card.is_own]) == number + 1


@pytest.mark.requirement("REG-9.2")
def test_activity_in_a_plan_is_a_copy_that_leaves_the_original_alone(in_nursery: Nursery) -> None:
    plan, made = make_plan(in_nursery), create_activity(data=DATA, by=in_nursery.staff)
    held = cluster(plan)
    assert add_activity(plan=plan, cluster=held, key=str(made.pk))
    assert not add_activity(plan=plan, cluster=held, key=str(made.pk))
    copy = ClusterActivity.objects.select_related("cluster__plan_line__line").get()
    adapt_activity(plan=plan, activity=copy, title="Zaklamp met Mo", description="Mo houdt de lamp vast.")
    made.refresh_from_db()
    assert (made.title, copy.content.title, copy.adapted) == (DATA.title, "Zaklamp met Mo", True)
    change_activity(activity=made, data=ActivityData(**{**vars(DATA), "title": "Anders"}), version=1)
    withdraw_activity(activity=made, now=timezone.now())
    copy = ClusterActivity.objects.select_related("cluster__plan_line__line").get()
    assert copy.content.title == "Zaklamp met Mo"
    assert find_card(str(made.pk)) is None
    following = copy_plan(
        plan=plan, begins_on=today() + 200 * DAY, ends_on=today() + 300 * DAY, by=in_nursery.staff,
        now=timezone.now(), today=today(),
    )  # fmt: skip
    assert [row.content.title for row in ClusterActivity.objects.filter(cluster__plan_line__plan=following)] == [
        "Zaklamp met Mo"
    ]
    remove_activity(plan=plan, activity=copy)
    assert not ClusterActivity.objects.filter(cluster=held).exists()


def test_cluster_takes_no_more_than_one_can_do(in_nursery: Nursery) -> None:
    plan = make_plan(in_nursery)
    held, codes = cluster(plan), list(shipped_activities())
    for code in codes[:MAX_IN_CLUSTER]:
        assert add_activity(plan=plan, cluster=held, key=code)
    with pytest.raises(PlanRefused, match="ten hoogste 8"):
        add_activity(plan=plan, cluster=held, key=codes[MAX_IN_CLUSTER])
    with pytest.raises(PlanRefused, match="niet meer"):
        add_activity(plan=plan, cluster=held, key="bestaat-niet")


def test_same_activity_twice_is_kept_once(in_nursery: Nursery) -> None:
    first = create_activity(data=DATA, by=in_nursery.staff, based_on="de-pop-heeft-honger")
    assert create_activity(data=DATA, by=in_nursery.staff).pk == first.pk
    assert create_activity(data=DATA, by=factories.user()).pk != first.pk


def test_two_colleagues_changing_an_activity_are_told(in_nursery: Nursery) -> None:
    made = create_activity(data=DATA, by=in_nursery.staff)
    change_activity(activity=made, data=ActivityData(**{**vars(DATA), "title": "Een"}), version=1)
    with pytest.raises(ActivityConflict) as caught:
        change_activity(activity=made, data=ActivityData(**{**vars(DATA), "title": "Twee"}), version=1)
    assert caught.value.theirs.title == "Een"
    change_activity(activity=made, data=ActivityData(**{**vars(DATA), "title": "Een"}), version=1)
    assert Activity.objects.get(pk=made.pk).version == 2
    withdraw_activity(activity=made, now=timezone.now())
    withdraw_activity(activity=made, now=timezone.now())
    with pytest.raises(PlanRefused, match="uit de bibliotheek"):
        change_activity(activity=made, data=DATA, version=2)
    assert find_own(str(made.pk)) is None
    assert find_own("geen id") is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": " "}, "Geef de activiteit een naam"),
        ({"description": "x" * 2001}, "de tekst 2000"),
        ({"lines": ()}, "ontwikkelingslijnen"),
        ({"until_months": 30}, "boven de laagste"),
    ],
)
def test_activity_that_is_not_whole_is_refused(in_nursery: Nursery, changes: dict[str, object], message: str) -> None:
    with pytest.raises(PlanRefused, match=message):
        create_activity(data=ActivityData(**{**vars(DATA), **changes}), by=in_nursery.staff)
