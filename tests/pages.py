"""Every address of the product, with who may open it and the event that leaves: the tests' picture of the URL map.

An address that is not here fails tests/test_url_map.py, so that none comes without its access rule, its event in
the trail and its accessibility check. Who may open it, stands literally in tests/security/access_table.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.domain.links import create_link
from accounts.domain.policy import current_policy
from accounts.domain.policy_changes import mark_of
from accounts.domain.reviews import begin_review, open_review
from accounts.models import OneTimeLink, Passkey, RoleAssignment, SignInPolicy, User, UserSession
from accounts.roles import ORGANISATION_ROLES, STAFF_ROLES, Role
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from licensing.models import EmailDomain
from licensing.modules import Module
from observations.domain.notes import write_note
from observations.domain.registrations import close_registration, save_answer, start_registration
from observations.domain.sensitive import write_remark
from observations.models import (
    Answer,
    Child,
    GroupStaff,
    Registration,
    RegistrationPeriod,
    SensitiveRemark,
)
from tests import factories, mails


@dataclass(frozen=True)
class World:
    """One organisation in which every page has something to show."""

    organisation_id: UUID
    users: Mapping[Role, User]
    nobody: User
    child: Child
    opened: Registration
    closed: Registration
    # What stands in the address of a link that was mailed, of each kind.
    links: Mapping[OneTimeLink.Kind, dict[str, Any]]
    # The role of the quality staff, and the group of who registers.
    role: RoleAssignment
    group_staff: GroupStaff


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
    # About the person who asks, whatever their role; and of Bazalt's staff, who name a row of another organisation.
    of_oneself: bool = False
    crosses: bool = False

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


def _mail(world: World) -> dict[str, Any]:
    return {"pk": mails.written_mail()}


def _draft(world: World) -> dict[str, Any]:
    return {"draft_key": f"note:{world.child.pk}", "text": "Klimt op de b"}


def _administrator(world: World) -> dict[str, Any]:
    return {"pk": world.users[Role.ADMINISTRATOR].pk}


def _own_session(world: World) -> dict[str, Any]:
    with tenant_scope(world.organisation_id):
        newest = UserSession.objects.filter(user=world.users[STAFF], ended_at=None).order_by("-started_at").first()
    return {"pk": newest.pk if newest else world.users[STAFF].pk}


def _reset_link(world: World) -> dict[str, Any]:
    return world.links[OneTimeLink.Kind.RESET]


def _invitation_link(world: World) -> dict[str, Any]:
    return world.links[OneTimeLink.Kind.INVITATION]


def _own_passkey(world: World) -> dict[str, Any]:
    owner = world.users[STAFF]
    with tenant_scope(owner.organisation_id):
        made = Passkey.objects.create(user=owner, credential_id=uuid7().bytes, public_key=b"-", name="Mijn telefoon")
    return {"pk": made.pk}


def _with_a_passkey(world: World) -> dict[str, Any]:
    _own_passkey(world)
    return {}


def _review(world: World) -> dict[str, Any]:
    with tenant_scope(world.organisation_id):
        by = world.users[Role.ADMINISTRATOR]
        return {"pk": (open_review() or begin_review(by=by, now=timezone.now())).pk}


def _colleague(world: World) -> dict[str, Any]:
    return {"pk": world.users[Role.QUALITY].pk}


def _colleague_role(world: World) -> dict[str, Any]:
    return {"pk": world.role.user_id, "assignment_id": world.role.pk}


def _group(world: World) -> dict[str, Any]:
    return {"pk": world.group_staff.group_id}


def _group_staff(world: World) -> dict[str, Any]:
    return {"pk": world.group_staff.group_id, "staff_id": world.group_staff.pk}


def _networks(world: World) -> dict[str, Any]:
    with tenant_scope(world.organisation_id):
        return {"networks": "127.0.0.0/8 hier", "seen": mark_of(current_policy())}


def _emergency(world: World) -> dict[str, Any]:
    with tenant_scope(world.organisation_id):
        SignInPolicy.objects.create(networks_suspended_until=timezone.now() + timedelta(hours=1))
    return {}


def _remark(world: World) -> dict[str, Any]:
    """A sensitive remark of who works on the group."""
    with tenant_scope(world.organisation_id):
        write_remark(
            child=world.child,
            kind=SensitiveRemark.Kind.HEALTH,
            text="Heeft een notenallergie.",
            entry_id=world.child.pk,
            by=world.users[STAFF],
            now=timezone.now(),
        )
        remark = SensitiveRemark.objects.get(entry_id=world.child.pk)
    return {"pk": world.child.pk, "remark_id": remark.pk}


def _with_a_remark(world: World) -> dict[str, Any]:
    return {"pk": _remark(world)["pk"]}


def _second_domain(world: World) -> dict[str, Any]:
    with tenant_scope(world.organisation_id):
        return {"pk": EmailDomain.objects.get_or_create(domain="boomhut.nl")[0].pk}


STAFF = Role.GROUP_STAFF

PAGES = [
    Page("today", STAFF, "today.viewed", denied_to=None),
    Page("accounts:sign_in", None, ""),
    Page("accounts:sign_out", None, "", method="post", status=302, is_html=False),
    Page(
        "accounts:password_strength",
        None,
        "",
        method="post",
        data=lambda world: {"password": "Paarse-Giraf-Fietst-42", "minimum": 8},
        is_html=False,
    ),
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
    Page("accounts:trail", Role.ADMINISTRATOR, "trail.viewed", denied_to=STAFF),
    Page("accounts:trail_csv", Role.DATA_PROTECTION_OFFICER, "trail.exported", denied_to=STAFF, is_html=False),
    Page("drafts:save", STAFF, "", method="post", data=_draft, denied_to=None, is_html=False, of_oneself=True),
    Page(
        "drafts:discard",
        STAFF,
        "draft.discarded",
        method="post",
        denied_to=None,
        status=302,
        is_html=False,
        of_oneself=True,
    ),
    Page("set_language", None, "", method="post", status=302, is_html=False),
    Page("health_live", None, "", is_html=False),
    Page("health_ready", None, "", is_html=False),
    Page("components", None, ""),
    Page("demo_accounts", None, ""),
    Page("mail:mailbox", None, ""),
    Page("mail:message", None, "", kwargs=_mail),
    # A mail as a mail program gets it: none of our pages.
    Page("mail:message_html", None, "", kwargs=_mail, is_html=False),
    Page("accounts:sessions", STAFF, "sessions.viewed", denied_to=None, of_oneself=True),
    Page("accounts:session_status", STAFF, "", denied_to=None, is_html=False, of_oneself=True),
    Page("accounts:session_extend", STAFF, "", method="post", denied_to=None, is_html=False, of_oneself=True),
    Page(
        "accounts:session_end",
        STAFF,
        "session.ended",
        method="post",
        kwargs=_own_session,
        denied_to=None,
        status=302,
        is_html=False,
        of_oneself=True,
    ),
    Page(
        "accounts:sessions_end_others",
        STAFF,
        "",
        method="post",
        denied_to=None,
        status=302,
        is_html=False,
        of_oneself=True,
    ),
    Page(
        "accounts:lock",
        STAFF,
        "session.locked",
        method="post",
        denied_to=None,
        status=302,
        is_html=False,
        of_oneself=True,
    ),
    Page("accounts:password_change", STAFF, "password.form", denied_to=None, of_oneself=True),
    Page("accounts:password_forgotten", None, ""),
    Page("accounts:password_forgotten_sent", None, ""),
    Page("accounts:password_reset", None, "", kwargs=_reset_link),
    Page("accounts:invitation", None, "", kwargs=_invitation_link),
    # Nothing to unlock: it leads back to the first page. The locked screen itself is looked at in the browser tests.
    Page("accounts:unlock", STAFF, "", denied_to=None, status=302, is_html=False, of_oneself=True),
    # Nobody has given a password here: these lead back to signing in.
    Page("accounts:second_step", None, "", status=302, is_html=False),
    Page("accounts:second_step_recovery", None, "", status=302, is_html=False),
    Page("accounts:second_step_options", None, "", method="post", status=409, is_html=False),
    Page("accounts:passkey_sign_in", None, "", method="post", status=422, is_html=False),
    Page("accounts:passkey_sign_in_options", None, "", method="post", is_html=False),
    Page("accounts:second_factor", STAFF, "second_factor.viewed", denied_to=None, of_oneself=True),
    Page("accounts:totp_add", STAFF, "second_factor.form", denied_to=None, of_oneself=True),
    Page("accounts:passkey_add", STAFF, "passkey.form", denied_to=None, of_oneself=True),
    # Looked at in tests/browser/test_passkeys.py: who has a passkey is asked for it at signing in.
    Page(
        "accounts:passkey",
        STAFF,
        "passkey.viewed",
        kwargs=_own_passkey,
        denied_to=None,
        is_html=False,
        of_oneself=True,
    ),
    Page(
        "accounts:passkey_remove",
        STAFF,
        "passkey.removed",
        method="post",
        kwargs=_own_passkey,
        denied_to=None,
        status=302,
        is_html=False,
        of_oneself=True,
    ),
    Page(
        "accounts:recovery_codes",
        STAFF,
        "recovery_codes.made",
        method="post",
        data=_with_a_passkey,
        denied_to=None,
        of_oneself=True,
    ),
    Page(
        "accounts:recovery_codes_file",
        STAFF,
        "recovery_codes.downloaded",
        method="post",
        data=lambda world: {"code": ["K4QX-9T2W-DMH7"]},
        denied_to=None,
        is_html=False,
        of_oneself=True,
    ),
    Page(
        "accounts:passkey_add_options",
        STAFF,
        "",
        method="post",
        data=lambda world: {"name": "Mijn telefoon", "own_device": "on"},
        denied_to=None,
        is_html=False,
        of_oneself=True,
    ),
    Page("accounts:passkey_options", STAFF, "", method="post", denied_to=None, is_html=False, of_oneself=True),
    # Nothing to remove, to open or to confirm: these lead on.
    *(
        Page(name, STAFF, "", method=method, denied_to=None, status=302, is_html=False, of_oneself=True)
        for name, method in (
            ("accounts:totp_remove", "post"),
            ("accounts:password_link", "post"),
            ("accounts:unlock_by_passkey", "post"),
            ("accounts:step_up", "get"),
        )
    ),
    Page("accounts:access_review", Role.ADMINISTRATOR, "access_review.overview", denied_to=STAFF),
    Page(
        "accounts:access_review_begin",
        Role.ADMINISTRATOR,
        "access_review.begin",
        method="post",
        denied_to=STAFF,
        status=302,
        is_html=False,
    ),
    Page("accounts:access_review_walk", Role.ADMINISTRATOR, "access_review.walked", kwargs=_review, denied_to=STAFF),
    # Nothing was judged yet: it leads back to the walk, and says so.
    Page(
        "accounts:access_review_sign",
        Role.ADMINISTRATOR,
        "access_review.sign",
        method="post",
        kwargs=_review,
        denied_to=STAFF,
        status=302,
        is_html=False,
    ),
    Page(
        "accounts:access_review_csv",
        Role.ADMINISTRATOR,
        "access_review.exported",
        kwargs=_review,
        denied_to=STAFF,
        is_html=False,
    ),
    Page("accounts:exports", Role.ADMINISTRATOR, "exports.viewed", denied_to=STAFF),
    *(
        Page(f"accounts:{name}_csv", Role.ADMINISTRATOR, f"exports.{name}", denied_to=STAFF, is_html=False)
        for name in ("roles", "second_factor", "subprocessors")
    ),
    *(
        Page(f"accounts:{name}", Role.ADMINISTRATOR, action)
        for name, action in (
            ("administration", "administration.viewed"),
            ("role_matrix", "role_matrix.viewed"),
            ("colleagues", "colleagues.listed"),
            ("invite", "invite.form"),
            ("invite_many", "invite.list_form"),
        )
    ),
    *(
        Page(f"accounts:{name}", Role.ADMINISTRATOR, action, kwargs=_colleague)
        for name, action in (
            ("colleague", "colleague.viewed"),
            ("colleague_details", "colleague.details_viewed"),
            ("colleague_factor_reset", "colleague.factor_reset_asked"),
            ("colleague_role_new", "colleague.role_form"),
            ("leaving", "colleague.leaving_viewed"),
        )
    ),
    Page("accounts:colleague_role", Role.ADMINISTRATOR, "colleague.role_viewed", kwargs=_colleague_role),
    *(
        Page(
            f"accounts:{name}",
            Role.ADMINISTRATOR,
            action,
            method="post",
            kwargs=_colleague,
            status=302,
            is_html=False,
        )
        for name, action in (
            ("colleague_unlock", "colleague.unlock_asked"),
            ("colleague_sessions_end", "colleague.sessions_end_asked"),
            ("colleague_invitation", "colleague.invitation_asked"),
            ("colleague_reopen", "colleague.reopen_asked"),
        )
    ),
    Page("accounts:sign_in_policy", Role.ADMINISTRATOR, "sign_in_policy.viewed"),
    *(
        Page(
            f"accounts:{name}",
            Role.ADMINISTRATOR,
            action,
            method="post",
            kwargs=kwargs,
            data=data,
            status=302,
            is_html=False,
        )
        for name, action, kwargs, data in (
            ("policy_password", "sign_in_policy.changed", _nothing, lambda world: {"min_password_length": 12}),
            ("policy_second_factor", "sign_in_policy.changed", _nothing, lambda world: {"for_all": "aan"}),
            ("policy_networks", "sign_in_policy.networks_changed", _nothing, _networks),
            ("policy_emergency_end", "sign_in_policy.emergency_ended", _nothing, _emergency),
            ("policy_domain_add", "email_domain.added", _nothing, lambda world: {"domain": "boomhut.nl"}),
            ("policy_domain_remove", "email_domain.removed", _second_domain, _nothing),
        )
    ),
    Page("observations:sensitive", Role.COACH, "sensitive.read", kwargs=_with_a_remark, denied_to=Role.ADMINISTRATOR),
    Page("observations:sensitive_new", STAFF, "sensitive.form", kwargs=_child, denied_to=Role.ADMINISTRATOR),
    Page("observations:sensitive_withdraw", STAFF, "sensitive.withdraw_viewed", kwargs=_remark),
    Page("observations:sensitive_settings", Role.ADMINISTRATOR, "sensitive.settings_viewed"),
    Page("observations:groups", Role.ADMINISTRATOR, "groups.listed"),
    Page("observations:group_staff", Role.ADMINISTRATOR, "group_staff.viewed", kwargs=_group),
    Page("observations:group_staff_change", Role.ADMINISTRATOR, "group_staff.form", kwargs=_group_staff),
    Page("accounts:staff", Role.SECRETARIAT, "staff.desk_viewed", denied_to=Role.ADMINISTRATOR),
    Page(
        "accounts:staff_administrator",
        Role.SECRETARIAT,
        "staff.administrator_looked_up",
        method="post",
        data=lambda world: {"email": world.users[Role.ADMINISTRATOR].email},
        denied_to=Role.MARKETING,
    ),
    *(
        Page(name, Role.SECRETARIAT, "staff.helped", kwargs=_administrator, denied_to=Role.HELPDESK, crosses=True)
        for name in ("accounts:staff_unlock", "accounts:staff_factor", "accounts:staff_networks")
    ),
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
