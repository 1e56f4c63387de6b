"""Writing the measurements of out-of-school care: in bulk, and what people did with them by the product's functions."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from kijk.tenancy.ids import uuid7
from observations.demo.after_school import (
    LOW,
    Aspects,
    FollowUpStory,
    MeasurementStory,
    agree,
    tell_after_school,
)
from observations.demo.plans import OrganisationPlan
from observations.demo.structure import Structure
from observations.demo.writing import Children
from observations.domain.bso.follow_ups import set_done, write_follow_up
from observations.domain.bso.measuring import close_measurement
from observations.domain.bso.reading import CHILD_INSTRUMENT, STAFF_INSTRUMENT
from observations.domain.bso.self_report import Statements, wish_to_talk
from observations.domain.instruments.catalogue import InstrumentContent, content_of, published_version
from observations.domain.signals.discussing import close_signals, take_up
from observations.models import (
    BsoAnswer,
    BsoFollowUp,
    BsoRegistration,
    BsoScore,
    BsoText,
    InstrumentVersion,
    SelfReport,
    Signal,
)

_DISCUSSED = "In het teamoverleg besproken. We kijken de komende weken bij binnenkomst gericht mee."
_ENDED = "Het gaat beter: sinds er een vast maatje is, begint het kind zelf weer dingen."
_SETTLED = timedelta(days=30)
_Pairs = Sequence[tuple[BsoRegistration, MeasurementStory]]


def write_after_school(plan: OrganisationPlan, structure: Structure, children: Children) -> int:
    """Write the measurements of an organisation with out-of-school care; return how many. Its scope is open."""
    if not plan.blueprint.measures_after_school:
        return 0
    seen, said = published_version(STAFF_INSTRUMENT), published_version(CHILD_INSTRUMENT)
    content = content_of(seen.pk)
    aspects: Aspects = {line.code: [item.code for item in line.milestones] for line in content.lines.values()}
    rounds = tell_after_school(plan, aspects)
    rows: dict[tuple[int, date], BsoRegistration] = {}
    for stories in rounds:
        # A round at a time: a child has one open measurement, and what is closed never changes.
        pairs = [(_row(story, structure, children, seen), story) for story in stories]
        BsoRegistration.objects.bulk_create([row for row, _story in pairs])
        _fill_in(pairs, structure, content)
        _let_children_say(pairs, structure, said)
        _close([(row, story) for row, story in pairs if story.is_closed], structure)
        rows |= {(story.child, story.observed_on): row for row, story in pairs}
    _discuss(plan, structure)
    for story, agreed in agree(plan, rounds):
        _agree(rows[story.child, story.observed_on], agreed, structure)
    return len(rows)


def _row(
    story: MeasurementStory, structure: Structure, children: Children, version: InstrumentVersion
) -> BsoRegistration:
    by = structure.staff[story.author]
    row = BsoRegistration(
        child=children[story.child],
        version=version,
        group=structure.groups[story.place.room, story.place.school_year],
        observed_on=story.observed_on,
        started_by=by,
    )
    if story.conclusion:
        row.texts, row.concluded_by = BsoText(story.conclusion), by
    return row


def _fill_in(pairs: _Pairs, structure: Structure, content: InstrumentContent) -> None:
    """Write the answers of both views, and the points."""
    items = {code: item.id for code, item in content.milestones_by_code().items()}
    scales = {scale.code: scale.id for scale in content.scales}
    answers, scores = [], []
    for row, story in pairs:
        by, at = structure.staff[story.author], _afternoon(story.observed_on)
        answers += [
            BsoAnswer(
                registration=row,
                view=BsoAnswer.View.STAFF,
                milestone_id=items[code],
                value=value,
                author=by,
                answered_at=at,
            )
            for code, value in story.answers.items()
        ]
        scores += [
            BsoScore(registration=row, scale_id=scales[code], half_points=points, author=by)
            for code, points in story.points.items()
        ]
    BsoAnswer.objects.bulk_create(answers)
    BsoScore.objects.bulk_create(scores)


def _let_children_say(pairs: _Pairs, structure: Structure, version: InstrumentVersion) -> None:
    """Write the children's own views: begun with a code and ended, or left before the end."""
    items = {code: item.id for code, item in content_of(version.pk).milestones_by_code().items()}
    answers, reports = [], []
    for row, story in pairs:
        if not story.own:
            continue
        at = _afternoon(story.observed_on) - timedelta(minutes=40)
        report = SelfReport(
            registration=row,
            version=version,
            code_hash=_hash(row, "code"),
            key_hash=_hash(row, "key"),
            started_by=structure.staff[story.author],
            made_at=at,
            opened_at=at,
            last_active_at=at + timedelta(minutes=8),
            ended_at=at + timedelta(minutes=8) if story.own_done else None,
            finished=story.own_done,
        )
        reports.append((report, story))
        answers += [
            BsoAnswer(
                registration=row, view=BsoAnswer.View.CHILD, milestone_id=items[code], value=value, answered_at=at
            )
            for code, value in story.own.items()
        ]
    SelfReport.objects.bulk_create([report for report, _story in reports])
    BsoAnswer.objects.bulk_create(answers)
    for report, story in reports:
        if story.wishes_to_talk:
            wish_to_talk(Statements(report, (), {}), now=report.made_at + timedelta(minutes=5))


def _close(pairs: _Pairs, structure: Structure) -> None:
    """Close measurements; one with a low point as the screen closes it, for that may give a signal."""
    for row, story in pairs:
        at, by = _afternoon(story.observed_on), structure.staff[story.author]
        if min(story.points.values()) < LOW:
            close_measurement(registration=row, by=by, now=at)
        else:
            row.status, row.closed_at, row.closed_by = BsoRegistration.Status.CLOSED, at, by
    plain = [row for row, _story in pairs if row.closed_at is not None]
    BsoRegistration.objects.bulk_update(plain, ["status", "closed_at", "closed_by"])


def _discuss(plan: OrganisationPlan, structure: Structure) -> None:
    """Take up the signals of low points; those of a past round are closed by now. The wish to talk is still new."""
    by = structure.staff[plan.rooms[0].staff[0]]
    for signal in Signal.objects.filter(rule__in=("low_well_being", "low_involvement")).order_by("raised_at", "rule"):
        at = signal.raised_at + timedelta(hours=18)
        take_up(signals=[signal], text=_DISCUSSED, entry_id=uuid7(), by=by, now=at)
        if at.date() < plan.today - _SETTLED:
            close_signals(signals=[signal], outcome=Signal.Outcome.WATCH, text=_ENDED, by=by, now=at + _SETTLED)


def _agree(row: BsoRegistration, agreed: FollowUpStory, structure: Structure) -> None:
    by, entry_id = structure.staff[agreed.by], uuid7()
    write_follow_up(
        registration=row,
        text=agreed.text,
        responsible_id=by.pk,
        due_on=agreed.due_on,
        entry_id=entry_id,
        by=by,
        now=_afternoon(agreed.written_on),
        today=agreed.written_on,
    )
    if agreed.done_on is not None:
        made = BsoFollowUp.objects.get(entry_id=entry_id)
        set_done(follow_up=made, done=True, by=by, today=agreed.done_on)


def _hash(row: BsoRegistration, what: str) -> str:
    """Return a hash of nothing that opens anything."""
    return hashlib.sha256(f"{row.pk} {what}".encode()).hexdigest()


def _afternoon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(17, 10)))
