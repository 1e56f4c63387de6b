"""The sub-processors of this deployment: who else handles the data, for what, and where (LIC-6, LIC-7, LIC-8).

They are the deployment's, not the code's: the operator names them in a YAML file (docs/settings.md). Whoever stands
there appears in every organisation's leaflet; a mistake in the file, or a country outside the European Economic Area,
stops the program before it serves anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from kijk.personal_data.register import NOT_PERSONAL, Category

# The member states of the European Union, with Iceland, Liechtenstein and Norway (ISO 3166-1).
EEA = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)

EVERYTHING = "all"
_TEXTS = ("name", "address", "task", "country")
_KEYS = frozenset({*_TEXTS, "categories"})
_PERSONAL = tuple(category for category in Category if category not in NOT_PERSONAL)


@dataclass(frozen=True)
class Subprocessor:
    """A party that handles data on the processor's behalf. ``country`` is a code of ISO 3166-1, always in the EEA."""

    name: str
    address: str
    task: str
    categories: tuple[Category, ...]
    country: str

    @property
    def handles_everything(self) -> bool:
        """Whether every category of personal data passes through its hands, as with a hoster."""
        return self.categories == _PERSONAL


def subprocessors() -> tuple[Subprocessor, ...]:
    """Return the deployment's sub-processors in the file's order.

    Raises ImproperlyConfigured, with the entry and the reason, when the file is not right.
    """
    return parse_subprocessors(settings.SUBPROCESSORS)


@cache
def parse_subprocessors(text: str) -> tuple[Subprocessor, ...]:
    """Read the YAML of ``KIJK_SUBPROCESSORS_FILE``; nothing at all is an empty list. Errors as ``subprocessors``."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ImproperlyConfigured(f"KIJK_SUBPROCESSORS is no YAML: {error}") from error
    if content is None:
        return ()
    if not isinstance(content, list):
        raise ImproperlyConfigured("KIJK_SUBPROCESSORS must be a list of sub-processors.")
    return tuple(_read(entry, number) for number, entry in enumerate(content, 1))


def _read(entry: Any, number: int) -> Subprocessor:
    if not isinstance(entry, Mapping) or set(entry) != _KEYS:
        raise _wrong(number, f"needs exactly {', '.join(sorted(_KEYS))}")
    for key in _TEXTS:
        if not isinstance(entry[key], str) or not entry[key].strip():
            # YAML reads an unquoted NO as false: Norway needs its quotes.
            raise _wrong(number, f"{key} must be a text (put quotes around it)")
    if entry["country"] not in EEA:
        raise _wrong(number, f"{entry['country']} is no country of the European Economic Area")
    texts = {key: entry[key].strip() for key in _TEXTS}
    return Subprocessor(categories=_read_categories(entry["categories"], number), **texts)


def _read_categories(value: Any, number: int) -> tuple[Category, ...]:
    if value == EVERYTHING:
        return _PERSONAL
    known = {category.value: category for category in _PERSONAL}
    if (
        not isinstance(value, list)
        or not value
        or any(not isinstance(each, str) or each not in known for each in value)
    ):
        raise _wrong(number, f"categories must be {EVERYTHING}, or a list of: {', '.join(known)}")
    return tuple(category for category in _PERSONAL if category.value in value)


def _wrong(number: int, reason: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"KIJK_SUBPROCESSORS: entry {number} {reason}.")
