"""Making the organisation in which every page has something to show."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.domain.links import create_link
from accounts.models import OneTimeLink, RoleAssignment, User
from accounts.roles import ORGANISATION_ROLES, STAFF_ROLES, Role
from kijk.tenancy.context import tenant_scope
from licensing.modules import Module
from observations.domain.notes.writing import write_note
from observations.domain.registering.registrations import close_registration, save_answer, start_registration
from observations.models import Answer, Child, GroupStaff, Registration, RegistrationPeriod
from tests import factories
from tests.pages.model import STAFF, World


def make_world(password: str | None = None) -> World:
    """Make an organisation with a user of each role, a child with a closed and an open registration, and a note."""
    content = factories.development_instrument()
    organisation_id = factories.organisation(modules=tuple(Module))
    now = timezone.now()
    with tenant_scope(factories.provider()):
        staff = {role: factories.staff(role, password=password) for role in sorted(STAFF_ROLES)}
    with tenant_scope(organisation_id):
        users = {role: factories.user(role, password=password) for role in ORGANISATION_ROLES}
        group = factories.group(staff=users[STAFF])
        day = timedelta(days=1)
        # Thirty-eight months old whenever the tests run: the pages show the bands of a child of that age.
        born = (now - 1157 * day).date()
        child = factories.child(group, birth_date=born)
        factories.child(group, "Mo", "", "El Amrani", birth_date=born)
        RegistrationPeriod.objects.create(
            name="Proefperiode", begins_on=(now - 30 * day).date(), ends_on=(now + 30 * day).date()
        )
        line = content.lines["tekenen"]
        write_note(
            children=[child],
            text="Tekent een rondje en zegt: dat is mama.",
            observed_on=(now - 40 * day).date(),
            today=now.date(),
            entry_id=child.pk,
            by=users[STAFF],
        )
        closed = _register(child, users[STAFF], now - 200 * day)
        for band in (6, 7, 8):
            for item in line.bands[band]:
                save_answer(
                    registration=closed,
                    milestone_id=item.id,
                    value=Answer.Value.SECURE,
                    today=now.date(),
                    by=users[STAFF],
                )
        close_registration(registration=closed, now=now, by=users[STAFF])
        opened = _register(child, users[STAFF], now)
        nobody = factories.user()
        links = {
            OneTimeLink.Kind.RESET: _link(users[STAFF], OneTimeLink.Kind.RESET, now),
            OneTimeLink.Kind.INVITATION: _link(nobody, OneTimeLink.Kind.INVITATION, now),
        }
        role = RoleAssignment.objects.get(user=users[Role.QUALITY])
        group_staff = GroupStaff.objects.get(user=users[STAFF])
        return World(organisation_id, users | staff, nobody, child, opened, closed, links, role, group_staff)


def _link(user: User, kind: OneTimeLink.Kind, now: datetime) -> dict[str, Any]:
    expires_at = now + timedelta(hours=2)
    return {"user_id": user.pk, "token": create_link(user=user, kind=kind, expires_at=expires_at, now=now)}


def _register(child: Child, by: User, moment: datetime) -> Registration:
    return start_registration(child=child, today=moment.date(), by=by)
