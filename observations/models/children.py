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
        return fold_name(self.last_name), fold_name(self.first_name)


# Letters that are one with their mark, so that taking a name apart does not take the mark off. The Dutch IJ is no
# letter of its own here: written as one sign it comes apart, and it stands between II and IK, as in a Dutch
# dictionary, not at the Y, as in the telephone book of old.
_BASE_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


# Typed, typographic, and those that people take for one.
_APOSTROPHES = frozenset("'\u2018\u2019\u02bc\u00b4`")


def fold_name(name: str) -> str:
    """Return a name as it is ordered and searched: small letters and digits, words apart by one space.

    Accents go, and so do apostrophes; a hyphen parts words.
    """
    apart = normalize("NFKD", name.replace("İ", "I"))
    bare = "".join(part for part in apart if not combining(part)).casefold().translate(_BASE_LETTERS)
    kept = (letter if letter.isalnum() else "" if letter in _APOSTROPHES else " " for letter in bare)
    return " ".join("".join(kept).split())


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

    class NextEducation(models.TextChoices):
        """Where a child goes when it leaves: how long its file is kept depends on it (CHD-5, PRI-4)."""

        PRIMARY = "primary", _("basisschool")
        OTHER_SCHOOL = "other_school", _("andere basisschool")
        SPECIAL = "special", _("speciaal onderwijs")
        SECONDARY = "secondary", _("voortgezet onderwijs")
        CHILDCARE = "childcare", _("andere kinderopvang")
        BSO = "bso", _("BSO")
        UNKNOWN = "unknown", _("verhuisd of onbekend")

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
    archived_on = models.DateField(_("uit zorg of van school op"), null=True)
    next_education = models.CharField(_("gaat naar"), max_length=12, choices=NextEducation.choices, blank=True)
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
            "next_education": Category.ATTENDANCE,
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
            models.CheckConstraint(
                name="child_next_education_of_archived",
                condition=Q(next_education="") | Q(archived_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "archived_on"],
                condition=Q(archived_on__isnull=False),
                name="child_archived",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class HalfDay(models.IntegerChoices):
    """A half-day of the week, as a bit: a set of them is their sum."""

    MONDAY_MORNING = 1, _("maandagochtend")
    MONDAY_AFTERNOON = 2, _("maandagmiddag")
    TUESDAY_MORNING = 4, _("dinsdagochtend")
    TUESDAY_AFTERNOON = 8, _("dinsdagmiddag")
    WEDNESDAY_MORNING = 16, _("woensdagochtend")
    WEDNESDAY_AFTERNOON = 32, _("woensdagmiddag")
    THURSDAY_MORNING = 64, _("donderdagochtend")
    THURSDAY_AFTERNOON = 128, _("donderdagmiddag")
    FRIDAY_MORNING = 256, _("vrijdagochtend")
    FRIDAY_AFTERNOON = 512, _("vrijdagmiddag")

    @classmethod
    def parts_of(cls, half_days: int) -> list["HalfDay"]:
        """Return the half-days in a sum of them, in the order of the week."""
        return [part for part in cls if half_days & part]


class Placement(TenantModel):
    """A child in a group from a day, until a day or until further notice. One main group at a time.

    A placement that is not the main one is a visit on fixed half-days: ``half_days`` is a sum of ``HalfDay``. That a
    child never has two main groups on one day the database sees to itself: ``observations.sql_placements``.
    """

    child = TenantForeignKey(Child, on_delete=models.CASCADE, related_name="placements")
    group = TenantForeignKey(Group, on_delete=models.PROTECT, related_name="placements")
    begins_on = models.DateField()
    ends_on = models.DateField(null=True)
    is_main = models.BooleanField(default=True)
    half_days = models.PositiveSmallIntegerField(default=0)

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
            models.CheckConstraint(
                name="placement_half_days_of_visits",
                condition=Q(is_main=True, half_days=0) | Q(is_main=False, half_days__range=(1, 1023)),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "group", "ends_on"], name="placement_by_group"),
            models.Index(fields=["organisation", "child", "begins_on"], name="placement_by_child"),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} {self.group_id}"
