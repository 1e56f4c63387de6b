"""Users and the roles they have (ACC-1, ACC-9)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.roles import Right, Role
from accounts.rules import Access, Assignment
from kijk.encryption.fields import SealedField
from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantRow
from licensing.models import Organisation
from licensing.modules import Module


@dataclass(frozen=True, repr=False)
class PersonName:
    """A user's name: one sealed value."""

    first_name: str
    infix: str
    last_name: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.first_name, self.infix, self.last_name) if part)


class UserManager(TenantManager["User"]):
    """The tenant manager; signing in goes through ``accounts.backend`` because it comes before any scope."""

    def get_by_natural_key(self, username: str) -> "User":
        """Return the user of the organisation in scope with this address."""
        return self.get(email=username.lower())


class User(AbstractBaseUser, TenantRow):
    """Somebody who works with the product. The e-mail address is in the clear because it is what one signs in with."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Gender(models.TextChoices):
        """Optional, for a form of address."""

        FEMALE = "female", _("vrouw")
        MALE = "male", _("man")
        OTHER = "other", _("anders")

    organisation = models.ForeignKey(
        settings.TENANT_MODEL, on_delete=models.PROTECT, editable=False, related_name="+", db_index=False
    )
    email = models.EmailField(_("e-mailadres"), max_length=254, unique=True)
    name = SealedField(PersonName, label="accounts.user.name")
    gender = models.CharField(max_length=8, choices=Gender.choices, blank=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="nl")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    tenant_lookup = True
    personal_data = PersonalData(
        subject=Subject.USER,
        purpose=Purpose.ACCESS,
        retention=Retention.ACCOUNT,
        export=Export.FILE,
        erase=Erasure.DELETE,
        fields={
            "email": Category.CONTACT,
            "name": Category.NAME,
            "gender": Category.GENDER,
            "password": Category.CREDENTIALS,
            "last_login": Category.LOGGING,
            "is_active": Category.TECHNICAL,
            "language": Category.TECHNICAL,
        },
    )

    class Meta(TenantRow.Meta):
        constraints = [models.CheckConstraint(name="user_email_lower", condition=models.Q(email=Lower("email")))]

    def __str__(self) -> str:
        return str(self.pk)

    def get_full_name(self) -> str:
        """Return the name as one writes it; needs the organisation's scope."""
        return str(self.name)

    @cached_property
    def access(self) -> Access:
        """What the user may do today; two queries a request."""
        return self.access_on(timezone.localdate())

    def access_on(self, day: date) -> Access:
        """Return what the user may do on a day. Runs in the scope of the user's organisation; two queries."""
        if not self.is_active:
            return Access((), frozenset())
        in_force = RoleAssignment.objects.filter(user=self, begins_on__lte=day).filter(
            models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=day)
        )
        rows = in_force.order_by("role").values_list("role", "location_id", "module")
        switched_on = Organisation.objects.values_list("modules", flat=True).get()
        assignments = tuple(Assignment(Role(role), location_id, module) for role, location_id, module in rows)
        return Access(assignments, frozenset({module.value for module in Module} & set(switched_on)))

    def may(self, right: Right) -> bool:
        """Say whether the user has a right today."""
        return self.access.may(right)


class RoleAssignment(TenantModel):
    """A role somebody has, from a day, until a day or until further notice; everywhere or at one location."""

    user = TenantForeignKey(User, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=24, choices=Role.choices)
    location = TenantForeignKey("licensing.Location", on_delete=models.CASCADE, null=True, related_name="+")
    module = models.CharField(max_length=16, choices=Module.choices, blank=True)
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
            models.CheckConstraint(
                name="assignment_ends_after_begin",
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("begins_on")),
            )
        ]

    def __str__(self) -> str:
        return self.role
