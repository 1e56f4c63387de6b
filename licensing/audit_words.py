"""What the events of organisations and their locations are called."""

from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare
from licensing.models import Organisation
from licensing.modules import Module

declare(
    {
        "organisation.created": EventWords(_("maakte de organisatie aan"), EventGroup.SYSTEM),
        "module.switched_on": EventWords(_("zette een onderdeel aan"), EventGroup.PRIVACY),
        "module.switched_off": EventWords(_("zette een onderdeel uit"), EventGroup.PRIVACY),
        "email_domain.added": EventWords(_("voegde een e-maildomein toe"), EventGroup.ACCOUNTS),
        "email_domain.removed": EventWords(_("verwijderde een e-maildomein"), EventGroup.ACCOUNTS),
        "location.created": EventWords(_("maakte een locatie aan"), EventGroup.SYSTEM),
    },
    details={
        "kind": DetailWords(_("soort organisatie"), {kind.value: kind.label for kind in Organisation.Kind}),
        "modules": DetailWords(_("modules"), {module.value: module.label for module in Module}),
        "module": DetailWords(_("module"), {module.value: module.label for module in Module}),
    },
    things={
        "licensing.organisation": _("de organisatie"),
        "licensing.location": _("locatie"),
        "licensing.emaildomain": _("e-maildomein"),
    },
)
