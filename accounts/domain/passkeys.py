"""Passkeys (WebAuthn): made on somebody's device, and proven by a signature over a challenge of ours (ACC-8.1).

py_webauthn checks the signatures. The user is found first, by the handle in the answer, and only then, in the scope of
the user's organisation, the key: row-level security shows no key before that (docs/decisions/0012).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    options_to_json_dict,
    parse_attestation_object,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AttestationFormat,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.models import Passkey, User
from kijk.audit.domain import record

# How long a challenge can be answered; browsers are told the same, in milliseconds.
TIMEOUT_MS = 300_000
MAX_NAME = 60
MAX_PASSKEYS = 20
# An answer is some 1,500 characters; what is larger is none.
_MAX_ANSWER = 20_000
# Asked for no attestation, browsers send none, or what the key signed itself. Nothing else is parsed.
_FORMATS = {AttestationFormat.NONE, AttestationFormat.PACKED}

T = TypeVar("T")


class PasskeyRefused(Exception):
    """What the device answered proves nothing; the message can be shown and does not say why."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _("Dit is niet gelukt. Probeer het nog eens."))


@dataclass(frozen=True)
class RelyingParty:
    """Who a passkey is for: the domain it belongs to for good, and the addresses whose pages may ask for it."""

    domain: str
    origins: tuple[str, ...]


@dataclass(frozen=True)
class Ceremony:
    """What the browser is asked, and the challenge that its answer must hold."""

    options: dict[str, Any]
    challenge: bytes


def ask_to_make(*, user: User, party: RelyingParty) -> Ceremony:
    """Ask the device for a new passkey of this user, other than those there are. Needs the scope."""
    options = generate_registration_options(
        rp_id=party.domain,
        rp_name="Kijk",
        user_id=user.pk.bytes,
        user_name=user.email,
        user_display_name=user.get_full_name(),
        timeout=TIMEOUT_MS,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            # A small security key without room for it still does as a second step.
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(user),
    )
    return Ceremony(options_to_json_dict(options), options.challenge)


def ask_to_prove(*, user: User | None, party: RelyingParty) -> Ceremony:
    """Ask for a signature with one of the user's passkeys (needs the scope), or of whoever sits there for None."""
    options = generate_authentication_options(
        rp_id=party.domain,
        timeout=TIMEOUT_MS,
        allow_credentials=_descriptors(user) if user is not None else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Ceremony(options_to_json_dict(options), options.challenge)


def add_passkey(*, user: User, answer: str, challenge: bytes, party: RelyingParty, name: str) -> Passkey:
    """Keep the passkey that a device has made. Needs the scope. Raises PasskeyRefused."""
    credential = _parse(parse_registration_credential_json, answer)
    _refuse_formats(credential)
    verified = _library(
        lambda: verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.domain,
            expected_origin=list(party.origins),
            require_user_verification=True,
        )
    )
    if Passkey.objects.filter(user=user).count() >= MAX_PASSKEYS:
        raise PasskeyRefused(
            _("Er passen geen toegangssleutels meer bij. Verwijder er eerst een die u niet meer gebruikt.")
        )
    passkey = Passkey(
        user=user,
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        transports=[transport.value for transport in credential.response.transports or []],
        name=name,
        synced=verified.credential_backed_up,
    )
    try:
        with transaction.atomic():
            passkey.save(force_insert=True)
    except IntegrityError as error:
        raise PasskeyRefused from error
    record("passkey.added", about=user, data={"synced": passkey.synced})
    return passkey


def user_handle_in(answer: str) -> UUID | None:
    """Return whose passkey the answer says it is, before anything is checked; None when it does not say."""
    try:
        handle = _parse(parse_authentication_credential_json, answer).response.user_handle
        return UUID(bytes=handle) if handle else None
    except (PasskeyRefused, ValueError):
        return None


def use_passkey(*, user: User, answer: str, challenge: bytes, party: RelyingParty, now: datetime) -> Passkey:
    """Take the answer as proof of this user and return the passkey it came from. Needs the scope.

    The device must have verified its owner (finger, face, code), and a device that counts its signatures must have
    counted on: a copy of it falls behind. Raises PasskeyRefused.
    """
    credential = _parse(parse_authentication_credential_json, answer)
    handle = credential.response.user_handle
    passkey = Passkey.objects.filter(user=user, credential_id=credential.raw_id).first()
    if passkey is None or (handle and handle != user.pk.bytes):
        raise PasskeyRefused
    verified = _library(
        lambda: verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.domain,
            expected_origin=list(party.origins),
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    )
    # Of two answers with one count, sent at the same moment, one is a copy.
    same = Passkey.objects.filter(pk=passkey.pk, sign_count=passkey.sign_count)
    if not same.update(sign_count=verified.new_sign_count, synced=verified.credential_backed_up, last_used_at=now):
        raise PasskeyRefused
    return passkey


def passkeys_of(user: User) -> list[Passkey]:
    """Return the user's passkeys, the newest first. Needs the scope; one query."""
    return list(Passkey.objects.filter(user=user).order_by("-created_at"))


def rename_passkey(*, passkey: Passkey, name: str) -> None:
    """Call a passkey what its owner calls it. Needs the scope."""
    passkey.name = name
    passkey.save(update_fields=["name"])
    record("passkey.renamed", object_type="accounts.user", object_id=passkey.user_id)


def _descriptors(user: User) -> list[PublicKeyCredentialDescriptor]:
    rows = Passkey.objects.filter(user=user).order_by("created_at").values_list("credential_id", "transports")
    return [
        PublicKeyCredentialDescriptor(id=bytes(key), transports=[AuthenticatorTransport(way) for way in ways])
        for key, ways in rows
    ]


def _refuse_formats(credential: RegistrationCredential) -> None:
    found = _library(lambda: parse_attestation_object(credential.response.attestation_object))
    if found.fmt not in _FORMATS:
        raise PasskeyRefused


def _parse(parser: Callable[[dict[str, Any]], T], answer: str) -> T:
    """Read what a browser sent: JSON of the form the standard gives. Raises PasskeyRefused."""
    if len(answer) > _MAX_ANSWER:
        raise PasskeyRefused
    return _library(lambda: parser(json.loads(answer)))


def _library(work: Callable[[], T]) -> T:
    """Let py_webauthn and what it stands on read bytes that anybody can have written.

    Beside its own exceptions they raise many others on bytes that are no CBOR, no key or no UTF-8, and each says the
    same: this proves nothing. No database is asked in here.
    """
    try:
        return work()
    except Exception as error:
        raise PasskeyRefused from error
