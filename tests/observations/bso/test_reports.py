"""Reports of out-of-school care on paper: of a child for parents and the child, of a group for its team (BSO-2.2)."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from kijk.audit.models import AuditEvent
from kijk.jobs.domain import file_of_job, job_of
from kijk.jobs.models import Job
from kijk.jobs.running import run_job_now
from kijk.tenancy.context import active_scope, tenant_scope
from kijk.tenancy.ids import uuid7
from kijk.web.dutch import format_date
from observations.domain.bso.child_report import without_names
from observations.domain.bso.course import course_of
from observations.domain.bso.follow_ups import write_follow_up
from observations.domain.bso.measuring import close_measurement, save_conclusion, start_measurement
from observations.domain.bso.reading import CHILD_INSTRUMENT
from observations.domain.instruments.catalogue import content_of, published_version
from observations.models import BsoAnswer, BsoRegistration, BsoScore, Child, GroupStaff
from observations.views import bso_reports
from tests import factories
from tests.clients import client_of
from tests.observations.bso.conftest import Bso
from tests.observations.bso.room import answer, bso_child, fill_in, today
from tests.pdfs import check_readable, text_of

AGREED = "Elke dinsdag een kort spel met Sem erbij."


def measure(bso: Bso, child: Child) -> BsoRegistration:
    """Make a closed measurement."""
    made = start_measurement(child=child, today=today(), by=bso.staff)
    fill_in(made, bso.staff)
    close_measurement(registration=made, by=bso.staff, now=timezone.now())
    return made


def agree(bso: Bso, registration: BsoRegistration, text: str = AGREED, times: int = 1) -> None:
    for _time in range(times):
        write_follow_up(
            registration=registration, text=text, responsible_id=bso.staff.pk, due_on=today(),
            entry_id=uuid7(), by=bso.staff, now=timezone.now(), today=today(),
        )  # fmt: skip


def copies(bso: Bso, names: list[str], days_ago: int) -> None:
    """Give new children a closed measurement like the child's last one, in a few statements."""
    like = last(bso)
    with tenant_scope(bso.organisation_id, actor_id=bso.staff.pk):
        made = BsoRegistration.objects.bulk_create(
            BsoRegistration(
                child=bso_child(bso.group, name),
                version_id=like.version_id,
                group=bso.group,
                observed_on=today() - timedelta(days=days_ago),
                started_by=bso.staff,
            )
            for name in names
        )
        answers, scores = list(like.answers.all()), list(like.scores.all())
        BsoAnswer.objects.bulk_create(
            BsoAnswer(
                registration=row, view=each.view, milestone_id=each.milestone_id, value=each.value,
                author_id=each.author_id, answered_at=each.answered_at,
            )
            for row in made
            for each in answers
        )  # fmt: skip
        BsoScore.objects.bulk_create(
            BsoScore(registration=row, scale_id=each.scale_id, half_points=each.half_points, author=bso.staff)
            for row in made
            for each in scores
        )
        closed = BsoRegistration.objects.filter(pk__in=[row.pk for row in made])
        closed.update(status="closed", closed_at=timezone.now(), closed_by=bso.staff)
        for row in made:
            agree(bso, row)


@pytest.fixture
def measured(bso: Bso) -> Bso:
    """Give the child a second measurement, with its own view and an agreement; Sem is in the group too."""
    with tenant_scope(bso.organisation_id, actor_id=bso.staff.pk):
        bso_child(bso.group, "Sem")
        BsoRegistration.objects.filter(pk=bso.opened.pk).update(observed_on=today() - timedelta(days=180))
        fill_in(bso.opened, bso.staff, value=1, half_points=9)
        close_measurement(registration=bso.opened, by=bso.staff, now=timezone.now())
        now = start_measurement(child=bso.child, today=today(), by=bso.staff)
        fill_in(now, bso.staff, value=3, half_points=4)
        answer(now, "opkomen-nee", 0, bso.staff)
        own = content_of(published_version(CHILD_INSTRUMENT).pk).milestones_by_code()
        for code, value in (("contact-vriend", 0), ("contact-zoeken", 2), ("opkomen-nee", 3)):
            BsoAnswer.objects.create(
                registration=now, view="child", milestone_id=own[code].id, value=value, answered_at=timezone.now()
            )
        save_conclusion(registration=now, conclusion="Professionele conclusie.", by=bso.staff)
        agree(bso, now)
        close_measurement(registration=now, by=bso.staff, now=timezone.now())
    return bso


@pytest.fixture
def staff(bso: Bso) -> Client:
    return client_of(bso.staff)


def last(bso: Bso) -> BsoRegistration:
    with tenant_scope(bso.organisation_id):
        return BsoRegistration.objects.filter(child=bso.child, status="closed").latest("observed_on")


def pdf_of(client: Client, name: str, pk: Any) -> pypdf.PdfReader:
    response = client.get(reverse(f"observations:{name}", args=[pk]))
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/pdf")
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert "Noor" not in response.headers["Content-Disposition"]
    return pypdf.PdfReader(io.BytesIO(response.content))


@pytest.mark.requirement("BSO-2.2", "BSO-3.1")
def test_child_report_tells_course_both_views_and_agreements_on_one_sheet(measured: Bso, staff: Client) -> None:
    reader = pdf_of(staff, "bso_report_pdf", last(measured).pk)
    check_readable(reader, "Zo gaat het met Noor op de BSO")
    assert len(reader.pages) == 2
    text = text_of(reader)
    for words in (
        "heeft fijne momenten op de BSO",
        "Contact met anderen",
        "bijna altijd",
        "Over 2 zinnen denken Noor en wij duidelijk anders",
        "Verschil: Noor vindt dat dit vaker gebeurt dan wij zien.",
        "Verschil: Wij zien dit vaker dan Noor zelf vindt.",
        "“Ik heb iemand met wie ik graag speel.”",
        "Elke dinsdag een kort spel met een ander kind erbij.",
        "In eigen woorden",
        f"door {measured.staff.get_full_name()}",
    ):
        assert words in text, words
    # Against itself only, and nothing that a BSO child is not registered with.
    for words in ("Sem", "Professionele conclusie", "huistaal", "VVE", "gemiddeld", "score", "10 jaar"):
        assert words not in text, words


@pytest.mark.requirement("BSO-2.2")
def test_child_report_without_own_view_or_earlier_measurement(bso: Bso, staff: Client) -> None:
    with tenant_scope(bso.organisation_id, actor_id=bso.staff.pk):
        measured = measure(bso, bso_child(bso.group, "Lot", years=6))
    first = pdf_of(staff, "bso_report_pdf", measured.pk)
    text = text_of(first)
    assert "Lot heeft deze keer niet zelf ingevuld" in text
    assert "Vorige keer" not in text
    assert "Dit vullen we in tijdens het gesprek" in text
    assert len(first.pages) == 2


@pytest.mark.requirement("BSO-2.2")
def test_what_staff_do_not_know_is_a_dash_and_what_the_child_does_not_know_its_answer(bso: Bso, staff: Client) -> None:
    with tenant_scope(bso.organisation_id, actor_id=bso.staff.pk):
        made = start_measurement(child=bso_child(bso.group, "Lot"), today=today(), by=bso.staff)
        fill_in(made, bso.staff)
        answer(made, "contact-zoeken", None, bso.staff)
        own = content_of(published_version(CHILD_INSTRUMENT).pk).milestones_by_code()
        for code in ("contact-vriend", "contact-zoeken"):
            BsoAnswer.objects.create(
                registration=made, view="child", milestone_id=own[code].id, value=None, answered_at=timezone.now()
            )
        close_measurement(registration=made, by=bso.staff, now=timezone.now())
    text = text_of(pdf_of(staff, "bso_report_pdf", made.pk))
    assert text.count("weet ik niet") == 2
    assert "– weet ik niet" in text


@pytest.mark.requirement("BSO-2.2")
def test_file_names_say_the_group_and_the_day(measured: Bso, staff: Client) -> None:
    group, day = slugify(measured.group.name), f"{today():%Y-%m-%d}"
    for name, pk, file_name in (
        ("bso_report_pdf", last(measured).pk, "bso-verslag"),
        ("bso_group_report_pdf", measured.group.pk, "bso-groepsverslag"),
    ):
        headers = staff.get(reverse(f"observations:{name}", args=[pk])).headers
        assert headers["Content-Disposition"] == f'attachment; filename="{file_name}-{group}-{day}.pdf"'


def test_child_report_stays_one_sheet_and_never_cuts_an_agreement(measured: Bso, staff: Client) -> None:
    with tenant_scope(measured.organisation_id, actor_id=measured.staff.pk):
        agree(measured, last(measured), text="Samen lezen. " * 76, times=7)
    reader = pdf_of(staff, "bso_report_pdf", last(measured).pk)
    assert len(reader.pages) == 2
    text = text_of(reader)
    assert text.count("Samen lezen.") % 76 == 0
    assert "Die bespreken we in het gesprek." in text


def test_open_measurement_has_no_report_and_making_one_leaves_an_event(measured: Bso, staff: Client) -> None:
    with tenant_scope(measured.organisation_id):
        opened = start_measurement(child=bso_child(measured.group, "Lot"), today=today(), by=measured.staff)
    assert staff.get(reverse("observations:bso_report_pdf", args=[opened.pk])).status_code == 404
    assert client_of(measured.coach).get(reverse("observations:bso_report_pdf", args=[opened.pk])).status_code == 403
    pdf_of(staff, "bso_report_pdf", last(measured).pk)
    with tenant_scope(measured.organisation_id):
        made = AuditEvent.objects.get(action="bso.report_made")
    assert (made.object_id, set(made.data)) == (measured.child.pk, {"digest"})


def test_pages_of_child_and_measurement_lead_to_the_report(measured: Bso, staff: Client) -> None:
    report = reverse("observations:bso_report_pdf", args=[last(measured).pk])
    assert report in staff.get(reverse("observations:child", args=[measured.child.pk])).content.decode()
    shown = reverse("observations:bso_registration", args=[last(measured).pk])
    assert report in staff.get(shown).content.decode()
    assert report not in client_of(measured.coach).get(shown).content.decode()


@pytest.mark.requirement("BSO-2.2")
def test_group_report_is_internal_and_says_what_stands_out(measured: Bso, staff: Client) -> None:
    reader = pdf_of(staff, "bso_group_report_pdf", measured.group.pk)
    check_readable(reader, f"BSO-groepsverslag: {measured.group.name}")
    text = text_of(reader)
    for words in (
        "INTERN",
        "Intern. Dit verslag noemt kinderen bij naam",
        "1 van 2 kinderen gemeten",
        "welbevinden laag",
        "welbevinden was 4,5",
        "kind ziet 2 uitspraken anders",
        "Welbevinden: 1 kind",
        "nog geen afgesloten meting",
        "Ziet het zelf anders: 1 kind",
        f"1 afspraak: {measured.staff.get_full_name()}, uiterlijk {format_date(today())}",
        f"door {measured.staff.get_full_name()}",
    ):
        assert words in text, words
    for words in ("dinsdag", "Professionele conclusie"):
        assert words not in text
    with tenant_scope(measured.organisation_id):
        assert AuditEvent.objects.get(action="bso.group_report_made").object_id == measured.group.pk


@pytest.mark.requirement("BSO-2.2")
def test_group_report_of_twenty_is_one_page_lying_down_and_repeats_its_header(measured: Bso, staff: Client) -> None:
    pdf_of(staff, "bso_group_report_pdf", measured.group.pk)
    with CaptureQueriesContext(connection) as of_two:
        pdf_of(staff, "bso_group_report_pdf", measured.group.pk)
    copies(measured, [f"Maximiliaan{number:02d}" for number in range(18)], days_ago=1)
    with CaptureQueriesContext(connection) as of_twenty:
        reader = pdf_of(staff, "bso_group_report_pdf", measured.group.pk)
    assert len(of_twenty) == len(of_two)
    assert [float(page.mediabox.width) > float(page.mediabox.height) for page in reader.pages] == [True]
    copies(measured, [f"Alexander{number:02d}" for number in range(16)], days_ago=1)
    pages = [
        " ".join(page.extract_text().split()) for page in pdf_of(staff, "bso_group_report_pdf", measured.group.pk).pages
    ]
    assert len(pages) == 2
    assert all("Open afspraken" in page and "INTERN" in page for page in pages)


def test_group_without_measurements_says_so(bso: Bso, staff: Client) -> None:
    answered = staff.get(reverse("observations:bso_group_report_pdf", args=[bso.group.pk]), follow=True)
    assert "nog geen meting afgesloten" in answered.content.decode()


def test_reports_are_of_one_s_own_bso_group_only(measured: Bso, staff: Client) -> None:
    with tenant_scope(measured.organisation_id):
        toddlers = factories.group(staff=measured.staff)
        GroupStaff.objects.filter(group=measured.group).delete()
    for name in ("bso_group_report_pdf", "bso_group_reports"):
        send = staff.post if name == "bso_group_reports" else staff.get
        assert send(reverse(f"observations:{name}", args=[measured.group.pk])).status_code == 403
        assert send(reverse(f"observations:{name}", args=[toddlers.pk])).status_code == 404


@pytest.mark.parametrize(("view", "name"), [("child_pdf", "bso_report_pdf"), ("group_pdf", "bso_group_report_pdf")])
def test_no_transaction_is_open_while_a_report_is_drawn(
    measured: Bso, staff: Client, monkeypatch: pytest.MonkeyPatch, view: str, name: str
) -> None:
    scopes, drawn = [], getattr(bso_reports, view)

    def watched(report: Any) -> Any:
        scopes.append(active_scope())
        return drawn(report)

    monkeypatch.setattr(bso_reports, view, watched)
    pdf_of(staff, name, measured.group.pk if view == "group_pdf" else last(measured).pk)
    assert scopes == [None]


@pytest.mark.requirement("BSO-2.2")
def test_reports_of_the_whole_group_are_one_job_without_names_in_its_files(measured: Bso, staff: Client) -> None:
    with tenant_scope(measured.organisation_id, actor_id=measured.staff.pk):
        measure(measured, bso_child(measured.group, "Lot"))
    asked = reverse("observations:bso_group_reports", args=[measured.group.pk])
    assert asked in staff.get(reverse("observations:bso_group", args=[measured.group.pk])).content.decode()
    assert staff.post(asked).status_code == 302
    with tenant_scope(measured.organisation_id):
        begun = Job.objects.get()
    run_job_now(begun)
    with tenant_scope(measured.organisation_id):
        job = job_of(user_id=measured.staff.pk, pk=begun.pk)
        assert job is not None
        assert job.outcome == {"made": 2, "too_long": []}
        found = [file_of_job(user_id=measured.staff.pk, pk=job.pk, file_id=file.pk) for file in job.files]
        files = {file.name: file.content for file in found if file is not None}
        made = set(AuditEvent.objects.filter(action="bso.report_made").values_list("object_id", flat=True))
    assert list(files) == ["bso-verslagen.pdf", "bso-verslagen.zip"]
    assert len(pypdf.PdfReader(io.BytesIO(files["bso-verslagen.pdf"])).pages) == 4
    with zipfile.ZipFile(io.BytesIO(files["bso-verslagen.zip"])) as archive:
        # All are called Bakker, so by first name: Lot, Noor, and Sem without a measurement.
        assert archive.namelist() == ["verslag-01.pdf", "verslag-02.pdf"]
    assert len(made) == 2
    with tenant_scope(measured.organisation_id):
        GroupStaff.objects.all().delete()
    file = reverse("jobs:file", args=[job.pk, job.files[0].pk])
    assert client_of(measured.staff).get(file).status_code == 403


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Sem en Noor lezen. Lot ook.", "Een ander kind en Noor lezen. Een ander kind ook."),
        ("Elke week met Sem-Jan of semi.", "Elke week met een ander kind of semi."),
        ("Noor leest.", "Noor leest."),
    ],
)
def test_names_of_other_children_stay_out(text: str, masked: str) -> None:
    assert without_names(text, {"Sem", "Lot", "Sem-Jan"}) == masked


def test_course_stands_in_its_drawing_and_refuses_what_is_no_point() -> None:
    drawn = course_of("Welbevinden", [(today(), 2, "1"), (today(), 10, "5"), (today(), 7, "3,5")])
    assert [dot.y for dot in drawn.dots] == [drawn.levels[0].y, drawn.levels[4].y, 53.0]
    assert all(drawn.left < dot.x < drawn.right for dot in drawn.dots)
    assert drawn.path.count("L") == 2
    with pytest.raises(ValueError, match="from 1 to 5"):
        course_of("Welbevinden", [(today(), 11, "5,5")])
