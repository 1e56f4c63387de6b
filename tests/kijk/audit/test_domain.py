"""Writing to the trail: with what it tells of, last of all, and without names (AUD-1)."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from kijk.audit.domain import record, record_apart
from kijk.audit.models import AuditEvent, AuditHead
from kijk.audit.verify import verify_organisation
from kijk.tenancy.context import PLATFORM, Scope, TenantContextMissing, TenantScopeConflict, tenant_scope
from kijk.tenancy.ids import uuid7
from tests import factories
from tests.kijk.tenancy.world import content, tenant


def actions(organisation_id: UUID) -> list[str]:
    """Return what the trail tells, in its order, but for the first event."""
    with tenant_scope(organisation_id):
        return list(AuditEvent.objects.filter(sequence__gt=1).order_by("sequence").values_list("action", flat=True))


@pytest.mark.requirement("AUD-1.1")
def test_event_says_who_what_when_and_from_where(organisation_id: UUID) -> None:
    actor, helped, about = uuid7(), uuid7(), uuid7()
    before = datetime.now(UTC)
    with tenant_scope(organisation_id, actor_id=actor, origin="192.0.2.7"):
        record("child.viewed", object_type="observations.child", object_id=about, data={"n": 1}, on_behalf_of_id=helped)
    with tenant_scope(organisation_id):
        event = AuditEvent.objects.get(action="child.viewed")
    assert (event.organisation_id, event.actor_id, event.on_behalf_of_id) == (organisation_id, actor, helped)
    assert (event.object_type, event.object_id, event.data) == ("observations.child", about, {"n": 1})
    assert (event.origin, event.sequence) == ("192.0.2.7", 2)
    assert before <= event.at <= datetime.now(UTC)


def test_event_about_a_row_names_its_kind_and_id(organisation_id: UUID) -> None:
    with tenant_scope(organisation_id):
        location = factories.location()
    with tenant_scope(organisation_id):
        event = AuditEvent.objects.get(action="location.created")
    assert (event.object_type, event.object_id) == ("licensing.location", location.pk)


@pytest.mark.requirement("AUD-1.2")
def test_event_goes_with_what_it_tells_of(organisation_id: UUID) -> None:
    with suppress(ZeroDivisionError), tenant_scope(organisation_id):
        record("thing.happened")
        raise ZeroDivisionError
    with tenant_scope(organisation_id):
        record("thing.undone")
        transaction.set_rollback(True)
    assert actions(organisation_id) == []
    assert verify_organisation(organisation_id) == (1, [])


def test_event_of_a_part_that_was_rolled_back_goes_with_it(organisation_id: UUID) -> None:
    with tenant_scope(organisation_id):
        record("first.stays")
        with transaction.atomic():
            record("second.stays")
        with suppress(ZeroDivisionError), transaction.atomic():
            record("third.goes")
            with transaction.atomic():
                record("fourth.goes")
            with transaction.atomic(savepoint=False):
                record("fifth.goes")
            raise ZeroDivisionError
        with suppress(ZeroDivisionError), transaction.atomic(), transaction.atomic(savepoint=False):
            record("sixth.goes")
            raise ZeroDivisionError
        with transaction.atomic():
            with suppress(ZeroDivisionError), transaction.atomic():
                record("seventh.goes")
                raise ZeroDivisionError
            record("eighth.stays")
    assert actions(organisation_id) == ["first.stays", "second.stays", "eighth.stays"]
    assert verify_organisation(organisation_id) == (4, [])


def test_scope_whose_events_all_went_writes_none(organisation_id: UUID) -> None:
    with tenant_scope(organisation_id), suppress(ZeroDivisionError), transaction.atomic():
        record("thing.goes")
        raise ZeroDivisionError
    assert actions(organisation_id) == []


def test_event_of_a_later_finisher_is_written_too(organisation_id: UUID) -> None:
    def finish(scope: Scope) -> None:
        record("report.counted")

    with tenant_scope(organisation_id) as scope:
        record("thing.happened")
        scope.finishers.append(finish)
    assert actions(organisation_id) == ["thing.happened", "report.counted"]
    assert verify_organisation(organisation_id) == (3, [])


@pytest.mark.requirement("AUD-1.5")
def test_events_are_the_last_statements_of_their_transaction(organisation_id: UUID) -> None:
    """The lock on the chain's head is held for a moment, not for the length of a request."""
    with CaptureQueriesContext(connection) as queries:
        with tenant_scope(organisation_id):
            record("thing.happened")
            factories.location()
        statements = [query["sql"] for query in queries.captured_queries]
    locking = next(number for number, statement in enumerate(statements) if "FOR UPDATE" in statement)
    after = [statement for statement in statements[locking + 1 :] if "audit_" not in statement]
    assert [statement.split("'")[1] for statement in after if "set_config" in statement] == ["kijk.organisation"]
    assert [statement for statement in after if "set_config" not in statement] in ([], ["COMMIT"])


@pytest.mark.requirement("AUD-1.2")
def test_event_apart_is_there_whatever_happens_next(organisation_id: UUID) -> None:
    actor = uuid7()
    record_apart(organisation_id, "request.denied", actor_id=actor, origin="192.0.2.7", data={"status": 403})
    with tenant_scope(organisation_id):
        event = AuditEvent.objects.get(action="request.denied")
    assert (event.actor_id, event.origin, event.data) == (actor, "192.0.2.7", {"status": 403})


def test_event_apart_is_refused_where_it_would_not_be_apart(organisation_id: UUID) -> None:
    with tenant_scope(organisation_id), pytest.raises(TenantScopeConflict):
        record_apart(organisation_id, "request.denied")
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        record_apart(organisation_id, "request.denied")


def test_event_of_nobodys_organisation_has_a_chain_too(committed_db: object) -> None:
    record_apart(PLATFORM, "sign_in.failed")
    record_apart(PLATFORM, "sign_in.failed")
    assert verify_organisation(PLATFORM) == (2, [])


def test_event_needs_a_scope(committed_db: object) -> None:
    with pytest.raises(TenantContextMissing):
        record("thing.happened")


@pytest.mark.parametrize("data", [{"who": uuid7()}, {"when": datetime.now(UTC)}, {"share": float("nan")}, {"x": b"y"}])
def test_data_that_json_does_not_have_are_refused_at_once(organisation_id: UUID, data: dict[str, Any]) -> None:
    """And not at the end of the request, where nobody sees whose they are."""
    with tenant_scope(organisation_id), pytest.raises((TypeError, ValueError)):
        record("thing.happened", data=data)


def test_each_organisation_has_a_chain_of_its_own(organisation_id: UUID) -> None:
    other = factories.organisation()
    for _ in range(2):
        for each in (organisation_id, other):
            with tenant_scope(each):
                record("thing.happened")
    for each in (organisation_id, other):
        with tenant_scope(each):
            assert list(AuditEvent.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2, 3]
            assert AuditHead.objects.get().sequence == 3


@pytest.mark.requirement("AUD-1.1")
def test_events_hold_no_names_and_no_texts(committed_db: object) -> None:
    made = tenant(content())
    with tenant_scope(made.id):
        factories.user(Role.GROUP_STAFF, password=None)
        rows = [str(row) for row in AuditEvent.objects.values_list("action", "object_type", "data", "origin")]
    assert len(rows) > 5
    words = ("Yara", "Dijk", "Sanne", "Wit", "voorbeeld.nl", "toren", "Locatie", "Groep", "Gaat goed", "Kinderopvang")
    assert [(word, row) for word in words for row in rows if word in row] == []
