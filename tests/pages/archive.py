"""The pages of the archive."""

from tests.pages.model import Page

PAGES: list[Page] = []
