"""Sealing and opening single values (SEC-2)."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kijk.encryption.primitives import KEY_BYTES, DecryptionError, derive, key_version_of, new_key, seal, unseal

KEY = bytes(range(32))
HEADER_BYTES = 4
NONCE_BYTES = 12
TAG_BYTES = 16


@given(plaintext=st.binary(max_size=500), context=st.text(max_size=50), version=st.integers(0, 65535))
def test_sealed_value_opens_to_itself(plaintext: bytes, context: str, version: int) -> None:
    sealed = seal(KEY, plaintext, context=context, key_version=version)
    assert unseal(KEY, sealed, context=context) == plaintext
    assert key_version_of(sealed) == version
    assert len(sealed) == HEADER_BYTES + NONCE_BYTES + len(plaintext) + TAG_BYTES


@pytest.mark.requirement("SEC-2.2")
def test_every_flipped_bit_is_found() -> None:
    sealed = seal(KEY, b"Yara", context="c", key_version=3)
    for position in range(len(sealed) * 8):
        altered = bytearray(sealed)
        altered[position // 8] ^= 1 << position % 8
        with pytest.raises(DecryptionError):
            unseal(KEY, bytes(altered), context="c")


def test_every_shortened_or_lengthened_value_is_found() -> None:
    sealed = seal(KEY, b"Yara", context="c", key_version=3)
    for length in range(len(sealed)):
        with pytest.raises(DecryptionError):
            unseal(KEY, sealed[:length], context="c")
    with pytest.raises(DecryptionError):
        unseal(KEY, sealed + b"\0", context="c")


@pytest.mark.requirement("SEC-2.2")
@given(context=st.text(max_size=20))
def test_value_opens_in_its_own_context_only(context: str) -> None:
    sealed = seal(KEY, b"Yara", context=context, key_version=1)
    with pytest.raises(DecryptionError):
        unseal(KEY, sealed, context=context + "x")


def test_value_opens_with_its_own_key_only() -> None:
    sealed = seal(KEY, b"Yara", context="c", key_version=1)
    with pytest.raises(DecryptionError):
        unseal(new_key(), sealed, context="c")


def test_same_value_is_never_sealed_alike() -> None:
    assert len({seal(KEY, b"Yara", context="c", key_version=1) for _ in range(1000)}) == 1000


def test_value_of_another_format_or_algorithm_is_refused() -> None:
    sealed = seal(KEY, b"Yara", context="c", key_version=1)
    for altered in (b"\x02" + sealed[1:], sealed[:3] + b"\x02" + sealed[4:], b"", b"Yara"):
        with pytest.raises(DecryptionError):
            key_version_of(altered)


def test_new_keys_are_random_and_256_bits() -> None:
    keys = {new_key() for _ in range(100)}
    assert (len(keys), {len(key) for key in keys}) == (100, {KEY_BYTES})
    assert KEY_BYTES * 8 == 256


def test_derived_keys_differ_by_purpose_and_key() -> None:
    other = os.urandom(32)
    assert len({derive(KEY, "a"), derive(KEY, "b"), derive(other, "a"), KEY}) == 4
    assert derive(KEY, "a") == derive(KEY, "a")


def test_derived_key_is_that_of_rfc_5869() -> None:
    """HKDF-SHA256 without salt, computed here from its definition: what an older version sealed must stay readable."""
    import hashlib
    import hmac

    extracted = hmac.new(bytes(32), KEY, hashlib.sha256).digest()
    assert derive(KEY, "checkpoint") == hmac.new(extracted, b"kijk|v1|checkpoint\x01", hashlib.sha256).digest()


def test_stored_format_is_pinned() -> None:
    """A value written by this version must open in every later one."""
    sealed = bytes.fromhex("01000701000102030405060708090a0b") + _gcm()
    assert unseal(KEY, sealed, context="organisatie|tabel.kolom|rij") == "Yaël".encode()


def _gcm() -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    header, nonce = bytes.fromhex("01000701"), bytes.fromhex("000102030405060708090a0b")
    return AESGCM(KEY).encrypt(nonce, "Yaël".encode(), header + b"organisatie|tabel.kolom|rij")
