"""The local page with mails: a folder that is closed to others, shown where no mail server is, and never elsewhere."""

import os
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from kijk.mail.backends import FolderBackend
from kijk.mail.mailbox import MOST_SHOWN, local_mail, local_mails
from tests.kijk.mail.conftest import Queue
from tests.mails import send_all, written_mail
from tests.test_production_settings import PRODUCTION

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """A folder of the test's own, which nobody has made yet."""
    settings.MAIL_DIR = tmp_path / "kijk" / "mail"
    return Path(settings.MAIL_DIR)


def test_queued_mail_is_written_and_shown(queue: Queue, reader: Any, folder: Path, settings: Any) -> None:
    settings.EMAIL_BACKEND = "kijk.mail.backends.FolderBackend"
    pk = queue()
    before = datetime.now(UTC).replace(microsecond=0)
    assert send_all(reader.organisation_id) == ["sent"]
    (mail,) = local_mails(folder)
    assert (mail.id, mail.address, mail.subject) == (pk, reader.email, "Een nieuw wachtwoord voor Kijk")
    assert before <= mail.sent_at <= datetime.now(UTC)
    assert "De link werkt één keer" in mail.text
    assert "De link werkt één keer" in mail.html
    page = Client().get(reverse("mail:mailbox")).content.decode()
    assert f'<a href="/mail/{pk}/">Een nieuw wachtwoord voor Kijk</a>' in page
    assert reader.email in page


def test_mails_are_closed_to_others(folder: Path) -> None:
    pk = written_mail()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {f"{pk}.eml": 0o600}


def test_newest_mail_is_first(folder: Path) -> None:
    made = []
    for _ in range(3):
        made.append(written_mail())
        # Ids are in order from one millisecond to the next.
        time.sleep(0.002)
    assert [mail.id for mail in local_mails(folder)] == made[::-1]
    assert local_mail(folder, made[1]).id == made[1]


def test_list_ends_somewhere(folder: Path) -> None:
    made = [written_mail() for _ in range(MOST_SHOWN + 1)]
    assert [mail.id for mail in local_mails(folder)] == sorted(made, reverse=True)[:MOST_SHOWN]


def test_mail_that_did_not_come_from_the_outbox_is_shown_too(db: None, folder: Path) -> None:
    plain = EmailMessage("Proef", "Alleen tekst.", "kijk@kijk.example", ["a@voorbeeld.nl", "b@voorbeeld.nl"])
    assert FolderBackend().send_messages([plain]) == 1
    (mail,) = local_mails(folder)
    assert (mail.address, mail.text.strip(), mail.html) == ("a@voorbeeld.nl, b@voorbeeld.nl", "Alleen tekst.", "")
    page = Client().get(reverse("mail:message", kwargs={"pk": mail.id})).content.decode()
    assert "opgemaakte mail" not in page


def test_empty_mailbox_says_what_would_fill_it(db: None) -> None:
    page = Client().get(reverse("mail:mailbox")).content.decode()
    assert "Nog geen mails" in page
    assert "Nodig bijvoorbeeld een medewerker uit" in page
    assert "<table" not in page


def test_links_of_a_mail_can_be_followed(db: None) -> None:
    page = Client().get(reverse("mail:message", kwargs={"pk": written_mail()})).content.decode()
    assert '<a href="http://localhost:8000/inloggen/"' in page
    assert "sanne@voorbeeld.nl" in page


@pytest.mark.requirement("SEC-5.2")
def test_html_of_a_mail_runs_and_loads_nothing(db: None) -> None:
    response = Client().get(reverse("mail:message_html", kwargs={"pk": written_mail()}))
    assert response.content.decode().startswith("<!DOCTYPE html>")
    assert response.headers["Content-Security-Policy"] == (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


@pytest.mark.parametrize("name", ["message", "message_html"])
def test_mail_that_is_not_there_is_not_found(db: None, name: str) -> None:
    assert Client().get(reverse(f"mail:{name}", kwargs={"pk": uuid4()})).status_code == 404


def test_mailbox_that_is_switched_off_is_not_found(db: None, settings: Any) -> None:
    pk = written_mail()
    settings.SHOW_MAILBOX = False
    addresses = [reverse("mail:mailbox"), *(reverse(f"mail:{name}", args=[pk]) for name in ("message", "message_html"))]
    assert [Client().get(address).status_code for address in addresses] == [404, 404, 404]


def test_production_has_no_mailbox() -> None:
    program = (
        "import django; django.setup(); from django.urls import NoReverseMatch, resolve, Resolver404\n"
        "try: resolve('/mail/')\n"
        "except Resolver404: print('nothing there')"
    )
    environment = {**os.environ, **PRODUCTION, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "nothing there\n"
