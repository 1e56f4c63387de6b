"""Drafts: what somebody typed into a form and did not save yet (ACC-6.3)."""

from dataclasses import dataclass, field

from django.conf import settings
from django.db import models

from kijk.encryption.fields import SealedField
from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import GroundTenantModel, TenantForeignKey


@dataclass(frozen=True, repr=False)
class DraftContent:
    """What is sealed of a draft: the values of each field of the form."""

    fields: dict[str, list[str]] = field(default_factory=dict)


class Draft(GroundTenantModel):
    """What is in one form of one user. Without content it says that the form was saved or its draft thrown away.

    Such an empty row keeps a save that was still under way from bringing the text back: ``page`` names the opened page
    that wrote last, ``sequence`` how far it had come, and what comes later with a lower number is dropped.

    The user is referred to by way of a setting, as the ground floor knows no app: who is erased takes the drafts along.
    The text may be about a child, but is in no child's file yet: it has the organisation's key, and goes within days.
    """

    user = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    content = SealedField(DraftContent, label="drafts.draft.content", null=True)
    page = models.CharField(max_length=36, blank=True)
    sequence = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField()

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.DRAFT,
        export=Export.NEVER,
        erase=Erasure.DELETE,
        default=Category.DRAFT,
        fields={"page": Category.TECHNICAL, "sequence": Category.TECHNICAL, "updated_at": Category.TECHNICAL},
    )

    class Meta(GroundTenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation_id", "user", "key", name="draft_once_a_form")]

    def __str__(self) -> str:
        return self.key
