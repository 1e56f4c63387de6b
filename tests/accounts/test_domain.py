"""Creating users and giving them roles (ACC-1, ACC-2, ACC-9)."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.domain.users import AddressNotAllowed, assign_role, create_user
from accounts.models import PersonName, RoleAssignment, User
from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import TenantContextMissing, tenant_scope
from kijk.tenancy.ids import uuid7
from tests import factories

NAME = PersonName("Sanne", "de", "Wit")
DAY = date(2026, 10, 5)


@pytest.fixture
def organisation_id(db: None) -> UUID:
    """An organisation whose users are at voorbeeld.nl."""
    return factories.organisation()


def create(email: str, **data: Any) -> User:
    """Create a user without a password; needs a scope."""
    return create_user(email=email, name=NAME, password=None, **data)


@pytest.mark.requirement("ACC-1.2")
def test_user_is_created_with_what_was_given(organisation_id: UUID) -> None:
    pk = uuid7()
    with tenant_scope(organisation_id):
        create(" Sanne.deWit@Voorbeeld.NL ", language="en", user_id=pk)
    with tenant_scope(organisation_id):
        user = User.objects.get()
        assert (user.pk, user.organisation_id, user.email) == (pk, organisation_id, "sanne.dewit@voorbeeld.nl")
        assert (user.get_full_name(), user.language, user.is_active) == ("Sanne de Wit", "en", True)
        assert (user.has_usable_password(), str(user)) == (False, str(pk))
        event = AuditEvent.objects.get(action="user.created")
        assert (event.object_id, event.data) == (pk, {})


@pytest.mark.requirement("ACC-1.2")
def test_nothing_more_is_kept_of_a_user() -> None:
    assert {field.name for field in User._meta.get_fields() if not field.auto_created} == {
        "id", "organisation", "email", "password", "last_login", "name", "gender", "language", "is_active", "created_at",
        "password_changed_at", "failed_attempts", "locked_at", "deactivated_at", "confidentiality_signed_on",
    }  # fmt: skip
    assert set(PersonName.__dataclass_fields__) == {"first_name", "infix", "last_name"}


@pytest.mark.parametrize(
    "email",
    [
        "sanne@elders.nl",
        "sanne@intern.voorbeeld.nl",
        "sanne@eenvoorbeeld.nl",
        "sanne@voorbeeld.nl.elders.nl",
        "sanne@voorbeeld.com",
        "sanne@voorbeelḋ.nl",
        "sanne@voorbeeld.nl@elders.nl",
    ],
)
def test_address_outside_the_organisations_domains_is_refused(organisation_id: UUID, email: str) -> None:
    with tenant_scope(organisation_id):
        with pytest.raises((AddressNotAllowed, ValidationError)):
            create(email)
        assert User.objects.count() == 0


@pytest.mark.parametrize(
    "email",
    [
        "voorbeeld.nl",
        "@voorbeeld.nl",
        "",
        "a@b@voorbeeld.nl",
        "a b@voorbeeld.nl",
        "a\n@voorbeeld.nl",
        "a,b@voorbeeld.nl",
    ],
)
def test_text_that_is_no_address_is_refused(organisation_id: UUID, email: str) -> None:
    with tenant_scope(organisation_id):
        with pytest.raises(ValidationError):
            create(email)
        assert User.objects.count() == 0


def test_refusal_is_said_in_dutch(organisation_id: UUID) -> None:
    with tenant_scope(organisation_id), pytest.raises(AddressNotAllowed) as refusal:
        create("sanne@elders.nl")
    assert str(refusal.value) == "Dit e-mailadres hoort niet bij een domein van uw organisatie."


def test_domain_of_another_organisation_is_not_ours(db: None) -> None:
    ours = factories.organisation(domain="ons.nl")
    factories.organisation(domain="hun.nl")
    with tenant_scope(ours), pytest.raises(AddressNotAllowed):
        create("sanne@hun.nl")


def test_address_is_one_users_only_in_capitals_or_not(organisation_id: UUID) -> None:
    with tenant_scope(organisation_id):
        create("sanne@voorbeeld.nl")
        with pytest.raises(IntegrityError), transaction.atomic():
            create("SANNE@voorbeeld.nl")
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.update(email="Sanne@voorbeeld.nl")
        assert User.objects.count() == 1


def test_user_needs_a_scope(db: None) -> None:
    with pytest.raises(TenantContextMissing):
        create("sanne@voorbeeld.nl")


@pytest.mark.requirement("ACC-9.9")
def test_role_is_given_with_its_days_and_its_location(organisation_id: UUID) -> None:
    with tenant_scope(organisation_id):
        user, location = create("sanne@voorbeeld.nl"), factories.location()
        made = assign_role(
            user=user, role=Role.COACH, begins_on=DAY, ends_on=DAY, location=location, module="registration"
        )
    with tenant_scope(organisation_id):
        found = RoleAssignment.objects.get()
        assert (found.pk, found.user_id, found.location_id) == (made.pk, user.pk, location.pk)
        assert (found.role, found.begins_on, found.ends_on, found.module) == ("coach", DAY, DAY, "registration")
        event = AuditEvent.objects.get(action="role.assigned")
        days = {"begins_on": "2026-10-05", "ends_on": "2026-10-05"}
        data = {"role": "coach", "location": str(location.pk), "module": "registration", **days}
        assert (event.object_id, event.data) == (user.pk, data)


def test_role_cannot_end_before_it_begins(organisation_id: UUID) -> None:
    with tenant_scope(organisation_id):
        user = create("sanne@voorbeeld.nl")
        with pytest.raises(IntegrityError, match="assignment_ends_after_begin"), transaction.atomic():
            assign_role(user=user, role=Role.COACH, begins_on=DAY, ends_on=DAY.replace(day=4))
