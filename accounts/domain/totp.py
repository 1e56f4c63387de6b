"""Codes of an authenticator app (RFC 6238): the secret, the code of a moment, and that none is taken twice (ACC-8.2).

The algorithm is django-otp's. Its devices are not used: they keep the secret in the clear and know no organisation
(docs/decisions/0012).
"""

import base64
import secrets
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from django.utils.crypto import constant_time_compare
from django_otp.oath import TOTP  # type: ignore[import-untyped]

from accounts.models import TotpDevice, TotpSecret, User, UserSession
from kijk.audit.domain import record

DIGITS = 6
STEP_SECONDS = 30
ISSUER = "Kijk"
# A telephone's clock may be off, and typing takes its time: one step of thirty seconds to either side.
_DRIFTS = (-1, 0, 1)
# RFC 4226 recommends 160 bits.
_SECRET_BYTES = 20
# How long a secret that was shown waits for its first code.
SETUP = timedelta(minutes=30)


def new_secret() -> TotpSecret:
    """Return a secret of 160 bits that nobody can guess."""
    return TotpSecret(base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode())


def code_at(secret: TotpSecret, moment: datetime, drift: int = 0) -> str:
    """Return the six digits an authenticator app shows at a moment, or ``drift`` steps later. Pure."""
    return f"{_algorithm(secret, moment, drift).token():0{DIGITS}d}"


def matching_step(secret: TotpSecret, code: str, moment: datetime) -> int | None:
    """Return the time step whose code this is, of the present one and its two neighbours, or None. Pure.

    All three are computed and compared in the same time, whichever is right.
    """
    found: int | None = None
    for drift in _DRIFTS:
        if constant_time_compare(code_at(secret, moment, drift), code):
            found = int(_algorithm(secret, moment, drift).t())
    return found


def provisioning_uri(secret: TotpSecret, account: str) -> str:
    """Return what the QR code says: the address by which an authenticator app takes the secret over."""
    label = quote(f"{ISSUER}:{account}", safe="")
    parts = {
        "secret": secret.base32,
        "issuer": ISSUER,
        "algorithm": "SHA1",
        "digits": DIGITS,
        "period": STEP_SECONDS,
    }
    return f"otpauth://totp/{label}?{urlencode(parts)}"


def in_groups(secret: TotpSecret) -> str:
    """Return the secret in groups of four, for who types it over."""
    return " ".join(secret.base32[place : place + 4] for place in range(0, len(secret.base32), 4))


def begin_totp(*, user: User, session: UserSession, now: datetime) -> TotpDevice:
    """Return an authenticator app that waits for its first code, with a new secret where need be. Needs the scope.

    Within one session and half an hour it is the same one: who goes from the page to the app and back sees the secret
    that was scanned.
    """
    waiting = TotpDevice.objects.filter(user=user, confirmed_at=None)
    found = waiting.filter(created_at__gt=now - SETUP, created_at__gte=session.started_at).first()
    if found is not None:
        return found
    waiting.delete()
    device = TotpDevice(user=user)
    device.secret = new_secret()
    device.save(force_insert=True)
    return device


def waiting_totp(*, user: User, session: UserSession, now: datetime) -> TotpDevice | None:
    """Return the authenticator app that waits for its first code, if there is one. Needs the scope."""
    waiting = TotpDevice.objects.filter(user=user, confirmed_at=None)
    return waiting.filter(created_at__gt=now - SETUP, created_at__gte=session.started_at).first()


def confirm_totp(*, device: TotpDevice, code: str, now: datetime) -> bool:
    """Take an app into use by its first code; one in use before goes. False when the code is wrong. Needs the scope."""
    step = matching_step(device.secret, code, now)
    if step is None:
        return False
    TotpDevice.objects.filter(user_id=device.user_id).exclude(pk=device.pk).delete()
    device.confirmed_at, device.last_used_at, device.last_step = now, now, step
    device.save(update_fields=["confirmed_at", "last_used_at", "last_step"])
    record("second_factor.added", object_type="accounts.user", object_id=device.user_id, data={"factor": "totp"})
    return True


def take_totp(*, user: User, code: str, now: datetime, reserved: bool) -> bool:
    """Use a code up and say whether it was right. Needs the scope.

    Two requests with the same code cannot both have it: the step is taken by a conditional update. Without a
    ``reserved`` attempt all is looked at in the same way, and nothing taken.
    """
    device = TotpDevice.objects.filter(user=user, confirmed_at__isnull=False).first()
    # Somebody without an app costs as much.
    step = matching_step(device.secret if device is not None else new_secret(), code, now)
    if device is None or step is None or not reserved:
        return False
    unused = TotpDevice.objects.filter(pk=device.pk, last_step__lt=step)
    return unused.update(last_step=step, last_used_at=now) == 1


def _algorithm(secret: TotpSecret, moment: datetime, drift: int) -> TOTP:
    algorithm = TOTP(base64.b32decode(secret.base32), step=STEP_SECONDS, digits=DIGITS, drift=drift)
    algorithm.time = moment.timestamp()
    return algorithm
