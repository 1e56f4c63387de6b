"""Saving a draft while somebody types, and throwing one away (ACC-6.3)."""

from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kijk.drafts.domain import (
    KEY_FIELD,
    DraftRefused,
    discard_draft,
    is_key,
    number_of,
    page_of,
    posted_fields,
    save_draft,
)
from kijk.web.page import signed_in

_WRONG = 422


@signed_in(passive=True)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep what is in a form; answers JSON with the time, or the reason why not.

    A script sends it, so that being asked is no activity: only a text that changed is (ACC-6.1).
    """
    now = timezone.now()
    post = request.POST
    try:
        changed = save_draft(
            user_id=cast(UUID, request.user.pk),
            key=post.get(KEY_FIELD, ""),
            fields=posted_fields(post),
            now=now,
            page=page_of(post),
            sequence=number_of(post),
        )
    except DraftRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=_WRONG)
    mark_active = getattr(request, "mark_active", None)
    if changed and mark_active is not None:
        mark_active()
    return JsonResponse({"saved": True, "changed": changed, "at": f"{timezone.localtime(now):%H:%M}"})


@signed_in(action="draft.discarded")
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Throw a draft away and return to the page it was offered on."""
    # Not by the name a form has for its own draft: a session guard would keep this form as one.
    key = request.POST.get("key", "")
    if is_key(key):
        discard_draft(user_id=cast(UUID, request.user.pk), key=key, now=timezone.now())
        messages.success(request, _("De tekst is weggegooid."))
    return redirect(_page_before(request))


def _page_before(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe and target.startswith("/") else resolve_url(settings.LOGIN_REDIRECT_URL)
