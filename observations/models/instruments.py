"""Instruments as versioned data: area, development line, band, milestone, scale (REG-1). Shared by all tenants."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.ids import uuid7

CONTENT = PersonalData(
    subject=Subject.NONE,
    purpose=Purpose.CONTENT,
    retention=Retention.PERMANENT,
    export=Export.NEVER,
    erase=Erasure.KEEP,
    default=Category.REFERENCE,
)


class _Content(models.Model):
    """A row of instrument content: the same for every organisation, and fixed once its version is published."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class Instrument(_Content):
    """An instrument under its lasting code."""

    code = models.SlugField(max_length=40, unique=True)

    personal_data = CONTENT

    def __str__(self) -> str:
        return self.code


class InstrumentVersion(_Content):
    """One version of an instrument's content. A trigger lets nobody change what is published."""

    class ResponseScale(models.TextChoices):
        """Which answers a milestone takes."""

        MILESTONE = "milestone", _("nog niet, in ontwikkeling, beheerst, niet gezien")
        PASS_FAIL = "pass_fail", _("niet, wel")
        FREQUENCY = "frequency", _("bijna nooit, soms, vaak, bijna altijd")

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    notice = models.TextField(blank=True)
    scoring_rule = models.CharField(max_length=40)
    response_scale = models.CharField(max_length=12, choices=ResponseScale.choices)
    content_hash = models.BinaryField()
    published_at = models.DateTimeField(null=True)

    personal_data = CONTENT

    class Meta:
        constraints = [models.UniqueConstraint("instrument", "version", name="instrument_version_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Area(_Content):
    """An area of development."""

    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="areas")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()

    personal_data = CONTENT

    class Meta:
        constraints = [models.UniqueConstraint("version", "code", name="area_code_once")]

    def __str__(self) -> str:
        return self.name


class Line(_Content):
    """A development line."""

    class VveDomain(models.TextChoices):
        """The domain of early education the line reports under, at most one."""

        LANGUAGE = "taal", _("taal")
        NUMERACY = "rekenen", _("rekenen")
        MOTOR = "motoriek", _("motoriek")
        SOCIAL = "sociaal-emotioneel", _("sociaal-emotioneel")

    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="lines")
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="lines")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    vve_domain = models.CharField(max_length=20, choices=VveDomain.choices, blank=True)
    position = models.PositiveSmallIntegerField()

    personal_data = CONTENT

    class Meta:
        constraints = [models.UniqueConstraint("version", "code", name="line_code_once")]

    def __str__(self) -> str:
        return self.name


class Band(_Content):
    """An age band of an instrument: number b from ``from_months`` up to ``until_months``."""

    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="bands")
    number = models.PositiveSmallIntegerField()
    from_months = models.PositiveSmallIntegerField()
    until_months = models.PositiveSmallIntegerField()

    personal_data = CONTENT

    class Meta:
        constraints = [
            models.UniqueConstraint("version", "number", name="band_number_once"),
            models.CheckConstraint(name="band_order", condition=Q(until_months__gt=F("from_months"))),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The band in years;months, as the field writes it: 2;6–3;0."""
        return f"{_years_months(self.from_months)}–{_years_months(self.until_months)}"


def _years_months(months: int) -> str:
    return f"{months // 12};{months % 12}"


class Milestone(_Content):
    """One observable behaviour, or one item of an instrument without bands."""

    class Confidence(models.TextChoices):
        """How firmly the placing rests on evidence."""

        HIGH = "high", _("hoog")
        MEDIUM = "medium", _("middel")
        LOW = "low", _("laag")

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="milestones")
    band = models.ForeignKey(Band, on_delete=models.CASCADE, related_name="milestones", null=True)
    code = models.SlugField(max_length=60)
    text = models.TextField()
    example = models.TextField()
    caution = models.TextField()
    typical_from = models.PositiveSmallIntegerField()
    typical_to = models.PositiveSmallIntegerField()
    evidence = models.JSONField(default=list)
    confidence = models.CharField(max_length=6, choices=Confidence.choices)
    position = models.PositiveSmallIntegerField()

    personal_data = CONTENT

    class Meta:
        constraints = [
            models.UniqueConstraint("line", "code", name="milestone_code_once"),
            models.CheckConstraint(name="milestone_ages", condition=Q(typical_to__gt=F("typical_from"))),
        ]

    def __str__(self) -> str:
        return self.text


class Scale(_Content):
    """A five-point scale: well-being, involvement, or a basic characteristic."""

    class Kind(models.TextChoices):
        """What the scale is about."""

        WELL_BEING = "well_being", _("welbevinden")
        INVOLVEMENT = "involvement", _("betrokkenheid")
        BASIC_CHARACTERISTIC = "basic_characteristic", _("basiskenmerk")

    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="scales")
    code = models.SlugField(max_length=40)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    name = models.CharField(max_length=120)
    question = models.TextField()
    position = models.PositiveSmallIntegerField()

    personal_data = CONTENT

    class Meta:
        constraints = [models.UniqueConstraint("version", "code", name="scale_code_once")]

    def __str__(self) -> str:
        return self.name


class ScaleLevel(_Content):
    """What one sees at one point of a scale."""

    scale = models.ForeignKey(Scale, on_delete=models.CASCADE, related_name="levels")
    value = models.PositiveSmallIntegerField()
    text = models.TextField()

    personal_data = CONTENT

    class Meta:
        constraints = [
            models.UniqueConstraint("scale", "value", name="scale_level_once"),
            models.CheckConstraint(name="scale_level_range", condition=Q(value__range=(1, 5))),
        ]

    def __str__(self) -> str:
        return f"{self.value}"
