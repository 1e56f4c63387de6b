"""What the events of the privacy documents are called."""

from django.utils.translation import gettext_lazy as _

from kijk.audit.words import EventGroup, EventWords, declare

declare(
    {
        "privacy.leaflet.viewed": EventWords(_("las de privacybijsluiter"), EventGroup.PRIVACY),
        "privacy.leaflet.exported": EventWords(_("haalde de privacybijsluiter op als PDF"), EventGroup.PRIVACY),
        "privacy.register.viewed": EventWords(_("las het verwerkingsregister"), EventGroup.PRIVACY),
        "privacy.register.exported": EventWords(_("haalde het verwerkingsregister op als PDF"), EventGroup.PRIVACY),
    }
)
