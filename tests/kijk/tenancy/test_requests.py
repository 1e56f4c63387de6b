"""Requests as they really run, middleware and commit included (SEC-1): what fails leaves nothing, what is late works."""

from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template import engines
from django.template.response import TemplateResponse
from django.test import Client
from django.urls import path

from kijk import urls
from kijk.audit.domain import record
from kijk.audit.models import AuditEvent
from kijk.audit.verify import verify_organisation
from kijk.tenancy.context import TenantContextMissing, active_scope, tenant_scope
from kijk.web.page import public
from licensing.models import Location
from observations.models import Child, Group
from tests import factories
from tests.kijk.tenancy.world import Tenant, signed_in

Tenants = tuple[Tenant, Tenant]

seen: list[object] = []


def _write() -> None:
    factories.location("Van dit verzoek")
    record("location.seen")


def raises(request: HttpRequest) -> HttpResponse:
    _write()
    raise ZeroDivisionError


def raises_inside(request: HttpRequest) -> HttpResponse:
    factories.location("Van dit verzoek")
    with suppress(ZeroDivisionError), transaction.atomic():
        factories.location("Van een deel")
        raise ZeroDivisionError
    return HttpResponse("toch gelukt")


def denies(request: HttpRequest) -> HttpResponse:
    _write()
    raise PermissionDenied


def finds_nothing(request: HttpRequest, pk: UUID) -> HttpResponse:
    _write()
    raise Http404


def answers(request: HttpRequest, status: int) -> HttpResponse:
    _write()
    return HttpResponse("antwoord", status=status)


def _lazy(request: HttpRequest, text: str, **context: Any) -> TemplateResponse:
    template: Any = engines["django"].from_string(text)
    return TemplateResponse(request, template, context)


def lazy(request: HttpRequest) -> HttpResponse:
    return _lazy(request, "{% for c in children %}{{ c.file }}{% endfor %}", children=Child.objects.all())


def lazy_raises(request: HttpRequest) -> HttpResponse:
    _write()

    def fail() -> str:
        raise ZeroDivisionError

    return _lazy(request, "{{ fail }}", fail=fail)


def streams(request: HttpRequest) -> HttpResponseBase:
    _write()
    return StreamingHttpResponse(str(child.file) for child in Child.objects.all())


def refers_elsewhere(request: HttpRequest, pk: UUID) -> HttpResponse:
    _write()
    Group.objects.create(location_id=pk, name="Brug", kind="vve", school_year=2026)
    return HttpResponse("gemaakt")


def loses_connection(request: HttpRequest) -> HttpResponse:
    _write()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    return HttpResponse("nooit")


def later(request: HttpRequest) -> HttpResponse:
    def callback() -> None:
        seen.append(active_scope())
        with pytest.raises(TenantContextMissing):
            Child.objects.count()
        with tenant_scope(organisation_id):
            seen.append(Child.objects.count())

    user: Any = request.user
    organisation_id = user.organisation_id
    transaction.on_commit(callback)
    return HttpResponse("later")


@public
def rows(request: HttpRequest) -> HttpResponse:
    """Tell how many children this request's connection shows, past all of our own guards, and which one it is."""
    with connection.cursor():
        pass
    driver = connection.connection
    assert driver is not None
    count = driver.execute("SELECT count(*) FROM observations_child").fetchone()
    backend = driver.execute("SELECT pg_backend_pid()").fetchone()
    assert count is not None
    assert backend is not None
    return HttpResponse(f"{count[0]} {backend[0]}")


urlpatterns = [
    path("raises/", raises),
    path("raises-inside/", raises_inside),
    path("denies/", denies),
    path("finds-nothing/<uuid:pk>/", finds_nothing, name="finds_nothing"),
    path("answers/<int:status>/", answers),
    path("lazy/", lazy),
    path("lazy-raises/", lazy_raises),
    path("streams/", streams),
    path("refers-elsewhere/<uuid:pk>/", refers_elsewhere),
    path("loses-connection/", loses_connection),
    path("later/", later),
    path("rows/", rows),
    *urls.urlpatterns,
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500

pytestmark = [pytest.mark.urls(__name__)]


def _left(tenant: Tenant) -> tuple[int, list[str]]:
    """Return how many locations there are beyond the first, and the actions in the trail since the tenant was made."""
    with tenant_scope(tenant.id):
        actions = AuditEvent.objects.filter(actor_id=tenant.user.pk).order_by("sequence")
        left = Location.objects.count() - 1, list(actions.values_list("action", flat=True))
    assert verify_organisation(tenant.id)[1] == []
    return left


def _get(tenant: Tenant, address: str) -> Any:
    return signed_in(tenant.user, raise_request_exception=False).get(address)


@pytest.mark.requirement("SEC-1.2")
@pytest.mark.requirement("AUD-1.2")
@pytest.mark.parametrize("address", ["/raises/", "/answers/500/", "/answers/503/", "/lazy-raises/", "/streams/"])
def test_failed_request_leaves_its_event_alone(tenants: Tenants, address: str) -> None:
    ours, _theirs = tenants
    response = _get(ours, address)
    assert response.status_code == (503 if "503" in address else 500)
    assert _left(ours) == (0, ["request.failed"])


@pytest.mark.requirement("AUD-1.2")
def test_request_that_fails_at_its_commit_leaves_its_event_alone(tenants: Tenants) -> None:
    ours, theirs = tenants
    response = _get(ours, f"/refers-elsewhere/{theirs.group.location_id}/")
    assert response.status_code == 500
    assert "Er ging bij ons iets mis" in response.content.decode()
    assert _left(ours) == (0, ["request.failed"])


def test_request_whose_connection_breaks_leaves_its_event_alone(tenants: Tenants) -> None:
    """A restarted server breaks connections; the page and the event come over a new one."""
    ours, _theirs = tenants
    response = _get(ours, "/loses-connection/")
    assert response.status_code == 500
    assert "Er ging bij ons iets mis" in response.content.decode()
    assert _left(ours) == (0, ["request.failed"])


@pytest.mark.requirement("AUD-3.2")
def test_refused_requests_leave_their_events_alone(tenants: Tenants) -> None:
    ours, theirs = tenants
    assert _get(ours, "/denies/").status_code == 403
    assert _get(ours, f"/finds-nothing/{theirs.child.pk}/").status_code == 404
    assert _left(ours) == (0, ["request.denied", "request.not_found"])
    with tenant_scope(ours.id):
        event = AuditEvent.objects.order_by("-sequence")[0]
    assert (event.object_id, event.origin) == (theirs.child.pk, "127.0.0.1")
    assert event.data == {"page": "finds_nothing", "method": "GET", "status": 404}


def test_part_that_was_rolled_back_leaves_no_event(tenants: Tenants) -> None:
    """The trail must not tell of what did not happen."""
    ours, _theirs = tenants
    assert _get(ours, "/raises-inside/").status_code == 200
    assert _left(ours) == (1, ["location.created"])


@pytest.mark.requirement("AUD-1.2")
def test_successful_request_leaves_rows_and_events_together(tenants: Tenants) -> None:
    ours, _theirs = tenants
    assert _get(ours, "/answers/200/").status_code == 200
    assert _left(ours) == (1, ["location.created", "location.seen"])


@pytest.mark.requirement("SEC-1.2")
def test_lazy_response_renders_within_the_scope(tenants: Tenants) -> None:
    ours, _theirs = tenants
    assert _get(ours, "/lazy/").content.decode() == "Yara van Dijk"


@pytest.mark.requirement("SEC-1.2")
def test_streamed_response_is_refused(tenants: Tenants) -> None:
    ours, _theirs = tenants
    with pytest.raises(RuntimeError, match="build it first"):
        signed_in(ours.user).get("/streams/")


@pytest.mark.requirement("SEC-1.2")
def test_callback_after_commit_has_no_scope(tenants: Tenants) -> None:
    ours, _theirs = tenants
    seen.clear()
    assert _get(ours, "/later/").status_code == 200
    assert seen == [None, 1]


@pytest.mark.requirement("SEC-1.2")
def test_next_request_on_the_same_connection_sees_its_own_rows(tenants: Tenants) -> None:
    ours, theirs = tenants
    with tenant_scope(theirs.id):
        factories.child(theirs.group)
    found = [
        _get(ours, "/rows/"),
        Client().get("/rows/"),
        _get(theirs, "/rows/"),
        _get(ours, "/raises/"),
        Client().get("/rows/"),
    ]
    counts, backends = zip(*[r.content.decode().split() for r in found if r.status_code == 200], strict=True)
    assert counts == ("1", "0", "2", "0")
    assert len(set(backends)) == 1


@pytest.mark.requirement("SEC-1.2")
def test_request_without_a_user_has_no_scope(tenants: Tenants) -> None:
    with pytest.raises(TenantContextMissing):
        Client().get("/lazy/")


def test_nothing_of_a_request_stays_in_the_thread(tenants: Tenants) -> None:
    ours, _theirs = tenants
    _get(ours, "/lazy/")
    assert active_scope() is None
    with pytest.raises(TenantContextMissing):
        Child.objects.count()
