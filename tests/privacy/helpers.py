"""What the tests of privacy share: signing in, and reading pages and PDFs as a reader would."""

import re
from html import unescape
from io import BytesIO
from uuid import UUID

from django.test import Client
from pypdf import PdfReader

from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from tests import factories
from tests.clients import client_of

PAGES = (
    ("/privacy/bijsluiter/", "privacy.leaflet.viewed"),
    ("/privacy/bijsluiter.pdf", "privacy.leaflet.exported"),
    ("/privacy/verwerkingsregister/", "privacy.register.viewed"),
    ("/privacy/verwerkingsregister.pdf", "privacy.register.exported"),
)


def signed_in(organisation_id: UUID, role: Role | None = Role.DATA_PROTECTION_OFFICER) -> Client:
    """Return a client with the session of a user of the organisation, with a role or none."""
    with tenant_scope(organisation_id):
        user = factories.user(role)
    return client_of(user)


def actions(organisation_id: UUID) -> list[str]:
    """Return the actions in the organisation's trail that tell of pages, oldest first."""
    with tenant_scope(organisation_id):
        found = AuditEvent.objects.order_by("sequence").values_list("action", flat=True)
        return [action for action in found if action.startswith(("privacy.", "request."))]


def column(page: str, table: str, number: int = 0) -> list[str]:
    """Return one column of a page's table, its headings left out."""
    body = re.search(rf'<table class="table" id="{table}">.*?<tbody>(.*?)</tbody>', page, re.DOTALL)
    assert body is not None, table
    rows = re.findall(r"<tr>(.*?)</tr>", body.group(1), re.DOTALL)
    return [unescape(re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)[number]) for row in rows]


def text_of(content: bytes) -> str:
    """Return a PDF's text on one line, as a reader finds it when searching."""
    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    return " ".join(" ".join(pages).split())
