"""Notes without a network: the worker, the device's key, taking in what waited, and the switch (OBS-2.2, OBS-2.3)."""

import base64
import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.devices import owner_on_device
from accounts.models import User
from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_draft
from kijk.web.page import page, public
from licensing.domain import current_organisation, switch_module
from licensing.modules import Module
from observations.domain.notes.offline import (
    MAX_BYTES,
    KeyGone,
    TooManyNotes,
    check_pace,
    device_key,
    keeps_offline,
)
from observations.domain.notes.quick import instrument_lines
from observations.domain.notes.writing import EntryTaken, NoteRefused, write_note
from observations.domain.registering.overview import children_of
from observations.forms.offline import LateNoteForm, SwitchOffOfflineForm, SwitchOnOfflineForm
from observations.models import Child

# What the worker keeps: the offline page's own look, and nothing that is about anybody.
_KEPT_FILES = (
    "css/tokens.css",
    "css/base.css",
    "css/layout.css",
    "css/cards.css",
    "css/navigation.css",
    "css/feedback.css",
    "css/buttons.css",
    "css/utilities.css",
    "img/icon.svg",
)
_WORKER = Path(django_settings.BASE_DIR) / "static" / "js" / "areas" / "offline_worker.js"
_REFUSED, _TAKEN, _TOO_LARGE, _TOO_MANY, _GONE = 422, 409, 413, 429, 410


@public
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker: for somebody of an organisation without the module, one that removes itself."""
    page_address = reverse("observations:offline_page")
    files = [staticfiles_storage.url(name) for name in _KEPT_FILES]
    given = {"files": files, "page": page_address, "on": _may_keep(request)}
    source = f"const GIVEN = {json.dumps(given)};\n{_WORKER.read_text(encoding='utf-8')}"
    response = HttpResponse(source, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _may_keep(request: HttpRequest) -> bool:
    """Say whether the worker may stay. Nobody being signed in is no reason to go: the same person comes back."""
    return keeps_offline(request.user) if isinstance(request.user, User) else True


@public
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Return what a tablet needs to put the product among its apps."""
    icons = [
        {"src": staticfiles_storage.url("img/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        *(
            {
                "src": staticfiles_storage.url(f"img/app-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size, purpose in ((192, "any"), (512, "any"), (512, "maskable"))
        ),
    ]
    given = {
        "id": "/",
        "name": "Kijk",
        "short_name": "Kijk",
        "lang": "nl",
        "start_url": reverse("observations:note_new"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f8f6f1",
        "theme_color": "#0e5156",
        "icons": icons,
    }
    return JsonResponse(given, content_type="application/manifest+json")


@public
@require_safe
def offline_page(request: HttpRequest) -> HttpResponse:
    """Return the page the worker shows when a page cannot be had: the same for everybody, and about nobody."""
    return render(request, "observations/notes/no_network.html")


@page(right=Right.NOTE_WRITE, action="note.key_given")
@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """Return the key for this person's notes on this device, with a fresh token for sending them."""
    user = _offline_user(request)
    device = _device(request.GET.get("apparaat", ""))
    version = request.GET.get("versie", "")
    if device is None or not (version == "" or (version.isascii() and version.isdigit() and len(version) < 6)):
        return JsonResponse({"error": _("Dit apparaat kennen we niet.")}, status=_REFUSED)
    try:
        given = device_key(user_id=user.pk, device=device, version=int(version) if version else None)
    except KeyGone:
        return JsonResponse({"error": _("De sleutel van deze notitie bestaat niet meer.")}, status=_GONE)
    return JsonResponse(
        {
            "owner": owner_on_device(user.pk),
            "version": given.version,
            "key": base64.b64encode(given.key).decode(),
            "token": get_token(request),
        }
    )


@page(right=Right.NOTE_WRITE, action="note.late_sent")
@require_POST
def late(request: HttpRequest) -> HttpResponse:
    """Keep a note that waited on a device, once; answers JSON: kept, or why not."""
    user = _offline_user(request)
    if int(request.headers.get("Content-Length") or 0) > MAX_BYTES:
        return _refuse(_("Deze notitie is te groot."), _TOO_LARGE)
    today = timezone.localdate()
    rows = children_of(user, right=Right.NOTE_WRITE, today=today)
    lines = instrument_lines()
    form = LateNoteForm(request.POST, rows=rows, lines=lines)
    if not form.is_valid():
        return _refuse(" ".join(str(error) for errors in form.errors.values() for error in errors), _REFUSED)
    data = form.cleaned_data
    try:
        check_pace(by=user, now=timezone.now())
        kept = write_note(
            children=list(Child.objects.filter(pk__in=data["children"])),
            text=data["text"],
            context=data["context"],
            lines=[line for line in lines if str(line.pk) in data["lines"]],
            observed_on=data["observed_on"],
            today=today,
            entry_id=data["entry_id"],
            by=user,
            typed_at=data["typed_at"],
        )
    except TooManyNotes as refusal:
        return _refuse(str(refusal), _TOO_MANY)
    except EntryTaken as refusal:
        return _refuse(str(refusal), _TAKEN)
    except NoteRefused as refusal:
        return _refuse(str(refusal), _REFUSED)
    # What was typed of it while there was still a network.
    discard_draft(user_id=user.pk, key=f"note:{data['entry_id']}", now=timezone.now())
    return JsonResponse({"kept": len(kept)})


@page(right=Right.MODULE_DECIDE, action="note.offline_settings_viewed", fresh=True)
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Say what notes on devices mean, and switch them on or off for the organisation."""
    is_on = current_organisation().has_module(Module.OFFLINE_NOTES)
    kind = SwitchOffOfflineForm if is_on else SwitchOnOfflineForm
    form = kind(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        switch_module(module=Module.OFFLINE_NOTES, on=not is_on)
        off, on = _("Notities zonder verbinding staan nu uit."), _("Notities zonder verbinding staan nu aan.")
        messages.success(request, off if is_on else on)
        return redirect("observations:offline_settings")
    context = {"form": form, "is_on": is_on}
    return render(request, "observations/notes/offline_settings.html", context, status=422 if form.errors else 200)


def _offline_user(request: HttpRequest) -> User:
    """Return the user; Http404 where the module is off."""
    user = user_of(request)
    if not keeps_offline(user):
        raise Http404
    return user


def _device(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _refuse(why: str, status: int) -> HttpResponse:
    answer: dict[str, Any] = {"error": why}
    return JsonResponse(answer, status=status)
