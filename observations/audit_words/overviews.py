"""What the events of group overviews and what is to be done are called."""

from django.utils.translation import gettext_lazy as _

from kijk.audit.words import EventGroup, EventWords, declare
from observations.audit_words.things import GROUP

declare(
    {
        "group_overview.viewed": EventWords(
            _("bekeek het overzicht van een groep"), EventGroup.OVERVIEWS, thing=GROUP, child_content=True
        ),
        "group_overview.exported": EventWords(
            _("maakte een PDF van het overzicht van een groep"), EventGroup.OVERVIEWS, thing=GROUP, child_content=True
        ),
        "to_do.viewed": EventWords(_("bekeek wat er nog te registreren is"), EventGroup.OVERVIEWS),
    },
)
