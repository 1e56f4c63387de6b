"""What is written for parents: bounded where it is typed, never lost, about this child only, and sealed (REG-8.1)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.notes.writing import write_note
from observations.domain.registering.registrations import reopen_registration
from observations.domain.reports.limits import BOUNDS, MOST_EXAMPLES, mistakes_in
from observations.domain.reports.preparing import (
    Kind,
    Preparation,
    PreparationChanged,
    PreparationRefused,
    preparation_of,
    write_texts,
    write_words,
)
from observations.forms.reports import chosen_name, words_name
from observations.models import Note, ReportExample, ReportPreparation
from tests.clients import client_of
from tests.observations.reports.conftest import NOTE, Reported

SECRET = "Yara vindt het spannend en wij blijven dichtbij."
WORDS = "Thuis praat Yara honderduit over de groep."


def url(name: str, reported: Reported) -> str:
    return reverse(f"observations:{name}", kwargs={"pk": reported.autumn.pk})


def write(reported: Reported, revision: int = 0, examples: dict[UUID, str] | None = None, **texts: Any) -> Preparation:
    return write_texts(
        registration=reported.autumn,
        kind=Kind.PARENTS,
        texts=texts,
        examples=examples,
        revision=revision,
        by=reported.nursery.staff,
        now=timezone.now(),
    )


def say(reported: Reported, revision: int = 0, **changes: Any) -> Preparation:
    now = timezone.now()
    given: dict[str, Any] = {
        "words": WORDS,
        "speaker": "parents",
        "talk_on": now.date(),
        "agreements": "Samen lezen",
    } | changes
    return write_words(registration=reported.autumn, revision=revision, by=reported.nursery.staff, now=now, **given)


def posted(**changes: str) -> dict[str, str]:
    return {"likes": "", "conclusion": SECRET, "agreements": "", "revision": "0", **changes}


def events(reported: Reported, action: str) -> list[AuditEvent]:
    with tenant_scope(reported.organisation_id):
        return list(AuditEvent.objects.filter(action=action).order_by("sequence"))


# ------------------------------------------------------------------------------------------------- domain


@pytest.mark.requirement("REG-8.1")
def test_texts_examples_and_words_are_kept_together(reported: Reported) -> None:
    with tenant_scope(reported.organisation_id):
        write(reported, likes="Bouwen.", conclusion=SECRET, examples={reported.note.pk: "Telt de borden."})
        say(reported, revision=1)
        found = preparation_of(reported.autumn, Kind.PARENTS)
    assert (found.texts.likes, found.texts.conclusion, found.texts.agreements) == ("Bouwen.", SECRET, "Samen lezen")
    assert [example.text for example in found.examples] == ["Telt de borden."]
    assert found.words is not None
    assert (found.words.text, found.words.speaker_in_words) == (WORDS, "beide ouders of verzorgers")
    assert found.words.written_by == reported.nursery.staff.get_full_name()
    assert found.revision == 2


def test_what_was_written_stands_in_no_column_in_the_clear(reported: Reported) -> None:
    with tenant_scope(reported.organisation_id):
        write(reported, conclusion=SECRET, examples={reported.note.pk: NOTE})
        say(reported, revision=1)
        with connection.cursor() as cursor:
            cursor.execute('SELECT * FROM "observations_reportpreparation" AS p, "observations_reportexample" AS e')
            row = b" ".join(
                bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
                for value in cursor.fetchone()
            )
    assert not any(text.encode() in row for text in (SECRET, WORDS, NOTE))


def test_events_hold_no_text(reported: Reported) -> None:
    with tenant_scope(reported.organisation_id):
        write(reported, conclusion=SECRET)
        say(reported, revision=1)
    (written,), (said,) = events(reported, "report.written"), events(reported, "report.words_written")
    assert (written.object_id, said.object_id) == (reported.child.pk, reported.child.pk)
    assert written.data == {"report": "parents", "examples": 0, "revision": 1}
    assert said.data == {"revision": 2}


@pytest.mark.parametrize("name", ["likes", "conclusion", "agreements", "words", "example"])
def test_bounds_are_told_and_nothing_is_cut(reported: Reported, name: str) -> None:
    most = BOUNDS[name].characters
    assert mistakes_in(name, "a" * most) == []
    (mistake,) = mistakes_in(name, "a" * (most + 1))
    assert str(most + 1) in mistake
    assert str(most) in mistake
    assert len(mistakes_in(name, "a\n" * (BOUNDS[name].lines + 1))) == 1


def test_a_sign_that_paper_lacks_is_named() -> None:
    assert mistakes_in("likes", "Dol op 🚂 en şarkı") == ["Dit kan niet op papier: 🚂. Haal het weg."]


def test_a_text_that_does_not_fit_is_refused_by_the_domain_too(reported: Reported) -> None:
    with tenant_scope(reported.organisation_id):
        for name in ("likes", "conclusion", "agreements"):
            with pytest.raises(PreparationRefused, match="te lang"):
                write(reported, 0, None, **{name: "a" * 1000})
        with pytest.raises(PreparationRefused, match="te lang"):
            say(reported, words="a" * 1000)
        with pytest.raises(PreparationRefused, match="nog niet geweest"):
            say(reported, talk_on=timezone.localdate() + timedelta(days=2))
        with pytest.raises(PreparationRefused, match="Kies wie"):
            say(reported, speaker="Oma Truus")
        assert preparation_of(reported.autumn, Kind.PARENTS).revision == 0


def test_a_note_about_another_child_cannot_be_an_example(reported: Reported) -> None:
    with tenant_scope(reported.organisation_id):
        others = Note.objects.get(child=reported.other)
        with pytest.raises(PreparationRefused, match="Kies opnieuw"):
            write(reported, examples={others.pk: "Bouwt een toren."})
        assert not ReportExample.objects.exists()


def test_who_saves_second_sees_what_the_first_saved(reported: Reported) -> None:
    with tenant_scope(reported.organisation_id):
        write(reported, conclusion=SECRET)
        with pytest.raises(PreparationChanged) as caught:
            write(reported, conclusion="Iets anders.")
        assert caught.value.current.texts.conclusion == SECRET
        write(reported, revision=1, conclusion="Iets anders.")
        assert preparation_of(reported.autumn, Kind.PARENTS).texts.conclusion == "Iets anders."


def test_a_registration_that_is_opened_again_keeps_what_was_written(reported: Reported) -> None:
    with tenant_scope(reported.organisation_id):
        write(reported, conclusion=SECRET)
        new = reopen_registration(registration=reported.autumn, reason="Verkeerd kind.", by=reported.nursery.staff)
        assert preparation_of(new, Kind.PARENTS).texts.conclusion == SECRET


# -------------------------------------------------------------------------------------------------- pages


@pytest.mark.requirement("REG-8.1")
def test_form_keeps_and_shows_the_report(reported: Reported) -> None:
    client = client_of(reported.nursery.staff)
    data = posted(**{chosen_name(reported.note.pk): "on"})
    response = client.post(url("parents_report", reported), data, follow=True)
    assert response.redirect_chain[-1][0] == url("parents_report_shown", reported)
    content = response.content.decode()
    assert SECRET in content
    assert NOTE in content
    assert "ontwikkelingsleeftijd" not in content.casefold()
    assert "Professionele conclusie" not in content


def test_form_that_is_too_long_comes_back_as_typed(reported: Reported) -> None:
    long = "Yara bouwt. " * 100
    response = client_of(reported.nursery.staff).post(url("parents_report", reported), posted(conclusion=long))
    content = response.content.decode()
    assert response.status_code == 422
    assert long.strip() in content
    assert "1199 tekens, en er passen er 900" in content
    with tenant_scope(reported.organisation_id):
        assert not ReportPreparation.objects.exists()


def test_note_that_is_too_long_needs_other_words(reported: Reported) -> None:
    with tenant_scope(reported.organisation_id):
        day = reported.note.observed_on
        write_note(
            children=[reported.child], text="Yara telt. " * 60, observed_on=day, today=day, entry_id=uuid7(),
            by=reported.nursery.staff,
        )  # fmt: skip
        long = Note.objects.filter(child=reported.child).exclude(pk=reported.note.pk).get()
    client = client_of(reported.nursery.staff)
    chosen = {chosen_name(long.pk): "on"}
    refused = client.post(url("parents_report", reported), posted(**chosen))
    assert refused.status_code == 422
    assert "Schrijf hieronder wat ouders mogen lezen" in refused.content.decode()
    shorter = posted(**chosen, **{words_name(long.pk): "Yara telt alles."})
    assert client.post(url("parents_report", reported), shorter).status_code == 302


def test_too_many_notes_are_refused_in_words(reported: Reported) -> None:
    with tenant_scope(reported.organisation_id):
        day = reported.note.observed_on
        for number in range(MOST_EXAMPLES):
            write_note(
                children=[reported.child], text=f"Telt tot {number}.", observed_on=day, today=day, entry_id=uuid7(),
                by=reported.nursery.staff,
            )  # fmt: skip
        chosen = {
            chosen_name(pk): "on" for pk in Note.objects.filter(child=reported.child).values_list("pk", flat=True)
        }
    response = client_of(reported.nursery.staff).post(url("parents_report", reported), posted(**chosen))
    assert response.status_code == 422
    assert "U koos 5 notities. Er passen er 4" in response.content.decode()


@pytest.mark.requirement("REG-8.1")
def test_name_of_another_child_is_stopped_unless_it_is_none(reported: Reported) -> None:
    client = client_of(reported.nursery.staff)
    data = posted(conclusion="Yara speelt graag met Mo.")
    response = client.post(url("parents_report", reported), data)
    content = response.content.decode()
    assert response.status_code == 422
    assert "In uw tekst staat de naam van een ander kind: Mo." in content
    assert "names_are_fine" in content
    assert client.post(url("parents_report", reported), data | {"names_are_fine": "on"}).status_code == 302


def test_words_within_a_word_are_no_name(reported: Reported) -> None:
    data = posted(conclusion="Yara maakt een Mooie toren.")
    assert client_of(reported.nursery.staff).post(url("parents_report", reported), data).status_code == 302


def test_conflict_shows_both_texts_and_the_next_save_wins(reported: Reported) -> None:
    with tenant_scope(reported.organisation_id):
        write(reported, conclusion="De tekst van de collega.")
    client = client_of(reported.nursery.staff)
    response = client.post(url("parents_report", reported), posted())
    content = response.content.decode()
    assert response.status_code == 409
    assert "De tekst van de collega." in content
    assert SECRET in content
    assert 'name="revision" value="1"' in content
    assert client.post(url("parents_report", reported), posted(revision="1")).status_code == 302


@pytest.mark.requirement("REG-8.1")
def test_words_of_parents_are_written_after_the_talk(reported: Reported) -> None:
    client = client_of(reported.nursery.staff)
    data = {"talk_on": timezone.localdate().isoformat(), "speaker": "parent", "words": WORDS, "agreements": "Lezen"}
    response = client.post(url("parents_words", reported), {**data, "revision": "0"}, follow=True)
    content = response.content.decode()
    assert WORDS in content
    assert "één ouder of verzorger" in content
    refused = client.post(url("parents_words", reported), {**data, "words": "", "revision": "1"})
    assert refused.status_code == 422
    assert "Schrijf op wat de ouders vertelden." in refused.content.decode()


@pytest.mark.parametrize("name", ["parents_report", "parents_words", "transfer_report", "support_report_pdf"])
def test_an_open_registration_has_no_reports(reported: Reported, name: str) -> None:
    with tenant_scope(reported.organisation_id):
        reopened = reopen_registration(registration=reported.others_autumn, reason="Fout.", by=reported.nursery.staff)
        opened = reopened.pk
        ReportPreparation.objects.all().delete()
        type(reopened).objects.filter(pk=reported.others_autumn.pk)
    address = reverse(f"observations:{name}", kwargs={"pk": opened})
    # Until the revision is closed, the closed one counts, at its own address and at that of the revision.
    assert client_of(reported.nursery.staff).get(address).status_code == 200


def test_a_first_registration_that_is_open_is_not_found(reported: Reported) -> None:
    from observations.domain.registering.registrations import start_registration

    with tenant_scope(reported.organisation_id):
        today = timezone.localdate()
        opened = start_registration(child=reported.third, today=today, by=reported.nursery.staff)
    assert (
        client_of(reported.nursery.staff).get(reverse("observations:parents_report", args=[opened.pk])).status_code
        == 404
    )
