"""What the events of the outbox are called."""

from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare

declare(
    {
        "mail.failed": EventWords(_("kon een mail niet versturen"), EventGroup.SYSTEM),
        "mail.expired": EventWords(_("verstuurde een mail niet meer, omdat die verlopen was"), EventGroup.SYSTEM),
    },
    details={
        "kind": DetailWords(_("soort mail")),
        "attempts": DetailWords(_("aantal pogingen")),
        "error": DetailWords(_("foutcode")),
    },
    things={"mail.outboxmessage": _("een mail")},
)
