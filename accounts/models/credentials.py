"""What people prove who they are with, besides the password on their own row (ACC-3, ACC-8)."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.db import models
from django.utils import timezone

from kijk.encryption.fields import SealedField
from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantForeignKey, TenantModel

_CREDENTIALS = PersonalData(
    subject=Subject.USER,
    purpose=Purpose.ACCESS,
    retention=Retention.ACCOUNT,
    # A copy of a secret is a leak, also to its owner.
    export=Export.NEVER,
    erase=Erasure.DELETE,
    default=Category.CREDENTIALS,
)
_SECOND_FACTOR = replace(_CREDENTIALS, default=Category.SECOND_FACTOR)


@dataclass(frozen=True, repr=False)
class TotpSecret:
    """The shared secret of an authenticator app, in base32."""

    base32: str


class TotpDevice(TenantModel):
    """An authenticator app (RFC 6238). ``confirmed_at`` None: the first code has not been shown yet.

    ``last_step`` is the time step of the last code that was taken: none at or before it is taken again.
    """

    user = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="totp_devices")
    secret = SealedField(TotpSecret, label="accounts.totp.secret")
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=-1)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)

    personal_data = _SECOND_FACTOR

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                "organisation", "user", name="totp_once", condition=models.Q(confirmed_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class RecoveryCode(TenantModel):
    """One of ten codes for when the second factor is lost. Only its argon2id hash is kept."""

    user = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes")
    encoded = models.CharField(max_length=128)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)

    personal_data = _SECOND_FACTOR

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["organisation", "user"], name="recovery_code_by_user")]

    def __str__(self) -> str:
        return str(self.pk)


class Passkey(TenantModel):
    """A WebAuthn credential: its public key. The private one never leaves the person's device."""

    user = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="passkeys")
    credential_id = models.BinaryField()
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    transports = models.JSONField(default=list)
    name = models.CharField(max_length=60)
    synced = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)

    personal_data = _SECOND_FACTOR

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "credential_id", name="passkey_once")]
        indexes = [models.Index(fields=["organisation", "user"], name="passkey_by_user")]

    def __str__(self) -> str:
        return str(self.pk)


class PasswordHistory(TenantModel):
    """The hash of a password somebody had, so that the last five are not taken again."""

    user = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="password_history")
    encoded = models.CharField(max_length=128)
    set_at = models.DateTimeField(default=timezone.now)

    personal_data = _CREDENTIALS

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["organisation", "user", "-set_at"], name="password_history_by_user")]

    def __str__(self) -> str:
        return str(self.pk)
