"""Wrapped keys. Left out of the nightly dump and dumped apart, so that a destroyed key is gone soon (SEC-2)."""

from django.db import models

from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import GroundTenantModel


class OrganisationKey(GroundTenantModel):
    """A key of an organisation for one purpose, wrapped by a master key that is not in the database."""

    class KeyPurpose(models.TextChoices):
        """What the key is for; each purpose has keys of its own, so that destroying one leaves the others."""

        DATA = "data"
        AUDIT = "audit"
        INDEX = "index"

    purpose = models.CharField(max_length=8, choices=KeyPurpose.choices)
    version = models.PositiveSmallIntegerField()
    wrapped = models.BinaryField(null=True)
    master_version = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True)

    personal_data = PersonalData(
        subject=Subject.NONE,
        purpose=Purpose.SECURITY,
        retention=Retention.LICENCE,
        export=Export.NEVER,
        erase=Erasure.DELETE,
        default=Category.TECHNICAL,
    )

    class Meta(GroundTenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation_id", "purpose", "version", name="organisation_key_once"),
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=False, destroyed_at__isnull=True)
                | models.Q(wrapped__isnull=True, destroyed_at__isnull=False),
                name="organisation_key_is_or_was",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


class SubjectKey(GroundTenantModel):
    """The key of one child, wrapped by its organisation's data key; destroying it is shredding the child."""

    subject_id = models.UUIDField()
    version = models.PositiveSmallIntegerField(default=1)
    wrapped = models.BinaryField(null=True)
    organisation_key_version = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True)

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.SECURITY,
        retention=Retention.CHILD_FILE,
        export=Export.NEVER,
        erase=Erasure.SHRED,
        default=Category.TECHNICAL,
    )

    class Meta(GroundTenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation_id", "subject_id", "version", name="subject_key_once"),
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=False, destroyed_at__isnull=True)
                | models.Q(wrapped__isnull=True, destroyed_at__isnull=False),
                name="subject_key_is_or_was",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.version}"
