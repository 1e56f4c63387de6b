"""The pages of planning registration periods."""

from tests.pages.model import Page

PAGES: list[Page] = []
