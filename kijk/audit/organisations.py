"""Which organisations have a trail: ids only, for jobs that go over all of them."""

from uuid import UUID

from django.db import connection


def organisations_with_trail() -> list[UUID]:
    """Return the ids of all organisations that have events.

    By a database function that answers with ids and nothing else, because no role of the app sees rows of more
    than one organisation.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT kijk_organisations_with_trail()")
        return [row[0] for row in cursor.fetchall()]
