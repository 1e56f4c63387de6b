"""The pages of notes, beside those in tests/pages/observations.py."""

from tests.pages.model import Page

PAGES: list[Page] = []
