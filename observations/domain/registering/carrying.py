"""Taking over what the previous registration had, to be confirmed (REG-3.3).

The previous one is asked line by line: an extra registration of some lines comes before an older one of all lines for
those, and for those only.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from observations.domain.instruments.catalogue import LineContent
from observations.models import Answer, Registration

# Further back than a whole registration nobody looks; between two of those there are seldom more than a few extra ones.
_MOST = 6


def previous_registrations(registration: Registration) -> list[Registration]:
    """Return the child's closed registrations before this one, newest first, with the same version; one query.

    A revision has none: its answers came along from what it replaces. Superseded ones are left out.
    """
    if registration.replaces_id is not None:
        return []
    earlier = Registration.objects.filter(
        child=registration.child_id,
        version=registration.version_id,
        status=Registration.Status.CLOSED,
        superseded=False,
        registered_on__lte=registration.registered_on,
    ).exclude(pk=registration.pk)
    return list(earlier.select_related("extra").order_by("-registered_on", "-closed_at")[:_MOST])


def previous_of_line(previous: Iterable[Registration], code: str) -> Registration | None:
    """Return the newest registration that was about a line, or None."""
    return next((found for found in previous if found.extra_id is None or code in found.extra.lines), None)


def carry_over(
    registration: Registration, bands: Mapping[str, Iterable[int]], lines: Sequence[LineContent], known: set[UUID]
) -> list[Answer]:
    """Take over earlier answers in bands of lines, where ``known`` has none yet; return what was added.

    ``bands`` holds band numbers by line code. "Not observed" is not taken over: that has to be looked at again. Two
    queries and an insert, whatever the number of lines.
    """
    previous = previous_registrations(registration)
    source: dict[UUID, UUID] = {}
    for line in lines:
        found = previous_of_line(previous, line.code)
        if found is not None:
            shown = [item.id for band in bands.get(line.code, ()) for item in line.bands.get(band, ())]
            source |= {item_id: found.pk for item_id in shown if item_id not in known}
    if not source:
        return []
    before = Answer.objects.filter(registration__in=set(source.values()), milestone__in=source.keys())
    made = [
        Answer(
            registration=registration,
            milestone_id=answer.milestone_id,
            value=answer.value,
            answered_on=answer.answered_on,
            author_id=answer.author_id,
            carried_over=True,
        )
        for answer in before.exclude(value=Answer.Value.NOT_OBSERVED)
        if answer.registration_id == source[answer.milestone_id]
    ]
    Answer.objects.bulk_create(made, ignore_conflicts=True)
    return made
