"""Reading CSV and Excel: encodings, separators, days, columns by their titles, and what is refused."""

import io
import zipfile
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observations.domain.imports.cells import CellRefused, is_citizen_number, read_day, read_half_days
from observations.domain.imports.columns import BY_SUBJECT, folded, guess_mapping, is_forbidden
from observations.domain.imports.content import MOST_BYTES, ImportRefused
from observations.domain.imports.reading import ReadWish, format_of
from observations.models import Child, Group
from tests.observations.imports.samples import child, read, sample


@pytest.mark.requirement("CHD-3.1")
def test_csv_as_a_childcare_administration_gives_it() -> None:
    found = read(sample("kinderen-semicolon-bom.csv"))
    mila, liv = child(found, "Mila"), found.children[-2]
    assert found.about == "children"
    assert (mila.key, mila.infix, mila.last_name, mila.birth_date) == ("1001", "van", "Dam", date(2023, 11, 3))
    assert (mila.gender, mila.home_language, mila.vve_from, mila.half_days) == (
        "girl",
        "Nederlands",
        date(2026, 5, 1),
        4,
    )
    assert child(found, "Finn").last_name == "O'Neill"
    assert child(found, "Finn").gender == Child.Gender.BOY
    assert (liv.last_name, liv.birth_date) == ("Groen; Wit", date(2016, 5, 1))
    assert {group.name: group.kind for group in found.groups} == {
        "Bijtjes": Group.Kind.VVE, "Mieren": Group.Kind.TODDLER, "BSO Zon": Group.Kind.BSO,
    }  # fmt: skip
    assert [(each.line, each.who, each.reason) for each in found.problems] == [
        (5, "Kees de Boer", "\u201c31-02-2024\u201d is geen datum zoals 3-11-2022."),
        (6, "Naamloos", "De voornaam ontbreekt."),
    ]


def test_columns_that_are_never_read_are_counted_by_title() -> None:
    found = read(sample("kinderen-semicolon-bom.csv"))
    assert found.ignored == {"BSN": 1, "Telefoon moeder": 1}
    assert "111222333" not in str([vars(each) for each in found.children])
    assert set(found.mapping.values()).isdisjoint({"BSN", "Telefoon moeder"})


def test_windows_1252_and_tabs_are_recognised() -> None:
    assert child(read(sample("kinderen-windows-1252.csv")), "Zoë").last_name == "Müller"
    found = read(sample("kinderen-tab.csv"))
    assert [(each.first_name, each.gender, each.birth_date.month) for each in found.children] == [
        ("Pip", "boy", 9), ("Saar", "girl", 9),
    ]  # fmt: skip


def test_m_is_a_girl_beside_j_and_a_man_beside_v() -> None:
    with_j = read(sample("kinderen-tab.csv"))
    with_v = read(sample("kinderen-semicolon-bom.csv"))
    assert child(with_j, "Saar").gender == Child.Gender.GIRL
    assert child(with_v, "Finn").gender == Child.Gender.BOY


def test_unknown_columns_are_asked_for_and_then_used() -> None:
    found = read(sample("kinderen-comma.csv"))
    assert found.missing == ("Voornaam", "Geboortedatum")
    assert found.children == ()
    chosen = {"first_name": "first", "last_name": "last", "birth_date": "born"}
    again = read(sample("kinderen-comma.csv"), ReadWish("children", chosen))
    assert [each.name for each in again.children] == ["Pip Rood"]


@pytest.mark.requirement("CHD-3.1")
def test_excel_as_excel_and_its_kin_write_it() -> None:
    found = read(sample("kinderen.xlsx"))
    assert (found.sheets, found.sheet) == (("Kinderen", "Uitleg"), "Kinderen")
    assert [(each.line, each.key, each.first_name, each.last_name, each.birth_date) for each in found.children] == [
        (4, "2001", "Ties", "Blauw", date(2023, 10, 4)),
        (5, "2002", "Zoë", "=2+3", date(2024, 1, 31)),
        (6, "2003", "Mo", "Oud", date(2023, 6, 5)),
        (7, "2004", "Bo", "Later", date(2024, 1, 1)),
    ]
    assert found.ignored == {"Postcode": 2}


def test_workbook_that_counts_days_from_1904_is_read_right() -> None:
    assert child(read(sample("kinderen-1904.xlsx")), "Ko").birth_date == date(2023, 10, 4)


def test_another_sheet_can_be_chosen() -> None:
    with pytest.raises(ImportRefused, match="geen regels"):
        read(sample("kinderen.xlsx"), ReadWish(sheet="Uitleg"))


def test_staff_are_recognised_by_their_addresses() -> None:
    found = read(sample("medewerkers.csv"))
    assert found.about == "staff"
    assert [(each.name, each.email, len(each.groups)) for each in found.staff] == [
        ("Jet van Loon", "jet@voorbeeld.nl", 2), ("Rik Smit", "rik@elders.nl", 1),
    ]  # fmt: skip
    assert [problem.reason for problem in found.problems] == ["\u201cgeen adres\u201d is geen e-mailadres."]


def test_rows_of_one_colleague_are_taken_together() -> None:
    text = "Voornaam;Achternaam;E-mail;Groep\nJet;Loon;jet@voorbeeld.nl;Een\nJet;Loon;jet@voorbeeld.nl;Twee\n"
    (jet,) = read(text.encode()).staff
    assert len(jet.groups) == 2


# ---------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Het bestand is leeg."),
        (b" \r\n\t ", "Het bestand is leeg."),
        (b"%PDF-1.7", "Dit bestand is geen EDEXML, CSV of Excel."),
        (b"\x89PNG\r\n", "Dit bestand is geen EDEXML, CSV of Excel."),
        (b"x" * (MOST_BYTES + 1), "ten hoogste 25 MB"),
        (b"<" + b"x" * MOST_BYTES, "ten hoogste 25 MB"),
        (b"Voornaam;Geboortedatum\n", "staan geen regels"),
        (b"Voornaam;Geboortedatum\nA\x00B;1-1-2024\n", "geen gewone tekst"),
        (b'Voornaam;Geboortedatum\n"open;1-1-2024\n', "aanhalingstekens"),
        (b"Voornaam;Bijzonderheden\nYara;" + b"x" * 140_000, "Regel 2 kan niet worden gelezen: er staat een veld in"),
        (b"a\n" * 20_100, "meer dan 20.001 regels"),
        (b";".join([b"a"] * 120) + b"\n1\n", "te veel kolommen"),
        (b"PK\x03\x04 dit is geen zip", "beschadigd of beveiligd"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 100, "Sla het op als .xlsx"),
    ],
)
def test_files_that_are_no_list_are_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(ImportRefused, match=said.replace(".", r"\.")):
        read(content)


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


BOOK = {"xl/workbook.xml": b"<workbook/>"}


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"mimetype": b"text"}, "geen Excel-bestand"),
        (BOOK, "geen blad"),
        (BOOK | {"xl/bom.xml": b"0" * 30_000_000}, "uitgepakt te groot"),
        (BOOK | {f"xl/{number}.xml": b"x" for number in range(300)}, "uitgepakt te groot"),
        ({"xl/workbook.xml": b'<!DOCTYPE w [<!ENTITY a "b">]><workbook>&a;</workbook>'}, "DOCTYPE"),
        ({"xl/workbook.xml": b"<workbook><sheets>"}, "niet compleet"),
    ],
)
def test_zip_bombs_and_strange_workbooks_are_refused(parts: dict[str, bytes], said: str) -> None:
    with pytest.raises(ImportRefused, match=said):
        read(zipped(parts))


def test_workbook_that_is_cut_off_or_damaged_is_refused() -> None:
    whole = sample("kinderen.xlsx")
    for broken in (whole[: len(whole) // 2], whole.replace(b"xl/worksheets", b"xl/worksheetz")):
        with pytest.raises(ImportRefused):
            read(broken)


def test_workbook_whose_sheet_has_a_document_type_is_refused() -> None:
    parts = parts_of(sample("kinderen.xlsx"))
    name = "xl/worksheets/sheet1.xml"
    parts[name] = b'<!DOCTYPE a [<!ENTITY b "c">]>' + parts[name]
    with pytest.raises(ImportRefused, match="DOCTYPE"):
        read(zipped(parts))


def test_keys_that_are_citizen_numbers_are_refused() -> None:
    rows = "".join(f"{number};Kind{place};1-1-2024\n" for place, number in enumerate((111222333, 123456782, 100000009)))
    with pytest.raises(ImportRefused, match="burgerservicenummers"):
        read(f"Kindnummer;Voornaam;Geboortedatum\n{rows}".encode())


def test_remarks_with_a_citizen_number_are_refused() -> None:
    text = "Voornaam;Geboortedatum;Bijzonderheden\nMo;1-1-2024;bsn 111222333\nAn;1-1-2024;belt 0612345678\n"
    found = read(text.encode())
    assert [each.first_name for each in found.children] == ["An"]
    assert [problem.who for problem in found.problems] == ["Mo"]
    assert "111222333" not in found.problems[0].reason


# ------------------------------------------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3-11-2022", date(2022, 11, 3)),
        ("03/11/2022", date(2022, 11, 3)),
        ("3.11.22", date(2022, 11, 3)),
        ("2022-11-03", date(2022, 11, 3)),
        ("2022-11-03 00:00:00", date(2022, 11, 3)),
        ("20221103", date(2022, 11, 3)),
        ("3 november 2022", date(2022, 11, 3)),
        ("3 nov. 2022", date(2022, 11, 3)),
        ("44868", date(2022, 11, 3)),
        ("44868.5", date(2022, 11, 3)),
    ],
)
def test_days_as_people_and_programs_write_them(text: str, day: date) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize("text", ["11-31-2022", "gisteren", "3-11", "99999", "1-1-1850", "9" * 5000, "1e5", "²-1-2022"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(CellRefused, match="geen datum"):
        read_day(text)


def test_refused_number_is_shown_as_it_stands_in_the_file() -> None:
    with pytest.raises(CellRefused, match="\u201c99999\u201d"):
        read_day("99999")


@given(st.text(max_size=40))
def test_no_cell_breaks_the_reading(text: str) -> None:
    for reader in (read_day, read_half_days):
        with suppress(CellRefused):
            assert reader(text) is not None


def test_eleven_test_knows_citizen_numbers() -> None:
    assert is_citizen_number("111222333")
    assert not is_citizen_number("111222334")
    assert not is_citizen_number("000000000")
    assert not is_citizen_number("１11222333")


def test_each_title_means_one_column_and_none_is_forbidden() -> None:
    for columns in BY_SUBJECT.values():
        titles = [each for column in columns for each in {folded(name) for name in (column.title, *column.others)}]
        assert not [title for title in set(titles) if titles.count(title) > 1]
        assert not [title for column in columns for title in (column.title, *column.others) if is_forbidden(title)]
    for subject, columns in BY_SUBJECT.items():
        mapping = guess_mapping([column.title for column in columns], subject)
        assert mapping == {column.code: column.title for column in columns}


@pytest.mark.parametrize(
    ("title", "forbidden"),
    [
        ("BSN", True),
        ("bsn kind", True),
        ("Postcode ouder 1", True),
        ("Moedertaal", False),
        ("Moeder", True),
        ("Groep", False),
    ],
)
def test_forbidden_columns_are_known_by_their_beginning(title: str, forbidden: bool) -> None:
    assert is_forbidden(title) is forbidden


def test_format_is_told_by_the_content() -> None:
    assert format_of(sample("edexml-2.1.xml")) == "edexml"
    assert format_of("\ufeff<EDEX/>".encode("utf-16-le")) == "edexml"
    assert format_of(sample("kinderen.xlsx")) == "xlsx"
    assert format_of(b"a;b\n1;2\n") == "csv"
