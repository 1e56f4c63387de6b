"""The board of signals: new, in discussion, closed; what needs somebody first on top (DOMAIN "Signals")."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, Count, F, Min, Q, QuerySet, When

from accounts.models import User
from kijk.encryption.keyring import keyring
from observations.domain.signals.reach import open_signals
from observations.domain.signals.rules import RULES, About
from observations.domain.signals.words import summary_of
from observations.models import Child, Placement, Signal

# A child with many signals must not push the next child off the screen.
_SHOWN_AT_ONCE = 4


@dataclass(frozen=True)
class BoardChoice:
    """Which part of the board is asked for; None and "": not chosen by."""

    status: str = Signal.Status.NEW
    group_id: UUID | None = None
    location_id: UUID | None = None
    rule: str = ""


@dataclass(frozen=True)
class SignalCard:
    """A signal as a list shows it. ``line`` is "" for a signal about the child as a whole."""

    pk: UUID
    child_id: UUID
    child: str
    group: str
    rule: str
    label: str
    about: str
    line: str
    summary: str
    status: str
    raised_at: datetime
    taken_by: str
    closed_at: datetime | None
    closed_by: str
    outcome: str
    faded_on: date | None

    @property
    def is_about_us(self) -> bool:
        """Say whether it is about how well we see the child."""
        return self.about == About.OUR_VIEW


def chosen_signals(rows: QuerySet[Signal], choice: BoardChoice, *, on: date) -> QuerySet[Signal]:
    """Return the signals of ``rows`` a part of the board shows, in its order.

    New and in discussion: what a newer registration no longer gives comes last, then by the rule's priority, then what
    waits longest. Closed: the last first.
    """
    found = _placed(rows, choice, on)
    found = found.filter(status=choice.status)
    if choice.status == Signal.Status.CLOSED:
        return found.order_by("-closed_at", "-pk")
    return found.order_by(F("faded_on").asc(nulls_first=True), "priority", "raised_at", "pk")


def counts_of(rows: QuerySet[Signal], choice: BoardChoice, *, on: date) -> dict[str, int]:
    """Return how many signals each part of the board has with the same filters; one query."""
    found = _placed(rows, choice, on)
    counted = dict(found.values_list("status").annotate(count=Count("pk")).order_by("status"))
    return {status: counted.get(status, 0) for status in Signal.Status.values}


def cards_of(signals: Iterable[Signal], *, on: date) -> list[SignalCard]:
    """Return signals as a list shows them; the keys of the names and the groups each cost one query for all."""
    found = list(signals)
    children = {signal.child_id for signal in found}
    keyring().load_subjects(children)
    groups = groups_of(children, on=on)
    return [_card(signal, groups) for signal in found]


@dataclass(frozen=True)
class ChildSignals:
    """The signals of one child in a part of the board, what needs somebody first on top."""

    child_id: UUID
    child: str
    group: str
    cards: tuple[SignalCard, ...]

    @property
    def first(self) -> tuple[SignalCard, ...]:
        """The signals that show at once."""
        return self.cards[:_SHOWN_AT_ONCE]

    @property
    def others(self) -> tuple[SignalCard, ...]:
        """The signals that show when asked for."""
        return self.cards[_SHOWN_AT_ONCE:]


def children_with(rows: QuerySet[Signal], choice: BoardChoice, *, on: date) -> QuerySet[Signal, UUID]:
    """Return the children (their ids) of a part of the board that is not closed: who needs somebody first on top.

    A child stands where its most pressing signal puts it; what a newer registration no longer gives counts last.
    """
    found = _placed(rows, choice, on).filter(status=choice.status)
    ordered = found.values("child_id").annotate(
        holds=Count("pk", filter=Q(faded_on__isnull=True)),
        first=Min("priority", filter=Q(faded_on__isnull=True)),
        oldest=Min("raised_at"),
    )
    return ordered.order_by(Case(When(holds=0, then=1), default=0), "first", "oldest", "child_id").values_list(
        "child_id", flat=True
    )


def signals_by_child(
    rows: QuerySet[Signal], choice: BoardChoice, children: Iterable[UUID], *, on: date
) -> list[ChildSignals]:
    """Return the signals of children in a part of the board, in the order of ``children``; three queries."""
    wanted = list(children)
    found = chosen_signals(rows, choice, on=on).filter(child__in=wanted)
    by_child: dict[UUID, list[SignalCard]] = {child_id: [] for child_id in wanted}
    for card in cards_of(with_names(found), on=on):
        by_child[card.child_id].append(card)
    return [
        ChildSignals(child_id, cards[0].child, cards[0].group, tuple(cards))
        for child_id, cards in by_child.items()
        if cards
    ]


def with_names(rows: QuerySet[Signal]) -> QuerySet[Signal]:
    """Return the signals with what a card needs of them."""
    return rows.select_related("child", "line", "taken_by", "closed_by")


def urgent_signals(rows: QuerySet[Signal], *, most: int, on: date) -> list[SignalCard]:
    """Return the new signals that need somebody first; for the first page."""
    new = chosen_signals(rows, BoardChoice(), on=on)
    return cards_of(with_names(new)[:most], on=on)


def count_by_child(rows: QuerySet[Signal], children: Sequence[UUID]) -> Mapping[UUID, int]:
    """Return how many open signals about the children themselves there are, by child; one query."""
    about_children = [code for code, rule in RULES.items() if rule.about == About.CHILD and code != "line_ahead"]
    found = open_signals(rows).filter(child__in=children, rule__in=about_children)
    return dict(found.values_list("child_id").annotate(count=Count("pk")).order_by("child_id"))


def groups_of(children: Iterable[UUID], *, on: date) -> Mapping[UUID, str]:
    """Return the name of each child's main group on a day; one query."""
    placements = Placement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on), child__in=list(children), begins_on__lte=on, is_main=True
    )
    return dict(placements.order_by("begins_on").values_list("child_id", "group__name"))


def open_signals_of(child: Child, rows: QuerySet[Signal]) -> QuerySet[Signal]:
    """Return the child's open signals among ``rows``, what needs somebody first on top."""
    return open_signals(rows).filter(child=child).order_by("priority", "raised_at", "pk")


def _placed(rows: QuerySet[Signal], choice: BoardChoice, on: date) -> QuerySet[Signal]:
    if choice.rule:
        rows = rows.filter(rule=choice.rule)
    if choice.group_id is None and choice.location_id is None:
        return rows
    placed = Placement.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), begins_on__lte=on, is_main=True)
    if choice.group_id is not None:
        placed = placed.filter(group=choice.group_id)
    if choice.location_id is not None:
        placed = placed.filter(group__location=choice.location_id)
    return rows.filter(child__in=set(placed.values_list("child_id", flat=True)))


def _card(signal: Signal, groups: Mapping[UUID, str]) -> SignalCard:
    rule = RULES[signal.rule]
    return SignalCard(
        pk=signal.pk,
        child_id=signal.child_id,
        child=str(signal.child.file),
        group=groups.get(signal.child_id, ""),
        rule=signal.rule,
        label=str(rule.label),
        about=rule.about,
        line=signal.line.name if signal.line else "",
        summary=summary_of(signal.rule, signal.facts),
        status=signal.status,
        raised_at=signal.raised_at,
        taken_by=_name(signal.taken_by),
        closed_at=signal.closed_at,
        closed_by=_name(signal.closed_by),
        outcome=str(Signal.Outcome(signal.outcome).label) if signal.outcome else "",
        faded_on=signal.faded_on,
    )


def _name(user: User | None) -> str:
    return user.get_full_name() if user is not None else ""
