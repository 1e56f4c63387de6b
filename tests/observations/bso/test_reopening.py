"""A closed measurement that is opened again: a new version with a reason, and the closed one stays (BSO-1.3)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from observations.domain.bso.follow_ups import follow_ups_of, write_follow_up
from observations.domain.bso.group import bso_group_page_of
from observations.domain.bso.measured import latest_of
from observations.domain.bso.measuring import BsoRefused, close_measurement, save_conclusion, start_measurement
from observations.domain.bso.page import previous_of
from observations.domain.bso.reopening import reopen_measurement, versions_of
from observations.domain.reasons import MAX_REASON
from observations.models import BsoAnswer, BsoRegistration, BsoScore, Signal
from tests import factories
from tests.clients import client_of
from tests.observations.bso.conftest import Bso
from tests.observations.bso.room import answer, fill_in, item, today

WHY = "Welbevinden hoort bij een ander kind."


def closed(bso: Bso, half_points: int = 7) -> BsoRegistration:
    """Fill in the measurement with the child's own view, agree on something, and close it."""
    fill_in(bso.opened, bso.staff, half_points=half_points)
    BsoAnswer.objects.create(
        registration=bso.opened,
        view=BsoAnswer.View.CHILD,
        milestone_id=item(bso.opened, "contact-vriend"),
        value=0,
        answered_at=timezone.now(),
    )
    save_conclusion(registration=bso.opened, conclusion="Wordt vrijer.", by=bso.staff)
    write_follow_up(
        registration=bso.opened, text="Samen een spel.", responsible_id=bso.staff.pk, due_on=today(),
        entry_id=bso.opened.pk, by=bso.staff, now=timezone.now(), today=today(),
    )  # fmt: skip
    close_measurement(registration=bso.opened, by=bso.staff, now=timezone.now())
    return BsoRegistration.objects.select_related("child", "group").get(pk=bso.opened.pk)


def close(registration: BsoRegistration, bso: Bso) -> None:
    close_measurement(registration=registration, by=bso.staff, now=timezone.now())


@pytest.mark.requirement("BSO-1.3")
def test_reopening_keeps_the_closed_version_and_counts_it_until_the_new_one_is_closed(in_bso: Bso) -> None:
    old = closed(in_bso)
    new = reopen_measurement(registration=old, reason=f" {WHY} ", by=in_bso.staff)
    assert (new.revision, new.status, new.observed_on) == (2, "open", old.observed_on)
    assert (new.texts.conclusion, new.texts.reopen_reason) == ("Wordt vrijer.", WHY)
    assert BsoAnswer.objects.filter(registration=new).count() == 13
    assert BsoScore.objects.filter(registration=new).count() == 2
    assert [found.text for found in follow_ups_of(new, today=today())] == ["Samen een spel."]
    assert latest_of(new) == old

    answer(new, "contact-vriend", 0, in_bso.colleague)
    save_conclusion(registration=new, conclusion="Gaat goed.", by=in_bso.colleague)
    close(new, in_bso)
    assert latest_of(old) == new
    old.refresh_from_db()
    assert (old.superseded, old.texts.conclusion) == (True, "Wordt vrijer.")


@pytest.mark.requirement("BSO-1.3")
def test_versions_say_who_when_why_and_what_differs(in_bso: Bso) -> None:
    old = closed(in_bso)
    new = reopen_measurement(registration=old, reason=WHY, by=in_bso.colleague)
    answer(new, "contact-vriend", 0, in_bso.colleague)
    BsoScore.objects.filter(registration=new, scale__code="welbevinden").update(half_points=4)
    found = versions_of(old)
    assert [(each.number, each.reason, each.opened_by) for each in found.versions] == [
        (1, "", in_bso.staff.get_full_name()),
        (2, WHY, in_bso.colleague.get_full_name()),
    ]
    assert [(each.line, each.answers) for each in found.differences] == [
        ("Contact met anderen", ("Vaak", "Bijna nooit")),
        ("", ("3,5", "2")),
    ]
    assert not found.conclusions_differ


@pytest.mark.parametrize(("reason", "said"), [("  ", "Schrijf op waarom"), ("x" * (MAX_REASON + 1), "te lang")])
def test_reopening_needs_a_reason_that_fits(in_bso: Bso, reason: str, said: str) -> None:
    with pytest.raises(BsoRefused, match=said):
        reopen_measurement(registration=closed(in_bso), reason=reason, by=in_bso.staff)


def test_only_the_last_closed_version_is_reopened_and_while_no_other_is_open(in_bso: Bso) -> None:
    with pytest.raises(BsoRefused, match="niet afgesloten"):
        reopen_measurement(registration=in_bso.opened, reason=WHY, by=in_bso.staff)
    old = closed(in_bso)
    new = reopen_measurement(registration=old, reason=WHY, by=in_bso.staff)
    with pytest.raises(BsoRefused, match="al een meting open"):
        reopen_measurement(registration=old, reason=WHY, by=in_bso.staff)
    close(new, in_bso)
    with pytest.raises(BsoRefused, match="al een nieuwere versie"):
        reopen_measurement(registration=old, reason=WHY, by=in_bso.staff)


def test_database_lets_a_closed_version_be_replaced_and_nothing_else(in_bso: Bso) -> None:
    rows = BsoRegistration.objects.filter(pk=closed(in_bso).pk)
    for change in ({"superseded": True, "observed_on": today() - timedelta(days=1)}, {"revision": 2}):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            rows.update(**change)
    assert rows.update(superseded=True) == 1
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        rows.update(superseded=False)


def test_replaced_version_is_not_the_time_before_and_its_points_give_no_signal(in_bso: Bso) -> None:
    old = closed(in_bso, half_points=2)
    new = reopen_measurement(registration=old, reason=WHY, by=in_bso.staff)
    row = bso_group_page_of(in_bso.group, today=today()).rows[0]
    assert (row.registration, [cell.previous for cell in row.cells]) == (new, ["", ""])
    BsoScore.objects.filter(registration=new).update(half_points=9)
    Signal.objects.all().delete()
    close(new, in_bso)
    assert not Signal.objects.exists()
    later = start_measurement(child=in_bso.child, today=today() + timedelta(days=1), by=in_bso.staff)
    assert previous_of(later) == new


def administrator_of(bso: Bso) -> Client:
    with tenant_scope(bso.organisation_id):
        return client_of(factories.user(Role.ADMINISTRATOR))


@pytest.mark.requirement("BSO-1.3")
def test_administrator_reopens_on_the_screen_and_staff_go_on(bso: Bso) -> None:
    with tenant_scope(bso.organisation_id, actor_id=bso.staff.pk):
        closed(bso)
    reopen = reverse("observations:bso_reopen", args=[bso.opened.pk])
    staff, administrator = client_of(bso.staff), administrator_of(bso)
    shown = reverse("observations:bso_registration", args=[bso.opened.pk])
    assert reopen not in staff.get(shown).content.decode()
    assert staff.post(reopen, {"reason": WHY}).status_code == 403
    assert reopen in administrator.get(shown).content.decode()
    refused = administrator.post(reopen, {"reason": ""})
    assert refused.status_code == 409
    assert "Schrijf op waarom" in refused.content.decode()
    page = administrator.post(reopen, {"reason": WHY}, follow=True).content.decode()
    assert "staat weer open" in page
    with tenant_scope(bso.organisation_id):
        new = BsoRegistration.objects.get(revision=2)
        event = AuditEvent.objects.get(action="bso.reopened")
        assert (event.object_id, event.data) == (new.pk, {"replaces": str(bso.opened.pk), "revision": 2})
    way_on = f'<a href="{reverse("observations:bso_registration", args=[new.pk])}">Naar versie 2</a>'
    text = administrator.get(shown).content.decode()
    assert "Versie 1 is opnieuw geopend. Deze versie telt tot versie 2 is afgesloten." in text
    assert (way_on in text, reopen in text, "vergelijk de versies" in text) == (True, False, True)
    close_page = reverse("observations:bso_close", args=[new.pk])
    assert "afgesloten" in staff.post(close_page, follow=True).content.decode()
    text = staff.get(shown).content.decode()
    assert "Versie 1 is opnieuw geopend en vervangen door versie 2." in text
    assert way_on in text
    versions = staff.get(reverse("observations:bso_versions", args=[bso.opened.pk])).content.decode()
    assert WHY in versions
    assert "in alle versies gelijk" in versions


@pytest.mark.requirement("BSO-1.3")
def test_child_page_has_a_measurement_that_was_opened_again_once(bso: Bso) -> None:
    with tenant_scope(bso.organisation_id, actor_id=bso.staff.pk):
        old = closed(bso)
        new = reopen_measurement(registration=old, reason=WHY, by=bso.staff)
    text = client_of(bso.staff).get(reverse("observations:child", args=[old.child_id])).content.decode()
    shown = [f'href="{reverse("observations:bso_registration", args=[each.pk])}"' in text for each in (old, new)]
    assert shown == [False, True]
    assert '<span class="muted">versie 2, nog open</span>' in text
    # Of the version that counts until then a report can be made.
    assert reverse("observations:bso_report_pdf", args=[old.pk]) in text


def test_one_version_of_a_measurement_is_not_compared(bso: Bso) -> None:
    with tenant_scope(bso.organisation_id, actor_id=bso.staff.pk):
        closed(bso)
    text = client_of(bso.staff).get(reverse("observations:bso_versions", args=[bso.opened.pk])).content.decode()
    assert "Er is één versie. Er valt niets te vergelijken." in text
    assert "in alle versies gelijk" not in text
