"""What the events of the encryption layer are called."""

from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare

declare(
    {
        "keys.rewrapped": EventWords(_("verpakte de sleutels opnieuw met een nieuwe hoofdsleutel"), EventGroup.SYSTEM),
        "keys.rotated": EventWords(_("gaf de organisatie een nieuwe sleutel"), EventGroup.SYSTEM),
    },
    details={
        "keys": DetailWords(_("aantal sleutels")),
        "master_version": DetailWords(_("versie van de hoofdsleutel")),
        "version": DetailWords(_("versie van de sleutel")),
    },
)
