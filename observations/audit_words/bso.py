"""What the events of out-of-school care are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare
from observations.audit_words.things import CHILD, GROUP

MEASUREMENT, SETTINGS = "observations.bsoregistration", "observations.bsosettings"


# The codes of the scales that every version has. They are Dutch words, and an English trail has English ones.
_SCALES = {"welbevinden": _("welbevinden"), "betrokkenheid": _("betrokkenheid")}


def _words(deed: Promise, thing: str = MEASUREMENT) -> EventWords:
    return EventWords(deed, EventGroup.REGISTRATIONS, thing=thing, child_content=True)


declare(
    {
        "bso.group_viewed": _words(_("bekeek de BSO-metingen van een groep"), GROUP),
        "bso.group_saved": _words(_("vulde schalen van een BSO-groep in"), GROUP),
        "bso.group_start": _words(_("vroeg om de BSO-metingen van een groep te beginnen"), GROUP),
        "bso.start": _words(_("vroeg om een BSO-meting van een kind te beginnen"), CHILD),
        "bso.started": _words(_("begon een BSO-meting van een kind")),
        "bso.viewed": _words(_("bekeek een BSO-meting van een kind")),
        "bso.form": _words(_("opende een BSO-meting van een kind om in te vullen")),
        "bso.answered": _words(_("beantwoordde een uitspraak in een BSO-meting")),
        "bso.scored": _words(_("vulde een schaal in bij een BSO-meting")),
        "bso.concluded": _words(_("schreef de conclusie van een BSO-meting")),
        "bso.close_viewed": _words(_("opende de pagina om een BSO-meting af te sluiten")),
        "bso.closed": _words(_("sloot een BSO-meting af")),
        "bso.reopen_viewed": _words(_("opende de pagina om een BSO-meting te heropenen")),
        "bso.reopened": _words(_("heropende een BSO-meting")),
        "bso.versions_viewed": _words(_("vergeleek de versies van een BSO-meting")),
        "bso.report_fetched": _words(_("haalde een BSO-verslag van een kind op als PDF")),
        "bso.report_made": _words(_("maakte een BSO-verslag van een kind als PDF"), CHILD),
        "bso.group_report_fetched": _words(_("haalde een BSO-groepsverslag op als PDF"), GROUP),
        "bso.group_report_made": _words(_("maakte een BSO-groepsverslag als PDF"), GROUP),
        "bso.reports_asked": _words(_("vroeg om de BSO-verslagen van een groep"), GROUP),
        "bso.self_viewed": _words(_("opende de pagina om een kind zelf te laten invullen")),
        "bso.self_started": _words(_("gaf het apparaat aan een kind om zelf in te vullen")),
        "bso.follow_up_form": _words(_("opende het formulier voor een afspraak na een BSO-meting")),
        "bso.follow_up_written": _words(_("schreef een afspraak na een BSO-meting")),
        "bso.follow_up_step": _words(_("werkte een afspraak na een BSO-meting bij")),
        "bso.follow_up_done": _words(_("zette een afspraak na een BSO-meting op gedaan")),
        "bso.follow_up_undone": _words(_("zette een afspraak na een BSO-meting weer open")),
        "bso.settings_viewed": EventWords(_("opende de instellingen van de BSO"), EventGroup.REGISTRATIONS),
        "bso.age_set": EventWords(
            _("bepaalde vanaf welke leeftijd kinderen zelf invullen"), EventGroup.REGISTRATIONS, thing=SETTINGS
        ),
        "self_report.opened": _words(_("een kind begon met zelf invullen")),
        "self_report.answered": _words(_("een kind beantwoordde een uitspraak over zichzelf")),
        "self_report.talk_wish": _words(_("een kind vroeg om een gesprek")),
        "self_report.finished": _words(_("een kind was klaar met zelf invullen")),
        "self_report.refused": EventWords(
            _("een code om een kind te laten invullen werkte niet"), EventGroup.REGISTRATIONS
        ),
    },
    details={
        "child": DetailWords(_("kind")),
        "milestone": DetailWords(_("uitspraak")),
        "scale": DetailWords(_("schaal"), _SCALES),
        "follow_up": DetailWords(_("kenmerk van de afspraak")),
        "report": DetailWords(_("kenmerk van het zelf invullen")),
        "revision": DetailWords(_("versie")),
        "replaces": DetailWords(_("vervangt BSO-meting")),
        "digest": DetailWords(_("kenmerk van het bestand")),
        "job": DetailWords(_("taak")),
        "answers": DetailWords(_("antwoorden")),
        "years": DetailWords(_("jaar")),
        "unanswered": DetailWords(_("uitspraken zonder antwoord")),
    },
    things={MEASUREMENT: _("BSO-meting"), SETTINGS: _("instellingen van de BSO")},
)
