"""Links that are sent by e-mail: for one person, one purpose, once, and for some hours (ACC-5, ACC-11)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantForeignKey, TenantModel


class OneTimeLink(TenantModel):
    """A link as it was sent. The token itself is in the mail only; here stands its SHA-256."""

    class Kind(models.TextChoices):
        """What the link is for."""

        INVITATION = "invitation", _("uitnodiging")
        RESET = "reset", _("nieuw wachtwoord")

    user = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    token_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    personal_data = PersonalData(
        subject=Subject.USER,
        purpose=Purpose.ACCESS,
        retention=Retention.SESSION_HISTORY,
        export=Export.NEVER,
        erase=Erasure.DELETE,
        default=Category.CREDENTIALS,
    )

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "token_hash", name="one_time_link_once")]
        indexes = [models.Index(fields=["organisation", "user", "kind"], name="one_time_link_by_user")]

    def __str__(self) -> str:
        return str(self.pk)
