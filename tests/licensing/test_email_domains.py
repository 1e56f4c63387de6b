"""Domains in one written form, and which can be an organisation's own (ACC-2)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from accounts.domain.users import AddressNotAllowed, create_user
from accounts.models import PersonName, User
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from licensing.domain import (
    EmailDomainInUse,
    KnownEmailDomain,
    LastEmailDomain,
    add_email_domain,
    find_organisation,
    remove_email_domain,
)
from licensing.email_domains import (
    DATA,
    FreeMailDomain,
    InvalidDomain,
    address_in_domains,
    check_organisation_domain,
    domain_of,
    is_free_mail,
    normalise_address,
    normalise_domain,
)
from licensing.models import EmailDomain
from tests import factories

CYRILLIC_A = "\u0430"
LABEL_63 = "a" * 63

ONE_FORM = [
    ("voorbeeld.nl", "voorbeeld.nl"),
    ("  Voorbeeld.NL \n", "voorbeeld.nl"),
    ("voorbeeld.nl.", "voorbeeld.nl"),
    ("VOORBEELD\u3002nl", "voorbeeld.nl"),
    ("ｖｏｏｒｂｅｅｌｄ．ｎｌ", "voorbeeld.nl"),
    ("a-b.voorbeeld.co.uk", "a-b.voorbeeld.co.uk"),
    ("1234.nl", "1234.nl"),
    ("kindcentrum.amsterdam", "kindcentrum.amsterdam"),
    (f"{LABEL_63}.nl", f"{LABEL_63}.nl"),
    # The same name as people write it, as the DNS has it, in capitals, and with the accent as a sign of its own.
    ("privé.nl", "xn--priv-epa.nl"),
    ("xn--priv-epa.nl", "xn--priv-epa.nl"),
    ("XN--PRIV-EPA.NL", "xn--priv-epa.nl"),
    ("PRIVÉ.nl", "xn--priv-epa.nl"),
    ("prive\u0301.nl", "xn--priv-epa.nl"),
    # Domains of their own since 2008, no other way to write "ss" or an ordinary sigma.
    ("straße.de", "xn--strae-oqa.de"),
    ("STRAẞE.de", "xn--strae-oqa.de"),
    ("xn--strae-oqa.de", "xn--strae-oqa.de"),
    ("strasse.de", "strasse.de"),
    ("βόλος.com", "xn--nxasmm1c.com"),
    ("ΒΌΛΟΣ.com", "xn--nxasmq6b.com"),
    ("δοκιμή.δοκιμή", "xn--jxalpdlp.xn--jxalpdlp"),
    ("例え.jp", "xn--r8jz45g.jp"),
    # What looks the same is not.
    (f"gm{CYRILLIC_A}il.com", "xn--gmil-63d.com"),
    ("z\u043ennebloem.nl", "xn--znnebloem-02h.nl"),
    ("voorbeeld.n\u04cf", "voorbeeld.xn--n-c2b"),
]
NO_DOMAIN = [
    "",
    " ",
    ".",
    "nl",
    "voorbeeld",
    "nl.",
    ".nl",
    "voorbeeld..nl",
    "voorbeeld.nl..",
    "geen domein.nl",
    "voor beeld.nl",
    "voorbeeld.nl/",
    "https://voorbeeld.nl",
    "sanne@voorbeeld.nl",
    "@voorbeeld.nl",
    "-voorbeeld.nl",
    "voorbeeld-.nl",
    "voor_beeld.nl",
    "voorbeeld.nl:25",
    "192.0.2.4",
    "[192.0.2.4]",
    "voorbeeld.1",
    "voorbeeld\x00.nl",
    "voor\u200bbeeld.nl",
    "voor\u202ebeeld.nl",
    "voor\u00adbeeld.nl",
    "voor\u2024.nl\u2100",
    "kinder😀.nl",
    "é-.nl",
    "-é.nl",
    "ab--é.nl",
    "\u0301a.nl",
    "a" * 64 + ".nl",
    "é" * 60 + ".nl",
    ".".join(["abcdefgh"] * 29) + ".nl",
    ".".join(["éa"] * 60) + ".nl",
    # An "xn--" that says nothing, that says plain letters, or that says what is written in another way.
    "xn--.nl",
    "xn--a.nl",
    "xn--gmail-.com",
    "xn---epa.nl",
    "xn--PRIV\u00e9-epa.nl",
    f"xn--{'PRIVÉ'.encode('punycode').decode()}.nl",
    "xn--zzzzzzzzzz99999999.nl",
]


@pytest.mark.requirement("ACC-2.1")
@pytest.mark.parametrize(("text", "domain"), ONE_FORM)
def test_domain_has_one_form(text: str, domain: str) -> None:
    assert normalise_domain(text) == domain


@pytest.mark.requirement("ACC-2.1")
@pytest.mark.parametrize("text", NO_DOMAIN)
def test_text_that_is_no_domain_is_refused(text: str) -> None:
    with pytest.raises(InvalidDomain):
        normalise_domain(text)


@given(st.text(max_size=40) | st.from_regex(r"[a-zßéσıİ\u0430-]{1,12}\.(nl|be)", fullmatch=True))
def test_form_of_a_domain_is_its_own_form(text: str) -> None:
    try:
        domain = normalise_domain(text)
    except InvalidDomain:
        return
    assert normalise_domain(domain) == domain
    assert normalise_domain(f" {domain.upper()}. ") == domain
    assert domain.isascii()


def test_refusals_are_sentences_for_the_user() -> None:
    said: dict[str, str] = {}
    for text in ("geen domein", "a" * 300, "co.uk", "Gmail.com", ".".join(["abcdefgh"] * 14) + ".nl"):
        with pytest.raises((InvalidDomain, FreeMailDomain)) as refusal:
            check_organisation_domain(text)
        said[text[:12]] = str(refusal.value)
    assert said == {
        "geen domein": "Dit is geen domein. Een domein is wat achter de @ staat, zoals voorbeeld.nl.",
        "aaaaaaaaaaaa": "Dit domein is te lang.",
        "co.uk": "co.uk is geen eigen domein, maar het einde van veel domeinen. Schrijf het hele domein.",
        "Gmail.com": "Bij gmail.com kan iedereen een adres krijgen. Kies een domein dat alleen van uw organisatie is.",
        "abcdefgh.abc": "Dit domein is te lang.",
    }


@pytest.mark.requirement("ACC-2.1")
@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("sanne@voorbeeld.nl", "voorbeeld.nl"),
        (" Sanne@VOORBEELD.NL. ", "voorbeeld.nl"),
        ('"sanne@elders.nl"@voorbeeld.nl', "voorbeeld.nl"),
        ('"a\\"@b"@voorbeeld.nl', "voorbeeld.nl"),
        ("sanne+groep@intern.voorbeeld.nl", "intern.voorbeeld.nl"),
        ("sanné@privé.nl", "xn--priv-epa.nl"),
        ("o'brien@voorbeeld.nl", "voorbeeld.nl"),
    ],
)
def test_domain_of_an_address(address: str, domain: str) -> None:
    assert domain_of(address) == domain


@pytest.mark.requirement("ACC-2.1")
@pytest.mark.parametrize(
    "address",
    [
        "",
        "voorbeeld.nl",
        "@voorbeeld.nl",
        "sanne@",
        "sanne@voorbeeld",
        "a@b@voorbeeld.nl",
        '"a"b@elders.nl"@voorbeeld.nl',
        'a@elders.nl"@voorbeeld.nl',
        '"a@elders.nl@voorbeeld.nl',
        "a@elders.nl(@voorbeeld.nl",
        "a@(b@voorbeeld.nl)elders.nl",
        "<a@elders.nl>,b@voorbeeld.nl",
        "a@elders.nl,b@voorbeeld.nl",
        "a@elders.nl b@voorbeeld.nl",
        "a@elders.nl\nb@voorbeeld.nl",
        "a b@voorbeeld.nl",
        "a\x00@voorbeeld.nl",
        "a@ voorbeeld.nl",
        "a@voorbeeld.nl\r\nBcc: b@elders.nl",
    ],
)
def test_text_that_is_no_address_has_no_domain_and_is_in_none(address: str) -> None:
    with pytest.raises(InvalidDomain):
        domain_of(address)
    assert not address_in_domains(address, ["voorbeeld.nl", "elders.nl"])


def test_address_is_written_small_with_its_domain_in_one_form() -> None:
    assert normalise_address(" Sanne.deWit@PRIVÉ.nl. ") == "sanne.dewit@xn--priv-epa.nl"


@pytest.mark.requirement("ACC-2.1")
@pytest.mark.parametrize(
    ("address", "is_in"),
    [
        ("sanne@voorbeeld.nl", True),
        ("SANNE@Voorbeeld.NL.", True),
        ("sanne@school.voorbeeld.be", True),
        ("sanne@privé.nl", True),
        ("sanne@xn--priv-epa.nl", True),
        ("sanne@intern.voorbeeld.nl", False),
        ("sanne@voorbeeld.be", False),
        ("sanne@eenvoorbeeld.nl", False),
        ("sanne@voorbeeld.nl.elders.nl", False),
        ("sanne@voorbeeld.com", False),
        ("sanne@voorbe\u0435ld.nl", False),
        ("sanne@prive.nl", False),
        ('"sanne@voorbeeld.nl"@elders.nl', False),
    ],
)
def test_address_is_in_a_domain_itself_and_not_beneath_it(address: str, is_in: bool) -> None:
    domains = ["voorbeeld.nl", "school.voorbeeld.be", "xn--priv-epa.nl"]
    assert address_in_domains(address, domains) is is_in
    assert not address_in_domains(address, [])


# ------------------------------------------------------------------------------------------------ free mail

FREE = [
    "gmail.com", "GMAIL.com", "gmail.com.", "x.gmail.com", "a.b.gmail.com", "googlemail.com", "gmail.nl", "hotmail.com",
    "hotmail.nl", "hotmail.be", "hotmail.co.uk", "outlook.com", "outlook.nl", "outlook.be", "live.com", "live.nl",
    "msn.com", "icloud.com", "me.com", "mac.com", "yahoo.com", "yahoo.nl", "yahoo.co.uk", "yahoo.com.br", "ymail.com",
    "aol.com", "gmx.net", "gmx.de", "web.de", "t-online.de", "mail.ru", "yandex.ru", "ya.ru", "proton.me", "pm.me",
    "protonmail.com", "tutanota.com", "ziggo.nl", "kpnmail.nl", "planet.nl", "xs4all.nl", "sanne.xs4all.nl", "casema.nl",
    "chello.nl", "home.nl", "hetnet.nl", "upcmail.nl", "quicknet.nl", "telfort.nl", "tele2.nl", "solcon.nl", "zonnet.nl",
    "versatel.nl", "caiway.nl", "online.nl", "kabelfoon.nl", "zeelandnet.nl", "telenet.be", "skynet.be", "mailinator.com",
    "sub.mailinator.com", "guerrillamail.com", "yopmail.com", "wegwerpmailadres.nl", "ｇｍａｉｌ．com",
]  # fmt: skip
OWN = [
    "voorbeeld.nl", "boomhut.example", "gmail-kinderopvang.nl", "gmail.com.boomhut.nl", "mijngmail.com", "ziggo.com.nl.eu",
    "kinderopvang-online.nl", "yahoo.boomhut.nl", "outlook.boomhut.example", "live.boomhut.nl", "deme.com",
    "home.boomhut.nl", "xn--gmil-63d.com", "boomhut.co.uk",
]  # fmt: skip


@pytest.mark.requirement("ACC-2.2")
@pytest.mark.parametrize("domain", FREE)
def test_free_mail_is_no_organisations_domain(domain: str) -> None:
    assert is_free_mail(normalise_domain(domain))
    with pytest.raises(FreeMailDomain):
        check_organisation_domain(domain)


@pytest.mark.requirement("ACC-2.2")
@pytest.mark.parametrize("domain", OWN)
def test_domain_that_only_resembles_free_mail_is_taken(domain: str) -> None:
    assert check_organisation_domain(f" {domain.upper()}.") == domain


@pytest.mark.requirement("ACC-2.2")
@pytest.mark.parametrize("domain", ["nl", "com", "co.uk", "CO.UK.", "com.br", "co.nl", "org.uk"])
def test_ending_of_other_peoples_domains_is_refused(domain: str) -> None:
    with pytest.raises(InvalidDomain):
        check_organisation_domain(domain)


@pytest.mark.parametrize(("name", "least"), [("free_mail_domains.txt", 250), ("shared_endings.txt", 50)])
def test_lists_are_in_their_form_sorted_within_groups_and_without_doubles(name: str, least: int) -> None:
    groups = (DATA / name).read_text(encoding="utf-8").split("\n\n")
    listed = [[line for line in group.splitlines() if not line.startswith("#")] for group in groups]
    entries = [entry for group in listed for entry in group]
    assert len(entries) >= least
    assert len(set(entries)) == len(entries)
    assert [group for group in listed if group != sorted(group)] == []
    plain = [entry.replace(".*", ".com") for entry in entries]
    assert [entry for entry in plain if normalise_domain(entry) != entry] == []


# ------------------------------------------------------------------------------------- an organisation's list


@pytest.fixture
def organisation_id(db: None) -> UUID:
    """An organisation whose only domain is voorbeeld.nl."""
    return factories.organisation()


def domains() -> list[str]:
    """The domains of the organisation in scope."""
    return sorted(EmailDomain.objects.values_list("domain", flat=True))


def create(email: str) -> User:
    """Create a user without a password."""
    return create_user(email=email, name=PersonName("Sanne", "de", "Wit"), password=None)


def used_by_users(domain: str) -> bool:
    """Say whether a user has an address in this domain."""
    return User.objects.filter(email__endswith=f"@{domain}").exists()


@pytest.mark.requirement("ACC-2.1", "LIC-1.5")
def test_organisation_can_hold_several_domains(organisation_id: UUID) -> None:
    with tenant_scope(organisation_id):
        added = add_email_domain(domain=" Privé.NL. ")
    with tenant_scope(organisation_id):
        assert domains() == ["voorbeeld.nl", "xn--priv-epa.nl"]
        assert [create(email).email for email in ("Sanne@voorbeeld.nl", "sanne@PRIVÉ.nl.")] == [
            "sanne@voorbeeld.nl",
            "sanne@xn--priv-epa.nl",
        ]
        with pytest.raises(AddressNotAllowed):
            create("sanne@intern.voorbeeld.nl")
        event = AuditEvent.objects.get(action="email_domain.added")
        assert (event.object_id, event.object_type, event.data) == (added.pk, "licensing.emaildomain", {})


@pytest.mark.requirement("ACC-2.2")
@pytest.mark.parametrize(
    ("domain", "refusal"),
    [
        ("x.gmail.com", FreeMailDomain),
        ("co.uk", InvalidDomain),
        ("geen domein", InvalidDomain),
        ("VOORBEELD.nl.", KnownEmailDomain),
    ],
)
def test_domain_that_cannot_be_the_organisations_is_not_added(
    organisation_id: UUID, domain: str, refusal: type[Exception]
) -> None:
    with tenant_scope(organisation_id), pytest.raises(refusal):
        add_email_domain(domain=domain)
    with tenant_scope(organisation_id):
        assert domains() == ["voorbeeld.nl"]
        assert not AuditEvent.objects.filter(action="email_domain.added").exists()


def test_domain_is_removed_when_nobody_uses_it(organisation_id: UUID) -> None:
    with tenant_scope(organisation_id):
        kept = add_email_domain(domain="boomhut.nl")
        gone = EmailDomain.objects.get(domain="voorbeeld.nl")
        create("sanne@boomhut.nl")
        remove_email_domain(domain_id=gone.pk, is_used=used_by_users)
    with tenant_scope(organisation_id):
        assert domains() == ["boomhut.nl"]
        assert AuditEvent.objects.get(action="email_domain.removed").object_id == gone.pk
        with pytest.raises(LastEmailDomain):
            remove_email_domain(domain_id=kept.pk, is_used=used_by_users)
        with pytest.raises(AddressNotAllowed):
            create("jan@voorbeeld.nl")
        assert domains() == ["boomhut.nl"]


def test_domain_of_an_account_is_not_removed(organisation_id: UUID) -> None:
    with tenant_scope(organisation_id):
        used = add_email_domain(domain="boomhut.nl")
        create("sanne@boomhut.nl")
        with pytest.raises(EmailDomainInUse):
            remove_email_domain(domain_id=used.pk, is_used=used_by_users)
    with tenant_scope(organisation_id):
        assert domains() == ["boomhut.nl", "voorbeeld.nl"]
        assert not AuditEvent.objects.filter(action="email_domain.removed").exists()


def test_domain_of_another_organisation_is_not_ours_to_remove(organisation_id: UUID) -> None:
    with tenant_scope(factories.organisation(domain="elders.nl")):
        theirs = EmailDomain.objects.get()
        add_email_domain(domain="elders.be")
    with tenant_scope(organisation_id):
        add_email_domain(domain="boomhut.nl")
        with pytest.raises(EmailDomain.DoesNotExist):
            remove_email_domain(domain_id=theirs.pk, is_used=lambda domain: False)


def test_two_who_remove_at_once_leave_a_domain(committed_db: object) -> None:
    organisation_id = factories.organisation()
    with tenant_scope(organisation_id):
        add_email_domain(domain="boomhut.nl")
        ids = list(EmailDomain.objects.values_list("pk", flat=True))
    together = Barrier(2, timeout=20)

    def remove(domain_id: UUID) -> str:
        try:
            together.wait()
            with tenant_scope(organisation_id):
                remove_email_domain(domain_id=domain_id, is_used=used_by_users)
        except LastEmailDomain:
            return "refused"
        finally:
            connections.close_all()
        return "removed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, ids)) == ["refused", "removed"]
    with tenant_scope(organisation_id):
        assert EmailDomain.objects.count() == 1


@pytest.mark.requirement("ACC-2.2")
def test_organisation_is_not_created_with_free_mail(committed_db: object) -> None:
    with pytest.raises(FreeMailDomain):
        factories.organisation(name="De Boomhut", domain="Hotmail.nl")
    assert find_organisation("De Boomhut") is None


def test_address_that_is_none_is_a_validation_error(organisation_id: UUID) -> None:
    with tenant_scope(organisation_id), pytest.raises(ValidationError) as refusal:
        create("a@b@voorbeeld.nl")
    assert refusal.value.messages == ["Dit is geen e-mailadres. Een e-mailadres ziet eruit als naam@voorbeeld.nl."]
