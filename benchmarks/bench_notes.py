"""How long a page of a timeline takes, and a search in its text, in a group and in a location of two hundred children.

What is searched for is sealed: a search opens every note of the reach (OBS-4). The share that opening takes hardly
depends on the machine.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from benchmarks.database import own_database, settle
from benchmarks.timing import ROUNDS, p95, times

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User

CHILDREN, NOTES, GROUP = 200, 50, 16
TODAY = date(2026, 10, 5)
PAGE_MS, SEARCH_MS = 80, 2500
TEXTS = (
    "Bouwde samen met een ander kind een toren van acht blokken en vertelde wat er in woont.",
    "Fietst op de driewieler over het plein, remt voor de zandbak en rijdt er netjes omheen.",
    "Zingt het hele opruimliedje mee en klapt daarbij in de maat. Daarna nog een keer, hard.",
    "Wil eerst de jas zelf dichtdoen. De rits lukt met een beetje hulp bij het begin.",
)


def main() -> None:
    """Fill, measure and print."""
    with own_database("kijk_bench_notes"):
        organisation_id, user = fill()
        settle()
        measure(organisation_id, user)


def fill() -> tuple[UUID, User]:
    """Make an organisation with two hundred children of fifty notes each, and return it with who wrote them."""
    from accounts.domain.users import create_user
    from accounts.models import PersonName
    from kijk.tenancy.context import tenant_scope
    from kijk.tenancy.ids import uuid7
    from licensing.domain import create_location, create_organisation
    from licensing.modules import Module
    from observations.domain.children.records import ChildData, create_children, create_group
    from observations.models import ChildFile, Note, NoteText

    organisation_id = create_organisation(
        name="Hier", kind="childcare", identifier_kind="lrk", identifier="123456789",
        modules=list(Module), domains=["voorbeeld.nl"],
    )  # fmt: skip
    with tenant_scope(organisation_id):
        user = create_user(email="sanne@voorbeeld.nl", name=PersonName("Sanne", "de", "Wit"), password=None)
        group = create_group(
            location=create_location(name="Hier", place="Utrecht"), name="Alle", kind="toddler", school_year=2026
        )
        files = [ChildData(ChildFile(f"Kind{number}", "", "Jansen"), date(2023, 5, 1)) for number in range(CHILDREN)]
        children = create_children(rows=[(data, group, date(2024, 5, 1)) for data in files])
        notes = []
        for child in children:
            for number in range(NOTES):
                note = Note(child=child, author=user, entry_id=uuid7(), observed_on=TODAY - timedelta(days=7 * number))
                note.content = NoteText(TEXTS[number % len(TEXTS)], "buiten")
                notes.append(note)
        Note.objects.bulk_create(notes, batch_size=2000)
    return organisation_id, user


def measure(organisation_id: UUID, user: User) -> None:
    """Print the 95th percentile of each, each in a scope of its own, as a request has: the keys are loaded anew."""
    from django.utils import timezone

    from kijk.tenancy.context import tenant_scope
    from observations.domain.notes.timeline import Filters, timeline_of
    from observations.models import Child

    with tenant_scope(organisation_id):
        everybody = list(Child.objects.values_list("pk", flat=True))
    for name, ids in (("child", everybody[:1]), ("group", everybody[:GROUP]), ("location", everybody)):
        for search, most in (("", PAGE_MS), ("driewieler", SEARCH_MS)):

            def ask(ids: list[UUID] = ids, search: str = search) -> object:
                with tenant_scope(organisation_id):
                    return timeline_of(ids, filters=Filters(search=search), number=1, user=user, now=timezone.now())

            took = p95(times(ask, ROUNDS))
            verdict = "" if took <= most else f"  (more than {most} ms)"
            words = f"search in {len(ids) * NOTES} notes" if search else f"page of {len(ids) * NOTES} notes"
            print(f"{name}: {words}: {took:.1f} ms{verdict}")


if __name__ == "__main__":
    main()
