"""The roles people have (ACC-9)."""

from django.conf import settings
from django.db import models

from accounts.roles import Role
from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import TenantForeignKey, TenantModel
from licensing.modules import Module


class RoleAssignment(TenantModel):
    """A role somebody has, from a day, until a day or until further notice; everywhere or at one location."""

    user = TenantForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")
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
