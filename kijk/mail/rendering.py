"""From a kind and its values to subject, text and HTML, in the reader's language.

A mail cannot hold a child's data: its words are those of its templates, and what it fills in are the declared keys,
with plain values only. A row, a sealed structure or any other object is refused here.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise

from kijk.mail.kinds import LINK, VALID_HOURS, MailKind
from kijk.mail.models import MailContent
from kijk.tenancy.context import current
from kijk.web.dutch import format_date, format_moment

LONGEST: Final = 200
# Control characters, and the marks by which a name could turn the words around it.
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_ADDRESS: Final = re.compile(r"[!-~]+")
_BLANK_LINES: Final = re.compile(r"\n{3,}")


class MailContextError(ValueError):
    """What was given for a mail is not what its kind declares."""


def render_mail(kind: MailKind, *, address: str, language: str, context: Mapping[str, Any]) -> MailContent:
    """Return the mail of this kind for the organisation in scope, whose name it carries.

    ``context`` holds exactly the kind's keys: text, whole numbers, dates, moments. Raises MailContextError for a key
    or a value that the kind does not allow, and for a language the product does not have.
    """
    if language not in dict(settings.LANGUAGES):
        raise MailContextError(f"{language!r} is no language of the product.")
    with translation.override(language):
        values = _values(kind, context)
        values.setdefault("organisation", _printable(_organisation_name()))
        subject = _printable(str(kind.subject) % values)
        variables = {**values, "subject": subject, "language": language, "public_url": settings.PUBLIC_URL}
        text = render_to_string(f"mail/{kind.code}.txt", variables)
        html = render_to_string(f"mail/{kind.code}.html", variables)
    return MailContent(address, subject, _tidy(text), _tidy(html))


def _organisation_name() -> str:
    # By its model's name: the ground floor knows no app. An organisation's text is its name.
    model = apps.get_model(settings.TENANT_MODEL)
    return str(model._default_manager.get(pk=current().organisation_id))


def _values(kind: MailKind, context: Mapping[str, Any]) -> dict[str, str | int]:
    unknown, missing = sorted(context.keys() - kind.keys), sorted(kind.keys - context.keys())
    if unknown or missing:
        raise MailContextError(f"The mail {kind.code}: undeclared {unknown}, missing {missing}.")
    return {key: _value(kind, key, value) for key, value in context.items()}


def _value(kind: MailKind, key: str, value: Any) -> str | int:
    """Return a value as the template takes it: whole numbers as they are, for plurals, and all else as text."""
    # By the exact type: a string marked as safe HTML, an enumeration's member or a truth value is not meant here.
    if type(value) is int or key == VALID_HOURS:
        return _number(kind, key, value)
    if type(value) is datetime:
        return format_moment(value)
    if type(value) is date:
        return format_date(value)
    if type(value) is str or isinstance(value, Promise):
        return _link(kind, value) if key == LINK else _printable(str(value))
    raise MailContextError(f"The mail {kind.code}: {key} cannot be a {type(value).__name__}.")


def _number(kind: MailKind, key: str, value: Any) -> int:
    if type(value) is not int:
        raise MailContextError(f"The mail {kind.code}: {key} must be a whole number.")
    return value


def _link(kind: MailKind, value: Any) -> str:
    link = str(value)
    if not link.startswith(f"{settings.PUBLIC_URL}/") or not _ADDRESS.fullmatch(link):
        raise MailContextError(f"The mail {kind.code}: its link does not lead to the product (absolute_url makes one).")
    return link


def _printable(text: str) -> str:
    """Return a text on one line and of a bearable length, so that no name can add a header or a paragraph."""
    line = " ".join(_UNPRINTABLE.sub(" ", text).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _tidy(text: str) -> str:
    """Return what a template gave without the blank lines that its tags leave."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return _BLANK_LINES.sub("\n\n", lines) + "\n"
