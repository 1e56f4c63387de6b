"""Especially sensitive remarks: who reads which, and writing, reading and withdrawing them (ACC-10).

Internal support and coach read those about the children of their locations, the mentor those about the own children,
and everybody what they wrote themselves; all of them only while their role reaches the child. Each reading is an event.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Right
from kijk.audit.domain import record
from observations.domain.entries import entry_of
from observations.models import Child, Placement, RemarkText, SensitiveRemark
from observations.rules import reaches

MAX_TEXT = 2000


class RemarkRefused(Exception):
    """The remark cannot be kept; the message says why, in the reader's language."""


@dataclass(frozen=True)
class Reader:
    """Somebody whose role reaches a child, and what they are to it.

    ``oversees``: internal support or coach of a location where the child is. ``mentors``: the child's mentor.
    ``clears``: may withdraw what others wrote.
    """

    user_id: UUID
    oversees: bool
    mentors: bool
    clears: bool

    @property
    def reads_all(self) -> bool:
        """Say whether they may read what others wrote."""
        return self.oversees or self.mentors

    def may_read(self, author_id: UUID) -> bool:
        """Say whether they may read a remark by this author (ACC-10.2)."""
        return self.reads_all or author_id == self.user_id

    def may_withdraw(self, author_id: UUID) -> bool:
        """Say whether they may withdraw a remark by this author."""
        return self.clears or author_id == self.user_id


@dataclass(frozen=True, repr=False)
class RemarkView:
    """A remark as a screen shows it."""

    pk: UUID
    kind: str
    text: str
    author: str
    written_on: date
    may_withdraw: bool


def reader_of(user: User, child: Child, *, on: date) -> Reader:
    """Return what a user, whose right to write remarks reaches the child, is to it on a day; one query at most."""
    reads, clears = user.access.locations(Right.SENSITIVE_READ), user.access.locations(Right.SENSITIVE_DECIDE)
    # Without a location by name there is nothing to look up: the whole organisation, or none at all.
    places = _locations_of(child, on) if reads or clears else frozenset()
    return Reader(
        user_id=user.pk,
        oversees=reads is None or bool(reads & places),
        mentors=child.mentor_id == user.pk,
        clears=clears is None or bool(clears & places),
    )


def count_readable(child: Child, *, user: User, on: date) -> int | None:
    """Return how many remarks about a child somebody may read; None for who may not even write one."""
    if not user.may(Right.SENSITIVE_WRITE) or not reaches(user, Right.SENSITIVE_WRITE, child, on=on):
        return None
    return _readable(child, reader_of(user, child, on=on)).count()


def read_remarks(child: Child, *, reader: Reader) -> list[RemarkView]:
    """Return the remarks about a child that the reader may read, newest first; each reading is recorded."""
    found = list(_readable(child, reader).select_related("author").order_by("-written_at", "-id"))
    for remark in found:
        record("sensitive.read", about=remark, data={"child": str(child.pk)})
    return [_view(remark, reader) for remark in found]


def write_remark(*, child: Child, kind: str, text: str, entry_id: UUID, by: User, now: datetime) -> bool:
    """Keep a remark, and say whether it is new: the same ``entry_id`` again keeps nothing twice.

    Raises RemarkRefused for an empty or too long text, and for a kind there is not.
    """
    text = text.strip()
    if not text:
        raise RemarkRefused(_("Schrijf eerst de opmerking."))
    if len(text) > MAX_TEXT:
        raise RemarkRefused(_("De opmerking is te lang: maximaal %(most)s tekens.") % {"most": MAX_TEXT})
    if kind not in SensitiveRemark.Kind.values:
        raise RemarkRefused(_("Kies waar de opmerking over gaat."))
    # Two taps at the same moment come one after the other, and the second sees what the first kept.
    Child.objects.select_for_update(no_key=True).get(pk=child.pk)
    entry_id, is_kept = entry_of(SensitiveRemark.objects.all(), entry_id, RemarkText(kind, text))
    if is_kept:
        return False
    remark = SensitiveRemark(child=child, author=by, entry_id=entry_id, written_at=now)
    remark.content = RemarkText(kind, text)
    remark.save()
    record("sensitive.written", about=remark, data={"child": str(child.pk)})
    return True


def withdraw_remark(*, remark_id: UUID, now: datetime) -> None:
    """Erase the text of a remark; that it was there stays. Withdrawn twice at once, it is withdrawn once."""
    remark = SensitiveRemark.objects.select_for_update().get(pk=remark_id)
    if remark.withdrawn_at is not None:
        return
    remark.content, remark.withdrawn_at = None, now
    remark.save(update_fields=["content", "withdrawn_at"])
    record("sensitive.withdrawn", about=remark, data={"child": str(remark.child_id)})


def find_remark(child: Child, remark_id: UUID) -> SensitiveRemark | None:
    """Return a remark about this child that was not withdrawn, or None; reads nothing of it."""
    return SensitiveRemark.objects.filter(pk=remark_id, child=child, withdrawn_at__isnull=True).first()


def count_kept() -> int:
    """Return how many remarks the organisation keeps."""
    return SensitiveRemark.objects.filter(withdrawn_at__isnull=True).count()


def _readable(child: Child, reader: Reader) -> QuerySet[SensitiveRemark]:
    kept = SensitiveRemark.objects.filter(child=child, withdrawn_at__isnull=True)
    return kept if reader.reads_all else kept.filter(author_id=reader.user_id)


def _locations_of(child: Child, on: date) -> frozenset[UUID]:
    placed = Placement.objects.filter(child=child, begins_on__lte=on)
    placed = placed.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))
    return frozenset(placed.values_list("group__location_id", flat=True))


def _view(remark: SensitiveRemark, reader: Reader) -> RemarkView:
    content = remark.content
    return RemarkView(
        pk=remark.pk,
        kind=str(SensitiveRemark.Kind(content.kind).label),
        text=content.text,
        author=remark.author.get_full_name(),
        written_on=timezone.localdate(remark.written_at),
        may_withdraw=reader.may_withdraw(remark.author_id),
    )
