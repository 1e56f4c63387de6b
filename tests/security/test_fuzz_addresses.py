"""Addresses are asked for what they should not be: each answers in words, keeps nothing, and never fails (SEC-4.1)."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import settings

from tests.pages import PAGES, STAFF, Page
from tests.security.access_table import ACCESS, Row
from tests.security.hostile import VALUES, Attack, addresses, queries
from tests.security.judging import Sending
from tests.security.page_forms import forms_in
from tests.security.personas import Persona, Stage, Where
from tests.security.situations import come_to
from tests.security.visits import Address, address_of

IN_STAFF = Persona("staff", Where.HERE, STAFF)
ASKED = [pytest.param(page, id=page.name) for page in PAGES if "GET" in ACCESS[page.name].methods]
OF_ROWS = [pytest.param(page, id=page.name) for page in PAGES if page.of_a_row and "GET" in ACCESS[page.name].methods]
# What a page takes that neither a form nor a link on it shows.
UNSEEN = {
    "accounts:sign_in": {"next", "reden"},
    "accounts:unlock": {"next"},
    "accounts:step_up": {"next"},
    "accounts:second_factor": {"next"},
    "accounts:password_change": {"next"},
    "accounts:totp_add": {"next"},
    "accounts:passkey_add": {"next"},
    "observations:note_new": {"kind", "concept"},
    "observations:extra_new": {"kind"},
    "observations:activities": {"page"},
    "observations:activity": {"concept"},
    "observations:activity_new": {"concept", "van"},
    "observations:group_plan_activity": {"concept"},
    "observations:group_plan_texts": {"concept"},
    "observations:registration_line": {"concept"},
    "observations:registration_reopen": {"concept"},
    "observations:registration_scales": {"concept"},
    "observations:sensitive_new": {"concept"},
    "observations:bso_reopen": {"concept"},
    "observations:parents_report": {"concept"},
    "observations:parents_words": {"concept"},
    "observations:transfer_report": {"concept"},
    "observations:groups": {"collega", "page"},
    "observations:group_staff": {"collega"},
    "accounts:colleagues": {"page"},
    "accounts:trail": {"page", "naar"},
    "accounts:access_review_walk": {"page"},
}
# It takes a second, so it is asked fewer questions; they are those of the page beside it.
PDF = {"monitoring:cross_section_pdf": ("NUL", "half a character", "very long", "5,000 digits", "far year")}
# Where to go on to is all that such a page can be told.
STEERING = ("another site", "NUL", "half a character", "line break", "path", "markup", "very long")
LINKS = re.compile(r'href="([^"]*\?[^"]*)"')
ODD = (
    "/%00/",
    "/kinderen/%ff%fe/",
    "/kinderen/../../etc/passwd",
    "/" + "a" * 8_000,
    "/kinderen/%2e%2e/",
    "/.env",
    "/%5c%5ckwaad",
)


def parameters_of(page: Page, address: Address, html: str) -> set[str]:
    names = {each.name for form in forms_in(html) if form.method == "get" for each in form.fields}
    for link in LINKS.findall(html):
        parts = urlsplit(link.replace("&amp;", "&"))
        if parts.path in {"", address.url}:
            names |= {name for name, _value in parse_qsl(parts.query)}
    return names | UNSEEN.get(page.name, set())


@pytest.mark.parametrize("page", ASKED)
@pytest.mark.requirement("SEC-4.1")
def test_page_takes_any_question(page: Page, on_stage: Stage) -> None:
    address, client = address_of(page, on_stage.world), come_to(page, on_stage)
    if page.name in PDF:
        names = {"instrument", "periode", "groep", "locatie"}
    else:
        names = parameters_of(page, address, client.get(address.url).content.decode(errors="replace"))
    if not names:
        return
    only = STEERING if names == {"next"} else PDF.get(page.name, ())
    with Sending(client, address.url, on_stage) as sending:
        for attack in queries(sorted(names), on_stage.other.child.pk, only):
            sending.send(attack)
    assert sending.complaints == []
    assert sending.changed == set()


@pytest.mark.parametrize("page", OF_ROWS)
@pytest.mark.requirement("SEC-4.1")
def test_address_that_is_not_quite_right_is_not_found(page: Page, on_stage: Stage) -> None:
    address, client = address_of(page, on_stage.world), come_to(page, on_stage)
    parts = [str(value) for value in address.kwargs.values()]
    with Sending(client, address.url, on_stage) as sending:
        for attack in addresses(address.url, parts):
            sending.send(attack)
    assert sending.complaints == []
    # The addresses of small forms lead to the page they are on, and the secretariat's ask first who it is about.
    assert sending.statuses <= {404, 410, 302 if page.status == 302 else 404} or ACCESS[page.name].row is Row.ANY


@pytest.mark.requirement("SEC-4.1")
def test_address_of_nothing_is_not_found(on_stage: Stage) -> None:
    with Sending(on_stage.browser(IN_STAFF), "/", on_stage) as sending:
        for path in ODD:
            sending.send(Attack(path[:40], b"", method="GET", path=path))
    assert sending.complaints == []
    assert sending.statuses <= {400, 404}


@pytest.mark.parametrize(
    "name", [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME]
)
@pytest.mark.requirement("SEC-4.1")
def test_cookie_that_is_none_of_ours_is_as_good_as_none(name: str, on_stage: Stage) -> None:
    with Sending(on_stage.browser(IN_STAFF), "/", on_stage) as sending:
        for value in VALUES.values():
            sending.cookies[name] = value.decode("latin-1")
            sending.send(Attack(f"{value[:20]!r}", b"", method="GET"))
            sending.send(Attack(f"{value[:20]!r}", b"", method="GET", path="/inloggen/"))
    assert sending.complaints == []
    assert sending.statuses <= {200, 302}
