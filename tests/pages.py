"""Every address of the product, with who may open it and the event that leaves: the tests' picture of the URL map.

An address that is not here fails tests/test_url_map.py, so that none comes without its access rule, its event in
the trail and its accessibility check.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.notes import write_note
from observations.domain.registrations import close_registration, save_answer, start_registration
from observations.models import Answer, Child, Registration, RegistrationPeriod
from tests import factories


@dataclass(frozen=True)
class World:
    """One organisation in which every page has something to show."""

    organisation_id: UUID
    users: Mapping[Role, User]
    nobody: User
    child: Child
    opened: Registration
    closed: Registration


def _nothing(world: World) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Page:
    """An address: how to open it, a role that may (None: everybody), one that may not, and its event."""

    name: str
    role: Role | None
    action: str
    method: str = "get"
    kwargs: Callable[[World], dict[str, Any]] = field(default=_nothing)
    data: Callable[[World], dict[str, Any]] = field(default=_nothing)
    denied_to: Role | None = Role.MEASUREMENT_COORDINATOR
    status: int = 200
    is_html: bool = True

    @property
    def of_a_row(self) -> bool:
        """Say whether the address names a row."""
        return self.kwargs is not _nothing


def _child(world: World) -> dict[str, Any]:
    return {"pk": world.child.pk}


def _opened(world: World) -> dict[str, Any]:
    return {"pk": world.opened.pk}


def _closed(world: World) -> dict[str, Any]:
    return {"pk": world.closed.pk}


def _one_answer(world: World) -> dict[str, Any]:
    milestone = factories.development_instrument().lines["tekenen"].bands[7][0]
    return {f"m-{milestone.id}": "secure"}


STAFF = Role.GROUP_STAFF

PAGES = [
    Page("today", STAFF, "today.viewed", denied_to=None),
    Page("accounts:sign_in", None, ""),
    Page("accounts:sign_out", None, "", method="post", status=302, is_html=False),
    Page("observations:children", STAFF, "children.listed"),
    Page("observations:child", STAFF, "child.viewed", kwargs=_child),
    Page("observations:note_new", STAFF, "note.form"),
    Page(
        "observations:registration_start",
        STAFF,
        "registration.start",
        method="post",
        kwargs=_child,
        status=302,
        is_html=False,
    ),
    Page("observations:registration", STAFF, "registration.viewed", kwargs=_opened),
    Page(
        "observations:registration_line",
        STAFF,
        "registration.line_viewed",
        kwargs=lambda world: {**_opened(world), "code": "tekenen"},
    ),
    Page("observations:registration_scales", STAFF, "registration.scales_viewed", kwargs=_opened),
    Page(
        "observations:answer",
        STAFF,
        "registration.answer",
        method="post",
        kwargs=_opened,
        data=_one_answer,
        is_html=False,
    ),
    Page("observations:registration_close", STAFF, "registration.close_viewed", kwargs=_opened),
    Page("observations:registration_reopen", Role.ADMINISTRATOR, "registration.reopen_viewed", kwargs=_closed),
    Page("monitoring:cross_section", Role.QUALITY, "monitoring.cross_section.viewed"),
    Page("monitoring:cross_section_pdf", Role.QUALITY, "monitoring.cross_section.exported", is_html=False),
    Page("privacy:leaflet", STAFF, "privacy.leaflet.viewed", denied_to=None),
    Page("privacy:leaflet_pdf", STAFF, "privacy.leaflet.exported", denied_to=None, is_html=False),
    Page("privacy:processing_register", STAFF, "privacy.register.viewed", denied_to=None),
    Page("privacy:processing_register_pdf", STAFF, "privacy.register.exported", denied_to=None, is_html=False),
    Page("set_language", None, "", method="post", status=302, is_html=False),
    Page("health_live", None, "", is_html=False),
    Page("health_ready", None, "", is_html=False),
    Page("components", None, ""),
]


def url_names() -> dict[str, Any]:
    """Return every name in the URL map with its view."""
    return dict(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[Any], prefix: str) -> list[tuple[str, Any]]:
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found += _walk(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            found.append((f"{prefix}{pattern.name}", pattern.callback))
    return found


def make_world(password: str | None = None) -> World:
    """Make an organisation with a user of each role, a child with a closed and an open registration, and a note."""
    content = factories.development_instrument()
    organisation_id = factories.organisation()
    now = timezone.now()
    with tenant_scope(organisation_id):
        users = {role: factories.user(role, password=password) for role in Role}
        group = factories.group(staff=users[STAFF])
        day = timedelta(days=1)
        # Thirty-eight months old whenever the tests run: the pages show the bands of a child of that age.
        born = (now - 1157 * day).date()
        child = factories.child(group, birth_date=born)
        factories.child(group, "Mo", "", "El Amrani", birth_date=born)
        RegistrationPeriod.objects.create(name="Nu", begins_on=(now - 30 * day).date(), ends_on=(now + 30 * day).date())
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
        return World(organisation_id, users, factories.user(), child, opened, closed)


def _register(child: Child, by: User, moment: datetime) -> Registration:
    return start_registration(child=child, today=moment.date(), by=by)
