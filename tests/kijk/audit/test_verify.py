"""Verifying the trail: whatever was done to it is found, also by who owns the tables (AUD-1)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from kijk.audit.domain import record
from kijk.audit.models import AuditEvent, AuditHead
from kijk.audit.tasks import write_checkpoints
from kijk.audit.verify import Checkpoint, Fault, verify_organisation, write_checkpoint
from kijk.encryption.domain import rotate_organisation_key
from kijk.encryption.models import OrganisationKey
from kijk.encryption.primitives import DecryptionError
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from tests import factories
from tests.database import TestDatabase
from tests.kijk.audit.conftest import Tamper

ROOT = Path(__file__).resolve().parents[3]

MISSING = "events are missing before this one"
NOT_AFTER = "does not follow the event before it"
ALTERED = "was altered or inserted"
NOT_LAST = "the newest event is not the one that was written last"


@pytest.fixture
def trail(organisation_id: UUID) -> UUID:
    """A trail of five events."""
    for number in range(2, 6):
        with tenant_scope(organisation_id, actor_id=uuid7(), origin="192.0.2.7"):
            record("thing.happened", object_type="app.thing", object_id=uuid7(), data={"number": number})
    assert verify_organisation(organisation_id) == (5, [])
    return organisation_id


def faults(organisation_id: UUID) -> list[tuple[int, str]]:
    """Return what is wrong: number of the event, and reason."""
    return [(fault.sequence, fault.reason) for fault in verify_organisation(organisation_id)[1]]


@pytest.mark.requirement("AUD-1.4")
@pytest.mark.parametrize(
    "change",
    [
        "action = 'thing.else'",
        "actor_id = NULL",
        "actor_id = gen_random_uuid()",
        "on_behalf_of_id = gen_random_uuid()",
        "object_id = NULL",
        "object_id = gen_random_uuid()",
        "object_type = 'app.other'",
        "data = '{}'",
        "data = '{\"number\": 9}'",
        "origin = ''",
        "at = at + interval '1 microsecond'",
        "id = gen_random_uuid()",
        "hash = decode(repeat('00', 32), 'hex')",
        "previous_hash = decode(repeat('00', 32), 'hex')",
    ],
)
def test_altered_event_is_found(trail: UUID, tamper: Tamper, change: str) -> None:
    tamper(f"UPDATE audit_auditevent SET {change} WHERE sequence = 3")
    found = faults(trail)
    assert (3, ALTERED) in found
    assert {sequence for sequence, _reason in found} <= {3, 4}


@pytest.mark.requirement("AUD-1.4")
def test_removed_event_is_found(trail: UUID, tamper: Tamper) -> None:
    tamper("DELETE FROM audit_auditevent WHERE sequence = 3")
    assert faults(trail) == [(3, MISSING), (4, NOT_AFTER)]


def test_removed_first_event_is_found(trail: UUID, tamper: Tamper) -> None:
    tamper("DELETE FROM audit_auditevent WHERE sequence = 1")
    assert faults(trail) == [(1, MISSING), (2, NOT_AFTER)]


def test_removed_event_is_found_when_the_others_close_up(trail: UUID, tamper: Tamper) -> None:
    tamper(
        "DELETE FROM audit_auditevent WHERE sequence = 3",
        "UPDATE audit_auditevent SET sequence = 3, previous_hash = "
        "(SELECT hash FROM audit_auditevent WHERE sequence = 2) WHERE sequence = 4",
        "UPDATE audit_auditevent SET sequence = 4 WHERE sequence = 5",
        "UPDATE audit_audithead SET sequence = 4",
    )
    assert faults(trail) == [(3, ALTERED), (4, ALTERED)]


@pytest.mark.requirement("AUD-1.4")
def test_inserted_event_is_found(trail: UUID, tamper: Tamper) -> None:
    """In its place, with the hash of a neighbour; before the first; after the last."""
    copy = (
        "INSERT INTO audit_auditevent (id, organisation_id, sequence, at, action, object_type, data, origin, "
        "previous_hash, hash) SELECT gen_random_uuid(), organisation_id, {number}, at, action, object_type, data, "
        "origin, {previous}, hash FROM audit_auditevent WHERE sequence = 5"
    )
    tamper(copy.format(number=0, previous="decode(repeat('00', 32), 'hex')"))
    assert (0, ALTERED) in faults(trail)
    tamper("DELETE FROM audit_auditevent WHERE sequence = 0", copy.format(number=6, previous="hash"))
    assert faults(trail) == [(6, ALTERED), (5, NOT_LAST)]
    tamper("UPDATE audit_audithead SET sequence = 6")
    assert faults(trail) == [(6, ALTERED)]
    tamper(
        "DELETE FROM audit_auditevent WHERE sequence = 6",
        "UPDATE audit_audithead SET sequence = 5",
        "UPDATE audit_auditevent SET sequence = sequence + 10 WHERE sequence > 3",
        "UPDATE audit_auditevent SET sequence = sequence - 9 WHERE sequence > 13",
        copy.format(number=4, previous="hash").replace("= 5", "= 6"),
    )
    assert (4, ALTERED) in faults(trail)


@pytest.mark.requirement("AUD-1.4")
def test_reordered_events_are_found(trail: UUID, tamper: Tamper) -> None:
    tamper(
        "UPDATE audit_auditevent SET sequence = 30 WHERE sequence = 3",
        "UPDATE audit_auditevent SET sequence = 3 WHERE sequence = 4",
        "UPDATE audit_auditevent SET sequence = 4 WHERE sequence = 30",
    )
    assert faults(trail) == [
        (3, NOT_AFTER), (3, ALTERED),
        (4, NOT_AFTER), (4, ALTERED),
        (5, NOT_AFTER),
    ]  # fmt: skip


def test_removed_newest_event_is_found_by_the_head(trail: UUID, tamper: Tamper) -> None:
    tamper("DELETE FROM audit_auditevent WHERE sequence = 5")
    assert faults(trail) == [(5, NOT_LAST)]


@pytest.mark.requirement("AUD-1.4")
def test_removed_newest_event_is_found_by_the_checkpoint(trail: UUID, tamper: Tamper) -> None:
    """With the head put back too, the database itself has nothing left that tells of it."""
    written = write_checkpoint(trail)
    assert written is not None
    _roll_back_head(tamper)
    assert faults(trail) == [(5, f"differs from the checkpoint of {written.at}")]


def test_removed_newest_events_before_a_checkpoint_leave_no_trace(trail: UUID, tamper: Tamper) -> None:
    """The limit of the design: what came after the last checkpoint. The decision says so."""
    _roll_back_head(tamper)
    assert faults(trail) == []


def test_newest_event_replaced_by_a_later_one_is_found_by_the_checkpoint(trail: UUID, tamper: Tamper) -> None:
    """The chain goes on after the removal, and verifies by itself."""
    written = write_checkpoint(trail)
    assert written is not None
    _roll_back_head(tamper)
    with tenant_scope(trail):
        record("thing.happened")
    assert faults(trail) == [(5, f"differs from the checkpoint of {written.at}")]


def _roll_back_head(tamper: Tamper) -> None:
    tamper(
        "DELETE FROM audit_auditevent WHERE sequence = 5",
        "UPDATE audit_audithead SET sequence = 4, hash = (SELECT hash FROM audit_auditevent WHERE sequence = 4)",
    )


@pytest.mark.parametrize(
    "change",
    [
        "SET sequence = 0, hash = ''",
        "SET sequence = 4",
        "SET sequence = 9",
        "SET hash = decode(repeat('00', 32), 'hex')",
    ],
)
def test_altered_head_is_found(trail: UUID, tamper: Tamper, change: str) -> None:
    tamper(f"UPDATE audit_audithead {change}")
    assert [reason for _sequence, reason in faults(trail)] == [NOT_LAST]


def test_removed_head_is_found(trail: UUID, tamper: Tamper) -> None:
    tamper("DELETE FROM audit_audithead")
    assert faults(trail) == [(5, "the head of the chain is missing")]


@pytest.mark.requirement("AUD-1.4")
def test_trail_that_is_gone_altogether_is_found(
    trail: UUID, tamper: Tamper, capsys: pytest.CaptureFixture[str]
) -> None:
    written = write_checkpoint(trail)
    assert written is not None
    tamper("DELETE FROM audit_auditevent", "DELETE FROM audit_audithead")
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_audit")
    assert capsys.readouterr().err == f"{trail} event 5: differs from the checkpoint of {written.at}\n"


def test_lost_audit_key_is_reported_and_not_made_again(trail: UUID, tamper: Tamper) -> None:
    tamper("DELETE FROM encryption_organisationkey")
    assert faults(trail) == [(0, "the audit key cannot be had: The organisation has no key for audit.")]
    with tenant_scope(trail):
        assert OrganisationKey.objects.count() == 0


def test_event_of_another_organisation_does_not_fit(trail: UUID, tamper: Tamper) -> None:
    other = factories.organisation()
    tamper(
        "UPDATE audit_auditevent SET organisation_id = %(trail)s, sequence = 6 WHERE organisation_id = %(other)s",
        "UPDATE audit_audithead SET sequence = 6, hash = (SELECT hash FROM audit_auditevent WHERE sequence = 6) "
        "WHERE organisation_id = %(trail)s",
        trail=trail,
        other=other,
    )
    assert faults(trail) == [(6, NOT_AFTER), (6, ALTERED)]


@pytest.mark.parametrize("number", [1e16, 1.0, -0.0, 0.1, 1e-7, 1.5e300, 12345678901234567890, True, None, "é\u2028"])
def test_numbers_come_back_as_they_were_hashed(organisation_id: UUID, number: Any) -> None:
    """The database writes 1e16 as its digits: that is no alteration."""
    with tenant_scope(organisation_id):
        record("thing.counted", data={"n": [number, {"deep": number}], "b": 1, "a": 2})
    assert faults(organisation_id) == []


def test_new_data_keys_leave_the_trail_verifiable(trail: UUID) -> None:
    write_checkpoint(trail)
    with tenant_scope(trail):
        rotate_organisation_key()
    assert faults(trail) == []


def test_trail_that_grows_meanwhile_is_whole(trail: UUID) -> None:
    """The product goes on while it is verified: that alone is no fault."""
    stop, errors = Event(), []

    def write() -> None:
        try:
            while not stop.is_set():
                with tenant_scope(trail):
                    record("thing.happened")
        except Exception as error:  # noqa: BLE001 - told to the test
            errors.append(error)
        finally:
            connection.close()

    thread = Thread(target=write)
    thread.start()
    try:
        found = [verify_organisation(trail) for _ in range(30)]
    finally:
        stop.set()
        thread.join(10)
    assert errors == []
    assert [wrong for _count, wrong in found if wrong] == []
    assert found[-1][0] > found[0][0]


# ------------------------------------------------------------------------------------------- checkpoints


def test_checkpoint_says_how_far_the_chain_had_come(trail: UUID, checkpoints: Path) -> None:
    written = write_checkpoint(trail)
    with tenant_scope(trail):
        head = AuditHead.objects.get()
    assert written == Checkpoint(trail, 5, bytes(head.hash).hex(), written.at if written else "")
    lines = (checkpoints / f"{trail}.jsonl").read_text(encoding="utf-8").splitlines()
    assert [sorted(json.loads(line)) for line in lines] == [["at", "hash", "organisation", "sequence", "signature"]]
    assert write_checkpoint(trail) is None


def test_checkpoint_is_not_written_of_a_chain_that_shrank(trail: UUID, tamper: Tamper, checkpoints: Path) -> None:
    write_checkpoint(trail)
    _roll_back_head(tamper)
    assert write_checkpoint(trail) is None
    assert len((checkpoints / f"{trail}.jsonl").read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.requirement("AUD-1.4")
@pytest.mark.parametrize(
    "change",
    [
        lambda row: {**row, "sequence": 4},
        lambda row: {**row, "hash": "00" * 32},
        lambda row: {**row, "at": "2020-01-01T00:00:00+00:00"},
        lambda row: {**row, "signature": "00" * 32},
        lambda row: {key: value for key, value in row.items() if key != "signature"},
        lambda row: {**row, "sequence": "vijf"},
        lambda row: [],
    ],
)
def test_checkpoint_that_is_not_ours_is_reported(trail: UUID, checkpoints: Path, change: Any) -> None:
    write_checkpoint(trail)
    file = checkpoints / f"{trail}.jsonl"
    file.write_text(json.dumps(change(json.loads(file.read_text(encoding="utf-8")))) + "\n", encoding="utf-8")
    assert faults(trail) == [(0, "a checkpoint's signature is not ours")]


def test_checkpoint_of_another_organisation_is_reported(trail: UUID, checkpoints: Path) -> None:
    other = factories.organisation()
    write_checkpoint(other)
    (checkpoints / f"{other}.jsonl").rename(checkpoints / f"{trail}.jsonl")
    assert faults(trail) == [(0, "a checkpoint's signature is not ours")]


def test_checkpoint_line_that_was_cut_off_is_reported(trail: UUID, checkpoints: Path) -> None:
    write_checkpoint(trail)
    file = checkpoints / f"{trail}.jsonl"
    file.write_text(file.read_text(encoding="utf-8")[:40], encoding="utf-8")
    assert faults(trail) == [(0, "a checkpoint's signature is not ours")]


def test_task_writes_a_checkpoint_of_each_chain_that_grew(trail: UUID, checkpoints: Path) -> None:
    other = factories.organisation()
    assert write_checkpoints() == 2
    assert sorted(path.stem for path in checkpoints.iterdir()) == sorted(map(str, (trail, other)))
    assert write_checkpoints() == 0
    with tenant_scope(other):
        record("thing.happened")
    assert write_checkpoints() == 1
    assert [faults(each) for each in (trail, other)] == [[], []]


def test_organisation_without_its_key_does_not_leave_the_others_without_checkpoint(
    trail: UUID, tamper: Tamper, checkpoints: Path
) -> None:
    other = factories.organisation()
    first = min(trail, other)
    tamper("DELETE FROM encryption_organisationkey WHERE organisation_id = %(first)s", first=first)
    with pytest.raises(DecryptionError, match=f"for {first}\\."):
        write_checkpoints()
    assert [path.stem for path in checkpoints.iterdir()] == [str(max(trail, other))]


# ------------------------------------------------------------------------------------------- the command


def test_command_says_of_each_trail_that_it_is_whole(
    trail: UUID, checkpoints: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = factories.organisation()
    call_command("verify_audit", checkpoint=True)
    expected = {trail: 5, other: 1}
    assert capsys.readouterr().out.splitlines() == [f"{key}: {expected[key]} events, whole" for key in sorted(expected)]
    assert len(list(checkpoints.iterdir())) == 2


def test_command_writes_no_checkpoint_of_a_faulty_trail(trail: UUID, tamper: Tamper, checkpoints: Path) -> None:
    tamper("UPDATE audit_auditevent SET origin = '' WHERE sequence = 3")
    with pytest.raises(CommandError):
        call_command("verify_audit", checkpoint=True)
    assert not checkpoints.exists()


@pytest.mark.requirement("AUD-1.4")
def test_command_ends_with_an_error_and_a_line_for_each_fault(
    trail: UUID, tamper: Tamper, committed_db: TestDatabase, tmp_path: Path
) -> None:
    tamper("UPDATE audit_auditevent SET origin = '' WHERE sequence = 3")
    done = subprocess.run(
        [sys.executable, "manage.py", "verify_audit"],
        cwd=ROOT, env={**os.environ, "KIJK_CHECKPOINT_DIR": str(tmp_path)}, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{trail} event 3: {ALTERED}\nCommandError: 1 faults in the audit trail.\n"


def test_fault_names_its_organisation(trail: UUID, tamper: Tamper) -> None:
    tamper("UPDATE audit_auditevent SET origin = '' WHERE sequence = 3")
    assert verify_organisation(trail) == (5, [Fault(trail, 3, ALTERED)])
    with tenant_scope(trail):
        assert AuditEvent.objects.count() == 5
