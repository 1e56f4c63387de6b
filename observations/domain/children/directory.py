"""The names of all children of an organisation, in order, without opening each of them every time (CHD-6).

Names are sealed a child, and opening twenty thousand takes more than half a second. So they are kept together in
Redis, sealed with a key of the organisation made for this alone: never in a back-up, and forgotten when nobody asked for an hour.
What is kept there is used only while the database still holds exactly those sealed names: each has a random nonce,
and one small query mixes the ends of all of them into one number. A name that was changed, a child that came or went
by whatever way, gives another number, so that nothing has to be told of a change and no race can show an old name.
Without Redis, or where it answers nonsense, all names are opened again.
"""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress
from typing import Any, Final
from uuid import UUID

import redis
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from kijk.encryption.fields import SealedValue
from kijk.encryption.keyring import keyring
from kijk.encryption.primitives import DecryptionError, derive, key_version_of, seal, unseal
from kijk.tenancy.context import current_organisation_id
from observations.models import Child, ChildFile
from observations.models.children import fold_name

logger = logging.getLogger(__name__)

_KEPT_S: Final = 3600
# Somebody waits for the page: a Redis that is gone must not cost more than opening the names does.
_TIMEOUT_S: Final = 0.5
_PURPOSE: Final = "name-directory"
_TAG_BYTES: Final = 16

# The end of a sealed name is its authentication tag: it differs with every write.
_MIXED = """
SELECT count(*), coalesce(bit_xor(hashtextextended(encode(substr(file, length(file) - 15), 'hex'), 0)), 0)
FROM observations_child WHERE organisation_id = %s AND archived_on IS """
_FINGERPRINT: Final = {False: _MIXED + "NULL", True: _MIXED + "NOT NULL"}
# One long text is there sooner than twenty thousand rows are: of each child 32 characters of its id, 32 of the tag.
_TAGGED = """
SELECT coalesce(string_agg(replace(id::text, '-', '') || encode(substr(file, length(file) - 15), 'hex'), ''), '')
FROM observations_child WHERE organisation_id = %s AND archived_on IS """
_HEX: Final = 32
_TAGS: Final = {False: _TAGGED + "NULL", True: _TAGGED + "NOT NULL"}


@dataclass(frozen=True, repr=False)
class Entry:
    """A child with its name as it is written."""

    pk: UUID
    name: str


@dataclass(frozen=True, repr=False)
class Directory:
    """The names of many children, in the Dutch order: lists of equal length, for that is what is quick to read.

    ``ids`` are without hyphens; ``words`` are the folded words of a name, a space before each; ``order`` is what the
    names are ordered by; ``tags`` end the sealed names these were read from.
    """

    ids: list[str]
    tags: list[str]
    names: list[str]
    words: list[str]
    order: list[str]

    def find(self, query: str) -> list[int]:
        """Return the rows of which each word of the query begins a part of the name; all for an empty query."""
        found = list(range(len(self.words)))
        for part in fold_name(query).split():
            begin, words = f" {part}", self.words
            found = [row for row in found if begin in words[row]]
        return found

    def within(self, rows: list[int], reach: Iterable[UUID]) -> list[int]:
        """Return those of the rows that are about a child of the reach."""
        reached, ids = {pk.hex for pk in reach}, self.ids
        return [row for row in rows if ids[row] in reached]

    def entries(self, rows: Iterable[int]) -> list[Entry]:
        """Return the children of some rows, in their order."""
        return [Entry(UUID(self.ids[row]), self.names[row]) for row in rows]


def names_of_all(*, archived: bool = False) -> Directory:
    """Return the names of the organisation's children, or of those in its archive, in the Dutch order.

    One query, and no child's own key, while the names in Redis are still those of the database; else four.
    """
    found = _fingerprint(archived)
    kept = _read(archived)
    if kept is not None and kept["print"] == found:
        return Directory(**kept["names"])
    children = Child.objects.filter(archived_on__isnull=not archived).only("id", "organisation", "file")
    directory = names_of(list(children)) if kept is None else _caught_up(Directory(**kept["names"]), children, archived)
    _write(archived, found, directory)
    return directory


def names_of(children: Sequence[Child]) -> Directory:
    """Return the names of some children, each opened with its own key. One query, for the keys."""
    return _ordered(_columns(_open(children)))


def forget_names() -> None:
    """Take the organisation's names out of Redis now: for a child that is erased."""
    try:
        _client(settings.REDIS_URL).delete(_key(archived=False), _key(archived=True))
    except redis.RedisError as error:
        logger.warning("the names of an organisation cannot be forgotten (%s)", type(error).__name__)


def _fingerprint(archived: bool) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_FINGERPRINT[archived], [current_organisation_id()])
        return list(cursor.fetchone())


_Row = tuple[str, str, str, str, str]


def _caught_up(known: Directory, children: QuerySet[Child], archived: bool) -> Directory:
    """Return the directory with those left out who went, and only the names opened that are new or were changed."""
    with connection.cursor() as cursor:
        cursor.execute(_TAGS[archived], [current_organisation_id()])
        [text] = cursor.fetchone()
    sealed = {text[at : at + 2 * _HEX] for at in range(0, len(text), 2 * _HEX)}
    of_known = [pk + tag for pk, tag in zip(known.ids, known.tags, strict=True)]
    stays = [each in sealed for each in of_known]
    changed = [UUID(each[:_HEX]) for each in sealed.difference(of_known)]
    opened = _columns(_open(list(children.filter(pk__in=changed))))
    return _ordered([[*compress(old, stays), *new] for old, new in zip(vars(known).values(), opened, strict=True)])


def _open(children: Sequence[Child]) -> list[_Row]:
    tags = [_tag(child) for child in children]
    keyring().load_subjects([child.pk for child in children])
    return [(child.pk.hex, tag, *_told(child.file)) for child, tag in zip(children, tags, strict=True)]


def _columns(rows: list[_Row]) -> list[list[str]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[], [], [], [], []]


def _ordered(columns: list[list[str]]) -> Directory:
    keys = list(zip(columns[-1], columns[0], strict=True))
    at = sorted(range(len(keys)), key=keys.__getitem__)
    return Directory(*([column[row] for row in at] for column in columns))


def _tag(child: Child) -> str:
    sealed = vars(child)["file"]
    return sealed.content[-_TAG_BYTES:].hex() if isinstance(sealed, SealedValue) else ""


def _told(file: ChildFile) -> tuple[str, str, str]:
    # The lowest character between the parts: a surname that begins another one then stands before it.
    name = str(file)
    return name, f" {fold_name(name)}", "\x00".join(file.sort_key)


@cache
def _client(url: str) -> Any:
    return redis.Redis.from_url(url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S)


def _key(*, archived: bool) -> str:
    return f"kijk:names:{current_organisation_id()}:{'archive' if archived else 'present'}"


def _read(archived: bool) -> dict[str, Any] | None:
    """Return what Redis has, or None where it has nothing, is gone, or has what cannot be opened."""
    name = _key(archived=archived)
    try:
        sealed = _client(settings.REDIS_URL).getex(name, ex=_KEPT_S)
        if sealed is None:
            return None
        _version, key = keyring().organisation_key(version=key_version_of(sealed))
        content = unseal(derive(key, _PURPOSE), sealed, context=name)
    except (redis.RedisError, DecryptionError) as error:
        logger.warning("the names of an organisation cannot be read (%s)", type(error).__name__)
        return None
    found: dict[str, Any] = json.loads(content)
    return found


def _write(archived: bool, found: list[int], directory: Directory) -> None:
    name = _key(archived=archived)
    content = json.dumps({"print": found, "names": vars(directory)}, ensure_ascii=False, separators=(",", ":"))
    version, key = keyring().organisation_key()
    sealed = seal(derive(key, _PURPOSE), content.encode(), context=name, key_version=version)
    try:
        _client(settings.REDIS_URL).set(name, sealed, ex=_KEPT_S)
    except redis.RedisError as error:
        logger.warning("the names of an organisation cannot be kept (%s)", type(error).__name__)
