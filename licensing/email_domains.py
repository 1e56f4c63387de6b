"""E-mail domains: one written form for each, and which can be an organisation's own (ACC-2).

An internationalised name is kept in the form the DNS knows ("xn--…"), so that both ways of writing it are one domain
and a look-alike in another alphabet is another. Python's own codec follows the rules of 2003, by which "straße.de" is
the domain "strasse.de"; here it is the domain that browsers and mail servers of today make of it (RFC 5891, RFC 5892).
The rules on characters that need a certain neighbour are left to the registries: a domain that breaks them exists
nowhere.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

DATA = Path(__file__).parent / "data"

_LONGEST = 253
_LONGEST_STORED = 120
_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_ACE = "xn--"
# Small letters, letters without case, marks and digits (RFC 5892, "LetterDigits", after folding).
_CATEGORIES = frozenset({"Ll", "Lo", "Lm", "Mn", "Mc", "Nd"})
# Folding would make "ss" and an ordinary sigma of these, as in 2003; now they are letters of their own.
_KEPT = frozenset("ßς")
_LOCAL_PART = re.compile(r'[^\s"(),:;<>@\[\\\]\x00-\x1f\x7f]+|"(?:[^"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*"')


class DomainRefused(Exception):
    """A domain that cannot be used; the message can be shown to who typed it."""


class InvalidDomain(DomainRefused):
    """The text is no domain, or no e-mail address."""


class FreeMailDomain(DomainRefused):
    """Anybody can have an address in this domain (ACC-2)."""

    def __init__(self, domain: str) -> None:
        """Take the domain as it is shown."""
        super().__init__(
            _("Bij %(domain)s kan iedereen een adres krijgen. Kies een domein dat alleen van uw organisatie is.")
            % {"domain": domain}
        )


def normalise_domain(text: str) -> str:
    """Return the one way to write a domain: small letters, no dot at the end, "xn--" for what is not ASCII.

    Raises InvalidDomain with a sentence for the user.
    """
    name = text.strip()
    if len(name) > _LONGEST + 1:
        raise InvalidDomain(_("Dit domein is te lang."))
    labels = _DOTS.split(name)
    if len(labels) > 1 and not labels[-1]:
        labels.pop()
    domain = ".".join(_normalise_label(label) for label in labels)
    if len(domain) > _LONGEST:
        raise InvalidDomain(_("Dit domein is te lang."))
    # Without a dot it is the name of a machine; with digits at the end it is a network address.
    if len(labels) < 2 or domain.rpartition(".")[2].isdigit():
        raise _no_domain()
    return domain


def domain_of(address: str) -> str:
    """Return the domain of an e-mail address as ``normalise_domain`` writes it.

    Raises InvalidDomain for what is no address, so also for two addresses or for an "@" that is not quoted: there
    programs differ about where the domain begins.
    """
    return _split(address)[1]


def normalise_address(text: str) -> str:
    """Return an e-mail address in small letters with its domain normalised; raises InvalidDomain for what is none."""
    local_part, domain = _split(text)
    return f"{local_part.lower()}@{domain}"


def is_free_mail(domain: str) -> bool:
    """Say whether anybody can have an address in a normalised domain, or in one above it (x.gmail.com)."""
    names, names_with_any_ending = _free_mail()
    parts = domain.split(".")
    for start in range(len(parts) - 1):
        if ".".join(parts[start:]) in names:
            return True
        ending = ".".join(parts[start + 1 :])
        if parts[start] in names_with_any_ending and ("." not in ending or ending in _shared_endings()):
            return True
    return False


def check_organisation_domain(text: str) -> str:
    """Return the normalised domain when it can be an organisation's own.

    Raises FreeMailDomain where anybody can have an address, InvalidDomain for what is no domain, is the ending of
    other people's domains (co.uk), or is longer than is kept.
    """
    domain = normalise_domain(text)
    if domain in _shared_endings():
        message = _("%(domain)s is geen eigen domein, maar het einde van veel domeinen. Schrijf het hele domein.")
        raise InvalidDomain(message % {"domain": domain})
    if is_free_mail(domain):
        raise FreeMailDomain(domain)
    if len(domain) > _LONGEST_STORED:
        raise InvalidDomain(_("Dit domein is te lang."))
    return domain


def address_in_domains(address: str, domains: Iterable[str]) -> bool:
    """Say whether an e-mail address is in one of these normalised domains, itself and not one under it (ACC-2).

    What is no address is in none.
    """
    try:
        return domain_of(address) in set(domains)
    except InvalidDomain:
        return False


def _no_domain() -> InvalidDomain:
    return InvalidDomain(_("Dit is geen domein. Een domein is wat achter de @ staat, zoals voorbeeld.nl."))


def _split(address: str) -> tuple[str, str]:
    local_part, at, domain = address.strip().rpartition("@")
    if not at or not _LOCAL_PART.fullmatch(local_part):
        raise InvalidDomain(_("Dit is geen e-mailadres. Een e-mailadres ziet eruit als naam@voorbeeld.nl."))
    if domain != domain.strip():
        raise _no_domain()
    return local_part, normalise_domain(domain)


def _normalise_label(label: str) -> str:
    """Return one part of a domain in ASCII and small letters; raises InvalidDomain."""
    # Composed again, for a letter that is folded can be one that joins the mark behind it.
    folded = unicodedata.normalize("NFKC", "".join(map(_fold, unicodedata.normalize("NFKC", label))))
    if not folded.isascii():
        folded = _to_ascii(folded)
    elif folded.startswith(_ACE):
        _check_encoded(folded)
    if not _LABEL.fullmatch(folded):
        raise _no_domain()
    return folded


def _fold(sign: str) -> str:
    small = sign.lower()
    return small if small in _KEPT else small.casefold()


def _to_ascii(label: str) -> str:
    allowed = all(sign == "-" or unicodedata.category(sign) in _CATEGORIES for sign in label)
    hyphened = label.startswith("-") or label.endswith("-") or label[2:4] == "--"
    if not allowed or hyphened or unicodedata.category(label[0]).startswith("M"):
        raise _no_domain()
    return _ACE + label.encode("punycode").decode("ascii")


def _check_encoded(label: str) -> None:
    """Refuse an "xn--" that says nothing, or says what is written otherwise: it would be a second form of a domain."""
    if not _LABEL.fullmatch(label):
        raise _no_domain()
    try:
        decoded = label.removeprefix(_ACE).encode("ascii").decode("punycode")
    except UnicodeError as error:
        raise _no_domain() from error
    if decoded.isascii() or _normalise_label(decoded) != label:
        raise _no_domain()


@cache
def _free_mail() -> tuple[frozenset[str], frozenset[str]]:
    """Return the whole domains of the list, and the names that are free mail with any ending."""
    entries = _read_lines("free_mail_domains.txt")
    any_ending = {entry for entry in entries if entry.endswith(".*")}
    return frozenset(entries - any_ending), frozenset(entry.removesuffix(".*") for entry in any_ending)


@cache
def _shared_endings() -> frozenset[str]:
    return frozenset(_read_lines("shared_endings.txt"))


def _read_lines(name: str) -> set[str]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}
