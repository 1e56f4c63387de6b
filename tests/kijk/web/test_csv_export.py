"""Tables as files, for Dutch Excel and back (ACC-9, ACC-10)."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kijk.web.csv_export import LARGEST, MOST_ROWS, CsvRefused, csv_response, read_csv

TOO_LONG = (
    "Regel 2 kan niet worden gelezen: er staat een veld in van meer dan 131.072 tekens. Maak het korter. Opent er een "
    "aanhalingsteken dat nergens sluit? Haal dat dan weg."
)
HEADER = ["naam", "e-mail"]
SEMICOLONS = [["naam", "rol"], ["Sanne", "coach"]]
NO_TEXT = "Dit bestand bevat geen gewone tekst. Sla de lijst op als CSV en probeer het opnieuw."

# What a database holds and a screen shows: no control characters, no halves of pairs.
cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\n=+-@';,\"＝"), max_size=12)


def body(*rows: list[str | int | None]) -> str:
    """The text of a table under the header, without its mark."""
    content = csv_response("lijst.csv", HEADER, rows).content
    assert content[:3] == b"\xef\xbb\xbf"
    return content.decode("utf-8-sig")


def test_table_is_written_for_dutch_excel() -> None:
    assert body(['Zoë; of "Zo"', None], [-5, "a,b"]) == ('"naam";"e-mail"\r\n"Zoë; of ""Zo""";""\r\n"-5";"a,b"\r\n')
    assert body() == '"naam";"e-mail"\r\n'


def test_file_is_to_be_kept_and_cached_nowhere() -> None:
    response = csv_response("rollen 2026.csv", HEADER, [])
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="rollen-2026.csv"'
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("logboek.csv", "logboek.csv"),
        ("Wie mag wat – Zoë's groep", "Wie-mag-wat-Zoe-s-groep.csv"),
        ("../../etc/passwd", "etc-passwd.csv"),
        ('a"; filename="kwaad.exe', "a-filename-kwaad-exe.csv"),
        ("a\r\nSet-Cookie: b=c", "a-Set-Cookie-b-c.csv"),
        ("例え.csv", "kijk.csv"),
        ("", "kijk.csv"),
        ("x" * 300, "x" * 80 + ".csv"),
    ],
)
def test_file_name_is_safe(name: str, safe: str) -> None:
    assert csv_response(name, HEADER, []).headers["Content-Disposition"] == f'attachment; filename="{safe}"'


def test_row_of_another_length_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="1 cells under 2 titles"):
        csv_response("lijst.csv", HEADER, [["Sanne"]])


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+31612345678", "'+31612345678"),
        ("-groen", "'-groen"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("＝1+1", "'＝1+1"),
        ("'=1", "''=1"),
        ("a;=1", "a;'=1"),
        ("a,=1", "a,'=1"),
        ("a\n-b", "a\n'-b"),
        ('a,"=1"', 'a,"\'=1"'),
        ("", ""),
        ("Sanne - de Wit", "Sanne - de Wit"),
        ("sanne@voorbeeld.nl", "sanne@voorbeeld.nl"),
        ("'s-Gravenhage", "'s-Gravenhage"),
        ("1-2, -3", "1-2, -3"),
    ],
)
def test_formula_becomes_text(text: str, written: str) -> None:
    assert list(csv.reader(io.StringIO(body([text, text]), newline=""), delimiter=";"))[1] == [written, written]


def test_title_that_is_a_formula_becomes_text_too() -> None:
    content = csv_response("lijst.csv", ["=1+1"], []).content.decode("utf-8-sig")
    assert content == '"\'=1+1"\r\n'


@given(st.lists(st.tuples(cells, cells), max_size=5))
def test_no_cell_is_a_formula_whatever_the_separator(rows: list[tuple[str, str]]) -> None:
    content = csv_response("lijst.csv", HEADER, rows).content.decode("utf-8-sig")
    for separator, dangerous in ((";", "=+@\t\r＝＋－＠-"), (",", "=+@＝＋－＠-"), ("\t", "=+@＝＋－＠-")):
        for row in csv.reader(io.StringIO(content, newline=""), delimiter=separator):
            assert [cell for cell in row if cell and cell[0] in dangerous] == []


@given(st.lists(st.tuples(cells, cells), max_size=5))
def test_table_that_was_given_is_read_back(rows: list[tuple[str, str]]) -> None:
    expected = [[cell.strip() for cell in row] for row in rows]
    expected = [row if any(row) else [] for row in expected]
    while expected and not expected[-1]:
        expected.pop()
    assert read_csv(csv_response("lijst.csv", HEADER, rows).content) == [HEADER, *expected]


# --------------------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize(
    "text",
    [
        "naam;rol\r\nSanne;coach\r\n",
        "naam,rol\nSanne,coach",
        "naam\trol\rSanne\tcoach\r",
        "\ufeffnaam;rol\nSanne;coach\n\n ; \n\t\n",
        '"naam";"rol"\n" Sanne ";"coach"',
    ],
)
def test_separators_and_line_ends_are_recognised(text: str) -> None:
    assert read_csv(text) == SEMICOLONS
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        assert read_csv(text.removeprefix("\ufeff").encode(encoding)) == SEMICOLONS


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("sep=;\r\nnaam;rol\r\nSanne;coach", [[], *SEMICOLONS]),
        ("sep=,\nnaam,rol\nSanne,coach", [[], *SEMICOLONS]),
        ('"sep=\t"\nnaam\trol\nSanne\tcoach', [[], *SEMICOLONS]),
        ("sep=;", []),
        ("sanne@voorbeeld.nl\n\njan@voorbeeld.nl", [["sanne@voorbeeld.nl"], [], ["jan@voorbeeld.nl"]]),
        ("Wit, Sanne;sanne@voorbeeld.nl", [["Wit, Sanne", "sanne@voorbeeld.nl"]]),
        ('"a;b;c",rol', [["a;b;c", "rol"]]),
        ('"twee\nregels";"zei ""ja"""', [["twee\nregels", 'zei "ja"']]),
        ("'+31612345678;'=1;''s", [["+31612345678", "=1", "''s"]]),
        ("", []),
        (" \r\n;;\r\n", []),
    ],
)
def test_list_is_read(text: str, rows: list[list[str]]) -> None:
    assert read_csv(text) == rows


def test_what_windows_writes_is_read() -> None:
    assert read_csv("naam;prijs\nZoë;€ 5".encode("cp1252")) == [["naam", "prijs"], ["Zoë", "€ 5"]]


@pytest.mark.parametrize(
    ("given_data", "sentence"),
    [
        (b"x" * (LARGEST + 1), "Dit is meer dan 1 MB. Verdeel de lijst over meer bestanden."),
        ("é" * (LARGEST // 2 + 1), "Dit is meer dan 1 MB. Verdeel de lijst over meer bestanden."),
        ("a\n" * (MOST_ROWS + 1), "Dit zijn meer dan 2.000 regels. Verdeel de lijst over meer bestanden."),
        ("a;b\n" + ";" * 50, "Regel 2 heeft te veel kolommen."),
        ('a;b\nc;"d', "Regel 2 kan niet worden gelezen: er klopt iets niet met de aanhalingstekens."),
        (f"a;b\nc;{'d' * 131_073}", TOO_LONG),
        # A quotation mark that never closes takes the rest of the file along: the line it opens on is named.
        ('a;b\n"c;d\n' + "e;f\n" * 40_000, TOO_LONG),
        ('a;b\n\n"c"d;e', "Regel 3 kan niet worden gelezen: er klopt iets niet met de aanhalingstekens."),
        (
            b"PK\x03\x04rest",
            "Dit is een Excel-bestand. Kies in Excel “Opslaan als” en dan “CSV”, en stuur dat bestand.",
        ),
        (
            b"\xd0\xcf\x11\xe0rest",
            "Dit is een Excel-bestand. Kies in Excel “Opslaan als” en dan “CSV”, en stuur dat bestand.",
        ),
        (b"%PDF-1.7\x00\x01", NO_TEXT),
        (b"a\x81b", NO_TEXT),
        (b"\xff\xfea", NO_TEXT),
        (b"\xff\xfe\x00\xd8a\x00", NO_TEXT),
        ("a\x00b", NO_TEXT),
        ("a\ud800b", NO_TEXT),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(given_data: str | bytes, sentence: str) -> None:
    with pytest.raises(CsvRefused) as refusal:
        read_csv(given_data)
    assert str(refusal.value) == sentence


def test_largest_list_is_read() -> None:
    row = ["Sanne", "x" * 493]
    text = f"{';'.join(row)}\n" * MOST_ROWS
    assert len(text) == LARGEST
    assert read_csv(text) == [row] * MOST_ROWS


@given(st.binary(max_size=200) | st.text(max_size=100))
def test_anything_is_read_or_refused(data: str | bytes) -> None:
    try:
        rows = read_csv(data)
    except CsvRefused:
        return
    assert all(cell == cell.strip() for row in rows for cell in row)
    assert all(any(row) for row in rows if row)
