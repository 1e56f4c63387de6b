"""Reading the open data: what is right comes through as it stands, what is not is refused with line and reason."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observations.domain.gcdg.files import OLDEST_DAYS, GcdgFormatError, GcdgRows, Refusal, Visit, read_gcdg
from tests.observations.gcdg_text import BASE, ITEMS, file_of, row


def read(text: str | bytes) -> GcdgRows:
    """Read a file against the three items of these tests."""
    return read_gcdg(text.encode() if isinstance(text, str) else text, items=ITEMS)


def refused(text: str | bytes) -> list[tuple[int, str]]:
    """Return what is refused, as line and reason."""
    return [(refusal.line, refusal.reason) for refusal in read(text).refused]


@pytest.mark.requirement("DAT-1.1")
def test_visits_are_read_as_they_stand() -> None:
    text = file_of(
        row("7", 30, ddicmm029="1", ddifmd001="0"),
        row("7", 58, ddigmd053="1"),
        row("8", 0, sex="Male", gagebrth="258"),
    )
    assert read(text) == GcdgRows(
        rows_read=3,
        visits=(
            Visit(2, "7", 30, "Female", 40, {"ddicmm029": True, "ddifmd001": False}),
            Visit(3, "7", 58, "Female", 40, {"ddigmd053": True}),
            Visit(4, "8", 0, "Male", 36, {}),
        ),
        refused=(),
    )


def test_windows_line_ends_and_byte_order_mark_are_read() -> None:
    rows = [row("7", 30, ddicmm029="1"), row("8", 31)]
    plain = read(file_of(*rows))
    assert read(file_of(*rows, end="\r\n")) == plain
    assert read(b"\xef\xbb\xbf" + file_of(*rows).encode()) == plain
    assert read(file_of(*rows).removesuffix("\n")) == plain


def test_items_may_be_absent_and_columns_in_any_order() -> None:
    columns = ["ddigmd053", "agedays", "gagebrth", "subjid", "sex"]
    found = read(file_of(row("7", 30, ddigmd053="0"), columns=columns))
    assert found == GcdgRows(1, (Visit(2, "7", 30, "Female", 40, {"ddigmd053": False}),), ())


@given(seed=st.integers(), cells=st.lists(st.lists(st.sampled_from(["", "0", "1"]), min_size=3, max_size=3)))
def test_order_of_columns_changes_nothing(seed: int, cells: list[list[str]]) -> None:
    rows = [
        row(f"kind{number}", number, **dict(zip(ITEMS, given_cells, strict=True)))
        for number, given_cells in enumerate(cells)
    ]
    columns = [*BASE, *ITEMS]
    Random(seed).shuffle(columns)
    if not rows:
        return
    assert read(file_of(*rows, columns=columns)) == read(file_of(*rows))


@given(st.binary(max_size=300))
def test_no_content_breaks_the_reader(content: bytes) -> None:
    header = "\t".join((*BASE, *ITEMS)).encode() + b"\n"
    body = content or b"x"
    found = read(header + body)
    lines = body.removesuffix(b"\n").count(b"\n") + 1
    assert found.rows_read == len(found.visits) + len(found.refused) == lines


REFUSED_ROWS = [
    (row("7", ""), "no age: agedays is empty"),
    (row("7", " "), "no age: agedays is empty"),
    (row("7", -3), "negative age: agedays is '-3'"),
    (row("7", "-0.5"), "negative age: agedays is '-0.5'"),
    (row("7", "30.5"), "agedays is '30.5', not a whole number of days"),
    (row("7", "1e2"), "agedays is '1e2', not a whole number of days"),
    (row("7", "NA"), "agedays is 'NA', not a whole number of days"),
    (row("7", "３０"), "agedays is '３０', not a whole number of days"),
    (row("7", OLDEST_DAYS + 1), "agedays is 2558, over 2557 (seven years)"),
    (row("7", "9" * 30), f"agedays is '{'9' * 20}…', not a whole number of days"),
    (row("7", 30, ddicmm029="2"), "ddicmm029 is '2', not 0, 1 or empty"),
    (row("7", 30, ddifmd001="NA"), "ddifmd001 is 'NA', not 0, 1 or empty"),
    (row("7", 30, ddigmd053=" 1"), "ddigmd053 is ' 1', not 0, 1 or empty"),
    (row("7", 30, sex="female"), "sex is 'female', not Female or Male"),
    (row("7", 30, gagebrth="x"), "gagebrth is 'x', not a whole number of days"),
    (row("", 30), "no subjid"),
    (row("  ", 30), "no subjid"),
    (row("a" * 61, 30), "subjid is longer than 60 characters or cannot be printed"),
    (row("a\x00b", 30), "subjid is longer than 60 characters or cannot be printed"),
]


@pytest.mark.requirement("DAT-1.2")
@pytest.mark.parametrize(("wrong", "reason"), REFUSED_ROWS)
def test_row_is_refused_with_line_and_reason_and_the_rest_is_read(wrong: dict[str, str], reason: str) -> None:
    found = read(file_of(row("1", 10, ddicmm029="1"), wrong, row("2", 20)))
    assert found.refused == (Refusal(3, reason),)
    assert [(visit.line, visit.subject) for visit in found.visits] == [(2, "1"), (4, "2")]
    assert found.rows_read == 3


@pytest.mark.requirement("DAT-1.2")
def test_row_with_too_few_or_too_many_columns_is_refused() -> None:
    lines = file_of(row("1", 10), row("2", 20), row("3", 30), row("4", 40)).splitlines()
    lines[2] = lines[2].rsplit("\t", 1)[0]
    lines[3] += "\t1"
    lines[4] = ""
    assert refused("\n".join(lines) + "\n") == [
        (3, "truncated: 9 of 10 columns"),
        (4, "too long: 11 columns where the header has 10"),
        (5, "empty line"),
    ]


@pytest.mark.requirement("DAT-1.2")
def test_row_that_is_not_utf_8_is_refused_with_the_place() -> None:
    content = file_of(row("1", 10), row("Zoé", 20), row("3", 30)).encode("latin-1")
    assert refused(content) == [(3, "is not UTF-8 from byte 15 of the line on")]


@pytest.mark.requirement("DAT-1.2")
def test_unknown_column_is_refused_and_left_out() -> None:
    columns = [*BASE, "ddixxx999", *ITEMS]
    found = read(file_of(row("7", 30, ddixxx999="7", ddicmm029="1"), columns=columns))
    assert found.refused == (Refusal(1, "unknown column 'ddixxx999': left out"),)
    assert [visit.answers for visit in found.visits] == [{"ddicmm029": True}]


@pytest.mark.requirement("DAT-1.2")
def test_second_visit_of_a_child_on_the_same_day_is_refused() -> None:
    text = file_of(row("7", 30, ddicmm029="1"), row("8", 30), row("7", 30, ddicmm029="0"))
    assert refused(text) == [(4, "second visit of the same child at 30 days; the first is on line 2")]


def test_refused_row_leaves_room_for_a_right_one() -> None:
    text = file_of(row("7", 30, ddicmm029="x"), row("7", 30, ddicmm029="1"))
    assert [visit.line for visit in read(text).visits] == [3]


@pytest.mark.requirement("DAT-1.2")
def test_rows_of_a_child_must_agree_on_sex_and_gestation() -> None:
    text = file_of(
        row("7", 30, sex="", gagebrth=""),
        row("7", 60),
        row("7", 90, sex="Male"),
        row("7", 120, gagebrth="250"),
        row("7", 150, gagebrth="286"),
        row("7", 180, sex="", gagebrth="900"),
    )
    assert refused(text) == [
        (4, "sex differs from an earlier row of the same child"),
        (5, "gagebrth differs from an earlier row of the same child"),
    ]


@pytest.mark.parametrize(
    ("days", "weeks"),
    [("", None), ("139", None), ("140", 20), ("258", 36), ("259", 37), ("321", 45), ("322", None), ("0", None)],
)
def test_gestation_is_whole_weeks_or_unknown(days: str, weeks: int | None) -> None:
    assert read(file_of(row("7", 30, gagebrth=days))).visits[0].gestation_weeks == weeks


@pytest.mark.requirement("DAT-1.2")
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"\n\n", "missing columns: 'subjid', 'agedays', 'sex', 'gagebrth'"),
        (b"subjid\n1\n", "missing columns: 'agedays', 'sex', 'gagebrth'"),
        (file_of(columns=BASE).encode() + b"x\n", "missing columns: not one column is an item of the instrument"),
        (file_of().encode(), "the file has a header and no rows"),
        (
            file_of(columns=[*BASE, *ITEMS, "sex", ITEMS[0]]).encode() + b"x\n",
            "columns that stand there twice: 'sex', 'ddicmm029'",
        ),
        (file_of(row("7", 30)).encode("utf-16"), "the header is not UTF-8 from byte 1 of the line on"),
    ],
)
def test_file_without_a_usable_header_is_refused_whole(content: bytes, reason: str) -> None:
    with pytest.raises(GcdgFormatError) as raised:
        read(content)
    assert (raised.value.line, raised.value.reason) == (1, reason)


def test_visit_does_not_show_the_child_s_number() -> None:
    visit = read(file_of(row("5300001", 30))).visits[0]
    assert "5300001" not in repr(visit)
    assert "5300001" not in repr(replace(visit, age_days=31))
