"""The pages of importing and exporting, as their user walks them (CHD-3)."""

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from kijk.audit.models import AuditEvent
from kijk.jobs.models import Job
from kijk.jobs.running import run_job_now
from kijk.tenancy.context import tenant_scope
from kijk.web import uploads
from observations.domain.imports.content import MOST_BYTES
from observations.models import Child, GroupStaff, ImportPreview, ImportRow, ImportSource
from tests import factories
from tests.clients import client_of
from tests.observations.imports.conftest import Import, names
from tests.observations.imports.samples import sample
from tests.observations.imports.test_planning import TWO, csv


@pytest.fixture
def client(committed: Import) -> Client:
    return client_of(committed.administrator)


def upload(client: Client, importing: Import, content: bytes, called: str = "kinderen.csv", **fields: str) -> Any:
    """Send a file as the upload page does."""
    with tenant_scope(importing.organisation_id):
        known = ImportSource.objects.first()
    given = {
        "source": str(known.pk) if known else "new",
        "name": "" if known else "Onze administratie",
        "location": str(importing.north.pk),
        "school_year": "2026",
        "file": SimpleUploadedFile(called, content, "text/csv"),
        **fields,
    }
    return client.post(reverse("observations:import_new"), given)


def last_job(importing: Import) -> Job:
    with tenant_scope(importing.organisation_id):
        return Job.objects.latest("created_at", "id")


def previewed(client: Client, importing: Import, content: bytes, name: str = "kinderen.csv") -> str:
    """Send a file, let its job run, and return the address of the preview."""
    response = upload(client, importing, content, name)
    assert response.status_code == 302, response.content.decode()
    job = last_job(importing)
    assert run_job_now(job) == "done"
    return reverse("observations:import_preview", kwargs={"pk": job.pk})


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_whole_way_from_file_to_result(client: Client, committed: Import) -> None:
    preview = previewed(client, committed, TWO)
    shown = page(client, preview)
    assert "Mila Dam" in shown
    assert "Er is nog niets bewaard" in shown
    with tenant_scope(committed.organisation_id):
        assert names() == []
    confirm = f"{preview}bevestigen/"
    assert "2 kinderen worden toegevoegd" in page(client, confirm)
    assert client.post(confirm).status_code == 302
    assert run_job_now(last_job(committed)) == "done"
    assert "Het bestand is ingelezen." in page(client, f"{preview}resultaat/")
    with tenant_scope(committed.organisation_id):
        assert names() == ["Finn Vos", "Mila Dam"]
    again = previewed(client, committed, TWO)
    assert "Er verandert niets" in page(client, again)
    assert client.post(confirm).status_code == 409


def test_columns_that_are_not_known_are_asked_for(client: Client, committed: Import) -> None:
    preview = previewed(client, committed, b"nr;first;last;born;klas;BSN\n1;Pip;Rood;1-9-2023;Rupsen;111222333\n")
    response = client.get(preview)
    assert response.status_code == 302
    columns = response.headers["Location"]
    shown = page(client, columns)
    assert "We herkennen nog niet: Voornaam, Geboortedatum" in shown
    assert "Deze kolommen lezen we nooit: BSN" in shown
    assert '<option value="BSN"' not in shown
    chosen = {"about": "children", "column-key": "nr", "column-first_name": "first", "column-last_name": "last"}
    refused = client.post(columns, {**chosen, "column-birth_date": "nr"})
    assert refused.status_code == 422
    assert "Deze kolom is ook gekozen bij" in refused.content.decode()
    assert client.post(columns, {**chosen, "column-birth_date": "born", "column-group": "klas"}).status_code == 302
    job = last_job(committed)
    assert run_job_now(job) == "done"
    assert "Pip Rood" in page(client, reverse("observations:import_preview", kwargs={"pk": job.pk}))
    with tenant_scope(committed.organisation_id):
        assert ImportPreview.objects.count() == 1


def test_groups_can_be_chosen_and_the_preview_follows(client: Client, committed: Import) -> None:
    preview = previewed(client, committed, sample("edexml-2.1.xml"), "school.xml")
    assert "Jurre Hoekstra" in page(client, f"{preview}?toon=refused")
    groups = f"{preview}groepen/"
    assert "Groep 5" in page(client, groups)
    fields = {"group-0": "new:infants", "group-1": "new:infants", "group-2": "new:bso", "group-3": "new:toddler",
              "group-4": "skip", "group-5": "skip"}  # fmt: skip
    assert client.post(groups, {**fields, "group-2": "new:onzin"}).status_code == 422
    assert client.post(groups, fields).status_code == 302
    job = last_job(committed)
    assert run_job_now(job) == "done"
    again = reverse("observations:import_preview", kwargs={"pk": job.pk})
    assert "Jurre Hoekstra" in page(client, f"{again}?toon=added")


def test_choices_are_kept_one_by_one_and_all_at_once(client: Client, committed: Import) -> None:
    with tenant_scope(committed.organisation_id):
        group = factories.group(committed.north)
        for first, last, born in (("Mila", "Dam", "2023-11-03"), ("Finn", "Vos", "2024-02-14")):
            factories.child(group, first, "", last, birth_date=committed.today.fromisoformat(born))
    preview = previewed(client, committed, TWO)
    shown = f"{preview}?toon=proposal"
    assert page(client, shown).count("import-choice") == 2
    with tenant_scope(committed.organisation_id):
        row = ImportRow.objects.get(position=1)
    assert client.post(shown, {f"row-{row.pk}": "new", "row-onzin": "x"}).status_code == 302
    assert choices(committed) == ["new"]
    assert client.post(shown, {f"row-{row.pk}": "same:onzin"}).status_code == 302
    assert choices(committed) == ["new"]
    assert client.post(shown, {"doe": "alles"}).status_code == 302
    assert [choice.partition(":")[0] for choice in choices(committed)] == ["same", "same"]
    assert client.post(shown, {"doe": "niets"}).status_code == 302
    assert choices(committed) == []


def choices(importing: Import) -> list[str]:
    with tenant_scope(importing.organisation_id):
        return [row.choice for row in ImportRow.objects.order_by("position") if row.choice]


def test_unknown_colleagues_lead_to_the_list_of_invitations(client: Client, committed: Import) -> None:
    content = b"Voornaam;Achternaam;E-mailadres\nPam;Bos;pam@voorbeeld.nl\n"
    preview = previewed(client, committed, content, "personeel.csv")
    shown = page(client, f"{preview}?toon=invite")
    assert "Pam;;Bos;pam@voorbeeld.nl;leerkracht;" in shown
    invited = client.post(
        reverse("accounts:invite_many"), {"doe": "bekijk", "text": "Pam;;Bos;pam@voorbeeld.nl;leerkracht;\n"}
    )
    assert "1 collega wordt uitgenodigd" in invited.content.decode()
    with tenant_scope(committed.organisation_id):
        assert GroupStaff.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "Geef de nieuwe bron een naam."),
        ({"name": "On\u202eze"}, "een teken dat er niet in hoort"),
        ({"location": ""}, "Kies de locatie van de nieuwe bron."),
        ({"location": "0192f3a0-0000-7000-8000-00000000dead"}, "Deze keuze kennen we niet."),
        ({"source": "0192f3a0-0000-7000-8000-00000000dead"}, "Deze keuze kennen we niet."),
        ({"school_year": "1999"}, "Deze keuze kennen we niet."),
    ],
)
def test_form_says_what_is_missing(
    client: Client,
    committed: Import,
    fields: dict[str, str],
    said: str,
) -> None:
    response = upload(client, committed, TWO, **fields)
    assert response.status_code == 422
    assert said in response.content.decode()
    with tenant_scope(committed.organisation_id):
        assert ImportSource.objects.count() == Job.objects.count() == 0


def test_file_that_is_none_is_refused_at_once_and_leaves_no_source(client: Client, committed: Import) -> None:
    response = upload(client, committed, b"%PDF-1.7")
    assert response.status_code == 422
    assert "geen EDEXML, CSV of Excel" in response.content.decode()
    assert upload(client, committed, b"").status_code == 422
    with tenant_scope(committed.organisation_id):
        assert ImportSource.objects.count() == Job.objects.count() == 0


def test_file_that_is_too_large_is_never_kept(client: Client, committed: Import) -> None:
    response = upload(client, committed, b"a;b\n" * (MOST_BYTES // 4 + 100))
    assert response.status_code == 422
    assert "Dit bestand is groter dan 25 MB." in response.content.decode()


def test_other_pages_take_less_and_nothing_goes_to_disk(client: Client, committed: Import) -> None:
    file = SimpleUploadedFile("lijst.csv", b"x" * (uploads.ANY_PAGE + 1))
    client.raise_request_exception = False
    assert client.post(reverse("accounts:invite_many"), {"file": file}).status_code == 400
    smaller = SimpleUploadedFile("lijst.csv", b"x" * (uploads.ANY_PAGE - 1))
    response = client.post(reverse("accounts:invite_many"), {"file": smaller})
    assert "groter dan 1 MB" in response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_preview_takes_the_same_queries_for_one_row_and_for_three(
    client: Client,
    committed: Import,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    lines = [f"{number};Kind{number};Test;1-1-2024;Bijtjes;peutergroep" for number in range(rows)]
    preview = previewed(client, committed, csv(*lines))
    client.get(preview)
    with django_assert_num_queries(24):
        client.get(preview)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_sources_takes_the_same_queries(
    client: Client,
    committed: Import,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with tenant_scope(committed.organisation_id):
        for number in range(rows):
            ImportSource.objects.create(name=f"Bron {number}", format="csv", location=committed.north)
    client.get(reverse("observations:imports"))
    with django_assert_num_queries(24):
        client.get(reverse("observations:imports"))


def test_nobody_else_finds_a_preview(client: Client, committed: Import) -> None:
    preview = previewed(client, committed, TWO)
    with tenant_scope(factories.organisation()):
        from accounts.roles import Role

        stranger = factories.user(Role.ADMINISTRATOR)
    assert client_of(stranger).get(preview).status_code == 404


def test_trail_tells_of_looking_at_a_preview(client: Client, committed: Import) -> None:
    preview = previewed(client, committed, TWO)
    client.get(preview)
    with tenant_scope(committed.organisation_id):
        event = AuditEvent.objects.get(action="import.preview_viewed")
        assert event.object_id == UUID(preview.split("/")[3])
        assert Child.objects.count() == 0
