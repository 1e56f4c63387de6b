"""The pages of what is below and beside the apps, of monitoring and of privacy."""

from typing import Any

from accounts.roles import Role
from tests import mails
from tests.pages.model import STAFF, Page, World


def _mail(world: World) -> dict[str, Any]:
    return {"pk": mails.written_mail()}


def _draft(world: World) -> dict[str, Any]:
    return {"draft_key": f"note:{world.child.pk}", "text": "Klimt op de b"}


PAGES = [
    Page("monitoring:cross_section", Role.QUALITY, "monitoring.cross_section.viewed"),
    Page("monitoring:cross_section_pdf", Role.QUALITY, "monitoring.cross_section.exported", is_html=False),
    Page("privacy:leaflet", STAFF, "privacy.leaflet.viewed", denied_to=None),
    Page("privacy:leaflet_pdf", STAFF, "privacy.leaflet.exported", denied_to=None, is_html=False),
    Page("privacy:processing_register", STAFF, "privacy.register.viewed", denied_to=None),
    Page("privacy:processing_register_pdf", STAFF, "privacy.register.exported", denied_to=None, is_html=False),
    Page("drafts:save", STAFF, "", method="post", data=_draft, denied_to=None, is_html=False, of_oneself=True),
    Page(
        "drafts:discard",
        STAFF,
        "draft.discarded",
        method="post",
        denied_to=None,
        status=302,
        is_html=False,
        of_oneself=True,
    ),
    Page("set_language", None, "", method="post", status=302, is_html=False),
    Page("health_live", None, "", is_html=False),
    Page("health_ready", None, "", is_html=False),
    Page("components", None, ""),
    Page("mail:mailbox", None, ""),
    Page("mail:message", None, "", kwargs=_mail),
    # A mail as a mail program gets it: none of our pages.
    Page("mail:message_html", None, "", kwargs=_mail, is_html=False),
]
