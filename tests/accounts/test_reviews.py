"""The yearly review of access: walked, signed and kept (ACC-9, Normenkader IBP)."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain.reviews import (
    ReviewRefused,
    begin_review,
    decide,
    is_due,
    open_review,
    review_lines,
    sign_review,
    signed_reviews,
)
from accounts.domain.users import assign_role
from accounts.models import AccessReview, AccessReviewEntry, User
from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from tests import factories
from tests.clients import client_of


@pytest.fixture
def administrator(db: None) -> User:
    with tenant_scope(factories.organisation()):
        made = factories.user(Role.ADMINISTRATOR)
        factories.user(Role.GROUP_STAFF)
        factories.user(Role.COACH, factories.location("Noord"))
        return made


def entries(user: User) -> dict[UUID, str]:
    with tenant_scope(user.organisation_id):
        return dict(AccessReviewEntry.objects.values_list("pk", "decision"))


def begin(user: User) -> AccessReview:
    with tenant_scope(user.organisation_id):
        return begin_review(by=user, now=timezone.now())


def walk_url(review: AccessReview) -> str:
    return reverse("accounts:access_review_walk", kwargs={"pk": review.pk})


def judge_all(client: Client, review: AccessReview, user: User, decision: str = "keep") -> None:
    data = {f"oordeel-{pk}": decision for pk in entries(user)}
    assert client.post(walk_url(review), data).status_code == 302


def test_review_takes_down_who_may_what_when_it_began(administrator: User) -> None:
    review = begin(administrator)
    with tenant_scope(administrator.organisation_id):
        coach = User.objects.get(assignments__role=Role.COACH)
        assign_role(user=coach, role=Role.QUALITY, begins_on=timezone.localdate())
        line = next(found for found in review_lines(review, now=timezone.now()) if found.colleague.pk == coach.pk)
    assert [role["role"] for role in line.entry.roles] == ["coach"]
    assert {role.role for role in line.colleague.current_roles} == {Role.COACH, Role.QUALITY}


def test_closed_accounts_are_not_reviewed(administrator: User) -> None:
    with tenant_scope(administrator.organisation_id):
        User.objects.filter(assignments__role=Role.COACH).update(is_active=False)
    begin(administrator)
    assert len(entries(administrator)) == 2


def test_one_review_at_a_time(administrator: User) -> None:
    begin(administrator)
    with pytest.raises(ReviewRefused):
        begin(administrator)
    client = client_of(administrator)
    response = client.post(reverse("accounts:access_review_begin"), follow=True)
    assert "Er loopt al een controle" in response.content.decode()


def test_review_cannot_be_signed_before_everybody_was_judged(administrator: User) -> None:
    review, client = begin(administrator), client_of(administrator)
    response = client.post(reverse("accounts:access_review_sign", kwargs={"pk": review.pk}), follow=True)
    assert "Over 3 accounts is nog niets ingevuld" in response.content.decode()
    judge_all(client, review, administrator)
    client.post(reverse("accounts:access_review_sign", kwargs={"pk": review.pk}))
    with tenant_scope(administrator.organisation_id):
        signed = AccessReview.objects.get()
        assert (signed.signed_by_id, signed.signed_at is not None) == (administrator.pk, True)
        actions = list(AuditEvent.objects.filter(action__startswith="access_review.").values_list("action", flat=True))
    for action in ("access_review.begun", "access_review.decided", "access_review.signed"):
        assert action in actions


def test_signed_review_does_not_change(administrator: User) -> None:
    review, client = begin(administrator), client_of(administrator)
    judge_all(client, review, administrator)
    with tenant_scope(administrator.organisation_id):
        sign_review(review=review, by=administrator, now=timezone.now())
    before = entries(administrator)
    response = client.post(walk_url(review), {f"oordeel-{pk}": "close" for pk in before}, follow=True)
    assert "al afgetekend" in response.content.decode()
    assert entries(administrator) == before
    with tenant_scope(administrator.organisation_id), pytest.raises(ReviewRefused):
        sign_review(review=review, by=administrator, now=timezone.now())


def test_what_is_left_open_stays_and_what_is_given_again_is_no_change(administrator: User) -> None:
    review = begin(administrator)
    first, second, _third = entries(administrator)
    now = timezone.now()
    with tenant_scope(administrator.organisation_id):
        assert decide(review=review, decisions={first: "keep", second: "change"}, by=administrator, now=now) == 2
        assert decide(review=review, decisions={first: "keep"}, by=administrator, now=now) == 0
    assert sorted(entries(administrator).values()) == ["", "change", "keep"]


def test_unknown_decision_is_refused_in_words(administrator: User) -> None:
    review, client = begin(administrator), client_of(administrator)
    response = client.post(walk_url(review), {f"oordeel-{pk}": "misschien" for pk in entries(administrator)})
    assert (response.status_code, set(entries(administrator).values())) == (422, {""})


def test_entries_of_another_organisation_are_passed_over(administrator: User) -> None:
    review = begin(administrator)
    with tenant_scope(factories.organisation()):
        other = factories.user(Role.ADMINISTRATOR)
    begin(other)
    foreign_entries = entries(other)
    with tenant_scope(administrator.organisation_id):
        changed = decide(
            review=review,
            decisions=dict.fromkeys(foreign_entries, "close"),
            by=administrator,
            now=timezone.now(),
        )
    assert changed == 0
    foreign = {f"oordeel-{pk}": "close" for pk in entries(other)}
    client_of(administrator).post(walk_url(review), foreign)
    assert set(entries(other).values()) == {""}


def test_review_is_due_after_a_year(administrator: User) -> None:
    review, client = begin(administrator), client_of(administrator)
    judge_all(client, review, administrator)
    now = timezone.now()
    with tenant_scope(administrator.organisation_id):
        assert is_due(signed_reviews(), now)
        sign_review(review=review, by=administrator, now=now)
        reviews = signed_reviews()
        assert open_review() is None
    assert not is_due(reviews, now + timedelta(days=365))
    assert is_due(reviews, now + timedelta(days=366))


def test_walk_costs_the_same_for_three_accounts_and_for_nine(
    administrator: User, django_assert_num_queries: object
) -> None:
    client = client_of(administrator)
    for more in (0, 6):
        with tenant_scope(administrator.organisation_id):
            AccessReview.objects.all().delete()
            for _ in range(more):
                factories.user(Role.GROUP_STAFF)
        review = begin(administrator)
        client.get(walk_url(review))
        with django_assert_num_queries(28):  # type: ignore[operator]
            client.get(walk_url(review))
