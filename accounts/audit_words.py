"""What the events of accounts are called: signing in, roles, Bazalt's help, and the trail itself."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.domain.leaving import ManualPoint
from accounts.models import UserSession
from accounts.roles import Role
from accounts.staff.domain import Identified
from kijk.audit.words import DetailWords, EventGroup, EventWords, declare
from licensing.modules import Module

USER, SESSION, REVIEW = "accounts.user", "accounts.usersession", "accounts.accessreview"


def _signing_in(deed: Promise, thing: str = USER) -> EventWords:
    return EventWords(deed, EventGroup.SIGN_IN, thing=thing)


def _account(deed: Promise) -> EventWords:
    return EventWords(deed, EventGroup.ACCOUNTS, thing=USER)


_SIGNING_IN = {
    "sign_in.succeeded": _signing_in(_("logde in")),
    "sign_in.failed": _signing_in(_("probeerde in te loggen, maar dat lukte niet")),
    "sign_out": _signing_in(_("logde uit")),
    "session.confirmed": _signing_in(_("bevestigde opnieuw wie daar werkt"), SESSION),
    "session.locked": _signing_in(_("vergrendelde het scherm"), SESSION),
    "session.unlocked": _signing_in(_("ontgrendelde het scherm"), SESSION),
    "session.unlock_failed": _signing_in(_("probeerde het scherm te ontgrendelen, maar dat lukte niet")),
    "session.ended": _signing_in(_("beëindigde een of meer sessies")),
    "session.outside_network": _signing_in(_("werkte vanaf een adres dat niet is toegestaan")),
    "sessions.viewed": _signing_in(_("bekeek de eigen sessies")),
    "password.form": _signing_in(_("opende de pagina om het wachtwoord te veranderen")),
    "password.change_failed": _signing_in(_("gaf een verkeerd wachtwoord bij het veranderen ervan")),
    "password.changed": _signing_in(_("veranderde een wachtwoord")),
    "password.forgotten": _signing_in(_("vroeg om een nieuw wachtwoord")),
    "password.reset_sent": _signing_in(_("liet een link voor een nieuw wachtwoord sturen")),
    "password.reset": _signing_in(_("koos een nieuw wachtwoord met de link uit de mail")),
    "second_factor.added": _signing_in(_("stelde een tweede stap in")),
    "second_factor.failed": _signing_in(_("gaf bij de tweede stap iets op dat niet klopte")),
    "second_factor.removed": _signing_in(_("verwijderde de eigen tweede stap")),
    "second_factor.reset": _signing_in(_("haalde de tweede stap van iemand weg")),
    "recovery_code.used": _signing_in(_("gebruikte een herstelcode")),
    "recovery_codes.made": _signing_in(_("maakte nieuwe herstelcodes")),
    "passkey.added": _signing_in(_("voegde een toegangssleutel toe")),
    "passkey.renamed": _signing_in(_("gaf een toegangssleutel een andere naam")),
    "passkey.removed": _signing_in(_("verwijderde een toegangssleutel")),
    "session.confirmation_asked": _signing_in(_("kreeg de vraag om opnieuw te bevestigen wie daar werkt")),
    "session.confirmation_failed": _signing_in(_("gaf een verkeerd wachtwoord bij het opnieuw bevestigen")),
    "second_factor.viewed": _signing_in(_("bekeek de eigen tweede stap")),
    "second_factor.form": _signing_in(_("begon met het instellen van een app met codes")),
    "recovery_codes.downloaded": _signing_in(_("bewaarde de herstelcodes als bestand")),
    "passkey.form": _signing_in(_("begon met het toevoegen van een toegangssleutel")),
    "passkey.viewed": _signing_in(_("bekeek een eigen toegangssleutel")),
}

_ACCOUNTS = {
    "user.created": _account(_("maakte een account aan")),
    "user.invited": _account(_("nodigde iemand uit")),
    "user.renamed": _account(_("veranderde een naam")),
    "user.email_changed": _account(_("veranderde een e-mailadres")),
    "user.locked": _account(_("gaf voor de derde keer iets verkeerds op; het account is vergrendeld")),
    "user.unlocked": _account(_("ontgrendelde een account")),
    "user.deactivated": _account(_("sloot een account af")),
    "user.reopened": _account(_("opende een afgesloten account weer")),
    "invitation.resent": _account(_("stuurde een uitnodiging opnieuw")),
    "invitation.renewed": _account(_("liet een nieuwe uitnodiging sturen")),
    "invitation.withdrawn": _account(_("trok een uitnodiging in")),
    "invitation.accepted": _account(_("nam een uitnodiging aan")),
    "role.assigned": _account(_("gaf iemand een rol")),
    "role.end_changed": _account(_("veranderde tot wanneer iemand een rol heeft")),
    "role.ended": _account(_("trok een rol in")),
}

_STAFF = {
    "staff.desk_viewed": _account(_("opende het werkblad van Bazalt")),
    "staff.administrator_looked_up": _account(_("zocht een beheerder op")),
    "staff.account_viewed": _account(_("bekeek de toestand van het account van een beheerder")),
    "staff.helped": _account(_("vulde het formulier in om een beheerder te helpen")),
    "staff.unlocked": _account(_("ontgrendelde het account van een beheerder")),
    "staff.second_factor_reset": _account(_("haalde de tweede stap van een beheerder weg")),
    "staff.networks_suspended": _account(_("liet tijdelijk inloggen vanaf elk adres toe")),
}

_ADMINISTRATION = {
    "administration.viewed": EventWords(_("opende de eerste pagina van beheer"), EventGroup.ACCOUNTS),
    "colleagues.listed": EventWords(_("bekeek de lijst van collega's"), EventGroup.ACCOUNTS),
    "colleague.viewed": _account(_("bekeek het account van een collega")),
    "colleague.details_viewed": _account(_("opende naam en adres van een collega")),
    "colleague.unlock_asked": _account(_("wilde het account van een collega ontgrendelen")),
    "colleague.sessions_end_asked": _account(_("wilde een collega overal uitloggen")),
    "colleague.factor_reset_asked": _account(_("opende de pagina om een tweede stap te wissen")),
    "colleague.invitation_asked": _account(_("wilde een uitnodiging opnieuw sturen of intrekken")),
    "colleague.role_form": _account(_("opende het formulier om een rol te geven")),
    "colleague.role_viewed": _account(_("opende een rol van een collega")),
    "colleague.leaving_viewed": _account(_("opende de lijst voor een collega die weggaat")),
    "colleague.reopen_asked": _account(_("wilde een afgesloten account weer openen")),
    "invite.form": EventWords(_("opende het formulier om iemand uit te nodigen"), EventGroup.ACCOUNTS),
    "invite.list_form": EventWords(
        _("opende de pagina om collega's met een lijst uit te nodigen"), EventGroup.ACCOUNTS
    ),
    "role_matrix.viewed": EventWords(_("bekeek wie wat mag"), EventGroup.ACCOUNTS),
}

_REVIEWS = {
    "access_review.overview": EventWords(_("opende de controle van toegang"), EventGroup.ACCOUNTS),
    "access_review.begin": EventWords(_("wilde een controle van toegang beginnen"), EventGroup.ACCOUNTS),
    "access_review.begun": EventWords(_("begon een controle van toegang"), EventGroup.ACCOUNTS, thing=REVIEW),
    "access_review.walked": EventWords(_("liep accounts langs voor de controle"), EventGroup.ACCOUNTS, thing=REVIEW),
    "access_review.decided": EventWords(_("beoordeelde accounts"), EventGroup.ACCOUNTS, thing=REVIEW),
    "access_review.sign": EventWords(_("wilde een controle aftekenen"), EventGroup.ACCOUNTS, thing=REVIEW),
    "access_review.signed": EventWords(_("tekende een controle van toegang af"), EventGroup.ACCOUNTS, thing=REVIEW),
    "access_review.exported": EventWords(
        _("haalde een controle van toegang op als bestand"), EventGroup.ACCOUNTS, thing=REVIEW
    ),
    "exports.viewed": EventWords(_("opende de bestanden voor het bestuur"), EventGroup.ACCOUNTS),
    "exports.roles": EventWords(_("haalde de lijst van rollen op als bestand"), EventGroup.ACCOUNTS),
    "exports.second_factor": EventWords(_("haalde de lijst van tweede stappen op als bestand"), EventGroup.ACCOUNTS),
    "exports.subprocessors": EventWords(_("haalde de lijst van subverwerkers op als bestand"), EventGroup.ACCOUNTS),
}

_POLICY = {
    "sign_in_policy.viewed": EventWords(_("bekeek hoe en vanwaar wordt ingelogd"), EventGroup.ACCOUNTS),
    "sign_in_policy.changed": EventWords(_("veranderde een regel voor het inloggen"), EventGroup.ACCOUNTS),
    "sign_in_policy.networks_changed": EventWords(
        _("veranderde de lijst van toegestane adressen"), EventGroup.ACCOUNTS
    ),
    "sign_in_policy.emergency_ended": EventWords(_("beëindigde de noodroute"), EventGroup.ACCOUNTS),
}

_TRAIL = {
    "trail.viewed": EventWords(_("bekeek dit logboek"), EventGroup.PRIVACY),
    "trail.exported": EventWords(_("haalde dit logboek op als bestand"), EventGroup.PRIVACY),
}

_REASONS = {
    **{reason.value: reason.label for reason in UserSession.EndReason},
    # The reader is not who ended it.
    UserSession.EndReason.BY_OWNER.value: _("door de medewerker zelf beëindigd"),
}

declare(
    {**_SIGNING_IN, **_ACCOUNTS, **_STAFF, **_ADMINISTRATION, **_POLICY, **_REVIEWS, **_TRAIL},
    details={
        "accounts": DetailWords(_("aantal accounts")),
        "added": DetailWords(_("adressen erbij")),
        "address": DetailWords(_("vingerafdruk van het e-mailadres")),
        "app": DetailWords(_("had een app met codes")),
        "before": DetailWords(_("daarvoor tot en met")),
        "begins_on": DetailWords(_("vanaf")),
        "by_owner": DetailWords(_("door de medewerker zelf")),
        "codes": DetailWords(_("aantal codes")),
        "described": DetailWords(_("andere omschrijvingen")),
        "ends_on": DetailWords(_("tot en met")),
        "factor": DetailWords(
            _("tweede stap"),
            {"totp": _("app met codes"), "recovery": _("herstelcode"), "passkey": _("toegangssleutel")},
        ),
        "hours": DetailWords(_("aantal uren")),
        "identified": DetailWords(_("hoe is vastgesteld wie het was"), {each.value: each.label for each in Identified}),
        "left": DetailWords(_("herstelcodes die over zijn")),
        "length_before": DetailWords(_("vorige lengte van wachtwoorden")),
        "links": DetailWords(_("ingetrokken links")),
        "location": DetailWords(_("locatie")),
        "method": DetailWords(_("manier"), {method.value: method.label for method in UserSession.Method}),
        "min_password_length": DetailWords(_("lengte van wachtwoorden")),
        "module": DetailWords(_("module"), {module.value: module.label for module in Module}),
        "network": DetailWords(_("netwerkadres")),
        "networks": DetailWords(_("adressen in de lijst")),
        "passkeys": DetailWords(_("aantal toegangssleutels")),
        "points": DetailWords(_("aangevinkt"), {point.value: point.label for point in ManualPoint}),
        "reason": DetailWords(_("reden"), _REASONS),
        "removed": DetailWords(_("adressen eraf")),
        "renamed": DetailWords(_("naam aangepast")),
        "role": DetailWords(_("rol"), {role.value: role.label for role in Role}),
        "roles": DetailWords(_("aantal rollen")),
        "second_factor_for_all": DetailWords(_("tweede stap voor iedereen")),
        "sessions": DetailWords(_("aantal sessies")),
        "synced": DetailWords(_("wordt bewaard bij de maker van het apparaat")),
    },
    things={
        USER: _("medewerker"),
        SESSION: _("sessie"),
        REVIEW: _("controle van toegang"),
        "accounts.signinpolicy": _("regels voor het inloggen"),
    },
)
