"""Authenticated encryption of single values, and keys derived for one purpose (SEC-2).

A sealed value is bytes: format 0x01, key version (2 bytes), algorithm 0x01 = AES-256-GCM, nonce (12 bytes),
ciphertext with tag. The nonce is random; a key seals far fewer than 2**32 values (NIST SP 800-38D, section 8.3).
"""

import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_FORMAT = 1
_AES_256_GCM = 1
_HEADER = struct.Struct(">BHB")
_NONCE_BYTES = 12


class DecryptionError(Exception):
    """A sealed value cannot be opened: it was altered, moved, or its key is gone."""


def new_key() -> bytes:
    """Return a random 256-bit key."""
    return os.urandom(KEY_BYTES)


def derive(key: bytes, purpose: str) -> bytes:
    """Return the 256-bit sub-key of ``key`` for one purpose (HKDF-SHA256, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"kijk|v1|{purpose}".encode()).derive(key)


def seal(key: bytes, plaintext: bytes, *, context: str, key_version: int) -> bytes:
    """Encrypt ``plaintext``, bound to ``context`` (where it belongs), under ``key`` of the given version."""
    nonce = os.urandom(_NONCE_BYTES)
    header = _HEADER.pack(_FORMAT, key_version, _AES_256_GCM)
    return header + nonce + AESGCM(key).encrypt(nonce, plaintext, header + context.encode())


def key_version_of(sealed: bytes) -> int:
    """Return the version of the key that sealed a value; raises DecryptionError on an unknown format."""
    if len(sealed) < _HEADER.size + _NONCE_BYTES:
        raise DecryptionError("The sealed value is too short.")
    layout, version, algorithm = _HEADER.unpack_from(sealed)
    if layout != _FORMAT or algorithm != _AES_256_GCM:
        raise DecryptionError("The sealed value has an unknown format.")
    return int(version)


def unseal(key: bytes, sealed: bytes, *, context: str) -> bytes:
    """Decrypt a value; raises DecryptionError when it was altered or belongs to another context or key."""
    key_version_of(sealed)
    header, body = sealed[: _HEADER.size], sealed[_HEADER.size :]
    try:
        return AESGCM(key).decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], header + context.encode())
    except InvalidTag as error:
        raise DecryptionError("The sealed value was altered or does not belong here.") from error
