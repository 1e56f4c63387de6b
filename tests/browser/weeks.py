"""A group at the beginning of a week of registering, and what a walk through that week does in each of its steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from itertools import chain, repeat
from pathlib import Path
from uuid import UUID

from django.utils import timezone
from playwright.sync_api import Locator, expect
from pypdf import PdfReader

from accounts.models import User
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from observations.domain.children.records import ChildData, create_child
from observations.domain.instruments.catalogue import InstrumentContent
from observations.domain.registering.registrations import save_answer, save_scale
from observations.models import Answer, ChildFile, Group, Registration
from tests import factories
from tests.accounts.factors import give_totp
from tests.browser.stories import AGE_IN_DAYS, GIVEN_FOR
from tests.browser.test_screens import faults
from tests.browser.visitor import Visitor

#: A tablet of ten inches on its side, and a telephone of today.
TABLET_10 = (1180, 820)
PHONE_6 = (390, 844)
#: As the screens list them, by surname: none of these has an infix.
NAMES = ("Noor Bakker", "Yara Dijkstra", "Mo Haddad")
YARA, MO, NOOR = "Yara Dijkstra", "Mo Haddad", "Noor Bakker"

_HALF_POINTS = 8
_CONCERN_OF_MO = "gecijferdheid"
_VALUES = {"1": Answer.Value.NOT_YET, "2": Answer.Value.EMERGING, "3": Answer.Value.SECURE}


@dataclass(frozen=True)
class Week:
    """A group of three children of 38 months in an organisation in which nothing is planned or registered yet."""

    organisation_id: UUID
    administrator: User
    staff: User
    group: Group
    content: InstrumentContent


def make_week() -> Week:
    """Make the organisation; the administrator has an app for codes, as that role must."""
    content = factories.development_instrument()
    organisation_id = factories.organisation()
    born = timezone.localdate() - timedelta(days=AGE_IN_DAYS)
    with tenant_scope(organisation_id):
        staff = factories.user(Role.GROUP_STAFF, password=factories.PASSWORD)
        administrator = factories.user(Role.ADMINISTRATOR, password=factories.PASSWORD)
        group = factories.group(staff=staff)
        for name in NAMES:
            first, last = name.split()
            data = ChildData(ChildFile(first, "", last), born)
            create_child(data=data, group=group, placed_on=born + timedelta(days=365))
    give_totp(administrator)
    return Week(organisation_id, administrator, staff, group, content)


def fill_the_rest(week: Week, name: str, *, done: tuple[str, ...]) -> None:
    """Answer a child's other lines as the screen would, and all scales: on course, but for Mo's reckoning."""
    with tenant_scope(week.organisation_id, actor_id=week.staff.pk):
        opened = _registration_of(week, name)
        for code in week.content.lines.keys() - set(done):
            outcome = "concern" if (name, code) == (MO, _CONCERN_OF_MO) else "on_course"
            _answer_line(week, opened, code, GIVEN_FOR[outcome])
        for scale in week.content.scales:
            save_scale(registration=opened, scale_id=scale.id, half_points=_HALF_POINTS, by=week.staff)


def _answer_line(week: Week, registration: Registration, code: str, given: Mapping[int, str]) -> None:
    today, bands = timezone.localdate(), week.content.lines[code].bands
    for band, keys in given.items():
        # Some bands hold more than the three milestones that are given: the others are as the last of those.
        for item, key in zip(bands[band], chain(keys, repeat(keys[-1])), strict=False):
            save_answer(registration=registration, milestone_id=item.id, value=_VALUES[key], today=today, by=week.staff)


def _registration_of(week: Week, name: str) -> Registration:
    opened = Registration.objects.filter(group=week.group, status=Registration.Status.OPEN).select_related("child")
    return next(registration for registration in opened if str(registration.child.file) == name)


def statuses(week: Week) -> dict[str, str]:
    """Return where the registration of each child stands in the database, by name."""
    with tenant_scope(week.organisation_id):
        rows = Registration.objects.filter(group=week.group).select_related("child")
        return {str(row.child.file): row.status for row in rows}


def look(visitor: Visitor, title: str) -> None:
    """Wait for a page by its heading; it is accessible, no wider than the screen, and its scripts do not complain."""
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(title)
    assert (title, faults(visitor), visitor.overflow(), visitor.watch.complaints) == (title, [], 0, [])


def tap_link(place: Locator, name: str) -> None:
    """Tap on the first link of this name."""
    place.get_by_role("link", name=name).first.tap()


def download(visitor: Visitor, link: str) -> tuple[int, str]:
    """Tap on a link that hands out a PDF; return how many pages it has, and its words with one space between them."""
    with visitor.page.expect_download() as fetched:
        tap_link(visitor.page.get_by_role("main"), link)
    return _read(Path(fetched.value.path()).read_bytes())


def _read(content: bytes) -> tuple[int, str]:
    pages = PdfReader(BytesIO(content)).pages
    return len(pages), " ".join(" ".join(page.extract_text() for page in pages).split())
