"""Which organisations have jobs to look after: ids only, for the sweep over all of them."""

from datetime import datetime
from uuid import UUID

from django.db import connection


def organisations_with_open_jobs(*, silent_since: datetime) -> list[UUID]:
    """Return the ids of the organisations with a job that waits, or one that has given no sign since that moment.

    By a database function that shows nothing else.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT kijk_organisations_with_open_jobs(%s)", [silent_since])
        return [row[0] for row in cursor.fetchall()]
