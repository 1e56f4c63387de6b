"""What a cross-section says in words: the selection, the definitions, what is hidden. For the page and the PDF alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.utils.translation import gettext as _

from kijk.web.dutch import format_age, format_date
from kijk.web.outcomes import outcome_for
from monitoring.domain.cross_section import CLASSES, INSUFFICIENT
from monitoring.domain.measured import Period
from monitoring.domain.protection import MONITORING_MINIMUM
from monitoring.domain.selection import AgeWindow, Selection, window_in_months
from observations.domain.instruments.catalogue import InstrumentContent
from observations.domain.scoring.bands import DAYS_PER_MONTH, DEFAULT_THRESHOLDS
from observations.models import Child

_HIGHEST_AGE_MONTHS = 240


@dataclass(frozen=True)
class Definition:
    """What a word means. ``outcome`` is the code of an outcome, to be shown with its sign; empty for other words."""

    term: str
    text: str
    outcome: str = ""


def selection_in_words(selection: Selection, names: Mapping[UUID, str]) -> str:
    """Return the population in words; ``names`` has those of locations and groups by id."""
    if selection.within is None and selection.age is None and not selection.looks_at_results:
        return _("Alle kinderen van de organisatie")
    parts = [_place(selection, names)]
    if selection.age is not None:
        parts.append(age_in_words(selection.age))
    if selection.vve is not None:
        parts.append(_("alleen VVE-kinderen") if selection.vve else _("zonder VVE-kinderen"))
    if selection.gender:
        parts.append(_("geslacht: %(gender)s") % {"gender": Child.Gender(selection.gender).label})
    if selection.home_language:
        parts.append(_("thuistaal: %(language)s") % {"language": selection.home_language})
    return "; ".join(parts)


def age_in_words(window: AgeWindow) -> str:
    """Return an age window: in years and months where it was chosen so, else in days."""
    first, last = _months(window.from_days), None if window.to_days is None else _months(window.to_days + 1)
    if window == window_in_months(first, last):
        return _age_in_months(first, last)
    if window.to_days is None:
        return _("leeftijd vanaf %(first)s dagen") % {"first": window.from_days}
    ages = {"first": window.from_days, "last": window.to_days}
    return _("leeftijd van %(first)s tot en met %(last)s dagen") % ages


def period_in_words(period: Period | None) -> str:
    """Return a period with its dates, or that there is none."""
    if period is None:
        return _("Alle registraties; van elk kind telt de laatste")
    dates = {"name": period.name, "begin": format_date(period.begins_on), "end": format_date(period.ends_on)}
    return _("%(name)s (%(begin)s tot en met %(end)s)") % dates


def rule_in_words(rule: str) -> str:
    """Return a scoring rule as stored with a result (its code and version) in words."""
    code, _space, version = rule.partition(" ")
    names = {"developmental_age": _("ontwikkelingsleeftijd"), "item_shares": _("aandeel behaalde items")}
    return _("%(name)s, versie %(version)s") % {"name": names.get(code, code), "version": version}


def protection_in_words() -> str:
    """Return why figures are missing, for who may not open the files of the children."""
    return _(
        "Wie de dossiers van deze kinderen niet kan openen, ziet geen aantallen onder de %(smallest)s. Soms laten we ook "
        "een ander getal weg, omdat het kleine getal anders is uit te rekenen. Op die plaats staat een streepje (–). Met "
        "meer kinderen in de selectie zijn er meer getallen te zien."
    ) % {"smallest": MONITORING_MINIMUM}


def line_definitions(
    content: InstrumentContent, period: Period | None, today: date, *, above_top_age: bool
) -> tuple[Definition, ...]:
    """Return what the words of a cross-section by line mean; ``above_top_age``: some children are too old for it."""
    if not content.rule.uses_bands:
        return (
            Definition(_("n beoordeeld"), _("Kinderen bij wie ten minste één item van de lijn is bekeken.")),
            Definition(
                _("Gemiddeld behaald"),
                _("Per kind: welk deel van de bekeken items van de lijn het behaalde. Dit is het gemiddelde daarvan."),
            ),
        )
    texts = _outcome_texts()
    outcomes = [Definition(str(outcome_for(code).label), texts[code], code) for code in (*CLASSES, INSUFFICIENT)]
    return (
        *outcomes,
        *((_too_old(content),) if above_top_age else ()),
        *_not_registered(period, today),
        Definition(
            _("n beoordeeld"),
            _(
                "Kinderen met een van de eerste vier uitkomsten, van alle kinderen in de selectie. Elk percentage is een deel van alle kinderen in de selectie."
            ),
        ),
    )


def item_definitions(content: InstrumentContent) -> tuple[Definition, ...]:
    """Return what the words of a cross-section by item mean."""
    passed = (
        _("Kinderen bij wie het laatste van die antwoorden “beheerst” is.")
        if content.rule.uses_bands
        else _("Kinderen die het item de laatste keer dat het werd bekeken behaalden.")
    )
    return (
        Definition(
            _("n beoordeeld"),
            _(
                "Kinderen bij wie dit is bekeken, binnen de selectie. “Niet gezien” telt niet mee. Elk kind telt één keer."
            ),
        ),
        Definition(passed_word(content), passed),
        Definition(_("Aandeel"), _("Welk deel van de beoordeelde kinderen dat is, zonder cijfers achter de komma.")),
    )


def explanation(content: InstrumentContent) -> str:
    """Return how to read developmental ages; empty for an instrument that gives none."""
    if not content.rule.uses_bands:
        return ""
    return _(
        "Een mijlpaal staat bij de leeftijd waarop ongeveer 75% van de kinderen hem laat zien. Een kind in het midden "
        "van zijn leeftijdsgroep scoort daardoor zo’n 2 tot 3 maanden voor. Een uitkomst is een reden om samen beter te "
        "kijken, geen oordeel over een kind."
    )


def passed_word(content: InstrumentContent) -> str:
    """Return the heading of the number passed: of milestones that are secure, or items that were passed."""
    return _("Beheerst") if content.rule.uses_bands else _("Behaald")


def top_age(content: InstrumentContent) -> str:
    """Return the age up to which an instrument with bands gives outcomes, as 7;0."""
    return format_age(max(band.until_months for band in content.bands.values()))


def _place(selection: Selection, names: Mapping[UUID, str]) -> str:
    place = [names[pk] for pk in (selection.location_id, selection.group_id) if pk is not None]
    if place:
        return ", ".join(place)
    if selection.within is None:
        return _("Alle locaties")
    return _("Locaties: %(names)s") % {"names": ", ".join(sorted(names[pk] for pk in selection.within))}


def _age_in_months(first: int, last: int | None) -> str:
    if last is None:
        return _("leeftijd vanaf %(first)s") % {"first": format_age(first)}
    if first == 0:
        return _("leeftijd tot %(last)s") % {"last": format_age(last)}
    return _("leeftijd van %(first)s tot %(last)s") % {"first": format_age(first), "last": format_age(last)}


def _months(days: int) -> int:
    return min(int(Fraction(days) / DAYS_PER_MONTH), _HIGHEST_AGE_MONTHS)


def _outcome_texts() -> dict[str, str]:
    limits = DEFAULT_THRESHOLDS
    ahead, attention, concern = int(limits.ahead_from), int(-limits.attention_to), int(-limits.concern_to)
    return {
        "ahead": _("De ontwikkeling is %(ahead)s maanden of meer voor op de leeftijd.") % {"ahead": ahead},
        "on_course": _("Minder dan %(ahead)s maanden voor en minder dan %(attention)s maanden achter.")
        % {"ahead": ahead, "attention": attention},
        "attention": _("%(attention)s tot %(concern)s maanden achter op de leeftijd.")
        % {"attention": attention, "concern": concern},
        "concern": _("%(concern)s maanden of meer achter op de leeftijd.") % {"concern": concern},
        "insufficient": _(
            "Er is te weinig gezien voor een uitkomst. Dat zegt iets over ons kijken, niet over het kind."
        ),
    }


def _too_old(content: InstrumentContent) -> Definition:
    top = {"age": top_age(content)}
    return Definition(_("Ouder dan %(age)s") % top, _("Boven %(age)s jaar geeft dit instrument geen uitkomst.") % top)


def _not_registered(period: Period | None, today: date) -> tuple[Definition, ...]:
    word = str(outcome_for("").label)
    if period is None:
        return (
            Definition(
                word, _("Kinderen die wel op een andere lijn zijn geregistreerd, maar niet op deze."), "not_registered"
            ),
        )
    day = {"day": format_date(min(period.ends_on, today))}
    text = _("Zat op %(day)s in een groep, maar is in deze meting op deze lijn niet geregistreerd.") % day
    return (Definition(word, text, "not_registered"),)
