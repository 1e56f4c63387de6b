"""People and children of an organisation of their own, as a walk through the screens needs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.children.records import ChildData, create_child
from observations.domain.instruments.catalogue import InstrumentContent
from observations.domain.registering.history import HistoricRegistration, load_history
from observations.domain.registering.registrations import close_registration, save_answer, start_registration
from observations.models import (
    Answer,
    Child,
    ChildFile,
    Group,
    InstrumentVersion,
    Registration,
    RegistrationPeriod,
)
from tests import factories

# 38 months: in the middle of the band from 3;0 to 3;6 (number 7), on any day the tests run.
AGE_IN_DAYS = 1160
HALF_A_YEAR = timedelta(days=190)


@dataclass(frozen=True)
class Nursery:
    """A group in a registration period, and what was registered half a year ago of Yara, on the line tekenen."""

    organisation_id: UUID
    staff: User
    administrator: User
    yara: Child
    mo: Child
    previous: Registration
    content: InstrumentContent


def make_nursery() -> Nursery:
    """Make the organisation; who works there can sign in with ``factories.PASSWORD``."""
    content = factories.development_instrument()
    organisation_id = factories.organisation()
    today = timezone.localdate()
    with tenant_scope(organisation_id):
        staff = factories.user(Role.GROUP_STAFF, password=factories.PASSWORD)
        group = factories.group(staff=staff)
        month = timedelta(days=30)
        RegistrationPeriod.objects.create(name="Deze ronde", begins_on=today - month, ends_on=today + month)
        yara = _child(group, ChildFile("Yara", "van", "Dijk"), today)
        mo = _child(group, ChildFile("Mo", "", "El Amrani"), today)
        return Nursery(
            organisation_id=organisation_id,
            staff=staff,
            administrator=factories.user(Role.ADMINISTRATOR, password=factories.PASSWORD),
            yara=yara,
            mo=mo,
            previous=_register_half_a_year_ago(yara, staff, content),
            content=content,
        )


def _child(group: Group, file: ChildFile, today: date) -> Child:
    born = today - timedelta(days=AGE_IN_DAYS)
    return create_child(data=ChildData(file, born), group=group, placed_on=born + timedelta(days=365))


def _register_half_a_year_ago(child: Child, staff: User, content: InstrumentContent) -> Registration:
    """Close a registration with the bands to 3;0 secure (numbers 5 and 6) and the one after emerging."""
    now = timezone.now() - HALF_A_YEAR
    registration = start_registration(child=child, today=now.date(), by=staff)
    given = {5: Answer.Value.SECURE, 6: Answer.Value.SECURE, 7: Answer.Value.EMERGING}
    for band, value in given.items():
        for item in content.lines["tekenen"].bands[band]:
            save_answer(registration=registration, milestone_id=item.id, value=value, today=now.date(), by=staff)
    close_registration(registration=registration, now=now, by=staff)
    return registration


# By outcome, the answers to the three milestones of each band of the line tekenen that give it at 38 months: up to
# 4;0 and more; 3;3; 2;7; 2;1.
GIVEN_FOR = {
    "ahead": {6: "333", 7: "333", 8: "333"},
    "on_course": {6: "333", 7: "222", 8: "111"},
    "attention": {5: "333", 6: "211", 7: "111", 8: "111"},
    "concern": {4: "333", 5: "211", 6: "111", 7: "111", 8: "111"},
}
_BY_KEY = {"1": Answer.Value.NOT_YET, "2": Answer.Value.EMERGING, "3": Answer.Value.SECURE}
EACH = 6


def make_measured() -> User:
    """Make an organisation with six children of each outcome on the line tekenen, and return its quality staff.

    Enough of each to be shown to somebody who has no access to children.
    """
    content = factories.development_instrument()
    now, today = timezone.now(), timezone.localdate()
    with tenant_scope(factories.organisation()):
        group = factories.group()
        month = timedelta(days=30)
        period = RegistrationPeriod.objects.create(name="Deze ronde", begins_on=today - month, ends_on=today + month)
        version = InstrumentVersion.objects.get(pk=content.version_id)
        load_history(
            HistoricRegistration(
                child=_child(group, ChildFile("Kind", "", f"{outcome}{number}"), today),
                version=version,
                group=group,
                registered_on=today,
                closed_at=now,
                answers=_answers(content, given),
                period=period,
            )
            for outcome, given in GIVEN_FOR.items()
            for number in range(EACH)
        )
        return factories.user(Role.QUALITY, password=factories.PASSWORD)


def _answers(content: InstrumentContent, given: Mapping[int, str]) -> dict[UUID, int]:
    bands = content.lines["tekenen"].bands
    return {
        item.id: int(_BY_KEY[key]) for band, keys in given.items() for item, key in zip(bands[band], keys, strict=True)
    }
