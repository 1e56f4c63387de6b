"""Each request of a signed-in user runs in the scope of the user's organisation (SEC-1, AUD-1)."""

from collections.abc import Callable
from uuid import UUID

from django.core.handlers.exception import response_for_exception
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from kijk.audit.domain import record_apart
from kijk.tenancy.context import tenant_scope
from kijk.web.origin import origin_of
from kijk.web.page import page_rule_for

# What a rolled-back or refused request must still leave in the trail.
_TELLING = {400: "request.refused", 403: "request.denied", 404: "request.not_found", 409: "request.conflict"}
_FAILED = 500


class RequestScopeMiddleware:
    """Opens the transaction and the scope around the view, its error page and its lazily rendered template.

    With ATOMIC_REQUESTS the view is a savepoint inside it that an exception rolls back. What stands outside it sees
    no tenant rows. A view that opens scopes itself gets none around it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request within the organisation's scope; nothing of a failed one remains but its event."""
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        origin = origin_of(request)
        rule = page_rule_for(request)
        try:
            if rule is not None and rule.own_scopes:
                response = self.get_response(request)
            else:
                with tenant_scope(user.organisation_id, actor_id=user.pk, origin=origin):
                    response = self._answer(request)
        except Exception as error:  # noqa: BLE001 - the commit failed, whatever the reason: a failed request like others
            # Its page needs a scope for the menu; outside this middleware there is none.
            with tenant_scope(user.organisation_id, actor_id=user.pk, origin=origin):
                response = response_for_exception(request, error)
        self._leave_trace(request, response.status_code, user.organisation_id, user.pk, origin)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.streaming:
            raise RuntimeError("A streamed response would be read after the scope has ended; build it first.")
        if response.status_code >= _FAILED:
            transaction.set_rollback(True)
        return response

    def _leave_trace(
        self, request: HttpRequest, status: int, organisation_id: UUID, actor_id: UUID, origin: str
    ) -> None:
        action = "request.failed" if status >= _FAILED else _TELLING.get(status)
        if action is None:
            return
        match = request.resolver_match
        data = {"page": match.view_name if match else "", "method": request.method, "status": status}
        pk = match.kwargs.get("pk") if match else None
        record_apart(
            organisation_id,
            action,
            actor_id=actor_id,
            origin=origin,
            data=data,
            object_id=pk if isinstance(pk, UUID) else None,
        )
