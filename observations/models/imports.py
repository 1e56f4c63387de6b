"""Where children are imported from, the keys they have there, and what an import would do (CHD-3)."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kijk.encryption.fields import SealedField
from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantForeignKey, TenantModel
from observations.models.children import Child, Group


class ImportSource(TenantModel):
    """One administration that files come from, for one location. Keys mean something within a source only."""

    class Format(models.TextChoices):
        """What its files are."""

        EDEXML = "edexml", _("EDEXML")
        CSV = "csv", _("CSV")
        XLSX = "xlsx", _("Excel")

    name = models.CharField(_("naam"), max_length=60)
    format = models.CharField(max_length=6, choices=Format.choices)
    location = TenantForeignKey("licensing.Location", on_delete=models.PROTECT, related_name="+")
    # Which column holds what, by the title of the column, as it was last saved with.
    mapping = models.JSONField(default=dict)
    # Which school the files are of, as the first that was saved said; another school's file is refused.
    school = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    personal_data = PersonalData(
        subject=Subject.NONE,
        purpose=Purpose.ADMINISTRATION,
        retention=Retention.LICENCE,
        export=Export.NEVER,
        erase=Erasure.DELETE,
        default=Category.ORGANISATION,
    )

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "name", name="import_source_name_once")]

    def __str__(self) -> str:
        return self.name


class ImportKey(TenantModel):
    """What a child, group or colleague is called in a source, as a keyed hash: the key itself is kept nowhere (CHD-1)."""

    class Kind(models.TextChoices):
        """Of what it is the key."""

        CHILD = "child", _("kind")
        GROUP = "group", _("groep")
        STAFF = "staff", _("medewerker")

    source = TenantForeignKey(ImportSource, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    digest = models.BinaryField()
    child = TenantForeignKey(Child, on_delete=models.CASCADE, null=True, related_name="+")
    group = TenantForeignKey(Group, on_delete=models.CASCADE, null=True, related_name="+")
    user = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.CHILD_FILE,
        export=Export.NEVER,
        erase=Erasure.DELETE,
        default=Category.TECHNICAL,
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation", "source", "kind", "digest", name="import_key_once"),
            models.CheckConstraint(
                name="import_key_of_its_kind",
                condition=Q(kind="child", child__isnull=False, group__isnull=True, user__isnull=True)
                | Q(kind="group", child__isnull=True, group__isnull=False, user__isnull=True)
                | Q(kind="staff", child__isnull=True, group__isnull=True, user__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


@dataclass(frozen=True, repr=False)
class PreviewDetails:
    """What is sealed of a preview: what was read, and how it was asked for. All of it as JSON takes it."""

    settings: dict[str, Any] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)


class ImportPreview(TenantModel):
    """What one file would do, worked out by a job and gone with that job. ``saved_at``: it was done."""

    job = TenantForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="+")
    source = TenantForeignKey(ImportSource, on_delete=models.CASCADE, related_name="+")
    details = SealedField(PreviewDetails, label="observations.importpreview.details")
    # A keyed hash of all rows: what is saved is what was shown.
    fingerprint = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(null=True)

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.JOB,
        export=Export.NEVER,
        erase=Erasure.DELETE,
        default=Category.TECHNICAL,
        fields={"details": Category.JOB},
    )

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "job", name="import_preview_once_a_job")]

    def __str__(self) -> str:
        return str(self.pk)


@dataclass(frozen=True, repr=False)
class RowText:
    """What is sealed of a row of a preview: whom it is about, and what would change.

    ``changes`` are (what, old, new), ``candidates`` (id, words) of children it may be.
    """

    who: str
    born: str = ""
    group: str = ""
    reason: str = ""
    changes: list[list[str]] = field(default_factory=list)
    candidates: list[list[str]] = field(default_factory=list)
    # Of colleagues who have no account yet: what an invitation needs (ACC-11.1).
    invitation: list[str] = field(default_factory=list)


class ImportRow(TenantModel):
    """One row of a preview, and what was chosen for it."""

    class Kind(models.TextChoices):
        """What it is about."""

        GROUP = "group", _("groep")
        CHILD = "child", _("kind")
        STAFF = "staff", _("medewerker")

    class Outcome(models.TextChoices):
        """What will happen."""

        ADDED = "added", _("wordt toegevoegd")
        CHANGED = "changed", _("wordt gewijzigd")
        PROPOSAL = "proposal", _("misschien al bekend")
        LEAVER = "leaver", _("niet meer in het bestand")
        GROUP_WORK = "group_work", _("kan op een groep")
        INVITE = "invite", _("heeft nog geen account")
        REFUSED = "refused", _("wordt niet ingelezen")
        UNCHANGED = "unchanged", _("blijft zo")

    preview = TenantForeignKey(ImportPreview, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    # The line of the file, or how many-eth child it is there; 0 for what is not in the file.
    line = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    choice = models.CharField(max_length=45, blank=True)
    text = SealedField(RowText, label="observations.importrow.text")

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.JOB,
        export=Export.NEVER,
        erase=Erasure.DELETE,
        default=Category.TECHNICAL,
        fields={"text": Category.JOB},
    )

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "preview", "position", name="import_row_once")]
        indexes = [
            models.Index(fields=["organisation", "preview", "outcome", "position"], name="import_row_by_outcome")
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.outcome}"
