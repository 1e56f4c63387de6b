"""Reading XML from outside: what it may not hold is refused at its first byte, and nothing is built up in memory.

Expat of the standard library, event by event. A document type is refused as such, so there are no entities to expand,
no files to fetch and no billion laughs; depth, numbers and lengths have their limits. Text becomes a Python string for
the elements only that their reader asks for: what must not be read (STANDARDS §1.1, point 7) never comes that far.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol
from xml.parsers import expat

from django.utils.translation import gettext as _

from observations.domain.imports.content import ImportRefused

MOST_DEPTH: Final = 24
MOST_ELEMENTS: Final = 5_000_000
MOST_ATTRIBUTES: Final = 40
LONGEST_TEXT: Final = 32_768
_CHUNK: Final = 65_536
_INCOMPLETE: Final = {
    expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
    expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
}


class XmlReader(Protocol):
    """What is told of the elements of a document. Names are local ones, without namespace."""

    def start(self, name: str, attributes: Mapping[str, str], line: int) -> bool:
        """Begin an element; return whether its text is wanted."""
        ...

    def end(self, name: str, text: str) -> None:
        """End an element; ``text`` is "" where it was not wanted."""
        ...


def chunks_of(content: bytes) -> Iterable[bytes]:
    """Yield bytes piece by piece, so that a limit stops the reading and not only the result."""
    view = memoryview(content)
    for begin in range(0, len(view), _CHUNK):
        yield bytes(view[begin : begin + _CHUNK])


def read_xml(chunks: Iterable[bytes], reader: XmlReader) -> None:
    """Read a document; raises ImportRefused for what is not well formed, incomplete, or beyond the limits."""
    guard = _Guard(reader)
    try:
        for chunk in chunks:
            guard.parser.Parse(chunk, False)
        guard.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise _not_well_formed(error) from None
    except (LookupError, UnicodeError, ValueError):
        # An encoding that nobody knows, or bytes that are none of it. Without its cause, which may show the bytes.
        raise ImportRefused(_("Het bestand is geschreven in tekens die we niet kennen. Maak het opnieuw.")) from None


class _Guard:
    """Stands between expat and a reader."""

    def __init__(self, reader: XmlReader) -> None:
        self.reader = reader
        self.depth = self.count = 0
        self.length = 0
        self.pieces: list[str] | None = None
        self.parser: Any = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.EntityDeclHandler = self._refuse_doctype
        self.parser.ExternalEntityRefHandler = self._refuse_doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _refuse_doctype(self, *_about: Any) -> Any:
        raise ImportRefused(
            _("In dit bestand staat een documenttype (DOCTYPE). Zulke bestanden lezen we uit voorzorg niet.")
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > MOST_DEPTH or self.count > MOST_ELEMENTS or len(attributes) > MOST_ATTRIBUTES:
            raise ImportRefused(_("Dit bestand zit anders in elkaar dan we kennen. Maak het opnieuw."))
        local = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        wanted = self.reader.start(name.rpartition(" ")[2], local, self.parser.CurrentLineNumber)
        self.pieces, self.length = ([], 0) if wanted else (None, 0)
        # Without a handler, text is passed over and never becomes a string.
        self.parser.CharacterDataHandler = self._text if wanted else None

    def _text(self, piece: str) -> None:
        self.length += len(piece)
        if self.length > LONGEST_TEXT:
            raise ImportRefused(_("In dit bestand staat een tekst die veel te lang is. Maak het opnieuw."))
        if self.pieces is not None:
            self.pieces.append(piece)

    def _end(self, name: str) -> None:
        self.depth -= 1
        text = "".join(self.pieces or ()).strip()
        self.pieces, self.parser.CharacterDataHandler = None, None
        self.reader.end(name.rpartition(" ")[2], text)


def _not_well_formed(error: expat.ExpatError) -> ImportRefused:
    if error.code in _INCOMPLETE:
        return ImportRefused(_("Het bestand is niet compleet: het houdt halverwege op. Haal het opnieuw op."))
    return ImportRefused(
        _("Het bestand is beschadigd bij regel %(line)d. Haal het opnieuw op en probeer het nog eens.")
        % {"line": error.lineno}
    )
