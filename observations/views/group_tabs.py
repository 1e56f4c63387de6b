"""The pages of one group under one head: a tab for each part of the work with it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Right
from kijk.web.context import NavigationItem
from observations.models import Group


@dataclass(frozen=True)
class Tab:
    """A part of the work with a group: its page takes the group's ``pk``.

    ``kinds``: the kinds of group it is for; empty: all.
    """

    view_name: str
    label: Promise
    right: Right
    kinds: frozenset[str] = frozenset()


_DEVELOPMENT = frozenset({Group.Kind.BABY, Group.Kind.TODDLER, Group.Kind.VVE, Group.Kind.INFANTS})

# In the order of a week's work. An area adds its own line.
TABS: tuple[Tab, ...] = (
    Tab("observations:group", _("Overzicht"), Right.REGISTRATION_READ, _DEVELOPMENT),
    Tab("observations:group_registrations", _("Registreren"), Right.REGISTRATION_READ, _DEVELOPMENT),
    Tab("observations:group_plans", _("Groepsplan"), Right.PLAN_READ, _DEVELOPMENT),
    Tab("observations:bso_group", _("BSO"), Right.BSO_READ, frozenset({Group.Kind.BSO})),
    Tab("observations:group_notes", _("Notities"), Right.NOTE_READ),
    Tab("observations:group_reports", _("Verslagen"), Right.REPORT_EXPORT, _DEVELOPMENT),
    Tab("observations:group_staff", _("Medewerkers"), Right.GROUP_STAFF_WRITE),
    Tab("observations:group_change", _("Groep wijzigen"), Right.GROUP_WRITE),
)


def tabs_of(group: Group, *, user: User, current: str) -> list[NavigationItem]:
    """Return the tabs of a group's pages that the user may open; ``current`` is the name of the page that shows them."""
    shown = [tab for tab in TABS if user.may(tab.right) and (not tab.kinds or group.kind in tab.kinds)]
    return [
        NavigationItem(reverse(tab.view_name, args=[group.pk]), str(tab.label), tab.view_name == current)
        for tab in shown
    ]


def add_child_url(group: Group, *, user: User) -> str:
    """Return where a child is added to a group, for who may; else an empty text."""
    if not user.may(Right.CHILD_WRITE):
        return ""
    return f"{reverse('observations:child_new')}?{urlencode({'groep': str(group.pk)})}"
