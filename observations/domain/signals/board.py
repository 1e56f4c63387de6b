"""The board of signals: new, in discussion, closed; what needs somebody first on top (DOMAIN "Signals")."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from accounts.models import User
from kijk.encryption.keyring import keyring
from observations.domain.instruments.catalogue import content_of
from observations.domain.signals.reach import open_signals
from observations.domain.signals.rules import RULES, About, codes_of, known_rule
from observations.domain.signals.words import lines_named, summary_of
from observations.models import Child, Placement, Signal

# A child with many kinds of signals must not push the next child off the screen.
_KINDS_AT_ONCE = 4

#: A board reads as far as somebody leafs: with more, a group, a location or a kind is chosen. So a page takes as long
#: in an organisation of twenty thousand children as in one of two hundred.
MOST_READ = 1000


@dataclass(frozen=True)
class BoardChoice:
    """Which part of the board is asked for; None and "": not chosen by."""

    status: str = Signal.Status.NEW
    group_id: UUID | None = None
    location_id: UUID | None = None
    rule: str = ""


@dataclass(frozen=True)
class SignalCard:
    """A signal as a list shows it. ``line`` is "" for a signal about the child as a whole, ``lines`` what that names."""

    pk: UUID
    child_id: UUID
    child: str
    group: str
    rule: str
    label: str
    about: str
    line: str
    lines: tuple[str, ...]
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

    @property
    def is_for_plan(self) -> bool:
        """Say whether it is about what to offer the child, and nothing is the matter."""
        return self.about == About.PLAN


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


def counts_shown(rows: QuerySet[Signal], choice: BoardChoice, *, on: date) -> dict[str, int]:
    """Return the same counts, none of them over ``MOST_READ`` + 1: whoever has more need not know how many."""
    found = _placed(rows, choice, on)
    return {status: found.filter(status=status)[: MOST_READ + 1].count() for status in Signal.Status.values}


def counts_of(rows: QuerySet[Signal], choice: BoardChoice, *, on: date) -> dict[str, int]:
    """Return how many signals each part of the board has with the same filters; one query."""
    found = _placed(rows, choice, on)
    counted = dict(found.values_list("status").annotate(count=Count("pk")).order_by("status"))
    return {status: counted.get(status, 0) for status in Signal.Status.values}


def cards_of(signals: Iterable[Signal], *, on: date, of_one_child: bool = False) -> list[SignalCard]:
    """Return signals as a list shows them; the keys of the names and the groups each cost one query for all.

    ``of_one_child``: on that child's own page, which says itself in which group it is.
    """
    found = list(signals)
    children = {signal.child_id for signal in found}
    keyring().load_subjects(children)
    groups = {} if of_one_child else groups_of(children, on=on)
    return [_card(signal, groups) for signal in found]


@dataclass(frozen=True)
class KindOfSignals:
    """The signals of one kind about one child: one about the child as a whole, or one for each of some lines."""

    cards: tuple[SignalCard, ...]

    @property
    def first(self) -> SignalCard:
        """The signal that says of what kind they are."""
        return self.cards[0]

    @property
    def since(self) -> datetime:
        """The moment of the oldest one."""
        return min(card.raised_at for card in self.cards)

    @property
    def faded_on(self) -> date | None:
        """The day on which the last of them did not come back; None while one of them holds."""
        days = [card.faded_on for card in self.cards if card.faded_on is not None]
        return max(days) if len(days) == len(self.cards) else None

    @property
    def taken_by(self) -> str:
        """The names of who took them into discussion."""
        return ", ".join(dict.fromkeys(card.taken_by for card in self.cards if card.taken_by))


@dataclass(frozen=True)
class ChildSignals:
    """The signals of one child in a part of the board, what needs somebody first on top."""

    child_id: UUID
    child: str
    group: str
    kinds: tuple[KindOfSignals, ...]

    @property
    def first(self) -> tuple[KindOfSignals, ...]:
        """The kinds that show at once."""
        return self.kinds[:_KINDS_AT_ONCE]

    @property
    def others(self) -> tuple[KindOfSignals, ...]:
        """The kinds that show when asked for."""
        return self.kinds[_KINDS_AT_ONCE:]


def children_with(rows: QuerySet[Signal], choice: BoardChoice, *, on: date) -> tuple[list[UUID], bool]:
    """Return the children (their ids) of a part of the board that is not closed: who needs somebody first on top.

    A child stands where its most pressing signal puts it; whom a newer registration no longer gives anything comes
    last. Not more than ``MOST_READ`` signals are read; the second value says whether there are more.
    """
    found = _placed(rows, choice, on).filter(status=choice.status).order_by("priority", "raised_at", "pk")
    ids = found.values_list("child_id", flat=True)
    read = list(ids.filter(faded_on__isnull=True)[: MOST_READ + 1])
    if len(read) <= MOST_READ:
        read += ids.filter(faded_on__isnull=False)[: MOST_READ + 1 - len(read)]
    return list(dict.fromkeys(read[:MOST_READ])), len(read) > MOST_READ


def signals_by_child(
    rows: QuerySet[Signal], choice: BoardChoice, children: Iterable[UUID], *, on: date
) -> list[ChildSignals]:
    """Return the signals of children in a part of the board, in the order of ``children``; three queries."""
    wanted = list(children)
    found = chosen_signals(rows, choice, on=on).filter(child__in=wanted)
    by_child: dict[UUID, dict[str, list[SignalCard]]] = {child_id: {} for child_id in wanted}
    names: dict[UUID, SignalCard] = {}
    for card in cards_of(with_names(found), on=on):
        names[card.child_id] = card
        by_child[card.child_id].setdefault(card.rule, []).append(card)
    return [
        ChildSignals(
            child_id,
            names[child_id].child,
            names[child_id].group,
            tuple(KindOfSignals(tuple(cards)) for cards in kinds.values()),
        )
        for child_id, kinds in by_child.items()
        if kinds
    ]


def with_names(rows: QuerySet[Signal]) -> QuerySet[Signal]:
    """Return the signals with what a card needs of them."""
    return rows.select_related("child", "line", "registration", "taken_by", "closed_by")


def urgent_signals(rows: QuerySet[Signal], *, most: int, on: date) -> list[SignalCard]:
    """Return the new signals that need somebody first; for the first page."""
    new = chosen_signals(rows, BoardChoice(), on=on)
    return cards_of(with_names(new)[:most], on=on)


def count_by_child(rows: QuerySet[Signal], children: Sequence[UUID]) -> Mapping[UUID, int]:
    """Return how many open signals about the children themselves there are, by child; one query."""
    about_children = [code for code, rule in RULES.items() if rule.about == About.CHILD]
    found = open_signals(rows).filter(child__in=children, rule__in=about_children)
    return dict(found.values_list("child_id").annotate(count=Count("pk")).order_by("child_id"))


def groups_of(children: Iterable[UUID], *, on: date) -> Mapping[UUID, str]:
    """Return the name of each child's main group on a day; one query."""
    placed = _main_placements(on).filter(child__in=list(children))
    return dict(placed.order_by("begins_on").values_list("child_id", "group__name"))


def main_group_of(child_id: UUID, *, on: date) -> UUID | None:
    """Return the child's main group on a day, or None."""
    return _main_placements(on).filter(child=child_id).order_by("-begins_on").values_list("group_id", flat=True).first()


def open_signals_of(child: Child, rows: QuerySet[Signal]) -> QuerySet[Signal]:
    """Return the child's open signals among ``rows``, what needs somebody first on top."""
    return open_signals(rows).filter(child=child).order_by("priority", "raised_at", "pk")


def _placed(rows: QuerySet[Signal], choice: BoardChoice, on: date) -> QuerySet[Signal]:
    if choice.rule:
        rows = rows.filter(rule__in=codes_of(choice.rule))
    if choice.group_id is None and choice.location_id is None:
        return rows
    placed = _main_placements(on)
    if choice.group_id is not None:
        placed = placed.filter(group=choice.group_id)
    if choice.location_id is not None:
        placed = placed.filter(group__location=choice.location_id)
    return rows.filter(child__in=set(placed.values_list("child_id", flat=True)))


def _main_placements(on: date) -> QuerySet[Placement]:
    return Placement.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), begins_on__lte=on, is_main=True)


def _card(signal: Signal, groups: Mapping[UUID, str]) -> SignalCard:
    rule = known_rule(signal.rule)
    return SignalCard(
        pk=signal.pk,
        child_id=signal.child_id,
        child=str(signal.child.file),
        group=groups.get(signal.child_id, ""),
        rule=signal.rule,
        label=str(rule.label),
        about=rule.about,
        line=signal.line.name if signal.line else "",
        lines=_lines(signal),
        summary=summary_of(signal.rule, signal.facts),
        status=signal.status,
        raised_at=signal.raised_at,
        taken_by=_name(signal.taken_by),
        closed_at=signal.closed_at,
        closed_by=_name(signal.closed_by),
        outcome=str(Signal.Outcome(signal.outcome).label) if signal.outcome else "",
        faded_on=signal.faded_on,
    )


def _lines(signal: Signal) -> tuple[str, ...]:
    """Return the names of the lines a signal names; of what was not seen that would be most of them."""
    if signal.registration is None or known_rule(signal.rule).about == About.OUR_VIEW:
        return ()
    lines = content_of(signal.registration.version_id).lines
    return tuple(lines[code].name for code in lines_named(signal.facts) if code in lines)


def _name(user: User | None) -> str:
    return user.get_full_name() if user is not None else ""
