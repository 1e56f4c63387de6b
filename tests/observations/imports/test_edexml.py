"""Reading EDEXML: the versions there are, what is dropped unread, and the pitfalls of STANDARDS §1.1."""

import sys
from datetime import date
from typing import Any

import pytest

from observations.domain.imports.content import ImportRefused
from observations.domain.imports.guarded_xml import chunks_of, read_xml
from observations.models import Child
from tests.observations.imports.samples import child, read, sample

DROPPED = (
    "111222333",
    "0612345678",
    "1234AB",
    "foto.voorbeeld.nl",
    "ketenid.nl",
    "geheim",
    "0,3",
    "noor01",
    "Proefadministratie",
)


@pytest.mark.requirement("CHD-3.1")
def test_version_2_1_is_read() -> None:
    found = read(sample("edexml-2.1.xml"))
    noor, bram = child(found, "Noor"), child(found, "Bram")
    assert (found.format, found.school, found.school_year) == ("edexml", "99XY", 2026)
    assert (noor.infix, noor.last_name, noor.birth_date) == ("van den", "Berg", date(2021, 10, 3))
    assert (noor.gender, noor.key, noor.group, noor.year) == (Child.Gender.GIRL, "p1", "g1", "1")
    assert (bram.group, bram.year) == ("", "1")
    assert [group.name for group in found.groups] == ["Kikkers", "Vlinders", "Groep 5", "Peuters", "Taalklas"]
    assert len(found.children) == 8
    assert found.problems == ()
    assert found.notes == ()


@pytest.mark.requirement("CHD-3.1")
@pytest.mark.parametrize(
    ("name", "school", "first_names"),
    [
        ("edexml-2.0.xml", "88XY", ["Noor", "Daan", "Amira", "Jurre", "Zoë", "Bram", "Lotte", "Sem"]),
        ("edexml-1.03-latin1.xml", "77XY", ["Kaït"]),
        ("edexml-1.03-cp1252.xml", "77XY", ["Kaït"]),
        ("uwlr-leerlinggegevens.xml", "66XY", ["Fien", "Guus"]),
    ],
)
def test_other_versions_encodings_and_roots_are_read(name: str, school: str, first_names: list[str]) -> None:
    found = read(sample(name))
    assert found.school == school
    assert [each.first_name for each in found.children] == first_names


def test_names_codes_and_days_are_as_the_schema_has_them() -> None:
    found = read(sample("edexml-2.1.xml"))
    assert child(found, "Sem").last_name == ""
    assert not child(found, "Sem").has_surname
    assert child(found, "Sem").gender == ""
    assert child(found, "Zoë").gender == ""
    assert child(found, "Daan").gender == Child.Gender.BOY
    assert child(found, "Daan").year == "1"
    assert child(found, "Lotte").leaves_on == date(2026, 7, 15)
    assert child(found, "Amira").begins_on == date(2024, 12, 1)


def test_first_name_is_what_a_child_is_called_before_its_official_names() -> None:
    content = sample("edexml-2.1.xml").replace(b"<roepnaam>Noor</roepnaam>", b"")
    assert child(read(content), "Noor Maria").last_name == "Berg"


def test_groups_of_teachers_are_no_groups_of_the_school() -> None:
    """Both are called ``groepen``: what searches for the name anywhere reads references as groups."""
    found = read(sample("edexml-2.1.xml"))
    mirthe, teun = found.staff
    assert len(found.groups) == 5
    assert (mirthe.name, mirthe.email, mirthe.groups) == (
        "Mirthe de Bakker",
        "mirthe.bakker@voorbeeld.nl",
        ("g1", "s1"),
    )
    assert (teun.email, teun.groups) == ("", ("g12",))


def test_additions_of_a_supplier_are_passed_over_with_all_that_is_in_them() -> None:
    assert child(read(sample("edexml-2.1.xml")), "Sem").group == "g1"


def test_what_must_not_be_kept_is_counted_and_nowhere_else() -> None:
    found = read(sample("edexml-2.1.xml"))
    assert {name: found.ignored[name] for name in ("bsn", "etniciteit", "land", "fotourl", "gewicht_nieuw", "postcodenl")} == {
        "bsn": 7, "etniciteit": 7, "land": 7, "fotourl": 7, "gewicht_nieuw": 7, "postcodenl": 7,
    }  # fmt: skip
    assert found.ignored["eckid"] == 7
    assert found.ignored["toevoegingen"] == 1
    everything = str([vars(each) for each in (*found.children, *found.staff, *found.groups)]) + str(vars(found))
    assert [mark for mark in DROPPED if mark in everything] == []


def test_what_must_not_be_kept_never_becomes_a_text() -> None:
    """Held against expat itself: no call in the reading is ever given the contents of such an element."""
    seen: list[str] = []

    def watch(frame: Any, event: str, _argument: Any) -> None:
        if event == "call" and frame.f_code.co_name in {"_text", "end", "_end"}:
            seen.extend(str(value) for value in frame.f_locals.values() if isinstance(value, str))

    sys.setprofile(watch)
    try:
        read(sample("edexml-2.1.xml"))
    finally:
        sys.setprofile(None)
    assert "Noor" in seen
    assert [mark for mark in ("111222333", "1234AB", "0001", "0,3", "geheim") if mark in seen] == []


def test_rows_that_are_not_right_are_set_apart_with_the_reason() -> None:
    (problem,) = read(sample("edexml-1.03-latin1.xml")).problems
    assert (problem.who, problem.reason, problem.key) == ("Els Zonder Datum", "De geboortedatum ontbreekt.", "2")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"2021-10-03", b"2021-13-03", "\u201c2021-13-03\u201d is geen datum zoals 3-11-2022."),
        (
            b"<roepnaam>Noor</roepnaam>",
            b"<roepnaam>" + b"N" * 101 + b"</roepnaam>",
            "Een naam heeft ten hoogste 100 tekens.",
        ),
        (b'<groep key="g1"/>', b'<groep key="weg"/>', "Dit kind zit in een groep die niet in het bestand staat."),
        (
            b"<roepnaam>Noor",
            "<roepnaam>No\u202eor".encode(),
            "In de naam staat een teken dat niet bij een naam hoort.",
        ),
    ],
)
def test_refusals_of_rows_say_what_is_wrong(old: bytes, new: bytes, reason: str) -> None:
    found = read(sample("edexml-2.1.xml").replace(old, new, 1))
    assert [problem.reason for problem in found.problems] == [reason]
    assert len(found.children) == 7


def test_file_without_line_breaks_is_read_as_any_other() -> None:
    """Every child on one line of the file: where it stands is how many-eth it is."""
    content = b"".join(line.strip() for line in sample("edexml-2.1.xml").splitlines())
    assert [each.line for each in read(content).children] == list(range(1, 9))


def test_unknown_elements_and_versions_are_no_hindrance() -> None:
    content = (
        sample("edexml-2.1.xml")
        .replace(b">2.1<", b">3.7<")
        .replace(b"<roepnaam>Daan", b"<nieuw>x</nieuw><roepnaam>Daan")
    )
    found = read(content)
    assert found.ignored["nieuw"] == 1
    assert found.notes == ("Het bestand zegt versie 3.7 te zijn; die kennen we niet.",)


def test_location_of_a_group_is_that_of_its_children() -> None:
    found = read(sample("uwlr-leerlinggegevens.xml"))
    assert [(group.name, group.location) for group in found.groups] == [
        ("Noordgroep", "Noord"),
        ("Elders", "Onbekende plek"),
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("broken-truncated.xml", "Het bestand is niet compleet: het houdt halverwege op. Haal het opnieuw op."),
        (
            "broken-doctype.xml",
            "In dit bestand staat een documenttype (DOCTYPE). Zulke bestanden lezen we uit voorzorg niet.",
        ),
        (
            "broken-external-entity.xml",
            "In dit bestand staat een documenttype (DOCTYPE). Zulke bestanden lezen we uit voorzorg niet.",
        ),
        (
            "broken-other-root.xml",
            "Dit is geen EDEXML-bestand. Kies in uw administratie \u201cEDEXML exporteren\u201d.",
        ),
        (
            "broken-school-year.xml",
            "In het bestand staat geen schooljaar, zoals 2026-2027. Maak het bestand opnieuw.",
        ),
        (
            "broken-twice-the-same-group.xml",
            "Twee groepen in dit bestand hebben dezelfde sleutel. Maak het bestand opnieuw.",
        ),
    ],
)
def test_broken_files_are_refused_in_words(name: str, reason: str) -> None:
    with pytest.raises(ImportRefused) as refusal:
        read(sample(name))
    assert str(refusal.value) == reason


class Nothing:
    """Wants no text, and counts."""

    elements = 0

    def start(self, *_about: object) -> bool:
        self.elements += 1
        return True

    def end(self, *_about: object) -> None: ...


@pytest.mark.parametrize(
    "content",
    [
        b"<EDEX>" + b"<a>" * 30,
        b"<EDEX><a " + b" ".join(b'a%d="1"' % number for number in range(50)) + b"/></EDEX>",
        b"<EDEX><a>" + b"x" * 40_000 + b"</a></EDEX>",
        b"<EDEX>&onbekend;</EDEX>",
        b"<EDEX>\x00</EDEX>",
        b"<EDEX a='1' a='2'/>",
        b'<?xml version="1.0" encoding="onbekend"?><EDEX/>',
        b'<?xml version="1.0" encoding="UTF-8"?><EDEX>\xff\xfe</EDEX>',
        b"<EDEX><x:a/></EDEX>",
        b"<EDEX></ander>",
    ],
)
def test_hostile_shapes_are_refused(content: bytes) -> None:
    with pytest.raises(ImportRefused):
        read_xml(chunks_of(content), Nothing())
