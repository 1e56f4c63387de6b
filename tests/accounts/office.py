"""An organisation with two administrators who have been in, a colleague and two locations."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.test import Client
from django.utils import timezone

from accounts.models import PersonName, RoleAssignment, User
from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from licensing.models import Location
from tests import factories
from tests.clients import client_of


@dataclass(frozen=True)
class Office:
    """The organisation, made; no scope is open."""

    organisation_id: UUID
    administrator: User
    second: User
    colleague: User
    north: Location
    south: Location

    def client(self, user: User | None = None) -> Client:
        """Return a client of the administrator, or of somebody else, who showed just now who they are."""
        return client_of(user or self.administrator)

    def events(self, action: str) -> list[AuditEvent]:
        """Return the events of a kind, in their order. Opens the scope."""
        with tenant_scope(self.organisation_id):
            return list(AuditEvent.objects.filter(action=action).order_by("sequence"))

    def fresh(self, user: User) -> User:
        """Return an account as it is in the database now. Opens the scope."""
        with tenant_scope(self.organisation_id):
            return User.objects.get(pk=user.pk)


def make_office() -> Office:
    """Make the organisation. The colleague is Sanne de Wit, group staff everywhere."""
    organisation_id = factories.organisation()
    with tenant_scope(organisation_id):
        administrator, second = (take_up(factories.user(Role.ADMINISTRATOR)) for _ in range(2))
        for user, last_name in ((administrator, "Ouwehand"), (second, "Özdemir")):
            rename(user, "Kim", "", last_name)
        colleague = take_up(factories.user(Role.GROUP_STAFF))
        rename(colleague, "Sanne", "de", "Wit")
        north, south = factories.location("Noord"), factories.location("Zuid")
        return Office(organisation_id, administrator, second, colleague, north, south)


def take_up(user: User, at: datetime | None = None) -> User:
    """Let an account be one whose owner chose a password, without hashing one."""
    user.password, user.password_changed_at = "argon2$none", at or timezone.now()
    user.save(update_fields=["password", "password_changed_at"])
    return user


def rename(user: User, first_name: str, infix: str, last_name: str) -> User:
    """Give an account a name, as the sealed value it is."""
    user.name = PersonName(first_name, infix, last_name)
    user.save(update_fields=["name"])
    return user


def role_of(user: User, role: Role | None = None) -> RoleAssignment:
    """Return the one role somebody has (of a kind). Needs the scope."""
    rows = RoleAssignment.objects.filter(user=user).select_related("user")
    return rows.get(role=role) if role else rows.get()
