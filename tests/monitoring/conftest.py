"""Two locations with a group each, two periods, and two small instruments whose outcomes a test can choose."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from accounts.models import User
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from licensing.models import Location
from observations.domain.children.records import ChildData, create_child
from observations.domain.instruments.catalogue import InstrumentContent, content_of
from observations.domain.instruments.publishing import publish_instrument
from observations.domain.instruments.spec import AreaSpec, InstrumentSpec, LineSpec, MilestoneSpec
from observations.domain.registering.history import HistoricRegistration, load_history
from observations.domain.scoring.items import NO_BAND
from observations.models import Child, ChildFile, Group, InstrumentVersion, Registration, RegistrationPeriod
from tests import factories

CLOSED_AT = datetime(2025, 11, 20, 12, 0, tzinfo=UTC)
AUTUMN_DAY = date(2025, 10, 10)
SPRING_DAY = date(2025, 4, 10)
TODAY = date(2025, 12, 1)
#: 32 months on AUTUMN_DAY: band 6, and 26 months on SPRING_DAY.
BORN = date(2023, 2, 10)

# The answers, by band, that give a child of 32 months this outcome.
_ANSWERS = {
    "ahead": {5: 2, 6: 2, 7: 2},
    "on_course": {5: 2, 6: 0, 7: 0},
    "attention": {4: 2, 5: 0, 6: 0},
    "concern": {3: 2, 4: 0, 5: 0},
    "insufficient": {5: 3, 6: 3, 7: 3},
}


def _milestone(code: str, band: int) -> MilestoneSpec:
    return MilestoneSpec(code, band, f"Doet {code}.", "Bijvoorbeeld zo.", "Let hierop.", 1, 2, ("GK",), "low")


def _line(code: str, items: list[tuple[str, int]]) -> LineSpec:
    return LineSpec(code, code.title(), "", "", tuple(_milestone(item, band) for item, band in items))


def _in_bands(code: str) -> LineSpec:
    return _line(code, [(f"{code}-{band:02d}", band) for band in range(1, 15)])


LINES = InstrumentSpec(
    code="proef",
    version="1.0",
    name="Proeflijnen",
    notice="Alleen om te proberen.",
    scoring_rule="developmental_age",
    response_scale="milestone",
    band_months=6,
    band_count=14,
    areas=(AreaSpec("alles", "Alles", (_in_bands("taal"), _in_bands("spel"))),),
    scales=(),
)
ITEMS = InstrumentSpec(
    code="vragen",
    version="1.0",
    name="Proefvragen",
    notice="Bron: een voorbeeld (CC BY 4.0).",
    scoring_rule="item_shares",
    response_scale="pass_fail",
    band_months=0,
    band_count=0,
    areas=(
        AreaSpec("een", "Een", (_line("praten", [("p2", NO_BAND), ("p1", NO_BAND)]),)),
        AreaSpec("twee", "Twee", (_line("lopen", [("l1", NO_BAND)]),)),
    ),
    scales=(),
)


def publish(spec: InstrumentSpec) -> InstrumentContent:
    """Publish an instrument and return its content; no scope may be open."""
    return content_of(publish_instrument(spec=spec, now=CLOSED_AT).version_id)


def new_version(spec: InstrumentSpec) -> InstrumentContent:
    """Publish the same instrument again as version 2.0."""
    newer = replace(spec, version="2.0", notice="Tweede versie.")
    return content_of(publish_instrument(spec=newer, now=CLOSED_AT + timedelta(days=1)).version_id)


@dataclass(frozen=True)
class Centre:
    """An organisation that measures: everything a cross-section can be about."""

    organisation_id: UUID
    north: Location
    south: Location
    bees: Group
    bears: Group
    spring: RegistrationPeriod
    autumn: RegistrationPeriod
    lines: InstrumentContent
    items: InstrumentContent

    def child(self, group: Group | None = None, *, born: date = BORN, placed_on: date = BORN, **data: object) -> Child:
        """Create a child in a group (the bees, unless said otherwise)."""
        given = ChildData(ChildFile("Yara", "", "Dijk"), born, **data)  # type: ignore[arg-type]
        return create_child(data=given, group=group or self.bees, placed_on=placed_on)

    def register(
        self,
        child: Child,
        outcomes: Mapping[str, str],
        *,
        group: Group | None = None,
        on: date = AUTUMN_DAY,
        content: InstrumentContent | None = None,
        period: RegistrationPeriod | None = None,
    ) -> Registration:
        """Register a child of 32 months so that these lines have these outcomes."""
        lines = (content or self.lines).lines
        answers = {
            lines[line].bands[band][0].id: value
            for line, outcome in outcomes.items()
            for band, value in _ANSWERS[outcome].items()
        }
        in_period = period or (self.autumn if on >= self.autumn.begins_on else self.spring)
        return self._load(child, content or self.lines, answers, group=group, on=on, period=in_period)

    def answer(
        self,
        child: Child,
        values: Mapping[str, int],
        *,
        on: date = AUTUMN_DAY,
        group: Group | None = None,
        period: RegistrationPeriod | None = None,
        content: InstrumentContent | None = None,
    ) -> Registration:
        """Register a child with these answers, by item."""
        chosen = content or self.items
        codes = chosen.milestones_by_code()
        answers = {codes[item].id: value for item, value in values.items()}
        return self._load(child, chosen, answers, group=group, on=on, period=period)

    def _load(
        self,
        child: Child,
        content: InstrumentContent,
        answers: Mapping[UUID, int],
        *,
        group: Group | None,
        on: date,
        period: RegistrationPeriod | None,
    ) -> Registration:
        version = InstrumentVersion.objects.get(pk=content.version_id)
        given = HistoricRegistration(child, version, group or self.bees, on, CLOSED_AT, answers, period)
        load_history([given])
        return Registration.objects.get(child=child, registered_on=on, version=version, superseded=False)


def make_centre() -> Centre:
    """Make the organisation; no scope is open afterwards."""
    lines, items = publish(LINES), publish(ITEMS)
    organisation_id = factories.organisation()
    with tenant_scope(organisation_id):
        north, south = factories.location("Noord"), factories.location("Zuid")
        return Centre(
            organisation_id=organisation_id,
            north=north,
            south=south,
            bees=factories.group(north),
            bears=factories.group(south),
            spring=_period("Voorjaar 2025", date(2025, 4, 1), date(2025, 5, 15)),
            autumn=_period("Najaar 2025", date(2025, 10, 1), date(2025, 11, 15)),
            lines=lines,
            items=items,
        )


def _period(name: str, begins_on: date, ends_on: date) -> RegistrationPeriod:
    return RegistrationPeriod.objects.create(name=name, begins_on=begins_on, ends_on=ends_on)


def user_of(centre: Centre, role: Role, location: Location | None = None) -> User:
    """Make a user with a role everywhere, or at one location; no scope may be open."""
    with tenant_scope(centre.organisation_id):
        return factories.user(role, location)


@pytest.fixture
def centre(db: None) -> Centre:
    """Make a centre; no scope is open afterwards."""
    return make_centre()


@pytest.fixture
def in_centre(centre: Centre) -> Iterator[Centre]:
    """Open the organisation's scope around a test of the domain."""
    with tenant_scope(centre.organisation_id):
        yield centre
