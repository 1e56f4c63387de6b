"""What is written for a report about a child, beside what its registration says already (REG-8)."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kijk.encryption.fields import SealedField
from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantForeignKey, TenantModel
from observations.models.children import Child
from observations.models.notes import Note


@dataclass(frozen=True, repr=False)
class ReportTexts:
    """What staff wrote for one report: the first three for parents, the last two for the next school."""

    likes: str = ""
    conclusion: str = ""
    agreements: str = ""
    strengths: str = ""
    attention: str = ""


@dataclass(frozen=True, repr=False)
class ParentsWords:
    """What parents said at the talk. ``speaker`` is a code of ``ReportPreparation.Speaker``, never a name."""

    text: str
    speaker: str


@dataclass(frozen=True, repr=False)
class ExampleText:
    """What parents may read of a note."""

    text: str


class ReportPreparation(TenantModel):
    """What was written for one kind of report about one measurement of a child.

    It belongs to the day of the measurement and not to one of its revisions: a registration that was opened again
    keeps what was written for the parents. ``revision`` counts the changes, so that two people who have the same page
    open do not overwrite each other.
    """

    class Kind(models.TextChoices):
        """Whom the report is for."""

        PARENTS = "parents", _("verslag voor ouders")
        TRANSFER = "transfer", _("verslag voor de overdracht")

    class Speaker(models.TextChoices):
        """Whose words these are, without a name."""

        PARENT = "parent", _("één ouder of verzorger")
        PARENTS = "parents", _("beide ouders of verzorgers")
        GUARDIAN = "guardian", _("een voogd of pleegouder")
        OTHER = "other", _("iemand anders namens de ouders")

    child = TenantForeignKey(Child, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    registered_on = models.DateField()
    texts = SealedField(ReportTexts, label="observations.reportpreparation.texts", subject="child_id")
    revision = models.PositiveIntegerField(default=1)
    written_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    words = SealedField(ParentsWords, label="observations.reportpreparation.words", subject="child_id", null=True)
    talk_on = models.DateField(null=True)
    words_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    words_at = models.DateTimeField(null=True)

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.CHILD_FILE,
        export=Export.FILE,
        erase=Erasure.SHRED,
        default=Category.REPORT,
        fields={"revision": Category.TECHNICAL},
        module="registration",
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation", "child", "kind", "registered_on", name="report_preparation_once"),
            models.CheckConstraint(
                name="report_words_whole",
                condition=Q(words__isnull=True, talk_on__isnull=True, words_by__isnull=True, words_at__isnull=True)
                | Q(words__isnull=False, talk_on__isnull=False, words_by__isnull=False, words_at__isnull=False),
            ),
            models.CheckConstraint(name="report_words_of_parents", condition=Q(kind="parents") | Q(words__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.registered_on}"


class ReportExample(TenantModel):
    """A note that a member of staff chose as an example for the parents, in the words they may read."""

    preparation = TenantForeignKey(ReportPreparation, on_delete=models.CASCADE, related_name="examples")
    child = TenantForeignKey(Child, on_delete=models.CASCADE, related_name="+")
    note = TenantForeignKey(Note, on_delete=models.CASCADE, related_name="+")
    text = SealedField(ExampleText, label="observations.reportexample.text", subject="child_id")

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.CHILD_FILE,
        export=Export.FILE,
        erase=Erasure.SHRED,
        default=Category.REPORT,
        module="registration",
    )

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "preparation", "note", name="report_example_once")]

    def __str__(self) -> str:
        return f"{self.preparation_id} {self.note_id}"
