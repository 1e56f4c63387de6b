"""Second factors for users of tests, made through the product's own functions. Each opens the user's scope."""

from django.utils import timezone

from accounts.domain.passkeys import RelyingParty, add_passkey, ask_to_make
from accounts.domain.recovery import make_recovery_codes
from accounts.domain.totp import code_at, new_secret
from accounts.models import TotpDevice, TotpSecret, User
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from tests.accounts.authenticator import HOST, ORIGIN, Authenticator

PARTY = RelyingParty(HOST, (ORIGIN,))


def give_totp(user: User) -> TotpSecret:
    """Give the user an authenticator app that is in use, and return its secret."""
    with tenant_scope(user.organisation_id):
        secret = new_secret()
        device = TotpDevice(user=user, confirmed_at=timezone.now())
        device.secret = secret
        device.save()
    return secret


def give_passkey(user: User, device: Authenticator | None = None, name: str = "Mijn telefoon") -> Authenticator:
    """Make a passkey of the user on a device, and return the device."""
    made = device or Authenticator()
    with tenant_scope(user.organisation_id):
        asked = ask_to_make(user=user, party=PARTY)
        answer = made.create(asked.options)
        add_passkey(user=user, answer=answer, challenge=asked.challenge, party=PARTY, name=name)
    return made


def give_codes(user: User) -> list[str]:
    """Give the user ten recovery codes; costs a second."""
    with tenant_scope(user.organisation_id):
        return make_recovery_codes(user=user)


def code_now(secret: TotpSecret, drift: int = 0) -> str:
    """Return what the app shows now."""
    return code_at(secret, timezone.now(), drift)


def wrong_code(secret: TotpSecret) -> str:
    """Return six digits that the app shows neither now nor soon."""
    near = {code_now(secret, drift) for drift in range(-3, 4)}
    return next(code for code in map("{:06d}".format, range(10)) if code not in near)


def fresh(user: User) -> User:
    """Return the user's row as it is now."""
    with tenant_scope(user.organisation_id):
        return User.objects.get(pk=user.pk)


def events_of(user: User) -> list[tuple[str, dict[str, object]]]:
    """Return the trail of the user's organisation: actions and data, in order."""
    with tenant_scope(user.organisation_id):
        return list(AuditEvent.objects.order_by("sequence").values_list("action", "data"))


def actions_of(user: User) -> list[str]:
    """Return the actions in the trail of the user's organisation, in order."""
    return [action for action, _data in events_of(user)]
