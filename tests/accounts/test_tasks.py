"""What is kept of signing in goes when its term is over, for every organisation."""

from datetime import timedelta

from axes.models import AccessAttempt
from django.utils import timezone

from accounts.domain.links import create_link
from accounts.models import OneTimeLink, UserSession
from accounts.roles import Role
from accounts.tasks import erase_sign_in_history
from kijk.tenancy.context import tenant_scope
from tests import factories
from tests.clients import client_of


def test_history_of_all_organisations_is_erased_and_what_is_young_stays(db: None) -> None:
    now = timezone.now()
    organisations = [factories.organisation() for _ in range(2)]
    for organisation_id in organisations:
        with tenant_scope(organisation_id):
            user = factories.user(Role.GROUP_STAFF)
            for days in (95, 1):
                moment = now - timedelta(days=days)
                create_link(user=user, kind=OneTimeLink.Kind.RESET, expires_at=moment, now=moment)
        client_of(user, at=now - timedelta(days=91))
        client_of(user)
    for hours in (2, 0):
        attempt = AccessAttempt.objects.create(
            user_agent=str(hours), ip_address="10.0.0.1", username="x", failures_since_start=1
        )
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=now - timedelta(hours=hours))
    assert erase_sign_in_history() == 5
    for organisation_id in organisations:
        with tenant_scope(organisation_id):
            assert (UserSession.objects.count(), OneTimeLink.objects.count()) == (1, 1)
    assert AccessAttempt.objects.count() == 1
