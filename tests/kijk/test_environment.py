"""Settings about mail, as they are written in the environment."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from kijk.environment import MailServer, parse_mail_server, parse_public_url, parse_sender


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "smtps://kijk:geheim@mail.example.nl",
            MailServer("mail.example.nl", 465, "kijk", "geheim", tls=True, starttls=False),
        ),
        (
            "smtp+starttls://kijk%40example.nl:a%2Fb%3Ac@mail.example.nl:2525",
            MailServer("mail.example.nl", 2525, "kijk@example.nl", "a/b:c", tls=False, starttls=True),
        ),
        ("smtp+starttls://mail", MailServer("mail", 587, "", "", tls=False, starttls=True)),
        ("smtps://[2001:db8::25]:465", MailServer("2001:db8::25", 465, "", "", tls=True, starttls=False)),
    ],
)
@pytest.mark.parametrize("tls_only", [True, False])
def test_mail_server_is_read_from_its_address(url: str, expected: MailServer, tls_only: bool) -> None:
    assert parse_mail_server(url, tls_only=tls_only) == expected


def test_mail_server_without_tls_is_for_development_only() -> None:
    assert parse_mail_server("smtp://127.0.0.1:1025", tls_only=False) == MailServer(
        "127.0.0.1", 1025, "", "", tls=False, starttls=False
    )
    assert parse_mail_server("", tls_only=False) is None
    with pytest.raises(ImproperlyConfigured, match=r"must be smtps:// or smtp\+starttls://"):
        parse_mail_server("smtp://127.0.0.1:25", tls_only=True)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.nl",
        "https://kijk:geheim@mail.example.nl",
        "smtps://",
        "smtps://kijk:geheim@mail:x",
        "smtps://[:",
    ],
)
def test_wrong_address_of_a_mail_server_is_not_repeated(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL") as refusal:
        parse_mail_server(url, tls_only=True)
    assert "geheim" not in str(refusal.value)
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


def test_password_of_the_mail_server_shows_nowhere() -> None:
    assert "geheim" not in repr(parse_mail_server("smtps://kijk:geheim@mail.example.nl", tls_only=True))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://kijk.example.nl", "https://kijk.example.nl"),
        ("https://kijk.example.nl/", "https://kijk.example.nl"),
        ("https://kijk.example.nl:8443", "https://kijk.example.nl:8443"),
    ],
)
def test_public_address_has_no_slash_at_its_end(url: str, expected: str) -> None:
    assert parse_public_url(url, tls_only=True) == expected


@pytest.mark.parametrize(
    "url",
    [
        "kijk.example.nl", "https://", "https://kijk.example.nl/pad", "https://kijk.example.nl?a=1", "ftp://kijk.example.nl",
        "https://iemand@kijk.example.nl", "https://kijk.example.nl#a", "https://kijk.example.nl:x", "",
    ],
)  # fmt: skip
def test_public_address_is_an_origin(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="KIJK_PUBLIC_URL is the product's own address"):
        parse_public_url(url, tls_only=False)


def test_public_address_without_tls_is_for_development_only() -> None:
    assert parse_public_url("http://localhost:8000", tls_only=False) == "http://localhost:8000"
    with pytest.raises(ImproperlyConfigured, match="must begin with https"):
        parse_public_url("http://kijk.example.nl", tls_only=True)


def test_sender_has_an_address() -> None:
    assert [parse_sender(text) for text in ("Kijk <kijk@example.nl>", "kijk@example.nl")] == [
        "Kijk <kijk@example.nl>",
        "kijk@example.nl",
    ]


@pytest.mark.parametrize("text", ["", "Kijk", "Kijk <kijk>", "Kijk <@example.nl>", "Kijk <a@b.nl>\nBcc: c@d.nl"])
def test_sender_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="KIJK_MAIL_FROM is a sender"):
        parse_sender(text)
