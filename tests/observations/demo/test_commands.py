"""What the commands of the demonstration refuse, where there is nothing yet."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from licensing.domain import find_organisation
from observations.demo.blueprints import BLUEPRINTS
from observations.models import Instrument


def nothing_is_there() -> bool:
    """Say whether neither an organisation nor an instrument was made."""
    return not Instrument.objects.exists() and not any(find_organisation(found.name) for found in BLUEPRINTS)


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
