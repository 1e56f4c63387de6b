"""Background jobs and their files, for a week (docs/decisions/0015)."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kijk.encryption.fields import SealedBytesField, SealedField
from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import GroundTenantModel, TenantForeignKey


@dataclass(frozen=True, repr=False)
class JobValues:
    """What is sealed of a job: what it was given, or what it says at the end, as JSON takes it."""

    values: dict[str, Any] = field(default_factory=dict)


class Job(GroundTenantModel):
    """Work that one user started and that takes longer than a request.

    ``attempts`` counts the runs: a run writes its end only while it is still the last one. ``heartbeat_at`` is when
    the worker last showed that it is alive; without a sign for two minutes the run counts as cut off.
    The user is referred to by way of a setting, as the ground floor knows no app: who is erased takes the jobs along.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("wacht")
        RUNNING = "running", _("bezig")
        DONE = "done", _("klaar")
        FAILED = "failed", _("niet gelukt")
        CANCELLED = "cancelled", _("gestopt")

    class Fault(models.TextChoices):
        """Why it failed; what the page says of it is in ``kijk.jobs.words``."""

        REFUSED = "refused", _("geweigerd")
        ERROR = "error", _("door een storing")
        INTERRUPTED = "interrupted", _("afgebroken")
        TOO_LONG = "too_long", _("duurde te lang")

    user = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=60)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    language = models.CharField(max_length=2)
    parameters = SealedField(JobValues, label="jobs.job.parameters")
    outcome = SealedField(JobValues, label="jobs.job.outcome", null=True)
    fault = models.CharField(max_length=11, choices=Fault.choices, blank=True)
    # What the kind itself said when it refused; it may name a child, so it is sealed.
    message = SealedField(label="jobs.job.message", null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_asked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.JOB,
        export=Export.NEVER,
        erase=Erasure.DELETE,
        default=Category.TECHNICAL,
        fields=dict.fromkeys(("parameters", "outcome", "message"), Category.JOB),
    )

    class Meta(GroundTenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="job_finished_at_when_finished",
                condition=Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="job_fault_when_failed",
                condition=(Q(state="failed") & ~Q(fault="")) | (~Q(state="failed") & Q(fault="")),
            ),
            models.CheckConstraint(
                name="job_running_with_heartbeat",
                condition=~Q(state="running") | Q(heartbeat_at__isnull=False, started_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "user", "created_at"], name="job_by_user"),
            models.Index(fields=["organisation_id", "expires_at"], name="job_by_age"),
            models.Index(
                fields=["organisation_id", "created_at"],
                name="job_open",
                condition=Q(state__in=["waiting", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class JobFile(GroundTenantModel):
    """A file that a job was given ("in") or made ("out"). Its name is sealed too: it may hold a child's."""

    class Direction(models.TextChoices):
        """Which way it goes."""

        IN = "in", _("gegeven")
        OUT = "out", _("gemaakt")

    job = TenantForeignKey(Job, on_delete=models.CASCADE, related_name="files")
    purpose = models.CharField(max_length=3, choices=Direction.choices)
    position = models.PositiveSmallIntegerField()
    name = SealedField(label="jobs.job_file.name")
    content_type = models.CharField(max_length=100)
    content = SealedBytesField(label="jobs.job_file.content")
    # Bytes in the clear.
    size = models.PositiveIntegerField()

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.JOB,
        export=Export.NEVER,
        erase=Erasure.DELETE,
        default=Category.TECHNICAL,
        fields=dict.fromkeys(("name", "content"), Category.JOB),
    )

    class Meta(GroundTenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation_id", "job", "purpose", "position", name="job_file_once_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.position}"
