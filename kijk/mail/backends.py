"""Where mails go when there is no mail server: a folder, from which the local page reads them."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from kijk.tenancy.ids import uuid7

SUFFIX = ".eml"
_OWN_ID = re.compile(r"<([0-9a-f-]{36})@")


class FolderBackend(BaseEmailBackend):
    """Writes each mail to a file of its own in settings.MAIL_DIR, closed to everybody else. Not for production.

    The file is named by the outbox message's id, so names sort by age.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the mails; return how many. Raises OSError when the folder cannot be written."""
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for email in email_messages:
            mail: Any = email.message()
            name = str(_id_of(str(mail["Message-ID"])))
            # In place at once, so that the page never reads half a mail.
            unfinished = folder / f".{name}"
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(mail.as_bytes(linesep="\n"))
            unfinished.rename(folder / f"{name}{SUFFIX}")
        return len(email_messages)


def _id_of(header: str) -> UUID:
    found = _OWN_ID.match(header)
    return UUID(found[1]) if found else uuid7()
