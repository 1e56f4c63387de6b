"""Who works on which group, from when until when: duo partners and substitutes too (ACC-9.8, CHD-2.1).

Somebody with a role for their own groups sees the children of a group on the days they work on it, and on no other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.domain.colleague_panels import ColleaguePanel, PanelItem
from accounts.domain.colleagues import plain
from accounts.models import PersonName, RoleAssignment, User
from accounts.roles import ROLE_TABLE, Reach, Right, Role
from kijk.audit.domain import record
from kijk.web.dutch import format_date
from observations.domain.children.records import assign_group_staff
from observations.models import Group, GroupStaff

_DAY = timedelta(days=1)
# The roles that see children by way of their groups: to others a group gives nothing.
_GROUP_ROLES = [role for role in Role if ROLE_TABLE[role].get(Right.CHILD_READ) is Reach.GROUPS]


class GroupStaffRefused(Exception):
    """The change is not possible; the message says why, for who tried."""


@dataclass(frozen=True)
class StaffLine:
    """Somebody on a group. ``is_over``: their last day is behind us."""

    pk: UUID
    name: str
    period: str
    is_over: bool


def give_group(*, group: Group, user: User, begins_on: date, ends_on: date | None = None) -> GroupStaff:
    """Let a colleague work on a group; the very same, given twice at once, is given once.

    Raises GroupStaffRefused for an account that is closed, days that make no sense, and days they work there already.
    """
    _lock(user)
    if not user.is_active:
        raise GroupStaffRefused(_("Dit account is afgesloten."))
    _check_days(begins_on, ends_on)
    overlapping = _overlapping(GroupStaff(group=group, user=user, begins_on=begins_on, ends_on=ends_on))
    if overlapping is None:
        return assign_group_staff(group=group, user=user, begins_on=begins_on, ends_on=ends_on)
    if (overlapping.begins_on, overlapping.ends_on) != (begins_on, ends_on):
        raise GroupStaffRefused(_("Deze collega werkt in (een deel van) deze periode al op deze groep."))
    return overlapping


def change_last_day(*, staff: GroupStaff, ends_on: date | None, today: date) -> None:
    """Set the last day somebody works on a group, today or later; None: until further notice. Undoes an end too.

    Raises GroupStaffRefused.
    """
    if ends_on == staff.ends_on:
        return
    if ends_on is not None and ends_on < today:
        raise GroupStaffRefused(_("Deze dag is al voorbij. Kies vandaag of later, of laat het nu meteen eindigen."))
    _check_days(staff.begins_on, ends_on)
    _lock(staff.user)
    before, staff.ends_on = staff.ends_on, ends_on
    if _overlapping(staff) is not None:
        staff.ends_on = before
        raise GroupStaffRefused(_("Deze collega werkt in (een deel van) deze periode al op deze groep."))
    staff.save(update_fields=["ends_on"])
    record("group_staff.end_changed", about=staff.group, data=_data(staff))


def end_group_staff(*, staff: GroupStaff, today: date) -> None:
    """Let somebody work on a group no more, from this moment on. A row that was never a day in force goes."""
    if staff.ends_on is not None and staff.ends_on < today:
        return
    record("group_staff.ended", about=staff.group, data=_data(staff))
    if staff.begins_on >= today:
        staff.delete()
        return
    staff.ends_on = today - _DAY
    staff.save(update_fields=["ends_on"])


def running(rows: QuerySet[GroupStaff], on: date) -> QuerySet[GroupStaff]:
    """Return those that are in force on a day or will be."""
    return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))


def staff_of(group: Group, *, today: date) -> list[StaffLine]:
    """Return who works on a group, worked there or will, who is there now or later first. One query."""
    rows = GroupStaff.objects.filter(group=group).select_related("user")
    ordered = sorted(rows, key=lambda row: (_is_over(row, today), *by_surname(row.user.name), row.begins_on))
    return [StaffLine(row.pk, _named(row.user), _period(row, today), _is_over(row, today)) for row in ordered]


def people_for_groups(*, today: date) -> list[tuple[UUID, str]]:
    """Return the colleagues whom a group gives something: those with a role for their own groups, now or later."""
    roles = RoleAssignment.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), role__in=_GROUP_ROLES, user__is_active=True
    )
    people = {row.user_id: row.user.name for row in roles.select_related("user").order_by("pk")}
    return [(pk, str(name)) for pk, name in sorted(people.items(), key=lambda found: by_surname(found[1]))]


def colleague_panel(*, user: User, viewer: User, today: date) -> ColleaguePanel | None:
    """Return the groups of a colleague for the page about them; None for who has none and would gain nothing."""
    rows = running(GroupStaff.objects.filter(user=user), today).select_related("group__location")
    found = list(rows.order_by("begins_on", "pk"))
    may = viewer.may(Right.GROUP_STAFF_WRITE)
    has_role = any(assignment.role in _GROUP_ROLES for assignment in user.access_on(today).assignments)
    if not found and not has_role:
        return None
    return ColleaguePanel(
        identifier="groepen",
        title=_("Groepen"),
        items=tuple(_panel_items(found, today, linked=may)),
        empty=_("Deze collega werkt nu op geen groep, en ziet dus geen kinderen."),
        url=_groups_url(user) if may and user.is_active else "",
        action_label=_("Kies een groep"),
    )


def _groups_url(user: User) -> str:
    query = urlencode({"collega": str(user.pk)})
    return f"{reverse('observations:groups')}?{query}"


def _panel_items(rows: Iterable[GroupStaff], today: date, *, linked: bool) -> Iterable[PanelItem]:
    for row in rows:
        text = f"{row.group.name} ({row.group.location.name})"
        url = reverse("observations:group_staff", kwargs={"pk": row.group_id}) if linked else ""
        yield PanelItem(text, _period(row, today), url)


def _lock(user: User) -> None:
    # Two clicks at the same moment come one after the other, and the second sees what the first did.
    list(User.objects.select_for_update().filter(pk=user.pk).values_list("pk", flat=True))


def _check_days(begins_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < begins_on:
        raise GroupStaffRefused(_("De laatste dag ligt voor de eerste."))


def _overlapping(wanted: GroupStaff) -> GroupStaff | None:
    same = GroupStaff.objects.filter(group=wanted.group, user=wanted.user).exclude(pk=wanted.pk)
    if wanted.ends_on is not None:
        same = same.filter(begins_on__lte=wanted.ends_on)
    return running(same, wanted.begins_on).order_by("begins_on").first()


def _data(staff: GroupStaff) -> dict[str, str | None]:
    ends_on = staff.ends_on.isoformat() if staff.ends_on else None
    return {"user": str(staff.user_id), "begins_on": staff.begins_on.isoformat(), "ends_on": ends_on}


def _is_over(row: GroupStaff, today: date) -> bool:
    return row.ends_on is not None and row.ends_on < today


def _named(user: User) -> str:
    name = user.get_full_name()
    return name if user.is_active else _("%(name)s (account afgesloten)") % {"name": name}


def _period(row: GroupStaff, today: date) -> str:
    first = format_date(row.begins_on)
    if row.ends_on is not None:
        return _("van %(first)s tot en met %(last)s") % {"first": first, "last": format_date(row.ends_on)}
    template = _("vanaf %(first)s") if row.begins_on > today else _("sinds %(first)s")
    return template % {"first": first}


def by_surname(name: PersonName) -> tuple[str, str]:
    """Return what names of colleagues are ordered by."""
    return plain(name.last_name), plain(name.first_name)
