"""A group with three children: one with two registrations and everything written, one with one, one with none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

import pytest
from django.utils import timezone

from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.notes.writing import write_note
from observations.domain.registering.history import HistoricRegistration, load_history
from observations.domain.reports.sources import reportable
from observations.models import Answer, Child, InstrumentVersion, Note, Registration, RegistrationPeriod
from tests import factories
from tests.observations.conftest import Nursery

SPRING, AUTUMN = date(2026, 4, 14), date(2026, 10, 12)
NOTE = "Yara telt de borden op tafel: een, twee, drie."
OTHERS_NOTE = "Mo bouwt een hoge toren met Yara."


@dataclass(frozen=True)
class Reported:
    """The group of ``nursery`` with what reports are made of."""

    nursery: Nursery
    child: Child
    other: Child
    third: Child
    autumn: Registration
    others_autumn: Registration
    note: Note
    period: RegistrationPeriod

    @property
    def organisation_id(self) -> UUID:
        """Whose it is."""
        return self.nursery.organisation_id


def answers(nursery: Nursery, by_band: Mapping[int, int]) -> dict[UUID, int]:
    """Return the same answer to all milestones of a band, on all lines."""
    return {item.id: by_band[item.band] for item in nursery.content.milestones.values() if item.band in by_band}


def register(
    nursery: Nursery,
    child: Child,
    on: date,
    by_band: Mapping[int, int],
    *,
    period: RegistrationPeriod | None = None,
    scales: int = 0,
    conclusion: str = "",
) -> Registration:
    """Write a closed registration; ``scales`` are doubled points for all scales."""
    closed_at = timezone.make_aware(datetime.combine(on, time(15)))
    load_history(
        [
            HistoricRegistration(
                child=child,
                version=InstrumentVersion.objects.get(pk=nursery.content.version_id),
                group=nursery.group,
                registered_on=on,
                closed_at=closed_at,
                answers=answers(nursery, by_band),
                period=period,
                scale_scores={scale.id: scales for scale in nursery.content.scales} if scales else {},
                author_id=nursery.staff.pk,
                conclusion=conclusion,
            )
        ]
    )
    found = reportable(child=child).first()
    assert found is not None
    return found


@pytest.fixture
def reported(nursery: Nursery) -> Reported:
    """Make it; no scope is open afterwards."""
    value = Answer.Value
    with tenant_scope(nursery.organisation_id, actor_id=nursery.staff.pk):
        period = RegistrationPeriod.objects.create(name="Najaar 2026", begins_on=date(2026, 10, 1), ends_on=AUTUMN)
        other = factories.child(nursery.group, "Mo", "", "El Amrani")
        third = factories.child(nursery.group, "Noor", "", "Bakker")
        register(nursery, nursery.child, SPRING, {5: value.SECURE, 6: value.EMERGING, 7: value.NOT_YET})
        autumn = register(
            nursery,
            nursery.child,
            AUTUMN,
            {5: value.SECURE, 6: value.SECURE, 7: value.EMERGING},
            period=period,
            scales=9,
            conclusion="Professionele conclusie over Yara.",
        )
        others = register(nursery, other, AUTUMN, {6: value.SECURE, 7: value.NOT_YET, 8: value.NOT_YET}, period=period)
        for child, text in ((nursery.child, NOTE), (other, OTHERS_NOTE)):
            write_note(
                children=[child],
                text=text,
                observed_on=date(2026, 9, 3),
                today=date(2026, 9, 3),
                entry_id=uuid7(),
                by=nursery.staff,
            )
        note = Note.objects.get(child=nursery.child)
    return Reported(nursery, nursery.child, other, third, autumn, others, note, period)
