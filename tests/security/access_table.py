"""Who may open each page, written down literally: the table of the security matrix (SEC-4).

Nothing here is computed from accounts/roles.py: a right that moves in its table has to move here too, where it is
read as what it is, somebody else being let in. A page of tests/pages that is not here fails the matrix.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from accounts.roles import Role


class Row(Enum):
    """Whose row the address names, and so who gets 404 or 403 in spite of their right."""

    NONE = "none"
    ORGANISATION = "of the organisation"
    CHILD = "of a child, within the reach of the role"
    OWN = "of the person"
    # Bazalt's secretariat names an administrator of any organisation; outside production the mailbox is everybody's.
    ANY = "of any organisation"


@dataclass(frozen=True)
class Access:
    """Who may open a page: these roles; None: whoever is signed in, or everybody where it is ``public``.

    ``fresh``: only after a proof of the last ten minutes. ``gates``: the hindrances during which it can be reached.
    """

    may: frozenset[Role] | None
    methods: str = "GET"
    row: Row = Row.NONE
    fresh: bool = False
    gates: str = ""
    public: bool = False
    # Who has the right, and not over this row: of a remark only its author and internal support.
    not_of_row: frozenset[Role] = frozenset()


_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_OVERSIGHT = frozenset({Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER})
_SECRETARIAT = frozenset({Role.SECRETARIAT})
_BAZALT = frozenset({Role.SECRETARIAT, Role.MARKETING, Role.ADVISER, Role.HELPDESK, Role.SYSTEM_ADMINISTRATOR})
_ORGANISATION = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.GROUP_STAFF,
        Role.INTERNAL_SUPPORT,
        Role.COACH,
        Role.MANAGEMENT,
        Role.QUALITY,
        Role.MEASUREMENT_COORDINATOR,
        Role.DATA_PROTECTION_OFFICER,
    }
)
_READERS = frozenset({Role.ADMINISTRATOR, Role.GROUP_STAFF, Role.INTERNAL_SUPPORT, Role.COACH})
_NOTE_WRITERS = frozenset({Role.GROUP_STAFF, Role.INTERNAL_SUPPORT, Role.COACH})
_ARCHIVE_READERS = frozenset({Role.ADMINISTRATOR, Role.INTERNAL_SUPPORT})
_REGISTRARS = frozenset({Role.GROUP_STAFF, Role.INTERNAL_SUPPORT})
_REPORTERS = frozenset({Role.ADMINISTRATOR, Role.GROUP_STAFF, Role.INTERNAL_SUPPORT})
_FIGURES = frozenset({Role.ADMINISTRATOR, Role.INTERNAL_SUPPORT, Role.COACH, Role.MANAGEMENT, Role.QUALITY})

# What can be reached during each hindrance.
_ALL_GATES = "locked password second_factor"
_ENROLMENT = "password second_factor"


def _public(methods: str = "GET", row: Row = Row.NONE) -> Access:
    return Access(None, methods, row, public=True)


def _own(methods: str = "GET", *, gates: str = "", fresh: bool = False, row: Row = Row.NONE) -> Access:
    return Access(None, methods, row, fresh, gates)


def _admin(methods: str = "GET", *, fresh: bool = False, row: Row = Row.NONE) -> Access:
    return Access(_ADMINISTRATOR, methods, row, fresh)


def _child(may: frozenset[Role], methods: str = "GET") -> Access:
    return Access(may, methods, Row.CHILD)


ACCESS: Mapping[str, Access] = {
    # ---------------------------------------------------------------------------------------- everybody
    "accounts:sign_in": _public("GET POST"),
    "accounts:sign_out": _public("POST"),
    "accounts:second_step": _public("GET POST"),
    "accounts:second_step_recovery": _public("GET POST"),
    "accounts:second_step_options": _public("POST"),
    "accounts:passkey_sign_in": _public("POST"),
    "accounts:passkey_sign_in_options": _public("POST"),
    "accounts:password_strength": _public("POST"),
    "accounts:password_forgotten": _public("GET POST"),
    "accounts:password_forgotten_sent": _public(),
    "accounts:password_reset": _public("GET POST", Row.ANY),
    "accounts:invitation": _public("GET POST", Row.ANY),
    "set_language": _public("POST"),
    "observations:offline_worker": _public(),
    "observations:manifest": _public(),
    "observations:offline_page": _public(),
    "health_live": _public(),
    "health_ready": _public(),
    "components": _public(),
    "demo_accounts": _public(),
    "mail:mailbox": _public(),
    "mail:message": _public(row=Row.ANY),
    "mail:message_html": _public(row=Row.ANY),
    # ------------------------------------------------------------------------- whoever is signed in: oneself
    "drafts:save": _own("POST"),
    "drafts:discard": _own("POST"),
    "jobs:list": _own(),
    "jobs:job": _own(row=Row.OWN),
    "jobs:status": _own(row=Row.OWN),
    "jobs:file": _own(row=Row.OWN),
    "jobs:cancel": _own("POST", row=Row.OWN),
    "jobs:discard": _own("POST", row=Row.OWN),
    "accounts:sessions": _own(),
    "accounts:session_status": _own(gates=_ALL_GATES),
    "accounts:session_extend": _own("POST", gates=_ENROLMENT),
    "accounts:session_end": _own("POST", row=Row.OWN, fresh=True),
    "accounts:sessions_end_others": _own("POST", fresh=True),
    "accounts:lock": _own("POST", gates=_ALL_GATES),
    "accounts:unlock": _own("GET POST", gates=_ALL_GATES),
    "accounts:unlock_by_passkey": _own("POST", gates=_ALL_GATES),
    "accounts:step_up": _own("GET POST", gates=_ENROLMENT),
    "accounts:password_change": _own("GET POST", gates="password"),
    "accounts:password_link": _own("POST", gates=_ENROLMENT),
    "accounts:second_factor": _own(gates=_ENROLMENT),
    "accounts:totp_add": _own("GET POST", gates=_ENROLMENT, fresh=True),
    "accounts:totp_remove": _own("POST", gates=_ENROLMENT, fresh=True),
    "accounts:passkey_options": _own("POST", gates=_ALL_GATES),
    "accounts:passkey_add": _own("GET POST", gates=_ENROLMENT, fresh=True),
    "accounts:passkey_add_options": _own("POST", gates=_ENROLMENT, fresh=True),
    "accounts:passkey": _own("GET POST", gates=_ENROLMENT, row=Row.OWN),
    "accounts:passkey_remove": _own("POST", gates=_ENROLMENT, fresh=True, row=Row.OWN),
    "accounts:recovery_codes": _own("POST", gates=_ENROLMENT, fresh=True),
    "accounts:recovery_codes_file": _own("POST", gates=_ENROLMENT),
    # --------------------------------------------------------------------------------------- daily work
    "today": Access(_ORGANISATION),
    "observations:children": Access(_READERS, "GET POST"),
    "observations:child": _child(_READERS),
    "observations:child_new": _admin("GET POST"),
    "observations:child_change": Access(_ADMINISTRATOR, "GET POST", Row.CHILD),
    "observations:child_move": Access(_ADMINISTRATOR, "GET POST", Row.CHILD),
    "observations:visit_new": Access(_ADMINISTRATOR, "GET POST", Row.CHILD),
    "observations:placement_change": Access(_ADMINISTRATOR, "GET POST", Row.CHILD),
    "observations:archive": Access(_ARCHIVE_READERS, "GET POST"),
    "observations:archive_proposals": _admin(),
    "observations:child_archive": Access(_ADMINISTRATOR, "GET POST", Row.CHILD),
    "observations:child_return": Access(_ADMINISTRATOR, "GET POST", Row.CHILD),
    "observations:note_new": Access(_NOTE_WRITERS, "GET POST"),
    "observations:notes": Access(_READERS, "GET POST"),
    "observations:child_notes": _child(_READERS, "GET POST"),
    "observations:group_notes": _child(_READERS, "GET POST"),
    "observations:note": _child(_READERS),
    "observations:note_change": _child(_NOTE_WRITERS, "GET POST"),
    "observations:note_add": _child(_NOTE_WRITERS, "GET POST"),
    "observations:note_delete": _child(_READERS, "GET POST"),
    "observations:note_tag": _child(_NOTE_WRITERS, "POST"),
    "observations:note_key": Access(_NOTE_WRITERS),
    "observations:note_late": Access(_NOTE_WRITERS, "POST"),
    "observations:registration_start": _child(_REGISTRARS, "POST"),
    "observations:registration": _child(_READERS),
    "observations:registration_line": _child(_REGISTRARS, "GET POST"),
    "observations:registration_scales": _child(_REGISTRARS, "GET POST"),
    "observations:answer": _child(_REGISTRARS, "POST"),
    "observations:registration_close": _child(_REGISTRARS, "GET POST"),
    "observations:registration_reopen": _child(_ADMINISTRATOR, "GET POST"),
    "observations:registration_versions": _child(_READERS),
    "observations:group_registrations": _child(_READERS),
    "observations:group_registrations_start": _child(_REGISTRARS, "POST"),
    "observations:group_registrations_close": _child(_REGISTRARS, "GET POST"),
    "observations:line_grid": _child(_REGISTRARS, "GET POST"),
    "observations:periods": _admin(),
    "observations:period_proposal": _admin("GET POST"),
    "observations:period_new": _admin("GET POST"),
    "observations:period": _admin("GET POST", row=Row.ORGANISATION),
    "observations:planned_age_new": _admin("GET POST"),
    "observations:planned_age": _admin("GET POST", row=Row.ORGANISATION),
    "observations:extra_new": _admin("GET POST"),
    "observations:extra": _admin("GET POST", row=Row.ORGANISATION),
    "observations:signals": Access(_READERS),
    "observations:signal": _child(_READERS),
    "observations:signal_discuss": _child(_REGISTRARS, "GET POST"),
    "observations:signal_close": _child(_REGISTRARS, "GET POST"),
    "observations:signal_rules": _admin(),
    # A kind of signal, the same in every organisation.
    "observations:signal_rule": _admin("GET POST", row=Row.ANY),
    "observations:group": _child(_READERS),
    "observations:group_pdf": _child(_REPORTERS),
    "observations:to_do": Access(_READERS),
    "observations:bso_group": _child(_READERS),
    "observations:bso_group_save": _child(_REGISTRARS, "POST"),
    "observations:bso_group_start": _child(_REGISTRARS, "POST"),
    "observations:bso_start": _child(_REGISTRARS, "POST"),
    "observations:bso_registration": _child(_READERS),
    "observations:bso_fill": _child(_REGISTRARS, "GET POST"),
    "observations:bso_close": _child(_REGISTRARS, "GET POST"),
    "observations:bso_follow_up_new": _child(_REGISTRARS, "GET POST"),
    "observations:bso_follow_up_done": _child(_REGISTRARS, "POST"),
    "observations:bso_self": _child(_REGISTRARS, "GET POST"),
    "observations:bso_settings": _admin("GET POST"),
    "observations:bso_reopen": _child(_ADMINISTRATOR, "GET POST"),
    "observations:bso_versions": _child(_READERS),
    "observations:bso_report_pdf": _child(_REPORTERS),
    "observations:bso_group_report_pdf": _child(_REPORTERS),
    "observations:bso_group_reports": _child(_REPORTERS, "POST"),
    "observations:kind_start": _public(),
    "observations:kind_code": _public("GET POST", Row.ANY),
    "observations:kind_statement": _public("GET POST", Row.ANY),
    "observations:kind_talk": _public("GET POST"),
    "observations:kind_finish": _public("GET POST"),
    "observations:kind_end": _public(),
    "observations:group_plans": _child(_READERS),
    "observations:group_plan_new": _child(_NOTE_WRITERS, "GET POST"),
    "observations:group_plan": _child(_READERS),
    "observations:group_plan_pdf": _child(_READERS),
    "observations:group_plan_effect": _child(_READERS),
    "observations:group_plan_step": _child(_NOTE_WRITERS, "POST"),
    "observations:group_plan_next": _child(_NOTE_WRITERS, "GET POST"),
    "observations:group_plan_arrange": _child(_NOTE_WRITERS, "GET POST"),
    "observations:group_plan_texts": _child(_NOTE_WRITERS, "GET POST"),
    "observations:group_plan_activities": _child(_NOTE_WRITERS, "GET POST"),
    "observations:group_plan_activity": _child(_NOTE_WRITERS, "GET POST"),
    "observations:activities": Access(_READERS),
    "observations:activity_new": Access(_NOTE_WRITERS, "GET POST"),
    "observations:activity": Access(_NOTE_WRITERS, "GET POST", Row.ORGANISATION),
    "observations:sensitive": _child(_NOTE_WRITERS),
    "observations:sensitive_new": _child(_NOTE_WRITERS, "GET POST"),
    "observations:sensitive_withdraw": Access(_NOTE_WRITERS, "GET POST", Row.CHILD, not_of_row=frozenset({Role.COACH})),
    "observations:child_reports": _child(_REPORTERS),
    "observations:parents_report": _child(_REPORTERS, "GET POST"),
    "observations:parents_report_shown": _child(_REPORTERS),
    "observations:parents_report_pdf": _child(_REPORTERS),
    "observations:parents_words": _child(_REPORTERS, "GET POST"),
    "observations:support_report_pdf": _child(_REPORTERS),
    "observations:transfer_report": _child(_REPORTERS, "GET POST"),
    "observations:transfer_report_pdf": _child(_REPORTERS),
    "observations:group_reports": _child(_REPORTERS, "GET POST"),
    "observations:group_report_pdf": _child(_REPORTERS),
    "monitoring:cross_section": Access(_FIGURES),
    "monitoring:cross_section_pdf": Access(_FIGURES),
    "privacy:leaflet": Access(_ORGANISATION),
    "privacy:leaflet_pdf": Access(_ORGANISATION),
    "privacy:processing_register": Access(_ORGANISATION),
    "privacy:processing_register_pdf": Access(_ORGANISATION),
    # ------------------------------------------------------------------------------------ administration
    "accounts:administration": Access(_OVERSIGHT),
    "accounts:role_matrix": Access(_OVERSIGHT),
    "accounts:colleagues": Access(_OVERSIGHT),
    "accounts:colleague": Access(_OVERSIGHT, row=Row.ORGANISATION),
    "accounts:trail": Access(_OVERSIGHT),
    "accounts:trail_csv": Access(_OVERSIGHT, fresh=True),
    "accounts:exports": Access(_OVERSIGHT),
    "accounts:roles_csv": Access(_OVERSIGHT, fresh=True),
    "accounts:second_factor_csv": Access(_OVERSIGHT, fresh=True),
    "accounts:subprocessors_csv": Access(_OVERSIGHT, fresh=True),
    "accounts:access_review": _admin(),
    "accounts:access_review_begin": _admin("POST"),
    "accounts:access_review_walk": _admin("GET POST", row=Row.ORGANISATION),
    "accounts:access_review_sign": _admin("POST", fresh=True, row=Row.ORGANISATION),
    "accounts:access_review_csv": Access(_OVERSIGHT, row=Row.ORGANISATION, fresh=True),
    "accounts:invite": _admin("GET POST", fresh=True),
    "accounts:invite_many": _admin("GET POST", fresh=True),
    "accounts:colleague_details": _admin("GET POST", fresh=True, row=Row.ORGANISATION),
    "accounts:colleague_unlock": _admin("POST", fresh=True, row=Row.ORGANISATION),
    "accounts:colleague_sessions_end": _admin("POST", row=Row.ORGANISATION),
    "accounts:colleague_factor_reset": _admin("GET POST", fresh=True, row=Row.ORGANISATION),
    "accounts:colleague_invitation": _admin("POST", row=Row.ORGANISATION),
    "accounts:colleague_reopen": _admin("POST", fresh=True, row=Row.ORGANISATION),
    "accounts:colleague_role_new": _admin("GET POST", fresh=True, row=Row.ORGANISATION),
    "accounts:colleague_role": _admin("GET POST", fresh=True, row=Row.ORGANISATION),
    "accounts:leaving": _admin("GET POST", fresh=True, row=Row.ORGANISATION),
    "accounts:sign_in_policy": _admin(),
    "accounts:policy_password": _admin("GET POST", fresh=True),
    "accounts:policy_second_factor": _admin("GET POST", fresh=True),
    "accounts:policy_networks": _admin("GET POST", fresh=True),
    "accounts:policy_emergency_end": _admin("GET POST", fresh=True),
    "accounts:policy_domain_add": _admin("GET POST", fresh=True),
    "accounts:policy_domain_remove": _admin("GET POST", fresh=True, row=Row.ORGANISATION),
    "observations:sensitive_settings": _admin("GET POST", fresh=True),
    "observations:school_year": _admin("GET POST", fresh=True),
    "observations:school_year_step": _admin("GET POST", fresh=True, row=Row.ORGANISATION),
    "observations:offline_settings": _admin("GET POST", fresh=True),
    "observations:groups": Access(_READERS),
    "observations:group_new": _admin("GET POST"),
    "observations:imports": _admin(),
    "observations:import_new": _admin("GET POST"),
    "observations:import_preview": _admin("GET POST", row=Row.ORGANISATION),
    "observations:import_groups": _admin("GET POST", row=Row.ORGANISATION),
    "observations:import_columns": _admin("GET POST", row=Row.ORGANISATION),
    "observations:import_confirm": _admin("GET POST", fresh=True, row=Row.ORGANISATION),
    "observations:import_result": _admin(row=Row.ORGANISATION),
    "observations:export": _admin("GET POST", fresh=True),
    "observations:group_change": _admin("GET POST", row=Row.ORGANISATION),
    "observations:group_staff": _admin("GET POST", fresh=True, row=Row.ORGANISATION),
    "observations:group_staff_change": _admin("GET POST", fresh=True, row=Row.ORGANISATION),
    # -------------------------------------------------------------------------------------- Bazalt's staff
    "accounts:staff": Access(_BAZALT),
    "accounts:staff_administrator": Access(_SECRETARIAT, "POST", fresh=True),
    "accounts:staff_unlock": Access(_SECRETARIAT, "GET POST", Row.ANY, fresh=True),
    "accounts:staff_factor": Access(_SECRETARIAT, "GET POST", Row.ANY, fresh=True),
    "accounts:staff_networks": Access(_SECRETARIAT, "GET POST", Row.ANY, fresh=True),
}
