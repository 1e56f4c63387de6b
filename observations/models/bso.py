"""Measurements in out-of-school care: what staff see, and what the child says of itself (BSO-1)."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kijk.encryption.fields import SealedField
from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantForeignKey, TenantModel
from observations.models.children import Child, Group
from observations.models.instruments import InstrumentVersion, Milestone, Scale
from observations.models.periods import RegistrationPeriod

_BSO = PersonalData(
    subject=Subject.CHILD,
    purpose=Purpose.OBSERVATION,
    retention=Retention.CHILD_FILE,
    export=Export.FILE,
    erase=Erasure.DELETE,
    default=Category.BSO,
    module="bso",
)


@dataclass(frozen=True, repr=False)
class BsoText:
    """What is sealed of a measurement: the conclusion in words, and why it was opened again."""

    conclusion: str = ""
    reopen_reason: str = ""


class BsoRegistration(TenantModel):
    """One measurement of one child in out-of-school care. Closed means unchangeable, by a trigger too.

    Opening it again makes a new revision of the same day that ``replaces`` the closed one, which stays as it was and
    is marked superseded when the new one is closed: all versions remain.

    Not a Registration: an answer means something else here, and no result of it enters the figures about development
    (docs/decisions/0017-bso.md).
    """

    class Status(models.TextChoices):
        """Being filled in, or fixed."""

        OPEN = "open", _("open")
        CLOSED = "closed", _("afgesloten")

    child = TenantForeignKey(Child, on_delete=models.CASCADE, related_name="bso_registrations")
    version = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="+")
    group = TenantForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    period = TenantForeignKey(RegistrationPeriod, on_delete=models.PROTECT, null=True, related_name="+")
    observed_on = models.DateField()
    status = models.CharField(max_length=6, choices=Status.choices, default=Status.OPEN)
    started_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    concluded_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    texts = SealedField(BsoText, label="observations.bsoregistration.texts", subject="child_id", null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revision = models.PositiveSmallIntegerField(default=1)
    replaces = TenantForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    superseded = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    personal_data = _BSO

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                "organisation", "child", "observed_on", "revision", name="bso_registration_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["organisation", "child"], condition=Q(status="open"), name="bso_registration_one_open"
            ),
            models.CheckConstraint(
                name="bso_registration_closed_has_moment",
                condition=Q(status="open", closed_at__isnull=True) | Q(status="closed", closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class BsoAnswer(TenantModel):
    """How often a behaviour is seen, by staff or by the child itself. Without a value: "weet ik niet"."""

    class View(models.TextChoices):
        """Whose view it is."""

        STAFF = "staff", _("medewerker")
        CHILD = "child", _("kind")

    class Value(models.IntegerChoices):
        """The four steps; unlike those of a milestone they are amounts."""

        ALMOST_NEVER = 0, _("Bijna nooit")
        SOMETIMES = 1, _("Soms")
        OFTEN = 2, _("Vaak")
        ALMOST_ALWAYS = 3, _("Bijna altijd")

    registration = TenantForeignKey(BsoRegistration, on_delete=models.CASCADE, related_name="answers")
    view = models.CharField(max_length=5, choices=View.choices)
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField(choices=Value.choices, null=True)
    # The child is no user: its own answers have no author.
    author = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField()

    personal_data = _BSO

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation", "registration", "view", "milestone", name="bso_answer_once"),
            models.CheckConstraint(name="bso_answer_value", condition=Q(value__isnull=True) | Q(value__range=(0, 3))),
            models.CheckConstraint(
                name="bso_answer_author_of_staff",
                condition=Q(view="staff", author__isnull=False) | Q(view="child", author__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.view} {self.milestone_id}"


class BsoScore(TenantModel):
    """A point on a five-point scale; half points allowed, so stored doubled: 2 to 10."""

    registration = TenantForeignKey(BsoRegistration, on_delete=models.CASCADE, related_name="scores")
    scale = models.ForeignKey(Scale, on_delete=models.PROTECT, related_name="+")
    half_points = models.PositiveSmallIntegerField()
    author = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    personal_data = _BSO

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation", "registration", "scale", name="bso_score_once"),
            models.CheckConstraint(name="bso_score_range", condition=Q(half_points__range=(2, 10))),
        ]

    def __str__(self) -> str:
        return f"{self.scale_id} {self.half_points / 2}"


class SelfReport(TenantModel):
    """One time that a child says how it is itself: begun with a one-time code, and then open on one device only.

    Of code and key only the hash is kept. ``last_active_at``: left too long, it is over (BSO-1).
    """

    registration = TenantForeignKey(BsoRegistration, on_delete=models.CASCADE, related_name="self_reports")
    version = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="+")
    code_hash = models.CharField(max_length=64)
    key_hash = models.CharField(max_length=64, blank=True)
    started_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    last_active_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    finished = models.BooleanField(default=False)

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.CHILD_FILE,
        export=Export.FILE,
        erase=Erasure.DELETE,
        default=Category.BSO,
        fields={"code_hash": Category.TECHNICAL, "key_hash": Category.TECHNICAL},
        module="bso",
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation", "code_hash", name="self_report_code_once"),
            models.CheckConstraint(
                name="self_report_key_of_opened",
                condition=Q(key_hash="", opened_at__isnull=True) | (~Q(key_hash="") & Q(opened_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="self_report_finished_has_moment", condition=Q(finished=False) | Q(ended_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class BsoSettings(TenantModel):
    """What an organisation decides about out-of-school care: one row; without it, the default."""

    DEFAULT_AGE, YOUNGEST, OLDEST = 9, 7, 12

    self_report_from = models.PositiveSmallIntegerField(default=DEFAULT_AGE)

    personal_data = PersonalData(
        subject=Subject.NONE,
        purpose=Purpose.ADMINISTRATION,
        retention=Retention.LICENCE,
        export=Export.NEVER,
        erase=Erasure.DELETE,
        default=Category.ORGANISATION,
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation", name="bso_settings_once"),
            models.CheckConstraint(name="bso_settings_age", condition=Q(self_report_from__range=(7, 12))),
        ]

    def __str__(self) -> str:
        return str(self.organisation_id)


@dataclass(frozen=True, repr=False)
class FollowUpText:
    """What is sealed of a follow-up action: what is going to be done."""

    text: str


class BsoFollowUp(TenantModel):
    """What is done after a measurement: by whom, by when, and when it was done (BSO-2). It outlives the closing."""

    registration = TenantForeignKey(BsoRegistration, on_delete=models.CASCADE, related_name="follow_ups")
    child = TenantForeignKey(Child, on_delete=models.CASCADE, related_name="+")
    entry_id = models.UUIDField()
    content = SealedField(FollowUpText, label="observations.bsofollowup.content", subject="child_id")
    responsible = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    written_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    done_on = models.DateField(null=True)
    done_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.CHILD_FILE,
        export=Export.FILE,
        erase=Erasure.SHRED,
        default=Category.BSO,
        fields={"entry_id": Category.TECHNICAL},
        module="bso",
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation", "entry_id", name="bso_follow_up_once"),
            models.CheckConstraint(
                name="bso_follow_up_done_by_somebody",
                condition=Q(done_on__isnull=True, done_by__isnull=True)
                | Q(done_on__isnull=False, done_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "child", "due_on"], name="bso_follow_up_by_child")]

    def __str__(self) -> str:
        return str(self.pk)
