"""The pages of group plans."""

from tests.pages.model import Page

PAGES: list[Page] = []
