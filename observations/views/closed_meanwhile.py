"""A form of a registration that was closed before it came: what was filled in is given back in words (REG-6.1)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import draft_for
from observations.domain.bso.reopening import next_version as next_bso_version
from observations.domain.bso.unsaved import unsaved_of
from observations.domain.registering.answering import mark_of
from observations.domain.registering.unsaved import ANSWER, SEEN, Unsaved, unsaved_answers
from observations.domain.registering.versions import next_version
from observations.forms.bso import given_in
from observations.models import BsoRegistration, Registration

LINE_FORM: Final = "registration.line"
BSO_FORM: Final = "bso"
_REFUSED = 409


def line_closed(request: HttpRequest, found: Registration) -> HttpResponse:
    """Answer a line's form, or the way back to its draft, when the registration is closed: its answers are listed.

    Where none of them is lost it only says that the registration is closed.
    """
    user = user_of(request)
    fields = _sent(request) if request.method == "POST" else _drafted(user, f"{LINE_FORM}:{found.pk}")
    unsaved = unsaved_answers(found, fields)
    told = _("Deze registratie is afgesloten en verandert niet meer.")
    if not unsaved:
        if request.method == "POST":
            messages.error(request, told)
        return redirect("observations:registration", pk=found.pk)
    context = _context(found, unsaved, told) | {"ways": _ways(found, user)}
    return render(request, "observations/registering/closed_meanwhile.html", context, status=_REFUSED)


def bso_closed(request: HttpRequest, found: BsoRegistration) -> HttpResponse:
    """Answer the form of a measurement, or the way back to its draft, when the measurement is closed."""
    user = user_of(request)
    fields = request.POST if request.method == "POST" else _drafted(user, f"{BSO_FORM}:{found.pk}")
    given = given_in(fields)
    unsaved, text = unsaved_of(found, given.answers, given.points), _unsaved_conclusion(found, fields)
    told = _("Deze meting is afgesloten en verandert niet meer.")
    if not unsaved and not text:
        if request.method == "POST":
            messages.error(request, told)
        return redirect("observations:bso_registration", pk=found.pk)
    context = _context(found, unsaved, told) | {"ways": _bso_ways(found, user), "text": text}
    return render(request, "observations/bso/closed_meanwhile.html", context, status=_REFUSED)


def _unsaved_conclusion(found: BsoRegistration, fields: Mapping[str, str]) -> str:
    """Return a conclusion that was typed and is not kept; nothing for one that was only sent along."""
    text = fields.get("conclusion", "").replace("\x00", "").strip()
    kept = found.texts.conclusion if found.texts else ""
    return "" if text == kept or mark_of(text) == fields.get("was-conclusion") else text


def _context(found: Registration | BsoRegistration, unsaved: Sequence[Unsaved], told: str) -> dict[str, Any]:
    return {
        "registration": found,
        "child": found.child,
        "file": found.child.file,
        "told": told,
        "closed_by": found.closed_by.get_full_name() if found.closed_by else "",
        "unsaved": unsaved,
    }


def _ways(found: Registration, user: User) -> list[tuple[str, str]]:
    """Return where to go on: the newer version when there is one, or the form that makes one, for who may."""
    newer = next_version(found)
    if newer is not None:
        return [(_("Naar de nieuwere versie"), reverse("observations:registration", args=[newer.pk]))]
    if user.may(Right.REGISTRATION_REOPEN):
        return [(_("Registratie opnieuw openen"), reverse("observations:registration_reopen", args=[found.pk]))]
    return []


def _bso_ways(found: BsoRegistration, user: User) -> list[tuple[str, str]]:
    newer = next_bso_version(found)
    if newer is not None:
        return [(_("Naar de nieuwere versie"), reverse("observations:bso_registration", args=[newer.pk]))]
    if user.may(Right.BSO_REOPEN):
        return [(_("BSO-meting opnieuw openen"), reverse("observations:bso_reopen", args=[found.pk]))]
    return []


def _sent(request: HttpRequest) -> Mapping[str, str]:
    """Return the fields of the form; an answer that a button gave (a proposal, a colleague's) stands among them."""
    fields = {name: request.POST[name] for name in request.POST}
    name, _sign, code = (fields.get("propose") or fields.get("restore", "")).partition("=")
    if name.startswith(ANSWER):
        fields[name] = code
        # Choosing what stood there already confirms it, so it was chosen all the same.
        fields.pop(f"{SEEN}{name.removeprefix(ANSWER)}", None)
    return fields


def _drafted(user: User, key: str) -> Mapping[str, str]:
    saved = draft_for(user_id=user.pk, key=key)
    return {} if saved is None else {name: saved.text(name) for name in saved.fields}
