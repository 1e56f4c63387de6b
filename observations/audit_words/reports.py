"""What the events of reports are called."""

from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare
from observations.audit_words.things import GROUP, child_words, registration_words

declare(
    {
        "report.listed": child_words(_("bekeek welke verslagen er van een kind zijn"), content=False),
        "report.parents_form": registration_words(_("opende de voorbereiding van een verslag voor ouders")),
        "report.parents_shown": registration_words(_("bekeek een verslag voor ouders op het scherm")),
        "report.words_form": registration_words(_("opende de pagina voor wat ouders vertelden")),
        "report.transfer_form": registration_words(_("opende de voorbereiding van een verslag voor de overdracht")),
        "report.parents_fetched": registration_words(_("haalde een verslag voor ouders op als PDF")),
        "report.support_fetched": registration_words(_("haalde een verslag voor de interne begeleiding op als PDF")),
        "report.transfer_fetched": registration_words(_("haalde een verslag voor de overdracht op als PDF")),
        "report.written": child_words(_("schreef tekst voor een verslag over een kind")),
        "report.words_written": child_words(_("schreef op wat ouders over hun kind vertelden")),
        "report.made": child_words(_("maakte een verslag over een kind als PDF")),
        "report.group_listed": EventWords(
            _("bekeek de verslagen van een groep"), EventGroup.CHILDREN, thing=GROUP, child_content=True
        ),
        "report.group_fetched": EventWords(
            _("haalde een groepsverslag op als PDF"), EventGroup.CHILDREN, thing=GROUP, child_content=True
        ),
        "report.group_made": EventWords(
            _("maakte een groepsverslag als PDF"), EventGroup.CHILDREN, thing=GROUP, child_content=True
        ),
    },
    details={
        "report": DetailWords(
            _("verslag"),
            {
                "parents": _("voor ouders"),
                "support": _("voor de interne begeleiding"),
                "transfer": _("voor de overdracht"),
                "group": _("van de groep"),
            },
        ),
        "revision": DetailWords(_("versie")),
        "examples": DetailWords(_("gekozen notities")),
        "digest": DetailWords(_("kenmerk van het bestand")),
        "job": DetailWords(_("taak")),
    },
)
