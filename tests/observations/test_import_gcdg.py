"""``manage.py import_gcdg``: the open data as closed registrations, twice the same, and nothing past a refusal."""

import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from kijk.audit.models import AuditEvent
from kijk.encryption.keyring import KeyPurpose, keyring
from kijk.tenancy.context import PLATFORM, tenant_scope
from licensing.domain import current_organisation, find_organisation
from licensing.models import Location
from licensing.modules import Module
from observations.domain.instruments.catalogue import published_version
from observations.models import (
    Answer,
    Child,
    Group,
    Instrument,
    LineResult,
    Milestone,
    Placement,
    Registration,
)
from tests import factories
from tests.observations.gcdg_text import BASE, ITEMS, file_of, row

REAL_FILE = Path(__file__).parents[3] / "shared" / "data" / "gcdg_nld_smocc.txt"
NAME = "Onderzoek"

ROWS = (
    row("7", 30, ddicmm029="1", ddifmd001="0"),
    row("7", 58, ddigmd053="1"),
    row("8", 0, sex="Male", gagebrth="258", ddifmd001="1"),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file with three visits of two children."""
    return written(tmp_path, file_of(*ROWS))


def written(folder: Path, content: str | bytes, name: str = "data.txt") -> Path:
    """Write a file."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def run(path: Path, *options: str, name: str = NAME) -> dict[str, Any]:
    """Run the command and return the JSON it prints; it must exit with 0."""
    out = StringIO()
    call_command("import_gcdg", str(path), "--organisation", name, *options, stdout=out)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def run_refused(path: Path, *options: str, name: str = NAME) -> tuple[dict[str, Any], str]:
    """Run the command, which must fail; return the JSON and the error."""
    out = StringIO()
    with pytest.raises(CommandError) as raised:
        call_command("import_gcdg", str(path), "--organisation", name, *options, stdout=out)
    return json.loads(out.getvalue()), str(raised.value)


def report(**values: object) -> dict[str, object]:
    """Return a report with these values and nothing else in it."""
    empty = {"rows_read": 0, "children": 0, "registrations": 0, "answers": 0, "unchanged": 0, "refused": []}
    return {**empty, **values}


def organisation_id(name: str = NAME) -> UUID:
    """Return the organisation's id."""
    found = find_organisation(name)
    assert found is not None
    return found


def everything(name: str = NAME) -> dict[str, list[object]]:
    """Return all rows an import may make, as they are in the database."""
    tables = ("child", "placement", "group", "registration", "answer", "lineresult", "scalescore")
    with tenant_scope(organisation_id(name)), connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f'SELECT * FROM "observations_{table}" ORDER BY id')
            found[table] = list(cursor.fetchall())
        return found


@pytest.mark.requirement("DAT-1.1")
def test_visits_become_closed_registrations(committed_db: object, file: Path) -> None:
    assert run(file) == report(rows_read=3, children=2, registrations=3, answers=4)
    codes = dict(Milestone.objects.values_list("pk", "code"))
    with tenant_scope(organisation_id()):
        visits = Registration.objects.select_related("child", "group").order_by("registered_on")
        found = [
            (
                str(visit.child.file),
                visit.registered_on,
                visit.status,
                visit.closed_at is not None,
                visit.group.name,
                {codes[answer.milestone_id]: answer.value for answer in visit.answers.all()},
            )
            for visit in visits
        ]
    assert found == [
        ("Kind 8", date(1988, 4, 1), "closed", True, "SMOCC", {"ddifmd001": 2}),
        ("Kind 7", date(1988, 5, 1), "closed", True, "SMOCC", {"ddicmm029": 2, "ddifmd001": 0}),
        ("Kind 7", date(1988, 5, 29), "closed", True, "SMOCC", {"ddigmd053": 2}),
    ]


@pytest.mark.requirement("DAT-1.1")
def test_children_are_what_the_file_says(committed_db: object, tmp_path: Path) -> None:
    text = file_of(
        row("7", 30, sex="", gagebrth=""),
        row("7", 60, sex="Female", gagebrth="286"),
        row("8", 30, sex="Male", gagebrth="900"),
        row("9", 30, sex="", gagebrth=""),
    )
    run(written(tmp_path, text))
    with tenant_scope(organisation_id()):
        rows = Child.objects.order_by("pk")
        found = [(str(row.file), row.birth_date, row.gender, row.gestation_weeks) for row in rows]
        placements = set(Placement.objects.values_list("group__name", "begins_on", "ends_on", "is_main"))
    born = date(1988, 4, 1)
    assert sorted(found) == [
        ("Kind 7", born, "girl", 40),
        ("Kind 8", born, "boy", None),
        ("Kind 9", born, "unspecified", None),
    ]
    assert placements == {("SMOCC", born, None, True)}


def test_organisation_is_made_with_its_number_location_and_group(committed_db: object, file: Path) -> None:
    run(file)
    run(file, name="Een ander")
    identifiers = []
    for name in (NAME, "Een ander"):
        with tenant_scope(organisation_id(name)):
            made = current_organisation()
            assert (made.kind, made.identifier_kind, made.modules) == ("childcare", "lrk", list(Module.values))
            made.clean()
            identifiers.append(made.identifier)
            assert list(Location.objects.values_list("name", flat=True)) == ["SMOCC"]
            assert list(Group.objects.values_list("name", "kind", "school_year")) == [("SMOCC", "baby", 1988)]
            assert Child.objects.count() == 2
    assert len(set(identifiers)) == 2
    assert Instrument.objects.filter(code="ddi").count() == 1


@pytest.mark.requirement("DAT-1.1")
def test_second_import_changes_nothing(committed_db: object, file: Path) -> None:
    run(file)
    before = everything()
    assert [len(rows) for rows in before.values()] == [2, 2, 1, 3, 4, 4, 0]
    assert run(file) == report(rows_read=3, unchanged=3)
    assert everything() == before


@pytest.mark.requirement("DAT-1.1")
def test_second_import_in_another_order_changes_nothing(committed_db: object, file: Path, tmp_path: Path) -> None:
    run(file)
    before = everything()
    turned = file_of(*reversed(ROWS), columns=[*reversed(ITEMS), *reversed(BASE)], end="\r\n")
    assert run(written(tmp_path, turned)) == report(rows_read=3, unchanged=3)
    assert everything() == before


def test_later_visits_of_known_and_new_children_are_added(committed_db: object, file: Path, tmp_path: Path) -> None:
    run(file)
    more = file_of(*ROWS, row("8", 30, sex="Male", gagebrth="258", ddicmm029="0"), row("9", 30))
    assert run(written(tmp_path, more)) == report(rows_read=5, children=1, registrations=2, answers=1, unchanged=3)
    with tenant_scope(organisation_id()):
        visits = Registration.objects.select_related("child")
        assert sorted(str(visit.child.file) for visit in visits) == ["Kind 7", "Kind 7", "Kind 8", "Kind 8", "Kind 9"]


@pytest.mark.requirement("DAT-1.2")
def test_visit_with_other_answers_is_refused_and_stays(committed_db: object, file: Path, tmp_path: Path) -> None:
    run(file)
    before = everything()
    flipped = {**ROWS[0], "ddicmm029": "0"}
    dropped = {**ROWS[2], "ddifmd001": ""}
    again = run(written(tmp_path, file_of(flipped, ROWS[1], dropped)))
    reason = "this visit was imported with other answers, and a closed registration never changes"
    refused = [{"line": 2, "reason": reason}, {"line": 4, "reason": reason}]
    assert again == report(rows_read=3, unchanged=1, refused=refused)
    assert everything() == before


@pytest.mark.requirement("DAT-1.2")
def test_child_with_other_facts_is_refused(committed_db: object, file: Path, tmp_path: Path) -> None:
    run(file)
    before = everything()
    other = written(tmp_path, file_of(row("7", 90, sex="Male"), row("8", 90, sex="Male", gagebrth="286")))
    assert run(other) == report(
        rows_read=2,
        refused=[
            {"line": 2, "reason": "the child was imported with another sex"},
            {"line": 3, "reason": "the child was imported with another gestational age"},
        ],
    )
    unknown = written(tmp_path, file_of(row("7", 90, sex="", gagebrth="")))
    assert run(unknown) == report(rows_read=1, registrations=1)
    assert everything()["child"] == before["child"]


def test_visit_that_is_open_again_is_refused(committed_db: object, file: Path, tmp_path: Path) -> None:
    run(file)
    with tenant_scope(organisation_id()):
        closed = Registration.objects.get(registered_on=date(1988, 5, 1))
        Registration.objects.create(
            child_id=closed.child_id,
            version_id=closed.version_id,
            group_id=closed.group_id,
            registered_on=closed.registered_on,
            revision=2,
            replaces=closed,
        )
    refused = [{"line": 2, "reason": "the child has an open registration on this day"}]
    assert run(file) == report(rows_read=3, unchanged=2, refused=refused)


@pytest.mark.requirement("DAT-1.2")
def test_refused_rows_are_told_and_the_rest_is_imported(committed_db: object, tmp_path: Path) -> None:
    path = written(tmp_path, file_of(row("6", ""), *ROWS, row("8", 30, ddicmm029="2")))
    assert run(path) == report(
        rows_read=5,
        children=2,
        registrations=3,
        answers=4,
        refused=[
            {"line": 2, "reason": "no age: agedays is empty"},
            {"line": 6, "reason": "ddicmm029 is '2', not 0, 1 or empty"},
        ],
    )


@pytest.mark.requirement("DAT-1.2")
def test_strict_imports_nothing_when_a_row_is_refused(committed_db: object, tmp_path: Path) -> None:
    path = written(tmp_path, file_of(*ROWS, row("6", -1)))
    refused = [{"line": 5, "reason": "negative age: agedays is '-1'"}]
    assert run_refused(path, "--strict") == (report(rows_read=4, refused=refused), "1 refused; nothing was imported.")
    assert find_organisation(NAME) is None
    assert not Instrument.objects.filter(code="ddi").exists()


@pytest.mark.requirement("DAT-1.2")
def test_strict_imports_nothing_when_a_visit_contradicts(committed_db: object, file: Path, tmp_path: Path) -> None:
    run(file)
    before = everything()
    path = written(tmp_path, file_of({**ROWS[0], "ddicmm029": "0"}, row("9", 30)))
    reason = "this visit was imported with other answers, and a closed registration never changes"
    printed, error = run_refused(path, "--strict")
    assert (printed, error) == (
        report(rows_read=2, refused=[{"line": 2, "reason": reason}]),
        "1 refused; nothing was imported.",
    )
    assert everything() == before


def test_strict_imports_a_file_without_faults(committed_db: object, file: Path) -> None:
    assert run(file, "--strict") == report(rows_read=3, children=2, registrations=3, answers=4)


@pytest.mark.requirement("DAT-1.2")
def test_unknown_column_is_refused_and_the_rest_is_imported(committed_db: object, tmp_path: Path) -> None:
    path = written(tmp_path, file_of(*ROWS, columns=[*BASE, "ddixxx999", *ITEMS]))
    refused = [{"line": 1, "reason": "unknown column 'ddixxx999': left out"}]
    expected = report(rows_read=3, children=2, registrations=3, answers=4, refused=refused)
    assert run_refused(path, "--strict")[0] == report(rows_read=3, refused=refused)
    assert run(path) == expected


@pytest.mark.requirement("DAT-1.2")
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"subjid\tsex\n1\tMale\n", "missing columns: 'agedays', 'gagebrth'"),
        (file_of(*ROWS).encode("utf-16"), "the header is not UTF-8 from byte 1 of the line on"),
    ],
)
def test_file_that_cannot_be_read_imports_nothing(
    committed_db: object, tmp_path: Path, content: bytes, reason: str
) -> None:
    path = written(tmp_path, content)
    assert run_refused(path) == (report(refused=[{"line": 1, "reason": reason}]), f"{path}:1: {reason}")
    assert find_organisation(NAME) is None


def test_missing_file_and_impossible_names_are_refused(committed_db: object, tmp_path: Path, file: Path) -> None:
    for path, name, message in (
        (tmp_path / "weg.txt", NAME, f"{tmp_path / 'weg.txt'}: No such file or directory"),
        (file, "  ", "--organisation: a name has 1 to 120 characters."),
        (file, "a" * 121, "--organisation: a name has 1 to 120 characters."),
    ):
        with pytest.raises(CommandError) as raised:
            call_command("import_gcdg", str(path), "--organisation", name, stdout=StringIO())
        assert str(raised.value) == message


@pytest.mark.requirement("CHD-1.7")
def test_import_key_is_a_keyed_hash_of_the_file_s_number(committed_db: object, file: Path) -> None:
    run(file)
    with tenant_scope(organisation_id()):
        _, key = keyring().organisation_key(KeyPurpose.INDEX)
        expected = {hmac.digest(key, f"gcdg|{subject}".encode(), "sha256") for subject in ("7", "8")}
        assert {bytes(found or b"") for found in Child.objects.values_list("import_key", flat=True)} == expected


@pytest.mark.requirement("SEC-2.1")
def test_child_s_number_stands_in_no_row(committed_db: object, tmp_path: Path) -> None:
    run(written(tmp_path, file_of(row("5300001", 30, ddicmm029="1"))))
    hidden = ("5300001", b"5300001".hex())
    with tenant_scope(organisation_id()), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [found[0] for found in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            stored = "\n".join(found[0] for found in cursor.fetchall())
            assert [text for text in hidden if text in stored] == []
        assert str(Child.objects.get().file) == "Kind 5300001"


def test_each_import_leaves_one_event_with_counts_only(committed_db: object, file: Path) -> None:
    run(file)
    run(file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    counts = {"rows_read": 3, "children": 2, "registrations": 3, "answers": 4, "unchanged": 0, "refused": 0}
    with tenant_scope(organisation_id()):
        events = AuditEvent.objects.order_by("sequence").values_list("action", "object_type", "data")
        found = [event for event in events if event[0] == "gcdg.imported"]
        others = [event[0] for event in events if event[0] != "gcdg.imported"]
    assert found == [
        ("gcdg.imported", "licensing.organisation", {"file": digest, **counts}),
        (
            "gcdg.imported",
            "licensing.organisation",
            {"file": digest, **counts, "children": 0, "registrations": 0, "answers": 0, "unchanged": 3},
        ),
    ]
    assert others == ["organisation.created", "location.created", "group.created"]
    with tenant_scope(PLATFORM):
        assert list(AuditEvent.objects.values_list("action", flat=True)) == ["instrument.published"]


def test_two_imports_at_once_take_turns(committed_db: object, file: Path, tmp_path: Path) -> None:
    run(written(tmp_path, file_of(row("1", 30)), "before.txt"))
    ready = Barrier(2)

    def import_it() -> dict[str, Any]:
        try:
            ready.wait()
            return run(file)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(import_it) for _ in range(2)]
    made = [found.result() for found in waiting]
    assert sorted(found["registrations"] for found in made) == [0, 3]
    assert sorted(found["unchanged"] for found in made) == [0, 3]


def test_location_that_is_there_is_used(committed_db: object, file: Path) -> None:
    own = factories.organisation(name=NAME)
    with tenant_scope(own):
        location = factories.location(name="SMOCC")
    run(file)
    with tenant_scope(own):
        assert list(Group.objects.values_list("location", flat=True)) == [location.pk]
        assert Location.objects.count() == 1


@pytest.mark.requirement("DAT-1.1")
def test_results_are_written_per_line_with_an_answer(committed_db: object, file: Path) -> None:
    run(file)
    with tenant_scope(organisation_id()):
        rows = LineResult.objects.order_by("registered_on", "line__position")
        found = list(rows.values_list("line__code", "age_days", "gender", "outcome", "coverage", "share_passed"))
    assert [(*row[:4], float(row[4]), float(row[5] or 0)) for row in found] == [
        ("fijne-motoriek", 0, "boy", "", 0.052, 1.0),
        ("communicatie", 30, "girl", "", 0.066, 1.0),
        ("fijne-motoriek", 30, "girl", "", 0.052, 0.0),
        ("grove-motoriek", 58, "girl", "", 0.043, 1.0),
    ]


@pytest.mark.requirement("DAT-1.1")
@pytest.mark.skipif(not REAL_FILE.exists(), reason=f"the open data are not at {REAL_FILE.name} in ../shared/data")
def test_real_file_is_imported_whole_and_only_once(committed_db: object) -> None:
    found = run(REAL_FILE, name="SMOCC")
    refused = found.pop("refused")
    assert found == {
        "rows_read": 16722,
        "children": 2038,
        "registrations": 16538,
        "answers": 164885,
        "unchanged": 0,
    }
    assert len(refused) == 184
    assert {refusal["reason"] for refusal in refused} == {"no age: agedays is empty"}
    assert refused[0]["line"] == 18
    again = run(REAL_FILE, name="SMOCC")
    assert (again["registrations"], again["answers"], again["unchanged"]) == (0, 0, 16538)
    with tenant_scope(organisation_id("SMOCC")):
        values = Answer.objects.values_list("value", flat=True)
        assert (values.filter(value=2).count(), values.filter(value=0).count(), values.count()) == (
            *counted_in_file(),
            164885,
        )
        assert Registration.objects.filter(version=published_version("ddi"), status="closed").count() == 16538
        assert Child.objects.count() == 2038


def counted_in_file() -> tuple[int, int]:
    """Count the ones and zeros of the rows with an age, by other means than the import's."""
    lines = REAL_FILE.read_text(encoding="ascii").splitlines()
    age = lines[0].split("\t").index("agedays")
    cells = [cell for line in lines[1:] if line.split("\t")[age] for cell in line.split("\t")[7:]]
    return cells.count("1"), cells.count("0")
