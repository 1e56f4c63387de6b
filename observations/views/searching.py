"""Searching by name: a name never stands in an address, and so in no log.

A search is sent as a form, and its pages are too; a filter alone is an ordinary address, to go back to and link to.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from observations.domain.children.paging import Paged

PAGE_NAME = "bladzijde"


@dataclass(frozen=True)
class Leaf:
    """The way to another page of a list: an address, or in a search a number to send along."""

    number: int
    url: str


@dataclass(frozen=True)
class Leafing:
    """The ways from a page of a list; None where there is none."""

    number: int
    pages: int
    previous: Leaf | None
    next: Leaf | None


def asked_page(request: HttpRequest) -> str:
    """Return which page is asked for; what is no number the paginator takes for the first one."""
    return (request.POST if request.method == "POST" else request.GET).get(PAGE_NAME, "1")


def leafing(page: Paged[Any], *, address: str | None) -> Leafing:
    """Return the ways from a page. ``address``: the filter as it stands in an address; None in a search."""

    def to(number: int) -> Leaf:
        parts = [address, f"{PAGE_NAME}={number}"]
        return Leaf(number, "" if address is None else "?" + "&".join(part for part in parts if part))

    return Leafing(
        number=page.number,
        pages=page.pages,
        previous=to(page.number - 1) if page.number > 1 else None,
        next=to(page.number + 1) if page.number < page.pages else None,
    )
