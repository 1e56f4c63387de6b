"""Planning extra registrations of chosen lines, such as a language measurement at the start of VVE (REG-2.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from kijk.audit.domain import record
from kijk.encryption.keyring import keyring
from observations.domain.instruments.catalogue import InstrumentContent, content_of, published_version
from observations.domain.periods.pinning import DEVELOPMENT_INSTRUMENT
from observations.domain.periods.planning import PeriodRefused
from observations.models import Child, ExtraRegistration, Group


@dataclass(frozen=True)
class ExtraData:
    """What is chosen for an extra registration. ``ends_on`` or, at entry, ``weeks`` says by when it is due."""

    name: str
    lines: Sequence[str]
    audience: str
    begins_on: date
    ends_on: date | None = None
    weeks: int | None = None
    child: Child | None = None
    group: Group | None = None


@dataclass(frozen=True)
class ExtraLine:
    """An extra registration in the list; ``whom`` is a group, a child's name, or the audience in words."""

    pk: UUID
    name: str
    lines: tuple[str, ...]
    whom: str
    begins_on: date
    ends_on: date | None
    weeks: int | None
    registrations: int


def development_content() -> InstrumentContent:
    """Return the instrument whose lines can be chosen: the one that is used now."""
    return content_of(published_version(DEVELOPMENT_INSTRUMENT).pk)


def list_extras() -> list[ExtraLine]:
    """Return the extra registrations, the newest first; one query and that of the keys."""
    rows = ExtraRegistration.objects.select_related("child", "group").annotate(begun=Count("registrations"))
    found = list(rows.order_by("-begins_on", "-pk"))
    keyring().load_subjects({row.child_id for row in found if row.child_id})
    names = {code: line.name for code, line in development_content().lines.items()}
    return [
        ExtraLine(
            pk=row.pk,
            name=row.name,
            lines=tuple(names.get(code, code) for code in row.lines),
            whom=_whom(row),
            begins_on=row.begins_on,
            ends_on=row.ends_on,
            weeks=row.weeks,
            registrations=row.begun,
        )
        for row in found
    ]


def plan_extra(*, data: ExtraData, by: User) -> ExtraRegistration:
    """Plan an extra registration. Raises PeriodRefused for no lines, for nobody, and for days that make no sense."""
    known = development_content().lines
    lines = [code for code in known if code in data.lines]
    if not lines:
        raise PeriodRefused(_("Kies minstens één ontwikkelingslijn."))
    audience = ExtraRegistration.Audience(data.audience)
    _check_days(audience, data)
    _check_whom(audience, data)
    is_entry = audience == ExtraRegistration.Audience.VVE_ENTRY
    extra = ExtraRegistration.objects.create(
        name=data.name.strip(),
        lines=lines,
        audience=audience,
        child=data.child if audience == ExtraRegistration.Audience.CHILD else None,
        group=data.group if audience == ExtraRegistration.Audience.GROUP else None,
        begins_on=data.begins_on,
        ends_on=None if is_entry else data.ends_on,
        weeks=data.weeks if is_entry else None,
    )
    record("extra_registration.planned", about=extra, data={"lines": len(lines), "audience": str(audience)})
    return extra


def remove_extra(*, extra: ExtraRegistration, by: User) -> None:
    """Plan an extra registration no more. Raises PeriodRefused where anything was registered for it."""
    number = extra.registrations.count()
    if number:
        raise PeriodRefused(
            ngettext(
                "Hiervoor is al %(n)s registratie begonnen. Daarom kan deze niet meer weg.",
                "Hiervoor zijn al %(n)s registraties begonnen. Daarom kan deze niet meer weg.",
                number,
            )
            % {"n": number}
        )
    record("extra_registration.removed", about=extra, data={"audience": extra.audience})
    extra.delete()


def _check_days(audience: ExtraRegistration.Audience, data: ExtraData) -> None:
    if audience == ExtraRegistration.Audience.VVE_ENTRY:
        if not data.weeks:
            raise PeriodRefused(_("Vul in binnen hoeveel weken na de start dit gebeurt."))
    elif data.ends_on is None:
        raise PeriodRefused(_("Kies een laatste dag."))
    elif data.ends_on < data.begins_on:
        raise PeriodRefused(_("De laatste dag ligt voor de eerste."))


def _check_whom(audience: ExtraRegistration.Audience, data: ExtraData) -> None:
    if audience == ExtraRegistration.Audience.CHILD and data.child is None:
        raise PeriodRefused(_("Open het dossier van het kind en plan de extra registratie daar."))
    if audience == ExtraRegistration.Audience.GROUP and data.group is None:
        raise PeriodRefused(_("Kies een groep."))


def _whom(row: ExtraRegistration) -> str:
    if row.child is not None:
        return str(row.child.file)
    return row.group.name if row.group is not None else str(ExtraRegistration.Audience(row.audience).label)
