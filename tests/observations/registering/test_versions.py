"""A registration that was opened again: one on the child's page, and a way from each version to the next (REG-6.4)."""

import pytest
from django.urls import reverse

from kijk.tenancy.context import tenant_scope
from observations.domain.registering.registrations import close_registration, reopen_registration, start_registration
from observations.models import ExtraRegistration, Registration
from tests.clients import client_of
from tests.observations.conftest import Nursery
from tests.observations.signals.histories import MOMENT, NOW_ON, closed, reaching

ALL_THE_SAME = "De antwoorden zijn in alle versies gelijk."


def text_of(nursery: Nursery, name: str, pk: object) -> str:
    page = client_of(nursery.staff).get(reverse(f"observations:{name}", args=[pk]))
    return " ".join(page.content.decode().split())


def address(found: Registration, name: str = "registration") -> str:
    return f'href="{reverse(f"observations:{name}", args=[found.pk])}"'


@pytest.fixture
def old(nursery: Nursery) -> Registration:
    with tenant_scope(nursery.organisation_id):
        return closed(nursery, reaching(nursery.content, {"spel": 6}))


@pytest.fixture
def new(nursery: Nursery, old: Registration) -> Registration:
    with tenant_scope(nursery.organisation_id, actor_id=nursery.administrator.pk):
        return reopen_registration(registration=old, reason="Verkeerde lijn", by=nursery.administrator)


@pytest.mark.requirement("REG-6.4")
def test_child_page_has_a_registration_once_with_its_version(
    nursery: Nursery, old: Registration, new: Registration
) -> None:
    text = text_of(nursery, "child", nursery.child.pk)
    listed = text[text.index('id="registraties"') :]
    assert address(old) not in listed
    assert f'{address(new)}>20 november 2026</a> <span class="muted">versie 2</span>' in listed


def test_child_page_tells_a_usual_registration_from_an_extra_one_of_that_day(
    nursery: Nursery, old: Registration
) -> None:
    with tenant_scope(nursery.organisation_id):
        extra = ExtraRegistration.objects.create(
            name="Nulmeting taal", lines=["mondelinge-taal"], audience="child", child=nursery.child,
            begins_on=NOW_ON, ends_on=NOW_ON,
        )  # fmt: skip
        start_registration(child=nursery.child, today=NOW_ON, by=nursery.staff, extra=extra)
    text = text_of(nursery, "child", nursery.child.pk)
    assert '<span class="muted">Nulmeting taal</span>' in text


@pytest.mark.requirement("REG-6.4")
def test_closed_version_leads_to_the_one_that_is_open(nursery: Nursery, old: Registration, new: Registration) -> None:
    text = text_of(nursery, "registration", old.pk)
    assert "Versie 1 is opnieuw geopend. Deze versie telt tot versie 2 is afgesloten." in text
    assert f"{address(new)}>Naar versie 2</a>" in text
    assert address(old, "registration_versions") in text


@pytest.mark.requirement("REG-6.4")
def test_version_that_was_replaced_leads_to_the_one_that_counts(
    nursery: Nursery, old: Registration, new: Registration
) -> None:
    with tenant_scope(nursery.organisation_id, actor_id=nursery.staff.pk):
        close_registration(registration=new, now=MOMENT, by=nursery.staff)
    text = text_of(nursery, "registration", old.pk)
    assert "Versie 1 is opnieuw geopend en vervangen door versie 2." in text
    assert f"{address(new)}>Naar versie 2</a>" in text
    assert "Naar versie" not in text_of(nursery, "registration", new.pk)


def test_registration_that_was_opened_again_is_not_offered_to_be_opened(nursery: Nursery, old: Registration) -> None:
    administrator = client_of(nursery.administrator)
    page, reopen = reverse("observations:registration", args=[old.pk]), address(old, "registration_reopen")
    assert reopen in administrator.get(page).content.decode()
    with tenant_scope(nursery.organisation_id, actor_id=nursery.administrator.pk):
        reopen_registration(registration=old, reason="Verkeerde lijn", by=nursery.administrator)
    assert reopen not in administrator.get(page).content.decode()


@pytest.mark.requirement("REG-6.4")
def test_one_version_is_not_compared(nursery: Nursery, old: Registration) -> None:
    text = text_of(nursery, "registration_versions", old.pk)
    assert "Er is één versie. Er valt niets te vergelijken." in text
    assert ALL_THE_SAME not in text
    assert "Wat er verschilt" not in text


def test_one_version_that_is_open_does_not_say_what_it_still_misses(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        opened = start_registration(child=nursery.child, today=NOW_ON, by=nursery.staff)
    text = text_of(nursery, "registration_versions", opened.pk)
    assert "Er is één versie." in text
    assert "nog niet" not in text[text.index("<main") :]


def test_two_versions_are_compared_also_when_nothing_differs(
    nursery: Nursery, old: Registration, new: Registration
) -> None:
    text = text_of(nursery, "registration_versions", old.pk)
    assert ALL_THE_SAME in text
    assert "nog niet" in text
    assert "Er is één versie" not in text
