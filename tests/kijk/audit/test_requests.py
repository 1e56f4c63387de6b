"""Many requests of one organisation at once: the chain stays whole (AUD-1)."""

from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from accounts.roles import Right, Role
from kijk import urls
from kijk.audit.models import AuditEvent, AuditHead
from kijk.audit.verify import verify_organisation
from kijk.tenancy.context import tenant_scope
from kijk.web.page import page
from tests import factories
from tests.kijk.tenancy.world import signed_in

REQUESTS = 40


@page(right=Right.TODAY_VIEW, action="proof.viewed")
def proof(request: HttpRequest, number: int) -> HttpResponse:
    """Write something, and answer; every fourth request is one too many for the user's rights."""
    factories.location(f"Locatie van {number}")
    return HttpResponse(str(number))


@page(right=Right.AUDIT_READ, action="secret.viewed")
def secret(request: HttpRequest, number: int) -> HttpResponse:
    """Answer to nobody among the group staff."""
    return HttpResponse(str(number))


urlpatterns = [path("proof/<int:number>/", proof), path("secret/<int:number>/", secret), *urls.urlpatterns]
handler403, handler404, handler500 = urls.handler403, urls.handler404, urls.handler500

pytestmark = [pytest.mark.urls(__name__), pytest.mark.second_server]


@pytest.mark.requirement("AUD-1.5")
def test_concurrent_requests_of_one_organisation_keep_the_chain_whole(organisation_id: UUID) -> None:
    with tenant_scope(organisation_id):
        users = [factories.user(Role.GROUP_STAFF, password=None) for _ in range(4)]
    clients = [signed_in(users[number % 4]) for number in range(REQUESTS)]
    with tenant_scope(organisation_id):
        before = AuditHead.objects.get().sequence
    answers: dict[int, int] = {}
    together = Barrier(REQUESTS)

    def ask(number: int, client: Client) -> None:
        try:
            together.wait(30)
            kind = "secret" if number % 4 == 3 else "proof"
            answers[number] = client.get(f"/{kind}/{number}/").status_code
        finally:
            connections.close_all()

    threads = [Thread(target=ask, args=each) for each in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == {number: 403 if number % 4 == 3 else 200 for number in range(REQUESTS)}
    events, faults = verify_organisation(organisation_id)
    # Thirty requests leave a location and a view each, ten a refusal.
    assert (events, faults) == (before + 2 * 30 + 10, [])
    with tenant_scope(organisation_id):
        numbers = list(AuditEvent.objects.order_by("sequence").values_list("sequence", flat=True))
        assert numbers == list(range(1, events + 1))
        assert AuditEvent.objects.filter(action="proof.viewed").count() == 30
        assert AuditEvent.objects.filter(action="request.denied").count() == 10
        assert AuditHead.objects.get().sequence == events


def test_page_leaves_its_event_with_who_and_where(organisation_id: UUID) -> None:
    with tenant_scope(organisation_id):
        user = factories.user(Role.GROUP_STAFF, password=None)
    assert signed_in(user).get("/proof/7/").status_code == 200
    with tenant_scope(organisation_id):
        event = AuditEvent.objects.get(action="proof.viewed")
    assert (event.actor_id, event.origin, event.object_id) == (user.pk, "127.0.0.1", None)
