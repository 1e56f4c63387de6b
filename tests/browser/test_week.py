"""A whole week of a group, on a tablet of ten inches and on a telephone: from planning the period to the group plan."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from observations.models import Registration
from tests.browser.conftest import Database, Visit
from tests.browser.registering import expect_saved, milestone, open_part
from tests.browser.test_notes import MOST_TAPS, Taps
from tests.browser.visitor import Visitor
from tests.browser.weeks import (
    MO,
    NAMES,
    NOOR,
    PHONE_6,
    TABLET_10,
    YARA,
    Week,
    download,
    fill_the_rest,
    look,
    make_week,
    statuses,
    tap_link,
)

pytestmark = pytest.mark.browser

PERIOD = "Week van nu"
NOTE = "Fietsten om de beurt op de driewieler over het plein."
GOAL = "Tekent een mens met hoofd, romp en benen, en vertelt wie het is."
FOR_PARENTS = "Yara tekent elke dag en vertelt er verhalen bij."
LIKES = "Fietsen op de driewieler en tekenen met dikke krijtjes."
CLOSED, OPEN = Registration.Status.CLOSED, Registration.Status.OPEN
# By child, the answers to the nine milestones from 2;6 to 4;0: at 38 months Yara is on course, Mo ahead.
GRID = {NOOR: "333333333", YARA: "333222111", MO: "333333333"}
# Whether the square that has the focus is what a finger in the middle of it would touch.
UNCOVERED = """() => {
  const { left, right, top, bottom } = document.activeElement.getBoundingClientRect();
  return document.activeElement.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
}"""
LABELS = {"1": "Nog niet", "2": "In ontwikkeling", "3": "Beheerst"}
# A download is an answer that the page itself never gets.
DOWNLOAD = r"^failed: GET .*(/pdf/|\.pdf) net::ERR_ABORTED$"

both = pytest.mark.parametrize(
    ("size", "with_keys"), [(TABLET_10, True), (PHONE_6, False)], ids=["10-inch tablet", "phone"]
)


@both
@pytest.mark.requirement("UX-2.2", "REG-4.1")
def test_whole_week_of_a_group(visit: Visit, database: Database, size: tuple[int, int], *, with_keys: bool) -> None:
    week = database(make_week)
    plan_period(visit(*size, has_touch=True), week)
    visitor = visit(*size, has_touch=True)
    visitor.watch.allow(DOWNLOAD)
    taps = Taps(visitor.page)
    visitor.sign_in(week.staff)
    write_note(visitor, taps)
    begin_group(visitor, week)
    fill_line_of_group(visitor, week, with_keys=with_keys)
    fill_line_of_child(visitor, week)
    # The other lines are more of the same: what the taps on them would do, without a thousand of them.
    database(lambda: fill_the_rest(week, YARA, done=("tekenen", "spel")))
    database(lambda: fill_the_rest(week, MO, done=("tekenen",)))
    close_who_is_complete(visitor, week)
    assert database(lambda: statuses(week)) == {NOOR: OPEN, YARA: CLOSED, MO: CLOSED}
    see_outcomes(visitor, week)
    see_signals(visitor)
    report_to_parents(visitor, week)
    make_plan(visitor, week)


def open_tab(visitor: Visitor, week: Week, tab: str) -> None:
    """Go to a part of the work with the group, by the list of groups."""
    page = visitor.page
    visitor.open("/groepen/")
    tap_link(page.get_by_role("main"), week.group.name)
    tabs = page.get_by_role("navigation", name=week.group.name)
    expect(tabs).to_be_visible()
    if tab != "Overzicht":
        tap_link(tabs, tab)


def plan_period(visitor: Visitor, week: Week) -> None:
    page, today = visitor.page, timezone.localdate()
    visitor.sign_in(week.administrator, "/beheer/")
    look(visitor, "Beheer")
    tap_link(page.get_by_role("main"), "Registraties plannen")
    look(visitor, "Registraties plannen")
    tap_link(page.get_by_role("main"), "Zelf een periode maken")
    page.get_by_label("Naam").fill(PERIOD)
    page.get_by_label("Eerste dag").fill((today - timedelta(days=2)).isoformat())
    page.get_by_label("Laatste dag").fill((today + timedelta(days=5)).isoformat())
    look(visitor, "Nieuwe periode")
    page.get_by_role("button", name="Plan deze periode").tap()
    expect(page.get_by_text("De periode is gepland.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=PERIOD)).to_contain_text("loopt nu")
    look(visitor, "Registraties plannen")


def write_note(visitor: Visitor, taps: Taps) -> None:
    """Write one note about two children from the first page, with the line that its words suggest."""
    page = visitor.page
    look(visitor, "Dag Sanne")
    due = page.get_by_role("region", name=f"Registreren: {PERIOD}")
    expect(due.get_by_role("button", name="Registreren")).to_have_count(len(NAMES))
    visitor.open("/")
    before = taps.count
    tap_link(page.get_by_role("main"), "Notitie schrijven")
    expect(page.get_by_label("Wat zag u?")).to_be_focused()
    page.keyboard.type(NOTE)
    for name in (YARA, MO):
        page.locator("label", has_text=name).tap()
    suggested = page.get_by_role("group", name="Hoort dit bij").get_by_role("button", name="Grote motoriek")
    suggested.tap()
    expect(suggested).to_have_attribute("aria-pressed", "true")
    look(visitor, "Notitie schrijven")
    page.get_by_role("button", name="Bewaar notitie").tap()
    expect(page.get_by_role("heading", name="Notitie bij Yara, Mo")).to_be_visible()
    assert taps.count - before <= MOST_TAPS
    look(visitor, "Notitie schrijven")


def begin_group(visitor: Visitor, week: Week) -> None:
    page = visitor.page
    open_tab(visitor, week, "Registreren")
    look(visitor, f"Registreren {week.group.name}")
    expect(page.get_by_text("Van 3 kinderen is de registratie nog niet begonnen.")).to_be_visible()
    page.get_by_role("button", name="Begin voor de hele groep").tap()
    expect(page.get_by_text("nog niet begonnen")).to_have_count(0)


def fill_line_of_group(visitor: Visitor, week: Week, *, with_keys: bool) -> None:
    """Answer the line tekenen for all children: the grid goes on to the next child, then to the next milestone."""
    page = visitor.page
    tap_link(page.get_by_role("main"), "Tekenen")
    expect(page.get_by_role("grid")).to_be_visible()
    keys = [row[column] for column in range(len(GRID[NOOR])) for row in GRID.values()]
    page.locator("[data-cell]").first.tap()
    for number, key in enumerate(keys):
        if with_keys and number >= len(NAMES):
            page.keyboard.press(key)
        else:
            page.locator("[data-answer-bar]").get_by_role("button", name=LABELS[key]).tap()
    expect(page.locator("[data-answer-bar] [data-status]")).to_have_text("Opgeslagen")
    # The buttons lie over the page, and never over the square they are for.
    assert page.evaluate(UNCOVERED)
    look(visitor, "Tekenen")
    page.reload()
    for name, row in GRID.items():
        expect(page.locator(f'tr[data-child="{name}"] [data-cell]')).to_have_text([LABELS[key] for key in row])
    expect(page.get_by_role("progressbar", name="Kinderen klaar")).to_have_text("3 van 3")


def fill_line_of_child(visitor: Visitor, week: Week) -> None:
    """Answer a line of Yara's own registration by finger, and go on to the next one."""
    page = visitor.page
    open_tab(visitor, week, "Registreren")
    tap_link(page.get_by_role("region", name="Per kind"), YARA)
    look(visitor, YARA)
    open_part(visitor, "Spel")
    for band, keys in {6: "333", 7: "222", 8: "111"}.items():
        for number, key in enumerate(keys):
            item = milestone(page, band, number)
            item.get_by_role("radio", name=LABELS[key]).tap()
            expect_saved(item)
    look(visitor, "Spel")
    page.get_by_role("button", name="Grote motoriek").tap()
    # What was written this week lies beside the questions it is about.
    expect(page.get_by_role("heading", level=1)).to_have_text("Grote motoriek")
    fold = page.get_by_text("1 notitie bij deze lijn").filter(visible=True)
    if fold.count():
        fold.tap()
    expect(page.get_by_text(NOTE).filter(visible=True)).to_have_count(1)
    look(visitor, "Grote motoriek")


def close_who_is_complete(visitor: Visitor, week: Week) -> None:
    page = visitor.page
    open_tab(visitor, week, "Registreren")
    tap_link(page.get_by_role("main"), "Meerdere kinderen tegelijk afsluiten")
    look(visitor, "Registraties afsluiten")
    expect(page.get_by_role("checkbox")).to_have_count(2)
    for name in (YARA, MO):
        expect(page.get_by_role("checkbox", name=name)).to_be_checked()
    expect(page.get_by_role("region", name=NOOR)).to_contain_text("16 lijnen zijn nog niet helemaal ingevuld")
    page.get_by_role("button", name="Sluit de aangevinkte registraties af").tap()
    expect(page.get_by_role("progressbar", name="Kinderen klaar")).to_have_text("2 van 3")
    look(visitor, f"Registreren {week.group.name}")


def outcome(page: Page, name: str, line: str) -> str:
    """Return what a cell of the group's overview says in words."""
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=name))
    return row.locator(f'td[data-label="{line}"] .outcome-cell__words').inner_text()


def open_overview(visitor: Visitor, week: Week) -> None:
    """Go to the group's overview; on a telephone the lines of each child are folded until asked for."""
    open_tab(visitor, week, "Overzicht")
    unfold = visitor.page.get_by_role("link", name="Klap alles open")
    if unfold.count():
        unfold.tap()
        expect(visitor.page.get_by_role("link", name="Klap alles dicht")).to_be_visible()


def see_outcomes(visitor: Visitor, week: Week) -> None:
    page = visitor.page
    open_overview(visitor, week)
    look(visitor, week.group.name)
    found = [outcome(page, name, "Tekenen").partition(",")[0] for name in (NOOR, YARA, MO)]
    assert found == ["Niet geregistreerd", "Op koers", "Voor op leeftijd"]
    assert outcome(page, MO, "Gecijferdheid").startswith("Zorg")


def see_signals(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("/")
    tap_link(page.get_by_role("main"), "Naar de signalen")
    look(visitor, "Signalen")
    expect(page.get_by_role("region", name=MO)).to_contain_text("Gecijferdheid")
    expect(page.get_by_role("region", name=YARA)).to_have_count(0)


def report_to_parents(visitor: Visitor, week: Week) -> None:
    """Write Yara's report with this week's note in it, and take it along on paper."""
    page = visitor.page
    open_overview(visitor, week)
    tap_link(page.get_by_role("main"), YARA)
    look(visitor, YARA)
    tap_link(page.get_by_role("region", name="Verslagen"), "Verslag voor ouders")
    page.get_by_label("Wat vindt dit kind leuk?").fill(LIKES)
    page.get_by_label("In het kort, voor de ouders").fill(FOR_PARENTS)
    page.get_by_role("checkbox", name="Neem op in het verslag").check()
    look(visitor, "Verslag voor ouders voorbereiden")
    page.get_by_role("button", name="Bewaar en bekijk het verslag").tap()
    look(visitor, "Zo gaat het met Yara")
    expect(page.get_by_role("article")).to_contain_text(FOR_PARENTS)
    pages, text = download(visitor, "Verslag ophalen (PDF, 2 bladzijden)")
    assert pages == 2
    for words in ("Yara", PERIOD, LIKES, FOR_PARENTS, NOTE):
        assert words in text
    assert not re.search(r"\b(Mo|Haddad|Noor|Bakker)\b", text)


def make_plan(visitor: Visitor, week: Week) -> None:
    page = visitor.page
    open_tab(visitor, week, "Groepsplan")
    look(visitor, f"Groepsplannen {week.group.name}")
    tap_link(page.get_by_role("main"), "Nieuw plan")
    page.get_by_role("checkbox", name="Tekenen").check()
    look(visitor, "Nieuw groepsplan")
    page.get_by_role("button", name="Maak het plan").tap()
    look(visitor, f"Groepsplan {week.group.name}")
    expect(page.get_by_role("article", name="Basisaanbod").get_by_role("listitem")).to_have_text(["Yara"])
    expect(page.get_by_role("article", name="Uitdaging").get_by_role("listitem")).to_have_text(["Mo"])
    # Nobody falls between the clusters: who was not registered is named too.
    expect(page.get_by_text("Onvoldoende gezien: Noor.")).to_be_visible()
    tap_link(page.get_by_role("article", name="Basisaanbod"), "Schrijf")
    page.get_by_label("Doel").fill(GOAL)
    look(visitor, "Tekenen: Basisaanbod")
    page.get_by_role("button", name="Bewaar").tap()
    expect(page.get_by_role("article", name="Basisaanbod")).to_contain_text(GOAL)
    page.get_by_role("button", name="Begin met dit plan").tap()
    expect(page.get_by_text("Het plan loopt.")).to_be_visible()
    look(visitor, f"Groepsplan {week.group.name}")
    pages, text = download(visitor, "Groepsplan als PDF")
    assert pages <= 2
    for words in ("Noor", "Yara", "Mo", "Tekenen", GOAL):
        assert words in text
