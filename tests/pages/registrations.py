"""The pages of registrations, beside those in tests/pages/observations.py."""

from tests.pages.model import Page

PAGES: list[Page] = []
