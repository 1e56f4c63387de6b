"""Who can sign in to the demonstration: one account for each role, all with one password that is no secret."""

import base64
import hashlib
from dataclasses import dataclass

from accounts.roles import ALWAYS_SECOND_FACTOR, Role

#: For a demonstration only: ``loading`` refuses in production, and who gives real people access uses invitations.
DEMO_PASSWORD = "Paarse-Giraf-Fietst-42"  # noqa: S105 printed by `make demo`, see above


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in. ``first_location`` limits the role to the organisation's first location."""

    organisation: str
    local_part: str
    role: Role
    name: tuple[str, str, str]
    purpose: str
    first_location: bool = False

    @property
    def totp_secret(self) -> str:
        """The secret of this account's authenticator app, in base32: no secret either, and the same in each load."""
        digest = hashlib.sha1(f"kijk demonstration {self.email}".encode(), usedforsecurity=False).digest()
        return base64.b32encode(digest).decode()

    @property
    def needs_code(self) -> bool:
        """Whether signing in asks for a code after the password."""
        return self.role in ALWAYS_SECOND_FACTOR

    @property
    def email(self) -> str:
        """The address, in the organisation's own domain: ``.example`` is reserved, no mail ever reaches anybody."""
        return f"{self.local_part}@{domain_of(self.organisation)}"


ACCOUNTS = (
    Account(
        "zonnebloem", "medewerker", Role.GROUP_STAFF, ("Marieke", "van", "Dam"),
        "two groups of her own: write a note, go on with a registration, close one",
    ),
    Account(
        "zonnebloem", "kwaliteit", Role.QUALITY, ("Esther", "", "Verhagen"),
        "the cross-section of all locations and its PDF; small numbers are hidden",
    ),
    Account(
        "zonnebloem", "leiding", Role.MANAGEMENT, ("Hakan", "", "Yildirim"),
        "the cross-section of one location only", first_location=True,
    ),
    Account(
        "zonnebloem", "ib", Role.INTERNAL_SUPPORT, ("Judith", "ten", "Have"),
        "every group: who needs attention, with the notes beside it",
    ),
    Account(
        "zonnebloem", "coach", Role.COACH, ("Nadia", "", "Benali"),
        "reads and notes at one location, registers nobody", first_location=True,
    ),
    Account(
        "zonnebloem", "beheerder", Role.ADMINISTRATOR, ("Peter", "", "Mulder"),
        "administration: colleagues, roles, inviting, the trail; opens a closed registration again",
    ),
    Account(
        "zonnebloem", "coordinator", Role.MEASUREMENT_COORDINATOR, ("Renske", "de", "Groot"),
        "first page and privacy pages only: the pupil monitor is not there yet",
    ),
    Account(
        "zonnebloem", "fg", Role.DATA_PROTECTION_OFFICER, ("Karin", "", "Huisman"),
        "the trail, roles and exports, leaflet and register; no child can be opened",
    ),
    Account(
        "lammerwolk", "medewerker", Role.GROUP_STAFF, ("Beata", "", "Kowalczyk"),
        "another organisation: sees nothing of the first",
    ),
    Account(
        "papierenzwaan", "leerkracht", Role.GROUP_STAFF, ("Wouter", "", "Veenstra"),
        "a class of 4 to 6 year olds",
    ),
    Account(
        "vliegermakers", "medewerker", Role.GROUP_STAFF, ("Priscilla", "", "Martis"),
        "out-of-school care: registration 0-7 is not in its licence",
    ),
    Account(
        "vliegermakers", "beheerder", Role.ADMINISTRATOR, ("Roelof", "", "Terpstra"),
        "its administration: opens a closed measurement again, sets from which age children fill in their own view",
    ),
    Account(
        "bazalt", "secretariaat", Role.SECRETARIAT, ("Ineke", "van", "Loon"),
        "Bazalt's desk: helps an administrator who cannot get in, sees no child",
    ),
)  # fmt: skip


def domain_of(organisation: str) -> str:
    """Return the e-mail domain of an organisation of the demonstration, by its key."""
    return f"{organisation}.example"


def accounts_of(organisation: str) -> tuple[Account, ...]:
    """Return the accounts in one organisation, by its key."""
    return tuple(account for account in ACCOUNTS if account.organisation == organisation)
