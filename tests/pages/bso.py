"""The pages of out-of-school care."""

from tests.pages.model import Page

PAGES: list[Page] = []
