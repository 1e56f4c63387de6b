"""What happens to users and their roles."""

from datetime import date
from uuid import UUID

from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.models import PersonName, RoleAssignment, User
from accounts.roles import Role
from kijk.audit.domain import record
from kijk.tenancy.context import current
from licensing.models import EmailDomain, Location


class AddressNotAllowed(Exception):
    """The e-mail address is not in one of the organisation's own domains (ACC-2)."""

    def __init__(self) -> None:
        super().__init__(_("Dit e-mailadres hoort niet bij een domein van uw organisatie."))


def create_user(
    *, email: str, name: PersonName, password: str | None, language: str = "nl", user_id: UUID | None = None
) -> User:
    """Create a user of the organisation in scope; without a password nobody can sign in with it.

    Raises AddressNotAllowed when the address is outside the organisation's domains, ValidationError when it is none.
    """
    address = email.strip().lower()
    validate_email(address)
    if not EmailDomain.objects.filter(domain=address.rpartition("@")[2]).exists():
        raise AddressNotAllowed
    user = User(organisation_id=current().organisation_id, email=address, language=language)
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
    """Give a user a role from a day on, everywhere or at one location."""
    assignment = RoleAssignment.objects.create(
        user=user, role=role, begins_on=begins_on, ends_on=ends_on, location=location, module=module
    )
    record("role.assigned", about=user, data={"role": role.value, "location": str(location.pk) if location else None})
    return assignment
