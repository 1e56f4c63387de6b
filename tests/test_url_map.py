"""The URL map is the table of tests/pages, and each view says who may open it (SEC-4, AUD-1).

Who gets what at each of these addresses: tests/security/test_matrix.py.
"""

import pytest

from kijk.web.page import page_rule_of
from tests.pages import PAGES, url_names


@pytest.mark.requirement("AUD-1.1")
def test_url_map_is_the_table_of_pages() -> None:
    assert sorted(url_names()) == sorted(page.name for page in PAGES)


def test_every_view_declares_its_rule() -> None:
    undeclared = [name for name, view in url_names().items() if page_rule_of(view) is None]
    assert undeclared == []
