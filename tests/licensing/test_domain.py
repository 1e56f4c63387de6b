"""Creating organisations and locations (LIC-1)."""

from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction

from kijk.audit.models import AuditEvent
from kijk.tenancy.context import TenantScopeConflict, tenant_scope
from kijk.tenancy.ids import uuid7
from licensing.domain import create_location, create_organisation, current_organisation, find_organisation
from licensing.email_domains import InvalidDomain
from licensing.models import EmailDomain, Location, Organisation
from licensing.modules import Module
from tests import factories

Kind = Organisation.IdentifierKind

RIGHT = {
    Kind.BRIN: ["12AB", "12AB34"],
    Kind.OIN: ["00000001234567890000"],
    Kind.RIO: ["123A456"],
    Kind.LRK: ["123456789", "1234567890", "12345678901", "123456789012"],
    Kind.KVK: ["12345678"],
}
WRONG = {
    Kind.BRIN: ["", "1AB", "12ab", "12AB3", "12AB345", "AB12", "12AB ", " 12AB", "12AB\n", "١٢AB", "12ÀB"],
    Kind.OIN: ["", "0000000123456789000", "0000000123456789000A", "00000001234567890000\n"],
    Kind.RIO: ["", "123a456", "1234456", "123A4567", "123A456\n"],
    Kind.LRK: ["", "12345678", "1234567890123", "12345678A", "123456789\n", "١٢٣٤٥٦٧٨٩"],
    Kind.KVK: ["", "1234567", "123456789", "1234567A", "12345678\n", "1234 678"],
}
PAIRS_RIGHT = [(kind, text) for kind, texts in RIGHT.items() for text in texts]
PAIRS_WRONG = [(kind, text) for kind, texts in WRONG.items() for text in texts]


def create(**changes: Any) -> UUID:
    """Create an organisation, with whatever is to be different."""
    whole: dict[str, Any] = {
        "name": "De Boomhut",
        "kind": Organisation.Kind.CHILDCARE,
        "identifier_kind": Kind.KVK,
        "identifier": "12345678",
        "modules": [Module.REGISTRATION],
        "domains": ["boomhut.nl"],
        **changes,
    }
    return create_organisation(**whole)


@pytest.mark.requirement("LIC-1.2")
def test_organisation_is_created_with_what_was_given(db: None) -> None:
    pk = uuid7()
    assert create(organisation_id=pk, domains=["BOOMHUT.nl", "de-boomhut.nl"]) == pk
    with tenant_scope(pk):
        found = current_organisation()
        assert (found.pk, found.name, found.kind) == (pk, "De Boomhut", "childcare")
        assert (found.identifier_kind, found.identifier, found.modules) == ("kvk", "12345678", ["registration"])
        assert sorted(EmailDomain.objects.values_list("domain", flat=True)) == ["boomhut.nl", "de-boomhut.nl"]
        event = AuditEvent.objects.get()
        assert (event.action, event.object_id) == ("organisation.created", pk)
        assert event.data == {"kind": "childcare", "modules": ["registration"]}
        assert (found.has_module(Module.REGISTRATION), found.has_module(Module.BSO)) == (True, False)


@pytest.mark.requirement("LIC-1.2")
@pytest.mark.parametrize(("kind", "identifier"), PAIRS_RIGHT)
def test_identifier_of_its_registers_form_is_taken(db: None, kind: str, identifier: str) -> None:
    with tenant_scope(create(identifier_kind=kind, identifier=identifier)):
        assert current_organisation().identifier == identifier


@pytest.mark.requirement("LIC-1.2")
@pytest.mark.parametrize(("kind", "identifier"), PAIRS_WRONG)
def test_identifier_of_another_form_is_refused(db: None, kind: str, identifier: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        create(identifier_kind=kind, identifier=identifier)
    assert list(refusal.value.message_dict) == ["identifier"]


@pytest.mark.second_server
def test_identifier_of_another_form_is_refused_by_the_database_too(db: None) -> None:
    accepted: list[tuple[str, str]] = []
    for kind, identifier in [*PAIRS_WRONG, ("", "12345678"), ("anders", "12345678")]:
        organisation_id = uuid7()
        try:
            with tenant_scope(organisation_id), transaction.atomic():
                Organisation(
                    id=organisation_id, name=f"N {len(accepted)}", identifier_kind=kind[:4], identifier=identifier
                ).save()
        except (IntegrityError, DataError):
            continue
        accepted.append((kind, identifier))
    assert accepted == []


@pytest.mark.requirement("LIC-1.5")
@pytest.mark.parametrize("domain", ["", "geen domein", "-a.nl", "a", "a..nl", "a@b.nl", ".nl", "a.nl\n", "bös.nl"])
def test_text_that_is_no_domain_is_refused_by_the_database(db: None, domain: str) -> None:
    with tenant_scope(create()), pytest.raises(IntegrityError, match="email_domain_pattern"), transaction.atomic():
        EmailDomain.objects.create(domain=domain)


def test_domain_given_twice_is_one(db: None) -> None:
    with tenant_scope(create(domains=["boomhut.nl", "Boomhut.NL."])):
        assert list(EmailDomain.objects.values_list("domain", flat=True)) == ["boomhut.nl"]


def test_organisation_that_fails_leaves_nothing(committed_db: object) -> None:
    with pytest.raises(InvalidDomain):
        create(domains=["geen domein"])
    assert find_organisation("De Boomhut") is None


def test_organisation_is_not_created_within_anothers_scope(db: None) -> None:
    with tenant_scope(factories.organisation()), pytest.raises(TenantScopeConflict):
        create()


def test_organisation_is_found_by_its_whole_name_only(db: None) -> None:
    pk = create()
    assert find_organisation("De Boomhut") == pk
    assert [find_organisation(name) for name in ("de boomhut", "De Boom", "", "%", "De Boomhut ")] == [None] * 5


def test_name_is_one_organisations(committed_db: object) -> None:
    create()
    with pytest.raises(IntegrityError):
        create()


@pytest.mark.requirement("LIC-1.3")
def test_location_has_a_number_and_a_name(db: None) -> None:
    with tenant_scope(create()) as scope:
        made = create_location(name="Aan de gracht", place="Utrecht", number="07")
        found = Location.objects.get()
        assert (found.pk, found.name, found.place, found.number) == (made.pk, "Aan de gracht", "Utrecht", "07")
        assert found.organisation_id == scope.organisation_id
        with pytest.raises(IntegrityError), transaction.atomic():
            create_location(name="Aan de gracht", place="Zeist")
    with tenant_scope(scope.organisation_id):
        assert AuditEvent.objects.get(action="location.created").object_id == made.pk
    other = create(name="Elders")
    with tenant_scope(other):
        create_location(name="Aan de gracht", place="Utrecht")
    assert connection.in_atomic_block
