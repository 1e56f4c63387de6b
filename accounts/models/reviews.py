"""The yearly review of who has access (ROSA, Normenkader IBP; issue of roles in ACC-9)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantForeignKey, TenantModel

_REVIEW = PersonalData(
    subject=Subject.USER,
    purpose=Purpose.ACCOUNTABILITY,
    retention=Retention.LICENCE,
    export=Export.FILE,
    erase=Erasure.KEEP,
    default=Category.ROLES,
)


class AccessReview(TenantModel):
    """One walk along all accounts, begun by an administrator and signed off when each has been judged."""

    begun_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    signed_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)

    personal_data = _REVIEW

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                "organisation", name="access_review_one_open", condition=models.Q(signed_at__isnull=True)
            ),
            models.CheckConstraint(
                name="access_review_signed_whole",
                condition=models.Q(signed_at__isnull=True, signed_by__isnull=True)
                | models.Q(signed_at__isnull=False, signed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class AccessReviewEntry(TenantModel):
    """One account in a review: the roles it had when the review began, and what was decided.

    ``roles`` is a list of {"role", "location", "module", "begins_on", "ends_on"}: codes, ids and dates.
    """

    class Decision(models.TextChoices):
        """What the reviewer found."""

        KEEP = "keep", _("klopt")
        CHANGE = "change", _("rollen aangepast")
        CLOSE = "close", _("account afgesloten")

    review = TenantForeignKey(AccessReview, on_delete=models.CASCADE, related_name="entries")
    user = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    roles = models.JSONField(default=list)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    decided_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    personal_data = _REVIEW

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "review", "user", name="access_review_entry_once")]

    def __str__(self) -> str:
        return str(self.pk)
