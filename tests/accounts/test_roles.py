"""The table of roles and rights, pinned: a change of it is a decision, and changes this file too (ACC-9)."""

import pytest
from django.utils.translation import override

from accounts.roles import ROLE_TABLE, Reach, Right, Role, roles_with
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

# fmt: off
TABLE = {
    #                            administrator group staff   support    coach      management quality    lem           officer
    Right.TODAY_VIEW:          (ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION),
    Right.CHILD_READ:          (ORGANISATION, GROUPS,       LOCATIONS,    LOCATIONS,    NO,           NO,           NO,           NO),
    Right.CHILD_WRITE:         (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           NO),
    Right.NOTE_READ:           (ORGANISATION, GROUPS,       LOCATIONS,    LOCATIONS,    NO,           NO,           NO,           NO),
    Right.NOTE_WRITE:          (NO,           GROUPS,       LOCATIONS,    LOCATIONS,    NO,           NO,           NO,           NO),
    Right.REGISTRATION_READ:   (ORGANISATION, GROUPS,       LOCATIONS,    LOCATIONS,    NO,           NO,           NO,           NO),
    Right.REGISTRATION_WRITE:  (NO,           GROUPS,       LOCATIONS,    NO,           NO,           NO,           NO,           NO),
    Right.REGISTRATION_CLOSE:  (NO,           GROUPS,       LOCATIONS,    NO,           NO,           NO,           NO,           NO),
    Right.REGISTRATION_REOPEN: (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           NO),
    Right.MONITORING_READ:     (ORGANISATION, NO,           LOCATIONS,    LOCATIONS,    LOCATIONS,    LOCATIONS,    NO,           NO),
    Right.MONITORING_EXPORT:   (ORGANISATION, NO,           LOCATIONS,    LOCATIONS,    LOCATIONS,    LOCATIONS,    NO,           NO),
    Right.PRIVACY_READ:        (ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION, ORGANISATION),
    Right.AUDIT_READ:          (ORGANISATION, NO,           NO,           NO,           NO,           NO,           NO,           ORGANISATION),
}
MODULES = {
    Right.TODAY_VIEW: None,
    Right.CHILD_READ: None,
    Right.CHILD_WRITE: None,
    Right.NOTE_READ: Module.REGISTRATION,
    Right.NOTE_WRITE: Module.REGISTRATION,
    Right.REGISTRATION_READ: Module.REGISTRATION,
    Right.REGISTRATION_WRITE: Module.REGISTRATION,
    Right.REGISTRATION_CLOSE: Module.REGISTRATION,
    Right.REGISTRATION_REOPEN: Module.REGISTRATION,
    Right.MONITORING_READ: Module.MONITORING,
    Right.MONITORING_EXPORT: Module.MONITORING,
    Right.PRIVACY_READ: None,
    Right.AUDIT_READ: None,
}
# fmt: on

CONTENT = {
    Right.CHILD_READ,
    Right.CHILD_WRITE,
    Right.NOTE_READ,
    Right.NOTE_WRITE,
    Right.REGISTRATION_READ,
    Right.REGISTRATION_WRITE,
    Right.REGISTRATION_CLOSE,
    Right.REGISTRATION_REOPEN,
}


@pytest.mark.requirement("ACC-9.1")
def test_table_is_the_pinned_one() -> None:
    found = {right: tuple(ROLE_TABLE[role].get(right) for role in ROLES) for right in Right}
    assert found == TABLE
    assert tuple(Role) == ROLES
    assert set(ROLE_TABLE) == set(Role)


def test_rights_belong_to_the_pinned_modules() -> None:
    assert {right: right.module for right in Right} == MODULES


@pytest.mark.requirement("ACC-9.4")
@pytest.mark.requirement("ACC-9.5")
@pytest.mark.parametrize("role", [Role.MANAGEMENT, Role.QUALITY, Role.DATA_PROTECTION_OFFICER])
def test_who_works_with_figures_reads_no_content(role: Role) -> None:
    assert set(ROLE_TABLE[role]) & CONTENT == set()


@pytest.mark.requirement("ACC-9.10")
def test_reading_writing_deciding_and_exporting_are_separate_rights() -> None:
    by_word = {right.code.rpartition(".")[2] for right in Right}
    assert by_word == {"view", "read", "write", "close", "reopen", "export"}
    assert len({right.code for right in Right}) == len(Right)


def test_roles_with_a_right_are_said_in_words() -> None:
    assert roles_with(Right.AUDIT_READ) == [Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER]
    with override("nl"):
        assert Right.AUDIT_READ.given_by() == "beheerder, functionaris gegevensbescherming"
        assert str(Right.AUDIT_READ.label) == "het logboek lezen"
