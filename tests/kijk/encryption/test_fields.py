"""Sealed fields on real rows: what they show, what they refuse, and to whom they belong (SEC-2)."""

import copy
import io
import json
import logging
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.core.management import CommandError, call_command
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Max,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Concat, Length, RowNumber
from django.template import Context, Template
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import PersonName, User
from kijk.encryption.fields import SealedAttribute, SealedField, SealedValue
from kijk.encryption.keyring import keyring
from kijk.encryption.primitives import DecryptionError
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.models import Child, ChildFile, Note, NoteText, Registration
from tests import factories
from tests.kijk.tenancy.world import DAY, Tenant, content, tenant, two_tenants

SECRETS = ("Yara", "Dijk", "astma", "toren", "bouwhoek")


@pytest.fixture
def ours(db: None) -> Tenant:
    """One organisation with a row in every table; no scope is open."""
    return tenant(content())


def ask(query: str, *values: Any) -> Any:
    """Return the first column of the first row."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]


def stored(row: Model, column: str) -> bytes:
    """Return a column of a row as it is in the database."""
    return bytes(ask(f'SELECT {column} FROM "{row._meta.db_table}" WHERE id = %s', row.pk))


def store(row: Model, column: str, value: bytes) -> None:
    """Put bytes into a column of a row, past everything of ours."""
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{row._meta.db_table}" SET {column} = %s WHERE id = %s', [value, row.pk])


def read(row: Model, name: str) -> Any:
    """Return the value of a field in the clear, of the row read anew."""
    return getattr(type(row)._default_manager.get(pk=row.pk), name)


def child_again(pk: UUID) -> Child:
    """Return the child, read anew."""
    return Child.objects.get(pk=pk)


# ------------------------------------------------------------------------------------------- moved and altered


@pytest.mark.requirement("SEC-2.2")
def test_value_moved_to_another_row_does_not_open(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        other = factories.child(ours.group, first_name="Bo")
        store(other, "file", stored(ours.child, "file"))
        with pytest.raises(DecryptionError):
            read(other, "file")


@pytest.mark.requirement("SEC-2.2")
def test_value_moved_to_another_row_of_the_same_child_does_not_open(ours: Tenant) -> None:
    """Both are sealed with the same child's key: the row itself must make the difference."""
    with tenant_scope(ours.id):
        other = Note(child=ours.child, author=ours.user, entry_id=uuid7(), observed_on=DAY)
        other.content = NoteText("Iets anders.")
        other.save()
        store(other, "content", stored(ours.note, "content"))
        with pytest.raises(DecryptionError):
            read(other, "content")


@pytest.mark.requirement("SEC-2.2")
def test_value_moved_to_another_table_does_not_open(ours: Tenant) -> None:
    """The same child, the same key, and for this test even the same row id."""
    with tenant_scope(ours.id):
        Registration.objects.update(status="closed", closed_at=ours.note.created_at)
        twin = Registration.objects.get()
        twin.pk, twin.status, twin.closed_at, twin.revision = ours.note.pk, "open", None, 2
        twin.texts = None
        twin.save(force_insert=True)
        store(twin, "texts", stored(ours.note, "content"))
        with pytest.raises(DecryptionError):
            read(twin, "texts")


@pytest.mark.requirement("SEC-2.2")
def test_value_moved_to_another_column_of_its_row_does_not_open(ours: Tenant) -> None:
    other: SealedField[Any] = SealedField(ChildFile, label="observations.child.other", subject="id")
    other.set_attributes_from_name("other")
    with tenant_scope(ours.id):
        found = child_again(ours.child.pk)
        with pytest.raises(DecryptionError):
            other.open(found, SealedValue(stored(found, "file")))


@pytest.mark.requirement("SEC-2.2")
def test_value_moved_to_another_organisation_does_not_open(committed_db: Any) -> None:
    """Even with the row's id, the organisation's key and the child's key taken along."""
    ours, theirs = two_tenants()
    with tenant_scope(ours.id):
        sealed, name = stored(ours.child, "file"), stored(ours.user, "name")
    with tenant_scope(theirs.id):
        store(theirs.child, "file", sealed)
        store(theirs.user, "name", name)
        with pytest.raises(DecryptionError):
            read(theirs.child, "file")
        with pytest.raises(DecryptionError):
            read(theirs.user, "name")


@pytest.mark.requirement("SEC-2.2")
def test_value_is_bound_to_its_organisation_even_under_its_own_keys(ours: Tenant) -> None:
    field: SealedField[Any] = Child._meta.get_field("file")
    with tenant_scope(ours.id):
        found = child_again(ours.child.pk)
        sealed = SealedValue(stored(found, "file"))
        assert field.open(found, sealed) == found.file
        found.organisation_id = uuid7()
        with pytest.raises(DecryptionError):
            field.open(found, sealed)


@pytest.mark.requirement("SEC-2.2")
def test_every_flipped_bit_of_a_stored_value_raises(ours: Tenant) -> None:
    field: SealedField[Any] = Child._meta.get_field("file")
    with tenant_scope(ours.id):
        found = child_again(ours.child.pk)
        sealed = stored(found, "file")
        for position in range(len(sealed) * 8):
            altered = bytearray(sealed)
            altered[position // 8] ^= 1 << position % 8
            with pytest.raises(DecryptionError):
                field.open(found, SealedValue(bytes(altered)))
        store(found, "file", b"Yara van Dijk")
        with pytest.raises(DecryptionError):
            read(found, "file")


def test_structure_that_is_not_the_codes_raises_without_its_text(ours: Tenant) -> None:
    text: SealedField[str] = SealedField(str, label="observations.child.file", subject="id")
    text.set_attributes_from_name("file")
    with tenant_scope(ours.id):
        for wrong in ('{"nickname": "Yara"}', '["Yara"]', "Yara"):
            store(ours.child, "file", text.close(ours.child, wrong).content)
            with pytest.raises(DecryptionError) as refusal:
                read(ours.child, "file")
            assert "Yara" not in f"{refusal.value!r} {refusal.value.__cause__!r}"


# ------------------------------------------------------------------------------------------ nothing shows


def _in_a_log(value: Any) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("test.sealed")
    logger.addHandler(handler)
    logger.warning("%s %r", value, value)
    logger.removeHandler(handler)
    return stream.getvalue()


SHOWN: dict[str, Callable[[Any], str]] = {
    "str": str,
    "repr": repr,
    "format": lambda value: f"{value}",
    "vars": lambda value: str(getattr(value, "__dict__", "")),
    "log": _in_a_log,
    "template": lambda value: Template("{{ value }}{{ value|pprint }}").render(Context({"value": value})),
}


@pytest.mark.parametrize("show", SHOWN.values(), ids=SHOWN.keys())
def test_nothing_of_a_sealed_field_shows(ours: Tenant, show: Callable[[Any], str]) -> None:
    with tenant_scope(ours.id):
        opened, closed = child_again(ours.child.pk), child_again(ours.child.pk)
        assert str(opened.file) == "Yara van Dijk"
        row = Child.objects.values().get()
        things = [opened, closed, row, row["file"], Child.objects.all(), *vars(opened).values(), Child.file]
        things += [Child.objects.values_list("file", flat=True)[0], Note.objects.values("child__file").get()]
        shown = " ".join(map(show, things))
        sealed = stored(ours.child, "file")
    assert [word for word in SECRETS if word in shown] == []
    assert [form for form in (sealed.hex(), repr(sealed), str(sealed[16:])) if form in shown] == []


@pytest.mark.parametrize(
    "text", [ChildFile("Yara", "van", "Dijk", "astma"), NoteText("toren"), PersonName("Yara", "", "D")]
)
def test_content_shows_nothing_in_its_repr(text: object) -> None:
    """A log line or a traceback with local values holds reprs."""
    assert [word for word in SECRETS if word in repr([text])] == []


def test_sealed_value_does_not_travel(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        opened, closed = child_again(ours.child.pk), child_again(ours.child.pk)
        assert opened.file.first_name == "Yara"
        value = Child.objects.values_list("file", flat=True)[0]
        for thing in (opened, closed, value, Child.objects.values().get(), list(Child.objects.all())):
            with pytest.raises(TypeError, match="does not travel"):
                pickle.dumps(thing)
        for encode in (json.dumps, DjangoJSONEncoder().encode):
            with pytest.raises(TypeError):
                encode({"file": value})


def test_serialised_rows_hold_ciphertext_that_cannot_be_loaded(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        opened = child_again(ours.child.pk)
        assert opened.file.last_name == "Dijk"
        text = serializers.serialize("json", [opened, ours.note, ours.user])
        assert [word for word in (*SECRETS, "Sanne", "Wit") if word in text] == []
        with pytest.raises(serializers.base.DeserializationError):
            list(serializers.deserialize("json", text))


def test_dumpdata_gives_no_tenant_row(ours: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("dumpdata", "observations.child")
    with pytest.raises(CommandError):
        call_command("dumpdata", "observations.child", database="owner")
    assert "".join(character for character in capsys.readouterr().out if character not in " []\n") == ""


def test_class_attribute_is_the_descriptor() -> None:
    assert isinstance(Child.file, SealedAttribute)


# ------------------------------------------------------------------------------------------ the database is not asked


# Untyped: the types already refuse some of it.
children: Any = Child.objects
notes: Any = Note.objects

REFUSED: dict[str, Callable[[], Any]] = {
    "exact": lambda: children.filter(file="Yara"),
    "exact value": lambda: children.filter(file=ChildFile("Yara")),
    "contains": lambda: children.filter(file__contains="Yara"),
    "in": lambda: children.filter(file__in=[ChildFile("Yara")]),
    "gt": lambda: children.filter(file__gt=b""),
    "exclude": lambda: children.exclude(file="Yara"),
    "get": lambda: children.get(file="Yara"),
    "q": lambda: children.filter(Q(home_language="") | ~Q(file="Yara")),
    "over a relation": lambda: notes.filter(child__file="Yara"),
    "transform": lambda: children.filter(file__length=3),
    "part": lambda: children.filter(file__first_name="Yara"),
    "another column": lambda: children.filter(import_key=F("file")),
    "another column over a relation": lambda: notes.filter(content=F("child__file")),
    "get_or_create": lambda: children.get_or_create(file=ChildFile("Yara")),
    "order_by": lambda: children.order_by("file"),
    "order_by descending": lambda: children.order_by("birth_date", "-file"),
    "order_by expression": lambda: list(children.order_by(F("file").desc(nulls_last=True))),
    "order_by function": lambda: list(children.order_by(Length("file"))),
    "order_by over a relation": lambda: notes.order_by("child__file"),
    "latest": lambda: children.latest("file"),
    "earliest": lambda: children.earliest("-file"),
    "distinct": lambda: children.distinct("file"),
    "distinct values": lambda: children.values("file").distinct(),
    "count": lambda: children.aggregate(Count("file")),
    "max": lambda: children.aggregate(x=Max("file")),
    "count distinct": lambda: children.aggregate(x=Count("file", distinct=True)),
    "conditional count": lambda: children.aggregate(x=Count("pk", filter=Q(file="Yara"))),
    "annotate": lambda: children.annotate(x=F("file")),
    "annotate function": lambda: children.annotate(x=Coalesce("file", Value(b""))),
    "annotate over a relation": lambda: children.annotate(x=Max("notes__content")),
    "annotate grouped": lambda: children.values("file").annotate(x=Count("pk")),
    "annotate case": lambda: children.annotate(x=Case(When(file="Yara", then=1), default=0)),
    "annotate then": lambda: children.annotate(x=Case(When(pk=uuid7(), then="file"))),
    "annotate q": lambda: children.annotate(x=Q(file="Yara")),
    "annotate outer": lambda: list(children.annotate(x=Exists(notes.filter(content=OuterRef("file"))))),
    "annotate window": lambda: children.annotate(x=Window(RowNumber(), order_by="file")),
    "alias": lambda: children.alias(x=F("file")).order_by("x"),
    "alias function": lambda: children.alias(x=Concat("file", Value("x"))),
    "values expression": lambda: children.values(x=F("file")),
    "values_list expression": lambda: children.values_list(Length("file")),
    "subquery": lambda: children.annotate(x=Subquery(notes.values(x=F("content"))[:1])),
    "in_bulk": lambda: children.in_bulk(["Yara"], field_name="file"),
    "update": lambda: children.update(file=ChildFile("Yara")),
    "update text": lambda: children.update(file="Yara"),
    "update bytes": lambda: children.update(file=b"Yara"),
    "update sealed": lambda: children.update(file=children.values_list("file", flat=True)[0]),
    "update f": lambda: children.update(file=F("file")),
    "update from": lambda: children.update(import_key=F("file")),
    "update value": lambda: children.update(file=Value("Yara")),
    "bulk_update": lambda: children.bulk_update(list(children.all()), ["file"]),
    "upsert": lambda: children.bulk_create(
        list(children.all()), update_conflicts=True, unique_fields=["id"], update_fields=["file"]
    ),
}


@pytest.mark.parametrize("question", REFUSED.values(), ids=REFUSED.keys())
def test_database_is_not_asked_about_a_sealed_field(ours: Tenant, question: Callable[[], Any]) -> None:
    """It would answer about ciphertext, and so wrongly, without a word."""
    with tenant_scope(ours.id), pytest.raises((FieldError, ValueError), match=r"sealed|unique field"):
        question()


def test_upsert_of_a_read_value_is_refused(ours: Tenant) -> None:
    """It would be sealed for the new row's id and land in the old row, where it does not open."""
    with tenant_scope(ours.id):
        found = child_again(ours.child.pk)
        assert found.file.first_name == "Yara"
        with pytest.raises(FieldError, match="file is sealed"):
            Child.objects.bulk_create(
                [found], update_conflicts=True, unique_fields=["id"], update_fields=["home_language", "file"]
            )


def test_what_the_database_can_say_is_still_asked(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        assert Registration.objects.filter(texts__isnull=False).count() == 1
        assert Registration.objects.exclude(texts__isnull=True).get() == ours.registration
        assert children.annotate(n=Count("notes")).order_by("-n", "birth_date").values_list("n", flat=True)[0] == 1
        assert children.annotate(n=Count("notes")).values("pk", "n").get()["n"] == 1
        assert children.filter(notes__observed_on=DAY).distinct().get() == ours.child
        assert children.order_by("?").first() == ours.child
        assert children.values("gender").annotate(n=Count("pk")).get()["n"] == 1
        assert children.alias(n=Count("notes")).filter(n=1).order_by("n").get() == ours.child
        assert children.update(home_language=F("gender")) == 1
        assert Registration.objects.update(texts=None) == 1
        assert Note.objects.select_related("child").get().child.file.first_name == "Yara"


# ------------------------------------------------------------------------------------------ reading and writing


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(parts=st.tuples(*[st.text()] * 4))
def test_any_text_comes_back_as_it_went_in(ours: Tenant, parts: tuple[str, str, str, str]) -> None:
    with tenant_scope(ours.id):
        found = child_again(ours.child.pk)
        found.file = ChildFile(*parts)
        found.save()
        assert child_again(ours.child.pk).file == ChildFile(*parts)


def test_nothing_and_empty_text_are_two_things(ours: Tenant) -> None:
    text: SealedField[str] = SealedField(str, label="a.b", subject="id")
    text.set_attributes_from_name("text")
    with tenant_scope(ours.id):
        assert text.open(ours.child, text.close(ours.child, "")) == ""
        holder = Registration.objects.get()
        holder.texts = None
        assert Registration._meta.get_field("texts").pre_save(holder, add=False) is None
        holder.save()
        assert ask("SELECT texts IS NULL FROM observations_registration")
        assert Registration.objects.get().texts is None


def test_value_of_another_type_is_refused(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        found = child_again(ours.child.pk)
        for wrong in ("Yara", b"Yara", {"first_name": "Yara"}, NoteText("Yara"), F("gender")):
            found.file = wrong
            with pytest.raises(TypeError, match="file takes a ChildFile"), transaction.atomic():
                found.save()
            with pytest.raises(ValidationError, match="file takes a ChildFile"):
                found.clean_fields()
        found.file = ChildFile("Bo")
        found.clean_fields(exclude={"mentor", "archived_on"})
        found.save()
        assert child_again(found.pk).file == ChildFile("Bo")


def test_value_that_cannot_be_opened_is_not_saved_again(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        other = factories.child(ours.group, first_name="Bo")
        moved = child_again(ours.child.pk)
        moved.pk = other.pk
        with pytest.raises(DecryptionError), transaction.atomic():
            moved.save()
        assert child_again(other.pk).file.first_name == "Bo"


def test_unread_value_stays_as_it_is_when_its_row_is_saved(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        before = stored(ours.child, "file")
        found = child_again(ours.child.pk)
        found.home_language = "Fries"
        found.save()
        assert stored(ours.child, "file") == before


def test_read_value_is_sealed_anew_with_the_newest_key(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        before = stored(ours.user, "name")
        found = User.objects.get()
        assert found.name.first_name == "Sanne"
        keyring().rotate_organisation_key()
        found.save()
        after = stored(ours.user, "name")
        assert (before[1:3], after[1:3]) == (b"\0\1", b"\0\2")
        assert User.objects.get().name == found.name


def test_refresh_and_deferred_loading_read_the_row(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        held = child_again(ours.child.pk)
        changed = child_again(ours.child.pk)
        changed.file = ChildFile("Bo")
        changed.save(update_fields=["file"])
        assert held.file.first_name == "Yara"
        changed.file = ChildFile("Noor")
        changed.save()
        assert held.file.first_name == "Yara"
        held.refresh_from_db()
        assert held.file.first_name == "Noor"
        changed.file = ChildFile("Ties")
        changed.save()
        held.refresh_from_db(fields=["file"])
        assert held.file.first_name == "Ties"
        for found in (
            Child.objects.defer("file").get(),
            Child.objects.only("file").get(),
            Child.objects.only("pk").get(),
        ):
            assert found.file.first_name == "Ties"
        assert Note.objects.only("content").get().content.text == "Bouwde samen een toren."


def test_bulk_create_seals_each_row_for_itself(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        text = NoteText("Samen.")
        made = [Note(child=ours.child, author=ours.user, entry_id=uuid7(), observed_on=DAY) for _ in range(3)]
        for note in made:
            note.content = text
        Note.objects.bulk_create(made)
        assert [read(note, "content") for note in made] == [text] * 3
        assert len({stored(note, "content") for note in made}) == 3


def test_bulk_update_of_other_fields_leaves_the_sealed_one(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        before = stored(ours.child, "file")
        found = child_again(ours.child.pk)
        found.home_language = "Fries"
        assert Child.objects.bulk_update([found], ["home_language"]) == 1
        assert stored(found, "file") == before
        assert child_again(found.pk).file.first_name == "Yara"


@pytest.mark.parametrize("read_first", [True, False])
def test_copy_of_an_instance_does_not_spoil_the_original(ours: Tenant, read_first: bool) -> None:
    with tenant_scope(ours.id):
        original = Note.objects.get()
        assert not read_first or original.content.text
        twin = copy.copy(original)
        twin.pk, twin.entry_id, twin._state.adding = uuid7(), uuid7(), True
        if not read_first:
            # What was not read is ciphertext for another row.
            with pytest.raises(FieldError, match="belongs to its row"):
                twin.save()
            return
        twin.save()
        original.save()
        assert [Note.objects.get(pk=note.pk).content for note in (original, twin)] == [original.content] * 2


def test_sealed_value_of_one_row_cannot_be_given_to_another(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        value = Note.objects.values_list("content", flat=True)[0]
        other = Note(child=ours.child, author=ours.user, entry_id=uuid7(), observed_on=DAY)
        other.content = value
        with pytest.raises(FieldError, match="belongs to its row"), transaction.atomic():
            other.save()
        other.content = NoteText("Eigen tekst.")
        other.save()
        other.content = value
        with pytest.raises(DecryptionError), transaction.atomic():
            other.save()


def test_row_of_a_child_without_key_cannot_be_written(ours: Tenant) -> None:
    with tenant_scope(ours.id), pytest.raises(DecryptionError):
        Child.objects.create(birth_date=DAY, file=ChildFile("Yara"))


def test_raw_query_opens_too(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        assert [str(row.file) for row in Child.objects.raw("SELECT * FROM observations_child")] == ["Yara van Dijk"]
        assert [str(row.file) for row in Child.objects.all().iterator()] == ["Yara van Dijk"]
        assert QuerySet(Child).get().file.first_name == "Yara"


# ------------------------------------------------------------------------------------------ declarations


@dataclass(frozen=True)
class Talkative:
    """A structure that would show itself."""

    text: str


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        (SealedField(str), "encryption.E001"),
        (SealedField(str, label="a.b", unique=True), "encryption.E002"),
        (SealedField(str, label="a.b", db_index=True), "encryption.E002"),
        (SealedField(str, label="a.b", default="x"), "encryption.E002"),
        (SealedField(Talkative, label="a.b"), "encryption.E004"),
    ],
)
def test_wrong_declaration_is_found(field: SealedField[Any], fault: str) -> None:
    field.set_attributes_from_name("value")
    field.model = Child
    assert fault in {each.id for each in field.check()}


def test_right_declarations_pass() -> None:
    for model, name in ((Child, "file"), (Note, "content"), (Registration, "texts"), (User, "name")):
        field: Any = model._meta.get_field(name)
        assert field.check() == []
        assert field.editable is False
