"""Inviting many at once from a list (ACC-11.1): each line is judged before anything is saved, and mended where it fails.

A line is voornaam;tussenvoegsel;achternaam;e-mail;rol;locatie. Reading and judging takes a fixed number of queries,
whatever the number of lines.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.domain.colleagues import plain
from accounts.domain.invitations import AddressTaken, invite_user
from accounts.domain.role_changes import give_role
from accounts.domain.users import AddressNotAllowed
from accounts.models import PersonName, User
from accounts.roles import ORGANISATION_ROLES, UNDIVIDED_ROLES, Role
from kijk.web.csv_export import CsvRefused, read_csv
from licensing.email_domains import InvalidDomain, domain_of, is_free_mail, normalise_address
from licensing.models import EmailDomain, Location

AT_MOST = 200
LONGEST_NAME = 60
LONGEST_ADDRESS = 254
COLUMNS = ("voornaam", "tussenvoegsel", "achternaam", "e-mail", "rol", "locatie")

# What people write for a role, beside its own words.
_ALSO_CALLED: Mapping[str, Role] = {
    "pm": Role.GROUP_STAFF,
    "pm'er": Role.GROUP_STAFF,
    "docent": Role.GROUP_STAFF,
    "ib": Role.INTERNAL_SUPPORT,
    "ib'er": Role.INTERNAL_SUPPORT,
    "coach": Role.COACH,
    "leiding": Role.MANAGEMENT,
    "directeur": Role.MANAGEMENT,
    "kwaliteit": Role.QUALITY,
    "fg": Role.DATA_PROTECTION_OFFICER,
}
_WHOLE_ORGANISATION = {"", "alle", "overal", "alle locaties", "hele organisatie"}


class Verdict(Enum):
    """What will happen to a line."""

    INVITE = "invite"
    WRONG = "wrong"
    # Invited before, by this list or another: nothing is left to do.
    DONE = "done"


@dataclass(frozen=True)
class Invitee:
    """Who a line is about, where it says so rightly."""

    name: PersonName
    email: str
    role: Role
    location: Location | None


@dataclass(frozen=True)
class InviteLine:
    """A line of the list: its number, its cells as they came, what is wrong with it, and who it is about."""

    number: int
    cells: tuple[str, ...]
    verdict: Verdict
    problems: tuple[str, ...] = ()
    invitee: Invitee | None = None

    @property
    def who(self) -> str:
        """The line as its reader knows it again."""
        return str(self.invitee.name) if self.invitee else " ".join(cell for cell in self.cells[:4] if cell)


@dataclass(frozen=True)
class _Known:
    """What lines are held against."""

    domains: frozenset[str]
    locations: Mapping[str, Location]
    accounts: Mapping[str, User]
    roles: Mapping[str, Role]


def read_invite_list(given: str | bytes) -> list[InviteLine]:
    """Return the lines of a pasted or uploaded list, each judged; empty lines and a line of titles are left out.

    Raises CsvRefused for what cannot be read as a list, has nothing in it, or is too long.
    """
    rows = [(number, row) for number, row in enumerate(read_csv(given), start=1) if row and not _is_heading(row)]
    if not rows:
        raise CsvRefused(_("De lijst is leeg. Zet op elke regel één collega."))
    if len(rows) > AT_MOST:
        raise CsvRefused(_("Dit zijn meer dan %(count)d regels. Verdeel de lijst.") % {"count": AT_MOST})
    known = _known([_address(row[3]) for _number, row in rows if len(row) > 3])
    lines: list[InviteLine] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        line = _judge(number, row, known)
        if line.invitee is not None:
            first = seen.setdefault(line.invitee.email, number)
            if first != number:
                line = _wrong(line, _("Dit e-mailadres staat ook op regel %(line)d.") % {"line": first})
        lines.append(line)
    return lines


def invite_lines(lines: Iterable[InviteLine], *, by: User, now: datetime) -> list[InviteLine]:
    """Invite who can be invited, and return all lines as they are after it; what fails now is wrong, with the reason."""
    return [
        _invite(line, line.invitee, by, now) if line.invitee and line.verdict is Verdict.INVITE else line
        for line in lines
    ]


def as_text(lines: Iterable[InviteLine]) -> str:
    """Return lines as one writes them, to be mended."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(line.cells for line in lines)
    return text.getvalue()


def name_problem(text: str) -> str:
    """Return why a text cannot be part of a name, or "" when it can."""
    if len(text) > LONGEST_NAME:
        return _("Een naam heeft ten hoogste %(count)d tekens.") % {"count": LONGEST_NAME}
    if any(unicodedata.category(sign)[0] == "C" for sign in text):
        return _("In de naam staat een teken dat niet bij een naam hoort.")
    return ""


def _invite(line: InviteLine, invitee: Invitee, by: User, now: datetime) -> InviteLine:
    try:
        with transaction.atomic():
            user = invite_user(email=invitee.email, name=invitee.name, language="nl", by=by, now=now)
            today = timezone.localdate(now)
            give_role(user=user, role=invitee.role, begins_on=today, location=invitee.location)
    except AddressTaken as refusal:
        # By the same list, sent at the same moment, or by somebody we cannot see.
        line = _judge_account(line, User.objects.filter(email=invitee.email).first())
        return line if line.verdict is not Verdict.INVITE else _wrong(line, str(refusal))
    except AddressNotAllowed as refusal:
        return _wrong(line, str(refusal))
    return replace(line, verdict=Verdict.DONE)


def _known(addresses: Sequence[str]) -> _Known:
    accounts = User.objects.filter(email__in=[address for address in addresses if address])
    return _Known(
        domains=frozenset(EmailDomain.objects.values_list("domain", flat=True)),
        locations={plain(location.name): location for location in Location.objects.order_by("pk")},
        accounts={user.email: user for user in accounts},
        roles=_role_words(),
    )


def _role_words() -> dict[str, Role]:
    """Return what each role may be called. A list is written in Dutch, whatever the language of the screen."""
    words: dict[str, Role] = dict(_ALSO_CALLED)
    for role in ORGANISATION_ROLES:
        labels = [str(role.label)]
        with override("nl"):
            labels.append(str(role.label))
        words |= dict.fromkeys((plain(part) for label in labels for part in (label, *label.split("/"))), role)
    return words


def _judge(number: int, row: Sequence[str], known: _Known) -> InviteLine:
    cells = tuple(row)
    if not len(COLUMNS) - 1 <= len(row) <= len(COLUMNS):
        words = {"count": len(row), "wanted": len(COLUMNS), "columns": "; ".join(COLUMNS)}
        text = _("Deze regel heeft %(count)d kolommen. Er zijn er %(wanted)d nodig: %(columns)s.") % words
        return InviteLine(number, cells, Verdict.WRONG, (text,))
    first, infix, last, email, role_text, place = [*row, ""][: len(COLUMNS)]
    problems = [*_name_problems(first, infix, last)]
    address = _address(email)
    problems += _address_problems(email, address, known)
    role = known.roles.get(plain(role_text))
    problems += _role_problems(role_text, role, place)
    location = known.locations.get(plain(place))
    if location is None and plain(place) not in _WHOLE_ORGANISATION:
        problems.append(_("De locatie “%(place)s” kennen we niet.") % {"place": place})
    if problems or role is None:
        return InviteLine(number, cells, Verdict.WRONG, tuple(problems))
    invitee = Invitee(PersonName(first, infix, last), address, role, location)
    return _judge_account(InviteLine(number, cells, Verdict.INVITE, (), invitee), known.accounts.get(address))


def _judge_account(line: InviteLine, user: User | None) -> InviteLine:
    if user is None:
        return line
    if not user.is_active:
        return _wrong(line, _("Deze collega heeft een afgesloten account. Open dat weer op de pagina van de collega."))
    if user.has_usable_password():
        return _wrong(line, _("Deze collega heeft al een account."))
    return replace(line, verdict=Verdict.DONE)


def _wrong(line: InviteLine, problem: str) -> InviteLine:
    return replace(line, verdict=Verdict.WRONG, problems=(*line.problems, problem))


def _name_problems(first: str, infix: str, last: str) -> list[str]:
    found = []
    if not first:
        found.append(_("De voornaam ontbreekt."))
    if not last:
        found.append(_("De achternaam ontbreekt."))
    return found + [problem for problem in dict.fromkeys(map(name_problem, (first, infix, last))) if problem]


def _address(text: str) -> str:
    """Return an address as it is kept, or "" for what is none."""
    try:
        address = normalise_address(text)
        validate_email(address)
    except (InvalidDomain, ValidationError):
        return ""
    return address if len(address) <= LONGEST_ADDRESS else ""


def _address_problems(text: str, address: str, known: _Known) -> list[str]:
    if not text:
        return [_("Het e-mailadres ontbreekt.")]
    if not address:
        return [_("“%(text)s” is geen e-mailadres.") % {"text": text}]
    domain = domain_of(address)
    if domain in known.domains:
        return []
    if is_free_mail(domain):
        return [
            _("Een adres bij %(domain)s kan iedereen krijgen. Gebruik een adres van uw organisatie.")
            % {"domain": domain}
        ]
    return [_("%(domain)s is geen domein van uw organisatie.") % {"domain": domain}]


def _role_problems(text: str, role: Role | None, place: str) -> list[str]:
    if not text:
        return [_("De rol ontbreekt.")]
    if role is None:
        return [_("De rol “%(role)s” kennen we niet.") % {"role": text}]
    if role in UNDIVIDED_ROLES and plain(place) not in _WHOLE_ORGANISATION:
        return [_("De rol %(role)s geldt voor de hele organisatie. Laat de locatie leeg.") % {"role": role.label}]
    return []


def _is_heading(row: Sequence[str]) -> bool:
    return plain(row[0]) == COLUMNS[0]
