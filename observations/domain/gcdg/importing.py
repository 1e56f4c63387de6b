"""Bringing the SMOCC study's open data into an organisation (issue 2, part E).

One closed registration a visit; the same file again changes nothing. What the file says of a child is taken when the
child is made and never changes it afterwards.
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from kijk.audit.domain import record
from kijk.encryption.keyring import KeyPurpose, keyring
from kijk.tenancy.context import tenant_scope
from licensing.domain import create_location, create_organisation, current_organisation, find_organisation
from licensing.models import Location, Organisation
from licensing.modules import Module
from observations.domain.children.records import ChildData, create_children, create_group
from observations.domain.gcdg.files import GcdgRows, Refusal, Visit, read_gcdg
from observations.domain.instruments.catalogue import InstrumentNotPublishedError, content_of, published_version
from observations.domain.instruments.files import read_instrument
from observations.domain.instruments.publishing import publish_instrument
from observations.domain.registering.history import HistoricRegistration, load_history
from observations.models import Answer, Child, ChildFile, Group, InstrumentVersion, Registration

INSTRUMENT = "ddi"
INSTRUMENT_FILE = Path(__file__).resolve().parents[2] / "content" / INSTRUMENT / "instrument.yaml"
#: The study gives ages and no dates: all its children were born in one year, here on one day.
BIRTH_DATE = date(1988, 4, 1)
PLACE_NAME = "SMOCC"

_GENDERS = {"Female": Child.Gender.GIRL, "Male": Child.Gender.BOY, "": Child.Gender.UNSPECIFIED}


class NothingImportedError(Exception):
    """With ``strict`` one refused line is enough to import nothing; ``report`` says what was refused."""

    def __init__(self, report: "ImportReport") -> None:
        self.report = report
        super().__init__(f"{len(report.refused)} refused; nothing was imported.")


@dataclass(frozen=True)
class ImportReport:
    """What an import came to: rows of the file, rows made now, registrations that were there, lines refused."""

    rows_read: int
    refused: tuple[Refusal, ...]
    children: int = 0
    registrations: int = 0
    answers: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class _Known:
    """What the organisation has before the import: children by import key, registrations by child and day."""

    children: Mapping[bytes, Child]
    registrations: Mapping[tuple[UUID, date], Registration]
    answers: Mapping[UUID, Mapping[UUID, int]]

    def reason_to_refuse(self, child: Child, visit: Visit, answers: Mapping[UUID, int]) -> str | None:
        """Return why a visit of a child that is known contradicts what is there; None when it does not."""
        if visit.sex and child.gender not in {_GENDERS[visit.sex], Child.Gender.UNSPECIFIED}:
            return "the child was imported with another sex"
        if visit.gestation_weeks is not None and child.gestation_weeks not in {visit.gestation_weeks, None}:
            return "the child was imported with another gestational age"
        there = self.registrations.get((child.pk, _day(visit)))
        if there is None:
            return None
        if there.status != Registration.Status.CLOSED:
            return "the child has an open registration on this day"
        if self.answers.get(there.pk, {}) != answers:
            return "this visit was imported with other answers, and a closed registration never changes"
        return None


@dataclass(frozen=True)
class _Sorted:
    """The visits of the file after comparing: to be written, there already, contradicting what is there."""

    fresh: tuple[Visit, ...]
    unchanged: int
    refused: tuple[Refusal, ...]


@dataclass(frozen=True)
class _Import:
    """One import into the organisation in scope."""

    rows: GcdgRows
    version: InstrumentVersion
    now: datetime
    strict: bool


def import_gcdg(*, content: bytes, organisation_name: str, strict: bool, now: datetime) -> ImportReport:
    """Import a file into the organisation with this name, which is made when there is none.

    No organisation's scope may be open. Raises GcdgFormatError when the file cannot be read at all, and
    NothingImportedError when ``strict`` and anything was refused; nothing is written then.
    """
    rows = read_gcdg(content, items=_item_codes())
    if strict and rows.refused:
        raise NothingImportedError(ImportReport(rows.rows_read, rows.refused))
    version = _instrument_version(now)
    organisation_id = find_organisation(organisation_name) or _create_organisation(organisation_name)
    with tenant_scope(organisation_id):
        report = _import(_Import(rows, version, now, strict))
        record("gcdg.imported", about=current_organisation(), data=_event_data(report, content))
    return report


def _event_data(report: ImportReport, content: bytes) -> dict[str, int | str]:
    return {
        "file": hashlib.sha256(content).hexdigest(),
        "rows_read": report.rows_read,
        "children": report.children,
        "registrations": report.registrations,
        "answers": report.answers,
        "unchanged": report.unchanged,
        "refused": len(report.refused),
    }


def _item_codes() -> set[str]:
    """Return the items' codes, from the files where the instrument is not loaded: a refused file loads nothing."""
    try:
        return set(content_of(published_version(INSTRUMENT).pk).milestones_by_code())
    except InstrumentNotPublishedError:
        return {item.code for item in read_instrument(INSTRUMENT_FILE).milestones}


def _instrument_version(now: datetime) -> InstrumentVersion:
    try:
        return published_version(INSTRUMENT)
    except InstrumentNotPublishedError:
        publish_instrument(spec=read_instrument(INSTRUMENT_FILE), now=now)
        return published_version(INSTRUMENT)


def _create_organisation(name: str) -> UUID:
    # No register knows this organisation: its number is made from its name, so that two names do not clash.
    digest = hashlib.sha256(name.encode()).digest()
    return create_organisation(
        name=name,
        kind=Organisation.Kind.CHILDCARE,
        identifier_kind=Organisation.IdentifierKind.LRK,
        identifier=f"{int.from_bytes(digest) % 10**12:012d}",
        modules=tuple(Module),
    )


def _import(given: _Import) -> ImportReport:
    # Two imports into one organisation take turns; the weaker lock lets everybody else go on working.
    Organisation.objects.select_for_update(no_key=True).get()
    keys = _import_keys(given.rows.visits)
    known = _known(given.version, keys.values())
    found = _sort_out(given, known, keys)
    refused = tuple(sorted([*given.rows.refused, *found.refused]))
    if given.strict and refused:
        raise NothingImportedError(ImportReport(given.rows.rows_read, refused))
    children = _create_children(found.fresh, known.children, keys)
    counts = load_history(_history(given, found.fresh, {**known.children, **children}, keys))
    return ImportReport(
        rows_read=given.rows.rows_read,
        refused=refused,
        children=len(children),
        registrations=counts.registrations,
        answers=counts.answers,
        unchanged=found.unchanged,
    )


def _import_keys(visits: Iterable[Visit]) -> dict[str, bytes]:
    """Return the keyed hash by which each child of the file is found again, by the file's own number."""
    _, key = keyring().organisation_key(KeyPurpose.INDEX)
    subjects = {visit.subject for visit in visits}
    return {subject: hmac.digest(key, f"gcdg|{subject}".encode(), "sha256") for subject in subjects}


def _known(version: InstrumentVersion, keys: Iterable[bytes]) -> _Known:
    rows = Child.objects.filter(import_key__in=list(keys)).defer("file")
    children = {bytes(row.import_key or b""): row for row in rows}
    registrations = Registration.objects.filter(version=version, child__in=[row.pk for row in children.values()])
    # A later revision comes after the one it replaces, and is the one that counts.
    by_day = {(row.child_id, row.registered_on): row for row in registrations.defer("texts").order_by("revision")}
    return _Known(children, by_day, _answers_of(by_day.values()))


def _answers_of(registrations: Iterable[Registration]) -> Mapping[UUID, Mapping[UUID, int]]:
    answers: defaultdict[UUID, dict[UUID, int]] = defaultdict(dict)
    rows = Answer.objects.filter(registration__in=[row.pk for row in registrations])
    columns = rows.values_list("registration_id", "milestone_id", "value")
    for registration_id, milestone_id, value in columns.iterator(chunk_size=5000):
        answers[registration_id][milestone_id] = value
    return answers


def _sort_out(given: _Import, known: _Known, keys: Mapping[str, bytes]) -> _Sorted:
    items = _item_ids(given.version)
    fresh, refused = [], []
    for visit in given.rows.visits:
        child = known.children.get(keys[visit.subject])
        if child is None:
            fresh.append(visit)
        elif reason := known.reason_to_refuse(child, visit, _answers(visit, items)):
            refused.append(Refusal(visit.line, reason))
        elif (child.pk, _day(visit)) not in known.registrations:
            fresh.append(visit)
    unchanged = len(given.rows.visits) - len(fresh) - len(refused)
    return _Sorted(tuple(fresh), unchanged, tuple(refused))


def _item_ids(version: InstrumentVersion) -> dict[str, UUID]:
    return {code: item.id for code, item in content_of(version.pk).milestones_by_code().items()}


def _answers(visit: Visit, items: Mapping[str, UUID]) -> dict[UUID, int]:
    return {
        items[code]: Answer.Value.SECURE.value if passed else Answer.Value.NOT_YET.value
        for code, passed in visit.answers.items()
    }


def _day(visit: Visit) -> date:
    return BIRTH_DATE + timedelta(days=visit.age_days)


def _create_children(
    fresh: Sequence[Visit], known: Mapping[bytes, Child], keys: Mapping[str, bytes]
) -> dict[bytes, Child]:
    """Create the children that are not known yet, and return them by their import key."""
    visits: defaultdict[str, list[Visit]] = defaultdict(list)
    for visit in fresh:
        if keys[visit.subject] not in known:
            visits[visit.subject].append(visit)
    group = _group()
    wanted = [_child_data(subject, found, keys[subject]) for subject, found in visits.items()]
    made = create_children(rows=[(data, group, BIRTH_DATE) for data in wanted])
    return {bytes(child.import_key or b""): child for child in made}


def _child_data(subject: str, visits: Sequence[Visit], import_key: bytes) -> ChildData:
    """Return what the file says of a child; its rows agree, but not each of them has everything."""
    return ChildData(
        file=ChildFile(first_name="Kind", last_name=subject),
        birth_date=BIRTH_DATE,
        gender=_GENDERS[next((visit.sex for visit in visits if visit.sex), "")],
        gestation_weeks=next((visit.gestation_weeks for visit in visits if visit.gestation_weeks is not None), None),
        import_key=import_key,
    )


def _group() -> Group:
    """Return the group of the study's children, made at the first import."""
    found = Group.objects.filter(name=PLACE_NAME, location__name=PLACE_NAME).first()
    if found is not None:
        return found
    location = Location.objects.filter(name=PLACE_NAME).first()
    return create_group(
        location=location or create_location(name=PLACE_NAME, place="Nederland"),
        name=PLACE_NAME,
        kind=Group.Kind.BABY,
        school_year=BIRTH_DATE.year,
    )


def _history(
    given: _Import, fresh: Iterable[Visit], children: Mapping[bytes, Child], keys: Mapping[str, bytes]
) -> Iterator[HistoricRegistration]:
    items, group = _item_ids(given.version), _group()
    for visit in fresh:
        yield HistoricRegistration(
            child=children[keys[visit.subject]],
            version=given.version,
            group=group,
            registered_on=_day(visit),
            closed_at=given.now,
            answers=_answers(visit, items),
        )
