"""Keeping what was typed: for its owner only, sealed, within limits, and not for long (ACC-6.3)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, connections
from django.http import QueryDict

from accounts.models import User
from kijk.audit.models import AuditEvent
from kijk.drafts.domain import (
    EMPTY_KEPT_FOR,
    KEPT_FOR,
    MAX_BYTES,
    MAX_DRAFTS,
    DraftRefused,
    discard_draft,
    discard_posted,
    draft_for,
    drafts_of_form,
    erase_old_drafts,
    save_draft,
    save_posted,
)
from kijk.drafts.models import Draft
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from tests import factories
from tests.database import TestDatabase

NOW = datetime(2026, 11, 22, 14, 32, tzinfo=UTC)
KEY = "note:0199a1b2-0000-7000-8000-000000000001"
TEXT = {"text": ["Yara klimt op de bank."]}


@pytest.fixture
def writer(db: None) -> Iterator[User]:
    """Somebody who types, in the scope of their organisation."""
    organisation_id = factories.organisation()
    with tenant_scope(organisation_id):
        yield factories.user()


def keep(user: User, fields: dict[str, list[str]] = TEXT, key: str = KEY, **options: Any) -> bool:
    return save_draft(user_id=user.pk, key=key, fields=fields, **({"now": NOW} | options))


def fields_of(user: User, key: str = KEY) -> dict[str, list[str]] | None:
    found = draft_for(user_id=user.pk, key=key)
    return None if found is None else dict(found.fields)


@pytest.mark.requirement("ACC-6.3")
def test_draft_gives_back_every_field(writer: User) -> None:
    fields = {"text": ["Yara  klimt:\n– hoog"], "children": ["a", "b"], "observed_on": ["2026-11-20"]}
    assert keep(writer, fields)
    found = draft_for(user_id=writer.pk, key=KEY)
    assert found is not None
    assert (found.key, dict(found.fields), found.updated_at) == (KEY, fields, NOW)
    assert (found.text("text"), found.text("context")) == ("Yara  klimt:\n– hoog", "")


@pytest.mark.requirement("ACC-6.1")
def test_same_text_again_changes_nothing(writer: User) -> None:
    later = NOW + timedelta(minutes=5)
    assert [keep(writer), keep(writer, now=later)] == [True, False]
    assert Draft.objects.get().updated_at == NOW
    assert keep(writer, {"text": ["Yara klimt op de tafel."]}, now=later)
    assert Draft.objects.get().updated_at == later


def test_line_ends_of_form_and_script_are_the_same_text(writer: User) -> None:
    keep(writer, {"text": ["een\ntwee"]})
    assert not keep(writer, {"text": ["een\r\ntwee"], "context": [""]})


def test_text_taken_out_again_leaves_no_draft(writer: User) -> None:
    keep(writer)
    assert keep(writer, {"text": [""]})
    assert draft_for(user_id=writer.pk, key=KEY) is None
    assert not keep(writer, {})


def test_draft_is_its_owners_only(writer: User) -> None:
    keep(writer)
    colleague = factories.user()
    assert fields_of(colleague) is None
    assert drafts_of_form(user_id=colleague.pk, form="note") == []
    discard_draft(user_id=colleague.pk, key=KEY, now=NOW)
    keep(colleague, {"text": ["Iets anders."]})
    assert fields_of(writer) == TEXT


def test_draft_is_sealed_in_its_table(writer: User) -> None:
    keep(writer)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content, drafts_draft::text FROM drafts_draft")
        content, row = cursor.fetchone()
    assert b"Yara" not in bytes(content)
    assert "Yara" not in row


def test_saving_leaves_no_event(writer: User) -> None:
    keep(writer)
    discard_draft(user_id=writer.pk, key=KEY, now=NOW)
    assert not AuditEvent.objects.filter(action__startswith="draft").exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": ["x" * MAX_BYTES]}, "te lang"),
        ({"x" * MAX_BYTES: ["ja"]}, "te lang"),
        ({"text": ["Yara\x00"]}, "een teken dat we niet kunnen bewaren"),
        ({"te\x00xt": ["Yara"]}, "een teken dat we niet kunnen bewaren"),
        ({"text": ["Yara\ud83d"]}, "een teken dat we niet kunnen bewaren"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(writer: User, fields: dict[str, list[str]], words: str) -> None:
    keep(writer)
    with pytest.raises(DraftRefused, match=words):
        keep(writer, fields)
    assert fields_of(writer) == TEXT


def test_largest_draft_is_kept(writer: User) -> None:
    assert keep(writer, {"text": ["x" * (MAX_BYTES - len('{"text": [""]}'))]})


@pytest.mark.parametrize("key", ["", "Note", "note:", "note:1", f"{KEY}x", "note\n", "../note", "x" * 61])
def test_unknown_form_is_refused(writer: User, key: str) -> None:
    with pytest.raises(DraftRefused, match="kennen we niet"):
        keep(writer, key=key)
    assert not Draft.objects.exists()


def test_oldest_draft_makes_room(writer: User) -> None:
    keys = [f"note:{uuid7()}" for _ in range(MAX_DRAFTS + 2)]
    for number, key in enumerate(keys):
        keep(writer, key=key, now=NOW + timedelta(minutes=number))
    newest_first = [draft.key for draft in drafts_of_form(user_id=writer.pk, form="note")]
    assert newest_first == keys[:1:-1]


def test_drafts_of_a_form_are_not_those_of_another(writer: User) -> None:
    for key in (KEY, "note", KEY.replace("note", "notes"), KEY.replace("note", "registration.note")):
        keep(writer, key=key)
    assert [draft.key for draft in drafts_of_form(user_id=writer.pk, form="note")] == [KEY]


@pytest.mark.requirement("ACC-6.3")
def test_discarded_draft_is_gone_and_can_be_begun_anew(writer: User) -> None:
    keep(writer)
    discard_draft(user_id=writer.pk, key=KEY, now=NOW)
    assert fields_of(writer) is None
    assert keep(writer)
    assert fields_of(writer) == TEXT


def test_discarding_what_is_not_there_does_nothing(writer: User) -> None:
    discard_draft(user_id=writer.pk, key=KEY, now=NOW)
    assert not Draft.objects.exists()


def test_late_save_of_a_page_does_not_replace_its_newer_one(writer: User) -> None:
    newer = {"text": ["Yara klimt op de bank en lacht."]}
    assert keep(writer, newer, page="p1", sequence=3)
    assert not keep(writer, TEXT, page="p1", sequence=2)
    assert not keep(writer, TEXT, page="p1", sequence=3)
    assert fields_of(writer) == newer
    assert keep(writer, TEXT, page="p1", sequence=4)
    assert keep(writer, newer, page="p2", sequence=1)


@pytest.mark.parametrize("kept_before", [True, False])
def test_save_that_arrives_after_the_form_was_saved_brings_nothing_back(writer: User, kept_before: bool) -> None:
    if kept_before:
        keep(writer, page="p1", sequence=1)
    discard_draft(user_id=writer.pk, key=KEY, now=NOW, page="p1")
    assert not keep(writer, page="p1", sequence=2)
    assert fields_of(writer) is None
    assert keep(writer, page="p2", sequence=1)


@pytest.mark.second_server
def test_two_saves_at_the_same_time_keep_the_last(committed_db: TestDatabase) -> None:
    organisation_id = factories.organisation()
    with tenant_scope(organisation_id):
        user = factories.user()

    def second() -> None:
        try:
            with tenant_scope(organisation_id):
                keep(user, {"text": ["de tweede"]})
        finally:
            connections.close_all()

    thread = Thread(target=second)
    with tenant_scope(organisation_id):
        keep(user, {"text": ["de eerste"]})
        thread.start()
        # It waits for this transaction: the row is not there to be seen yet, and is not made twice.
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(10)
    with tenant_scope(organisation_id):
        assert fields_of(user) == {"text": ["de tweede"]}


def posted(**fields: str) -> QueryDict:
    post = QueryDict(mutable=True)
    post.update({"csrfmiddlewaretoken": "t", "draft_key": KEY, "draft_page": "p1"} | fields)
    return post


@pytest.mark.requirement("ACC-6.3")
def test_form_of_an_ended_session_is_kept_without_its_machinery(writer: User) -> None:
    post = posted(text="Yara\x00 klimt\r\nhoog", Password="geheim", draft_number="3")
    post.setlist("children", ["a", "b"])
    assert save_posted(user_id=writer.pk, post=post)
    assert fields_of(writer) == {"text": ["Yara klimt\nhoog"], "children": ["a", "b"]}


@pytest.mark.parametrize("changes", [{"draft_key": "!"}, {"draft_key": ""}, {"text": "x" * MAX_BYTES}])
def test_form_of_an_ended_session_that_cannot_be_kept_is_let_go(writer: User, changes: dict[str, str]) -> None:
    assert not save_posted(user_id=writer.pk, post=posted(**{"text": "Yara", **changes}))
    assert fields_of(writer) is None


@pytest.mark.requirement("ACC-6.3")
def test_form_that_was_saved_needs_no_draft(writer: User) -> None:
    keep(writer, page="p1", sequence=1)
    discard_posted(user_id=writer.pk, post=posted())
    assert not keep(writer, page="p1", sequence=2)
    assert fields_of(writer) is None
    discard_posted(user_id=writer.pk, post=QueryDict())
    discard_posted(user_id=writer.pk, post=posted(draft_key="!"))


def test_draft_is_erased_after_seven_days(writer: User) -> None:
    keep(writer)
    assert erase_old_drafts(NOW + KEPT_FOR) == 0
    assert fields_of(writer) == TEXT
    assert erase_old_drafts(NOW + KEPT_FOR + timedelta(seconds=1)) == 1
    assert not Draft.objects.exists()


def test_empty_row_is_erased_after_an_hour(writer: User) -> None:
    keep(writer)
    discard_draft(user_id=writer.pk, key=KEY, now=NOW)
    assert erase_old_drafts(NOW + EMPTY_KEPT_FOR) == 0
    assert Draft.objects.count() == 1
    assert erase_old_drafts(NOW + EMPTY_KEPT_FOR + timedelta(seconds=1)) == 0
    assert not Draft.objects.exists()


def test_drafts_go_with_their_owner(writer: User) -> None:
    keep(writer)
    colleague = factories.user()
    keep(colleague)
    writer.delete()
    assert list(Draft.objects.values_list("user", flat=True)) == [colleague.pk]
