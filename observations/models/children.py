"""Children, groups, and who is in which group (CHD-1, CHD-2)."""

from dataclasses import dataclass
from unicodedata import combining, normalize

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kijk.encryption.fields import SealedField
from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantForeignKey, TenantModel


@dataclass(frozen=True, repr=False)
class ChildFile:
    """What is sealed of a child, read together and so kept together: the parts of the name, and the remarks."""

    first_name: str
    infix: str = ""
    last_name: str = ""
    remarks: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.first_name, self.infix, self.last_name) if part)

    @property
    def sort_key(self) -> tuple[str, str]:
        """The Dutch order: surname without infix, then first name; accents do not count (UX-1)."""
        return _without_accents(self.last_name), _without_accents(self.first_name)


def _without_accents(name: str) -> str:
    return "".join(part for part in normalize("NFKD", name) if not combining(part)).casefold()


class Group(TenantModel):
    """A group of children at a location in a school year."""

    class Kind(models.TextChoices):
        """What kind of group."""

        BABY = "baby", _("babygroep")
        TODDLER = "toddler", _("peutergroep")
        VVE = "vve", _("VVE-peutergroep")
        INFANTS = "infants", _("groep 1/2")
        BSO = "bso", _("BSO-groep")

    location = TenantForeignKey("licensing.Location", on_delete=models.PROTECT, related_name="groups")
    name = models.CharField(_("naam"), max_length=80)
    kind = models.CharField(_("soort"), max_length=8, choices=Kind.choices)
    school_year = models.PositiveSmallIntegerField(_("schooljaar"))

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
            models.UniqueConstraint("organisation", "location", "school_year", "name", name="group_name_once"),
            models.CheckConstraint(name="group_school_year", condition=Q(school_year__range=(1980, 2100))),
        ]

    def __str__(self) -> str:
        return self.name


class GroupStaff(TenantModel):
    """Who works on a group, from a day, until a day or until further notice (duo partners and substitutes too)."""

    group = TenantForeignKey(Group, on_delete=models.CASCADE, related_name="staff")
    user = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    begins_on = models.DateField()
    ends_on = models.DateField(null=True)

    personal_data = PersonalData(
        subject=Subject.USER,
        purpose=Purpose.ACCESS,
        retention=Retention.ACCOUNT,
        export=Export.FILE,
        erase=Erasure.DELETE,
        default=Category.ROLES,
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation", "group", "user", "begins_on", name="group_staff_once"),
            models.CheckConstraint(
                name="group_staff_order", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("begins_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.user_id}"


class Child(TenantModel):
    """A child. Nothing more than CHD-1 names: no citizen number, address, photograph or parents' data."""

    class Gender(models.TextChoices):
        """As the organisation's own administration has it."""

        GIRL = "girl", _("meisje")
        BOY = "boy", _("jongen")
        UNSPECIFIED = "unspecified", _("niet opgegeven")

    file = SealedField(ChildFile, label="observations.child.file", subject="id")
    birth_date = models.DateField(_("geboortedatum"))
    gender = models.CharField(_("geslacht"), max_length=12, choices=Gender.choices, default=Gender.UNSPECIFIED)
    home_language = models.CharField(_("thuistaal"), max_length=40, blank=True)
    vve_from = models.DateField(_("VVE-kind vanaf"), null=True, blank=True)
    vve_until = models.DateField(_("VVE-kind tot"), null=True, blank=True)
    half_days_per_week = models.PositiveSmallIntegerField(_("dagdelen per week"), null=True, blank=True)
    gestation_weeks = models.PositiveSmallIntegerField(_("zwangerschapsduur in weken"), null=True, blank=True)
    mentor = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    import_key = models.BinaryField(null=True)
    archived_on = models.DateField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.CHILD_FILE,
        export=Export.FILE,
        erase=Erasure.SHRED,
        fields={
            "file.first_name": Category.NAME,
            "file.infix": Category.NAME,
            "file.last_name": Category.NAME,
            "file.remarks": Category.REMARKS,
            "birth_date": Category.BIRTH_DATE,
            "gender": Category.GENDER,
            "home_language": Category.HOME_LANGUAGE,
            "vve_from": Category.VVE,
            "vve_until": Category.VVE,
            "half_days_per_week": Category.ATTENDANCE,
            "gestation_weeks": Category.GESTATION,
            "mentor": Category.MENTOR,
            "import_key": Category.TECHNICAL,
            "archived_on": Category.TECHNICAL,
        },
        field_modules={"gestation_weeks": "corrected_age"},
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation", "import_key", name="child_import_key_once"),
            models.CheckConstraint(
                name="child_vve_order", condition=Q(vve_until__isnull=True) | Q(vve_until__gte=F("vve_from"))
            ),
            models.CheckConstraint(
                name="child_half_days", condition=Q(half_days_per_week__isnull=True) | Q(half_days_per_week__lte=14)
            ),
            models.CheckConstraint(
                name="child_gestation",
                condition=Q(gestation_weeks__isnull=True) | Q(gestation_weeks__range=(20, 45)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Placement(TenantModel):
    """A child in a group from a day, until a day or until further notice. One main group at a time."""

    child = TenantForeignKey(Child, on_delete=models.CASCADE, related_name="placements")
    group = TenantForeignKey(Group, on_delete=models.PROTECT, related_name="placements")
    begins_on = models.DateField()
    ends_on = models.DateField(null=True)
    is_main = models.BooleanField(default=True)

    personal_data = PersonalData(
        subject=Subject.CHILD,
        purpose=Purpose.OBSERVATION,
        retention=Retention.CHILD_FILE,
        export=Export.FILE,
        erase=Erasure.DELETE,
        default=Category.ATTENDANCE,
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "child"],
                condition=Q(is_main=True, ends_on__isnull=True),
                name="placement_one_main_group",
            ),
            models.CheckConstraint(
                name="placement_order", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("begins_on"))
            ),
        ]
        indexes = [models.Index(fields=["organisation", "group", "ends_on"], name="placement_by_group")]

    def __str__(self) -> str:
        return f"{self.child_id} {self.group_id}"
