"""Keys of other administrations: kept as keyed hashes, for one source and one kind each (CHD-1).

The hash's key is derived from the organisation's index key, so that equal keys of two sources have nothing in common,
and a hash says nothing to who has the database alone.
"""

import hmac
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from kijk.encryption.keyring import KeyPurpose, keyring
from kijk.encryption.primitives import derive
from observations.domain.imports.content import ReadChild, ReadGroup, ReadStaff
from observations.models import ImportKey
from observations.models.children import fold_name

Kind = ImportKey.Kind
# Stands in no key of a file: what was made from a name can never be taken for one.
_MADE: Final = "\x00"


class KeyDigests:
    """Makes the hashes of one source, in the organisation's scope."""

    def __init__(self, source_id: UUID) -> None:
        _version, key = keyring().organisation_key(KeyPurpose.INDEX)
        self._keys = {kind: derive(key, f"import|{source_id}|{kind}") for kind in Kind}

    def child(self, child: ReadChild) -> bytes:
        """Return the hash of a child's key; without a key, that of its name and day of birth."""
        return self.child_key(child.key) if child.key else self.child_key(_made_of(child))

    def child_key(self, key: str) -> bytes:
        """Return the hash of the key of a child."""
        return self._digest(Kind.CHILD, key)

    def group(self, group: ReadGroup, school_year: int) -> bytes:
        """Return the hash of a group's key in a school year: the next year it is another group."""
        return self._digest(Kind.GROUP, f"{school_year}|{group.key}")

    def staff(self, person: ReadStaff) -> bytes:
        """Return the hash of a colleague's key."""
        return self._digest(Kind.STAFF, person.key)

    def _digest(self, kind: str, text: str) -> bytes:
        return hmac.digest(self._keys[Kind(kind)], text.encode("utf-8", "surrogatepass"), "sha256")


def known_keys(source_id: UUID, kind: str, column: str) -> dict[bytes, UUID]:
    """Return what each hash of a source stands for: ``column`` is "child_id", "group_id" or "user_id"."""
    rows = ImportKey.objects.filter(source_id=source_id, kind=kind).values_list("digest", column)
    return {bytes(digest): found for digest, found in rows.iterator(chunk_size=5000)}


def write_keys(rows: Iterable[ImportKey]) -> None:
    """Write new keys; one that is there now stands for what it is written for."""
    ImportKey.objects.bulk_create(
        rows,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["organisation", "source", "kind", "digest"],
        update_fields=["child", "group", "user"],
    )


def _made_of(child: ReadChild) -> str:
    names = (fold_name(child.first_name), fold_name(child.last_name), child.birth_date.isoformat())
    return _MADE + "|".join(names)
