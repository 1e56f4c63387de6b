"""Makes PDFs that a screen reader can read (PDF/UA), without ever reaching for the network or for other files.

A page that would come out wrong (a picture without words, a character without a glyph, a rule the engine does not
know) is no PDF but a PdfError: what leaves the house for a municipality or a parent is right or is not made.
"""

import hashlib
import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

SCHEME: Final = "static:"
"""References in templates and style sheets of a PDF: `static:css/pdf.css` is the file static/css/pdf.css."""

LARGEST_DATA_URI: Final = 64 * 1024

_MEDIA_TYPES: Final = {
    ".css": "text/css",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}

# WeasyPrint itself reports an <img> without words, but passes over an <svg> without them.
_SVG_WITHOUT_WORDS: Final = re.compile(r"<svg\b[^>]*>(?!\s*<title>\s*[^<\s])", re.IGNORECASE)

# fontTools writes the time of day into each embedded font unless this says otherwise; with a fixed moment the same
# page gives the same bytes. (It is read at each rendering, hence set for the process.)
os.environ.setdefault("SOURCE_DATE_EPOCH", "0")

_LOGGER: Final = logging.getLogger("weasyprint")
_problems: ContextVar[list[str] | None] = ContextVar("pdf_problems", default=None)


class PdfError(Exception):
    """The PDF could not be made, or not well. `problems` says why, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        """Keep the problems; the first ones make the message."""
        super().__init__("; ".join(problems[:5]))
        self.problems = problems


@dataclass(frozen=True, repr=False)
class Pdf:
    """A PDF and how many pages it has."""

    content: bytes
    pages: int


class StaticFetcher(URLFetcher):  # type: ignore[misc] # WeasyPrint publishes no types
    """Gives WeasyPrint files of the project's static folder and small data: addresses, and refuses all else."""

    def __init__(self, folder: Path) -> None:
        """Serve files below `folder`. A refusal stops the rendering instead of leaving a gap in the page."""
        super().__init__(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
        self.folder = folder.resolve()

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return what the address holds. Raises ValueError when it is not one that a PDF may use."""
        if url.startswith(SCHEME):
            path = self._file(url.removeprefix(SCHEME))
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": _MEDIA_TYPES[path.suffix]})
        if url.startswith("data:") and len(url) <= LARGEST_DATA_URI:
            return super().fetch(url, headers)
        raise ValueError(f"a PDF may not use this address: {url[:80]}")

    def _file(self, name: str) -> Path:
        path = (self.folder / name).resolve()
        if ".." in name or "%" in name or not path.is_relative_to(self.folder):
            raise ValueError(f"a PDF may not leave the static folder: {name[:80]}")
        if path.suffix not in _MEDIA_TYPES or not path.is_file():
            raise ValueError(f"no such static file for a PDF: {name[:80]}")
        return path


def render_pdf(template: str, context: Mapping[str, Any], *, title: str, language: str = "nl") -> bytes:
    """Return a tagged PDF (PDF/UA-1) of a template that extends pdf/base.html.

    `title` is the document's title (shown by readers instead of a file name) and, with `language`, part of the
    template's context. The same page gives the same bytes, so an issued PDF can be compared by its hash.
    Raises PdfError when the engine complains of anything, when a picture has no words, or when an address other
    than static: and small data: ones is used.
    """
    return render_counted(template, context, title=title, language=language).content


def render_counted(template: str, context: Mapping[str, Any], *, title: str, language: str = "nl") -> Pdf:
    """Return what ``render_pdf`` does with the number of its pages, for what must fit a number of them."""
    if not title.strip():
        raise PdfError(["a PDF needs a title"])
    with translation.override(language):
        page = render_to_string(template, {**context, "title": title, "language": language})
    without_words = len(_SVG_WITHOUT_WORDS.findall(page))
    if without_words:
        raise PdfError([f"{without_words} drawing(s) without <title> as their first child"])
    return _write(page)


def _write(page: str) -> Pdf:
    folder = Path(settings.STATICFILES_DIRS[0])
    identifier = hashlib.sha256(page.encode()).digest()[:16]
    pages = 0

    def count(document: Any, _pdf: Any) -> None:
        nonlocal pages
        pages = len(document.pages)

    with _collected_problems() as problems:
        try:
            document = HTML(string=page, base_url=SCHEME, url_fetcher=StaticFetcher(folder))
            pdf = document.write_pdf(finisher=count, pdf_variant="pdf/ua-1", pdf_identifier=identifier.hex().encode())
        except FatalURLFetchingError as error:
            raise PdfError([str(error.__cause__ or error), *problems]) from error
    if problems:
        raise PdfError(problems)
    return Pdf(bytes(pdf), pages)


class _Collector(logging.Handler):
    """Hands what WeasyPrint logs to the rendering that is going on in this context (renderings may run at once)."""

    def emit(self, record: logging.LogRecord) -> None:
        problems = _problems.get()
        if problems is not None:
            problems.append(record.getMessage())


_COLLECTOR: Final = _Collector(logging.WARNING)


@contextmanager
def _collected_problems() -> Iterator[list[str]]:
    """Collect warnings and errors of the engine while the block runs, whatever the logging set-up is."""
    if _COLLECTOR not in _LOGGER.handlers:
        _LOGGER.addHandler(_COLLECTOR)
    if not _LOGGER.isEnabledFor(logging.WARNING):
        _LOGGER.setLevel(logging.WARNING)
    problems: list[str] = []
    token = _problems.set(problems)
    try:
        yield problems
    finally:
        _problems.reset(token)
