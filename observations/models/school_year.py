"""The move to a new school year: what is chosen for each group, and what was done, so that it can be undone (CHD-4)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantForeignKey, TenantModel
from observations.models.children import Child, Group

_OF_GROUPS = PersonalData(
    subject=Subject.NONE,
    purpose=Purpose.ADMINISTRATION,
    retention=Retention.LICENCE,
    export=Export.NEVER,
    erase=Erasure.DELETE,
    default=Category.ORGANISATION,
)


class SchoolYearMove(TenantModel):
    """The move of all groups to one school year. A draft until it is carried out; one carried out can be undone."""

    class Status(models.TextChoices):
        """Being prepared, carried out, or undone."""

        DRAFT = "draft", _("in voorbereiding")
        DONE = "done", _("uitgevoerd")
        UNDONE = "undone", _("ongedaan gemaakt")

    # The year it begins in.
    school_year = models.PositiveSmallIntegerField()
    begins_on = models.DateField()
    status = models.CharField(max_length=6, choices=Status.choices, default=Status.DRAFT)
    started_by = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    # Leavers stay reachable until their last day is over: then they go to the archive.
    leavers_archived = models.BooleanField(default=False)

    personal_data = _OF_GROUPS

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "school_year"],
                condition=~Q(status="undone"),
                name="school_year_move_once",
            ),
            models.CheckConstraint(
                name="school_year_move_done_has_moment",
                condition=Q(status="draft", done_at__isnull=True) | (~Q(status="draft") & Q(done_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.school_year)


class SchoolYearStep(TenantModel):
    """What happens to one group of the old year. ``name`` and ``second_name`` are of the groups of the new year."""

    class Choice(models.TextChoices):
        """What happens to the group."""

        CONTINUE = "continue", _("gaat door")
        MERGE = "merge", _("gaat op in een andere groep")
        SPLIT = "split", _("splitst in twee groepen")
        LEAVE = "leave", _("de kinderen vertrekken")
        STAY = "stay", _("verandert niet")

    move = TenantForeignKey(SchoolYearMove, on_delete=models.CASCADE, related_name="steps")
    group = TenantForeignKey(Group, on_delete=models.CASCADE, related_name="+")
    choice = models.CharField(max_length=8, choices=Choice.choices, default=Choice.CONTINUE)
    name = models.CharField(max_length=80, blank=True)
    second_name = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=8, choices=Group.Kind.choices)
    into = TenantForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    next_education = models.CharField(max_length=12, choices=Child.NextEducation.choices, blank=True)
    # What was made, so that undoing takes exactly that away.
    made = TenantForeignKey(Group, on_delete=models.SET_NULL, null=True, related_name="+")
    second_made = TenantForeignKey(Group, on_delete=models.SET_NULL, null=True, related_name="+")

    personal_data = _OF_GROUPS

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "move", "group", name="school_year_step_once")]

    def __str__(self) -> str:
        return f"{self.group_id} {self.choice}"


class SchoolYearChild(TenantModel):
    """A child that goes its own way, and of each child that was moved what its placements were before and after."""

    class Target(models.TextChoices):
        """Where an exception goes; ``GROUP`` where the group as a whole goes.

        Of a group that splits it is ``FIRST`` or ``SECOND``, and somebody has to choose.
        """

        GROUP = "group", _("met de groep mee")
        FIRST = "first", _("naar de eerste groep")
        SECOND = "second", _("naar de tweede groep")
        OTHER = "other", _("naar een andere groep")
        LEAVE = "leave", _("vertrekt")
        STAY = "stay", _("blijft in deze groep")

    move = TenantForeignKey(SchoolYearMove, on_delete=models.CASCADE, related_name="children")
    child = TenantForeignKey(Child, on_delete=models.CASCADE, related_name="+")
    target = models.CharField(max_length=6, choices=Target.choices, default=Target.GROUP)
    other = TenantForeignKey(SchoolYearStep, on_delete=models.SET_NULL, null=True, related_name="+")
    leaves_to = models.CharField(max_length=12, blank=True)
    left = models.BooleanField(default=False)
    before = models.JSONField(default=list)
    after = models.JSONField(default=list)

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.CHILD_FILE,
        export=Export.FILE,
        erase=Erasure.DELETE,
        default=Category.ATTENDANCE,
    )

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "move", "child", name="school_year_child_once")]

    def __str__(self) -> str:
        return f"{self.child_id} {self.target}"


class SchoolYearStaff(TenantModel):
    """Somebody of a group's staff who does not simply go along, and of each who did what their days were before and after."""

    class Target(models.TextChoices):
        """Where somebody goes; ``ALONG`` where the group goes: to both groups where it splits."""

        ALONG = "along", _("gaat met de groep mee")
        FIRST = "first", _("gaat naar de eerste groep")
        SECOND = "second", _("gaat naar de tweede groep")
        STAY = "stay", _("blijft op de oude groep")

    step = TenantForeignKey(SchoolYearStep, on_delete=models.CASCADE, related_name="staff")
    user = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    target = models.CharField(max_length=6, choices=Target.choices, default=Target.ALONG)
    before = models.JSONField(default=list)
    after = models.JSONField(default=list)

    personal_data = PersonalData(
        subject=Subject.USER,
        purpose=Purpose.ACCESS,
        retention=Retention.ACCOUNT,
        export=Export.FILE,
        erase=Erasure.DELETE,
        default=Category.ROLES,
    )

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "step", "user", name="school_year_staff_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.target}"
