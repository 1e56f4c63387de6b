"""The screens of registering: what they keep, also when the session ends, and what they cost (REG-3, REG-4, REG-6)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User, UserSession
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.periods.extra import ExtraData, plan_extra
from observations.domain.registering.answering import mark_of
from observations.domain.registering.page import line_page_of
from observations.domain.registering.registrations import (
    close_registration,
    reopen_registration,
    save_answer,
    save_conclusion,
    save_scale,
    start_registration,
)
from observations.models import Answer, ExtraRegistration, Note, NoteMilestone, NoteText, Registration, ScaleScore
from tests import factories
from tests.clients import client_of
from tests.pages import STAFF, World, make_world

VALUE = Answer.Value


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def staff(world: World) -> Client:
    return client_of(world.users[STAFF])


@pytest.fixture
def colleague(world: World) -> User:
    return world.users[Role.INTERNAL_SUPPORT]


def milestones(line: str, band: int) -> list[UUID]:
    return [item.id for item in factories.development_instrument().lines[line].bands[band]]


def line_url(world: World, code: str = "spel") -> str:
    return reverse("observations:registration_line", kwargs={"pk": world.opened.pk, "code": code})


def answer_url(world: World) -> str:
    return reverse("observations:answer", kwargs={"pk": world.opened.pk})


def kept(world: World, milestone_id: UUID) -> int | None:
    with tenant_scope(world.organisation_id):
        found = Answer.objects.filter(registration=world.opened, milestone=milestone_id).first()
        return found.value if found else None


def answer_as(world: World, by: User, milestone_id: UUID, value: int) -> None:
    with tenant_scope(world.organisation_id, actor_id=by.pk):
        save_answer(
            registration=world.opened, milestone_id=milestone_id, value=value, today=timezone.localdate(), by=by
        )


def answer_everything(world: World, registration: Registration) -> None:
    """Answer all that a registration shows, scales included."""
    content = factories.development_instrument()
    by = world.users[STAFF]
    with tenant_scope(world.organisation_id, actor_id=by.pk):
        fresh = Registration.objects.select_related("child", "extra").get(pk=registration.pk)
        for code in content.lines:
            page = line_page_of(fresh, code)
            assert page is not None
            for band in page.bands:
                for item in band.milestones:
                    save_answer(
                        registration=fresh,
                        milestone_id=item.content.id,
                        value=VALUE.SECURE,
                        today=timezone.localdate(),
                        by=by,
                    )
        for scale in content.scales:
            save_scale(registration=fresh, scale_id=scale.id, half_points=8, by=by)


def link_note(world: World, milestone_id: UUID, shows: str) -> None:
    """Write a note of today that says something of a milestone."""
    with tenant_scope(world.organisation_id):
        note = Note(child=world.child, author=world.users[STAFF], entry_id=uuid7(), observed_on=timezone.localdate())
        note.content = NoteText("Speelt winkeltje met twee andere kinderen.", "")
        note.save()
        NoteMilestone.objects.create(note=note, milestone_id=milestone_id, shows=shows)


@pytest.mark.requirement("ACC-6.3", "REG-3.6")
def test_answers_of_a_form_without_script_survive_the_end_of_the_session(staff: Client, world: World) -> None:
    first, second, third = milestones("spel", 7)
    page = staff.get(line_url(world)).content.decode()
    key = f"registration.line:{world.opened.pk}"
    assert f'name="draft_key" value="{key}"' in page
    with tenant_scope(world.organisation_id):
        UserSession.objects.update(last_active_at=timezone.now() - timedelta(days=1))
    sent = {"draft_key": key, f"m-{first}": "secure", f"was-{first}": "", f"m-{second}": "emerging", "go": "tijd"}
    response = staff.post(line_url(world), sent)
    assert "/inloggen/" in response.headers["Location"]
    again = client_of(world.users[STAFF])
    offered = again.get(line_url(world)).content.decode()
    assert "Verder met deze tekst" in offered
    assert "secure" not in offered.split("<q>")[1].split("</q>")[0]
    resumed = again.get(line_url(world), {"concept": key}).content.decode()
    assert "nog niet bewaard" in resumed
    # The form now sends what the draft has, with what is kept beside it: nothing yet.
    again.post(line_url(world), {**sent, f"was-{second}": "", "go": "tijd"})
    assert [kept(world, item) for item in (first, second, third)] == [VALUE.SECURE, VALUE.EMERGING, None]
    assert "Verder met deze tekst" not in again.get(line_url(world)).content.decode()


@pytest.mark.requirement("REG-3.9")
def test_autosaved_answer_names_the_colleague_it_replaces(staff: Client, world: World, colleague: User) -> None:
    item = milestones("spel", 7)[0]
    answer_as(world, colleague, item, VALUE.SECURE)
    response = staff.post(answer_url(world), {f"m-{item}": "not_yet", f"was-{item}": ""})
    expected = {"by": colleague.get_full_name(), "value": "secure", "label": "Beheerst"}
    assert response.json()["replaced"] == expected
    undone = staff.post(answer_url(world), {f"m-{item}": "secure", f"was-{item}": "not_yet"})
    assert "replaced" not in undone.json()
    assert kept(world, item) == VALUE.SECURE


@pytest.mark.requirement("REG-3.9")
def test_form_without_script_leaves_what_a_colleague_chose_and_names_what_it_replaces(
    staff: Client, world: World, colleague: User
) -> None:
    first, second, _third = milestones("spel", 7)
    answer_as(world, colleague, first, VALUE.SECURE)
    answer_as(world, colleague, second, VALUE.SECURE)
    # The form was made before: it saw nothing, and something is chosen for the second only.
    sent = {f"m-{second}": "not_yet", f"was-{first}": "", f"was-{second}": "", "go": "tijd"}
    response = staff.post(line_url(world), sent, follow=True)
    assert (kept(world, first), kept(world, second)) == (VALUE.SECURE, VALUE.NOT_YET)
    text = response.content.decode()
    assert f"{colleague.get_full_name()} had intussen “Beheerst” gekozen" in text
    # It stays on the line, and the same form puts back what was there; the others stay as they are.
    assert text.count('name="restore"') == 1
    restored = {**sent, f"was-{second}": "not_yet", f"was-{first}": "secure", "restore": f"m-{second}=secure"}
    assert "Teruggezet." in staff.post(line_url(world), restored, follow=True).content.decode()
    assert (kept(world, first), kept(world, second)) == (VALUE.SECURE, VALUE.SECURE)
    # An answer that stood there already is sent along, and says nothing.
    answer_as(world, colleague, second, VALUE.EMERGING)
    staff.post(line_url(world), {f"m-{second}": "not_yet", f"was-{second}": "not_yet", "go": "tijd"})
    assert kept(world, second) == VALUE.EMERGING


@pytest.mark.requirement("REG-3.9")
def test_point_of_a_colleague_is_put_back_without_script(staff: Client, world: World, colleague: User) -> None:
    [scale, *_others] = factories.development_instrument().scales
    with tenant_scope(world.organisation_id):
        save_scale(registration=world.opened, scale_id=scale.id, half_points=8, by=colleague)
    url = reverse("observations:registration_scales", kwargs={"pk": world.opened.pk})
    sent = {f"s-{scale.id}": "5", f"was-{scale.id}": "", "conclusion": "Speelt graag.", "was-conclusion": mark_of("")}
    text = staff.post(url, sent).content.decode()
    assert f"{colleague.get_full_name()} had intussen “4” gekozen" in text
    assert f'name="restore" value="s-{scale.id}=8"' in text
    restored = sent | {f"was-{scale.id}": "5", "was-conclusion": mark_of("Speelt graag."), "restore": f"s-{scale.id}=8"}
    assert "Teruggezet." in staff.post(url, restored, follow=True).content.decode()
    with tenant_scope(world.organisation_id):
        assert ScaleScore.objects.get(registration=world.opened, scale=scale.id).half_points == 8


@pytest.mark.parametrize("hidden", ["nonsense", "4"])
def test_what_was_seen_must_be_an_answer(staff: Client, world: World, hidden: str) -> None:
    item = milestones("spel", 7)[0]
    sent = {f"m-{item}": "not_yet", f"was-{item}": hidden}
    assert staff.post(answer_url(world), sent).status_code == 422
    assert staff.post(line_url(world), sent).status_code == 400
    assert kept(world, item) is None


@pytest.mark.requirement("REG-3.9")
def test_conclusion_of_a_colleague_is_shown_beside_ones_own(staff: Client, world: World, colleague: User) -> None:
    with tenant_scope(world.organisation_id, actor_id=colleague.pk):
        save_conclusion(registration=world.opened, conclusion="Van de collega.", by=colleague)
    url = reverse("observations:registration_scales", kwargs={"pk": world.opened.pk})
    sent = {"conclusion": "Van mij.", "was-conclusion": mark_of("")}
    response = staff.post(url, sent)
    text = response.content.decode()
    assert (response.status_code, "Van de collega." in text, "Van mij." in text) == (409, True, True)
    automatic = staff.post(answer_url(world), sent)
    assert (automatic.status_code, automatic.json()["theirs"]) == (409, "Van de collega.")
    seen = mark_of("Van de collega.")
    assert automatic.json()["mark"] == seen
    assert f'value="{seen}"' in text
    assert staff.post(url, {"conclusion": "Van ons.", "was-conclusion": seen}).status_code == 302


@pytest.mark.requirement("REG-3.7")
def test_linked_note_proposes_and_counts_only_once_it_is_taken_over(staff: Client, world: World) -> None:
    item = milestones("spel", 7)[0]
    link_note(world, item, "emerging")
    link_note(world, item, "secure")
    text = staff.get(line_url(world)).content.decode()
    assert "Voorstel uit 2 notities: <strong>Beheerst</strong>" in text
    assert text.count("Speelt winkeltje") == 2
    staff.post(line_url(world), {"go": "spel"})
    assert kept(world, item) is None
    response = staff.post(line_url(world), {"propose": f"m-{item}=secure", f"was-{item}": ""})
    assert "/lijn/spel/#" in response.headers["Location"]
    assert kept(world, item) == VALUE.SECURE
    assert "Voorstel uit" not in staff.get(line_url(world)).content.decode()


@pytest.mark.requirement("REG-3.7")
@pytest.mark.parametrize(("carried", "proposed"), [("emerging", True), ("secure", False)])
def test_linked_note_proposes_only_what_goes_further_than_what_was_taken_over(
    staff: Client, world: World, carried: str, proposed: bool
) -> None:
    item = milestones("tekenen", 7)[0]
    with tenant_scope(world.organisation_id):
        world.opened.answers.filter(milestone=item).update(value=Answer.Value[carried.upper()])
    link_note(world, item, "secure")
    assert ("Voorstel uit" in staff.get(line_url(world, "tekenen")).content.decode()) is proposed


@pytest.mark.requirement("REG-3.8")
def test_confirming_a_line_that_is_then_done_goes_on_to_the_next(staff: Client, world: World) -> None:
    with tenant_scope(world.organisation_id):
        world.opened.answers.filter(milestone__line__code="tekenen").delete()
        page = line_page_of(Registration.objects.select_related("child", "extra").get(pk=world.opened.pk), "tekenen")
        assert page is not None
        assert page.following is not None
        Answer.objects.bulk_create(
            Answer(
                registration=world.opened,
                milestone_id=item.content.id,
                value=VALUE.SECURE,
                answered_on=timezone.localdate(),
                carried_over=True,
            )
            for band in page.bands
            for item in band.milestones
        )
    response = staff.post(line_url(world, "tekenen"), {"confirm": "1"})
    assert response.headers["Location"] == line_url(world, page.following.code)


def test_confirming_a_line_with_something_open_stays_there(staff: Client, world: World) -> None:
    item = milestones("tekenen", 8)[0]
    with tenant_scope(world.organisation_id):
        world.opened.answers.filter(milestone=item).delete()
    response = staff.post(line_url(world, "tekenen"), {"confirm": "1"})
    assert response.headers["Location"].startswith(line_url(world, "tekenen") + "#")


@pytest.mark.requirement("REG-6.5")
def test_checklist_names_what_is_missing_with_the_way_there(staff: Client, world: World) -> None:
    item = milestones("spel", 7)[0]
    answer_as(world, world.users[STAFF], item, VALUE.NOT_OBSERVED)
    url = reverse("observations:registration_close", kwargs={"pk": world.opened.pk})
    text = " ".join(staff.get(url).content.decode().split())
    for part in ("lijnen zijn nog niet helemaal ingevuld", "schalen ingevuld", "nog niet geschreven"):
        assert part in text
    assert "1 mijlpaal is niet gezien" in text
    assert f'href="{line_url(world)}"' in text


@pytest.mark.requirement("REG-6.1")
def test_form_sent_after_a_colleague_closed_says_so_and_gives_the_text_back(staff: Client, world: World) -> None:
    with tenant_scope(world.organisation_id):
        close_registration(
            registration=world.opened, now=timezone.now(), by=world.users[STAFF], confirm_carried_over=True
        )
    closed = "Deze registratie is afgesloten en verandert niet meer."
    url = reverse("observations:registration_scales", kwargs={"pk": world.opened.pk})
    answer = staff.post(url, {"conclusion": "Lang over nagedacht."})
    assert answer.status_code == 422
    assert all(part in answer.content.decode() for part in (closed, "Lang over nagedacht."))
    (item, *_) = milestones("spel", 7)
    assert closed in staff.post(line_url(world), {f"m-{item}": "secure"}, follow=True).content.decode()
    assert kept(world, item) is None


@pytest.mark.requirement("REG-6.4")
def test_versions_show_what_changed_who_did_it_and_why(world: World) -> None:
    administrator = world.users[Role.ADMINISTRATOR]
    item = milestones("tekenen", 7)[0]
    with tenant_scope(world.organisation_id, actor_id=administrator.pk):
        # The child has another one open: it is closed first.
        close_registration(
            registration=world.opened, now=timezone.now(), by=world.users[STAFF], confirm_carried_over=True
        )
        again = reopen_registration(registration=world.closed, reason="Verkeerde mijlpaal", by=administrator)
        save_answer(
            registration=again,
            milestone_id=item,
            value=VALUE.NOT_YET,
            today=timezone.localdate(),
            by=world.users[STAFF],
        )
        close_registration(registration=again, now=timezone.now(), by=world.users[STAFF])
    url = reverse("observations:registration_versions", kwargs={"pk": again.pk})
    text = " ".join(client_of(world.users[STAFF]).get(url).content.decode().split())
    for part in ("Verkeerde mijlpaal", administrator.get_full_name(), "Beheerst", "Nog niet", "Versie 2"):
        assert part in text
    # One milestone differs, and one row says so.
    assert text.count("<td>Beheerst</td>") == 1


def grid_url(world: World, code: str = "tekenen") -> str:
    return reverse("observations:line_grid", kwargs={"pk": world.group_staff.group_id, "code": code})


def group_url(world: World, name: str = "group_registrations") -> str:
    return reverse(f"observations:{name}", kwargs={"pk": world.group_staff.group_id})


@pytest.mark.requirement("REG-4.2")
def test_beginning_for_the_whole_group_begins_for_who_has_none(staff: Client, world: World) -> None:
    text = staff.get(grid_url(world)).content.decode()
    assert "Van 1 kind is de registratie nog niet begonnen." in text
    response = staff.post(group_url(world, "group_registrations_start"), {"line": "tekenen"})
    assert response.headers["Location"] == grid_url(world)
    with tenant_scope(world.organisation_id):
        assert Registration.objects.filter(status=Registration.Status.OPEN).count() == 2
    assert "nog niet begonnen" not in staff.get(grid_url(world)).content.decode()


@pytest.mark.requirement("REG-4.1")
def test_grid_shows_each_child_with_its_own_bands(staff: Client, world: World) -> None:
    with tenant_scope(world.organisation_id):
        group = world.group_staff.group
        factories.child(group, "Bo", birth_date=timezone.localdate() - timedelta(days=400))
    staff.post(group_url(world, "group_registrations_start"))
    text = staff.get(grid_url(world)).content.decode()
    # Thirteen months: bands 2, 3 and 4; thirty-eight months: 6, 7 and 8. What is between is nobody's.
    columns = sum(len(milestones("tekenen", band)) for band in (2, 3, 4, 6, 7, 8))
    assert text.count('<td class="cell"') == 3 * columns
    assert text.count("data-off") == 3 * columns // 2


@pytest.mark.requirement("REG-4.3")
@pytest.mark.parametrize("kind", ["row", "column"])
def test_whole_row_or_column_is_confirmed_in_one_step(staff: Client, world: World, kind: str) -> None:
    item = milestones("tekenen", 7)[0]
    chosen = {"row": str(world.opened.pk), "column": str(item)}[kind]
    with tenant_scope(world.organisation_id):
        waiting = world.opened.answers.filter(carried_over=True).count()
    response = staff.post(grid_url(world), {kind: chosen}, headers={"Accept": "application/json"})
    confirmed = {"row": waiting, "column": 1}[kind]
    assert response.json() == {"saved": True, "confirmed": confirmed}
    with tenant_scope(world.organisation_id):
        assert world.opened.answers.filter(carried_over=True).count() == waiting - confirmed
    plain = staff.post(grid_url(world), {kind: chosen})
    assert plain.headers["Location"] == grid_url(world)


@pytest.mark.parametrize("sent", [{}, {"row": "x", "column": "y"}, {"column": "geen-mijlpaal"}])
def test_grid_refuses_what_is_no_row_or_column(staff: Client, world: World, sent: dict[str, Any]) -> None:
    response = staff.post(grid_url(world), sent, headers={"Accept": "application/json"})
    assert (response.status_code, list(response.json())) == (409, ["error"])


@pytest.mark.requirement("REG-6.6")
def test_several_registrations_are_closed_at_once_when_they_are_complete(staff: Client, world: World) -> None:
    staff.post(group_url(world, "group_registrations_start"))
    with tenant_scope(world.organisation_id):
        other = Registration.objects.filter(status=Registration.Status.OPEN).exclude(pk=world.opened.pk).get()
    answer_everything(world, other)
    url = group_url(world, "group_registrations_close")
    text = staff.get(url).content.decode()
    assert text.count('name="registration"') == 1
    refused = staff.post(url, {"registration": [str(other.pk), str(world.opened.pk)]})
    assert (refused.status_code, "Yara van Dijk" in refused.content.decode()) == (422, True)
    assert staff.post(url, {"registration": [str(other.pk)]}).headers["Location"] == group_url(world)
    with tenant_scope(world.organisation_id):
        statuses = dict(Registration.objects.filter(pk__in=[other.pk, world.opened.pk]).values_list("pk", "status"))
    assert statuses == {other.pk: "closed", world.opened.pk: "open"}
    assert staff.post(url, {}).status_code == 422


@pytest.mark.requirement("UX-4.1")
def test_group_page_says_how_far_each_child_is(staff: Client, world: World) -> None:
    text = " ".join(staff.get(group_url(world)).content.decode().split())
    assert "Van 1 kind is de registratie nog niet begonnen." in text
    assert "nog niet begonnen</span>" in text


@pytest.mark.requirement("REG-2.3")
def test_group_page_offers_the_extra_registrations_that_are_due(staff: Client, world: World) -> None:
    today = timezone.localdate()
    with tenant_scope(world.organisation_id):
        data = ExtraData(
            name="Nulmeting taal",
            lines=["mondelinge-taal"],
            audience=ExtraRegistration.Audience.CHILD,
            begins_on=today,
            ends_on=today,
            child=world.child,
        )
        extra = plan_extra(data=data, by=world.users[Role.ADMINISTRATOR])
    assert f'name="extra" value="{extra.pk}"' in staff.get(group_url(world)).content.decode()
    start = reverse("observations:registration_start", kwargs={"pk": world.child.pk})
    staff.post(start, {"extra": str(extra.pk)})
    assert f'name="extra" value="{extra.pk}"' not in staff.get(group_url(world)).content.decode()


@pytest.mark.parametrize(("name", "queries"), [("grid", 33), ("group", 39), ("close", 33)])
def test_pages_of_a_group_cost_the_same_queries_for_one_child_and_for_four(
    staff: Client, world: World, django_assert_num_queries: DjangoAssertNumQueries, name: str, queries: int
) -> None:
    url = {
        "grid": grid_url(world),
        "group": group_url(world),
        "close": group_url(world, "group_registrations_close"),
    }[name]
    with tenant_scope(world.organisation_id):
        one = world.group_staff.group.placements.exclude(child=world.child).get()
        one.delete()
    staff.get(url)
    with django_assert_num_queries(queries):
        staff.get(url)
    with tenant_scope(world.organisation_id, actor_id=world.users[STAFF].pk):
        for number in range(3):
            child = factories.child(world.group_staff.group, f"Kind {number}", birth_date=world.child.birth_date)
            start_registration(child=child, today=timezone.localdate(), by=world.users[STAFF])
    link_note(world, milestones("tekenen", 7)[0], "secure")
    with django_assert_num_queries(queries):
        staff.get(url)


def test_answer_costs_a_literal_number_of_queries(
    staff: Client, world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first, second, _third = milestones("spel", 7)
    staff.post(answer_url(world), {f"m-{first}": "secure", f"was-{first}": ""})
    # Of these the request itself, with its session, its rights and its event in the trail, costs twenty-three.
    with django_assert_num_queries(27):
        staff.post(answer_url(world), {f"m-{second}": "secure", f"was-{second}": ""})
