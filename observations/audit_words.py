"""What the events of the work with children are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare

CHILD, REGISTRATION, REMARK = "observations.child", "observations.registration", "observations.sensitiveremark"


def _child(deed: Promise, *, content: bool = True) -> EventWords:
    return EventWords(deed, EventGroup.CHILDREN, thing=CHILD, child_content=content)


def _registration(deed: Promise) -> EventWords:
    return EventWords(deed, EventGroup.REGISTRATIONS, thing=REGISTRATION, child_content=True)


def _remark(deed: Promise) -> EventWords:
    return EventWords(deed, EventGroup.NOTES, thing=REMARK, child_content=True)


declare(
    {
        "today.viewed": EventWords(_("opende de eerste pagina"), EventGroup.OVERVIEWS),
        "children.listed": _child(_("bekeek de lijst van kinderen"), content=False),
        "child.viewed": _child(_("opende het dossier van een kind")),
        "child.created": _child(_("maakte een dossier van een kind aan")),
        "group.created": EventWords(_("maakte een groep aan"), EventGroup.CHILDREN),
        "group_staff.assigned": EventWords(_("koppelde een medewerker aan een groep"), EventGroup.ACCOUNTS),
        "group_staff.end_changed": EventWords(
            _("veranderde tot wanneer iemand op een groep werkt"), EventGroup.ACCOUNTS
        ),
        "group_staff.ended": EventWords(_("beëindigde iemands werk op een groep"), EventGroup.ACCOUNTS),
        "groups.listed": EventWords(_("bekeek wie op welke groep werkt"), EventGroup.ACCOUNTS),
        "group_staff.viewed": EventWords(
            _("bekeek wie op een groep werkt"), EventGroup.ACCOUNTS, thing="observations.group"
        ),
        "group_staff.form": EventWords(
            _("bekeek van wanneer tot wanneer iemand op een groep werkt"),
            EventGroup.ACCOUNTS,
            thing="observations.group",
        ),
        "note.form": EventWords(_("opende het formulier voor een notitie"), EventGroup.NOTES),
        "note.written": EventWords(
            _("schreef een notitie over een kind"), EventGroup.NOTES, thing=CHILD, child_content=True
        ),
        "sensitive.viewed": EventWords(
            _("opende de bijzondere opmerkingen over een kind"), EventGroup.NOTES, thing=CHILD, child_content=True
        ),
        "sensitive.read": _remark(_("las een bijzondere opmerking over een kind")),
        "sensitive.form": EventWords(
            _("opende het formulier voor een bijzondere opmerking"), EventGroup.NOTES, thing=CHILD
        ),
        "sensitive.written": _remark(_("schreef een bijzondere opmerking over een kind")),
        "sensitive.withdraw_viewed": EventWords(
            _("opende de pagina om een bijzondere opmerking in te trekken"), EventGroup.NOTES, thing=CHILD
        ),
        "sensitive.withdrawn": _remark(_("trok een bijzondere opmerking over een kind in")),
        "sensitive.settings_viewed": EventWords(_("bekeek of bijzondere opmerkingen aan staan"), EventGroup.PRIVACY),
        "registration.start": EventWords(
            _("vroeg om een registratie van een kind te beginnen"), EventGroup.REGISTRATIONS, thing=CHILD
        ),
        "registration.started": _registration(_("begon een registratie van een kind")),
        "registration.viewed": _registration(_("bekeek een registratie van een kind")),
        "registration.line_viewed": _registration(_("opende een ontwikkelingslijn in een registratie")),
        "registration.scales_viewed": _registration(_("opende de schalen en de conclusie van een registratie")),
        "registration.answer": _registration(_("stuurde een antwoord in bij een registratie")),
        "registration.answered": _registration(_("beantwoordde een mijlpaal in een registratie")),
        "registration.scale_scored": _registration(_("vulde een schaal in bij een registratie")),
        "registration.concluded": _registration(_("schreef de conclusie van een registratie")),
        "registration.confirmed": _registration(_("bevestigde overgenomen antwoorden in een registratie")),
        "registration.close_viewed": _registration(_("opende de pagina om een registratie af te sluiten")),
        "registration.closed": _registration(_("sloot een registratie af")),
        "registration.reopen_viewed": _registration(_("opende de pagina om een registratie te heropenen")),
        "registration.reopened": _registration(_("heropende een registratie")),
        "instrument.published": EventWords(_("maakte een instrument beschikbaar"), EventGroup.SYSTEM),
        "gcdg.imported": EventWords(_("las onderzoeksgegevens in"), EventGroup.SYSTEM),
        "demonstration.loaded": EventWords(_("laadde voorbeeldgegevens"), EventGroup.SYSTEM),
    },
    details={
        "user": DetailWords(_("medewerker")),
        "begins_on": DetailWords(_("eerste dag")),
        "ends_on": DetailWords(_("laatste dag")),
        "child": DetailWords(_("kind")),
        "note": DetailWords(_("notitie")),
        "milestone": DetailWords(_("mijlpaal")),
        "lines": DetailWords(_("ontwikkelingslijnen")),
        "answers": DetailWords(_("antwoorden")),
        "replaces": DetailWords(_("vervangt registratie")),
        "revision": DetailWords(_("herziening")),
        "code": DetailWords(_("code")),
        "version": DetailWords(_("versie")),
        "content": DetailWords(_("vingerafdruk van de inhoud")),
        "file": DetailWords(_("vingerafdruk van het bestand")),
        "rows_read": DetailWords(_("regels gelezen")),
        "children": DetailWords(_("kinderen")),
        "registrations": DetailWords(_("registraties")),
        "unchanged": DetailWords(_("ongewijzigd")),
        "refused": DetailWords(_("geweigerd")),
        "seed": DetailWords(_("startgetal")),
        "notes": DetailWords(_("notities")),
        "opened": DetailWords(_("registraties die nog open staan")),
    },
    things={
        CHILD: _("kind"),
        REGISTRATION: _("registratie"),
        REMARK: _("bijzondere opmerking"),
        "observations.group": _("groep"),
        "observations.instrumentversion": _("versie van een instrument"),
    },
)
