"""The demonstration's own instrument, and a whole demonstration as the pure part makes it."""

import pytest

from observations.demo.development import Ladder, ladder_of
from observations.demo.loading import INSTRUMENT_FILE
from observations.domain.instruments.files import read_instrument
from observations.domain.instruments.spec import InstrumentSpec
from tests.observations.demo.rooms import ToldRoom, tell


@pytest.fixture(scope="session")
def instrument() -> InstrumentSpec:
    """Return the shipped instrument, from its files."""
    return read_instrument(INSTRUMENT_FILE)


@pytest.fixture(scope="session")
def ladder(instrument: InstrumentSpec) -> Ladder:
    """Return the shipped instrument as the model takes it."""
    return ladder_of(instrument)


@pytest.fixture(scope="session")
def told(ladder: Ladder) -> tuple[ToldRoom, ...]:
    """Return the demonstration as `make demo` loads it, of one fixed day."""
    return tuple(tell(ladder, seed=1, scale=1))
