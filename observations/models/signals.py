"""Signals: what asks for somebody's attention, the talk about it, and when a rule gives one (DOMAIN "Signals")."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kijk.encryption.fields import SealedField
from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantForeignKey, TenantModel
from observations.models.children import Child
from observations.models.instruments import Line
from observations.models.registrations import Registration


@dataclass(frozen=True, repr=False)
class SignalText:
    """What is sealed of a signal: what was agreed, in the words of who closed it."""

    closing: str = ""


@dataclass(frozen=True, repr=False)
class SignalNoteText:
    """What is sealed of a note about a signal."""

    text: str


class Signal(TenantModel):
    """Something a rule noticed about a child, or about how well we see the child. Somebody closes it.

    ``facts`` holds the numbers, codes and days the rule went by, never a text: what a screen explains it with.
    ``faded_on``: the day of a newer registration that looked at the same and did not give the signal again.
    """

    class Status(models.TextChoices):
        """What has been done with it."""

        NEW = "new", _("nieuw")
        IN_DISCUSSION = "discussion", _("in bespreking")
        CLOSED = "closed", _("afgesloten")

    class Outcome(models.TextChoices):
        """How it ended. ``RESOLVED``: it went by itself, because there was a note or a registration again."""

        ACTION = "action", _("we gaan er iets mee doen")
        UNDER_WAY = "under_way", _("we waren er al mee bezig")
        WATCH = "watch", _("we kijken opnieuw bij de volgende registratie")
        OTHERWISE = "otherwise", _("we zien het zelf anders")
        RESOLVED = "resolved", _("vanzelf opgelost")

    class Agreement(models.TextChoices):
        """What was agreed to do."""

        OFFER = "offer", _("extra aanbod in de groep")
        NOTES = "notes", _("gericht observeren en opschrijven")
        REGISTER = "register", _("deze lijn eerder opnieuw registreren")
        PARENTS = "parents", _("in gesprek met de ouders")
        CHILD = "child", _("in gesprek met het kind")
        SUPPORT = "support", _("de intern begeleider of coach kijkt mee")
        OUTSIDE = "outside", _("iemand van buiten kijkt mee, in overleg met de ouders")

    child = TenantForeignKey(Child, on_delete=models.CASCADE, related_name="signals")
    rule = models.SlugField(max_length=40)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, null=True, related_name="+")
    registration = TenantForeignKey(Registration, on_delete=models.SET_NULL, null=True, related_name="+")
    facts = models.JSONField(default=dict)
    # What needs somebody first has the lowest; kept with the signal so that the board can be paged by the database.
    priority = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.NEW)
    raised_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    faded_on = models.DateField(null=True)
    taken_at = models.DateTimeField(null=True)
    taken_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    agreements = models.JSONField(default=list)
    texts = SealedField(SignalText, label="observations.signal.texts", subject="child_id", null=True)

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.CHILD_FILE,
        export=Export.FILE,
        erase=Erasure.SHRED,
        default=Category.SIGNAL,
        fields={
            "priority": Category.TECHNICAL,
            "updated_at": Category.TECHNICAL,
        },
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "child", "rule", "line"],
                condition=~Q(status="closed"),
                nulls_distinct=False,
                name="signal_one_open",
            ),
            models.CheckConstraint(
                name="signal_closed_is_whole",
                condition=Q(status="closed", closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(status="closed") & Q(closed_at__isnull=True, outcome=""),
            ),
            models.CheckConstraint(
                name="signal_taken_is_whole",
                condition=Q(status="new", taken_at__isnull=True)
                | Q(status="discussion", taken_at__isnull=False)
                | Q(status="closed"),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "child", "status"], name="signal_by_child"),
            # In the order of the board, whose first page it is read for.
            models.Index(
                "organisation",
                "status",
                F("faded_on").asc(nulls_first=True),
                "priority",
                "raised_at",
                "id",
                name="signal_on_board",
            ),
            models.Index(
                fields=["organisation", "closed_at", "id"], condition=Q(status="closed"), name="signal_by_closing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.pk}"


class SignalNote(TenantModel):
    """What somebody wrote down while a signal was being discussed. It stays as it is."""

    signal = TenantForeignKey(Signal, on_delete=models.CASCADE, related_name="notes")
    child = TenantForeignKey(Child, on_delete=models.CASCADE, related_name="+")
    author = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entry_id = models.UUIDField()
    content = SealedField(SignalNoteText, label="observations.signalnote.content", subject="child_id")
    written_at = models.DateTimeField()

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.CHILD_FILE,
        export=Export.FILE,
        erase=Erasure.SHRED,
        default=Category.SIGNAL,
        fields={"entry_id": Category.TECHNICAL},
    )

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "entry_id", name="signal_note_once")]
        indexes = [models.Index(fields=["organisation", "signal", "written_at"], name="signal_note_by_signal")]

    def __str__(self) -> str:
        return str(self.pk)


class SignalRuleSetting(TenantModel):
    """How an organisation set a rule: on or off, for whom, and its own thresholds. Without a row the rule's defaults."""

    class Audience(models.TextChoices):
        """Who sees the signals of a rule, as far as their right reaches the child."""

        TEAM = "team", _("de groep, de intern begeleider en de coach")
        SUPPORT = "support", _("de intern begeleider en de coach")
        MENTOR = "mentor", _("de mentor, de intern begeleider en de coach")

    rule = models.SlugField(max_length=40)
    is_on = models.BooleanField(default=True)
    audience = models.CharField(max_length=8, choices=Audience.choices)
    thresholds = models.JSONField(default=dict)
    changed_at = models.DateTimeField()
    changed_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    personal_data = PersonalData(
        subject=Subject.NONE,
        purpose=Purpose.ADMINISTRATION,
        retention=Retention.LICENCE,
        export=Export.NEVER,
        erase=Erasure.DELETE,
        default=Category.TECHNICAL,
    )

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "rule", name="signal_rule_once")]

    def __str__(self) -> str:
        return self.rule
