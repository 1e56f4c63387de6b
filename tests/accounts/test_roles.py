"""The table of roles and rights, pinned: a change of it is a decision, and changes this file too (ACC-9)."""

import pytest
from django.utils.translation import override

from accounts.roles import (
    ALWAYS_SECOND_FACTOR,
    ORGANISATION_ROLES,
    ROLE_TABLE,
    STAFF_ROLES,
    UNDIVIDED_ROLES,
    Reach,
    Right,
    Role,
    roles_with,
)
from licensing.modules import Module

GROUPS, LOCATIONS, ORGANISATION = Reach.GROUPS, Reach.LOCATIONS, Reach.ORGANISATION
NO = None

ROLES = (
    Role.ADMINISTRATOR,
    Role.GROUP_STAFF,
    Role.INTERNAL_SUPPORT,
    Role.COACH,
    Role.MANAGEMENT,
    Role.QUALITY,
    Role.MEASUREMENT_COORDINATOR,
    Role.DATA_PROTECTION_OFFICER,
)
STAFF = (
    Role.SECRETARIAT,
    Role.MARKETING,
    Role.ADVISER,
    Role.HELPDESK,
    Role.SYSTEM_ADMINISTRATOR,
)

# fmt: off
TABLE = {
    #                             administrator group staff   support       coach         management    quality       lem           officer
    Right.TODAY_VIEW:           (ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION),
    Right.CHILD_READ:           (ORGANISATION, GROUPS,       LOCATIONS,    LOCATIONS,    NO,           NO,           NO,           NO),
    Right.CHILD_WRITE:          (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           NO),
    Right.CHILD_IMPORT:         (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           NO),
    Right.CHILD_EXPORT:         (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           NO),
    Right.GROUP_WRITE:          (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           NO),
    Right.ARCHIVE_READ:         (ORGANISATION, NO,           LOCATIONS,    NO,           NO,           NO,           NO,           NO),
    Right.ARCHIVE_WRITE:        (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           NO),
    Right.GROUP_STAFF_WRITE:    (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           NO),
    Right.NOTE_READ:            (ORGANISATION, GROUPS,       LOCATIONS,    LOCATIONS,    NO,           NO,           NO,           NO),
    Right.NOTE_WRITE:           (NO,           GROUPS,       LOCATIONS,    LOCATIONS,    NO,           NO,           NO,           NO),
    Right.NOTE_DECIDE:          (ORGANISATION, NO,           LOCATIONS,    NO,           NO,           NO,           NO,           NO),
    Right.REGISTRATION_READ:    (ORGANISATION, GROUPS,       LOCATIONS,    LOCATIONS,    NO,           NO,           NO,           NO),
    Right.REGISTRATION_WRITE:   (NO,           GROUPS,       LOCATIONS,    NO,           NO,           NO,           NO,           NO),
    Right.REGISTRATION_CLOSE:   (NO,           GROUPS,       LOCATIONS,    NO,           NO,           NO,           NO,           NO),
    Right.REGISTRATION_REOPEN:  (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           NO),
    Right.PERIOD_WRITE:         (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           NO),
    Right.SIGNAL_READ:          (ORGANISATION, GROUPS,       LOCATIONS,    LOCATIONS,    NO,           NO,           NO,           NO),
    Right.SIGNAL_WRITE:         (NO,           GROUPS,       LOCATIONS,    NO,           NO,           NO,           NO,           NO),
    Right.SIGNAL_RULES_WRITE:   (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           NO),
    Right.REPORT_EXPORT:        (ORGANISATION, GROUPS,       LOCATIONS,    NO,           NO,           NO,           NO,           NO),
    Right.PLAN_READ:            (ORGANISATION, GROUPS,       LOCATIONS,    LOCATIONS,    NO,           NO,           NO,           NO),
    Right.PLAN_WRITE:           (NO,           GROUPS,       LOCATIONS,    LOCATIONS,    NO,           NO,           NO,           NO),
    Right.BSO_READ:             (ORGANISATION, GROUPS,       LOCATIONS,    LOCATIONS,    NO,           NO,           NO,           NO),
    Right.BSO_WRITE:            (NO,           GROUPS,       LOCATIONS,    NO,           NO,           NO,           NO,           NO),
    Right.BSO_REOPEN:           (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           NO),
    Right.BSO_EXPORT:           (ORGANISATION, GROUPS,       LOCATIONS,    NO,           NO,           NO,           NO,           NO),
    Right.SENSITIVE_READ:       (NO,           NO,           LOCATIONS,    LOCATIONS,    NO,           NO,           NO,           NO),
    Right.SENSITIVE_WRITE:      (NO,           GROUPS,       LOCATIONS,    LOCATIONS,    NO,           NO,           NO,           NO),
    Right.SENSITIVE_DECIDE:     (NO,           NO,           LOCATIONS,    NO,           NO,           NO,           NO,           NO),
    Right.MONITORING_READ:      (ORGANISATION, NO,           LOCATIONS,    LOCATIONS,    LOCATIONS,    LOCATIONS,    NO,           NO),
    Right.MONITORING_EXPORT:    (ORGANISATION, NO,           LOCATIONS,    LOCATIONS,    LOCATIONS,    LOCATIONS,    NO,           NO),
    Right.PRIVACY_READ:         (ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION),
    Right.AUDIT_READ:           (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           ORGANISATION),
    Right.AUDIT_EXPORT:         (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           ORGANISATION),
    Right.ACCOUNT_READ:         (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           ORGANISATION),
    Right.ACCOUNT_WRITE:        (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           NO),
    Right.ACCOUNT_EXPORT:       (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           ORGANISATION),
    Right.ROLE_DECIDE:          (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           NO),
    Right.SIGN_IN_POLICY_WRITE: (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           NO),
    Right.MODULE_DECIDE:        (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           NO),
    Right.ACCESS_REVIEW_DECIDE: (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           NO),
    Right.STAFF_VIEW:           (NO,           NO,           NO,           NO,           NO,           NO,           NO,           NO),
    Right.STAFF_UNLOCK:         (NO,           NO,           NO,           NO,           NO,           NO,           NO,           NO),
}
STAFF_TABLE = {
    #                    secretariat   marketing     adviser       helpdesk      system administrator
    Right.STAFF_VIEW:   (ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION),
    Right.STAFF_UNLOCK: (ORGANISATION, NO,           NO,           NO,           NO),
}
MODULES = {
    Right.NOTE_READ: Module.REGISTRATION,
    Right.NOTE_WRITE: Module.REGISTRATION,
    Right.REGISTRATION_READ: Module.REGISTRATION,
    Right.REGISTRATION_WRITE: Module.REGISTRATION,
    Right.REGISTRATION_CLOSE: Module.REGISTRATION,
    Right.REGISTRATION_REOPEN: Module.REGISTRATION,
    Right.NOTE_DECIDE: Module.REGISTRATION,
    Right.PERIOD_WRITE: Module.REGISTRATION,
    Right.SIGNAL_RULES_WRITE: Module.REGISTRATION,
    Right.REPORT_EXPORT: Module.REGISTRATION,
    Right.PLAN_READ: Module.REGISTRATION,
    Right.PLAN_WRITE: Module.REGISTRATION,
    Right.BSO_READ: Module.BSO,
    Right.BSO_WRITE: Module.BSO,
    Right.BSO_REOPEN: Module.BSO,
    Right.BSO_EXPORT: Module.BSO,
    Right.SENSITIVE_READ: Module.SENSITIVE_REMARKS,
    Right.SENSITIVE_WRITE: Module.SENSITIVE_REMARKS,
    Right.SENSITIVE_DECIDE: Module.SENSITIVE_REMARKS,
    Right.MONITORING_READ: Module.MONITORING,
    Right.MONITORING_EXPORT: Module.MONITORING,
}
# fmt: on

CONTENT = {
    Right.CHILD_READ,
    Right.CHILD_WRITE,
    Right.GROUP_STAFF_WRITE,
    Right.NOTE_READ,
    Right.NOTE_WRITE,
    Right.REGISTRATION_READ,
    Right.REGISTRATION_WRITE,
    Right.REGISTRATION_CLOSE,
    Right.REGISTRATION_REOPEN,
    Right.SENSITIVE_READ,
    Right.SENSITIVE_WRITE,
    Right.SENSITIVE_DECIDE,
    Right.CHILD_IMPORT,
    Right.CHILD_EXPORT,
    Right.GROUP_WRITE,
    Right.ARCHIVE_READ,
    Right.ARCHIVE_WRITE,
    Right.NOTE_DECIDE,
    Right.PERIOD_WRITE,
    Right.SIGNAL_READ,
    Right.SIGNAL_WRITE,
    Right.SIGNAL_RULES_WRITE,
    Right.REPORT_EXPORT,
    Right.PLAN_READ,
    Right.PLAN_WRITE,
    Right.BSO_READ,
    Right.BSO_REOPEN,
    Right.BSO_EXPORT,
    Right.BSO_WRITE,
}


@pytest.mark.requirement("ACC-9.1")
def test_table_is_the_pinned_one() -> None:
    found = {right: tuple(ROLE_TABLE[role].get(right) for role in ROLES) for right in Right}
    assert found == TABLE
    assert tuple(Role) == ROLES + STAFF
    assert set(ROLE_TABLE) == set(Role)


@pytest.mark.requirement("ACC-9.1")
def test_bazalts_own_roles_have_no_right_on_an_organisations_work() -> None:
    found = {right: tuple(ROLE_TABLE[role].get(right) for role in STAFF) for right in Right}
    nothing = (NO,) * len(STAFF)
    assert {right: row for right, row in found.items() if row != nothing} == STAFF_TABLE
    assert (frozenset(STAFF), ROLES) == (STAFF_ROLES, ORGANISATION_ROLES)


def test_who_always_needs_a_second_factor_and_whose_role_is_undivided() -> None:
    assert {Role.ADMINISTRATOR, *STAFF} == ALWAYS_SECOND_FACTOR
    assert {Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER, *STAFF} == UNDIVIDED_ROLES


@pytest.mark.requirement("ACC-9.11")
def test_every_right_is_explained_in_a_sentence_of_its_own() -> None:
    with override("nl"):
        explanations = [str(right.explanation) for right in Right]
    assert all(text.endswith(".") for text in explanations)
    assert len(set(explanations)) == len(Right)


def test_who_reads_the_trail_reads_accounts_too() -> None:
    # The menu's entry "Beheer" is for both; it asks for one of them.
    assert set(roles_with(Right.AUDIT_READ)) <= set(roles_with(Right.ACCOUNT_READ))


def test_rights_belong_to_the_pinned_modules() -> None:
    assert {right: right.module for right in Right if right.module is not None} == MODULES


@pytest.mark.requirement("ACC-9.4")
@pytest.mark.requirement("ACC-9.5")
@pytest.mark.parametrize("role", [Role.MANAGEMENT, Role.QUALITY, Role.DATA_PROTECTION_OFFICER])
def test_who_works_with_figures_reads_no_content(role: Role) -> None:
    assert set(ROLE_TABLE[role]) & CONTENT == set()


@pytest.mark.requirement("ACC-9.10")
def test_reading_writing_deciding_and_exporting_are_separate_rights() -> None:
    by_word = {right.code.rpartition(".")[2] for right in Right}
    assert by_word == {"view", "read", "write", "close", "reopen", "export", "decide", "unlock", "import"}
    assert len({right.code for right in Right}) == len(Right)


def test_roles_with_a_right_are_said_in_words() -> None:
    assert roles_with(Right.AUDIT_READ) == [Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER]
    with override("nl"):
        assert Right.AUDIT_READ.given_by() == "beheerder, functionaris gegevensbescherming"
        assert str(Right.AUDIT_READ.label) == "het logboek lezen"
