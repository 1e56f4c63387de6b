"""What stands in a mail: declared keys and plain values, in both parts the same, never anything of a child."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from accounts.mails import mask_address
from accounts.models import PersonName, User
from kijk.mail.kinds import MailKind, UnknownMailKind, declare_kind, declared_kinds, kind_of
from kijk.mail.models import MailContent
from kijk.mail.rendering import MailContextError, render_mail
from kijk.tenancy.context import tenant_scope
from observations.models import Child, ChildFile
from tests import factories

TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "mail"
LINK = "http://localhost:8000/wachtwoord/abc-123_x/"
VALUES: dict[str, Any] = {
    "organisation": "Kinderopvang De Vlieger",
    "inviter": "Noor van den Berg",
    "by_whom": "Noor van den Berg",
    "link": LINK,
    "valid_hours": 72,
    "when": datetime(2026, 11, 3, 13, 5, tzinfo=UTC),
    "until": datetime(2026, 11, 3, 13, 5, tzinfo=UTC),
    "origin": "192.0.2.17",
    "device": "Firefox op Windows",
    "what": "er is een passkey toegevoegd",
    "old": "s…@voorbeeld.nl",
    "new": "n…@voorbeeld.nl",
}
MOMENTS = {"when", "until"}
EXPECTED = [
    "account_locked", "account_unlocked", "email_changed", "invitation", "networks_suspended", "new_device", "password_changed",
    "password_reset", "second_factor_changed", "second_factor_reset", "sessions_ended",
]  # fmt: skip

each_kind = pytest.mark.parametrize("kind", declared_kinds(), ids=lambda kind: kind.code)


@pytest.fixture
def scope(db: None) -> Iterator[None]:
    """The scope of an organisation with a name to print."""
    with tenant_scope(factories.organisation("Kinderopvang De Vlieger")):
        yield


def context_of(kind: MailKind, **other: Any) -> dict[str, Any]:
    return {key: VALUES[key] for key in kind.keys} | other


def rendered(kind: MailKind, language: str = "nl", **other: Any) -> MailContent:
    return render_mail(kind, address="sanne@voorbeeld.nl", language=language, context=context_of(kind, **other))


def words_of(html: str) -> str:
    """Return what a reader of the HTML part reads, its heading left out: that is the subject."""
    body = re.sub(r"<head>.*?</head>|<h1>.*?</h1>", "", html, flags=re.DOTALL)
    return " ".join(strip_tags(body).split())


def test_every_kind_is_declared_and_has_both_parts() -> None:
    assert [kind.code for kind in declared_kinds()] == EXPECTED
    shared = {"base", "link"}
    assert sorted({path.stem for path in TEMPLATES.glob("*.txt")} - shared) == EXPECTED
    assert (
        sorted({path.stem for path in TEMPLATES.glob("*.html")} - shared - {"mailbox", "mailbox_message"}) == EXPECTED
    )


@each_kind
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_kind_says_all_that_is_declared_in_both_parts(scope: None, kind: MailKind, language: str) -> None:
    mail = rendered(kind, language)
    for key in kind.keys - MOMENTS:
        assert str(VALUES[key]) in mail.text
        assert str(VALUES[key]) in mail.html
    moments = 1 if kind.keys & MOMENTS else 0
    assert [part.count("2026, 14:05") for part in (mail.text, mail.html)] == [moments, moments]
    assert f'<html lang="{language}">' in mail.html
    assert "Kinderopvang De Vlieger" in mail.text
    assert mail.subject in mail.html


@each_kind
def test_both_parts_say_the_same(scope: None, kind: MailKind) -> None:
    mail = rendered(kind)
    assert words_of(mail.html) == " ".join(mail.text.replace("----", " ").split())


@pytest.mark.parametrize("name", [*EXPECTED, "base", "link"])
def test_both_parts_have_the_same_messages_to_translate(name: str) -> None:
    """The catalogue is made from the HTML templates; what stood in a text alone would stay Dutch."""
    message = re.compile(r'{% translate "(.*?)" %}|{% blocktranslate .*?%}(.*?){% endblocktranslate %}', re.DOTALL)
    text, html = (
        [" ".join("".join(found).split()) for found in message.findall((TEMPLATES / f"{name}{end}").read_text())]
        for end in (".txt", ".html")
    )
    assert text == html
    assert text


@each_kind
def test_every_mail_says_why_it_came_and_loads_nothing(scope: None, kind: MailKind) -> None:
    mail = rendered(kind)
    assert "U krijgt deze mail omdat" in mail.text
    assert "staan nooit gegevens van kinderen" in mail.text
    assert re.findall(r"<(?:img|link|script|style|iframe|object|video)\b|\bstyle=|\bsrc=", mail.html) == []
    assert set(re.findall(r'href="([^"]*)"', mail.html)) == ({LINK} if "link" in kind.keys else set())
    assert "\n\n\n" not in mail.text


def test_dutch_mail_reads_as_it_should(scope: None) -> None:
    mail = rendered(kind_of("invitation"))
    assert mail.subject == "Uitnodiging om met Kijk te werken bij Kinderopvang De Vlieger"
    assert mail.text == (
        "Goedendag,\n\n"
        "Noor van den Berg nodigt u uit om met Kijk te werken bij Kinderopvang De Vlieger. "
        "Met Kijk volgt u hoe kinderen zich ontwikkelen.\n\n"
        "Open deze link om uw wachtwoord te kiezen. Daarna kunt u inloggen.\n\n"
        "http://localhost:8000/wachtwoord/abc-123_x/\n\n"
        "De link werkt één keer en is 72 uur geldig.\n\n"
        "Lukt het niet op tijd? Vraag Noor van den Berg dan om een nieuwe uitnodiging.\n\n"
        "Verwachtte u deze uitnodiging niet? Dan hoeft u niets te doen: de link verloopt vanzelf.\n\n"
        "Met vriendelijke groet, Kijk, namens Kinderopvang De Vlieger\n\n"
        "----\n"
        "U krijgt deze mail omdat Noor van den Berg uw e-mailadres heeft opgegeven voor een account bij "
        "Kinderopvang De Vlieger.\n\n"
        "Deze mail is automatisch verstuurd; een antwoord komt niet aan. In mails van Kijk staan nooit gegevens van "
        "kinderen, en Kijk vraagt nooit per mail om uw wachtwoord.\n\n"
        "Twijfelt u of deze mail echt is? Klik dan nergens op, en ga zelf naar http://localhost:8000 of vraag het aan "
        "de beheerder van uw organisatie.\n"
    )


def test_only_the_html_part_is_escaped(scope: None) -> None:
    mail = rendered(kind_of("invitation"), organisation="Zon & <b>Maan</b>")
    assert "Zon & <b>Maan</b>" in mail.text
    assert "Zon &amp; &lt;b&gt;Maan&lt;/b&gt;" in mail.html
    assert "<b>" not in mail.html


def test_lazy_words_are_in_the_language_of_the_mail(scope: None) -> None:
    """The page of who causes a mail may be in another language than its reader's."""
    kind = kind_of("second_factor_changed")
    dutch, english = (rendered(kind, language, what=gettext_lazy("Inloggen")) for language in ("nl", "en"))
    assert "Inloggen" in dutch.text
    assert "Sign in" in english.text


def test_template_that_names_what_is_not_declared_would_be_seen(scope: None, settings: Any) -> None:
    """Every variable of every template is one that the mail has."""
    engine: Any = engines["django"]
    engine.engine.string_if_invalid = "ONBEKEND"
    try:
        texts = [rendered(kind) for kind in declared_kinds()]
    finally:
        engine.engine.string_if_invalid = ""
    assert [mail.subject for mail in texts if "ONBEKEND" in mail.text + mail.html] == []


# ----------------------------------------------------------------------------------------- what cannot be in it


def child() -> Child:
    return factories.child(first_name="Yara", last_name="Dijk")


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (child, "Child"),
        (lambda: child().file, "ChildFile"),
        (factories.user, "User"),
        (lambda: PersonName("Sanne", "de", "Wit"), "PersonName"),
        (lambda: ChildFile("Yara", "van", "Dijk"), "ChildFile"),
        (lambda: User.Gender.FEMALE, "Gender"),
        (lambda: mark_safe("<b>vet</b>"), "SafeString"),
        (lambda: ["Yara"], "list"),
        (lambda: {"child": "Yara"}, "dict"),
        (lambda: b"Yara", "bytes"),
        (lambda: 1.5, "float"),
        (lambda: True, "bool"),
        (lambda: None, "NoneType"),
    ],
)
def test_value_that_is_not_plain_is_refused(scope: None, make: Any, kind: str) -> None:
    """A row or a sealed value of a child or anybody else cannot get into a mail, not by its str() either."""
    with pytest.raises(MailContextError, match=f"by_whom cannot be a {kind}\\."):
        rendered(kind_of("account_unlocked"), by_whom=make())


def test_key_that_is_not_declared_is_refused(scope: None) -> None:
    with pytest.raises(MailContextError, match=r"undeclared \['child'\], missing \[\]"):
        rendered(kind_of("account_unlocked"), child="Yara")


def test_key_that_is_left_out_is_refused(scope: None) -> None:
    with pytest.raises(MailContextError, match=r"undeclared \[\], missing \['by_whom'\]"):
        render_mail(kind_of("account_unlocked"), address="a@voorbeeld.nl", language="nl", context={})


@pytest.mark.parametrize(
    "link",
    [
        "https://elders.example/wachtwoord/",
        "http://localhost:8000.elders.example/",
        "http://localhost:8000",
        "/wachtwoord/abc/",
        "javascript:alert(1)",
        f"{LINK} https://elders.example/",
        f"{LINK}\nBcc: iemand@elders.example",
    ],
)
def test_link_that_leads_elsewhere_is_refused(scope: None, link: str) -> None:
    with pytest.raises(MailContextError, match="its link does not lead to the product"):
        rendered(kind_of("password_reset"), link=link)


@pytest.mark.parametrize("mark", ["\n", "\r\n", "\r", "\x00", "\u2028", "\x85", "\u202e", "\t"])
def test_name_cannot_break_out_of_its_line(scope: None, mark: str) -> None:
    mail = rendered(kind_of("invitation"), organisation=f"Zon{mark}Bcc: iemand@elders.example")
    assert mail.subject == "Uitnodiging om met Kijk te werken bij Zon Bcc: iemand@elders.example"
    assert mark not in mail.subject + mail.text.replace("\n", " " if mark != "\n" else "")


@pytest.mark.parametrize("hours", ["72", 1.5, True, None])
def test_hours_are_a_whole_number(scope: None, hours: Any) -> None:
    with pytest.raises(MailContextError, match="valid_hours must be a whole number"):
        rendered(kind_of("password_reset"), valid_hours=hours)


def test_long_name_is_cut_off(scope: None) -> None:
    mail = rendered(kind_of("account_unlocked"), by_whom="N" * 5000)
    assert f"{'N' * 199}… heeft" in mail.text


def test_moment_and_day_are_written_out(scope: None) -> None:
    kind = kind_of("second_factor_reset")
    assert "3 november 2026, 14:05" in rendered(kind).text
    assert "Dat was op 4 november 2026." in rendered(kind, when=date(2026, 11, 4)).text


def test_unknown_language_is_refused(scope: None) -> None:
    with pytest.raises(MailContextError, match="'de' is no language"):
        rendered(kind_of("account_unlocked"), language="de")


def test_unknown_kind_is_refused() -> None:
    with pytest.raises(UnknownMailKind, match="No app declares the mail reclame"):
        kind_of("reclame")


@pytest.mark.parametrize(
    ("code", "reason"),
    [("invitation", "twice"), ("../x", "cannot name"), ("", "cannot name"), ("proef", "for how many hours")],
)
def test_kind_is_declared_once_under_a_proper_name_and_its_link_ends(code: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        declare_kind(code, subject=gettext_lazy("Proef"), keys=frozenset({"link"}))


def test_masked_address_shows_its_domain_and_one_letter() -> None:
    assert mask_address("sanne.de.wit@voorbeeld.nl") == "s…@voorbeeld.nl"
