"""The reports for internal support, the group and the next school, and the pages that lead to all of them."""

import io
from datetime import date
from typing import Any

import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from kijk.audit.models import AuditEvent
from kijk.tenancy.context import active_scope, tenant_scope
from observations.domain.reports.preparing import Kind, write_texts, write_words
from observations.models import Child
from observations.views import report_files
from tests import factories
from tests.clients import client_of
from tests.observations.reports.conftest import AUTUMN, NOTE, OTHERS_NOTE, Reported, register
from tests.pdfs import check_readable, text_of


def pdf_of(reported: Reported, name: str, pk: Any = None) -> pypdf.PdfReader:
    response = client_of(reported.nursery.staff).get(reverse(f"observations:{name}", args=[pk or reported.autumn.pk]))
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/pdf")
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert not any(part in disposition for part in ("Yara", "Dijk", "yara"))
    return pypdf.PdfReader(io.BytesIO(response.content))


@pytest.mark.requirement("REG-8.2")
def test_support_report_says_everything_and_what_it_means(reported: Reported) -> None:
    reader = pdf_of(reported, "support_report_pdf")
    check_readable(reader, "Verslag voor de interne begeleiding: Yara van Dijk")
    text = text_of(reader)
    for words in (
        "Professionele conclusie over Yara.",
        "14 april 2026 leeftijd 2;6",
        "12 oktober 2026 leeftijd 3;0",
        "Ontwikkelingsleeftijd",
        "maanden",
        "9 van 12",
        "oudere fase niet ingevuld (3;6–4;0)",
        "Mijlpalen gezien",
        "Welbevinden",
        "4,5",
        "ontwikkelingsleeftijd 1.0",
        "Versie van de registratie",
        reported.nursery.staff.get_full_name(),
        "Wat de uitkomsten betekenen",
        "ongeveer drie van de vier kinderen",
        "Zonder ontwikkelingslijn",
        NOTE,
    ):
        assert words in text, words
    assert OTHERS_NOTE not in text
    assert "El Amrani" not in text


@pytest.mark.parametrize(
    ("until", "told"),
    [(None, "sinds 3 februari 2026"), (date(2026, 8, 31), "van 3 februari 2026 tot en met 31 augustus 2026")],
)
def test_support_report_writes_the_days_of_vve_in_words(reported: Reported, until: date | None, told: str) -> None:
    with tenant_scope(reported.organisation_id):
        Child.objects.filter(pk=reported.child.pk).update(vve_from=date(2026, 2, 3), vve_until=until)
    assert told in text_of(pdf_of(reported, "support_report_pdf"))


@pytest.mark.requirement("REG-8.2")
def test_support_report_prints_what_paper_lacks_as_a_question_mark(reported: Reported) -> None:
    with tenant_scope(reported.organisation_id):
        child = factories.child(reported.nursery.group, "Ot", "", "Prins")
        odd = register(reported.nursery, child, AUTUMN, {6: 2}, conclusion="Dol op 🚂🚂 treinen → en 漢字.")
    assert "Dol op ? treinen – en ?." in text_of(pdf_of(reported, "support_report_pdf", odd.pk))


@pytest.mark.requirement("REG-8.4")
def test_transfer_report_is_a_draft_on_every_page(reported: Reported) -> None:
    with tenant_scope(reported.organisation_id):
        now, by = timezone.now(), reported.nursery.staff
        texts = {"strengths": "Bouwt met plezier.", "attention": "Heeft tijd nodig om te wennen."}
        write_texts(registration=reported.autumn, kind=Kind.TRANSFER, texts=texts, revision=0, by=by, now=now)
        write_words(
            registration=reported.autumn, words="Thuis vertelt ze veel.", speaker="parent", talk_on=now.date(),
            agreements="We lezen samen.", revision=0, by=by, now=now,
        )  # fmt: skip
    reader = pdf_of(reported, "transfer_report_pdf")
    check_readable(reader, "Overdracht: Yara van Dijk")
    assert all("nog niet gedeeld met de ouders" in page.extract_text() for page in reader.pages)
    text = text_of(reader)
    for words in (
        "20 september 2023",
        "Bouwt met plezier.",
        "Heeft tijd nodig",
        "We lezen samen.",
        "Thuis vertelt ze veel.",
    ):
        assert words in text
    assert "Professionele conclusie" not in text
    assert NOTE not in text


@pytest.mark.requirement("REG-8.3")
def test_group_report_counts_and_tells_nothing_of_single_children(reported: Reported) -> None:
    reader = pdf_of(reported, "group_report_pdf", reported.nursery.group.pk)
    check_readable(reader, f"Groepsverslag: {reported.nursery.group.name}")
    assert all(float(page.mediabox.width) > float(page.mediabox.height) for page in reader.pages)
    text = text_of(reader)
    assert "2 van 3 kinderen geregistreerd" in text
    assert all(name in text for name in ("Yara van Dijk", "Mo El Amrani", "Noor Bakker"))
    for words in (NOTE, OTHERS_NOTE, "Professionele conclusie", "2;6", "3;0"):
        assert words not in text


def test_group_report_of_thirty_fits_and_stays_quick(reported: Reported) -> None:
    with tenant_scope(reported.organisation_id):
        for number in range(27):
            child = factories.child(reported.nursery.group, f"Kind{number}", "van der", "Veldenhuizen")
            bands = {6: 2, 7: number % 3, 8: 0}
            register(reported.nursery, child, AUTUMN, bands, period=reported.period)
    assert len(pdf_of(reported, "group_report_pdf", reported.nursery.group.pk).pages) <= 6


def test_group_report_of_registrations_outside_a_period(reported: Reported) -> None:
    with tenant_scope(reported.organisation_id):
        group = factories.group(staff=reported.nursery.staff)
        child = factories.child(group, "Ot", "", "Prins")
        register(reported.nursery, child, AUTUMN, {6: 2})
    assert "1 van 1 kinderen geregistreerd" in text_of(pdf_of(reported, "group_report_pdf", group.pk))


def test_group_without_registrations_has_no_report(reported: Reported) -> None:
    with tenant_scope(reported.organisation_id):
        empty = factories.group(staff=reported.nursery.staff)
    assert (
        client_of(reported.nursery.staff).get(reverse("observations:group_report_pdf", args=[empty.pk])).status_code
        == 404
    )


@pytest.mark.requirement("REG-8.2", "REG-8.3")
@pytest.mark.parametrize(
    ("name", "file_name", "is_group"),
    [
        ("parents_report_pdf", "verslag-ouders", False),
        ("support_report_pdf", "verslag-begeleiding", False),
        ("transfer_report_pdf", "overdracht-concept", False),
        ("group_report_pdf", "groepsverslag", True),
    ],
)
def test_file_names_say_the_group_and_the_day(reported: Reported, name: str, file_name: str, *, is_group: bool) -> None:
    group = reported.nursery.group
    pk, day = (group.pk, timezone.localdate()) if is_group else (reported.autumn.pk, AUTUMN)
    headers = client_of(reported.nursery.staff).get(reverse(f"observations:{name}", args=[pk])).headers
    expected = f'attachment; filename="{file_name}-{slugify(group.name)}-{day:%Y-%m-%d}.pdf"'
    assert headers["Content-Disposition"] == expected


@pytest.mark.parametrize(
    ("view", "name"),
    [
        ("parents_pdf", "parents_report_pdf"),
        ("support_pdf", "support_report_pdf"),
        ("transfer_pdf", "transfer_report_pdf"),
        ("group_pdf", "group_report_pdf"),
    ],
)
def test_no_transaction_is_open_while_a_report_is_drawn(
    reported: Reported, monkeypatch: pytest.MonkeyPatch, view: str, name: str
) -> None:
    scopes = []
    drawn = getattr(report_files, view)

    def watched(report: Any) -> Any:
        scopes.append(active_scope())
        return drawn(report)

    monkeypatch.setattr(report_files, view, watched)
    pdf_of(reported, name, reported.nursery.group.pk if view == "group_pdf" else None)
    assert scopes == [None]


@pytest.mark.parametrize("name", ["parents_report_pdf", "support_report_pdf", "transfer_report_pdf"])
def test_making_a_report_leaves_an_event_about_the_child(reported: Reported, name: str) -> None:
    pdf_of(reported, name)
    with tenant_scope(reported.organisation_id):
        (made,) = AuditEvent.objects.filter(action="report.made")
    assert made.object_id == reported.child.pk
    assert set(made.data) == {"report", "digest"}


# -------------------------------------------------------------------------------------------------- pages


@pytest.mark.parametrize("more", [0, 2])
def test_group_page_asks_as_much_of_three_children_as_of_five(
    reported: Reported, django_assert_num_queries: Any, more: int
) -> None:
    with tenant_scope(reported.organisation_id):
        for number in range(more):
            child = factories.child(reported.nursery.group, f"Kind{number}", "", "Jansen")
            register(reported.nursery, child, AUTUMN, {6: 2}, period=reported.period)
    client = client_of(reported.nursery.staff)
    address = reverse("observations:group_reports", args=[reported.nursery.group.pk])
    client.get(address)
    with django_assert_num_queries(QUERIES_OF_GROUP):
        content = client.get(address).content.decode()
    assert "Van 2 kinderen kan" in content if not more else "Van 4 kinderen kan" in content


# Of these the session and the menu take a good half.
QUERIES_OF_GROUP = 28


def test_child_has_its_reports_on_its_page(reported: Reported) -> None:
    client = client_of(reported.nursery.staff)
    listed = client.get(reverse("observations:child_reports", args=[reported.child.pk])).content.decode()
    assert "Registratie van 12 oktober 2026" in listed
    assert "Registratie van 14 april 2026" in listed
    none = client.get(reverse("observations:child_reports", args=[reported.third.pk])).content.decode()
    assert "Er is nog geen afgesloten registratie" in none
