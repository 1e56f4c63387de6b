"""Writing the demonstration: each organisation in one transaction, with the product's own functions where they are.

Structure (organisation, locations, groups, staff) goes through the functions a screen would use, each with its own
audit event. What comes in masses (children, notes, registrations) is written in bulk and is one event together.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from kijk.audit.domain import record
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from licensing.domain import current_organisation, find_organisation
from observations.demo.after_school_writing import write_after_school
from observations.demo.blueprints import BLUEPRINTS
from observations.demo.development import Ladder, ladder_of
from observations.demo.group_plans import write_group_plans
from observations.demo.note_bank import NoteBank, read_note_bank
from observations.demo.organisations import check_scale, plan_organisation
from observations.demo.plans import OrganisationPlan
from observations.demo.reports import write_room_reports
from observations.demo.signals import write_signals
from observations.demo.stories import by_room
from observations.demo.structure import write_structure
from observations.demo.telling import tell_room
from observations.demo.writing import Counts, write_children, write_room_story
from observations.domain.bso.reading import CHILD_INSTRUMENT, STAFF_INSTRUMENT
from observations.domain.instruments.catalogue import InstrumentNotPublishedError, content_of, published_version
from observations.domain.instruments.files import read_instrument
from observations.domain.instruments.publishing import publish_instrument, spec_of
from observations.domain.registering.registrations import DEVELOPMENT_INSTRUMENT
from observations.models import Child, InstrumentVersion

_CONTENT = Path(__file__).resolve().parent.parent / "content"
INSTRUMENT_FILE = _CONTENT / DEVELOPMENT_INSTRUMENT / "instrument.yaml"
PRODUCTION = "production"


class DemoRefused(Exception):
    """Demonstration data do not belong here; the message says why."""


@dataclass(frozen=True)
class LoadedOrganisation:
    """What was written of one organisation."""

    name: str
    children: int
    counts: Counts


def refuse_in_production() -> None:
    """Raise DemoRefused in production: the demonstration's password is printed, and its children are invented."""
    if settings.ENVIRONMENT == PRODUCTION:
        raise DemoRefused("Demonstration data are not for production: KIJK_ENVIRONMENT is production.")


def is_loaded() -> bool:
    """Say whether all organisations of the demonstration are there."""
    return all(find_organisation(blueprint.name) is not None for blueprint in BLUEPRINTS)


def load_demo(
    *, seed: int, scale: float, today: date, now: datetime, tell: Callable[[LoadedOrganisation], None] = lambda _: None
) -> list[LoadedOrganisation]:
    """Load the organisations of the demonstration that are not there yet, and the instrument when it is not.

    Same seed, scale and day: same data, the ids apart. ``now`` is when the instrument is published, ``tell`` is
    called after each organisation. An organisation is written whole or not at all, so that a load that was broken
    off goes on where it stopped. Raises DemoRefused in production, ValueError for a scale that is not above 0.
    """
    refuse_in_production()
    check_scale(scale)
    missing = [blueprint for blueprint in BLUEPRINTS if find_organisation(blueprint.name) is None]
    if not missing:
        return []
    version, ladder = _instrument(now)
    _publish_bso(now)
    bank = read_note_bank()
    loaded = []
    for blueprint in missing:
        plan = plan_organisation(blueprint, seed=seed, scale=scale, today=today)
        loaded.append(_load_organisation(plan, version, ladder, bank))
        tell(loaded[-1])
    return loaded


def _instrument(now: datetime) -> tuple[InstrumentVersion, Ladder]:
    try:
        version = published_version(DEVELOPMENT_INSTRUMENT)
    except InstrumentNotPublishedError:
        publish_instrument(spec=read_instrument(INSTRUMENT_FILE), now=now)
        version = published_version(DEVELOPMENT_INSTRUMENT)
    return version, ladder_of(spec_of(content_of(version.pk)))


def _publish_bso(now: datetime) -> None:
    """Publish both views of out-of-school care, where they are not there yet."""
    for code in (STAFF_INSTRUMENT, CHILD_INSTRUMENT):
        try:
            published_version(code)
        except InstrumentNotPublishedError:
            publish_instrument(spec=read_instrument(_CONTENT / code / "instrument.yaml"), now=now)


def _load_organisation(
    plan: OrganisationPlan, version: InstrumentVersion, ladder: Ladder, bank: NoteBank
) -> LoadedOrganisation:
    organisation_id = uuid7()
    counts, after_school = Counts(), dict[int, Child]()
    # Opened here, so that the organisation and everything in it are one transaction.
    with tenant_scope(organisation_id):
        structure = write_structure(plan, organisation_id)
        for room, planned in by_room(plan):
            # One room at a time: what it needed is forgotten before the next, so that memory stays flat.
            children = write_children(planned, structure)
            story = tell_room(plan, room, planned, ladder, bank)
            counts += write_room_story(story, children, structure, version)
            write_room_reports(story, planned, children, structure, plan)
            if plan.blueprint.measures_after_school:
                after_school |= children
        data = {"seed": plan.seed, "children": len(plan.children), **asdict(counts)}
        record("demonstration.loaded", about=current_organisation(), data=data)
        # One at a time, as a screen makes them, each with its own events.
        write_group_plans(plan, structure)
        # Through the functions of the screens, and so with events of their own: they come after the load's.
        write_signals(plan, structure)
        write_after_school(plan, structure, after_school)
    return LoadedOrganisation(plan.blueprint.name, len(plan.children), counts)
