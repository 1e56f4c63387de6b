"""What people do with signals: take them into discussion, write down what was said, close them with an outcome."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from kijk.encryption.keyring import keyring
from observations.domain.entries import entry_of
from observations.models import Signal, SignalNote, SignalNoteText, SignalText

MAX_TEXT = 2000

#: The outcomes a person can choose; ``RESOLVED`` is what the system closes with.
OUTCOMES = tuple(outcome for outcome in Signal.Outcome if outcome is not Signal.Outcome.RESOLVED)


class SignalRefused(Exception):
    """This cannot be done with the signal; the message says why, in the reader's language."""


class SignalClosed(SignalRefused):
    """Somebody closed one of the signals meanwhile. What was typed is still to be kept: ``add_after_closing``."""


def take_up(*, signals: Sequence[Signal], text: str = "", entry_id: UUID, by: User, now: datetime) -> None:
    """Take signals of one child into discussion, with a first note on the first of them where there is a text.

    One that is in discussion already stays with who took it. Raises SignalClosed when one was closed meanwhile, and
    SignalRefused for a text that is too long.
    """
    for signal in _lock_open(signals):
        if signal.status == Signal.Status.NEW:
            signal.status, signal.taken_at, signal.taken_by, signal.updated_at = (
                Signal.Status.IN_DISCUSSION, now, by, now,
            )  # fmt: skip
            signal.save(update_fields=["status", "taken_at", "taken_by", "updated_at"])
            record("signal.taken", about=signal, data=_data(signal))
    if text.strip():
        write_signal_note(signal=signals[0], text=text, entry_id=entry_id, by=by, now=now)


def write_signal_note(*, signal: Signal, text: str, entry_id: UUID, by: User, now: datetime) -> bool:
    """Keep a note on the discussion of a signal, and say whether it is new: the same ``entry_id`` is kept once.

    Raises SignalRefused for an empty or too long text, and SignalClosed for a signal that was closed meanwhile.
    """
    text = _needed(text)
    return _keep_note(_lock_open([signal])[0], text, entry_id, by, now)


def add_after_closing(*, signal: Signal, text: str, entry_id: UUID, by: User, now: datetime) -> bool:
    """Keep what somebody was writing when a signal was closed, and say whether it is new (REG-7.7).

    It stands with the discussion, with its own day and author, and changes nothing about how the signal ended. Raises
    SignalRefused for an empty or too long text.
    """
    text = _needed(text)
    locked = Signal.objects.select_for_update(of=("self",)).get(pk=signal.pk)
    return _keep_note(locked, text, entry_id, by, now)


def is_noted(*, text: str, entry_id: UUID) -> bool:
    """Say whether a form that is sent once more brings a text that was kept the first time."""
    return entry_of(SignalNote.objects.all(), entry_id, SignalNoteText(text.strip()))[1]


def close_signals(
    *,
    signals: Sequence[Signal],
    outcome: str,
    agreements: Collection[str] = (),
    text: str = "",
    by: User,
    now: datetime,
) -> None:
    """Close signals of one child with the same outcome, what was agreed, and a few words about it.

    Raises SignalRefused for an outcome or agreement there is not, for "something will be done" without saying what,
    for a text that is too long, and SignalClosed when one was closed meanwhile.
    """
    if outcome not in OUTCOMES:
        raise SignalRefused(_("Kies hoe dit afloopt."))
    if not set(agreements) <= set(Signal.Agreement.values):
        raise SignalRefused(_("Kies uit de afspraken in de lijst."))
    text = _checked(text)
    if outcome == Signal.Outcome.ACTION and not agreements and not text:
        raise SignalRefused(_("Kies wat er is afgesproken, of schrijf het op."))
    chosen = [value for value in Signal.Agreement.values if value in agreements]
    locked = _lock_open(signals)
    keyring().load_subjects({signal.child_id for signal in locked})
    for signal in locked:
        signal.status, signal.outcome, signal.agreements = Signal.Status.CLOSED, outcome, chosen
        signal.closed_at, signal.closed_by, signal.updated_at = now, by, now
        if text:
            signal.texts = SignalText(text)
        signal.save(update_fields=["status", "outcome", "agreements", "closed_at", "closed_by", "updated_at", "texts"])
        record("signal.closed", about=signal, data=_data(signal) | {"outcome": outcome, "agreements": chosen})


def _keep_note(locked: Signal, text: str, entry_id: UUID, by: User, now: datetime) -> bool:
    entry_id, is_kept = entry_of(SignalNote.objects.all(), entry_id, SignalNoteText(text))
    if is_kept:
        return False
    note = SignalNote(signal=locked, child_id=locked.child_id, author=by, entry_id=entry_id, written_at=now)
    note.content = SignalNoteText(text)
    note.save()
    record("signal.noted", about=locked, data=_data(locked))
    return True


def _lock_open(signals: Sequence[Signal]) -> list[Signal]:
    """Return the signals, locked until the transaction ends; raises SignalClosed when one was closed meanwhile."""
    rows = Signal.objects.select_for_update(of=("self",)).filter(pk__in=[signal.pk for signal in signals])
    locked = {signal.pk: signal for signal in rows.order_by("pk")}
    if any(signal.status == Signal.Status.CLOSED for signal in locked.values()):
        raise SignalClosed(_("Dit signaal is intussen al door een collega afgesloten. Ga terug om te zien hoe."))
    return [locked[signal.pk] for signal in signals]


def _needed(text: str) -> str:
    text = _checked(text)
    if not text:
        raise SignalRefused(_("Schrijf eerst wat er is besproken."))
    return text


def _checked(text: str) -> str:
    text = text.strip()
    if len(text) > MAX_TEXT:
        raise SignalRefused(_("De tekst is te lang: maximaal %(most)s tekens.") % {"most": MAX_TEXT})
    return text


def _data(signal: Signal) -> dict[str, object]:
    return {"child": str(signal.child_id), "rule": signal.rule}
