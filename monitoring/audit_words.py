"""What the events of cross-sections are called."""

from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare
from monitoring.domain.selection import By

declare(
    {
        "monitoring.cross_section.viewed": EventWords(_("bekeek een dwarsdoorsnede"), EventGroup.OVERVIEWS),
        "monitoring.cross_section.exported": EventWords(
            _("haalde een dwarsdoorsnede op als PDF"), EventGroup.OVERVIEWS
        ),
        "monitoring.cross_section.printed": EventWords(
            _("haalde de cijfers van een dwarsdoorsnede op de server op"), EventGroup.OVERVIEWS
        ),
    },
    details={
        "instrument": DetailWords(_("instrument")),
        "by": DetailWords(_("weergave"), {By.LINE.value: _("per ontwikkelingslijn"), By.ITEM.value: _("per item")}),
        "age_days": DetailWords(_("leeftijd in dagen")),
        "period": DetailWords(_("meting")),
    },
)
