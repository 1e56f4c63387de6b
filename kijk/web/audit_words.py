"""What the events of requests that came to nothing are called (AUD-3)."""

from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare

declare(
    {
        "request.refused": EventWords(_("stuurde een verzoek dat we niet begrepen"), EventGroup.SYSTEM),
        "request.denied": EventWords(_("probeerde iets waarvoor de toegang ontbreekt"), EventGroup.SYSTEM),
        "request.not_found": EventWords(_("vroeg om een pagina die er niet is"), EventGroup.SYSTEM),
        "request.conflict": EventWords(_("deed iets dat op dat moment niet kon"), EventGroup.SYSTEM),
        "request.failed": EventWords(_("kreeg een foutmelding door een fout van ons"), EventGroup.SYSTEM),
    },
    details={
        "page": DetailWords(_("pagina")),
        "method": DetailWords(_("soort verzoek"), {"GET": _("bekijken"), "POST": _("versturen")}),
        "status": DetailWords(_("antwoord")),
    },
)
