"""A long list, a page at a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from django.core.paginator import Paginator

PER_PAGE: Final = 60

Found = TypeVar("Found")
Row = TypeVar("Row")


@dataclass(frozen=True)
class Paged(Generic[Row]):
    """The rows of one page, which of how many pages it is, and how many rows there are in all."""

    rows: tuple[Row, ...]
    number: int
    pages: int
    count: int


def paged(found: Sequence[Found], number: int | str | None, show: Callable[[list[Found]], Iterable[Row]]) -> Paged[Row]:
    """Return a page of what was found, shown as rows; the first or the last page where that number is none."""
    page = Paginator(found, PER_PAGE).get_page(number)
    return Paged(tuple(show(list(page.object_list))), page.number, page.paginator.num_pages, page.paginator.count)
