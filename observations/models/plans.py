"""Group plans: who needs what on a line, what is done about it, and the activities that are shared (REG-9)."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kijk.encryption.fields import SealedField
from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantForeignKey, TenantModel
from observations.models.children import Child, Group
from observations.models.instruments import Line
from observations.models.periods import RegistrationPeriod
from observations.models.registrations import LineResult

# A plan is about a group, and so about the children in it: it goes when their files go. It is in no child's access
# export, since it tells of the others too; in which cluster a child was, is (ClusterMember).
_OF_A_GROUP = PersonalData(
    subject=Subject.CHILD,
    purpose=Purpose.OBSERVATION,
    retention=Retention.CHILD_FILE,
    export=Export.NEVER,
    erase=Erasure.DELETE,
    default=Category.OFFER,
    module="registration",
)


@dataclass(frozen=True, repr=False)
class ClusterText:
    """What is sealed of a cluster: what for, with what, how it is organised, and what came of it."""

    goal: str = ""
    offer: str = ""
    organisation: str = ""
    evaluation: str = ""


@dataclass(frozen=True, repr=False)
class ActivityText:
    """What is sealed of an activity in a plan: it may be adapted to these children."""

    title: str
    description: str = ""


class Level(models.TextChoices):
    """What the children of a cluster need. ``UNSEEN`` is no cluster: of these children too little was seen."""

    SUPPORT = "support", _("Extra steun")
    BASIS = "basis", _("Basisaanbod")
    CHALLENGE = "challenge", _("Uitdaging")
    UNSEEN = "unseen", _("Onvoldoende gezien")


class GroupPlan(TenantModel):
    """The plan of a group for a stretch of days. Evaluated means closed: only opening it again lets it change."""

    class Status(models.TextChoices):
        """Being made, being carried out, or looked back on."""

        DRAFT = "draft", _("concept")
        ACTIVE = "active", _("loopt")
        EVALUATED = "evaluated", _("geëvalueerd")

    group = TenantForeignKey(Group, on_delete=models.CASCADE, related_name="plans")
    # The registration period whose results the clusters were first proposed from, where there was one.
    period = TenantForeignKey(RegistrationPeriod, on_delete=models.SET_NULL, null=True, related_name="+")
    begins_on = models.DateField()
    ends_on = models.DateField()
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT)
    follows = TenantForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="followed_by")
    created_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    evaluated_at = models.DateTimeField(null=True)

    personal_data = _OF_A_GROUP

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation", "group", "begins_on", name="group_plan_once_a_day"),
            models.CheckConstraint(name="group_plan_order", condition=Q(ends_on__gte=F("begins_on"))),
            models.CheckConstraint(
                name="group_plan_evaluated_has_moment",
                condition=Q(status="evaluated", evaluated_at__isnull=False)
                | (~Q(status="evaluated") & Q(evaluated_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PlanLine(TenantModel):
    """A development line a plan is about."""

    plan = TenantForeignKey(GroupPlan, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+")

    personal_data = _OF_A_GROUP

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "plan", "line", name="plan_line_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.line_id}"


class PlanCluster(TenantModel):
    """A cluster of a line of a plan, with its texts. ``version`` counts the changes of the texts.

    The texts are about several children at once, so they have the organisation's key and no child's.
    """

    plan_line = TenantForeignKey(PlanLine, on_delete=models.CASCADE, related_name="clusters")
    level = models.CharField(max_length=9, choices=[choice for choice in Level.choices if choice[0] != Level.UNSEEN])
    texts = SealedField(ClusterText, label="observations.plancluster.texts")
    version = models.PositiveIntegerField(default=1)
    changed_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    personal_data = _OF_A_GROUP

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "plan_line", "level", name="plan_cluster_once")]

    def __str__(self) -> str:
        return f"{self.plan_line_id} {self.level}"


class ClusterMember(TenantModel):
    """Where a child stands on a line of a plan, where it was proposed to, and the result that rests on."""

    plan_line = TenantForeignKey(PlanLine, on_delete=models.CASCADE, related_name="members")
    child = TenantForeignKey(Child, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=9, choices=Level.choices)
    proposed = models.CharField(max_length=9, choices=Level.choices)
    result = TenantForeignKey(LineResult, on_delete=models.SET_NULL, null=True, related_name="+")

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.CHILD_FILE,
        export=Export.FILE,
        erase=Erasure.DELETE,
        default=Category.OFFER,
        module="registration",
    )

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "plan_line", "child", name="cluster_member_once")]
        indexes = [models.Index(fields=["organisation", "child"], name="cluster_member_by_child")]

    def __str__(self) -> str:
        return f"{self.child_id} {self.level}"


class Activity(TenantModel):
    """An activity of the organisation's own, for everybody's plans. About no child: its form says so.

    ``lines`` are codes of development lines, which outlive a version of the instrument; ages are in months.
    ``based_on`` is the code of the shipped activity, or the id of the own one, that it was made from.
    """

    title = models.CharField(_("naam"), max_length=80)
    description = models.TextField(_("wat doet u"))
    lines = ArrayField(models.SlugField(max_length=40), verbose_name=_("ontwikkelingslijnen"))
    from_months = models.PositiveSmallIntegerField()
    until_months = models.PositiveSmallIntegerField()
    kinds = ArrayField(models.CharField(max_length=8), default=list, verbose_name=_("soort groep"))
    author = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    based_on = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    personal_data = PersonalData(
        subject=Subject.NONE,
        purpose=Purpose.CONTENT,
        retention=Retention.LICENCE,
        export=Export.NEVER,
        erase=Erasure.DELETE,
        default=Category.ORGANISATION,
        module="registration",
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(name="activity_ages", condition=Q(until_months__gt=F("from_months"))),
        ]

    def __str__(self) -> str:
        return self.title


class ClusterActivity(TenantModel):
    """An activity in a cluster: a copy, so that adapting it leaves the library alone, and the other way round."""

    cluster = TenantForeignKey(PlanCluster, on_delete=models.CASCADE, related_name="activities")
    content = SealedField(ActivityText, label="observations.clusteractivity.content")
    # The code of the shipped activity, or the id of the organisation's own, that this is a copy of.
    source = models.CharField(max_length=60)
    adapted = models.BooleanField(default=False)

    personal_data = _OF_A_GROUP

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "cluster", "source", name="cluster_activity_once")]

    def __str__(self) -> str:
        return f"{self.cluster_id} {self.source}"
