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
from licensing.domain import current_organisation
from licensing.modules import Module


@dataclass(frozen=True)
class Place:
    """A part of administration, the right that opens it, and the module without which there is nothing to arrange."""

    view_name: str
    title: Promise
    text: Promise
    right: Right
    module: Module | None = None


@dataclass(frozen=True)
class Section:
    """Parts of administration that belong together; ``code`` names the heading in the page."""

    code: str
    title: Promise
    places: tuple[Place, ...]


SECTIONS = (
    Section(
        "kinderen",
        _("Kinderen en groepen"),
        (
            Place(
                "observations:groups",
                _("Groepen en medewerkers"),
                _("Wie op welke groep werkt, van wanneer tot wanneer. Ook voor invallers en duopartners."),
                Right.GROUP_STAFF_WRITE,
            ),
            Place(
                "observations:imports",
                _("Inlezen"),
                _("Kinderen, groepen en medewerkers inlezen uit uw administratie. U ziet eerst wat er verandert."),
                Right.CHILD_IMPORT,
            ),
            Place(
                "observations:export",
                _("Gegevens uitvoeren"),
                _("Kinderen, groepen of medewerkers als Excel of CSV."),
                Right.CHILD_EXPORT,
            ),
            Place(
                "observations:school_year",
                _("Nieuw schooljaar"),
                _("Alle groepen in één keer overzetten, na uw controle."),
                Right.GROUP_WRITE,
            ),
            Place(
                "observations:archive",
                _("Archief"),
                _("Dossiers van kinderen die er niet meer zijn."),
                Right.ARCHIVE_READ,
            ),
        ),
    ),
    Section(
        "registreren",
        _("Registreren"),
        (
            Place(
                "observations:periods",
                _("Registraties plannen"),
                _("Wanneer kinderen worden geregistreerd: in vaste perioden, op leeftijd, of allebei."),
                Right.PERIOD_WRITE,
            ),
            Place(
                "observations:signal_rules",
                _("Signalen instellen"),
                _("Wanneer een signaal ontstaat, en wie het ziet."),
                Right.SIGNAL_RULES_WRITE,
            ),
            Place(
                "observations:bso_settings",
                _("Instellingen van de BSO"),
                _("Vanaf welke leeftijd kinderen zelf invullen hoe het met hen gaat."),
                Right.MODULE_DECIDE,
                Module.BSO,
            ),
            Place(
                "observations:offline_settings",
                _("Notities zonder verbinding"),
                _("Of een notitie op het apparaat wacht als de wifi wegvalt. Dat staat uit, tot u het aanzet."),
                Right.MODULE_DECIDE,
            ),
            Place(
                "observations:sensitive_settings",
                _("Bijzondere opmerkingen"),
                _(
                    "Of collega's iets over gezondheid of thuissituatie kunnen opschrijven. Dat staat uit, tot u het aanzet."
                ),
                Right.MODULE_DECIDE,
            ),
        ),
    ),
    Section(
        "toegang",
        _("Accounts en toegang"),
        (
            Place(
                "accounts:colleagues",
                _("Collega's"),
                _("Wie een account heeft, met welke rollen. Uitnodigen, helpen bij het inloggen en afsluiten."),
                Right.ACCOUNT_READ,
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
                "accounts:access_review",
                _("Controle van toegang"),
                _("Eens per jaar alle accounts langslopen en aftekenen."),
                Right.ACCESS_REVIEW_DECIDE,
            ),
            Place("accounts:trail", _("Logboek"), _("Wie wat deed in uw organisatie, en wanneer."), Right.AUDIT_READ),
            Place(
                "accounts:exports",
                _("Overzichten"),
                _("Bestanden voor het bestuur of voor een controle."),
                Right.ACCOUNT_EXPORT,
            ),
        ),
    ),
)


@dataclass(frozen=True)
class Card:
    """A way to a part of administration."""

    title: str
    text: str
    url: str


@dataclass(frozen=True)
class CardSection:
    """The cards of one section that this person may open."""

    code: str
    title: str
    cards: tuple[Card, ...]


@page(right=Right.ACCOUNT_READ, action="administration.viewed")
@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    """Show the parts of administration this person may open, and what may need a look."""
    counts = count_colleagues(list_colleagues(now=timezone.now()))
    sections = tuple(found for section in SECTIONS if (found := _cards(section, user_of(request))).cards)
    return render(request, "accounts/administration.html", {"sections": sections, "counts": counts})


def _cards(section: Section, user: User) -> CardSection:
    organisation = current_organisation()
    cards = tuple(
        Card(str(place.title), str(place.text), reverse(place.view_name))
        for place in section.places
        if user.may(place.right) and (place.module is None or organisation.has_module(place.module))
    )
    return CardSection(section.code, str(section.title), cards)
