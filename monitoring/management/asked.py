"""What the commands for cross-sections have in common: their options, and the population these stand for."""

import argparse
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone, translation

from kijk.audit.domain import record
from kijk.tenancy.context import tenant_scope
from licensing.domain import find_organisation
from monitoring.domain.measured import MeasuredInstrument, Period, find_instrument, with_periods
from monitoring.domain.selection import AgeWindow, By, Selection

NO_SUPPRESSION = (
    "For somebody with access to the server itself: small numbers are not hidden. Leaves an event in the audit trail."
)

_AGES = re.compile(r"(\d{1,6})-(\d{1,6})", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """The population of one command, within the scope of its organisation."""

    selection: Selection
    instrument: MeasuredInstrument
    today: date


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say of whom, by what, at which ages and when."""
    parser.add_argument("--organisation", required=True, metavar="NAME", help="whose children")
    parser.add_argument("--instrument", required=True, metavar="CODE", help="with which instrument, such as kijk07")
    parser.add_argument("--by", required=True, choices=[by.value for by in By], help="a row for each line, or item")
    parser.add_argument("--age-days", metavar="FROM-TO", help="ages in days on the day of registration, both included")
    parser.add_argument(
        "--period",
        metavar="NAME",
        help="the registration period; without it all registrations count by item, and by line the newest period "
        "that has results (all registrations when they have no period)",
    )


@contextmanager
def asked(options: Mapping[str, Any], *, action: str) -> Iterator[Asked]:
    """Open the organisation's scope, record the action, and hand out what was asked for.

    Raises CommandError, in one line, for an organisation, instrument or period that is not there, and for ages that
    are none.
    """
    age = _age(options["age_days"])
    organisation_id = find_organisation(options["organisation"])
    if organisation_id is None:
        raise CommandError(f"There is no organisation named {options['organisation']!r}.")
    today = timezone.localdate()
    with translation.override("nl"), tenant_scope(organisation_id, origin="command"):
        found = find_instrument(options["instrument"])
        if found is None:
            raise CommandError(f"There is no published instrument with the code {options['instrument']!r}.")
        instrument = with_periods(found, today=today)
        by = By(options["by"])
        period = _period(instrument, by, options["period"])
        data = {"instrument": instrument.code, "by": by.value, "age_days": options["age_days"] or ""}
        record(action, data={**data, "period": str(period.pk) if period else ""})
        yield Asked(Selection(instrument.code, by, period.pk if period else None, age), instrument, today)


def _age(text: str | None) -> AgeWindow | None:
    if text is None:
        return None
    match = _AGES.fullmatch(text)
    if match is None:
        raise CommandError(f"--age-days takes two whole numbers of days, such as 0-730, not {text!r}.")
    first, last = int(match[1]), int(match[2])
    if last < first:
        raise CommandError(f"--age-days runs from a lower to a higher age, not from {first} to {last}.")
    return AgeWindow(first, last)


def _period(instrument: MeasuredInstrument, by: By, name: str | None) -> Period | None:
    if name is None:
        return instrument.newest_period if by is By.LINE else None
    for period in instrument.periods:
        if period.name == name:
            return period
    raise CommandError(f"The organisation has no registration period named {name!r} that has begun.")
