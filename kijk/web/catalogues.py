"""The message catalogues: Dutch in the code, English in locale/en, complete at all times (UX-1).

Extraction, merging and compiling are done with Babel and Django's own ``templatize``: no gettext programs are needed.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGES = ("accounts", "kijk", "licensing", "monitoring", "observations", "privacy")
TEMPLATES = "templates"
LANGUAGE = "en"

# Which arguments of a call are messages: the count is none, a context ("c") is one that is not translated.
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

_PLACEHOLDERS = re.compile(r"%\(\w+\)[a-z]|%%|%[a-z]|\{\w*\}")
_HEADER = "# English of Kijk. The message ids are the Dutch texts in code and templates; `manage.py update_catalogues` keeps the list."
# Header lines for which Babel has nothing but a blank to fill in.
_UNKNOWN = re.compile(rb'^"(Project-Id-Version|Report-Msgid-Bugs-To|Last-Translator|Language-Team):.*\n', re.MULTILINE)
# A fixed moment, so that the file changes only when a message does.
_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Key:
    """What names a message: its Dutch text and, where the same text means two things, its context."""

    text: str
    context: str = ""


@dataclass(frozen=True)
class Found:
    """A message as the code has it; ``plural`` is empty for one without a plural."""

    key: Key
    plural: str
    place: str


def catalogue_path(root: Path) -> Path:
    """Return where the English catalogue of a project is."""
    return root / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def find_messages(root: Path) -> dict[Key, Found]:
    """Return every message in the project's Python and templates; a plural wins over the same text without."""
    found: dict[Key, Found] = {}
    for path in _sources(root):
        for message in _messages_in(path, path.relative_to(root).as_posix()):
            known = found.get(message.key)
            if known is None or (message.plural and not known.plural):
                found[message.key] = message
    return found


def _sources(root: Path) -> Iterator[Path]:
    for package in PACKAGES:
        # Migrations repeat texts as they once were.
        yield from (path for path in sorted((root / package).rglob("*.py")) if "migrations" not in path.parts)
    yield from sorted((root / TEMPLATES).rglob("*.html"))


def _messages_in(path: Path, name: str) -> Iterator[Found]:
    code = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        # In brackets, because a template's indentation is not Python's.
        code = f"({templatize(code, origin=name)}\n)"
    options = {"encoding": "utf-8"}
    for line, message, _comments, context in extract("python", BytesIO(code.encode()), KEYWORDS, options=options):
        text, plural = (message, "") if isinstance(message, str) else (message[0], message[1])
        yield Found(Key(text, context or ""), plural, f"{name}:{line}")


def problems(root: Path) -> list[str]:
    """Return what is wrong with the English catalogue, a line each; nothing when it is complete and right."""
    found, catalogue = find_messages(root), read_catalogue(root)
    known = {_key_of(message): message for message in catalogue if message.id}
    lines = []
    for key, message in found.items():
        if key not in known:
            lines.append(f"{message.place}: not in the catalogue: {key.text!r}")
        else:
            lines.extend(f"{message.place}: {fault}: {key.text!r}" for fault in _faults(message, known[key]))
    lines.extend(f"catalogue: no longer used: {key.text!r}" for key in known if key not in found)
    return lines


def _faults(found: Found, translated: Message) -> Iterator[str]:
    """Yield what is wrong with one translation."""
    if translated.fuzzy:
        yield "translation is fuzzy"
    forms = _forms(translated)
    sources = (found.key.text, found.plural) if found.plural else (found.key.text,)
    if len(forms) != len(sources):
        yield "plural differs from the code's"
        return
    if found.plural and translated.id[1] != found.plural:
        yield "plural differs from the code's"
    for source, form in zip(sources, forms, strict=True):
        if not form.strip():
            yield "not translated"
        elif placeholders(source) != placeholders(form):
            yield f"placeholders differ in {form!r}"


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def placeholders(text: str) -> list[str]:
    """Return what a text leaves open, sorted: %(name)s, {name} and %%."""
    return sorted(_PLACEHOLDERS.findall(text))


def read_catalogue(root: Path) -> Catalog:
    """Return the English catalogue; an empty one where there is none yet."""
    path = catalogue_path(root)
    if not path.is_file():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def update_catalogue(root: Path) -> tuple[int, int]:
    """Bring the catalogue's list in step with the code: new messages empty, unused ones gone, all sorted.

    Returns how many came and how many went. Translations that are there stay as they are.
    """
    found, old = find_messages(root), read_catalogue(root)
    known = {_key_of(message): message for message in old if message.id}
    new = Catalog(locale=LANGUAGE, project="Kijk", header_comment=_HEADER, creation_date=_MOMENT, fuzzy=False)
    new.revision_date = _MOMENT
    for key in sorted(found, key=lambda each: (each.text, each.context)):
        _add(new, found[key], known.get(key))
    path = catalogue_path(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = BytesIO()
    write_po(content, new, width=0, no_location=True)
    _replace(path, _UNKNOWN.sub(b"", content.getvalue()))
    return len(found.keys() - known.keys()), len(known.keys() - found.keys())


def _add(catalogue: Catalog, found: Found, old: Message | None) -> None:
    identifier = (found.key.text, found.plural) if found.plural else found.key.text
    same = old is not None and old.id == identifier
    flags = {"fuzzy"} if old is not None and old.fuzzy else set()
    catalogue.add(
        identifier,
        string=old.string if old is not None and same else ("", "") if found.plural else "",
        flags=flags,
        context=found.key.context or None,
    )


def _key_of(message: Message) -> Key:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return Key(text, message.context or "")


def compile_catalogue(root: Path) -> bool:
    """Write the compiled catalogue when it is older than its source; returns whether that was so."""
    source = catalogue_path(root)
    target = source.with_suffix(".mo")
    if not source.is_file():
        return False
    if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return False
    content = BytesIO()
    write_mo(content, read_catalogue(root))
    _replace(target, content.getvalue())
    return True


def _replace(path: Path, content: bytes) -> None:
    """Put a file in place at once: several processes may start, and compile, at the same moment."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(path)
