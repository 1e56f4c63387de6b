"""What the commands of the demonstration refuse, and a load that is broken off."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from accounts.domain.users import create_user
from accounts.models import PersonName
from kijk.tenancy.context import tenant_scope
from licensing.domain import find_organisation
from observations.demo.accounts import ACCOUNTS
from observations.demo.blueprints import BLUEPRINTS
from observations.demo.loading import LoadedOrganisation, is_loaded, load_demo
from tests import factories

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def nothing_is_there() -> bool:
    """Say whether no organisation was made."""
    return not any(find_organisation(found.name) for found in BLUEPRINTS)


@pytest.mark.parametrize("command", ["load_demo", "demo_accounts"])
def test_command_refuses_in_production(db: None, settings: Any, command: str) -> None:
    settings.ENVIRONMENT = "production"

    with pytest.raises(CommandError, match="not for production"):
        call_command(command)
    assert nothing_is_there()


@pytest.mark.parametrize("scale", ["0", "-1", "5000"])
def test_load_demo_refuses_a_scale_that_is_none(db: None, scale: str) -> None:
    with pytest.raises(CommandError, match="scale"):
        call_command("load_demo", "--scale", scale)
    assert nothing_is_there()


def test_demo_accounts_asks_for_the_data_first(db: None) -> None:
    with pytest.raises(CommandError, match="load_demo first"):
        call_command("demo_accounts")


def load(tell: Callable[[LoadedOrganisation], None] = lambda _: None) -> list[str]:
    """Load a very small demonstration; return the names of the organisations that came in."""
    loaded = load_demo(seed=1, scale=0.05, today=TODAY, now=NOW, tell=tell)
    return [found.name for found in loaded]


def test_load_that_was_broken_off_goes_on_where_it_stopped(committed_db: object) -> None:
    names = [blueprint.name for blueprint in BLUEPRINTS]

    def break_off(loaded: LoadedOrganisation) -> None:
        if loaded.name == names[1]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(break_off)
    assert not is_loaded()
    assert load() == names[2:]
    assert is_loaded()
    assert load() == []


def test_organisation_is_loaded_whole_or_not_at_all(committed_db: object) -> None:
    taken = ACCOUNTS[0].email
    other = factories.organisation(domain=taken.partition("@")[2])
    with tenant_scope(other):
        create_user(email=taken, name=PersonName("Sanne", "", "Wit"), password=None)

    with pytest.raises(IntegrityError):
        load()
    assert find_organisation(BLUEPRINTS[0].name) is not None
    assert find_organisation(BLUEPRINTS[1].name) is None
