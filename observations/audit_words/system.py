"""What the events of loading instruments and data are called."""

from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare

declare(
    {
        "instrument.published": EventWords(_("maakte een instrument beschikbaar"), EventGroup.SYSTEM),
        "gcdg.imported": EventWords(_("las onderzoeksgegevens in"), EventGroup.SYSTEM),
        "demonstration.loaded": EventWords(_("laadde voorbeeldgegevens"), EventGroup.SYSTEM),
    },
    details={
        "code": DetailWords(_("code")),
        "version": DetailWords(_("versie")),
        "content": DetailWords(_("vingerafdruk van de inhoud")),
        "file": DetailWords(_("vingerafdruk van het bestand")),
        "rows_read": DetailWords(_("regels gelezen")),
        "registrations": DetailWords(_("registraties")),
        "unchanged": DetailWords(_("ongewijzigd")),
        "refused": DetailWords(_("geweigerd")),
        "seed": DetailWords(_("startgetal")),
        "opened": DetailWords(_("registraties die nog open staan")),
        "children": DetailWords(_("kinderen")),
        "answers": DetailWords(_("antwoorden")),
        "notes": DetailWords(_("notities")),
    },
    things={"observations.instrumentversion": _("versie van een instrument")},
)
