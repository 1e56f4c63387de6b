"""Handing out a PDF: what it is called, and the event it leaves (REG-8, BSO-2.2)."""

import hashlib
from datetime import date
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify

from accounts.views.own_scope import own_scope
from kijk.audit.domain import record
from observations.models import Group

# Of the audit trail's data: enough to hold a file against the event of its making.
_DIGEST_LETTERS: Final = 32
CHILD: Final = "observations.child"
GROUP: Final = "observations.group"


def pdf_name(what: str, group: Group, day: date) -> str:
    """Return a file name. It holds no name of a child: files lie in folders for downloads, and are sent on (REG-8)."""
    return f"{what}-{slugify(group.name) or 'groep'}-{day:%Y-%m-%d}.pdf"


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """Return a PDF to be saved under a name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def hand_out(
    request: HttpRequest, content: bytes, name: str, action: str, *, about: tuple[str, UUID], **data: str
) -> HttpResponse:
    """Return a PDF, and record in a scope of its own that it left the product.

    ``about`` is the kind of thing and its id, as ``CHILD`` or ``GROUP`` with a key; ``data`` goes into the event.
    """
    digest = hashlib.sha256(content).hexdigest()[:_DIGEST_LETTERS]
    object_type, object_id = about
    with own_scope(request):
        record(action, object_type=object_type, object_id=object_id, data={**data, "digest": digest})
    return pdf_response(content, name)
