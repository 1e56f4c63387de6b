"""What the events of registrations are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare
from observations.audit_words.things import CHILD, GROUP, REGISTRATION, registration_words


def _group_words(deed: Promise) -> EventWords:
    return EventWords(deed, EventGroup.REGISTRATIONS, thing=GROUP, child_content=True)


declare(
    {
        "registration.start": EventWords(
            _("vroeg om een registratie van een kind te beginnen"), EventGroup.REGISTRATIONS, thing=CHILD
        ),
        "registration.started": registration_words(_("begon een registratie van een kind")),
        "registration.viewed": registration_words(_("bekeek een registratie van een kind")),
        "registration.line_viewed": registration_words(_("opende een ontwikkelingslijn in een registratie")),
        "registration.scales_viewed": registration_words(_("opende de schalen en de conclusie van een registratie")),
        "registration.answer": registration_words(_("stuurde een antwoord in bij een registratie")),
        "registration.answered": registration_words(_("beantwoordde een mijlpaal in een registratie")),
        "registration.scale_scored": registration_words(_("vulde een schaal in bij een registratie")),
        "registration.concluded": registration_words(_("schreef de conclusie van een registratie")),
        "registration.confirmed": registration_words(_("bevestigde overgenomen antwoorden in een registratie")),
        "registration.close_viewed": registration_words(_("opende de pagina om een registratie af te sluiten")),
        "registration.closed": registration_words(_("sloot een registratie af")),
        "registration.reopen_viewed": registration_words(_("opende de pagina om een registratie te heropenen")),
        "registration.reopened": registration_words(_("heropende een registratie")),
        "registration.versions_viewed": registration_words(_("vergeleek de versies van een registratie")),
        "group_registration.viewed": _group_words(_("bekeek hoe ver de registraties van een groep zijn")),
        "group_registration.start": _group_words(_("vroeg om de registraties van een groep te beginnen")),
        "group_registration.line_viewed": _group_words(_("opende een ontwikkelingslijn van een hele groep")),
        "group_registration.close_viewed": _group_words(
            _("opende de pagina om registraties van een groep af te sluiten")
        ),
    },
    details={
        "child": DetailWords(_("kind")),
        "milestone": DetailWords(_("mijlpaal")),
        "lines": DetailWords(_("ontwikkelingslijnen")),
        "answers": DetailWords(_("antwoorden")),
        "instead_of": DetailWords(_("in plaats van het antwoord van")),
        "replaces": DetailWords(_("vervangt registratie")),
        "revision": DetailWords(_("herziening")),
    },
    things={REGISTRATION: _("registratie")},
)
