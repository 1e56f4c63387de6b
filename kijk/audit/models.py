"""The audit trail: append-only, and chained per organisation by a keyed hash (AUD-1)."""

from django.db import models

from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import GroundTenantModel


class AuditEvent(GroundTenantModel):
    """One thing that happened. Holds ids and field names, never a name or a text.

    No foreign keys: an event outlives what it tells of. Grants and a trigger let nobody change or delete a row.
    """

    sequence = models.BigIntegerField()
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    on_behalf_of_id = models.UUIDField(null=True)
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64, blank=True)
    object_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    origin = models.CharField(max_length=64, blank=True)
    previous_hash = models.BinaryField()
    hash = models.BinaryField()

    personal_data = PersonalData(
        subject=Subject.USER,
        purpose=Purpose.ACCOUNTABILITY,
        retention=Retention.AUDIT,
        export=Export.FILE,
        erase=Erasure.KEEP,
        default=Category.LOGGING,
    )

    class Meta(GroundTenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation_id", "sequence", name="audit_sequence_once")]
        indexes = [
            models.Index(fields=["organisation_id", "-at"], name="audit_by_time"),
            models.Index(fields=["organisation_id", "object_id", "-at"], name="audit_by_object"),
            # For reading the trail page by page: what is rare is found without walking past all the rest.
            models.Index(fields=["organisation_id", "actor_id", "-sequence"], name="audit_by_actor"),
            models.Index(fields=["organisation_id", "action", "-sequence"], name="audit_by_action"),
            models.Index(
                fields=["organisation_id", "-sequence"],
                name="audit_by_staff",
                condition=models.Q(data__has_key="staff_role"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"


class AuditHead(GroundTenantModel):
    """The newest link of an organisation's chain. Its row is locked while links are added, as the last thing done."""

    sequence = models.BigIntegerField(default=0)
    hash = models.BinaryField(default=bytes)

    personal_data = PersonalData(
        subject=Subject.NONE,
        purpose=Purpose.ACCOUNTABILITY,
        retention=Retention.AUDIT,
        export=Export.NEVER,
        erase=Erasure.KEEP,
        default=Category.TECHNICAL,
    )

    class Meta(GroundTenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation_id", name="audit_head_once")]

    def __str__(self) -> str:
        return str(self.sequence)
