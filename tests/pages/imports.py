"""The pages of imports and exports."""

from tests.pages.model import Page

PAGES: list[Page] = []
