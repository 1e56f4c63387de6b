"""Small pieces of real data for tests, made through the product's own functions.

Each needs the organisation's scope, but ``organisation``, which opens one itself.
"""

from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from uuid import UUID

from accounts.domain.users import assign_role, create_user
from accounts.models import PersonName, User
from accounts.roles import Role
from licensing.domain import create_location, create_organisation
from licensing.models import Location, Organisation
from licensing.modules import Module
from observations.domain.children.records import ChildData, assign_group_staff, create_child, create_group
from observations.domain.instruments.catalogue import InstrumentContent, content_of, published_version
from observations.domain.instruments.files import read_instrument
from observations.domain.instruments.publishing import publish_instrument
from observations.domain.instruments.spec import InstrumentSpec
from observations.models import Child, ChildFile, Group

PASSWORD = "Een-lange-zin-met-cijfer-7"
LONG_AGO = date(2020, 8, 1)
_PUBLISHED = datetime(2020, 8, 1, tzinfo=UTC)
CONTENT = Path(__file__).parent.parent / "observations" / "content"

_number = count(1)


# What an organisation decides about itself is off until it does (ACC-10.1).
_DECIDED_BY_ITSELF = {Module.SENSITIVE_REMARKS, Module.OFFLINE_NOTES}
MODULES = tuple(module for module in Module if module not in _DECIDED_BY_ITSELF)


def organisation(name: str = "", modules: tuple[Module, ...] = MODULES, domain: str = "voorbeeld.nl") -> UUID:
    """Create a childcare organisation and return its id; no scope may be open."""
    number = next(_number)
    return create_organisation(
        name=name or f"Kinderopvang {number}",
        kind=Organisation.Kind.CHILDCARE,
        identifier_kind=Organisation.IdentifierKind.LRK,
        identifier=f"{number:09d}",
        modules=modules,
        domains=[domain],
    )


def provider() -> UUID:
    """Create Bazalt's own organisation and return its id; no scope may be open."""
    number = next(_number)
    return create_organisation(
        name=f"Bazalt {number}",
        kind=Organisation.Kind.PROVIDER,
        identifier_kind=Organisation.IdentifierKind.KVK,
        identifier=f"{number:08d}",
        modules=(),
        domains=["bazalt.example"],
    )


def staff(role: Role, password: str | None = None) -> User:
    """Create a member of Bazalt's staff, in the provider's scope."""
    number = next(_number)
    made = create_user(
        email=f"staf{number}@bazalt.example",
        name=PersonName("Bas", "", f"Alt{number}"),
        password=password,
        confidentiality_signed_on=LONG_AGO,
    )
    assign_role(user=made, role=role, begins_on=LONG_AGO)
    return made


def user(role: Role | None = None, location: Location | None = None, password: str | None = None) -> User:
    """Create a user with a role (none: without any right); without a password, as hashing one takes its time."""
    number = next(_number)
    made = create_user(
        email=f"medewerker{number}@voorbeeld.nl",
        name=PersonName("Sanne", "de", f"Wit{number}"),
        password=password,
    )
    if role is not None:
        assign_role(user=made, role=role, begins_on=LONG_AGO, location=location)
    return made


def location(name: str = "") -> Location:
    """Create a location."""
    return create_location(name=name or f"Locatie {next(_number)}", place="Utrecht")


def group(at: Location | None = None, staff: User | None = None, kind: str = Group.Kind.TODDLER) -> Group:
    """Create a group, with one member of staff where one is given."""
    made = create_group(location=at or location(), name=f"Groep {next(_number)}", kind=kind, school_year=2026)
    if staff is not None:
        assign_group_staff(group=made, user=staff, begins_on=LONG_AGO)
    return made


def child(
    in_group: Group | None = None,
    first_name: str = "Yara",
    infix: str = "van",
    last_name: str = "Dijk",
    birth_date: date = date(2023, 9, 20),
    **data: object,
) -> Child:
    """Create a child in a group."""
    return create_child(
        data=ChildData(ChildFile(first_name, infix, last_name), birth_date, **data),  # type: ignore[arg-type]
        group=in_group or group(),
        placed_on=date(2024, 1, 1),
    )


@cache
def development_spec() -> InstrumentSpec:
    """Read the shipped instrument's files, once a process."""
    return read_instrument(CONTENT / "kijk07" / "instrument.yaml")


def publish_shipped() -> list[UUID]:
    """Publish the instruments that are shipped, long ago, and return their versions; no scope may be open."""
    specs = (development_spec(), *bso_specs())
    return [publish_instrument(spec=spec, now=_PUBLISHED).version_id for spec in specs]


def development_instrument() -> InstrumentContent:
    """Return the content of the shipped instrument, which is published before the first test."""
    return content_of(published_version("kijk07").pk)


@cache
def bso_specs() -> tuple[InstrumentSpec, InstrumentSpec]:
    """Read the files of the instruments of out-of-school care, once a process."""
    return read_instrument(CONTENT / "bso" / "instrument.yaml"), read_instrument(
        CONTENT / "bso-kind" / "instrument.yaml"
    )


def bso_instruments() -> tuple[InstrumentContent, InstrumentContent]:
    """Return what staff see and what a child says in out-of-school care, published before the first test."""
    staff_view, child_view = (content_of(published_version(code).pk) for code in ("bso", "bso-kind"))
    return staff_view, child_view
