"""The pages of background jobs."""

from tests.pages.model import Page

PAGES: list[Page] = []
