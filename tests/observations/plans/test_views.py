"""The pages of a plan, as somebody uses them (REG-9)."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.plans.plans import activate_plan
from observations.models import (
    Activity,
    ClusterActivity,
    ClusterMember,
    ClusterText,
    Group,
    GroupPlan,
    PlanCluster,
)
from tests import factories
from tests.clients import client_of
from tests.observations.conftest import Nursery
from tests.observations.plans.rooms import DAY, fill, make_plan, register, today
from tests.observations.plans.test_plans import write_all


@pytest.fixture
def plan(nursery: Nursery) -> GroupPlan:
    """Make a plan of a group of four."""
    with tenant_scope(nursery.organisation_id):
        fill(nursery, ["-8", "0", "9"], on=today() - DAY)
        return make_plan(nursery)


@pytest.fixture
def browser(nursery: Nursery) -> Client:
    """Sign the group's staff in."""
    return client_of(nursery.staff)


def url(name: str, plan: GroupPlan, **more: object) -> str:
    return reverse(f"observations:{name}", kwargs={"pk": plan.pk, **more})


def cluster(nursery: Nursery, plan: GroupPlan, level: str = "basis") -> PlanCluster:
    with tenant_scope(nursery.organisation_id):
        found = PlanCluster.objects.get(plan_line__plan=plan, level=level)
        assert found.texts is not None
        return found


@pytest.mark.requirement("REG-9.1")
def test_plan_is_made_from_chosen_lines(nursery: Nursery, browser: Client) -> None:
    with tenant_scope(nursery.organisation_id):
        register(nursery.child, nursery, difference="-8", on=today() - DAY)
    new = reverse("observations:group_plan_new", kwargs={"pk": nursery.group.pk})
    assert "aandacht bij 1 van 1" in browser.get(new).content.decode()
    days = {"begins_on": today().isoformat(), "ends_on": (today() + 100 * DAY).isoformat()}
    answer = browser.post(new, {"lines": ["mondelinge-taal", "tekenen"], **days})
    page = browser.get(answer.headers["Location"]).content.decode()
    assert all(text in page for text in ("Mondelinge taal", "Tekenen", "Extra steun", "Yara", "Onvoldoende gezien:"))
    assert "Er is al een plan" in browser.post(new, {"lines": ["spel"], **days}).content.decode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"lines": []}, "minstens één ontwikkelingslijn"),
        ({"lines": ["spel", "tijd", "tekenen", "zelfbeeld", "gecijferdheid"]}, "ten hoogste 4"),
        ({"lines": ["zolder"]}, "kennen we niet"),
        ({"lines": ["spel"], "ends_on": "2001-01-01"}, "voor de eerste"),
        ({"lines": ["spel"], "begins_on": "morgen"}, "Vul een datum in"),
    ],
)
def test_form_of_a_plan_says_what_is_wrong(
    nursery: Nursery, browser: Client, data: dict[str, object], message: str
) -> None:
    new = reverse("observations:group_plan_new", kwargs={"pk": nursery.group.pk})
    days = {"begins_on": today().isoformat(), "ends_on": (today() + 100 * DAY).isoformat()}
    answer = browser.post(new, days | data)
    assert answer.status_code == 422
    assert message in answer.content.decode()


@pytest.mark.requirement("REG-9.1")
def test_child_is_moved_with_a_button(nursery: Nursery, plan: GroupPlan, browser: Client) -> None:
    page = url("group_plan_arrange", plan, code="mondelinge-taal")
    buttons = re.findall(r'name="zet" value="([0-9a-f-]+):challenge"', browser.get(page).content.decode())
    assert len(buttons) == 3
    answer = browser.post(page, {"zet": f"{buttons[0]}:challenge"})
    assert answer.headers["Location"] == f"{page}#kind-{buttons[0]}"
    assert "met de hand verplaatst; voorgesteld: Extra steun" in browser.get(page).content.decode()
    for bad in ("", "x:basis", f"{buttons[0]}:zolder", f"{nursery.child.pk}:basis"):
        refused = browser.post(page, {"zet": bad})
        assert refused.status_code == 409
        assert "Laad de pagina opnieuw" in refused.content.decode()
    assert browser.get(url("group_plan_arrange", plan, code="spel")).status_code == 404


@pytest.mark.requirement("REG-9.2")
def test_texts_are_written_and_a_colleagues_change_is_shown_beside_them(
    nursery: Nursery, plan: GroupPlan, browser: Client
) -> None:
    held = cluster(nursery, plan)
    page = url("group_plan_texts", plan, cluster_id=held.pk)
    typed = {"goal": "Mijn doel", "offer": "Mijn aanbod", "organisation": "", "evaluation": "", "version": "1"}
    assert 'name="version" value="1"' in browser.get(page).content.decode()
    with tenant_scope(nursery.organisation_id):
        colleague = factories.user()
        row = PlanCluster.objects.get(pk=held.pk)
        row.texts, row.version, row.changed_by = ClusterText(goal="Haar doel"), 2, colleague
        row.save()
        name = colleague.get_full_name()
    answer = browser.post(page, typed)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert all(part in text for part in (name, "Haar doel", "Mijn doel", 'name="version" value="2"'))
    assert cluster(nursery, plan).texts == ClusterText(goal="Haar doel")
    again = browser.post(page, typed | {"version": "2"})
    assert again.headers["Location"] == f"{url('group_plan', plan)}#cluster-{held.pk}"
    assert cluster(nursery, plan).texts.goal == "Mijn doel"


def test_typed_texts_come_back_when_they_cannot_be_kept(nursery: Nursery, plan: GroupPlan, browser: Client) -> None:
    page = url("group_plan_texts", plan, cluster_id=cluster(nursery, plan).pk)
    answer = browser.post(page, {"goal": "Een \x00 doel", "offer": "Mijn aanbod", "version": "1"})
    assert (answer.status_code, "Mijn aanbod" in answer.content.decode()) == (422, True)
    with tenant_scope(nursery.organisation_id):
        GroupPlan.objects.filter(pk=plan.pk).update(status="evaluated", evaluated_at=timezone.now())
    closed = browser.post(page, {"goal": "Toch", "version": "1"})
    assert (closed.status_code, "Heropen" in closed.content.decode()) == (422, True)


@pytest.mark.requirement("REG-9.2")
def test_activity_is_chosen_adapted_and_taken_out(nursery: Nursery, plan: GroupPlan, browser: Client) -> None:
    page = url("group_plan_activities", plan, cluster_id=cluster(nursery, plan).pk)
    found = browser.get(page).content.decode()
    assert "Praatplaat van thuis" in found
    assert "Jassenstraat" not in found
    assert "Jassenstraat" in browser.get(page, {"lijn": "", "woorden": "jas"}).content.decode()
    assert "Geen activiteiten" in browser.get(page, {"woorden": "helikopterfabriek"}).content.decode()
    assert browser.post(page, {"kies": "praatplaat-van-thuis"}).status_code == 302
    assert browser.post(page, {"kies": "bestaat-niet"}).status_code == 409
    assert "staat in het plan" in browser.get(page).content.decode()
    with tenant_scope(nursery.organisation_id):
        activity = ClusterActivity.objects.get()
    own = url("group_plan_activity", plan, activity_id=activity.pk)
    assert browser.post(own, {"title": "", "description": "Tekst"}).status_code == 422
    assert browser.post(own, {"title": "Met Mo", "description": "Mo vertelt."}).status_code == 302
    assert "Met Mo" in browser.get(url("group_plan", plan)).content.decode()
    assert (
        "Praatplaat van thuis"
        in browser.get(reverse("observations:activities"), {"woorden": "praatplaat"}).content.decode()
    )
    assert browser.post(own, {"doe": "weg"}).status_code == 302
    assert browser.get(own).status_code == 404


@pytest.mark.requirement("REG-9.2")
def test_own_activity_is_made_from_a_shipped_one_changed_and_withdrawn(nursery: Nursery, browser: Client) -> None:
    new, listed = reverse("observations:activity_new"), reverse("observations:activities")
    assert "Jassenstraat" in browser.get(new, {"van": "jassenstraat"}).content.decode()
    data = {
        "title": "Jassenstraat buiten", "description": "Op het plein.", "lines": ["zelfredzaamheid"],
        "from_months": "30", "until_months": "60", "kinds": ["toddler"], "version": "1",
    }  # fmt: skip
    assert browser.post(new, data | {"until_months": "24"}).status_code == 422
    assert browser.post(f"{new}?van=jassenstraat", data).headers["Location"] == listed
    with tenant_scope(nursery.organisation_id):
        made = Activity.objects.get()
        assert made.based_on == "jassenstraat"
    own = reverse("observations:activity", kwargs={"pk": made.pk})
    assert browser.post(own, data | {"title": "Jassenplein"}).status_code == 302
    conflict = browser.post(own, data | {"title": "Jassenweg"})
    text = conflict.content.decode()
    assert (conflict.status_code, "Jassenplein" in text, "Jassenweg" in text) == (409, True, True)
    assert browser.post(own, data | {"title": "Jassenweg", "version": "2"}).status_code == 302
    found = browser.get(listed, {"lijn": "zelfredzaamheid", "leeftijd": "30"}).content.decode()
    assert "Jassenweg" in found
    browser.post(own, {"doe": "weg"})
    assert "Jassenweg" not in browser.get(listed).content.decode()
    assert browser.get(own).status_code == 404


@pytest.mark.requirement("REG-9.2")
def test_steps_of_a_plan_with_buttons(nursery: Nursery, plan: GroupPlan, browser: Client) -> None:
    step, shown = url("group_plan_step", plan), url("group_plan", plan)
    refused = browser.post(step, {"doe": "onzin"})
    assert (refused.status_code, "We begrepen niet" in refused.content.decode()) == (409, True)
    with tenant_scope(nursery.organisation_id):
        write_all(plan, nursery.staff, goal="Doel")
    assert "De clusters waren al bij." in browser.post(step, {"doe": "werk-bij"}, follow=True).content.decode()
    assert "Het plan loopt." in browser.post(step, {"doe": "begin"}, follow=True).content.decode()
    refused = browser.post(step, {"doe": "evalueer"})
    assert (refused.status_code, "nog niet geëvalueerd:" in refused.content.decode()) == (409, True)
    # Each cluster that lacks it is a link to where it is written.
    with tenant_scope(nursery.organisation_id):
        missing = PlanCluster.objects.get(plan_line__plan=plan, plan_line__line__code="mondelinge-taal", level="basis")
    address = reverse("observations:group_plan_texts", args=[plan.pk, missing.pk])
    assert f'<li><a href="{address}">Mondelinge taal: Basisaanbod</a></li>' in refused.content.decode()
    with tenant_scope(nursery.organisation_id):
        write_all(plan, nursery.staff, evaluation="Gehaald")
    assert "geëvalueerd en afgesloten" in browser.post(step, {"doe": "evalueer"}, follow=True).content.decode()
    assert "Heropen het plan" in browser.get(shown).content.decode()
    assert "Verplaats kinderen" not in browser.get(shown).content.decode()
    following = reverse("observations:group_plan_next", kwargs={"pk": plan.pk})
    days = {"begins_on": (today() + 200 * DAY).isoformat(), "ends_on": (today() + 300 * DAY).isoformat()}
    draft = browser.post(following, days).headers["Location"]
    answer = browser.post(f"{draft}stap/", {"doe": "gooi-weg"})
    assert answer.headers["Location"] == reverse("observations:group_plans", kwargs={"pk": nursery.group.pk})
    assert browser.get(draft).status_code == 404
    assert "loopt weer" in browser.post(step, {"doe": "heropen"}, follow=True).content.decode()


@pytest.mark.requirement("REG-9.3")
def test_effect_shows_before_and_after_with_the_caution(nursery: Nursery, browser: Client) -> None:
    with tenant_scope(nursery.organisation_id):
        register(nursery.child, nursery, difference="-8", on=today() - 210 * DAY)
        plan = make_plan(nursery, begins_on=today() - 200 * DAY)
        GroupPlan.objects.filter(pk=plan.pk).update(status="active")
    page = url("group_plan_effect", plan)
    assert "Nog niet opnieuw geregistreerd" in browser.get(page).content.decode()
    with tenant_scope(nursery.organisation_id):
        register(nursery.child, nursery, difference="-2", on=today() - DAY)
    text = browser.get(page).content.decode()
    assert all(
        part in text
        for part in ("gaan gemiddeld vanzelf iets vooruit", "Hele groep", "▲", "8 maanden achter", "2 maanden achter")
    )


def test_plan_prints_on_at_most_two_sheets(nursery: Nursery, plan: GroupPlan, browser: Client) -> None:
    with tenant_scope(nursery.organisation_id):
        write_all(
            plan,
            nursery.staff,
            goal="Een doel van een zin of twee. " * 4,
            offer="Aanbod. " * 20,
            evaluation="Ja. " * 20,
        )
    answer = browser.get(url("group_plan_pdf", plan))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.count(b"/Type /Page\n") + answer.content.count(b"/Type /Page/") <= 2


def test_who_only_reads_sees_no_buttons(nursery: Nursery, plan: GroupPlan) -> None:
    page = client_of(nursery.administrator).get(url("group_plan", plan)).content.decode()
    assert "Begin met dit plan" not in page
    assert "Schrijf" not in page
    tab = reverse("observations:group_plans", kwargs={"pk": nursery.group.pk})
    listed = client_of(nursery.administrator).get(tab).content.decode()
    assert url("group_plan", plan) in listed
    assert "Nieuw plan" not in listed


def test_plan_of_another_group_is_out_of_reach(nursery: Nursery, plan: GroupPlan) -> None:
    with tenant_scope(nursery.organisation_id):
        other = factories.user(role=None)
        stranger = factories.group(staff=factories.user())
        assert Group.objects.filter(pk=stranger.pk).exists()
        assert ClusterMember.objects.filter(plan_line__plan=plan).exists()
    assert client_of(other).get(url("group_plan", plan)).status_code == 403


@pytest.mark.parametrize("children", [1, 3])
def test_page_of_a_plan_takes_as_many_queries_for_one_child_as_for_three(
    nursery: Nursery, browser: Client, children: int, django_assert_num_queries: object
) -> None:
    with tenant_scope(nursery.organisation_id):
        fill(nursery, ["-8", "0", "9"][: children - 1], on=today() - DAY)
        plan = make_plan(nursery)
        write_all(plan, nursery.staff, goal="Doel")
        activate_plan(plan=plan)
    browser.get(url("group_plan", plan))
    with django_assert_num_queries(28):  # type: ignore[operator]
        assert browser.get(url("group_plan", plan)).status_code == 200


@pytest.mark.requirement("ACC-9.2", "ACC-9.8")
def test_who_left_a_group_reads_its_evaluated_plans_no_more_and_who_follows_the_location_does(
    nursery: Nursery, plan: GroupPlan
) -> None:
    with tenant_scope(nursery.organisation_id):
        support = factories.user(Role.INTERNAL_SUPPORT)
        GroupPlan.objects.filter(pk=plan.pk).update(status="evaluated", evaluated_at=timezone.now())
    pages = [reverse("observations:group_plans", args=[nursery.group.pk]), url("group_plan", plan)]
    pages += [url(name, plan) for name in ("group_plan_effect", "group_plan_pdf")]
    assert [client_of(nursery.staff).get(page).status_code for page in pages] == [200, 200, 200, 200]
    with tenant_scope(nursery.organisation_id):
        nursery.group.staff.update(ends_on=today() - DAY)
    # A plan says of each child of the group what it needs: that goes with the work on the group, as its children do.
    assert [client_of(nursery.staff).get(page).status_code for page in pages] == [403, 403, 403, 403]
    assert [client_of(support).get(page).status_code for page in pages] == [200, 200, 200, 200]
