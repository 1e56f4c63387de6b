"""The mails about accounts: what each is called and what it may speak of. None can speak of a child.

Send them with ``kijk.mail.domain.queue_mail``. ``link`` is made by ``kijk.mail.links.absolute_url`` and works for
``valid_hours``; ``when`` is a moment; ``device``, ``origin``, ``what``, ``inviter`` and ``by_whom`` are words for
the reader (``what`` lazily translated, since the mail may be in another language than the page).
"""

from django.utils.translation import gettext_lazy as _

from kijk.mail.kinds import declare_kind


def declare_mails() -> None:
    """Declare the mails of this app; once, when it starts."""
    declare_kind(
        "invitation",
        subject=_("Uitnodiging om met Kijk te werken bij %(organisation)s"),
        keys=frozenset({"organisation", "inviter", "link", "valid_hours"}),
    )
    declare_kind("password_reset", subject=_("Een nieuw wachtwoord voor Kijk"), keys=frozenset({"link", "valid_hours"}))
    declare_kind(
        "account_locked",
        subject=_("Uw account voor Kijk is vergrendeld"),
        keys=frozenset({"link", "valid_hours", "when", "origin"}),
    )
    declare_kind("account_unlocked", subject=_("Uw account voor Kijk is weer open"), keys=frozenset({"by_whom"}))
    declare_kind(
        "password_changed", subject=_("Uw wachtwoord voor Kijk is veranderd"), keys=frozenset({"when", "device"})
    )
    declare_kind(
        "second_factor_changed",
        subject=_("De tweede stap bij het inloggen bij Kijk is veranderd"),
        keys=frozenset({"what", "when", "device"}),
    )
    declare_kind(
        "second_factor_reset",
        subject=_("De tweede stap bij het inloggen bij Kijk is gewist"),
        keys=frozenset({"by_whom", "when"}),
    )
    declare_kind(
        "new_device",
        subject=_("Ingelogd bij Kijk op een nieuw apparaat"),
        keys=frozenset({"device", "origin", "when"}),
    )
    declare_kind("email_changed", subject=_("Uw e-mailadres voor Kijk is veranderd"), keys=frozenset({"old", "new"}))
    declare_kind(
        "networks_suspended",
        subject=_("U kunt tijdelijk overal inloggen bij Kijk"),
        keys=frozenset({"until"}),
    )
    declare_kind("sessions_ended", subject=_("U bent overal uitgelogd bij Kijk"), keys=frozenset({"by_whom"}))


def mask_address(address: str) -> str:
    """Return an address of which its owner knows enough: "sanne@voorbeeld.nl" becomes "s…@voorbeeld.nl"."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"
