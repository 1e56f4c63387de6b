"""The pages of group overviews and what is to be done."""

from tests.pages.model import Page

PAGES: list[Page] = []
