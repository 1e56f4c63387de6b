"""After signing out nothing of a child is left in the browser: a tablet is shared."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignedIn
from tests.browser.stories import Nursery

pytestmark = pytest.mark.browser


@pytest.mark.requirement("ACC-1.1")
def test_back_button_shows_nothing_of_a_child_after_signing_out(signed_in: SignedIn, nursery: Nursery) -> None:
    visitor = signed_in()
    page = visitor.page
    shown = page.goto(f"{visitor.address}/kinderen/{nursery.yara.pk}/")
    assert shown is not None
    assert shown.headers["cache-control"] == "no-store"
    expect(page.get_by_role("heading", level=1)).to_have_text("Yara van Dijk")
    visitor.sign_out()
    page.go_back()
    expect(page.get_by_role("button", name="Inloggen")).to_be_visible()
    expect(page.get_by_text("Yara")).to_have_count(0)
    page.go_forward()
    expect(page.get_by_text("Yara")).to_have_count(0)
