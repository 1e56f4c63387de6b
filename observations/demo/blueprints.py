"""What the demonstration consists of, before chance: six organisations that do not exist, and their groups."""

from dataclasses import dataclass

from licensing.models import Organisation
from licensing.modules import Module
from observations.demo.accounts import domain_of
from observations.models import Group


@dataclass(frozen=True)
class RoomBlueprint:
    """A group as every location has it. Ages are of the children in it today, in months, both ends included."""

    kind: str
    children: int
    youngest: int
    oldest: int
    #: The share of its children who have a VVE indication once they are two and a half.
    vve: float = 0.0


@dataclass(frozen=True)
class Blueprint:
    """An organisation at scale 1: so many locations with the same rooms, and children who left in the last year."""

    key: str
    name: str
    kind: str
    identifier_kind: str
    identifier: str
    modules: tuple[Module, ...]
    place: str = "Voorbeeldstad"
    locations: int = 0
    rooms: tuple[RoomBlueprint, ...] = ()
    left: int = 0
    #: The rooms, by number, of who signs in as group staff.
    account_rooms: tuple[int, ...] = ()

    @property
    def domain(self) -> str:
        """The e-mail domain of its users."""
        return domain_of(self.key)

    @property
    def registers(self) -> bool:
        """Whether the organisation follows development with notes and registrations."""
        return Module.REGISTRATION in self.modules

    @property
    def measures_after_school(self) -> bool:
        """Whether the organisation follows how children do in out-of-school care."""
        return Module.BSO in self.modules


_FOLLOWS = (Module.REGISTRATION, Module.MONITORING)
_BABIES = RoomBlueprint(Group.Kind.BABY, 9, 3, 23)
_TODDLERS = RoomBlueprint(Group.Kind.TODDLER, 14, 24, 47, vve=0.08)
_EARLY_EDUCATION = RoomBlueprint(Group.Kind.VVE, 14, 26, 47, vve=0.7)
_INFANTS = RoomBlueprint(Group.Kind.INFANTS, 23, 48, 75)
_AFTER_SCHOOL = RoomBlueprint(Group.Kind.BSO, 11, 49, 95)
_AFTER_SCHOOL_OLDER = RoomBlueprint(Group.Kind.BSO, 11, 97, 150)

BLUEPRINTS = (
    Blueprint(
        "voorbeeldstad", "Gemeente Voorbeeldstad", Organisation.Kind.MUNICIPALITY,
        Organisation.IdentifierKind.OIN, "00000009999999990000", (Module.MONITORING,),
    ),
    Blueprint(
        "zonnebloem", "Kinderopvang Zonnebloem Voorbeeldstad", Organisation.Kind.CHILDCARE,
        Organisation.IdentifierKind.LRK, "000000001", (*_FOLLOWS, Module.CORRECTED_AGE),
        locations=3, rooms=(_BABIES, _TODDLERS, _EARLY_EDUCATION), left=12, account_rooms=(1, 2),
    ),
    Blueprint(
        "lammerwolk", "Peuterhuis Lammerwolk", Organisation.Kind.CHILDCARE,
        Organisation.IdentifierKind.LRK, "000000002", _FOLLOWS,
        locations=2, rooms=(_TODDLERS, _EARLY_EDUCATION), left=6, account_rooms=(1,),
    ),
    Blueprint(
        "papierenzwaan", "Basisschool De Papieren Zwaan", Organisation.Kind.SCHOOL,
        Organisation.IdentifierKind.BRIN, "99ZZ", (*_FOLLOWS, Module.SENSITIVE_REMARKS),
        locations=1, rooms=(_INFANTS, _INFANTS), account_rooms=(0,),
    ),
    Blueprint(
        "vliegermakers", "BSO De Vliegermakers", Organisation.Kind.BSO,
        Organisation.IdentifierKind.LRK, "000000003", (Module.BSO,),
        locations=1, rooms=(_AFTER_SCHOOL, _AFTER_SCHOOL_OLDER), account_rooms=(0, 1),
    ),
    Blueprint(
        "bazalt", "Bazalt (voorbeeld)", Organisation.Kind.PROVIDER, Organisation.IdentifierKind.KVK, "00000000", (),
    ),
)  # fmt: skip
