"""Every screen there is to look at: each page of tests/pages.py, the states its pages can be in, the error pages."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from accounts.roles import Role
from tests.pages import PAGES, STAFF, Page, World

_BAD = 400


@dataclass(frozen=True)
class Screen:
    """A page as one role sees it (None: somebody who is not signed in), at its address, with its status."""

    name: str
    role: Role | None
    path: Callable[[World], str]
    status: int = 200

    @property
    def allowed(self) -> tuple[str, ...]:
        """What the browser complains of on this screen and may."""
        if self.name == "components":
            # The gallery shows a field with a mistake in it, and a browser leaves a date that is none empty.
            return ("does not conform to the required format",)
        return (rf"^status {self.status}: ", rf"status of {self.status} ") if self.status >= _BAD else ()


def _of_table(page: Page) -> Screen:
    return Screen(page.name, page.role, lambda world: reverse(page.name, kwargs=page.kwargs(world)), page.status)


def _at(path: str) -> Callable[[World], str]:
    return lambda world: path


def _closed(world: World) -> str:
    return reverse("observations:registration", kwargs={"pk": world.closed.pk})


def _note_about_a_child(world: World) -> str:
    return f"{reverse('observations:note_new')}?kind={world.child.pk}"


STATES = [
    Screen("today of quality staff", Role.QUALITY, _at("/")),
    Screen("today of a data protection officer", Role.DATA_PROTECTION_OFFICER, _at("/")),
    Screen("note about a child", STAFF, _note_about_a_child),
    Screen("closed registration", STAFF, _closed),
    Screen("closed registration of the administrator", Role.ADMINISTRATOR, _closed),
    Screen("refused", Role.QUALITY, _at("/kinderen/"), 403),
    Screen("refused without a reason", STAFF, _at("/proef/403/"), 403),
    Screen("stale form", STAFF, _at("/proef/403/csrf/"), 403),
    Screen("bad request", STAFF, _at("/proef/400/"), 400),
    Screen("not found", STAFF, _at("/bestaat-niet/"), 404),
    Screen("not found without signing in", None, _at("/bestaat-niet/"), 404),
    Screen("too often", None, _at("/proef/429/"), 429),
    Screen("our own fault", STAFF, _at("/proef/500/"), 500),
]

SCREENS = [_of_table(page) for page in PAGES if page.is_html and page.method == "get"] + STATES
