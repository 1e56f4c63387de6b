"""What becomes of the colleagues in a file: nobody gets an account, or a group, without a person saying so (CHD-3)."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from licensing.email_domains import address_in_domains
from licensing.models import EmailDomain
from observations.domain.imports.content import ReadFile, ReadStaff
from observations.domain.imports.keys import KeyDigests, Kind, known_keys
from observations.domain.imports.planned import (
    GIVE,
    GroupTarget,
    Outcome,
    PlannedRow,
    PlanSettings,
    StaffWork,
    refused,
)
from observations.models import GroupStaff, ImportRow, ImportSource, RowText

STAFF = ImportRow.Kind.STAFF


def staff_rows(
    source: ImportSource,
    settings: PlanSettings,
    read: ReadFile,
    targets: Mapping[str, GroupTarget],
    digests: KeyDigests,
) -> list[PlannedRow]:
    """Return a row for each colleague of a file. Four queries, whatever their number."""
    rows = [refused(STAFF, each.line, each.who, each.reason) for each in read.problems if each.kind == "staff"]
    if not read.staff:
        return rows
    people = _People(source, settings, read, targets, digests)
    rows += [people.row(person) for person in read.staff]
    return sorted(rows, key=lambda row: row.line)


class _People:
    def __init__(
        self,
        source: ImportSource,
        settings: PlanSettings,
        read: ReadFile,
        targets: Mapping[str, GroupTarget],
        digests: KeyDigests,
    ) -> None:
        self.settings, self.targets, self.digests = settings, targets, digests
        self.by_key = known_keys(source.pk, Kind.STAFF, "user_id")
        emails = [person.email for person in read.staff if person.email]
        users = User.objects.filter(Q(pk__in=list(self.by_key.values())) | Q(email__in=emails))
        self.users = {user.pk: user for user in users}
        self.by_email = {user.email: user for user in self.users.values()}
        self.domains = list(EmailDomain.objects.values_list("domain", flat=True))
        running = GroupStaff.objects.filter(user__in=list(self.users)).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=settings.first_day)
        )
        self.works_on: set[tuple[UUID, UUID]] = set(running.values_list("user_id", "group_id"))
        self.seen: dict[str, int] = {}

    def row(self, person: ReadStaff) -> PlannedRow:
        who = self.seen.setdefault(person.email or person.key or str(person.line), person.line)
        if who != person.line:
            return refused(STAFF, person.line, person.name, _("Staat ook op regel %(line)d.") % {"line": who})
        groups = [self.targets[ref] for ref in person.groups if ref in self.targets]
        wanted = tuple(target for target in groups if not target.skipped)
        user = self._user(person)
        return self._unknown(person, wanted) if user is None else self._known(person, user, wanted)

    def _user(self, person: ReadStaff) -> User | None:
        by_key = self.by_key.get(self.digests.staff(person)) if person.key else None
        return self.users.get(by_key) if by_key else self.by_email.get(person.email)

    def _unknown(self, person: ReadStaff, groups: tuple[GroupTarget, ...]) -> PlannedRow:
        if not person.email:
            return refused(STAFF, person.line, person.name, _("Er staat geen e-mailadres in het bestand."))
        if not address_in_domains(person.email, self.domains):
            reason = _("%(email)s hoort niet bij een e-maildomein van uw organisatie.") % {"email": person.email}
            return refused(STAFF, person.line, person.name, reason)
        names = ", ".join(target.name for target in groups)
        invitation = [person.first_name, person.infix, person.last_name, person.email]
        text = RowText(person.name, group=names, reason=person.email, invitation=invitation)
        return PlannedRow(STAFF, Outcome.INVITE, person.line, text)

    def _known(self, person: ReadStaff, user: User, groups: tuple[GroupTarget, ...]) -> PlannedRow:
        if not user.is_active:
            return refused(STAFF, person.line, person.name, _("Dit account is afgesloten."))
        new = tuple(
            target for target in groups if target.group is None or (user.pk, target.group.pk) not in self.works_on
        )
        text = RowText(user.get_full_name(), group=", ".join(target.name for target in new or groups))
        if not new:
            return PlannedRow(STAFF, Outcome.UNCHANGED, person.line, text)
        key = self.digests.staff(person) if person.key else None
        fresh = key if key is not None and key not in self.by_key else None
        return PlannedRow(STAFF, Outcome.GROUP_WORK, person.line, text, {GIVE: StaffWork(user, new, fresh)})
