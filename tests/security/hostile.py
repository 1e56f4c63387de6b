"""What is sent to a form that should not be: values, and whole requests (SEC-4.1)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus
from uuid import UUID

from tests.security.page_forms import Field, Form

TOKEN = "k" * 32
_TOKEN_FIELD = ("csrfmiddlewaretoken", TOKEN.encode())
URL_ENCODED = "application/x-www-form-urlencoded"
MARKUP = b"<script>alert(1)</script>"

Pairs = list[tuple[str, bytes]]

VALUES: Mapping[str, bytes] = {
    "empty": b"",
    "blanks": b"  \t ",
    "NUL": b"Jan\x00taak",
    "half a character": b"Jan\xed\xa0\x80",
    "no UTF-8": b"\xff\xfe\xc3",
    "right to left": "Jan\u202etaak".encode(),
    "zero width": "Jan\u200b\u2060\ufefftaak".encode(),
    "very long": b"a" * 60_000,
    "another type": b"geen getal",
    "negative": b"-1",
    "too large": b"99999999999999999999",
    "5,000 digits": b"9" * 5_000,
    "infinite": b"1e999",
    "not a number": b"NaN",
    "no such day": b"31-02-2026",
    "day out of range": b"2026-02-31",
    "far year": b"99999-01-01",
    "year nought": b"0000-00-00",
    "no such row": b"0192f3a0-0000-7000-8000-00000000dead",
    "malformed id": b"0192f3a0-zz",
    "JSON": b'{"$ne": null}',
    "markup": MARKUP,
    "quote": b"' OR '1'='1' --",
    "line break": b"a\r\nX-Kijk: 1",
    "another site": b"//kwaad.example/",
    "path": b"../../../etc/passwd",
}
_WORDS = ("empty", "NUL", "half a character", "very long", "right to left", "line break")
_ROWS = ("NUL", "very long", "no such row", "another organisation's row", "another type")
# What is tried in one field alone, the others being filled in well. The rest is tried in all fields at once.
BY_KIND: Mapping[str, tuple[str, ...]] = {
    "text": _WORDS,
    "textarea": _WORDS,
    "email": (*_WORDS, "another type"),
    "password": ("empty", "NUL", "half a character", "very long"),
    "date": ("empty", "NUL", "no such day", "far year", "year nought"),
    "number": ("empty", "NUL", "another type", "negative", "too large", "5,000 digits", "not a number"),
    "choice": _ROWS,
    "box": ("NUL", "another type"),
    "hidden": (*_ROWS, "5,000 digits", "another site", "JSON"),
    "button": ("empty", "another type"),
    "file": (),
}


@dataclass(frozen=True)
class Attack:
    """One request: its body and headers, which values it carries, and in which fields."""

    name: str
    body: bytes
    content_type: str = URL_ENCODED
    headers: Mapping[str, str] = field(default_factory=dict)
    value: str = ""
    into: tuple[Field, ...] = ()
    # Of those that ask for a page: another address, and what stands behind it.
    method: str = "POST"
    path: str = ""
    query: str = ""


def encode(pairs: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a body as a form sends it, with the token of our own pages; values are bytes, for some are no text."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in [_TOKEN_FIELD, *pairs]).encode()


def filled_in(form: Form) -> Pairs:
    """Return what somebody sends who fills in everything well."""
    return [(each.name, each.value.encode()) for each in form.fields if each.kind not in {"button", "file"}]


def attacks_on(form: Form, theirs: UUID) -> Iterator[Attack]:
    """Yield every request to try on a form; ``theirs`` is a row of another organisation."""
    values = {**VALUES, "another organisation's row": str(theirs).encode()}
    yield from _everywhere(form, values)
    yield from _one_by_one(form, values)
    yield from whole_requests(form)


def _everywhere(form: Form, values: Mapping[str, bytes]) -> Iterator[Attack]:
    if not form.fields:
        return
    # What is tried in the fields that it is about need not be tried in the others too.
    alone = set() if len(form.fields) == 1 else {value for each in form.fields for value in BY_KIND[each.kind]}
    for name, value in values.items():
        if name in alone:
            continue
        pairs = [(each.name, value) for each in form.fields]
        yield Attack(f"{name} everywhere", encode(pairs), value=name, into=tuple(form.fields))


def _one_by_one(form: Form, values: Mapping[str, bytes]) -> Iterator[Attack]:
    if len(form.fields) == 1:
        # That has been everything already.
        return
    seen: set[str] = set()
    for each in form.fields:
        if each.pattern in seen:
            continue
        seen.add(each.pattern)
        for name in BY_KIND[each.kind]:
            pairs = [
                *((other, value) for other, value in filled_in(form) if other != each.name),
                (each.name, values[name]),
            ]
            yield Attack(f"{name} in {each.pattern}", encode(pairs), value=name, into=(each,))


def whole_requests(form: Form) -> Iterator[Attack]:
    """Yield requests that are wrong as a whole, whatever is asked; fewer where nothing is."""
    pairs, names = filled_in(form), [each.name for each in form.fields] or ["veld"]
    yield Attack("nothing at all", encode([]))
    yield Attack("JSON", b'{"a": [1, {"b": null}]}', "application/json")
    yield Attack("a file for each field", _files(names), _MULTIPART)
    if not form.fields:
        return
    variants = [(f"{name}{suffix}", b"1") for name in names for suffix in ("[]", "[0]", "[a]", "__gt", ".b")]
    yield Attack("everything twice", encode([*pairs, *pairs, *((name, b"2") for name in names)]))
    yield Attack("lists and keys", encode(variants))


def broken_requests(form: Form) -> Iterator[Attack]:
    """Yield requests that are no form at all, or too much of one: what they meet is the same before every page."""
    pairs, names = filled_in(form), [each.name for each in form.fields]
    huge, many = [(names[0], b"a" * 1_000_001)], [(f"veld-{number}", b"1") for number in range(600)]
    yield Attack("a megabyte", encode([*pairs, *huge]), value="a megabyte")
    yield Attack("600 fields", encode([*pairs, *many]), value="600 fields")
    yield Attack("names that are none", encode([*pairs, *((name, b"1") for name in _ODD_NAMES)]))
    yield Attack("headers of other kinds", encode(pairs), headers=_ODD_HEADERS)
    yield Attack("half of JSON", b'{"password": "\\ud800", ', "application/json")
    yield Attack("half a character in JSON", b'{"password": "\\ud800Abc-12345"}', "application/json")
    yield Attack("an unknown alphabet", encode(pairs), f"{URL_ENCODED}; charset=klingon-8")
    yield Attack("half of a file", b'--grens\r\nContent-Disposition: form-data; name="x"; filename="', _MULTIPART)
    yield Attack("no boundary", b"--grens--", "multipart/form-data")
    yield Attack("long headers", encode(pairs), headers=_LONG_HEADERS)


def _files(names: Iterable[str]) -> bytes:
    parts = [f'--grens\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{TOKEN}\r\n'.encode()]
    for name in names:
        head = f'--grens\r\nContent-Disposition: form-data; name="{name}"; filename="../../x.php"\r\n'
        parts.append(head.encode() + b"Content-Type: image/png\r\n\r\n\x89PNG\x00\xff\r\n")
    return b"".join([*parts, b"--grens--\r\n"])


_MULTIPART = "multipart/form-data; boundary=grens"
_ODD_NAMES = ("", "\x00", "m-", "s-x", "__proto__", "veld" * 500)
_LONG_HEADERS = {
    "HTTP_USER_AGENT": "Mozilla/5.0 " + "x" * 60_000,
    "HTTP_ACCEPT_LANGUAGE": ",".join(["nl;q=0.1"] * 8_000),
    "HTTP_X_FORWARDED_FOR": ", ".join(["10.0.0.1"] * 6_000),
    "HTTP_REFERER": "http://testserver/" + "a" * 60_000,
}
_ODD_HEADERS = {
    "HTTP_USER_AGENT": "Jan\xff\xe2\x80\xae<script>",
    "HTTP_ACCEPT_LANGUAGE": "\xff;q=NaN",
    "HTTP_ACCEPT": "application/json",
    "HTTP_X_FORWARDED_FOR": "niemand, , ::1%eth0, 999.1.1.1",
    "HTTP_REFERER": "http://[::1",
    "HTTP_RANGE": "bytes=9-1",
    "HTTP_IF_MODIFIED_SINCE": "gisteren",
}


def queries(names: Iterable[str], theirs: UUID, only: Iterable[str] = ()) -> Iterator[Attack]:
    """Yield requests for a page with something wrong in each of these parameters; ``only`` some of the values."""
    names, values = list(names), {**VALUES, "another organisation's row": str(theirs).encode()}
    for value in only or values:
        query = "&".join(f"{quote_plus(name)}={quote_plus(values[value])}" for name in names)
        yield Attack(f"{value} asked for", b"", value=value, method="GET", query=query)
    if not only:
        yield Attack("asked twice", b"", method="GET", query="&".join(f"{name}=1&{name}=2" for name in names))
        yield Attack("600 times", b"", method="GET", query="&".join(["a=1"] * 600))
        yield Attack(
            "half a sign", b"", method="GET", query="&".join(f"{name}=%f&{name}[]=%zz" for name in names) + "&=&;%00"
        )


def addresses(path: str, parts: Iterable[str]) -> Iterator[Attack]:
    """Yield requests for addresses that are not quite a page's: with something else for each of its variable parts."""
    for part in parts:
        for value in _ODD_PARTS:
            yield Attack(f"{value[:30]!r} for {part[:8]}", b"", method="GET", path=path.replace(part, quote(value)))


_ODD_PARTS = ("0192f3a0-0000-7000-8000-00000000dead", "geen-id", "\x00", "\u202e", "%2e%2e", "a" * 3_000, "';--", "é")
