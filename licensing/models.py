"""Organisations, their e-mail domains and their locations (LIC-1)."""

import re
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.context import current
from kijk.tenancy.ids import uuid7
from kijk.tenancy.models import TenantModel
from licensing.modules import Module

_ORGANISATION_DATA = PersonalData(
    subject=Subject.NONE,
    purpose=Purpose.ADMINISTRATION,
    retention=Retention.LICENCE,
    export=Export.NEVER,
    erase=Erasure.DELETE,
    default=Category.ORGANISATION,
)


class OrganisationManager(models.Manager["Organisation"]):
    """Hands out the organisation in scope and no other."""

    def get_queryset(self) -> models.QuerySet["Organisation"]:
        """Return the scope's organisation."""
        return super().get_queryset().filter(pk=current().organisation_id)


class Organisation(models.Model):
    """A childcare organisation, school or municipality: the tenant. Its row is visible in its own scope."""

    class Kind(models.TextChoices):
        """What the organisation is."""

        CHILDCARE = "childcare", _("Kinderopvang")
        SCHOOL = "school", _("Basisschool")
        BSO = "bso", _("Buitenschoolse opvang")
        MUNICIPALITY = "municipality", _("Gemeente")
        PROVIDER = "provider", _("Bazalt")

    class IdentifierKind(models.TextChoices):
        """The register that names the organisation."""

        BRIN = "brin", _("BRIN")
        OIN = "oin", _("OIN")
        RIO = "rio", _("RIO")
        LRK = "lrk", _("LRK")
        KVK = "kvk", _("KvK")

    # BRIN, RIO and OIN as the sector's schemas have them; KvK has 8 digits, an LRK number 9 to 12.
    IDENTIFIER_PATTERNS: ClassVar[dict[str, str]] = {
        IdentifierKind.BRIN: r"^\d{2}[A-Z]{2}(\d{2})?$",
        IdentifierKind.OIN: r"^\d{20}$",
        IdentifierKind.RIO: r"^\d{3}[A-Z]\d{3}$",
        IdentifierKind.LRK: r"^\d{9,12}$",
        IdentifierKind.KVK: r"^\d{8}$",
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("soort"), max_length=16, choices=Kind.choices)
    name = models.CharField(_("naam"), max_length=120, unique=True)
    identifier_kind = models.CharField(_("soort nummer"), max_length=4, choices=IdentifierKind.choices)
    identifier = models.CharField(_("nummer"), max_length=20)
    modules = models.JSONField(_("modules"), default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrganisationManager()

    personal_data = _ORGANISATION_DATA
    tenant_lookup = True

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organisation_identifier_pattern",
                condition=models.Q(identifier_kind="brin", identifier__regex=r"^\d{2}[A-Z]{2}(\d{2})?$")
                | models.Q(identifier_kind="oin", identifier__regex=r"^\d{20}$")
                | models.Q(identifier_kind="rio", identifier__regex=r"^\d{3}[A-Z]\d{3}$")
                | models.Q(identifier_kind="lrk", identifier__regex=r"^\d{9,12}$")
                | models.Q(identifier_kind="kvk", identifier__regex=r"^\d{8}$"),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def organisation_id(self) -> object:
        """The tenant of this row: the organisation itself."""
        return self.pk

    def clean(self) -> None:
        """Check the identifier by the pattern of its register; raises ValidationError with the field."""
        pattern = self.IDENTIFIER_PATTERNS.get(self.identifier_kind)
        # The whole text, and digits of ASCII only: the database's constraint takes "$" and "\d" that way as well.
        if pattern and not re.fullmatch(pattern, self.identifier, re.ASCII):
            message = _("Dit is geen geldig %(kind)s-nummer.") % {"kind": self.get_identifier_kind_display()}
            raise ValidationError({"identifier": message})

    def has_module(self, module: Module) -> bool:
        """Say whether a module is on; what belongs to one that is off cannot be reached (LIC-3)."""
        return module.value in self.modules


class EmailDomain(TenantModel):
    """A domain in which the organisation's users have their addresses (ACC-2)."""

    domain = models.CharField(_("domein"), max_length=120)

    personal_data = _ORGANISATION_DATA

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation", "domain", name="email_domain_once"),
            models.CheckConstraint(
                name="email_domain_pattern",
                condition=models.Q(domain__regex=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$"),
            ),
        ]

    def __str__(self) -> str:
        return self.domain


class Location(TenantModel):
    """A place where the organisation has groups."""

    number = models.CharField(_("nummer"), max_length=20, blank=True)
    name = models.CharField(_("naam"), max_length=120)
    place = models.CharField(_("plaats"), max_length=80)

    personal_data = _ORGANISATION_DATA

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint("organisation", "name", name="location_name_once")]

    def __str__(self) -> str:
        return self.name
