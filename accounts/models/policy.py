"""How an organisation's people sign in (ACC-3, ACC-7, ACC-8)."""

from django.db import models

from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantModel

MINIMUM_PASSWORD_LENGTH = 8
MAXIMUM_PASSWORD_LENGTH = 128


class SignInPolicy(TenantModel):
    """One row an organisation: what it asks of passwords and second factors, and from which networks it lets in.

    ``networks`` is a list of {"network": CIDR, "description": text}; an empty list lets in from everywhere.
    ``networks_suspended_until`` is the emergency route: until then the list is not applied.
    """

    min_password_length = models.PositiveSmallIntegerField(default=MINIMUM_PASSWORD_LENGTH)
    second_factor_for_all = models.BooleanField(default=False)
    networks = models.JSONField(default=list)
    networks_suspended_until = models.DateTimeField(null=True)

    personal_data = PersonalData(
        subject=Subject.NONE,
        purpose=Purpose.ACCESS,
        retention=Retention.LICENCE,
        export=Export.NEVER,
        erase=Erasure.DELETE,
        default=Category.ORGANISATION,
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint("organisation", name="sign_in_policy_once"),
            models.CheckConstraint(
                name="sign_in_policy_length",
                condition=models.Q(min_password_length__gte=MINIMUM_PASSWORD_LENGTH, min_password_length__lte=64),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation_id)
