"""The first page of administration: what there is to look at, and the way to each part of it (ACC-9, ACC-11.3)."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.domain.colleagues import count_colleagues, list_colleagues
from accounts.models import User
from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import page


@dataclass(frozen=True)
class Place:
    """A part of administration and the right that opens it."""

    view_name: str
    title: Promise
    text: Promise
    right: Right


PLACES = (
    Place(
        "accounts:colleagues",
        _("Collega's"),
        _("Wie een account heeft, met welke rollen. Uitnodigen, helpen bij het inloggen en afsluiten."),
        Right.ACCOUNT_READ,
    ),
    Place(
        "observations:groups",
        _("Groepen en medewerkers"),
        _("Wie op welke groep werkt, van wanneer tot wanneer. Ook voor invallers en duopartners."),
        Right.GROUP_STAFF_WRITE,
    ),
    Place(
        "accounts:role_matrix",
        _("Wie mag wat"),
        _("Alle rollen met hun rechten, en welke collega's die nu hebben."),
        Right.ACCOUNT_READ,
    ),
    Place(
        "accounts:sign_in_policy",
        _("Inloggen"),
        _("Hoe lang wachtwoorden zijn, voor wie de tweede stap geldt, en vanaf welke plekken men inlogt."),
        Right.SIGN_IN_POLICY_WRITE,
    ),
    Place(
        "observations:sensitive_settings",
        _("Bijzondere opmerkingen"),
        _("Of collega's iets over gezondheid of thuissituatie kunnen opschrijven. Dat staat uit, tot u het aanzet."),
        Right.MODULE_DECIDE,
    ),
    Place("accounts:trail", _("Logboek"), _("Wie wat deed in uw organisatie, en wanneer."), Right.AUDIT_READ),
    Place(
        "accounts:access_review",
        _("Controle van toegang"),
        _("Eens per jaar alle accounts langslopen en aftekenen."),
        Right.ACCESS_REVIEW_DECIDE,
    ),
    Place(
        "accounts:exports",
        _("Overzichten"),
        _("Bestanden voor het bestuur of voor een controle."),
        Right.ACCOUNT_EXPORT,
    ),
)


@dataclass(frozen=True)
class Card:
    """A way to a part of administration."""

    title: str
    text: str
    url: str


@page(right=Right.ACCOUNT_READ, action="administration.viewed")
@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    """Show the parts of administration this person may open, and what may need a look."""
    counts = count_colleagues(list_colleagues(now=timezone.now()))
    return render(request, "accounts/administration.html", {"cards": _cards(user_of(request)), "counts": counts})


def _cards(user: User) -> list[Card]:
    found = [place for place in PLACES if user.may(place.right)]
    return [Card(str(place.title), str(place.text), reverse(place.view_name)) for place in found]
