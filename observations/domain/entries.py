"""The id that a page carries, so that a text that is sent twice is kept once (OBS-3).

Who goes back to a page and types another text there sends the id of what was kept before. That is an entry of its own:
nothing typed is lost. Its id follows from the one before it and not from the text, for a digest of a sealed text would
tell something of it.
"""

from typing import Any
from uuid import UUID, uuid5

from django.db.models import QuerySet

_NEXT = "next"


def entry_of(rows: QuerySet[Any], entry_id: UUID, content: object) -> tuple[UUID, bool]:
    """Return under which id a content belongs among ``rows``, and whether it was kept there before; a query or more.

    What was taken away since counts as the same: it does not come back by a page that is sent once more.
    """
    while (kept := rows.filter(entry_id=entry_id).first()) is not None:
        if kept.content in (None, content):
            return entry_id, True
        entry_id = uuid5(entry_id, _NEXT)
    return entry_id, False
