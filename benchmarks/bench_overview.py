"""How long a group overview of 30 × 17 and a child's page take among 100,000 children, and what stands around (REG-7).

Whole requests, from the session to the last byte of HTML, without the network. The ratio to a page that shows next to
nothing (one's own sessions) says more than the milliseconds.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import psycopg

from benchmarks.large import Large, large_database
from benchmarks.timing import p95, times

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.test import Client

AT_MOST_MS = 100
CHILD_AT_MOST_MS = 80
ROUNDS = 40

# A signal for each line that lies six months or more below the age: about one in four of the invented results.
_SIGNALS = """
INSERT INTO observations_signal
    (id, organisation_id, child_id, rule, line_id, registration_id, facts, priority, status, raised_at, updated_at,
     outcome, agreements)
SELECT gen_random_uuid(), organisation_id, child_id, 'line_attention', line_id, registration_id,
       jsonb_build_object('difference', difference, 'dev_age', 36, 'at_least', false, 'coverage', 1, 'months', 6),
       50, 'new', now(), now(), '', '[]'
FROM observations_lineresult WHERE difference <= -6
"""


def main() -> None:
    """Fill, measure and print."""
    with large_database("kijk_bench_overview") as organisations:
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
            connection.execute(_SIGNALS)
            connection.execute("VACUUM ANALYZE observations_signal")
        measure(organisations[len(organisations) // 2])


def measure(large: Large) -> None:
    """Print best and p95 of each page, and say whether the overview stays under its limit."""
    from accounts.models import User
    from kijk.tenancy.context import tenant_scope
    from observations.models import Placement

    with tenant_scope(large.organisation_id):
        child_id = Placement.objects.filter(group_id=large.group_id).values_list("child_id", flat=True)[0]
        staff, administrator = User.objects.get(pk=large.staff_id), User.objects.get(pk=large.administrator_id)
    by_staff, by_administrator = _client(staff), _client(administrator)
    group = f"/groepen/{large.group_id}/"
    bare = _time("own sessions (bare)", by_staff, "/account/sessies/")
    taken = _time("group overview 30 x 17", by_staff, group, bare)
    _time("  with the previous registration", by_staff, group, bare, {"vorige": "on"})
    _time("  sorted by a line", by_staff, group, bare, {"op": "spel"})
    child = _time("child's page", by_staff, f"/kinderen/{child_id}/", bare)
    _time("first page, group staff", by_staff, "/", bare)
    _time("first page, administrator", by_administrator, "/", bare)
    _time("signals, group staff", by_staff, "/signalen/", bare)
    _time("signals, administrator", by_administrator, "/signalen/", bare)
    _time("to do, group staff", by_staff, "/te-doen/", bare)
    _time("to do, administrator (one location)", by_administrator, "/te-doen/", bare)
    print(f"group overview under {AT_MOST_MS} ms at p95: {'yes' if p95(taken) < AT_MOST_MS else 'NO'}")
    print(f"child's page under {CHILD_AT_MOST_MS} ms at p95: {'yes' if p95(child) < CHILD_AT_MOST_MS else 'NO'}")


def _client(user: object) -> Client:
    """Return a client with a session of this user."""
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]
    from tests.clients import client_of

    return client_of(user)  # type: ignore[arg-type]


def _time(
    name: str, client: Client, path: str, bare: list[float] | None = None, query: Mapping[str, str] | None = None
) -> list[float]:
    """Print and return how long a page takes, in milliseconds."""
    answer = client.get(path, query or {})
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answers {answer.status_code}")
    found = times(partial(client.get, path, query or {}), ROUNDS)
    ratio = f", {min(found) / min(bare):5.1f} x bare" if bare else ""
    print(f"{name:<38} best {min(found):6.1f} ms, p95 {p95(found):6.1f} ms{ratio}, {len(answer.content) // 1024} kB")
    return found


if __name__ == "__main__":
    main()
