"""The keys of the organisation in scope, unwrapped when first needed and forgotten when the scope ends (SEC-2)."""

import base64
import binascii
from collections.abc import Iterable
from functools import cache
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from kijk.encryption.models import OrganisationKey, SubjectKey
from kijk.encryption.primitives import KEY_BYTES, DecryptionError, new_key, seal, unseal
from kijk.tenancy.context import Scope, current

KeyPurpose = OrganisationKey.KeyPurpose
# What a PositiveSmallIntegerField holds.
_HIGHEST_VERSION = 32767


@cache
def _parse_master_keys(text: str) -> dict[int, bytes]:
    keys: dict[int, bytes] = {}
    for part in text.split(","):
        number, _, encoded = part.strip().partition(":")
        try:
            version, key = int(number), base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            # Without its cause, which would put the text, and so perhaps a key, in the log.
            raise ImproperlyConfigured("KIJK_MASTER_KEYS is a list of number:base64 keys.") from None
        if len(key) != KEY_BYTES:
            raise ImproperlyConfigured("Each key of KIJK_MASTER_KEYS is 32 bytes, base64.")
        if version in keys or not 0 < version <= _HIGHEST_VERSION:
            raise ImproperlyConfigured("Each key of KIJK_MASTER_KEYS has a number of its own, 1 to 32767.")
        keys[version] = key
    return keys


def master_keys() -> dict[int, bytes]:
    """Return the master keys by version; the highest is the one that wraps. Raises ImproperlyConfigured."""
    return _parse_master_keys(settings.MASTER_KEYS)


class Keyring:
    """Hands out the keys of the organisation in scope. Get it with ``keyring()``."""

    def __init__(self, scope: Scope) -> None:
        self.organisation_id = scope.organisation_id
        self._scope = scope
        self._undone = 0
        self._organisation: dict[str, dict[int, bytes]] = {}
        self._wrapped: dict[str, list[OrganisationKey]] | None = None
        self._subjects: dict[tuple[UUID, int], bytes] = {}
        self._newest: dict[UUID, int] = {}

    def __repr__(self) -> str:
        return f"<Keyring of {self.organisation_id}>"

    def organisation_key(
        self, purpose: str = KeyPurpose.DATA, version: int | None = None, *, create: bool = True
    ) -> tuple[int, bytes]:
        """Return (version, key): the newest of a purpose, made when there is none, or the one named.

        Raises DecryptionError when the named version was destroyed or never was, or when there is none and ``create``
        is False.
        """
        self._forget_undone()
        keys = self._organisation.get(purpose)
        if keys is None:
            keys = self._organisation[purpose] = self._unwrap_organisation_keys(purpose)
        if version is not None:
            if version not in keys:
                raise DecryptionError("The key of this value was destroyed.")
            return version, keys[version]
        if not keys:
            if not create:
                raise DecryptionError(f"The organisation has no key for {purpose}.")
            keys[1] = self._create_organisation_key(purpose, 1)
        newest = max(keys)
        return newest, keys[newest]

    def subject_key(self, subject_id: UUID, version: int | None = None) -> tuple[int, bytes]:
        """Return (version, key) of a child. Raises DecryptionError when it was destroyed or never was."""
        self._forget_undone()
        if subject_id not in self._newest:
            self.load_subjects([subject_id])
        found = self._newest.get(subject_id) if version is None else version
        key = self._subjects.get((subject_id, found)) if found is not None else None
        if key is None or found is None:
            raise DecryptionError("The key of this file was destroyed or does not exist.")
        return found, key

    def load_subjects(self, subject_ids: Iterable[UUID] | None = None) -> None:
        """Unwrap the keys of many children with one query (None: of all the organisation's children)."""
        self._forget_undone()
        rows = SubjectKey.objects.filter(wrapped__isnull=False)
        if subject_ids is not None:
            missing = [subject_id for subject_id in subject_ids if subject_id not in self._newest]
            if not missing:
                return
            rows = rows.filter(subject_id__in=missing)
        columns = rows.values_list("subject_id", "version", "wrapped", "organisation_key_version")
        for subject_id, version, wrapped, wrapping in columns.iterator():
            self._subjects[subject_id, version] = self._unwrap_subject(subject_id, version, wrapped, wrapping)
            self._newest[subject_id] = max(version, self._newest.get(subject_id, 0))

    def create_subject_keys(self, subject_ids: Iterable[UUID]) -> None:
        """Make the first key of each new child."""
        wrapping, organisation_key = self.organisation_key()
        rows = []
        for subject_id in subject_ids:
            key = new_key()
            context = self._subject_context(subject_id, 1)
            wrapped = seal(organisation_key, key, context=context, key_version=wrapping)
            rows.append(SubjectKey(subject_id=subject_id, wrapped=wrapped, organisation_key_version=wrapping))
            self._subjects[subject_id, 1] = key
            self._newest[subject_id] = 1
        SubjectKey.objects.bulk_create(rows, batch_size=2000)

    def destroy_subject_key(self, subject_id: UUID) -> None:
        """Destroy a child's keys: what they sealed is unreadable from now on, in dumps without keys too."""
        SubjectKey.objects.filter(subject_id=subject_id).update(wrapped=None, destroyed_at=timezone.now())
        self._newest.pop(subject_id, None)
        for known in [known for known in self._subjects if known[0] == subject_id]:
            del self._subjects[known]

    def rotate_organisation_key(self) -> int:
        """Make a new data key, wrap every child's key with it, and return its version.

        What the old version sealed itself stays readable with it; children's values need no new sealing.
        """
        version = self.organisation_key()[0] + 1
        key = self._organisation[KeyPurpose.DATA][version] = self._create_organisation_key(KeyPurpose.DATA, version)
        # Locked: a child that is shredded meanwhile waits, and does not get its key back.
        rows = list(SubjectKey.objects.select_for_update().filter(wrapped__isnull=False))
        for row in rows:
            plain = self._unwrap_subject(row.subject_id, row.version, row.wrapped, row.organisation_key_version)
            context = self._subject_context(row.subject_id, row.version)
            row.wrapped = seal(key, plain, context=context, key_version=version)
            row.organisation_key_version = version
        SubjectKey.objects.bulk_update(rows, ["wrapped", "organisation_key_version"], batch_size=1000)
        return version

    def rewrap(self) -> int:
        """Wrap the organisation's keys with the newest master key; return how many were behind."""
        newest = max(master_keys())
        rows = OrganisationKey.objects.select_for_update().filter(wrapped__isnull=False)
        behind = list(rows.exclude(master_version=newest))
        for row in behind:
            row.wrapped = self._wrap(self._unwrap(row), row.purpose, row.version)
            row.master_version = newest
        OrganisationKey.objects.bulk_update(behind, ["wrapped", "master_version"])
        return len(behind)

    def _unwrap_organisation_keys(self, purpose: str) -> dict[int, bytes]:
        # Read once for all purposes: nearly every request needs those of files and of the trail. Unwrapped when asked.
        if self._wrapped is None:
            self._wrapped = {}
            for row in OrganisationKey.objects.filter(wrapped__isnull=False):
                self._wrapped.setdefault(row.purpose, []).append(row)
        return {row.version: self._unwrap(row) for row in self._wrapped.get(purpose, ())}

    def _create_organisation_key(self, purpose: str, version: int) -> bytes:
        key = new_key()
        OrganisationKey.objects.bulk_create(
            [
                OrganisationKey(
                    purpose=purpose,
                    version=version,
                    wrapped=self._wrap(key, purpose, version),
                    master_version=max(master_keys()),
                )
            ],
            ignore_conflicts=True,
        )
        # Another process may have been first: its key is the one that counts.
        return self._unwrap(OrganisationKey.objects.get(purpose=purpose, version=version))

    def _wrap(self, key: bytes, purpose: str, version: int) -> bytes:
        newest = max(master_keys())
        context = f"organisation-key|{self.organisation_id}|{purpose}|{version}"
        return seal(master_keys()[newest], key, context=context, key_version=newest)

    def _unwrap(self, row: OrganisationKey) -> bytes:
        if row.wrapped is None:
            raise DecryptionError(f"The organisation's key {row.version} for {row.purpose} was destroyed.")
        master = master_keys().get(row.master_version)
        if master is None:
            raise DecryptionError(f"Master key {row.master_version} is not among KIJK_MASTER_KEYS.")
        context = f"organisation-key|{self.organisation_id}|{row.purpose}|{row.version}"
        return unseal(master, bytes(row.wrapped), context=context)

    def _unwrap_subject(
        self, subject_id: UUID, version: int, wrapped: bytes | memoryview | None, wrapping: int
    ) -> bytes:
        _, key = self.organisation_key(version=wrapping)
        return unseal(key, bytes(wrapped or b""), context=self._subject_context(subject_id, version))

    def _forget_undone(self) -> None:
        """Forget all keys after a rollback to a savepoint.

        One that was made in the undone part lives in memory only: what it sealed could never be read again.
        """
        if self._undone != len(self._scope.undone):
            self._undone = len(self._scope.undone)
            self._wrapped = None
            for known in (self._organisation, self._subjects, self._newest):
                known.clear()

    def _subject_context(self, subject_id: UUID, version: int) -> str:
        return f"subject-key|{self.organisation_id}|{subject_id}|{version}"


def keyring() -> Keyring:
    """Return the keyring of the organisation in scope; raises TenantContextMissing without a scope."""
    scope = current()
    found = scope.state.get("keyring")
    if found is None:
        found = scope.state["keyring"] = Keyring(scope)
    return found
