"""What all pages that ask for a passkey share: who asks, the challenge, and what the device answered (ACC-8.1).

A page has a form with ``data-passkey="get"``, the address of its options in ``data-passkey-options``, and
templates/accounts/passkey_button.html inside (static/js/passkeys.js). The options are asked for with ``challenge_for``;
the form then comes with the answer in its field ``credential``, and ``verify_passkey_for`` says whether it is right.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils import timezone

from accounts.domain.passkeys import (
    TIMEOUT_MS,
    Ceremony,
    PasskeyRefused,
    RelyingParty,
    use_passkey,
)
from accounts.models import Passkey, User
from kijk.tenancy.context import tenant_scope
from kijk.web.origin import origin_of

# What a challenge was made for; one made for one thing is worth nothing for another.
ADD, SIGN_IN, SECOND_STEP, CONFIRM = "add", "sign_in", "second_step", "confirm"
_KEY = "passkey_challenges"
_GOOD_FOR = timedelta(milliseconds=TIMEOUT_MS)


def relying_party(request: HttpRequest) -> RelyingParty:
    """Return who passkeys are for: the domain of the setting, or the host that was asked for (in ALLOWED_HOSTS)."""
    host = request.get_host()
    domain = settings.PASSKEY_DOMAIN or split_domain_port(host)[0]
    return RelyingParty(domain, (f"{request.scheme}://{host}", settings.PUBLIC_URL))


def remember_challenge(request: HttpRequest, purpose: str, ceremony: Ceremony) -> dict[str, Any]:
    """Keep the challenge in the session for five minutes and return what the browser is asked."""
    kept = request.session.get(_KEY, {})
    kept[purpose] = {
        "challenge": urlsafe_b64encode(ceremony.challenge).decode(),
        "at": timezone.now().isoformat(),
    }
    request.session[_KEY] = kept
    return ceremony.options


def take_challenge(request: HttpRequest, purpose: str) -> bytes:
    """Return the challenge and forget it: it is answered once. Raises PasskeyRefused when there is none in force."""
    kept = request.session.get(_KEY, {})
    found = kept.pop(purpose, None)
    request.session[_KEY] = kept
    if found is None or timezone.now() - datetime.fromisoformat(found["at"]) > _GOOD_FOR:
        raise PasskeyRefused
    return urlsafe_b64decode(found["challenge"])


def verify_passkey_for(request: HttpRequest, user: User | None, *, purpose: str, answer: str) -> Passkey | None:
    """Return the passkey with which this user has just shown who they are, or None; None for nobody too.

    Opens the user's scope where none is open. Costs no attempt, for a signature cannot be guessed: it works for an
    account that wrong passwords have locked (ACC-5.3). Whether the account is active and the network let in, is asked
    by who calls.
    """
    party, now = relying_party(request), timezone.now()
    try:
        challenge = take_challenge(request, purpose)
        if user is None:
            return None
        with tenant_scope(user.organisation_id, origin=origin_of(request)):
            return use_passkey(user=user, answer=answer, challenge=challenge, party=party, now=now)
    except PasskeyRefused:
        return None
