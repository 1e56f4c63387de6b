"""Quality staff look at a cross-section, and take it along as a PDF (MON-1)."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from accounts.models import User
from tests.browser.conftest import Database, Visit
from tests.browser.stories import make_measured
from tests.browser.visitor import DESKTOP, PHONE

pytestmark = pytest.mark.browser


@pytest.fixture
def quality(database: Database) -> User:
    return database(make_measured)


def figures_of(page: Page) -> list[list[str]]:
    """Return the rows of the table of figures, which has to be unfolded."""
    rows = page.get_by_role("row").filter(has=page.get_by_role("rowheader")).all()
    return [[cell.strip() for cell in row.locator("th, td").all_inner_texts()] for row in rows]


def text_of(pdf: Path) -> str:
    """Return the words of a PDF with single blanks between them."""
    pages = PdfReader(BytesIO(pdf.read_bytes())).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


@pytest.mark.parametrize(("width", "height"), [DESKTOP, PHONE], ids=["1280", "320"])
@pytest.mark.requirement("MON-1.1", "MON-3.4")
def test_quality_staff_sees_the_cross_section_and_the_pdf_has_the_same_figures(
    visit: Visit, quality: User, width: int, height: int
) -> None:
    visitor = visit(width, height)
    page = visitor.page
    visitor.sign_in(quality)
    page.get_by_role("link", name="Naar de dwarsdoorsnede").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dwarsdoorsnede")
    page.get_by_text("Cijfers in een tabel").click()
    figures = figures_of(page)
    assert len(figures) == 17
    assert ["Tekenen", *["6 (25%)"] * 4, "0", "0", "24 van 24"] in figures
    # A browser calls it breaking off when an address turns out to be a file to keep.
    visitor.watch.allow(r"^failed: GET \S+/dwarsdoorsnede\.pdf\S* net::ERR_ABORTED$")
    with page.expect_download() as download:
        page.get_by_role("link", name="Maak een PDF").click()
    printed = text_of(download.value.path())
    assert [row for row in figures if " ".join(row) not in printed] == []
