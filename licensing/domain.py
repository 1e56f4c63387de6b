"""What happens to organisations."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from kijk.audit.domain import record
from kijk.tenancy.context import lookup_scope, tenant_scope
from kijk.tenancy.ids import uuid7
from licensing.email_domains import DomainRefused, check_organisation_domain
from licensing.models import EmailDomain, Location, Organisation
from licensing.modules import Module


class KnownEmailDomain(DomainRefused):
    """The organisation has this domain already."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(_("Dit domein staat al in de lijst."))


class LastEmailDomain(DomainRefused):
    """Without any domain nobody could be given an address."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(_("Dit is het enige domein van uw organisatie. Voeg eerst een ander toe."))


class EmailDomainInUse(DomainRefused):
    """There are accounts with an address in this domain."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(_("Er zijn nog accounts met een adres in dit domein."))


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

    Raises ValidationError when the identifier does not have its register's form, DomainRefused when a domain cannot be
    an organisation's own (ACC-2). Opens the new organisation's scope itself: no other organisation's scope may be open.
    """
    own_domains = dict.fromkeys(check_organisation_domain(domain) for domain in domains)
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
        EmailDomain.objects.bulk_create([EmailDomain(domain=domain) for domain in own_domains])
        record("organisation.created", about=organisation, data={"kind": kind, "modules": organisation.modules})
    return organisation.pk


def add_email_domain(*, domain: str) -> EmailDomain:
    """Add a domain to those of the organisation in scope (ACC-2).

    Raises DomainRefused when it cannot be an organisation's own, or is there already.
    """
    name = check_organisation_domain(domain)
    _take_turns()
    if EmailDomain.objects.filter(domain=name).exists():
        raise KnownEmailDomain
    added = EmailDomain.objects.create(domain=name)
    record("email_domain.added", about=added)
    return added


def remove_email_domain(*, domain_id: UUID, is_used: Callable[[str], bool]) -> None:
    """Take a domain from those of the organisation in scope.

    ``is_used`` says whether an account has an address in a domain, which is not for this app to know. Raises
    DomainRefused then, and for the last domain; EmailDomain.DoesNotExist for one that is not the organisation's.
    """
    _take_turns()
    removed = EmailDomain.objects.get(pk=domain_id)
    if not EmailDomain.objects.exclude(pk=domain_id).exists():
        raise LastEmailDomain
    if is_used(removed.domain):
        raise EmailDomainInUse
    record("email_domain.removed", about=removed)
    removed.delete()


def _take_turns() -> None:
    """Hold the organisation's row: two who remove at once would not each see the other's domain as one that stays."""
    Organisation.objects.select_for_update(no_key=True).get()


def switch_module(*, module: Module, on: bool) -> bool:
    """Switch a module of the organisation in scope on or off, and say whether that changed anything (LIC-3).

    What it keeps stays where it is, and cannot be reached while it is off.
    """
    organisation = Organisation.objects.select_for_update(no_key=True).get()
    if organisation.has_module(module) is on:
        return False
    others = [code for code in organisation.modules if code != module.value]
    organisation.modules = [*others, module.value] if on else others
    organisation.save(update_fields=["modules"])
    record("module.switched_on" if on else "module.switched_off", about=organisation, data={"module": module.value})
    return True


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
