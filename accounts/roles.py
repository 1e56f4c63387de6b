"""The table of roles and rights: what a role may do, and how far it reaches (ACC-9). Pure data, no Django models.

Read, write, decide and export are separate rights. The table is shown to administrators as it stands here.
"""

from collections.abc import Mapping
from enum import Enum, IntEnum
from typing import Self

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from licensing.modules import Module


class Reach(IntEnum):
    """How far a right reaches: the children of one's own groups, of one's locations, or of the organisation."""

    GROUPS = 1
    LOCATIONS = 2
    ORGANISATION = 3


class Role(models.TextChoices):
    """A role inside an organisation."""

    ADMINISTRATOR = "administrator", _("beheerder")
    GROUP_STAFF = "group_staff", _("pedagogisch medewerker / leerkracht")
    INTERNAL_SUPPORT = "internal_support", _("intern begeleider")
    COACH = "coach", _("pedagogisch coach")
    MANAGEMENT = "management", _("leidinggevende / directie")
    QUALITY = "quality", _("kwaliteitsmedewerker")
    MEASUREMENT_COORDINATOR = "lem_coordinator", _("coördinator leerlingmonitor")
    DATA_PROTECTION_OFFICER = "data_protection_officer", _("functionaris gegevensbescherming")


class Right(Enum):
    """A thing one may do: code, what it is in words, and the module it belongs to."""

    TODAY_VIEW = "today.view", _("de eerste pagina openen"), None
    CHILD_READ = "child.read", _("dossiers van kinderen lezen"), None
    CHILD_WRITE = "child.write", _("gegevens van kinderen wijzigen"), None
    NOTE_READ = "note.read", _("observatienotities lezen"), Module.REGISTRATION
    NOTE_WRITE = "note.write", _("observatienotities schrijven"), Module.REGISTRATION
    REGISTRATION_READ = "registration.read", _("registraties lezen"), Module.REGISTRATION
    REGISTRATION_WRITE = "registration.write", _("registraties invullen"), Module.REGISTRATION
    REGISTRATION_CLOSE = "registration.close", _("registraties afsluiten"), Module.REGISTRATION
    REGISTRATION_REOPEN = "registration.reopen", _("afgesloten registraties heropenen"), Module.REGISTRATION
    MONITORING_READ = "monitoring.read", _("dwarsdoorsneden bekijken"), Module.MONITORING
    MONITORING_EXPORT = "monitoring.export", _("dwarsdoorsneden als PDF ophalen"), Module.MONITORING
    PRIVACY_READ = "privacy.read", _("bijsluiter en verwerkingsregister lezen"), None
    AUDIT_READ = "audit.read", _("het logboek lezen"), None

    label: str | Promise
    module: Module | None

    def __new__(cls, code: str, label: str | Promise, module: Module | None) -> Self:
        """Make the code the member's value: a text still to be translated must not be hashed at import."""
        member = object.__new__(cls)
        member._value_ = code
        member.label = label
        member.module = module
        return member

    @property
    def code(self) -> str:
        """The right's lasting name."""
        return str(self.value)

    def given_by(self) -> str:
        """Return the roles that have this right, in words, for a refusal that helps."""
        return ", ".join(str(role.label) for role in roles_with(self))


_READS = {Right.CHILD_READ, Right.NOTE_READ, Right.REGISTRATION_READ}
_WRITES = {Right.NOTE_WRITE, Right.REGISTRATION_WRITE, Right.REGISTRATION_CLOSE}


def _rights(reach: Reach, *groups: set[Right]) -> dict[Right, Reach]:
    everyone = {Right.TODAY_VIEW: Reach.ORGANISATION, Right.PRIVACY_READ: Reach.ORGANISATION}
    return everyone | {right: reach for group in groups for right in group}


_MONITORING = {Right.MONITORING_READ, Right.MONITORING_EXPORT}

ROLE_TABLE: Mapping[Role, Mapping[Right, Reach]] = {
    Role.ADMINISTRATOR: _rights(
        Reach.ORGANISATION,
        _READS,
        {Right.CHILD_WRITE, Right.REGISTRATION_REOPEN, Right.AUDIT_READ, Right.MONITORING_READ},
        {Right.MONITORING_EXPORT},
    ),
    Role.GROUP_STAFF: _rights(Reach.GROUPS, _READS, _WRITES),
    Role.INTERNAL_SUPPORT: _rights(Reach.LOCATIONS, _READS, _WRITES, _MONITORING),
    Role.COACH: _rights(Reach.LOCATIONS, _READS, {Right.NOTE_WRITE}, _MONITORING),
    Role.MANAGEMENT: _rights(Reach.LOCATIONS, _MONITORING),
    Role.QUALITY: _rights(Reach.LOCATIONS, _MONITORING),
    Role.MEASUREMENT_COORDINATOR: _rights(Reach.ORGANISATION),
    Role.DATA_PROTECTION_OFFICER: _rights(Reach.ORGANISATION, {Right.AUDIT_READ}),
}


def roles_with(right: Right) -> list[Role]:
    """Return the roles that have a right, so that a refusal can say who can help."""
    return [role for role in Role if right in ROLE_TABLE[role]]
