"""The pages of signals."""

from tests.pages.model import Page

PAGES: list[Page] = []
