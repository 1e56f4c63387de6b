"""The page that shows which mails were sent, where no mail server is: development, demonstration, tests.

Only where the setting SHOW_MAILBOX says so (never in production): it shows everybody's links to everybody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import wraps
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kijk.mail.backends import SUFFIX
from kijk.web.csp import HEADER, build_policy
from kijk.web.page import public

MOST_SHOWN = 100
# A mail is somebody else's document: it runs nothing, loads nothing, and is nobody's frame.
_POLICY = build_policy(
    {"default-src": ["'none'"], "base-uri": ["'none'"], "form-action": ["'none'"], "frame-ancestors": ["'none'"]}
)


@dataclass(frozen=True)
class LocalMail:
    """A mail as it was written to the folder."""

    id: UUID
    address: str
    subject: str
    sent_at: datetime
    text: str
    html: str
    language: str


@dataclass(frozen=True)
class Crumb:
    """A step of the way back."""

    label: str
    url: str = ""


def local_mails(folder: Path) -> list[LocalMail]:
    """Return the mails in a folder, the newest first, at most a hundred. A folder that is not there has none."""
    paths = sorted(folder.glob(f"*{SUFFIX}"), reverse=True)[:MOST_SHOWN]
    return [_read(path) for path in paths]


def local_mail(folder: Path, pk: UUID) -> LocalMail:
    """Return one mail of a folder; raises FileNotFoundError."""
    return _read(folder / f"{pk}{SUFFIX}")


def _read(path: Path) -> LocalMail:
    mail: Any = message_from_bytes(path.read_bytes(), policy=policy.default)
    return LocalMail(
        UUID(path.stem), str(mail["To"]), str(mail["Subject"]), _moment(mail["Date"].datetime),
        _part(mail, "plain"), _part(mail, "html"), str(mail["Content-Language"] or "nl"),
    )  # fmt: skip


def _moment(value: datetime) -> datetime:
    # A mail's "-0000" says: this is UTC, and nothing of the sender's own zone.
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


def _part(mail: EmailMessage, kind: str) -> str:
    part: Any = mail.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def _local(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let everybody in where the page is switched on, and nobody elsewhere."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.SHOW_MAILBOX:
            raise Http404
        return view(request, *args, **kwargs)

    return public(never_cache(require_safe(guarded)))


@_local
def mailbox(request: HttpRequest) -> HttpResponse:
    """Show which mails there are, the newest first. Raises Http404 where the page is switched off."""
    return render(request, "mail/mailbox.html", {"mails": local_mails(Path(settings.MAIL_DIR))})


@_local
def mailbox_message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one mail: its text, with the links to follow. Raises Http404 when there is none."""
    mail = _mail_or_404(pk)
    crumbs = [Crumb(_("Mails"), reverse("mail:mailbox")), Crumb(_("Deze mail"))]
    return render(request, "mail/mailbox_message.html", {"mail": mail, "crumbs": crumbs})


@_local
def mailbox_html(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer with a mail's HTML as a mail program gets it, under a policy of its own. Raises Http404."""
    return HttpResponse(_mail_or_404(pk).html, headers={HEADER: _POLICY})


def _mail_or_404(pk: UUID) -> LocalMail:
    try:
        return local_mail(Path(settings.MAIL_DIR), pk)
    except FileNotFoundError:
        raise Http404 from None
