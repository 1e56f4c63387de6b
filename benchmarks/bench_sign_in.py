"""What a sign-in costs beside the argon2 verification it cannot do without (issue of sign-in: at most 1.3 times).

The verification is timed inside the very sign-ins that are measured, so that the ratio is of one run and hardly
depends on the machine. A refusal is held against a sign-in too: it must not cost less.
"""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

from benchmarks.database import own_database

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 25
AT_MOST = 1.3
PASSWORD = "Een-lange-zin-met-cijfer-7"  # noqa: S105 - of a user who lives as long as this measurement


def main() -> None:
    """Make a user, sign in many times, and print."""
    with own_database("kijk_bench"):
        address = make_user()
        watch = watch_hashing()
        measure("right password", watch, lambda: sign_in(address, PASSWORD, 302))
        measure("unknown address", watch, lambda: sign_in(f"{time.monotonic_ns()}@voorbeeld.nl", PASSWORD, 422))


def make_user() -> str:
    """Make an organisation with one member of group staff and return the address."""
    from datetime import date

    from accounts.domain.users import assign_role, create_user
    from accounts.models import PersonName
    from accounts.roles import Role
    from kijk.tenancy.context import tenant_scope
    from licensing.domain import create_organisation
    from licensing.modules import Module

    organisation_id = create_organisation(
        name="Proef", kind="childcare", identifier_kind="lrk", identifier="000000001",
        modules=list(Module), domains=["voorbeeld.nl"],
    )  # fmt: skip
    with tenant_scope(organisation_id):
        user = create_user(email="sanne@voorbeeld.nl", name=PersonName("Sanne", "de", "Wit"), password=PASSWORD)
        assign_role(user=user, role=Role.GROUP_STAFF, begins_on=date(2020, 8, 1))
    return user.email


def watch_hashing() -> list[float]:
    """Time every argon2 evaluation from now on; the list gets the seconds of each."""
    from django.contrib.auth import hashers

    taken: list[float] = []
    hasher: Any = type(hashers.get_hasher())

    def timed(original: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any) -> Any:
            began = time.perf_counter()
            try:
                return original(*args)
            finally:
                taken.append(time.perf_counter() - began)

        return run

    hasher.encode, hasher.verify = timed(hasher.encode), timed(hasher.verify)
    return taken


def sign_in(address: str, password: str, status: int) -> None:
    """Send the form as a browser does; raises RuntimeError for another answer than expected."""
    from axes.models import AccessAttempt
    from django.test import Client

    answer = Client(HTTP_HOST="localhost").post("/inloggen/", {"email": address, "password": password})
    if answer.status_code != status:
        raise RuntimeError(f"Signing in answered {answer.status_code} and not {status}.")
    AccessAttempt.objects.all().delete()


def measure(what: str, watch: list[float], act: Callable[[], None]) -> None:
    """Do it many times and print the median, the hash in it, and how many times that it took."""
    act()
    ratios, wholes = [], []
    for _ in range(ROUNDS):
        watch.clear()
        began = time.perf_counter()
        act()
        whole = time.perf_counter() - began
        wholes.append(whole)
        ratios.append(whole / sum(watch))
        if len(watch) != 1:
            raise RuntimeError(f"{len(watch)} hashes were evaluated where one should be.")
    ratio = statistics.median(ratios)
    verdict = "within" if ratio <= AT_MOST else "ABOVE"
    print(
        f"sign-in, {what}: {statistics.median(wholes) * 1000:.0f} ms, {ratio:.2f} x its argon2 evaluation "
        f"({verdict} {AT_MOST})"
    )


if __name__ == "__main__":
    main()
