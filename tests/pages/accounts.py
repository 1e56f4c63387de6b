"""The pages of signing in, accounts and Bazalt's staff."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.domain.policy import current_policy
from accounts.domain.policy_changes import mark_of
from accounts.domain.reviews import begin_review, open_review
from accounts.models import OneTimeLink, Passkey, SignInPolicy, UserSession
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from licensing.models import EmailDomain
from tests.pages.model import STAFF, Page, World, nothing


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


def _networks(world: World) -> dict[str, Any]:
    with tenant_scope(world.organisation_id):
        return {"networks": "127.0.0.0/8 hier", "seen": mark_of(current_policy())}


def _emergency(world: World) -> dict[str, Any]:
    with tenant_scope(world.organisation_id):
        SignInPolicy.objects.create(networks_suspended_until=timezone.now() + timedelta(hours=1))
    return {}


def _second_domain(world: World) -> dict[str, Any]:
    with tenant_scope(world.organisation_id):
        return {"pk": EmailDomain.objects.get_or_create(domain="boomhut.nl")[0].pk}


PAGES = [
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
    Page("accounts:trail", Role.ADMINISTRATOR, "trail.viewed", denied_to=STAFF),
    Page("accounts:trail_csv", Role.DATA_PROTECTION_OFFICER, "trail.exported", denied_to=STAFF, is_html=False),
    Page("demo_accounts", None, ""),
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
            ("policy_password", "sign_in_policy.changed", nothing, lambda world: {"min_password_length": 12}),
            ("policy_second_factor", "sign_in_policy.changed", nothing, lambda world: {"for_all": "aan"}),
            ("policy_networks", "sign_in_policy.networks_changed", nothing, _networks),
            ("policy_emergency_end", "sign_in_policy.emergency_ended", nothing, _emergency),
            ("policy_domain_add", "email_domain.added", nothing, lambda world: {"domain": "boomhut.nl"}),
            ("policy_domain_remove", "email_domain.removed", _second_domain, nothing),
        )
    ),
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
