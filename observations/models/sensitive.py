"""Especially sensitive remarks about a child: health, home situation (ACC-10)."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kijk.encryption.fields import SealedField
from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantForeignKey, TenantModel
from observations.models.children import Child


@dataclass(frozen=True, repr=False)
class RemarkText:
    """What is sealed of a remark; what it is about as well, for that alone would tell that a child is ill."""

    kind: str
    text: str


class SensitiveRemark(TenantModel):
    """Something about a child's health or home that only a few may read. Withdrawn, its text is gone."""

    class Kind(models.TextChoices):
        """What a remark is about."""

        HEALTH = "health", _("gezondheid")
        HOME = "home", _("thuissituatie")
        OTHER = "other", _("iets anders")

    child = TenantForeignKey(Child, on_delete=models.CASCADE, related_name="+")
    author = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entry_id = models.UUIDField()
    content = SealedField(RemarkText, label="observations.sensitiveremark.content", subject="child_id", null=True)
    written_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.CHILD_FILE,
        export=Export.FILE,
        erase=Erasure.SHRED,
        default=Category.SPECIAL,
        fields={"entry_id": Category.TECHNICAL},
        module="sensitive",
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation", "entry_id", name="sensitive_remark_once"),
            models.CheckConstraint(
                name="sensitive_remark_withdrawn_is_gone",
                condition=Q(content__isnull=True, withdrawn_at__isnull=False)
                | Q(content__isnull=False, withdrawn_at__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "child", "-written_at"], name="sensitive_remark_by_child")]

    def __str__(self) -> str:
        return str(self.pk)
