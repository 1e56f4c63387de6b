"""What the events of drafts are called."""

from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare

declare(
    {
        "draft.discarded": EventWords(_("gooide een tekst weg die nog niet was bewaard"), EventGroup.SYSTEM),
        "drafts.erased": EventWords(_("wiste concepten die ouder waren dan een week"), EventGroup.SYSTEM),
    },
    details={"drafts": DetailWords(_("aantal concepten"))},
)
