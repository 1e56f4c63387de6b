"""Making a measurement in out-of-school care: begun, filled in answer by answer, and closed (BSO-1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from observations.domain.bso.reading import STAFF_INSTRUMENT, answers_of
from observations.domain.children.records import main_placement
from observations.domain.instruments.catalogue import content_of, published_version
from observations.domain.registering.answering import MAX_TEXT, Replaced, Seen, mark_of
from observations.domain.registering.refusals import ConclusionChanged, RegistrationRefused
from observations.domain.registering.registrations import period_for
from observations.domain.signals.at_registration import low_scale
from observations.domain.signals.choices import chosen_rules
from observations.domain.signals.raising import Finding, raise_signals
from observations.models import (
    BsoAnswer,
    BsoRegistration,
    BsoScore,
    BsoText,
    Child,
    Group,
    InstrumentVersion,
    Scale,
    SelfReport,
)

LOW_SCALES = {Scale.Kind.WELL_BEING.value: "low_well_being", Scale.Kind.INVOLVEMENT.value: "low_involvement"}


class BsoRefused(RegistrationRefused):
    """What was asked cannot be done with this measurement; the message says why, in the reader's language."""


@dataclass(frozen=True)
class Missing:
    """What a measurement still misses: statements without an answer, scales without a point, and a conclusion."""

    statements: int
    scales: tuple[str, ...]
    conclusion: bool
    nothing_filled_in: bool

    @property
    def complete(self) -> bool:
        """Say whether all statements and scales are there; a conclusion may be left out."""
        return not self.statements and not self.scales


def start_measurement(*, child: Child, today: date, by: User) -> BsoRegistration:
    """Begin a measurement of a child, or return the one that is open (BSO-1).

    Raises BsoRefused for a child that is not in a BSO group, and for one that was closed today already.
    """
    placement = main_placement(child, today)
    if placement is None or placement.group.kind != Group.Kind.BSO:
        raise BsoRefused(_("Dit kind zit nu niet in een BSO-groep."))
    found = _begin([child], placement.group, today, by)
    if not found:
        raise BsoRefused(_("De meting van vandaag is al afgesloten. Een nieuwe meting kan vanaf morgen."))
    return found[0]


def start_measurements(*, children: Iterable[Child], group: Group, today: date, by: User) -> int:
    """Begin the measurements of children of a group, and return how many began; who has one is passed over."""
    wanted = list(children)
    begun = set(_measured(wanted, today))
    return len(_begin([child for child in wanted if child.pk not in begun], group, today, by))


def save_answer(
    *, registration: BsoRegistration, milestone_id: UUID, value: int | None, by: User, now: datetime, seen: Seen | None
) -> Replaced | None:
    """Keep how often staff see a behaviour; None is "weet ik niet". The last writer wins, but not silently.

    Returns the colleague's answer (-1: "weet ik niet") that the sender had not seen and has now replaced, if any.
    Raises BsoRefused when the measurement is closed, or the statement or the answer is not its instrument's.
    """
    locked = lock_open(registration)
    item = content_of(locked.version_id).milestones.get(milestone_id)
    if item is None or (value is not None and value not in BsoAnswer.Value.values):
        raise BsoRefused(_("Dit antwoord kennen we niet."))
    rows = BsoAnswer.objects.filter(registration=locked, view=BsoAnswer.View.STAFF, milestone=milestone_id)
    before = rows.select_related("author").first()
    answer = BsoAnswer(
        registration=locked,
        view=BsoAnswer.View.STAFF,
        milestone_id=milestone_id,
        value=value,
        author=by,
        answered_at=now,
    )
    BsoAnswer.objects.bulk_create(
        [answer],
        update_conflicts=True,
        unique_fields=["organisation", "registration", "view", "milestone"],
        update_fields=["value", "author", "answered_at"],
    )
    record("bso.answered", about=locked, data={"milestone": item.code})
    if before is None or before.author is None:
        return None
    return _replaced(before.author, _as_number(before.value), _as_number(value), by, seen)


def save_point(
    *, registration: BsoRegistration, scale_id: UUID, half_points: int, by: User, seen: Seen | None
) -> Replaced | None:
    """Keep a point on a five-point scale, doubled: 2 to 10 (BSO-1). Returns and raises as ``save_answer``."""
    locked = lock_open(registration)
    scale = next((each for each in content_of(locked.version_id).scales if each.id == scale_id), None)
    if scale is None or not 2 <= half_points <= 10:
        raise BsoRefused(_("Kies een punt van 1 tot en met 5."))
    before = BsoScore.objects.filter(registration=locked, scale=scale_id).select_related("author").first()
    BsoScore.objects.bulk_create(
        [BsoScore(registration=locked, scale_id=scale_id, half_points=half_points, author=by)],
        update_conflicts=True,
        unique_fields=["organisation", "registration", "scale"],
        update_fields=["half_points", "author"],
    )
    record("bso.scored", about=locked, data={"scale": scale.code})
    return None if before is None else _replaced(before.author, before.half_points, half_points, by, seen)


def save_conclusion(*, registration: BsoRegistration, conclusion: str, by: User, seen: str | None = None) -> str:
    """Keep the conclusion, and return its mark (``mark_of``).

    Raises BsoRefused for a text that is too long, ConclusionChanged with a colleague's text where ``seen`` is not the
    mark of what is kept now.
    """
    locked = lock_open(registration)
    if len(conclusion) > MAX_TEXT:
        raise BsoRefused(_("De conclusie is te lang: maximaal %(most)s tekens.") % {"most": MAX_TEXT})
    text = conclusion.strip()
    before = locked.texts.conclusion if locked.texts else ""
    if text == before:
        return mark_of(text)
    if seen is not None and mark_of(before) != seen and locked.concluded_by_id not in {None, by.pk}:
        raise ConclusionChanged(before, locked.concluded_by.get_full_name())
    reason = locked.texts.reopen_reason if locked.texts else ""
    locked.texts, locked.concluded_by = BsoText(conclusion=text, reopen_reason=reason), by
    locked.save(update_fields=["texts", "concluded_by"])
    record("bso.concluded", about=locked)
    return mark_of(text)


def missing_of(registration: BsoRegistration) -> Missing:
    """Return what a measurement still misses on the side of staff; two queries."""
    content = content_of(registration.version_id)
    answers = answers_of(registration.pk, BsoAnswer.View.STAFF)
    scored = set(BsoScore.objects.filter(registration=registration).values_list("scale_id", flat=True))
    concluded = registration.texts is not None and bool(registration.texts.conclusion)
    return Missing(
        statements=len(content.milestones) - len(answers),
        scales=tuple(scale.name for scale in content.scales if scale.id not in scored),
        conclusion=not concluded,
        nothing_filled_in=not answers and not scored,
    )


def close_measurement(*, registration: BsoRegistration, by: User, now: datetime) -> None:
    """Close a measurement: it never changes again, and low well-being or involvement gives its signal (BSO-1).

    Raises BsoRefused when it is closed already, and when nothing was filled in.
    """
    locked = lock_open(registration)
    missing = missing_of(locked)
    if missing.nothing_filled_in:
        raise BsoRefused(_("Er is nog niets ingevuld."))
    locked.status, locked.closed_at, locked.closed_by = BsoRegistration.Status.CLOSED, now, by
    locked.save(update_fields=["status", "closed_at", "closed_by"])
    if locked.replaces_id:
        # Until now the version that was opened again counted.
        BsoRegistration.objects.filter(pk=locked.replaces_id).update(superseded=True)
    # A child that is still busy finds its screens closed, and a code that was not used opens nothing any more.
    SelfReport.objects.filter(registration=locked, ended_at__isnull=True).update(ended_at=now)
    record("bso.closed", about=locked, data={"unanswered": missing.statements})
    _raise_low_scales(locked, now)


def lock_open(registration: BsoRegistration) -> BsoRegistration:
    """Return the measurement, locked until the end of the transaction; raises BsoRefused when it is closed.

    Answering and closing take the same lock, so that no answer slips in behind a closing.
    """
    rows = BsoRegistration.objects.select_for_update(of=("self",)).select_related("child", "group")
    locked = rows.get(pk=registration.pk)
    if locked.status != BsoRegistration.Status.OPEN:
        raise BsoRefused(_("Deze meting is afgesloten en verandert niet meer."))
    return locked


def _begin(children: list[Child], group: Group, today: date, by: User) -> list[BsoRegistration]:
    """Return the open measurement of each child, begun where there is none; none of who was measured today."""
    # Two taps at the same moment come one after the other, and the second finds what the first began.
    ids = [child.pk for child in children]
    list(Child.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    there = _measured(children, today)
    found = [row for row in there.values() if row.status == BsoRegistration.Status.OPEN]
    missing = [child for child in children if child.pk not in there]
    if not missing:
        return found
    version: InstrumentVersion = published_version(STAFF_INSTRUMENT)
    period = period_for(group, today)
    for child in missing:
        made = BsoRegistration.objects.create(
            child=child, version=version, group=group, period=period, observed_on=today, started_by=by
        )
        record("bso.started", about=made, data={"child": str(child.pk)})
        found.append(made)
    return found


def _measured(children: Iterable[Child], today: date) -> dict[UUID, BsoRegistration]:
    """Return by child the measurement that is open, or else the one of today."""
    rows = BsoRegistration.objects.filter(child__in=[child.pk for child in children])
    opened = rows.filter(status=BsoRegistration.Status.OPEN)
    of_today = rows.filter(observed_on=today)
    return {row.child_id: row for row in (*of_today, *opened)}


def _as_number(value: int | None) -> int:
    return -1 if value is None else value


def _replaced(author: User, before: int, value: int, by: User, seen: Seen | None) -> Replaced | None:
    if seen is None or author.pk == by.pk or before in {seen.value, value}:
        return None
    return Replaced(author.get_full_name(), before)


def _raise_low_scales(registration: BsoRegistration, now: datetime) -> None:
    choices = chosen_rules()
    scores = BsoScore.objects.filter(
        registration__child=registration.child_id,
        registration__status=BsoRegistration.Status.CLOSED,
        registration__superseded=False,
    ).order_by("registration__observed_on")
    points: dict[str, list[tuple[UUID, Fraction]]] = {kind: [] for kind in LOW_SCALES}
    for kind, registration_id, half_points in scores.values_list("scale__kind", "registration_id", "half_points"):
        points[kind].append((registration_id, Fraction(half_points, 2)))
    findings = []
    for kind, rule in LOW_SCALES.items():
        found = points[kind]
        # A scale that was not scored now says nothing now.
        if not choices.is_on(rule) or not found or found[-1][0] != registration.pk:
            continue
        for low in low_scale(rule, [value for _pk, value in found], choices):
            facts = {**low.facts, "measured_on": registration.observed_on.isoformat()}
            findings.append(Finding(registration.child_id, rule, facts))
    raise_signals(findings=findings, now=now)
