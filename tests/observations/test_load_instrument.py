"""``manage.py load_instrument``: publishing, publishing again, and the database that lets nobody change it after."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from pytest_django import DjangoAssertNumQueries

from kijk.audit.models import AuditEvent
from kijk.tenancy.context import PLATFORM, tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.instruments.catalogue import InstrumentNotPublishedError, content_of, published_version
from observations.domain.instruments.files import read_instrument
from observations.domain.instruments.publishing import PublishedVersionDiffersError, publish_instrument, spec_of
from observations.domain.instruments.spec import fingerprint
from observations.models import Area, Band, Instrument, InstrumentVersion, Line, Milestone, Scale, ScaleLevel
from tests.observations.instrument_text import BANDED, ITEMS, line_text, write, write_banded

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
CONTENT_TABLES = (Area, Band, Line, Milestone, Scale, ScaleLevel)


def load(path: Path) -> str:
    """Run the command and return what it prints."""
    out = StringIO()
    call_command("load_instrument", str(path), stdout=out)
    return out.getvalue().strip()


def counts() -> list[int]:
    """Return how many rows each content table has, the shipped instruments' among them."""
    return [model.objects.count() for model in (Instrument, InstrumentVersion, *CONTENT_TABLES)]


@pytest.fixture
def published(db: None, tmp_path: Path) -> InstrumentVersion:
    """Publish the small instrument with bands, two milestones a band."""
    path = write_banded(tmp_path, line=line_text(per_band=2))
    publish_instrument(spec=read_instrument(path), now=NOW)
    return published_version("proef")


@pytest.mark.requirement("REG-1.1")
def test_loaded_content_is_what_the_files_say(published: InstrumentVersion, tmp_path: Path) -> None:
    spec = read_instrument(tmp_path / "instrument.yaml")
    content = content_of(published.pk)
    assert spec_of(content) == spec
    assert (content.code, content.version, content.response_scale) == ("proef", "1.0", "milestone")
    assert content.rule.code == "developmental_age"
    assert [(band.number, band.from_months, band.until_months, band.label) for band in content.bands.values()][:2] == [
        (1, 0, 6, "0;0–0;6"),
        (2, 6, 12, "0;6–1;0"),
    ]
    assert [item.code for item in content.lines["spel"].bands[14]] == ["spel-14-1", "spel-14-2"]
    assert len(content.lines["spel"].milestones) == len(content.milestones) == 28
    assert content.milestones_by_code()["spel-3-2"].line_code == "spel"
    assert published.published_at == NOW
    assert bytes(published.content_hash) == fingerprint(spec)


def test_content_is_read_from_the_database_once(
    published: InstrumentVersion, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(7):
        first = content_of(published.pk)
    with django_assert_num_queries(0):
        assert content_of(published.pk) is first


@pytest.mark.requirement("REG-1.4")
def test_command_publishes_and_says_so(committed_db: object, tmp_path: Path) -> None:
    before = counts()
    assert load(write_banded(tmp_path)) == "proef 1.0: published, 14 milestones"
    assert [now - then for now, then in zip(counts(), before, strict=True)] == [1, 1, 1, 14, 1, 14, 1, 5]


def test_publishing_leaves_one_event_on_the_platform_s_trail(committed_db: object, tmp_path: Path) -> None:
    load(write(tmp_path, ITEMS))
    load(write(tmp_path, ITEMS))
    version = published_version("proef-items")
    with tenant_scope(PLATFORM):
        events = list(AuditEvent.objects.values_list("action", "object_id", "data"))
    data = {"code": "proef-items", "version": "1.0", "content": bytes(version.content_hash).hex()}
    assert events == [("instrument.published", version.pk, data)]


@pytest.mark.requirement("REG-1.2")
def test_same_content_again_is_unchanged(committed_db: object, tmp_path: Path) -> None:
    path = write_banded(tmp_path)
    load(path)
    before = counts()
    path.write_text("# another layout\n" + BANDED, encoding="utf-8")
    assert load(path) == "proef 1.0: unchanged"
    assert counts() == before


@pytest.mark.requirement("REG-1.2")
def test_other_content_under_a_published_version_is_refused_with_what_differs(
    committed_db: object, tmp_path: Path
) -> None:
    load(write_banded(tmp_path))
    before = counts()
    line = line_text().replace("Doet spel-2-1", "Doet iets anders").replace("typical_to: 84", "typical_to: 85")
    main = BANDED.replace("name: Gebied", "name: Ander gebied").replace("5: Heel veel", "5: Alles")
    levels = ("Geen", "Weinig", "Wat", "Veel", "Heel veel")
    with pytest.raises(CommandError) as raised:
        load(write_banded(tmp_path, main, line))
    assert str(raised.value).splitlines() == [
        "proef 1.0: This version is published already, with other content. Give the new content a new version.",
        "area gebied, name: 'Gebied' is now 'Ander gebied'",
        "milestone spel-2-1, text: 'Doet spel-2-1' is now 'Doet iets anders'",
        "milestone spel-14-1, typical_to: 84 is now 85",
        f"scale plezier, levels: {levels!r} is now {(*levels[:4], 'Alles')!r}",
    ]
    assert counts() == before


def test_added_and_missing_parts_are_named_and_a_long_list_is_cut(committed_db: object, tmp_path: Path) -> None:
    load(write_banded(tmp_path))
    with pytest.raises(CommandError) as raised:
        load(write_banded(tmp_path, line=line_text(per_band=2)))
    told = str(raised.value).splitlines()
    assert told[1] == "milestone spel-1-2, place: is new"
    assert len(told) == 52
    # Ten facts of each of 14 new milestones, and the changed places of 13 that now come later.
    assert told[-1] == f"and {14 * 10 + 13 - 50} more differences"
    without_scales = read_instrument(write_banded(tmp_path, BANDED[: BANDED.index("scales:")]))
    with pytest.raises(PublishedVersionDiffersError) as differing:
        publish_instrument(spec=without_scales, now=LATER)
    assert differing.value.differences[0] == "scale plezier, place: is no longer there"


@pytest.mark.requirement("REG-1.7")
def test_new_version_stands_beside_the_old(committed_db: object, tmp_path: Path) -> None:
    load(write(tmp_path, ITEMS))
    old = published_version("proef-items")
    text = ITEMS.replace('version: "1.0"', 'version: "1.1"').replace("Doet iets.", "Doet iets meer.")
    assert load(write(tmp_path, text)) == "proef-items 1.1: published, 2 milestones"
    new = published_version("proef-items")
    assert (old.version, new.version) == ("1.0", "1.1")
    texts = [content_of(version.pk).milestones_by_code()["item-1"].text for version in (old, new)]
    assert texts == ["Doet iets.", "Doet iets meer."]


@pytest.mark.requirement("REG-1.4")
def test_mistakes_load_nothing(committed_db: object, tmp_path: Path) -> None:
    before = counts()
    path = write(tmp_path, ITEMS.replace("text: Doet iets.", "text: ''").replace("format: 1", "format: 7"))
    with pytest.raises(CommandError) as raised:
        load(path)
    assert str(raised.value).splitlines() == [
        f"{path}:1: format should be a whole number from 1 to 1, but is 7",
        f"{path}:16: text is empty",
        "Mistakes: 2. Nothing was loaded.",
    ]
    assert counts() == before


def test_what_is_not_published_is_not_read(db: None) -> None:
    draft = InstrumentVersion.objects.create(
        instrument=Instrument.objects.create(code="concept"), version="1", content_hash=b""
    )
    for find in (lambda: published_version("concept"), lambda: content_of(draft.pk), lambda: content_of(uuid7())):
        with pytest.raises(InstrumentNotPublishedError):
            find()


# ------------------------------------------------------------------------------ the database's own guard


def refused() -> "pytest.RaisesExc[IntegrityError]":
    """Expect the trigger's refusal, by its own words, so that no other constraint is taken for it."""
    return pytest.raises(IntegrityError, match=r"^A published instrument version never changes\.")


def version_with_rows(name: str, number: int) -> InstrumentVersion:
    """Make a version, not published, with one row in each table; rows of two numbers never clash."""
    instrument, _ = Instrument.objects.get_or_create(code="met-de-hand")
    version = InstrumentVersion.objects.create(instrument=instrument, version=name, content_hash=b"")
    area = Area.objects.create(version=version, code=f"a{number}", name="A", position=number)
    line = Line.objects.create(version=version, area=area, code=f"l{number}", name="L", position=number)
    Band.objects.create(version=version, number=number, from_months=0, until_months=6)
    Milestone.objects.create(
        line=line, code=f"m{number}", typical_from=1, typical_to=2, confidence="low", position=number
    )
    scale = Scale.objects.create(version=version, code=f"s{number}", name="S", position=number)
    ScaleLevel.objects.create(scale=scale, value=number, text="Iets")
    return version


@pytest.fixture
def fixed(db: None) -> InstrumentVersion:
    """Return a published version."""
    version = version_with_rows("1", number=1)
    InstrumentVersion.objects.filter(pk=version.pk).update(published_at=NOW)
    return version


@pytest.fixture
def draft(db: None) -> InstrumentVersion:
    """Return a version of the same instrument that is not published: its content may change."""
    return version_with_rows("2", number=2)


@pytest.fixture(params=CONTENT_TABLES, ids=lambda model: model.__name__)
def table(request: pytest.FixtureRequest) -> type[Model]:
    """Give each of the content tables in turn."""
    model: type[Model] = request.param
    return model


def row_of(table: type[Model], version: InstrumentVersion) -> Model:
    """Return the one row a version has in a table."""
    path = "line__version" if table is Milestone else "scale__version" if table is ScaleLevel else "version"
    return table._default_manager.get(**{path: version})


def parent_of(table: type[Model], version: InstrumentVersion) -> tuple[str, object]:
    """Return the column by which a row belongs to a version, and its value in this one."""
    if table is Milestone:
        return "line_id", row_of(Line, version).pk
    if table is ScaleLevel:
        return "scale_id", row_of(Scale, version).pk
    return "version_id", version.pk


def change(table: type[Model], version: InstrumentVersion) -> int:
    """Change a number in the version's row and return how many rows were changed."""
    column = "value" if table is ScaleLevel else "number" if table is Band else "position"
    return table._default_manager.filter(pk=row_of(table, version).pk).update(**{column: 5})


def delete(table: type[Model], version: InstrumentVersion) -> int:
    """Delete the version's row, past Django's collector, and return how many went."""
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{table._meta.db_table}" WHERE id = %s', [row_of(table, version).pk])
        return int(cursor.rowcount)


@pytest.mark.requirement("REG-1.2")
def test_published_row_is_not_updated(fixed: InstrumentVersion, table: type[Model]) -> None:
    with refused(), transaction.atomic():
        change(table, fixed)


@pytest.mark.requirement("REG-1.2")
def test_published_row_is_not_deleted(fixed: InstrumentVersion, table: type[Model]) -> None:
    with refused(), transaction.atomic():
        delete(table, fixed)


@pytest.mark.requirement("REG-1.2")
def test_nothing_is_added_to_a_published_version(
    fixed: InstrumentVersion, draft: InstrumentVersion, table: type[Model]
) -> None:
    row = row_of(table, draft)
    row.pk = uuid7()
    setattr(row, *parent_of(table, fixed))
    with refused(), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.requirement("REG-1.2")
def test_nothing_is_moved_into_a_published_version(
    fixed: InstrumentVersion, draft: InstrumentVersion, table: type[Model]
) -> None:
    column, target = parent_of(table, fixed)
    with refused(), transaction.atomic():
        table._default_manager.filter(pk=row_of(table, draft).pk).update(**{column: target})


@pytest.mark.requirement("REG-1.2")
def test_nothing_is_moved_out_of_a_published_version(
    fixed: InstrumentVersion, draft: InstrumentVersion, table: type[Model]
) -> None:
    column, target = parent_of(table, draft)
    with refused(), transaction.atomic():
        table._default_manager.filter(pk=row_of(table, fixed).pk).update(**{column: target})


def test_content_of_a_draft_may_change(fixed: InstrumentVersion, draft: InstrumentVersion) -> None:
    # From the leaves up, as the rows refer to each other.
    leaves_first = (ScaleLevel, Milestone, Scale, Band, Line, Area)
    assert [change(model, draft) for model in leaves_first] == [1] * 6
    assert [delete(model, draft) for model in leaves_first] == [1] * 6


@pytest.mark.requirement("REG-1.2")
@pytest.mark.parametrize("assignment", ["name = 'Anders'", "published_at = NULL", "scoring_rule = 'item_shares'"])
def test_published_version_is_not_updated(fixed: InstrumentVersion, assignment: str) -> None:
    with refused(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE observations_instrumentversion SET {assignment} WHERE id = %s", [fixed.pk])


@pytest.mark.requirement("REG-1.2")
def test_published_version_is_not_deleted(fixed: InstrumentVersion) -> None:
    with refused(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM observations_instrumentversion WHERE id = %s", [fixed.pk])


def test_publishing_twice_keeps_the_first_moment(committed_db: object, tmp_path: Path) -> None:
    spec = read_instrument(write(tmp_path, ITEMS))
    first = publish_instrument(spec=spec, now=NOW)
    second = publish_instrument(spec=spec, now=LATER)
    assert (first.is_new, second.is_new) == (True, False)
    assert first.version_id == second.version_id
    assert published_version("proef-items").published_at == NOW


def test_two_at_once_publish_one_version(committed_db: object, tmp_path: Path) -> None:
    load(write(tmp_path, ITEMS))
    spec = read_instrument(write(tmp_path, ITEMS.replace('version: "1.0"', 'version: "1.1"')))
    ready = Barrier(2)

    def publish() -> bool:
        try:
            ready.wait()
            return publish_instrument(spec=spec, now=NOW).is_new
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(publish) for _ in range(2)]
    assert sorted(found.result() for found in waiting) == [False, True]
