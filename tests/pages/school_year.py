"""The pages of the move to a new school year."""

from tests.pages.model import Page

PAGES: list[Page] = []
