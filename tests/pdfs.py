"""What the tests read of a PDF."""

from typing import Any

import pypdf


def text_of(reader: pypdf.PdfReader) -> str:
    """Return all words of a PDF, a space between them."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def check_readable(reader: pypdf.PdfReader, title: str) -> None:
    """Hold a PDF against what makes it readable by everybody: tagged, titled, in Dutch, with an outline (PDF/UA)."""
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("nl", True)
    assert reader.metadata is not None
    assert reader.metadata.title == title
    assert reader.xmp_metadata is not None
    assert b"pdfuaid:part" in reader.xmp_metadata.stream.get_data()
    assert reader.outline
