"""Keys on three levels: made, wrapped, rotated, destroyed (SEC-2)."""

import base64
from contextlib import suppress
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.models import User
from kijk.audit.models import AuditEvent
from kijk.audit.verify import verify_organisation
from kijk.encryption.domain import rewrap_organisation_keys, rotate_organisation_key
from kijk.encryption.keyring import KeyPurpose, keyring, master_keys
from kijk.encryption.models import OrganisationKey, SubjectKey
from kijk.encryption.primitives import DecryptionError
from kijk.tenancy.context import TenantContextMissing, tenant_scope
from kijk.tenancy.ids import uuid7
from observations.models import Child, ChildFile, Note
from tests import factories
from tests.kijk.tenancy.world import Tenant, content, tenant, two_tenants

ONE, TWO, OTHER = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2, 3))


@pytest.fixture
def ours(db: None) -> Tenant:
    """One organisation with a row in every table; no scope is open."""
    return tenant(content())


@pytest.fixture
def first_key(settings: Any) -> None:
    """Let there be one master key, number 1."""
    settings.MASTER_KEYS = f"1:{ONE}"


def names(organisation_id: UUID) -> list[str]:
    """Return what is sealed on each level, read in a scope of its own: child, note, user."""
    with tenant_scope(organisation_id):
        return [str(Child.objects.get().file), Note.objects.get().content.text, User.objects.get().name.first_name]


READABLE = ["Yara van Dijk", "Bouwde samen een toren.", "Sanne"]


# ------------------------------------------------------------------------------------------- master keys


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        ONE,
        f"one:{ONE}",
        "1:",
        "1:c2hvcnQ=",
        f"1:{ONE},",
        f"1:{ONE},1:{TWO}",
        f"0:{ONE}",
        f"-1:{ONE}",
        f"32768:{ONE}",
        f"1:{ONE}!",
        f"1:{base64.b64encode(bytes(33)).decode()}",
    ],
)
def test_wrong_master_keys_are_refused_without_showing_them(settings: Any, text: str) -> None:
    settings.MASTER_KEYS = text
    with pytest.raises(ImproperlyConfigured) as refusal:
        master_keys()
    # A traceback prints the causes as well.
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None
    assert ONE not in str(refusal.value)


def test_master_keys_are_read_by_their_numbers(settings: Any) -> None:
    settings.MASTER_KEYS = f" 2:{TWO}, 1:{ONE}"
    assert master_keys() == {1: bytes([1]) * 32, 2: bytes([2]) * 32}


@pytest.mark.parametrize(
    ("keys", "reason"),
    [(f"1:{OTHER}", "altered or does not belong"), (f"2:{TWO}", "Master key 1 is not among KIJK_MASTER_KEYS")],
    ids=["wrong", "missing"],
)
def test_nothing_opens_without_the_right_master_key(
    first_key: None, ours: Tenant, settings: Any, keys: str, reason: str
) -> None:
    settings.MASTER_KEYS = keys
    with tenant_scope(ours.id), pytest.raises(DecryptionError, match=reason):
        str(Child.objects.get().file)
    settings.MASTER_KEYS = f"1:{ONE}"
    assert names(ours.id) == READABLE


# ------------------------------------------------------------------------------------------- levels


@pytest.mark.requirement("SEC-2.1")
def test_each_child_has_a_key_of_its_own_under_the_organisations(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        other = factories.child(ours.group)
        keys = {keyring().subject_key(pk)[1] for pk in (ours.child.pk, other.pk)}
        keys |= {keyring().organisation_key(purpose)[1] for purpose in (KeyPurpose.DATA, KeyPurpose.AUDIT)}
        assert len(keys) == 4
        rows: list[Any] = [*SubjectKey.objects.all(), *OrganisationKey.objects.all()]
        stored = b"".join(bytes(row.wrapped) for row in rows)
        assert [key for key in (*keys, *master_keys().values()) if key in stored] == []


@pytest.mark.requirement("SEC-2.2")
def test_wrapped_key_moved_elsewhere_does_not_open(committed_db: object) -> None:
    ours, theirs = two_tenants()
    with tenant_scope(ours.id):
        other = factories.child(ours.group)
        wrapped = bytes(SubjectKey.objects.get(subject_id=ours.child.pk).wrapped or b"")
        SubjectKey.objects.filter(subject_id=other.pk).update(wrapped=wrapped)
        data = OrganisationKey.objects.get(purpose=KeyPurpose.DATA).wrapped
        assert data is not None
        with pytest.raises(DecryptionError):
            keyring().subject_key(uuid7())
    with tenant_scope(ours.id), pytest.raises(DecryptionError):
        keyring().subject_key(other.pk)
    with tenant_scope(theirs.id):
        OrganisationKey.objects.filter(purpose=KeyPurpose.DATA).update(wrapped=bytes(data))
    with tenant_scope(theirs.id), pytest.raises(DecryptionError):
        keyring().organisation_key()
    with tenant_scope(ours.id):
        OrganisationKey.objects.filter(purpose=KeyPurpose.AUDIT).update(wrapped=bytes(data))
    with tenant_scope(ours.id), pytest.raises(DecryptionError):
        keyring().organisation_key(KeyPurpose.AUDIT)


def test_keys_need_a_scope_and_end_with_it(ours: Tenant) -> None:
    with pytest.raises(TenantContextMissing):
        keyring()
    with tenant_scope(ours.id):
        first = keyring()
        assert keyring() is first
    with tenant_scope(ours.id):
        assert keyring() is not first


def test_keyring_shows_no_key(ours: Tenant) -> None:
    with tenant_scope(ours.id) as scope:
        keyring().load_subjects()
        assert repr(keyring()) == f"<Keyring of {ours.id}>"
        assert "state" not in repr(scope)


def test_keys_of_many_children_take_one_query(ours: Tenant, django_assert_num_queries: Any) -> None:
    with tenant_scope(ours.id):
        made = [factories.child(ours.group).pk for _ in range(3)]
    with tenant_scope(ours.id):
        keyring().organisation_key()
        with django_assert_num_queries(1):
            keyring().load_subjects()
            keyring().load_subjects(made)
            for pk in made:
                keyring().subject_key(pk)


def test_key_made_in_a_part_that_was_rolled_back_is_forgotten(committed_db: object) -> None:
    """Else what it seals later could never be read: the key itself is not in the database."""
    organisation_id = factories.organisation()
    with tenant_scope(organisation_id):
        with suppress(ZeroDivisionError), transaction.atomic():
            factories.child(first_name="Weg")
            raise ZeroDivisionError
        assert OrganisationKey.objects.filter(purpose=KeyPurpose.DATA).count() == 0
        factories.child(first_name="Blijft")
    with tenant_scope(organisation_id):
        assert [child.file.first_name for child in Child.objects.all()] == ["Blijft"]


def test_new_data_key_of_a_part_that_was_rolled_back_is_forgotten(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        ring = keyring()
        with suppress(ZeroDivisionError), transaction.atomic():
            ring.rotate_organisation_key()
            raise ZeroDivisionError
        assert ring.organisation_key()[0] == 1
        found = User.objects.get()
        found.name = found.name
        found.save()
    assert names(ours.id) == READABLE


# ------------------------------------------------------------------------------------------- shredding


@pytest.mark.requirement("SEC-2.4")
def test_destroyed_key_leaves_nothing_readable(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        other = factories.child(ours.group, first_name="Bo")
        assert str(Child.objects.get(pk=ours.child.pk).file) == "Yara van Dijk"
        keyring().destroy_subject_key(ours.child.pk)
        with pytest.raises(DecryptionError):
            str(Child.objects.get(pk=ours.child.pk).file)
    with tenant_scope(ours.id):
        for row, name in ((ours.child, "file"), (ours.note, "content"), (ours.registration, "texts")):
            with pytest.raises(DecryptionError, match="destroyed or does not exist"):
                getattr(type(row)._default_manager.get(pk=row.pk), name)
        assert Child.objects.get(pk=other.pk).file.first_name == "Bo"
        key = SubjectKey.objects.get(subject_id=ours.child.pk)
        assert (key.wrapped, key.destroyed_at is not None) == (None, True)


@pytest.mark.requirement("SEC-2.4")
def test_destroyed_key_stays_destroyed_when_keys_are_renewed(first_key: None, ours: Tenant, settings: Any) -> None:
    with tenant_scope(ours.id):
        factories.child(ours.group, first_name="Bo")
        keyring().destroy_subject_key(ours.child.pk)
    settings.MASTER_KEYS = f"1:{ONE},2:{TWO}"
    with tenant_scope(ours.id):
        rewrap_organisation_keys()
        rotate_organisation_key()
    with tenant_scope(ours.id):
        assert SubjectKey.objects.get(subject_id=ours.child.pk).wrapped is None
        with pytest.raises(DecryptionError):
            str(Child.objects.get(pk=ours.child.pk).file)


@pytest.mark.requirement("SEC-2.4")
def test_child_shredded_while_keys_are_renewed_stays_shredded(committed_db: object) -> None:
    """The renewal has read the key already, and not yet written it, when the other transaction destroys it."""
    ours, _theirs = two_tenants()
    waited: list[bool] = []

    def shred() -> None:
        try:
            with tenant_scope(ours.id):
                keyring().destroy_subject_key(ours.child.pk)
        finally:
            connection.close()

    thread = Thread(target=shred)

    def shred_after_reading(execute: Any, statement: Any, *rest: Any) -> Any:
        result = execute(statement, *rest)
        if str(statement).startswith("SELECT") and "encryption_subjectkey" in str(statement) and not waited:
            thread.start()
            thread.join(0.5)
            waited.append(thread.is_alive())
        return result

    with tenant_scope(ours.id), connection.execute_wrapper(shred_after_reading):
        rotate_organisation_key()
    thread.join(10)
    assert waited == [True]
    with tenant_scope(ours.id):
        assert SubjectKey.objects.get(subject_id=ours.child.pk).wrapped is None


def test_destroyed_organisation_key_is_not_made_again(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        OrganisationKey.objects.filter(purpose=KeyPurpose.DATA).update(wrapped=None, destroyed_at=ours.note.created_at)
    with tenant_scope(ours.id), pytest.raises(DecryptionError, match="was destroyed"):
        keyring().organisation_key()
    with tenant_scope(ours.id), pytest.raises(DecryptionError, match="was destroyed"):
        str(Child.objects.get().file)


# ------------------------------------------------------------------------------------------- rotation


def test_rewrapping_makes_the_old_master_key_superfluous(first_key: None, ours: Tenant, settings: Any) -> None:
    settings.MASTER_KEYS = f"1:{ONE},2:{TWO}"
    assert names(ours.id) == READABLE
    with tenant_scope(ours.id):
        assert rewrap_organisation_keys() == 2
        assert rewrap_organisation_keys() == 0
    settings.MASTER_KEYS = f"2:{TWO}"
    assert names(ours.id) == READABLE
    assert verify_organisation(ours.id)[1] == []
    with tenant_scope(ours.id):
        events = AuditEvent.objects.filter(action="keys.rewrapped")
        assert [event.data for event in events] == [{"keys": 2, "master_version": 2}]


def test_new_data_key_leaves_everything_readable(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        assert [rotate_organisation_key(), rotate_organisation_key()] == [2, 3]
        new = factories.child(ours.group, first_name="Bo")
    with tenant_scope(ours.id):
        assert set(SubjectKey.objects.values_list("organisation_key_version", flat=True)) == {3}
        Child.objects.filter(pk=new.pk).delete()
    assert names(ours.id) == READABLE


def test_audit_key_outlives_new_data_keys(ours: Tenant) -> None:
    with tenant_scope(ours.id):
        before = keyring().organisation_key(KeyPurpose.AUDIT)
        rotate_organisation_key()
        assert keyring().organisation_key(KeyPurpose.AUDIT) == before
    with tenant_scope(ours.id):
        assert keyring().organisation_key(KeyPurpose.AUDIT) == before
        assert AuditEvent.objects.get(action="keys.rotated").data == {"version": 2}
    assert verify_organisation(ours.id)[1] == []


def test_command_renews_the_keys_of_every_organisation(
    committed_db: object, first_key: None, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    tenants = two_tenants()
    settings.MASTER_KEYS = f"1:{ONE},2:{TWO}"
    call_command("rewrap_keys")
    expected = [f"{tenant.id}: 2 keys behind" for tenant in sorted(tenants, key=lambda each: each.id)]
    assert capsys.readouterr().out.splitlines() == [
        *expected,
        "4 keys were behind and are wrapped with master key 2 now.",
    ]
    call_command("rewrap_keys", organisation_keys=True)
    expected = [f"{tenant.id}: 0 keys behind, new data key 2" for tenant in sorted(tenants, key=lambda each: each.id)]
    assert capsys.readouterr().out.splitlines() == [
        *expected,
        "0 keys were behind and are wrapped with master key 2 now.",
    ]
    settings.MASTER_KEYS = f"2:{TWO}"
    assert [names(tenant.id) for tenant in tenants] == [READABLE] * 2


def test_command_goes_on_past_an_organisation_it_cannot_open(
    committed_db: object, first_key: None, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = two_tenants()
    settings.MASTER_KEYS = f"2:{TWO}"
    with tenant_scope(ours.id):
        OrganisationKey.objects.all()._raw_delete("default")
    later = factories.organisation()
    with tenant_scope(ours.id):
        keyring().organisation_key()
    with pytest.raises(CommandError, match="keys of 1 organisations could not be opened"):
        call_command("rewrap_keys")
    said = capsys.readouterr()
    assert said.err == f"{theirs.id}: Master key 1 is not among KIJK_MASTER_KEYS.\n"
    assert f"{later}: 0 keys behind" in said.out
    settings.MASTER_KEYS = f"1:{ONE}"
    assert names(theirs.id) == READABLE


def test_first_keys_made_at_the_same_moment_are_one(committed_db: object) -> None:
    organisation_id = factories.organisation()
    ready, found = Event(), []

    def seal(number: int) -> None:
        try:
            ready.wait(10)
            with tenant_scope(organisation_id):
                found.append(keyring().organisation_key())
                pk = uuid7()
                keyring().create_subject_keys([pk])
                child = Child(id=pk, birth_date="2023-09-20")
                child.file = ChildFile(f"Kind {number}")
                child.save()
        finally:
            connection.close()

    threads = [Thread(target=seal, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    ready.set()
    for thread in threads:
        thread.join(20)
    assert (len(found), len(set(found))) == (4, 1)
    with tenant_scope(organisation_id):
        assert sorted(child.file.first_name for child in Child.objects.all()) == [f"Kind {n}" for n in range(4)]
