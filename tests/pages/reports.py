"""The pages of reports."""

from tests.pages.model import Page

PAGES: list[Page] = []
