"""Which organisations have something to send: ids only, for the sweep over all of them."""

from datetime import datetime
from uuid import UUID

from django.db import connection


def organisations_with_due_mail(*, now: datetime) -> list[UUID]:
    """Return the ids of the organisations with mail that is due, by a database function that shows nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kijk_organisations_with_due_mail(%s)", [now])
        return [row[0] for row in cursor.fetchall()]
