"""What happens to organisations."""

from collections.abc import Iterable
from uuid import UUID

from kijk.audit.domain import record
from kijk.tenancy.context import lookup_scope, tenant_scope
from kijk.tenancy.ids import uuid7
from licensing.models import EmailDomain, Location, Organisation
from licensing.modules import Module


def create_organisation(
    *,
    name: str,
    kind: str,
    identifier_kind: str,
    identifier: str,
    modules: Iterable[Module],
    domains: Iterable[str] = (),
    organisation_id: UUID | None = None,
) -> UUID:
    """Create an organisation with its e-mail domains and return its id (LIC-1).

    Raises ValidationError when the identifier does not have its register's form. Opens the new organisation's scope
    itself: no other organisation's scope may be open.
    """
    organisation = Organisation(
        id=organisation_id or uuid7(),
        name=name,
        kind=kind,
        identifier_kind=identifier_kind,
        identifier=identifier,
        modules=[module.value for module in modules],
    )
    organisation.clean()
    with tenant_scope(organisation.pk):
        organisation.save(force_insert=True)
        EmailDomain.objects.bulk_create([EmailDomain(domain=domain.lower()) for domain in domains])
        record("organisation.created", about=organisation, data={"kind": kind, "modules": organisation.modules})
    return organisation.pk


def create_location(*, name: str, place: str, number: str = "") -> Location:
    """Create a location of the organisation in scope."""
    location = Location.objects.create(name=name, place=place, number=number)
    record("location.created", about=location)
    return location


def find_organisation(name: str) -> UUID | None:
    """Return the id of the organisation with this name, or None. For commands, which are given names."""
    with lookup_scope(organisation_name=name):
        return Organisation._base_manager.filter(name=name).values_list("pk", flat=True).first()


def current_organisation() -> Organisation:
    """Return the organisation in scope."""
    return Organisation.objects.get()
