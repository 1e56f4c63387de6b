"""What of the work with children is tied to somebody who leaves (ACC-11.4); accounts asks for it by its setting."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.leaving import LeavingItem
from accounts.models import User
from accounts.roles import Right
from kijk.audit.domain import record
from kijk.encryption.keyring import keyring
from kijk.web.dutch import format_date
from observations.domain.children.group_staff import running
from observations.models import Child, GroupStaff, Registration


def group_items(*, user: User, by: User, now: datetime) -> Iterator[LeavingItem]:
    """Yield the groups somebody works on, and say of which nobody else does from tomorrow on. Two queries."""
    today = timezone.localdate(now)
    rows = list(running(GroupStaff.objects.filter(user=user), today).select_related("group__location").order_by("pk"))
    others = running(GroupStaff.objects.filter(group__in=[row.group_id for row in rows]), today)
    staffed = set(others.exclude(user=user).filter(user__is_active=True).values_list("group_id", flat=True))
    may = by.may(Right.GROUP_STAFF_WRITE)
    for group in dict.fromkeys(row.group for row in rows):
        words = {"group": group.name, "location": group.location.name}
        url = reverse("observations:group_staff", kwargs={"pk": group.pk}) if may else ""
        if group.pk in staffed:
            yield LeavingItem(_("Werkt op %(group)s (%(location)s). Dat eindigt vandaag.") % words, url)
        else:
            yield LeavingItem(_("Is de enige medewerker van %(group)s (%(location)s).") % words, url)


def child_items(*, user: User, by: User, now: datetime) -> Iterator[LeavingItem]:
    """Yield the children whose mentor somebody is, by name where the reader may know it."""
    children = list(Child.objects.filter(mentor=user, archived_on__isnull=True).order_by("pk"))
    names = _names([child.pk for child in children], children)
    may = by.may(Right.CHILD_READ)
    for pk, name in sorted(names.items(), key=lambda found: found[1].casefold()):
        text = _("Is mentor van %(child)s.") % {"child": name if may else _("een kind")}
        yield LeavingItem(text, reverse("observations:child", kwargs={"pk": pk}) if may else "")


def registration_items(*, user: User, by: User, now: datetime) -> Iterator[LeavingItem]:
    """Yield the registrations somebody began and that are still open, by name where the reader may know it."""
    opened = Registration.objects.filter(started_by=user, status=Registration.Status.OPEN).select_related("child")
    rows = list(opened.order_by("registered_on", "pk"))
    names = _names([row.child_id for row in rows], [row.child for row in rows])
    may = by.may(Right.REGISTRATION_READ)
    for row in rows:
        words = {"child": names[row.child_id] if may else _("een kind"), "day": format_date(row.registered_on)}
        text = _("Begon op %(day)s een registratie van %(child)s, die nog open staat.") % words
        yield LeavingItem(text, reverse("observations:registration", kwargs={"pk": row.pk}) if may else "")


def end_group_work(*, user: User, by: User, now: datetime) -> None:
    """Let somebody who has left work on no group any more; what has still to begin goes. Part of closing an account."""
    today = timezone.localdate(now)
    for row in running(GroupStaff.objects.filter(user=user), today).select_related("group").order_by("pk"):
        data = {"user": str(user.pk), "begins_on": row.begins_on.isoformat(), "ends_on": today.isoformat()}
        record("group_staff.ended", about=row.group, data=data)
        if row.begins_on > today:
            row.delete()
        elif row.ends_on != today:
            row.ends_on = today
            row.save(update_fields=["ends_on"])


def _names(ids: Iterable[UUID], children: Iterable[Child]) -> dict[UUID, str]:
    keyring().load_subjects(list(ids))
    return {child.pk: str(child.file) for child in children}
