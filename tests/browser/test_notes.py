"""The quick note on a tablet and a telephone: how many taps, what is suggested, and being ready for the next (OBS-2)."""

import json
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.demo.note_bank import read_note_bank
from observations.domain.notes.words import suggest_lines, words_for_browser
from observations.domain.notes.writing import write_note
from observations.models import Note, NoteLine, NoteMilestone
from tests.browser.conftest import Database, SignedIn
from tests.browser.stories import Nursery
from tests.browser.test_screens import faults
from tests.browser.visitor import PHONE, TABLET

pytestmark = pytest.mark.browser

NOTE = "/notities/nieuw/"
TEXT = "Fietst op de driewieler over het plein."
MOST_TAPS = 5

both = pytest.mark.parametrize(("width", "height"), [TABLET, PHONE], ids=["820", "320"])


class Taps:
    """Counts the taps that reach the page."""

    def __init__(self, page: Page) -> None:
        self.count = 0
        page.expose_function("countTap", self._count)
        page.add_init_script("addEventListener('pointerdown', () => countTap(), true)")

    def _count(self) -> None:
        self.count += 1


def kept(nursery: Nursery) -> list[tuple[str, list[str], list[str]]]:
    """Return of each note its text, its lines and what it says of milestones."""
    with tenant_scope(nursery.organisation_id):
        return [
            (
                note.content.text,
                list(NoteLine.objects.filter(note=note).values_list("line__code", flat=True)),
                list(NoteMilestone.objects.filter(note=note).values_list("shows", flat=True)),
            )
            for note in Note.objects.order_by("pk")
        ]


@both
@pytest.mark.requirement("OBS-2.1", "OBS-2.5")
def test_note_with_its_line_takes_at_most_five_taps_from_the_first_page(
    signed_in: SignedIn, nursery: Nursery, database: Database, width: int, height: int
) -> None:
    visitor = signed_in(width, height, has_touch=True)
    page = visitor.page
    taps = Taps(page)
    visitor.open("/")
    begun = time.monotonic()
    page.get_by_role("main").get_by_role("link", name="Notitie schrijven", exact=True).tap()
    expect(page.get_by_label("Wat zag u?")).to_be_focused()
    page.keyboard.type(TEXT)
    page.locator("label", has_text="Yara van Dijk").tap()
    page.get_by_role("button", name="Grote motoriek").tap()
    expect(page.get_by_role("button", name="Grote motoriek")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Bewaar notitie").tap()
    expect(page.get_by_role("heading", name="Notitie bij Yara")).to_be_visible()
    assert taps.count == 4 <= MOST_TAPS
    assert time.monotonic() - begun < 15
    # Ready for the next one, at once.
    expect(page.get_by_label("Wat zag u?")).to_be_focused()
    expect(page.get_by_label("Wat zag u?")).to_have_value("")
    assert (visitor.overflow(), faults(visitor)) == (0, [])
    assert database(lambda: kept(nursery)) == [(TEXT, ["grote-motoriek"], [])]


@pytest.mark.requirement("OBS-2.5")
def test_milestone_is_linked_after_saving(signed_in: SignedIn, nursery: Nursery, database: Database) -> None:
    visitor = signed_in(*PHONE)
    page = visitor.page
    visitor.open(NOTE)
    page.keyboard.type(TEXT)
    page.get_by_role("checkbox", name="Yara van Dijk").check()
    page.get_by_role("button", name="Bewaar notitie").click()
    page.get_by_role("button", name="Grote motoriek").first.click()
    page.get_by_text("Laat dit een mijlpaal zien?").click()
    page.get_by_role("button", name="Soms, of met hulp").first.click()
    expect(page.get_by_text("Hoort bij mijlpaal:")).to_be_visible()
    assert (visitor.overflow(), faults(visitor)) == (0, [])
    assert database(lambda: kept(nursery)) == [(TEXT, ["grote-motoriek"], ["emerging"])]


def test_targets_of_the_quick_note_are_as_large_as_a_finger(signed_in: SignedIn) -> None:
    visitor = signed_in(*PHONE)
    page = visitor.page
    visitor.open(NOTE)
    page.keyboard.type(TEXT)
    expect(page.get_by_role("button", name="Grote motoriek")).to_be_visible()
    for target in page.locator(".note-form .chip, .note-hint, .note-form button[type=submit]").all():
        box = target.bounding_box()
        # What is folded away has no size.
        if box is not None and box["width"]:
            assert min(box["width"], box["height"]) >= 44


@pytest.mark.requirement("OBS-2.5")
def test_browser_suggests_what_the_server_does(signed_in: SignedIn) -> None:
    visitor = signed_in()
    visitor.open(NOTE)
    notes = [
        (scene.text.replace("{naam}", "Yara"), (int(milestone.rsplit("-", 2)[1]) * 6 - 3))
        for milestone, scenes in read_note_bank().scenes.items()
        for scene in scenes
    ]
    given = json.dumps({"words": words_for_browser(), "notes": notes})
    found = visitor.page.evaluate(
        """async (given) => {
            const { words, notes } = JSON.parse(given);
            const { readWords, suggestLines } = await import("/static/js/areas/notes.js");
            const read = readWords(words);
            return notes.map(([text, age]) => suggestLines(read, text, [age]));
        }""",
        given,
    )
    assert found == [list(suggest_lines(text, [age])) for text, age in notes]


@both
@pytest.mark.requirement("OBS-3.2")
def test_two_tabs_that_change_a_note_lose_nothing(
    signed_in: SignedIn, nursery: Nursery, database: Database, width: int, height: int
) -> None:
    def write() -> Note:
        today = timezone.localdate()
        with tenant_scope(nursery.organisation_id, actor_id=nursery.staff.pk):
            return write_note(
                children=[nursery.yara],
                text=TEXT,
                observed_on=today - timedelta(days=1),
                today=today,
                entry_id=uuid7(),
                by=nursery.staff,
            )[0]

    note = database(write)
    visitor = signed_in(width, height)
    other = visitor.new_tab()
    other.page.set_viewport_size({"width": width, "height": height})
    for tab in (visitor, other):
        tab.open(f"/notities/{note.pk}/wijzigen/")
    visitor.page.get_by_label("Wat zag u?").fill("Fietst op de driewieler, ook achteruit.")
    visitor.page.get_by_role("button", name="Bewaar wijziging").click()
    expect(visitor.page.get_by_text("Notitie gewijzigd.")).to_be_visible()
    other.watch.allow("409")
    other.page.get_by_label("Wat zag u?").fill("Fietst samen met Mo.")
    other.page.get_by_role("button", name="Bewaar wijziging").click()
    expect(other.page.get_by_role("heading", level=1)).to_have_text("Deze notitie is intussen gewijzigd")
    assert (other.overflow(), faults(other)) == (0, [])
    merged = other.page.get_by_label("Of maak er één tekst van")
    expect(merged).to_have_value("Fietst op de driewieler, ook achteruit.\n\nFietst samen met Mo.")
    other.page.get_by_role("button", name="Bewaar deze tekst").click()
    expect(other.page.get_by_text("Notitie gewijzigd.")).to_be_visible()
    assert other.watch.complaints == []
    texts = [text.replace("\r", "") for text, _lines, _shows in database(lambda: kept(nursery))]
    assert texts == ["Fietst op de driewieler, ook achteruit.\n\nFietst samen met Mo."]


@pytest.mark.requirement("OBS-4.1", "OBS-4.2")
def test_timeline_is_searched_by_keyboard(signed_in: SignedIn, nursery: Nursery, database: Database) -> None:
    def write() -> None:
        today = timezone.localdate()
        with tenant_scope(nursery.organisation_id, actor_id=nursery.staff.pk):
            for text in (TEXT, "Zingt een liedje."):
                write_note(
                    children=[nursery.yara],
                    text=text,
                    observed_on=today,
                    today=today,
                    entry_id=uuid7(),
                    by=nursery.staff,
                )

    database(write)
    visitor = signed_in(*PHONE)
    page = visitor.page
    visitor.open(f"/kinderen/{nursery.yara.pk}/notities/")
    page.get_by_label("Zoek in de tekst").focus()
    page.keyboard.type("DRIEWIEL")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_role("article")).to_contain_text(TEXT)
    assert "driewiel" not in page.url.lower()
    assert (visitor.overflow(), faults(visitor)) == (0, [])
