"""A child's page: its lines as strips, where it is and was, and what other areas add (CHD-2, DOMAIN.md screens)."""

import re
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Right, Role
from kijk.encryption.keyring import keyring
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.children.in_hand import take_in_hand
from observations.domain.children.page import child_page_of
from observations.domain.children.panels import ChildPanel, Place
from observations.domain.children.placements import place_child
from observations.domain.children.strips import LineAt, draw_strip
from observations.domain.notes.writing import write_note
from observations.domain.periods.extra import ExtraData, plan_extra
from observations.domain.registering.registrations import close_registration, save_answer, start_registration
from observations.models import Answer, Child, ExtraRegistration, Registration, RegistrationPeriod
from tests import factories
from tests.clients import client_of
from tests.observations.conftest import Nursery
from tests.observations.signals.histories import closed, reaching

BORN = date(2023, 9, 20)


def registered(nursery: Nursery, on: date, *, code: str = "tekenen") -> Registration:
    """Register one line of the child with everything secure, and close the registration."""
    registration = start_registration(child=nursery.child, today=on, by=nursery.staff)
    for band in (4, 5, 6, 7):
        for item in nursery.content.lines[code].bands[band]:
            save_answer(
                registration=registration,
                milestone_id=item.id,
                value=Answer.Value.SECURE,
                today=on,
                by=nursery.staff,
            )
    close_registration(registration=registration, now=timezone.now(), by=nursery.staff)
    return registration


def url(nursery: Nursery) -> str:
    return reverse("observations:child", kwargs={"pk": nursery.child.pk})


def write(nursery: Nursery, on: date) -> None:
    write_note(children=[nursery.child], text="Tekent.", observed_on=on, today=on, entry_id=uuid7(), by=nursery.staff)


DAYS = [date(2025, 10, 1), date(2026, 3, 1), date(2026, 10, 1)]


def test_whole_page_takes_the_same_queries_with_one_registration_and_note_and_with_three(nursery: Nursery) -> None:
    client, counts = client_of(nursery.staff), []
    client.get(url(nursery))
    for days in (DAYS[:1], DAYS[1:]):
        with tenant_scope(nursery.organisation_id):
            for day in days:
                registered(nursery, day)
                write(nursery, day)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url(nursery))
        counts.append(len(queries))
    assert len(answer.context["page"].registrations) == 3
    # What other areas put on the page, they count themselves; the page as a whole does not grow.
    assert counts == [counts[0], counts[0]]


def test_page_itself_takes_four_queries(
    in_nursery: Nursery, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr("observations.domain.children.panels.PANELS", ())
    for days in (DAYS[:1], DAYS[1:]):
        for day in days:
            registered(in_nursery, day)
        child = Child.objects.select_related("mentor").get()
        in_nursery.staff.may(Right.CHILD_READ)
        keyring().load_subjects()
        # Where the child is, its registrations, their results and points; of the sensitive remarks nothing: that is off.
        with django_assert_num_queries(4):
            child_page_of(take_in_hand(child, user=in_nursery.staff, today=date(2026, 11, 20)))


@pytest.mark.requirement("REG-7.1")
def test_strip_shows_the_last_three_registrations_of_a_line(in_nursery: Nursery) -> None:
    for on in (date(2025, 3, 1), date(2025, 9, 1), date(2026, 3, 1), date(2026, 9, 1)):
        registered(in_nursery, on)
    page = child_page_of(take_in_hand(Child.objects.get(), user=in_nursery.staff, today=date(2026, 11, 20)))
    (strip,) = [strip for strip in page.strips if strip.name == "Tekenen"]
    assert [bar.latest for bar in strip.bars] == [False, False, True]
    assert [bar.width for bar in strip.bars] == [168.0, 168.0, 168.0]
    assert strip.text.count("reikt tot") == 3
    assert "september 2026: reikt tot" in strip.text
    assert "maart 2025" not in strip.text
    assert [registration.registered_on for registration in page.shown] == [
        date(2025, 9, 1),
        date(2026, 3, 1),
        date(2026, 9, 1),
    ]
    (line,) = [line for line in page.lines if line.name == "Tekenen"]
    assert [result.reached for result in line.results if result] == [Fraction(42)] * 3


@pytest.mark.requirement("REG-7.1")
def test_well_being_and_involvement_stand_beside_each_other_over_time(in_nursery: Nursery) -> None:
    answers = reaching(in_nursery.content, {"spel": 6})
    for on, scales in ((DAYS[0], {"well_being": 7}), (DAYS[1], {}), (DAYS[2], {"well_being": 8, "involvement": 4})):
        closed(in_nursery, answers, on=on, scales=scales)
    page = child_page_of(take_in_hand(Child.objects.get(), user=in_nursery.staff, today=date(2026, 11, 20)))
    assert {scale.points for scale in page.scales} == {("3,5", "", "4"), ("", "", "2")}


def at(months: int, reached: int | None, outcome: str = "on_course", **more: bool) -> LineAt:
    number = None if reached is None else Fraction(reached)
    difference = None if reached is None else Fraction(reached - months)
    return LineAt(BORN + timedelta(days=30 * months), Fraction(months), outcome, number, difference, **more)


@pytest.mark.requirement("REG-7.1")
def test_strip_is_drawn_on_a_scale_of_seven_years() -> None:
    strip = draw_strip("Spel", "Spel", [at(24, 20), at(30, None, "insufficient"), at(36, 90)], age=Fraction(100))
    assert [bar.width for bar in strip.bars] == [80.0, None, 336.0]
    assert [bar.mark_x for bar in strip.bars] == [96.0, 120.0, 144.0]
    assert (strip.today_x, strip.drawn_height) == (336.0, strip.height + 18)
    assert (strip.years, strip.years_x) == ("01234567", "0 48 96 144 192 240 288 336")
    assert strip.marks == "M96.0 4.0v14M120.0 18.0v14M144.0 32.0v14"
    assert strip.bands.startswith(f"M0 0h24v{strip.height}h-24zM48 0h24")
    assert strip.bands.count("M") == 7
    assert [bar.y + bar.height <= strip.height for bar in strip.bars] == [True, True, True]
    assert strip.difference == 54


def test_strip_says_in_words_what_it_shows() -> None:
    strip = draw_strip(
        "Spel", "Spel", [at(30, None, "insufficient"), at(36, 30, "attention", at_least=True)], age=Fraction(40)
    )
    assert strip.text == (
        "maart 2026: onvoldoende gezien. september 2026: reikt tot ten minste 2;6 bij een leeftijd van 3;0, aandacht"
    )


def test_page_draws_without_inline_style_and_tells_in_words(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        registered(nursery, date(2026, 9, 1))
    text = client_of(nursery.staff).get(url(nursery)).content.decode()
    assert re.search(r"<svg[^>]*strip__drawing[^>]*aria-label=\"Tekenen\. september 2026: reikt tot", text)
    assert "style=" not in text
    assert "Uitkomsten in een tabel" in text


def test_page_says_what_is_planned_and_where_a_child_was(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        coming = factories.group()
        place_child(child=nursery.child, group=coming, begins_on=timezone.localdate() + timedelta(days=9))
    text = client_of(nursery.staff).get(url(nursery)).content.decode()
    assert f"{coming.name}, {coming.location.name}: vanaf" in text
    assert "(gepland)" in text
    assert "tot en met" in text


def test_mentor_who_left_is_said_to_have_left(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        gone = factories.user(Role.GROUP_STAFF)
        gone.is_active = False
        gone.save(update_fields=["is_active"])
        Child.objects.update(mentor=gone)
    text = client_of(nursery.staff).get(url(nursery)).content.decode()
    assert f"{gone.get_full_name()} <span" in text
    assert "werkt hier niet meer" in text


def primary(nursery: Nursery) -> tuple[str, str]:
    """Return the words and the address of the page's main button."""
    text = client_of(nursery.staff).get(url(nursery)).content.decode()
    header = text.partition('<div class="page-header">')[2].partition("aside-layout")[0]
    found = re.findall(r'<(?:a|button) class="button button--primary"(?: href="([^"]*)")?[^>]*>([^<]*)<', header)
    return ("", "") if not found else (found[0][1], found[0][0])


@pytest.mark.requirement("REG-2.1")
def test_main_button_is_what_comes_next(nursery: Nursery) -> None:
    today = timezone.localdate()
    assert primary(nursery) == ("", "")
    with tenant_scope(nursery.organisation_id):
        RegistrationPeriod.objects.create(name="Nu", begins_on=today - timedelta(days=9), ends_on=today)
    assert primary(nursery) == ("Registreren", "")
    with tenant_scope(nursery.organisation_id):
        registration = start_registration(child=nursery.child, today=today - timedelta(days=1), by=nursery.staff)
    assert primary(nursery) == (
        "Verder met registreren",
        reverse("observations:registration", args=[registration.pk]),
    )
    with tenant_scope(nursery.organisation_id):
        item = nursery.content.lines["tekenen"].bands[7][0]
        save_answer(
            registration=registration, milestone_id=item.id, value=Answer.Value.SECURE, today=today, by=nursery.staff
        )
        close_registration(registration=registration, now=timezone.now(), by=nursery.staff)
    report = ("Verslag voor ouders", reverse("observations:parents_report", args=[registration.pk]))
    assert primary(nursery) == report
    closed_page = client_of(nursery.staff).get(reverse("observations:registration", args=[registration.pk]))
    assert f'href="{report[1]}"' in closed_page.content.decode()


@pytest.mark.requirement("REG-2.3")
def test_extra_registration_is_begun_and_planned_from_the_page(nursery: Nursery) -> None:
    today = timezone.localdate()
    plan = f"{reverse('observations:extra_new')}?kind={nursery.child.pk}"
    assert plan in client_of(nursery.administrator).get(url(nursery)).content.decode()
    with tenant_scope(nursery.organisation_id):
        lines = ["mondelinge-taal"]
        data = ExtraData("Taal nu", lines, ExtraRegistration.Audience.CHILD, today, today, child=nursery.child)
        extra = plan_extra(data=data, by=nursery.administrator)
    assert primary(nursery) == ("Registreren: Taal nu", "")
    text = client_of(nursery.staff).get(url(nursery)).content.decode()
    assert f'name="extra" value="{extra.pk}"' in text
    assert plan not in text


def test_buttons_are_those_of_the_role(nursery: Nursery) -> None:
    staff = client_of(nursery.staff).get(url(nursery)).content.decode()
    administrator = client_of(nursery.administrator).get(url(nursery)).content.decode()
    own, theirs = ("Notitie schrijven", "Registreren"), ("Wijzig de gegevens", "Breng naar het archief", "Verplaats")
    assert [word in staff for word in (*own, *theirs)] == [True, True, False, False, False]
    assert [word in administrator for word in (*own, *theirs)] == [False, False, True, True, True]


def test_panels_of_other_areas_stand_where_they_ask(in_nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"{__name__}.made_panel"
    monkeypatch.setattr("observations.domain.children.panels.PANELS", (name, f"{__name__}.no_panel", name))
    page = child_page_of(take_in_hand(Child.objects.get(), user=in_nursery.staff, today=date(2026, 11, 20)))
    assert (page.main_panels, len(page.aside_panels)) == ((), 2)


def made_panel(_hand: object) -> ChildPanel:
    return ChildPanel("observations/reading_guide.html", place=Place.ASIDE)


def no_panel(_hand: object) -> None:
    return None
