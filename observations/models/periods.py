"""When children are registered: in periods, at ages, and extra for chosen lines (REG-2)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantForeignKey, TenantModel
from observations.models.children import Child, Group
from observations.models.instruments import InstrumentVersion

_PLANNING = PersonalData(
    subject=Subject.NONE,
    purpose=Purpose.ADMINISTRATION,
    retention=Retention.LICENCE,
    export=Export.NEVER,
    erase=Erasure.DELETE,
    default=Category.ORGANISATION,
)


class RegistrationPeriod(TenantModel):
    """A stretch of days in which every child is registered once, or every child of some kinds of group.

    ``version`` and ``rule_version`` are what its registrations are made and computed with, fixed when it begins.
    ``closed_at`` is set where the period was closed by hand.
    """

    name = models.CharField(_("naam"), max_length=60)
    begins_on = models.DateField()
    ends_on = models.DateField()
    # Kinds of group (Group.Kind); empty: all that follow development.
    kinds = models.JSONField(default=list)
    version = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, null=True, related_name="+")
    rule_version = models.CharField(max_length=60, blank=True)
    closed_at = models.DateTimeField(null=True)

    personal_data = _PLANNING

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation", "name", name="period_name_once"),
            models.CheckConstraint(name="period_order", condition=Q(ends_on__gte=F("begins_on"))),
            models.CheckConstraint(
                name="period_version_with_rule",
                condition=Q(version__isnull=True, rule_version="") | (Q(version__isnull=False) & ~Q(rule_version="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlannedAge(TenantModel):
    """An age at which children are registered, in months, with the weeks before and after it in which that is done."""

    months = models.PositiveSmallIntegerField(_("leeftijd"))
    # A kind of group (Group.Kind); empty: all that follow development.
    kind = models.CharField(_("soort groep"), max_length=8, blank=True)
    window_weeks = models.PositiveSmallIntegerField(_("weken ervoor en erna"), default=4)
    planned_on = models.DateField()

    personal_data = _PLANNING

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation", "months", "kind", name="planned_age_once"),
            models.CheckConstraint(name="planned_age_months", condition=Q(months__range=(1, 84))),
            models.CheckConstraint(name="planned_age_window", condition=Q(window_weeks__range=(1, 12))),
        ]

    def __str__(self) -> str:
        return str(self.months)


class ExtraRegistration(TenantModel):
    """A registration of chosen lines beside the usual ones: for a child, a group, or VVE children.

    At entry (``Audience.VVE_ENTRY``) it is due within ``weeks`` of the day a child becomes a VVE child, on or after
    ``begins_on``; for the others from ``begins_on`` to ``ends_on``.
    """

    class Audience(models.TextChoices):
        """Whom it is for."""

        CHILD = "child", _("één kind")
        GROUP = "group", _("een groep")
        VVE = "vve", _("alle VVE-kinderen van nu")
        VVE_ENTRY = "vve_entry", _("elk nieuw VVE-kind, bij de start")

    name = models.CharField(_("naam"), max_length=60)
    # Codes of development lines.
    lines = models.JSONField()
    audience = models.CharField(max_length=9, choices=Audience.choices)
    child = TenantForeignKey(Child, on_delete=models.CASCADE, null=True, related_name="+")
    group = TenantForeignKey(Group, on_delete=models.PROTECT, null=True, related_name="+")
    begins_on = models.DateField()
    ends_on = models.DateField(null=True)
    weeks = models.PositiveSmallIntegerField(null=True)

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.CHILD_FILE,
        export=Export.FILE,
        erase=Erasure.DELETE,
        default=Category.DEVELOPMENT,
        module="registration",
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="extra_audience",
                condition=Q(audience="child", child__isnull=False)
                | Q(audience="group", group__isnull=False)
                | Q(audience__in=["vve", "vve_entry"]),
            ),
            models.CheckConstraint(
                name="extra_days",
                condition=Q(audience="vve_entry", weeks__range=(1, 26))
                | (~Q(audience="vve_entry") & Q(ends_on__gte=F("begins_on"), weeks__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.name
