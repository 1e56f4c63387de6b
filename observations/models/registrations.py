"""Registrations, their answers, and the results that closing one leaves (REG-2, REG-3, REG-5, REG-6)."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kijk.encryption.fields import SealedField
from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantForeignKey, TenantModel
from observations.models.children import Child, Group
from observations.models.instruments import InstrumentVersion, Line, Milestone, Scale
from observations.models.periods import ExtraRegistration, RegistrationPeriod

_DEVELOPMENT = PersonalData(
    subject=Subject.CHILD,
    purpose=Purpose.OBSERVATION,
    retention=Retention.CHILD_FILE,
    export=Export.FILE,
    erase=Erasure.DELETE,
    default=Category.DEVELOPMENT,
    module="registration",
)


@dataclass(frozen=True, repr=False)
class RegistrationText:
    """What is sealed of a registration: the conclusion, and why a closed one was opened again."""

    conclusion: str = ""
    reopen_reason: str = ""


class Registration(TenantModel):
    """One measurement of one child with one version of an instrument; with ``extra``, of some of its lines only.

    Closed means unchangeable, by a trigger too. Reopening makes a new revision that ``replaces`` the closed one,
    which stays as it was and is marked superseded when the new one is closed: all versions remain (REG-6).
    """

    class Status(models.TextChoices):
        """Being filled in, or fixed."""

        OPEN = "open", _("open")
        CLOSED = "closed", _("afgesloten")

    child = TenantForeignKey(Child, on_delete=models.CASCADE, related_name="registrations")
    version = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="+")
    period = TenantForeignKey(RegistrationPeriod, on_delete=models.PROTECT, null=True, related_name="registrations")
    extra = TenantForeignKey(ExtraRegistration, on_delete=models.RESTRICT, null=True, related_name="registrations")
    group = TenantForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    registered_on = models.DateField()
    status = models.CharField(max_length=6, choices=Status.choices, default=Status.OPEN)
    started_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revision = models.PositiveSmallIntegerField(default=1)
    replaces = TenantForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    superseded = models.BooleanField(default=False)
    concluded_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    texts = SealedField(RegistrationText, label="observations.registration.texts", subject="child_id", null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    personal_data = _DEVELOPMENT

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "child", "version", "registered_on", "revision"],
                condition=Q(extra__isnull=True),
                name="registration_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["organisation", "child", "version"],
                condition=Q(status="open", extra__isnull=True),
                name="registration_one_open",
            ),
            models.UniqueConstraint(
                fields=["organisation", "child", "extra", "revision"],
                condition=Q(extra__isnull=False),
                name="registration_extra_once",
            ),
            models.CheckConstraint(
                name="registration_closed_has_moment",
                condition=Q(status="open", closed_at__isnull=True) | Q(status="closed", closed_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "period", "status"], name="registration_by_period")]

    def __str__(self) -> str:
        return str(self.pk)


class Answer(TenantModel):
    """What was seen of one milestone."""

    class Value(models.IntegerChoices):
        """How far the child is. Not observed is an answer without a value, never a failure."""

        NOT_YET = 0, _("Nog niet")
        EMERGING = 1, _("In ontwikkeling")
        SECURE = 2, _("Beheerst")
        NOT_OBSERVED = 3, _("Niet gezien")

    registration = TenantForeignKey(Registration, on_delete=models.CASCADE, related_name="answers")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField(choices=Value.choices)
    answered_on = models.DateField()
    author = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    carried_over = models.BooleanField(default=False)

    personal_data = _DEVELOPMENT

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation", "registration", "milestone", name="answer_once"),
            models.CheckConstraint(name="answer_value", condition=Q(value__range=(0, 3))),
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id} {self.value}"


class ScaleScore(TenantModel):
    """A point on a five-point scale; half points allowed, so stored doubled: 2 to 10."""

    registration = TenantForeignKey(Registration, on_delete=models.CASCADE, related_name="scale_scores")
    scale = models.ForeignKey(Scale, on_delete=models.PROTECT, related_name="+")
    half_points = models.PositiveSmallIntegerField()
    author = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    personal_data = _DEVELOPMENT

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation", "registration", "scale", name="scale_score_once"),
            models.CheckConstraint(name="scale_score_range", condition=Q(half_points__range=(2, 10))),
        ]

    def __str__(self) -> str:
        return f"{self.scale_id} {self.half_points / 2}"


class LineResult(TenantModel):
    """The outcome of one line at closing, with what was true of the child then. What monitoring reads."""

    class Outcome(models.TextChoices):
        """The class of a line; blank where the scoring rule gives none (above 7;0, or pass/fail items)."""

        AHEAD = "ahead", _("Voor op leeftijd")
        ON_COURSE = "on_course", _("Op koers")
        ATTENTION = "attention", _("Aandacht")
        CONCERN = "concern", _("Zorg")
        INSUFFICIENT = "insufficient", _("Onvoldoende gezien")

    registration = TenantForeignKey(Registration, on_delete=models.CASCADE, related_name="results")
    child = TenantForeignKey(Child, on_delete=models.CASCADE, related_name="+")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+")
    period = TenantForeignKey(RegistrationPeriod, on_delete=models.CASCADE, null=True, related_name="+")
    location = TenantForeignKey("licensing.Location", on_delete=models.PROTECT, related_name="+")
    group = TenantForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    registered_on = models.DateField()
    age_days = models.PositiveIntegerField()
    vve = models.BooleanField()
    gender = models.CharField(max_length=12)
    home_language = models.CharField(max_length=40, blank=True)
    developmental_age = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    difference = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    coverage = models.DecimalField(max_digits=4, decimal_places=3)
    share_passed = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    # Bands above those shown could only have raised the number: a screen then says "at least".
    at_least = models.BooleanField(default=False)
    corrected_age = models.BooleanField(default=False)
    rule_version = models.CharField(max_length=40)
    is_current = models.BooleanField(default=True)

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.MONITORING,
        retention=Retention.CHILD_FILE,
        export=Export.FILE,
        erase=Erasure.DELETE,
        default=Category.DEVELOPMENT,
        fields={"vve": Category.VVE, "gender": Category.GENDER, "home_language": Category.HOME_LANGUAGE},
        module="registration",
    )

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "registration", "line", name="line_result_once")]
        indexes = [models.Index(fields=["organisation", "period", "line"], name="line_result_by_period")]

    def __str__(self) -> str:
        return f"{self.line_id} {self.outcome}"
