"""Users (ACC-1)."""

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

from accounts.models.roles import RoleAssignment
from accounts.roles import Right, Role
from accounts.rules import Access, Assignment
from kijk.encryption.fields import SealedField
from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantManager, TenantRow
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
    deactivated_at = models.DateTimeField(null=True)
    # None: no password was ever set, or it is to be replaced.
    password_changed_at = models.DateTimeField(null=True)
    # Guesses at password or code that were reserved and did not turn out right; three lock the account.
    failed_attempts = models.PositiveSmallIntegerField(default=0)
    locked_at = models.DateTimeField(null=True)
    # For staff of the provider and its suppliers only, who have no account without it.
    confidentiality_signed_on = models.DateField(null=True)
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
            "deactivated_at": Category.TECHNICAL,
            "password_changed_at": Category.CREDENTIALS,
            "failed_attempts": Category.CREDENTIALS,
            "locked_at": Category.CREDENTIALS,
            "confidentiality_signed_on": Category.ROLES,
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

    def set_password(self, raw_password: str | None) -> None:
        """Set the password and the moment from which it ages (ACC-4); None makes it unusable."""
        super().set_password(raw_password)
        self.password_changed_at = timezone.now() if raw_password is not None else None

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
