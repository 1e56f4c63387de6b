"""A cross-section as it is read: one frozen view model, that the page and the PDF both draw (STYLE rule 18)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kijk.web.dutch import format_date, format_share
from licensing.domain import current_organisation
from licensing.models import Location
from monitoring.domain import cross_section
from monitoring.domain.cross_section import NO_CLASS, ItemCrossSection, LineCrossSection
from monitoring.domain.measured import MeasuredInstrument
from monitoring.domain.protection import MONITORING_MINIMUM, show_population
from monitoring.domain.selection import By, Selection
from monitoring.domain.suppression import Shown, printed
from monitoring.figures import Block, item_blocks, line_blocks
from monitoring.words import (
    Definition,
    explanation,
    item_definitions,
    line_definitions,
    period_in_words,
    protection_in_words,
    rule_in_words,
    selection_in_words,
)
from observations.models import Group


@dataclass(frozen=True)
class Fact:
    """One thing a reader must know of the figures: whose, when, made with what."""

    label: str
    value: str


@dataclass(frozen=True)
class Stat:
    """One large figure."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Report:
    """A cross-section, ready to be drawn. ``population`` is None when it is too small to be printed.

    ``protection`` says why figures are missing (empty when none can be); ``remarks`` what to beware of; ``notice`` is
    the instrument's own, with its attribution. Without a population there are no ``blocks``.
    """

    title: str
    subtitle: str
    period: str
    selection: str
    organisation: str
    facts: tuple[Fact, ...]
    stats: tuple[Stat, ...]
    population: Shown
    blocks: tuple[Block, ...]
    definitions: tuple[Definition, ...]
    explanation: str
    protection: str
    remarks: tuple[str, ...]
    notice: str


def make_report(
    selection: Selection,
    instrument: MeasuredInstrument,
    *,
    protect: bool,
    today: date,
    on_paper: bool = False,
    remarks: tuple[str, ...] = (),
) -> Report:
    """Return the cross-section of a selection, with small numbers hidden where ``protect`` says so.

    ``instrument`` comes with its periods; ``on_paper`` fits the charts to pages; ``remarks`` go before its own.
    """
    section: LineCrossSection | ItemCrossSection
    if selection.by is By.LINE:
        section = cross_section.by_line(selection, instrument, today=today)
    else:
        section = cross_section.by_item(selection, instrument)
    population = show_population(section.now, protect=protect)
    content, now = section.content, section.now
    organisation = current_organisation().name
    words = selection_in_words(selection, _place_names(selection))
    period = now.period.name if now.period else _("alle registraties")
    return Report(
        title=_("Dwarsdoorsnede: %(period)s") % {"period": period},
        subtitle=content.name,
        period=period,
        selection=words,
        organisation=organisation,
        facts=_facts(section, organisation, words, population, today),
        stats=_stats(section, population, protect=protect),
        population=population,
        blocks=tuple(_blocks(section, period, protect=protect, on_paper=on_paper)) if population else (),
        definitions=_definitions(section, today),
        explanation=explanation(content),
        protection=protection_in_words() if protect else "",
        remarks=(*remarks, *_remarks(section)),
        notice=content.notice,
    )


def _blocks(section: LineCrossSection | ItemCrossSection, period: str, *, protect: bool, on_paper: bool) -> list[Block]:
    if isinstance(section, ItemCrossSection):
        return item_blocks(section, protect=protect, on_paper=on_paper)
    title = _("Uitkomsten per ontwikkelingslijn: %(period)s")
    earlier = section.before.period.name if section.before and section.before.period else ""
    return line_blocks(section, title % {"period": period}, title % {"period": earlier}, protect=protect)


def _definitions(section: LineCrossSection | ItemCrossSection, today: date) -> tuple[Definition, ...]:
    if isinstance(section, ItemCrossSection):
        return item_definitions(section.content)
    too_old = any(line.counts.get(NO_CLASS) for line in section.now.lines)
    return line_definitions(section.content, section.now.period, today, above_top_age=too_old)


def _facts(
    section: LineCrossSection | ItemCrossSection, organisation: str, words: str, population: Shown, today: date
) -> tuple[Fact, ...]:
    content = section.content
    facts = [
        Fact(_("Organisatie"), organisation),
        Fact(_("Kinderen in de selectie"), _number(population)),
        Fact(_("Selectie"), words),
        Fact(_("Meting"), period_in_words(section.now.period)),
        Fact(_("Vorige meting"), _previous(section)),
        Fact(_("Instrument"), _("%(name)s, versie %(version)s") % {"name": content.name, "version": _version(section)}),
    ]
    rule = section.content.rule
    rules = section.now.rules if isinstance(section, LineCrossSection) else (f"{rule.code} {rule.version}",)
    if rules:
        facts.append(Fact(_("Rekenregel"), ", ".join(rule_in_words(each) for each in rules)))
    return (*facts, Fact(_("Gemaakt op"), format_date(today)))


def _number(population: Shown) -> str:
    if population is None:
        return _("minder dan %(smallest)s") % {"smallest": MONITORING_MINIMUM}
    return printed(population)


def _previous(section: LineCrossSection | ItemCrossSection) -> str:
    if section.before is None:
        return _("Er is geen eerdere meting om mee te vergelijken")
    return period_in_words(section.before.period)


def _version(section: LineCrossSection | ItemCrossSection) -> str:
    if isinstance(section, LineCrossSection) and section.now.versions:
        return ", ".join(section.now.versions)
    return section.content.version


def _stats(section: LineCrossSection | ItemCrossSection, population: Shown, *, protect: bool) -> tuple[Stat, ...]:
    """Return the size of the population; how many of it were registered only to who may see every number.

    The number registered and the number not registered on a line would together give small numbers away.
    """
    if population is None:
        return ()
    label = ngettext("kind in de selectie", "kinderen in de selectie", population)
    if isinstance(section, ItemCrossSection):
        return (Stat(str(population), label, _("met een afgesloten registratie")),)
    if protect or section.now.period is None:
        return (Stat(str(population), label),)
    share = format_share(section.now.registered, population)
    registered = _("geregistreerd (%(share)s)") % {"share": share}
    hint = _("op ten minste één lijn")
    return (Stat(str(population), label), Stat(str(section.now.registered), registered, hint))


def _remarks(section: LineCrossSection | ItemCrossSection) -> list[str]:
    if not isinstance(section, LineCrossSection) or section.before is None:
        return []
    remarks = []
    if section.before.versions != section.now.versions and section.now.versions:
        remarks.append(
            _("De vorige meting is gedaan met versie %(version)s van het instrument.")
            % {"version": ", ".join(section.before.versions)}
        )
    if section.before.rules != section.now.rules and section.now.rules:
        remarks.append(_("De vorige meting is met een andere rekenregel berekend. Vergelijk de metingen voorzichtig."))
    return remarks


def _place_names(selection: Selection) -> Mapping[UUID, str]:
    """Return the names of the places the selection's words need."""
    names: dict[UUID, str] = {}
    locations = {selection.location_id} if selection.location_id else selection.within
    if locations:
        names.update(Location.objects.filter(pk__in=locations).values_list("pk", "name"))
    if selection.group_id:
        names.update(Group.objects.filter(pk=selection.group_id).values_list("pk", "name"))
    return names
