"""The list of sub-processors that the operator gives (LIC-6, LIC-8)."""

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from kijk.personal_data.register import NOT_PERSONAL, Category
from licensing.subprocessors import Subprocessor, parse_subprocessors

GOOD = """
- name: Voorbeeldhosting B.V.
  address: Voorbeeldstraat 1, Utrecht
  task: Servers
  categories: [name, contact]
  country: NL
"""
EXAMPLE = Path(__file__).parent.parent.parent / "deploy" / "subprocessors.example.yaml"


def test_list_is_read_in_order() -> None:
    assert parse_subprocessors(GOOD) == (
        Subprocessor(
            name="Voorbeeldhosting B.V.",
            address="Voorbeeldstraat 1, Utrecht",
            task="Servers",
            categories=(Category.NAME, Category.CONTACT),
            country="NL",
        ),
    )


@pytest.mark.parametrize("text", ["", "   ", "[]", "# niemand\n"])
def test_nobody_is_an_empty_list(text: str) -> None:
    assert parse_subprocessors(text) == ()


def test_all_stands_for_every_category_of_personal_data() -> None:
    (found,) = parse_subprocessors(GOOD.replace("[name, contact]", "all"))
    assert set(found.categories) == set(Category) - NOT_PERSONAL
    assert (found.handles_everything, parse_subprocessors(GOOD)[0].handles_everything) == (True, False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- [", "is no YAML"),
        ("name: Voorbeeldhosting", "must be a list"),
        ("- Voorbeeldhosting", "entry 1 needs exactly address, categories, country, name, task"),
        (GOOD.replace("  task: Servers\n", ""), "entry 1 needs exactly"),
        (GOOD + "  phone: 030\n", "entry 1 needs exactly"),
        (GOOD.replace("Servers", "''"), "entry 1 task must be a text"),
        (GOOD.replace("NL", "NO"), "entry 1 country must be a text"),
        (GOOD.replace("NL", "US"), "entry 1 US is no country of the European Economic Area"),
        (GOOD.replace("[name, contact]", "[]"), "entry 1 categories must be all, or a list of"),
        (GOOD.replace("[name, contact]", "[reference]"), "entry 1 categories"),
        (GOOD.replace("[name, contact]", "[{name: 1}]"), "entry 1 categories"),
        (GOOD + GOOD.replace("NL", "GB"), "entry 2 GB"),
    ],
)
def test_mistake_is_refused_with_entry_and_reason(text: str, message: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=message):
        parse_subprocessors(text)


def test_quoted_norway_is_a_country() -> None:
    assert parse_subprocessors(GOOD.replace("NL", '"NO"'))[0].country == "NO"


def test_program_does_not_start_with_a_subprocessor_outside_the_eea(settings: Any) -> None:
    settings.SUBPROCESSORS = GOOD.replace("NL", "US")
    with pytest.raises(ImproperlyConfigured, match="US is no country"):
        apps.get_app_config("privacy").ready()


def test_example_of_the_operators_guide_is_right() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    commented = [line.removeprefix("# ") for line in lines if line.startswith(("# - ", "#   "))]
    assert [each.country for each in parse_subprocessors("\n".join(commented))] == ["NL"]
