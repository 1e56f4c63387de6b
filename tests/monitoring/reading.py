"""Reading the tables of a page the way a reader does: by caption, row by row."""

import re
from html.parser import HTMLParser

from django.http import HttpResponse


class _Tables(HTMLParser):
    """Collects the text of each cell, and of each caption."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] = []
        self._caption = ""
        self._into = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._rows, self._caption = [], ""
        elif tag == "tr":
            self._rows.append([])
        elif tag in {"th", "td"}:
            self._rows[-1].append("")
        if tag in {"th", "td", "caption"}:
            self._into = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._into:
            self._into = ""
        if tag == "table":
            self.tables[self._caption.strip()] = self._rows

    def handle_data(self, data: str) -> None:
        if self._into == "caption":
            self._caption += data
        elif self._into:
            self._rows[-1][-1] += data


def tables_of(response: HttpResponse) -> dict[str, list[list[str]]]:
    """Return the tables of a page by caption, headings first."""
    parser = _Tables()
    parser.feed(response.content.decode())
    return parser.tables


def words_of(response: HttpResponse) -> str:
    """Return the contents of a page (what stands in its main element) as one line of HTML with single spaces."""
    page = response.content.decode()
    return re.sub(r"[ \n]+", " ", page[page.index("<main") : page.index("</main>")])
