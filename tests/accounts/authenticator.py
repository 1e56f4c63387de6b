"""A device that makes and uses passkeys, in software: real keys and signatures, as a browser would send them."""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from struct import pack
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, MAY_BE_COPIED, IS_COPIED, HAS_KEY = 0x01, 0x04, 0x08, 0x10, 0x40
HOST, ORIGIN = "testserver", "http://testserver"


def encode(raw: bytes) -> str:
    """Write bytes as browsers do."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Read what ``encode`` wrote."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Credential:
    """One passkey on the device."""

    id: bytes
    user_handle: bytes
    key: ec.EllipticCurvePrivateKey
    count: int = 0


@dataclass
class Authenticator:
    """A telephone with one owner. ``flags`` are what it says of each signature; ``counts`` whether it counts them."""

    flags: int = PRESENT | VERIFIED
    counts: bool = True
    origin: str = ORIGIN
    domain: str = HOST
    credentials: list[Credential] = field(default_factory=list)

    def create(self, options: dict[str, Any], **changed: Any) -> str:
        """Make a passkey and return the answer; ``changed`` replaces parts of the attestation object."""
        made = Credential(os.urandom(32), decode(options["user"]["id"]), ec.generate_private_key(ec.SECP256R1()))
        self.credentials.append(made)
        numbers = made.key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + pack(">H", len(made.id)) + made.id + cbor2.dumps(key)
        data = self._data(made, self.flags | HAS_KEY) + attested
        attestation = {"fmt": "none", "attStmt": {}, "authData": data, **changed}
        response = {
            "clientDataJSON": encode(self._client_data("webauthn.create", options["challenge"])),
            "attestationObject": encode(cbor2.dumps(attestation)),
            "transports": ["internal", "hybrid"],
        }
        return self._answer(made, response)

    def get(self, options: dict[str, Any], *, with_handle: bool = True) -> str:
        """Sign the challenge with the passkey that is asked for, or the first one, and return the answer."""
        allowed = {key["id"] for key in options.get("allowCredentials", [])}
        used = next(each for each in self.credentials if not allowed or encode(each.id) in allowed)
        used.count += 1 if self.counts else 0
        data = self._data(used, self.flags)
        client_data = self._client_data("webauthn.get", options["challenge"])
        signature = used.key.sign(data + sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": encode(client_data),
            "authenticatorData": encode(data),
            "signature": encode(signature),
        }
        if with_handle:
            response["userHandle"] = encode(used.user_handle)
        return self._answer(used, response)

    def _data(self, credential: Credential, flags: int) -> bytes:
        return sha256(self.domain.encode()).digest() + bytes([flags]) + pack(">I", credential.count)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, credential: Credential, response: dict[str, Any]) -> str:
        name = encode(credential.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
