"""The library of activities: finding them, making own ones, and using them in a plan (REG-9.2)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from observations.domain.plans.library import OLDEST, ShippedActivity, shipped_activities
from observations.domain.plans.plans import PlanRefused, lock_open
from observations.domain.scoring.bands import age_in_months
from observations.models import Activity, ActivityText, ClusterActivity, ClusterMember, GroupPlan, PlanCluster

MAX_TITLE = 80
MAX_TEXT = 2000
MAX_IN_CLUSTER = 8


class ActivityConflict(Exception):
    """Somebody changed the activity meanwhile; holds what it says now. Nothing was overwritten."""

    def __init__(self, theirs: Activity) -> None:
        super().__init__(_("Iemand anders heeft deze activiteit intussen veranderd."))
        self.theirs = theirs


@dataclass(frozen=True)
class Card:
    """An activity as the library shows it. ``key``: the code of a shipped one, the id of an own one. Ages in months."""

    key: str
    title: str
    description: str
    lines: tuple[str, ...]
    from_months: int
    until_months: int
    kinds: tuple[str, ...]
    author: str
    is_own: bool


@dataclass(frozen=True)
class ActivityData:
    """All that is kept of an own activity, as it comes in. Ages in months."""

    title: str
    description: str
    lines: tuple[str, ...]
    from_months: int
    until_months: int
    kinds: tuple[str, ...] = ()


def find_activities(
    *, lines: Collection[str] = (), age: tuple[int, int] | None = None, kind: str = "", words: str = ""
) -> list[Card]:
    """Return the activities of any of these lines, for any of these ages (from and until, in months), the own first.

    ``words`` must all be in the name or the text. Two queries, whatever the number: the own ones, and the key of
    their authors' names. What ships is in memory.
    """
    own = Activity.objects.filter(withdrawn_at__isnull=True).select_related("author").order_by("-pk")
    cards = [*map(_own_card, own), *map(_shipped_card, shipped_activities().values())]
    sought = words.casefold().split()
    return [card for card in cards if _fits(card, lines, age, kind, sought)]


def ages_in(cluster: PlanCluster, *, on: date) -> tuple[int, int] | None:
    """Return the ages in months of the children of a cluster, from and until; None where there are none. One query."""
    members = ClusterMember.objects.filter(plan_line=cluster.plan_line_id, level=cluster.level)
    born = list(members.values_list("child__birth_date", flat=True))
    months = [int(age_in_months(day, max(on, day))) for day in born]
    return (min(months), max(months) + 1) if months else None


def find_card(key: str) -> Card | None:
    """Return an activity by its key, unless it was withdrawn."""
    shipped = shipped_activities().get(key)
    if shipped is not None:
        return _shipped_card(shipped)
    own = find_own(key)
    return _own_card(own) if own else None


def find_own(key: str) -> Activity | None:
    """Return an activity of the organisation's own by its key, unless it was withdrawn."""
    try:
        pk = UUID(key)
    except ValueError:
        return None
    return Activity.objects.filter(pk=pk, withdrawn_at__isnull=True).select_related("author").first()


def create_activity(*, data: ActivityData, by: User, based_on: str = "") -> Activity:
    """Keep an activity for all colleagues; the very same of the same author again is kept once. Raises PlanRefused."""
    data = _checked(data)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    same = Activity.objects.filter(author=by, title=data.title, description=data.description, withdrawn_at__isnull=True)
    found = same.first()
    if found is not None:
        return found
    made = Activity.objects.create(author=by, based_on=based_on, **_columns(data))
    record("activity.created", about=made, data={"lines": list(data.lines)})
    return made


def change_activity(*, activity: Activity, data: ActivityData, version: int) -> None:
    """Change an own activity in the library; plans that use it keep their copy. Raises PlanRefused, ActivityConflict."""
    data = _checked(data)
    held = Activity.objects.select_for_update(of=("self",)).select_related("author").get(pk=activity.pk)
    if held.withdrawn_at is not None:
        raise PlanRefused(_("Deze activiteit is uit de bibliotheek gehaald."))
    columns = _columns(data)
    if all(getattr(held, name) == value for name, value in columns.items()):
        return
    if held.version != version:
        raise ActivityConflict(held)
    for name, value in columns.items():
        setattr(held, name, value)
    held.version += 1
    held.save(update_fields=[*columns, "version"])
    record("activity.changed", about=held)


def withdraw_activity(*, activity: Activity, now: datetime) -> None:
    """Take an own activity out of the library; plans that use it keep their copy. Twice is once."""
    held = Activity.objects.select_for_update().get(pk=activity.pk)
    if held.withdrawn_at is None:
        held.withdrawn_at = now
        held.save(update_fields=["withdrawn_at"])
        record("activity.withdrawn", about=held)


def add_activity(*, plan: GroupPlan, cluster: PlanCluster, key: str) -> bool:
    """Put a copy of an activity in a cluster, and say whether it was not there yet. Raises PlanRefused."""
    lock_open(plan)
    card = find_card(key)
    if card is None:
        raise PlanRefused(_("Deze activiteit is er niet meer. Zoek een andere."))
    held = set(ClusterActivity.objects.filter(cluster=cluster).values_list("source", flat=True))
    if card.key in held:
        return False
    if len(held) >= MAX_IN_CLUSTER:
        raise PlanRefused(
            _("Een cluster heeft ten hoogste %(most)s activiteiten. Haal er eerst een weg.") % {"most": MAX_IN_CLUSTER}
        )
    made = ClusterActivity(cluster=cluster, source=card.key)
    made.content = ActivityText(card.title, card.description)
    made.save()
    record("plan.activity_added", about=plan, data=_data(cluster))
    return True


def adapt_activity(*, plan: GroupPlan, activity: ClusterActivity, title: str, description: str) -> None:
    """Change an activity for this cluster alone; the library keeps what it has. Raises PlanRefused."""
    lock_open(plan)
    content = ActivityText(*_texts(title, description))
    if content == activity.content:
        return
    activity.content, activity.adapted = content, True
    activity.save(update_fields=["content", "adapted"])
    record("plan.activity_adapted", about=plan, data=_data(activity.cluster))


def remove_activity(*, plan: GroupPlan, activity: ClusterActivity) -> None:
    """Take an activity out of a cluster. Raises PlanRefused."""
    lock_open(plan)
    activity.delete()
    record("plan.activity_removed", about=plan, data=_data(activity.cluster))


def find_in_plan(plan: GroupPlan, activity_id: UUID) -> ClusterActivity | None:
    """Return an activity of this plan, with its cluster and line, or None."""
    found = ClusterActivity.objects.filter(pk=activity_id, cluster__plan_line__plan=plan)
    return found.select_related("cluster__plan_line__line").first()


def _fits(card: Card, lines: Collection[str], age: tuple[int, int] | None, kind: str, sought: Iterable[str]) -> bool:
    if lines and not set(lines) & set(card.lines):
        return False
    if age is not None and not (card.from_months < age[1] and age[0] < card.until_months):
        return False
    if kind and card.kinds and kind not in card.kinds:
        return False
    text = f"{card.title} {card.description}".casefold()
    return all(word in text for word in sought)


def _own_card(row: Activity) -> Card:
    return Card(
        key=str(row.pk),
        title=row.title,
        description=row.description,
        lines=tuple(row.lines),
        from_months=row.from_months,
        until_months=row.until_months,
        kinds=tuple(row.kinds),
        author=row.author.get_full_name(),
        is_own=True,
    )


def _shipped_card(found: ShippedActivity) -> Card:
    return Card(
        key=found.code,
        title=found.title,
        description=found.description,
        lines=found.lines,
        from_months=found.from_months,
        until_months=found.until_months,
        kinds=found.kinds,
        author="Kijk",
        is_own=False,
    )


def _checked(data: ActivityData) -> ActivityData:
    title, description = _texts(data.title, data.description)
    if not data.lines:
        raise PlanRefused(_("Kies bij welke ontwikkelingslijnen deze activiteit hoort."))
    if not 0 <= data.from_months < data.until_months <= OLDEST:
        raise PlanRefused(_("De hoogste leeftijd moet boven de laagste liggen."))
    return ActivityData(title, description, data.lines, data.from_months, data.until_months, data.kinds)


def _texts(title: str, description: str) -> tuple[str, str]:
    title, description = title.strip(), description.replace("\r\n", "\n").strip()
    if not title or not description:
        raise PlanRefused(_("Geef de activiteit een naam en schrijf op wat u doet."))
    if len(title) > MAX_TITLE or len(description) > MAX_TEXT:
        words = {"title": MAX_TITLE, "text": MAX_TEXT}
        raise PlanRefused(_("De naam heeft ten hoogste %(title)s tekens, de tekst %(text)s.") % words)
    return title, description


def _columns(data: ActivityData) -> dict[str, object]:
    return {
        "title": data.title,
        "description": data.description,
        "lines": list(data.lines),
        "from_months": data.from_months,
        "until_months": data.until_months,
        "kinds": list(data.kinds),
    }


def _data(cluster: PlanCluster) -> dict[str, str]:
    return {"line": cluster.plan_line.line.code, "cluster": cluster.level}
