"""Sessions as people see them: where somebody is signed in, and since when (ACC-6, ACC-12)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantForeignKey, TenantModel


class UserSession(TenantModel):
    """One time somebody signed in. Without such a row in force the browser's session is worth nothing.

    The browser's session key stands here as its SHA-256 only. ``confirmed_at`` is when the person last showed who
    they are with all they have (step-up); ``second_factor`` whether a second one was part of signing in.
    """

    class Method(models.TextChoices):
        """How somebody signed in."""

        PASSWORD = "password", _("wachtwoord")
        TOTP = "password+totp", _("wachtwoord en code")
        RECOVERY = "password+recovery", _("wachtwoord en herstelcode")
        PASSWORD_PASSKEY = "password+passkey", _("wachtwoord en toegangssleutel")
        PASSKEY = "passkey", _("toegangssleutel")

    class EndReason(models.TextChoices):
        """Why a session ended."""

        SIGNED_OUT = "signed_out", _("uitgelogd")
        IDLE = "idle", _("30 minuten niets gedaan")
        ABSOLUTE = "absolute", _("12 uur ingelogd")
        BY_OWNER = "by_owner", _("door uzelf beëindigd")
        BY_ADMINISTRATOR = "by_administrator", _("door de beheerder beëindigd")
        DEACTIVATED = "deactivated", _("account afgesloten")
        PASSWORD = "password", _("wachtwoord gewijzigd")
        FACTOR = "factor", _("tweede stap gewijzigd")
        ROLES = "roles", _("rollen gewijzigd")
        NETWORK = "network", _("buiten de toegestane adressen")
        GUESSED = "guessed", _("te vaak een verkeerd wachtwoord of een verkeerde code")

    user = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions")
    key_hash = models.CharField(max_length=64)
    device = models.CharField(max_length=80)
    origin = models.CharField(max_length=64)
    method = models.CharField(max_length=24, choices=Method.choices)
    second_factor = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    last_active_at = models.DateTimeField()
    confirmed_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=16, choices=EndReason.choices, blank=True)

    personal_data = PersonalData(
        subject=Subject.USER,
        purpose=Purpose.ACCESS,
        retention=Retention.SESSION_HISTORY,
        export=Export.FILE,
        erase=Erasure.DELETE,
        default=Category.SESSION,
        fields={"origin": Category.LOGGING, "device": Category.LOGGING},
    )

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "key_hash", name="user_session_once")]
        indexes = [models.Index(fields=["organisation", "user", "-last_active_at"], name="user_session_by_use")]

    def __str__(self) -> str:
        return str(self.pk)
