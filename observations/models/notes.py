"""Observation notes (OBS-1), what was added to them later (OBS-3), and the milestones they show (REG-3)."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kijk.encryption.fields import SealedField
from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantForeignKey, TenantModel
from observations.models.children import Child
from observations.models.instruments import Line, Milestone

_OF_A_NOTE = PersonalData(
    subject=Subject.CHILD,
    purpose=Purpose.OBSERVATION,
    retention=Retention.CHILD_FILE,
    export=Export.FILE,
    erase=Erasure.DELETE,
    default=Category.OBSERVATION,
    module="registration",
)


@dataclass(frozen=True, repr=False)
class NoteText:
    """What is sealed of a note."""

    text: str
    context: str = ""


@dataclass(frozen=True, repr=False)
class AddendumText:
    """What is sealed of an addition."""

    text: str


class Note(TenantModel):
    """What somebody saw one child do. A note about several children becomes one note each, with one ``entry_id``.

    ``revision`` counts the changes, from 1: who changes a note says which one was read, so that two people, or two
    tabs, cannot overwrite each other (OBS-3).
    """

    child = TenantForeignKey(Child, on_delete=models.CASCADE, related_name="notes")
    author = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entry_id = models.UUIDField()
    observed_on = models.DateField()
    content = SealedField(NoteText, label="observations.note.content", subject="child_id")
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.CHILD_FILE,
        export=Export.FILE,
        erase=Erasure.SHRED,
        default=Category.OBSERVATION,
        fields={"revision": Category.TECHNICAL},
        module="registration",
    )

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "entry_id", "child", name="note_once_a_child")]
        indexes = [
            models.Index(fields=["organisation", "child", "-observed_on"], name="note_by_child"),
            models.Index(fields=["organisation", "author", "-created_at"], name="note_by_author"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class NoteLine(TenantModel):
    """A development line a note is about."""

    note = TenantForeignKey(Note, on_delete=models.CASCADE, related_name="note_lines")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+")

    personal_data = _OF_A_NOTE

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "note", "line", name="note_line_once")]

    def __str__(self) -> str:
        return f"{self.note_id} {self.line_id}"


class NoteMilestone(TenantModel):
    """A milestone of which a note says something: the child shows it, or shows it now and then.

    At the next registration it proposes the answer, and is not one itself.
    """

    class Shows(models.TextChoices):
        """How far the child shows the milestone, by this note."""

        EMERGING = "emerging", _("soms, of met hulp")
        SECURE = "secure", _("laat het zien")

    note = TenantForeignKey(Note, on_delete=models.CASCADE, related_name="note_milestones")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="+")
    shows = models.CharField(max_length=8, choices=Shows.choices)

    personal_data = _OF_A_NOTE

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation", "note", "milestone", name="note_milestone_once"),
            models.CheckConstraint(name="note_milestone_shows", condition=models.Q(shows__in=("emerging", "secure"))),
        ]

    def __str__(self) -> str:
        return f"{self.note_id} {self.milestone_id}"


class NoteAddendum(TenantModel):
    """What somebody added to a note later; it never changes, and goes with the note.

    It holds the child as well as the note: the child's key seals it.
    """

    note = TenantForeignKey(Note, on_delete=models.CASCADE, related_name="addenda")
    child = TenantForeignKey(Child, on_delete=models.CASCADE, related_name="+")
    author = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entry_id = models.UUIDField()
    content = SealedField(AddendumText, label="observations.noteaddendum.content", subject="child_id")
    written_at = models.DateTimeField()

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.CHILD_FILE,
        export=Export.FILE,
        erase=Erasure.SHRED,
        default=Category.OBSERVATION,
        fields={"entry_id": Category.TECHNICAL},
        module="registration",
    )

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "entry_id", name="note_addendum_once")]
        indexes = [models.Index(fields=["organisation", "note", "written_at"], name="note_addendum_by_note")]

    def __str__(self) -> str:
        return str(self.pk)
