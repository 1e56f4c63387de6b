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
    # Bazalt's own staff: these exist in the provider's organisation only.
    SECRETARIAT = "secretariat", _("secretariaat van Bazalt")
    MARKETING = "marketing", _("marketing van Bazalt")
    ADVISER = "adviser", _("onderwijsadviseur van Bazalt")
    HELPDESK = "helpdesk", _("helpdesk van Bazalt")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("systeembeheer")


class Right(Enum):
    """A thing one may do: code, what it is in words, the module it belongs to, and what it comes down to in practice."""

    TODAY_VIEW = (
        "today.view",
        _("de eerste pagina openen"),
        None,
        _("Na het inloggen zien wat er te doen is. Wat daar staat, hangt af van de andere rechten."),
    )
    CHILD_READ = (
        "child.read",
        _("dossiers van kinderen lezen"),
        None,
        _("De lijst van kinderen zien en een dossier openen: naam, geboortedatum, groep en thuistaal."),
    )
    CHILD_WRITE = (
        "child.write",
        _("gegevens van kinderen wijzigen"),
        None,
        _("Gegevens in een dossier verbeteren, een kind in een groep plaatsen en een mentor kiezen."),
    )
    CHILD_IMPORT = (
        "child.import",
        _("kinderen, groepen en medewerkers inlezen uit een bestand"),
        None,
        _("Een bestand uit de administratie inlezen. Eerst is te zien wat er verandert, daarna pas wordt het bewaard."),
    )
    CHILD_EXPORT = (
        "child.export",
        _("kinderen en groepen als bestand ophalen"),
        None,
        _("De gegevens van kinderen meenemen als CSV of Excel."),
    )
    GROUP_WRITE = (
        "group.write",
        _("groepen maken en het nieuwe schooljaar klaarzetten"),
        None,
        _("Groepen maken en wijzigen, en kinderen overzetten naar een nieuw schooljaar."),
    )
    ARCHIVE_READ = (
        "archive.read",
        _("het archief van kinderen lezen"),
        None,
        _("Dossiers opzoeken van kinderen die er niet meer zijn."),
    )
    ARCHIVE_WRITE = (
        "archive.write",
        _("kinderen archiveren en terugzetten"),
        None,
        _("Een kind dat vertrekt naar het archief brengen, en terughalen als dat nodig is."),
    )
    GROUP_STAFF_WRITE = (
        "group_staff.write",
        _("medewerkers aan groepen koppelen"),
        None,
        _("Bepalen wie op welke groep werkt, van wanneer tot wanneer. Daarmee ziet iemand de kinderen van die groep."),
    )
    NOTE_READ = (
        "note.read",
        _("observatienotities lezen"),
        Module.REGISTRATION,
        _("Lezen wat collega's over een kind hebben opgeschreven."),
    )
    NOTE_WRITE = (
        "note.write",
        _("observatienotities schrijven"),
        Module.REGISTRATION,
        _("Opschrijven wat een kind deed of zei."),
    )
    NOTE_DECIDE = (
        "note.decide",
        _("observatienotities van anderen verwijderen"),
        Module.REGISTRATION,
        _(
            "Een notitie weghalen die bij het verkeerde kind staat of er niet hoort. In het logboek blijft staan dat het is gebeurd."
        ),
    )
    REGISTRATION_READ = (
        "registration.read",
        _("registraties lezen"),
        Module.REGISTRATION,
        _("Zien hoe de ontwikkeling van een kind is geregistreerd, nu en eerder."),
    )
    REGISTRATION_WRITE = (
        "registration.write",
        _("registraties invullen"),
        Module.REGISTRATION,
        _("Een registratie beginnen en mijlpalen, kenmerken en conclusie invullen."),
    )
    REGISTRATION_CLOSE = (
        "registration.close",
        _("registraties afsluiten"),
        Module.REGISTRATION,
        _("Een registratie vastzetten. Daarna kan er niets meer in veranderen."),
    )
    REGISTRATION_REOPEN = (
        "registration.reopen",
        _("afgesloten registraties heropenen"),
        Module.REGISTRATION,
        _("Een afgesloten registratie weer open zetten, met een reden. De afgesloten versie blijft bewaard."),
    )
    PERIOD_WRITE = (
        "period.write",
        _("registratieperioden plannen"),
        Module.REGISTRATION,
        _("Bepalen wanneer kinderen worden geregistreerd: in vaste maanden, op leeftijd, of allebei."),
    )
    SIGNAL_READ = (
        "signal.read",
        _("signalen bekijken"),
        None,
        _("Zien waar een kind of een groep aandacht vraagt, en waarom."),
    )
    SIGNAL_WRITE = (
        "signal.write",
        _("signalen bespreken en afsluiten"),
        None,
        _("Een signaal in bespreking nemen en met een uitkomst afsluiten."),
    )
    SIGNAL_RULES_WRITE = (
        "signal_rules.write",
        _("instellen wanneer er een signaal komt"),
        Module.REGISTRATION,
        _("De grenzen kiezen waarbij een signaal ontstaat. Dit kan niet tijdens een registratieperiode."),
    )
    REPORT_EXPORT = (
        "report.export",
        _("verslagen van kinderen en groepen maken"),
        Module.REGISTRATION,
        _("Een verslag voor het oudergesprek, de interne begeleiding, de groep of de overdracht maken als PDF."),
    )
    PLAN_READ = (
        "plan.read",
        _("groepsplannen lezen"),
        Module.REGISTRATION,
        _("Zien welk aanbod er voor een groep is gepland en wat het opleverde."),
    )
    PLAN_WRITE = (
        "plan.write",
        _("groepsplannen maken"),
        Module.REGISTRATION,
        _("Kinderen met dezelfde behoefte samen zetten, doelen en aanbod kiezen, en evalueren."),
    )
    BSO_READ = (
        "bso.read",
        _("BSO-registraties lezen"),
        Module.BSO,
        _("Zien hoe het met een kind op de BSO gaat, volgens de medewerker en volgens het kind zelf."),
    )
    BSO_WRITE = (
        "bso.write",
        _("BSO-registraties invullen en afsluiten"),
        Module.BSO,
        _("Welbevinden, betrokkenheid en sociaal gedrag invullen, en een kind zelf laten invullen."),
    )
    BSO_REOPEN = (
        "bso.reopen",
        _("afgesloten BSO-registraties heropenen"),
        Module.BSO,
        _("Een afgesloten meting weer open zetten, met een reden. De afgesloten versie blijft bewaard."),
    )
    BSO_EXPORT = (
        "bso.export",
        _("BSO-verslagen van kinderen en groepen maken"),
        Module.BSO,
        _("Een verslag van een kind voor het gesprek met ouders, of van de groep voor het team, maken als PDF."),
    )
    SENSITIVE_READ = (
        "sensitive.read",
        _("bijzondere opmerkingen van iedereen lezen"),
        Module.SENSITIVE_REMARKS,
        _("Lezen wat collega's over gezondheid of thuissituatie schreven. De mentor van een kind mag dat ook."),
    )
    SENSITIVE_WRITE = (
        "sensitive.write",
        _("bijzondere opmerkingen schrijven"),
        Module.SENSITIVE_REMARKS,
        _("Iets over gezondheid of thuissituatie opschrijven, en dat zelf teruglezen en intrekken."),
    )
    SENSITIVE_DECIDE = (
        "sensitive.decide",
        _("bijzondere opmerkingen van anderen intrekken"),
        Module.SENSITIVE_REMARKS,
        _("De tekst van een bijzondere opmerking wissen die er niet hoort of niet meer klopt."),
    )
    MONITORING_READ = (
        "monitoring.read",
        _("dwarsdoorsneden bekijken"),
        Module.MONITORING,
        _("Cijfers over groepen kinderen zien, zonder namen. Kleine aantallen blijven verborgen."),
    )
    MONITORING_EXPORT = (
        "monitoring.export",
        _("dwarsdoorsneden als PDF ophalen"),
        Module.MONITORING,
        _("Diezelfde cijfers als bestand meenemen."),
    )
    PRIVACY_READ = (
        "privacy.read",
        _("bijsluiter en verwerkingsregister lezen"),
        None,
        _("Nalezen welke gegevens er worden bewaard, waarvoor en hoe lang."),
    )
    AUDIT_READ = (
        "audit.read",
        _("het logboek lezen"),
        None,
        _("Zien wie wat deed en wanneer. In het logboek staan geen namen van kinderen en geen teksten over hen."),
    )
    AUDIT_EXPORT = (
        "audit.export",
        _("het logboek als bestand ophalen"),
        None,
        _("Het logboek meenemen, bijvoorbeeld voor een controle."),
    )
    ACCOUNT_READ = (
        "account.read",
        _("medewerkers, hun rollen en hun laatste inlog bekijken"),
        None,
        _("De lijst van collega's zien: wie een account heeft, met welke rollen, en wie er lang niet was."),
    )
    ACCOUNT_WRITE = (
        "account.write",
        _("medewerkers uitnodigen, ontgrendelen en afsluiten"),
        None,
        _("Accounts beheren: uitnodigen, van het slot halen, de tweede stap wissen, sessies beëindigen en afsluiten."),
    )
    ACCOUNT_EXPORT = (
        "account.export",
        _("overzichten van accounts en rollen als bestand ophalen"),
        None,
        _("Overzichten meenemen van wie waarbij kan, bijvoorbeeld voor het bestuur."),
    )
    ROLE_DECIDE = (
        "role.decide",
        _("rollen geven en intrekken"),
        None,
        _("Bepalen welke rol iemand heeft, waar, en van wanneer tot wanneer."),
    )
    SIGN_IN_POLICY_WRITE = (
        "sign_in_policy.write",
        _("instellen hoe en vanwaar wordt ingelogd"),
        None,
        _("Kiezen hoe lang wachtwoorden zijn, wie een tweede stap nodig heeft en vanaf welke plekken men inlogt."),
    )
    MODULE_DECIDE = (
        "module.decide",
        _("onderdelen als bijzondere opmerkingen en notities zonder verbinding aan- of uitzetten"),
        None,
        _(
            "Beslissen of in de organisatie bijzondere opmerkingen worden bewaard, of notities op een apparaat mogen wachten"
            " en vanaf welke leeftijd kinderen in de BSO zelf invullen. Lezen mag men daarmee niets."
        ),
    )
    ACCESS_REVIEW_DECIDE = (
        "access_review.decide",
        _("de jaarlijkse controle van toegang doen"),
        None,
        _("Eens per jaar alle accounts langslopen en per account beslissen of de toegang nog klopt."),
    )
    STAFF_VIEW = (
        "staff.view",
        _("het werkblad van Bazalt openen"),
        None,
        _("De eerste pagina voor medewerkers van Bazalt openen. Er staat niets in over kinderen."),
    )
    STAFF_UNLOCK = (
        "staff.unlock",
        _("beheerders van organisaties weer toegang geven"),
        None,
        _("Een beheerder die niet meer kan inloggen weer binnenlaten. Dit geeft zelf geen toegang tot gegevens."),
    )

    label: str | Promise
    module: Module | None
    explanation: str | Promise

    def __new__(cls, code: str, label: str | Promise, module: Module | None, explanation: str | Promise) -> Self:
        """Make the code the member's value: a text still to be translated must not be hashed at import."""
        member = object.__new__(cls)
        member._value_ = code
        member.label = label
        member.module = module
        member.explanation = explanation
        return member

    @property
    def code(self) -> str:
        """The right's lasting name."""
        return str(self.value)

    def given_by(self) -> str:
        """Return the roles that have this right, in words, for a refusal that helps."""
        return ", ".join(str(role.label) for role in roles_with(self))


_READS = {
    Right.CHILD_READ,
    Right.NOTE_READ,
    Right.REGISTRATION_READ,
    Right.SIGNAL_READ,
    Right.PLAN_READ,
    Right.BSO_READ,
}
_WRITES = {
    Right.NOTE_WRITE,
    Right.REGISTRATION_WRITE,
    Right.REGISTRATION_CLOSE,
    Right.SIGNAL_WRITE,
    Right.REPORT_EXPORT,
    Right.PLAN_WRITE,
    Right.BSO_WRITE,
    Right.BSO_EXPORT,
}
# What the keeper of the children's administration does.
_CHILD_ADMINISTRATION = {
    Right.CHILD_WRITE,
    Right.CHILD_IMPORT,
    Right.CHILD_EXPORT,
    Right.GROUP_WRITE,
    Right.GROUP_STAFF_WRITE,
    Right.ARCHIVE_READ,
    Right.ARCHIVE_WRITE,
    Right.NOTE_DECIDE,
    Right.REGISTRATION_REOPEN,
    Right.PERIOD_WRITE,
    Right.SIGNAL_RULES_WRITE,
    Right.REPORT_EXPORT,
    Right.BSO_REOPEN,
    Right.BSO_EXPORT,
}


_ADMINISTRATION = {
    Right.AUDIT_READ,
    Right.AUDIT_EXPORT,
    Right.ACCOUNT_READ,
    Right.ACCOUNT_WRITE,
    Right.ACCOUNT_EXPORT,
    Right.ROLE_DECIDE,
    Right.SIGN_IN_POLICY_WRITE,
    Right.MODULE_DECIDE,
    Right.ACCESS_REVIEW_DECIDE,
}
_OVERSIGHT = {Right.AUDIT_READ, Right.AUDIT_EXPORT, Right.ACCOUNT_READ, Right.ACCOUNT_EXPORT}


def _rights(reach: Reach, *groups: set[Right]) -> dict[Right, Reach]:
    everyone = {Right.TODAY_VIEW: Reach.ORGANISATION, Right.PRIVACY_READ: Reach.ORGANISATION}
    return everyone | {right: reach for group in groups for right in group}


def _staff_rights(*rights: Right) -> dict[Right, Reach]:
    """Return the rights of a role of Bazalt's staff: nothing of any organisation's own work (SUP-1)."""
    return dict.fromkeys((Right.STAFF_VIEW, *rights), Reach.ORGANISATION)


_MONITORING = {Right.MONITORING_READ, Right.MONITORING_EXPORT}
_SENSITIVE = {Right.SENSITIVE_READ, Right.SENSITIVE_WRITE}

ROLE_TABLE: Mapping[Role, Mapping[Right, Reach]] = {
    Role.ADMINISTRATOR: _rights(
        Reach.ORGANISATION,
        _READS,
        _CHILD_ADMINISTRATION,
        _ADMINISTRATION,
        _MONITORING,
    ),
    # The mentor, and who wrote it, read by a rule of their own: observations/domain/notes/sensitive.py (ACC-10).
    Role.GROUP_STAFF: _rights(Reach.GROUPS, _READS, _WRITES, {Right.SENSITIVE_WRITE}),
    Role.INTERNAL_SUPPORT: _rights(
        Reach.LOCATIONS,
        _READS,
        _WRITES,
        _SENSITIVE,
        {Right.SENSITIVE_DECIDE, Right.ARCHIVE_READ, Right.NOTE_DECIDE},
        _MONITORING,
    ),
    Role.COACH: _rights(Reach.LOCATIONS, _READS, {Right.NOTE_WRITE, Right.PLAN_WRITE}, _SENSITIVE, _MONITORING),
    Role.MANAGEMENT: _rights(Reach.LOCATIONS, _MONITORING),
    Role.QUALITY: _rights(Reach.LOCATIONS, _MONITORING),
    Role.MEASUREMENT_COORDINATOR: _rights(Reach.ORGANISATION),
    Role.DATA_PROTECTION_OFFICER: _rights(Reach.ORGANISATION, _OVERSIGHT),
    Role.SECRETARIAT: _staff_rights(Right.STAFF_UNLOCK),
    Role.MARKETING: _staff_rights(),
    Role.ADVISER: _staff_rights(),
    Role.HELPDESK: _staff_rights(),
    Role.SYSTEM_ADMINISTRATOR: _staff_rights(),
}


def roles_with(right: Right) -> list[Role]:
    """Return the roles that have a right, so that a refusal can say who can help."""
    return [role for role in Role if right in ROLE_TABLE[role]]


STAFF_ROLES = frozenset({Role.SECRETARIAT, Role.MARKETING, Role.ADVISER, Role.HELPDESK, Role.SYSTEM_ADMINISTRATOR})
ORGANISATION_ROLES = tuple(role for role in Role if role not in STAFF_ROLES)
# For these a second factor is never a choice (ACC-8).
ALWAYS_SECOND_FACTOR = STAFF_ROLES | {Role.ADMINISTRATOR}
# Given for the whole organisation and for all modules, or not at all: whoever decides about access to a part could
# give themselves the rest, and oversight of a part is none.
UNDIVIDED_ROLES = STAFF_ROLES | {Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER}

# What a role brings that is given for one module only (ACC-9.12), beside that module's own rights: the pages that
# everybody has, and where the module is about children their files, from which all its work begins.
ALWAYS_ALONG = frozenset({Right.TODAY_VIEW, Right.PRIVACY_READ})
# Signals come from both: a child at out-of-school care that asks to talk is heard there too.
_WITH_CHILDREN = frozenset({Right.CHILD_READ, Right.SIGNAL_READ, Right.SIGNAL_WRITE})
ALONG_WITH_MODULE: Mapping[str, frozenset[Right]] = {
    Module.REGISTRATION.value: _WITH_CHILDREN,
    Module.SENSITIVE_REMARKS.value: frozenset({Right.CHILD_READ}),
    Module.BSO.value: _WITH_CHILDREN,
}


def belongs_to_assignment(right: Right, module: str) -> bool:
    """Say whether a role that is given for a module ("": for all) brings this right, when the role has it."""
    if not module or right in ALWAYS_ALONG:
        return True
    return right in ALONG_WITH_MODULE.get(module, ()) or (right.module is not None and right.module.value == module)
