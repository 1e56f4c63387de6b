"""What happens to users and their roles."""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.models import PersonName, RoleAssignment, User
from accounts.roles import STAFF_ROLES, UNDIVIDED_ROLES, Role
from kijk.audit.domain import record
from kijk.tenancy.context import current
from licensing.domain import current_organisation
from licensing.email_domains import InvalidDomain, address_in_domains, normalise_address
from licensing.models import EmailDomain, Location, Organisation


class AddressNotAllowed(Exception):
    """The e-mail address is not in one of the organisation's own domains (ACC-2)."""

    def __init__(self) -> None:
        super().__init__(_("Dit e-mailadres hoort niet bij een domein van uw organisatie."))


class ConfidentialityMissing(Exception):
    """Somebody of Bazalt's or a supplier's staff without the date of a confidentiality statement (ACC-1.3)."""

    def __init__(self) -> None:
        super().__init__(
            _("Zonder de datum van de geheimhoudingsverklaring kan een medewerker van Bazalt geen account hebben.")
        )


class RoleNotHere(Exception):
    """The role cannot be given here, or not in this way; the message can be shown to who tried."""


def check_address(email: str) -> str:
    """Return the one way to write an address that the organisation may give an account (ACC-2).

    Raises AddressNotAllowed when it is outside the organisation's domains, ValidationError when it is no address.
    """
    try:
        address = normalise_address(email)
    except InvalidDomain as error:
        raise ValidationError(str(error)) from error
    validate_email(address)
    if not address_in_domains(address, EmailDomain.objects.values_list("domain", flat=True)):
        raise AddressNotAllowed
    return address


def create_user(
    *,
    email: str,
    name: PersonName,
    password: str | None,
    language: str = "nl",
    user_id: UUID | None = None,
    confidentiality_signed_on: date | None = None,
) -> User:
    """Create a user of the organisation in scope; without a password nobody can sign in with it.

    Raises AddressNotAllowed when the address is outside the organisation's domains, ValidationError when it is none,
    and ConfidentialityMissing in Bazalt's own organisation without the date of the statement.
    """
    address = check_address(email)
    if confidentiality_signed_on is None and _is_provider():
        raise ConfidentialityMissing
    user = User(
        organisation_id=current().organisation_id,
        email=address,
        language=language,
        confidentiality_signed_on=confidentiality_signed_on,
    )
    if user_id is not None:
        user.id = user_id
    user.name = name
    user.set_password(password)
    user.save(force_insert=True)
    record("user.created", about=user)
    return user


def assign_role(
    *,
    user: User,
    role: Role,
    begins_on: date,
    ends_on: date | None = None,
    location: Location | None = None,
    module: str = "",
) -> RoleAssignment:
    """Give a user a role from a day on, everywhere or at one location, for all modules or for one.

    Raises RoleNotHere when the role is not one of this organisation's, or is never given for a part, and
    ConfidentialityMissing for a role of Bazalt's staff without the date of the statement.
    """
    _check_role(user, role, location, module)
    assignment = RoleAssignment.objects.create(
        user=user, role=role, begins_on=begins_on, ends_on=ends_on, location=location, module=module
    )
    record("role.assigned", about=user, data=assignment_data(assignment))
    return assignment


def assignment_data(assignment: RoleAssignment) -> dict[str, str | None]:
    """Return what the trail keeps of a role somebody has: codes, an id and days."""
    return {
        "role": assignment.role,
        "location": str(assignment.location_id) if assignment.location_id else None,
        "module": assignment.module or None,
        "begins_on": assignment.begins_on.isoformat(),
        "ends_on": assignment.ends_on.isoformat() if assignment.ends_on else None,
    }


def _check_role(user: User, role: Role, location: Location | None, module: str) -> None:
    if _is_provider() != (role in STAFF_ROLES):
        raise RoleNotHere(_("Deze rol bestaat niet in uw organisatie."))
    if role in STAFF_ROLES and user.confidentiality_signed_on is None:
        raise ConfidentialityMissing
    if role in UNDIVIDED_ROLES and (location is not None or module):
        message = _("De rol %(role)s geldt altijd voor de hele organisatie en voor alle onderdelen.")
        raise RoleNotHere(message % {"role": role.label})


def _is_provider() -> bool:
    return current_organisation().kind == Organisation.Kind.PROVIDER
