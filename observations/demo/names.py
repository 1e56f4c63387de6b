"""Invented children and staff: names of many origins, and the languages that go with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from random import Random

from observations.demo.chance import pick
from observations.demo.data_files import read_data

#: The origin whose names are for staff; no child has it.
STAFF = "staff"
DUTCH = "Nederlands"
FRISIAN = "Fries"
_TRIES = 60


@dataclass(frozen=True)
class Surname:
    """A surname and the infix before it."""

    infix: str
    name: str


@dataclass(frozen=True)
class Origin:
    """The names of one origin; ``languages`` by weight."""

    weight: float
    languages: Mapping[str, float]
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    surnames: tuple[Surname, ...]


@dataclass(frozen=True)
class InventedChild:
    """Who a child is, as far as chance decides it. ``gender`` is "girl", "boy" or "unspecified"."""

    first_name: str
    infix: str
    last_name: str
    gender: str
    home_language: str


@cache
def origins() -> Mapping[str, Origin]:
    """Return the origins by name, as data/names.yaml has them."""
    return {
        name: Origin(
            weight=float(entry["weight"]),
            languages=entry["languages"],
            girls=tuple(entry["girls"]),
            boys=tuple(entry["boys"]),
            surnames=tuple(_surname(text) for text in entry["surnames"]),
        )
        for name, entry in read_data("names").items()
    }


def _surname(text: str) -> Surname:
    infix, _, name = text.rpartition(" | ")
    return Surname(infix, name)


def invent_child(chance: Random, taken: set[str], *, dutch_speaking: float) -> InventedChild:
    """Return a child whose full name is not in ``taken``, and add it there.

    ``dutch_speaking`` is how likely an origin with another home language than Dutch is passed over, 0 to 1: groups
    for early education have more children who learn Dutch as their second language. Where names run out, as in
    very large organisations, two children share one: so it is in life.
    """
    weights = {name: origin.weight for name, origin in origins().items() if origin.weight}
    for _ in range(_TRIES):
        child = _child(chance, origins()[pick(chance, weights)])
        passed_over = speaks_another_language(child.home_language) and chance.random() < dutch_speaking
        if not passed_over and _full_name(child) not in taken:
            break
    taken.add(_full_name(child))
    return child


def speaks_another_language(home_language: str) -> bool:
    """Say whether a child learns Dutch as its second language; who speaks Frisian at home hears both."""
    return home_language not in {DUTCH, FRISIAN}


def invent_staff_name(chance: Random, taken: set[str]) -> tuple[str, str, str]:
    """Return first name, infix and surname of somebody who works here, not in ``taken``, and add it there."""
    origin = origins()[STAFF]
    for _ in range(_TRIES):
        # In this work some nine out of ten are women.
        first_name = chance.choice(origin.girls if chance.random() < 0.9 else origin.boys)
        surname = chance.choice(origin.surnames)
        name = f"{first_name} {surname.infix} {surname.name}"
        if name not in taken:
            break
    taken.add(name)
    return first_name, surname.infix, surname.name


def _child(chance: Random, origin: Origin) -> InventedChild:
    is_girl = chance.random() < 0.5
    first_name = chance.choice(origin.girls if is_girl else origin.boys)
    surname = chance.choice(origin.surnames)
    gender = "girl" if is_girl else "boy"
    if chance.random() < 0.02:
        gender = "unspecified"
    return InventedChild(first_name, surname.infix, surname.name, gender, pick(chance, origin.languages))


def _full_name(child: InventedChild) -> str:
    return f"{child.first_name} {child.infix} {child.last_name}"
