"""Observation notes (OBS-1)."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models

from kijk.encryption.fields import SealedField
from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantForeignKey, TenantModel
from observations.models.children import Child
from observations.models.instruments import Line


@dataclass(frozen=True, repr=False)
class NoteText:
    """What is sealed of a note."""

    text: str
    context: str = ""


class Note(TenantModel):
    """What somebody saw one child do. A note about several children becomes one note each, with one ``entry_id``."""

    child = TenantForeignKey(Child, on_delete=models.CASCADE, related_name="notes")
    author = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entry_id = models.UUIDField()
    observed_on = models.DateField()
    content = SealedField(NoteText, label="observations.note.content", subject="child_id")
    created_at = models.DateTimeField(auto_now_add=True)

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.CHILD_FILE,
        export=Export.FILE,
        erase=Erasure.SHRED,
        default=Category.OBSERVATION,
        module="registration",
    )

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "entry_id", "child", name="note_once_a_child")]
        indexes = [models.Index(fields=["organisation", "child", "-observed_on"], name="note_by_child")]

    def __str__(self) -> str:
        return str(self.pk)


class NoteLine(TenantModel):
    """A development line a note is about."""

    note = TenantForeignKey(Note, on_delete=models.CASCADE, related_name="note_lines")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+")

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.CHILD_FILE,
        export=Export.FILE,
        erase=Erasure.DELETE,
        default=Category.OBSERVATION,
        module="registration",
    )

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "note", "line", name="note_line_once")]

    def __str__(self) -> str:
        return f"{self.note_id} {self.line_id}"
