"""The forms in a page's own HTML: what a browser would send, which is where bad input begins."""

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from django.utils import timezone

from tests.factories import PASSWORD

_KINDS = {"email", "date", "number", "password", "hidden", "file"}
_OF_MORE = {"box": "choice"}
# What somebody fills in who fills in everything.
_FILLED_IN = {
    "text": "Proef",
    "textarea": "Dit is een proef.",
    "email": "iemand@voorbeeld.nl",
    "number": "12",
    "password": PASSWORD,
}
_OF_ROWS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+")


@dataclass(frozen=True)
class Field:
    """One field: its name, its kind (an input's type, or "textarea", "choice", "box", "button"), and what it sends."""

    name: str
    kind: str
    value: str

    @property
    def pattern(self) -> str:
        """The name without the row or the number in it: fields that differ in that only are one to a fuzzer."""
        return _OF_ROWS.sub("*", self.name)


@dataclass
class Form:
    """A form: where it goes, and its fields."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    @property
    def patterns(self) -> frozenset[str]:
        """What it asks, apart from the rows it asks it about."""
        return frozenset(each.pattern for each in self.fields)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select = ""
        self._options: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        elif tag == "option" and self._select:
            self._options.append(given.get("value", ""))
        elif self._open is not None and given.get("name", "csrfmiddlewaretoken") != "csrfmiddlewaretoken":
            self._add(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select" and self._select and self._open is not None:
            chosen = next(filter(None, self._options), "")
            self._open.fields.append(Field(self._select, "choice", chosen))
            self._select = ""

    def _add(self, tag: str, given: dict[str, str]) -> None:
        assert self._open is not None
        if tag == "select":
            self._select, self._options = given["name"], []
            return
        if tag not in {"input", "textarea", "button"}:
            return
        known = next((each for each in self._open.fields if each.name == given["name"]), None)
        if known is not None:
            # Several boxes of one name are a choice; one that stands alone is ticked or not, whatever it says.
            self._open.fields[self._open.fields.index(known)] = replace(
                known, kind=_OF_MORE.get(known.kind, known.kind)
            )
            return
        kind = _kind_of(tag, given)
        value = (
            given.get("value", "") or _FILLED_IN.get(kind, "") or (str(timezone.localdate()) if kind == "date" else "")
        )
        self._open.fields.append(Field(given["name"], kind, value or ("on" if kind in {"box", "choice"} else "")))


def _kind_of(tag: str, given: dict[str, str]) -> str:
    if tag != "input":
        return tag
    kind = given.get("type", "text")
    return {"checkbox": "box", "radio": "choice"}.get(kind, kind if kind in _KINDS else "text")


def forms_in(html: str) -> list[Form]:
    """Return the forms of a page, with the fields a browser would send, each with a value that it may have."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms
