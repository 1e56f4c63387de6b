"""Reading instruments from YAML: what is right is read whole, what is wrong is told with file, line and reason."""

from pathlib import Path

import pytest

from observations.domain.instruments import yaml_nodes
from observations.domain.instruments.files import (
    CONFIDENCES,
    LEVELS,
    RESPONSE_SCALES,
    SCALE_KINDS,
    VVE_DOMAINS,
    InstrumentFileError,
    read_instrument,
)
from observations.domain.instruments.spec import (
    AreaSpec,
    InstrumentSpec,
    LineSpec,
    MilestoneSpec,
    ScaleSpec,
    differences,
    fingerprint,
)
from observations.models import InstrumentVersion, Line, Milestone, Scale
from tests.observations.instrument_text import BANDED, ITEMS, line_text, write, write_banded


def mistakes_of(path: Path) -> list[str]:
    """Return all mistakes as "file:line: reason", the file relative to the instrument's folder."""
    with pytest.raises(InstrumentFileError) as raised:
        read_instrument(path)
    return [str(mistake).removeprefix(f"{path.parent}/") for mistake in raised.value.mistakes]


@pytest.mark.requirement("REG-1.1")
def test_instrument_of_items_is_read_whole(tmp_path: Path) -> None:
    first = MilestoneSpec("item-1", 0, "Doet iets.", "Zo dus.", "Iets anders telt niet.", 1, 2, ("C",), "high")
    second = MilestoneSpec("item-2", 0, "Doet nog iets.", "Zoals dit.", "Dit telt niet.", 2, 4, ("C", "GK"), "low")
    line = LineSpec("lijn", "Lijn", "Over van alles.", "", (first, second))
    assert read_instrument(write(tmp_path, ITEMS)) == InstrumentSpec(
        code="proef-items",
        version="1.0",
        name="Proefitems",
        notice="",
        scoring_rule="item_shares",
        response_scale="pass_fail",
        band_months=0,
        band_count=0,
        areas=(AreaSpec("gebied", "Gebied", (line,)),),
        scales=(),
    )


def test_instrument_with_bands_is_read_from_its_files(tmp_path: Path) -> None:
    spec = read_instrument(write_banded(tmp_path, line=line_text(per_band=2)))
    line = spec.areas[0].lines[0]
    assert (spec.band_months, spec.band_count, spec.notice) == (6, 14, "Alleen om te proberen.")
    assert (line.code, line.vve_domain) == ("spel", "taal")
    assert [(item.code, item.band) for item in line.milestones] == [
        (f"spel-{band}-{number}", band) for band in range(1, 15) for number in (1, 2)
    ]
    levels = ("Geen", "Weinig", "Wat", "Veel", "Heel veel")
    assert spec.scales == (ScaleSpec("plezier", "well_being", "Plezier", "Hoeveel plezier?", levels),)


def test_bands_are_read_in_their_order_whatever_the_file_s(tmp_path: Path) -> None:
    rows = line_text().splitlines()
    turned = "\n".join([*rows[:5], *reversed(rows[5:])]) + "\n"
    assert read_instrument(write_banded(tmp_path, line=turned)) == read_instrument(write_banded(tmp_path))


def test_choices_are_those_of_the_models() -> None:
    assert tuple(InstrumentVersion.ResponseScale.values) == RESPONSE_SCALES
    assert tuple(Line.VveDomain.values) == VVE_DOMAINS
    assert tuple(Milestone.Confidence.values) == CONFIDENCES
    assert tuple(Scale.Kind.values) == SCALE_KINDS
    assert (min(LEVELS), max(LEVELS)) == (1, 5)


# Spoiled versions of ITEMS: what is replaced, by what, and all mistakes that must come of it.
SPOILED_ITEMS = [
    ("format: 1", "format: 2", ["instrument.yaml:1: format should be a whole number from 1 to 1, but is 2"]),
    ("format: 1", "format: '1'", ["instrument.yaml:1: format should be a whole number from 1 to 1, but is text (1)"]),
    ("format: 1\n", "", ["instrument.yaml:1: the instrument misses format"]),
    (
        "code: proef-items",
        "code: Proef_items",
        ["instrument.yaml:2: code is 'Proef_items', which does not have the form [a-z0-9]+(-[a-z0-9]+)*"],
    ),
    ("code: proef-items", f"code: {'a' * 41}", ["instrument.yaml:2: code has 41 characters, more than 40"]),
    (
        'version: "1.0"',
        "version: 1.0",
        ["instrument.yaml:3: version should be text, but is a number (1.0): put it in quotes"],
    ),
    (
        'version: "1.0"',
        'version: "1.0-b"',
        [r"instrument.yaml:3: version is '1.0-b', which does not have the form [0-9]+(\.[0-9]+)*"],
    ),
    ("name: Proefitems", f"name: {'a' * 121}", ["instrument.yaml:4: name has 121 characters, more than 120"]),
    ("name: Proefitems", "name: '  '", ["instrument.yaml:4: name is empty"]),
    ("name: Proefitems", "name: [a]", ["instrument.yaml:4: name should be text, but is a list"]),
    (
        "scoring_rule: item_shares",
        "scoring_rule: guess",
        [
            "instrument.yaml:5: scoring_rule is 'guess', which is not one of developmental_age, item_shares, frequency_means"
        ],
    ),
    (
        "response_scale: pass_fail",
        "response_scale: milestone",
        ["instrument.yaml:6: response_scale is 'milestone', but the rule item_shares scores 'pass_fail'"],
    ),
    (
        "response_scale: pass_fail",
        "response_scale: five",
        ["instrument.yaml:6: response_scale is 'five', which is not one of milestone, pass_fail, frequency"],
    ),
    (
        "scoring_rule: item_shares",
        "scoring_rule: frequency_means",
        ["instrument.yaml:6: response_scale is 'pass_fail', but the rule frequency_means scores 'frequency'"],
    ),
    (
        "areas:\n",
        "bands: {months: 6, count: 14}\nareas:\n",
        ["instrument.yaml:7: the scoring rule item_shares knows no bands"],
    ),
    (
        "name: Gebied",
        "name: Gebied\n    nmae: x",
        ["instrument.yaml:10: the area has an unknown key 'nmae' (meant: name?)"],
    ),
    ("name: Gebied", "name: Gebied\n    name: Ander", ["instrument.yaml:10: the area has the key 'name' twice"]),
    ("description: Over van alles.", "description: ''", ["instrument.yaml:13: description is empty"]),
    (
        "description: Over van alles.",
        "description: Over\n        vve_domain: zang",
        ["instrument.yaml:14: vve_domain is 'zang', which is not one of taal, rekenen, motoriek, sociaal-emotioneel"],
    ),
    (
        "        items:",
        "        bands:",
        ["instrument.yaml:11: the line misses items", "instrument.yaml:14: the line has an unknown key 'bands'"],
    ),
    ("code: item-2", "code: item-1", ["instrument.yaml:23: the milestone code 'item-1' is used before, on {}:15"]),
    (
        "text: Doet iets.",
        "text: no",
        ["instrument.yaml:16: text should be text, but is a yes or no (no): put it in quotes"],
    ),
    ("example: Zo dus.", "example:", ["instrument.yaml:17: example should be text, but is nothing"]),
    ("typical_from: 1", "typical_from: 2", ["instrument.yaml:20: typical_to (2) is not above typical_from (2)"]),
    (
        "typical_from: 1",
        "typical_from: -1",
        ["instrument.yaml:19: typical_from should be a whole number from 0 to 216, but is -1"],
    ),
    (
        "typical_to: 4",
        "typical_to: 4.5",
        ["instrument.yaml:28: typical_to should be a whole number from 0 to 216, but is a number (4.5)"],
    ),
    ("evidence: [C]", "evidence: []", ["instrument.yaml:21: evidence is empty"]),
    ("evidence: [C]", "evidence: C", ["instrument.yaml:21: evidence should be a list, but is text (C)"]),
    ("evidence: [C, GK]", "evidence: [C, C]", ["instrument.yaml:29: evidence names 'C' twice"]),
    (
        "evidence: [C, GK]",
        "evidence: [boek]",
        ["instrument.yaml:29: evidence is 'boek', which does not have the form [A-Z][A-Za-z]{{0,9}}"],
    ),
    (
        "confidence: low",
        "confidence: sure",
        ["instrument.yaml:30: confidence is 'sure', which is not one of high, medium, low"],
    ),
]


@pytest.mark.requirement("REG-1.4")
@pytest.mark.parametrize(("right", "wrong", "expected"), SPOILED_ITEMS)
def test_mistake_is_told_with_line_and_reason(tmp_path: Path, right: str, wrong: str, expected: list[str]) -> None:
    assert right in ITEMS
    path = write(tmp_path, ITEMS.replace(right, wrong, 1))
    assert mistakes_of(path) == [text.format(path) for text in expected]


# The same for the instrument with bands: its main file, its line file.
SPOILED_BANDED = [
    ("bands: {months: 6, count: 14}\n", "", ["instrument.yaml:1: the scoring rule developmental_age needs bands"]),
    (
        "{months: 6, count: 14}",
        "{months: 3, count: 28}",
        [
            "instrument.yaml:8: count should be a whole number from 14 to 14, but is 28",
            "instrument.yaml:8: months should be a whole number from 6 to 6, but is 3",
        ],
    ),
    ("{months: 6, count: 14}", "6", ["instrument.yaml:8: bands should be keys with values, but is a number (6)"]),
    ("lines/spel.yaml", "../x.yaml", ["instrument.yaml:13: file '../x.yaml' lies outside the instrument's folder"]),
    ("lines/spel.yaml", "/etc/passwd", ["instrument.yaml:13: file '/etc/passwd' lies outside the instrument's folder"]),
    ("lines/spel.yaml", "lines/weg.yaml", ["lines/weg.yaml:0: cannot be read: No such file or directory"]),
    ("lines/spel.yaml", "lines", ["lines:0: cannot be read: Is a directory"]),
    (
        "lines/spel.yaml",
        '"a\\0b"',
        [r"instrument.yaml:13: file is 'a\x00b', which does not have the form [A-Za-z0-9._/-]+"],
    ),
    ("lines/spel.yaml", "lines/spel.yaml\n        code: x", ["instrument.yaml:14: the line has an unknown key 'code'"]),
    ("kind: well_being", "kind: mood", [
        "instrument.yaml:16: kind is 'mood', which is not one of well_being, involvement, basic_characteristic"
    ]),
    ("5: Heel veel", "6: Heel veel", [
        "instrument.yaml:19: levels has '6', which is not a number from 1 to 5",
        "instrument.yaml:19: levels misses 5",
    ]),
    ("2: Weinig", "1: Weinig", ["instrument.yaml:19: levels has 1 twice", "instrument.yaml:19: levels misses 2"]),
    ("3: Wat", "3: ''", ["instrument.yaml:19: level 3 is empty"]),
    ("scales:\n", "scales: []\nx:\n", [
        "instrument.yaml:14: scales is empty",
        "instrument.yaml:15: the instrument has an unknown key 'x'",
    ]),
    ("areas:\n", "areas: {}\nx:\n", [
        "instrument.yaml:9: areas should be a list, but is keys with values",
        "instrument.yaml:10: the instrument has an unknown key 'x'",
    ]),
]  # fmt: skip


@pytest.mark.requirement("REG-1.4")
@pytest.mark.parametrize(("right", "wrong", "expected"), SPOILED_BANDED)
def test_mistake_in_instrument_with_bands_is_told(tmp_path: Path, right: str, wrong: str, expected: list[str]) -> None:
    assert right in BANDED
    assert mistakes_of(write_banded(tmp_path, BANDED.replace(right, wrong, 1))) == expected


SPOILED_LINE = [
    ("\n  3:", "\n  15:", [
        "lines/spel.yaml:6: bands misses 3",
        "lines/spel.yaml:8: bands has '15', which is not a number from 1 to 14",
    ]),
    ("\n  3:", "\n  03:", [
        "lines/spel.yaml:6: bands misses 3",
        "lines/spel.yaml:8: bands has '03', which is not a number from 1 to 14",
    ]),
    ("\n  3:", "\n  2:", ["lines/spel.yaml:6: bands misses 3", "lines/spel.yaml:8: bands has 2 twice"]),
    ("bands:\n", "bands: []\nx:\n", [
        "lines/spel.yaml:5: bands should be numbers with values, but is a list",
        "lines/spel.yaml:6: the line has an unknown key 'x'",
    ]),
    ("bands:\n", "items:\n", [
        "lines/spel.yaml:1: the line misses bands",
        "lines/spel.yaml:5: the line has an unknown key 'items'",
    ]),
    ("Doet spel-1-1", "''", ["lines/spel.yaml:6: text is empty"]),
    ("code: spel\n", "code: spel\ncode: spul\n", ["lines/spel.yaml:2: the line has the key 'code' twice"]),
    ("code: spel-2-1", "code: spel-1-1", ["lines/spel.yaml:7: the milestone code 'spel-1-1' is used before, on {}:6"]),
    ("code: spel\n", "? [a]\n: b\ncode: spel\n", ["lines/spel.yaml:1: the line has an unknown key None"]),
]  # fmt: skip


@pytest.mark.requirement("REG-1.4")
@pytest.mark.parametrize(("right", "wrong", "expected"), SPOILED_LINE)
def test_mistake_in_line_file_is_told(tmp_path: Path, right: str, wrong: str, expected: list[str]) -> None:
    assert right in line_text()
    path = write_banded(tmp_path, line=line_text().replace(right, wrong, 1))
    assert mistakes_of(path) == [text.format(tmp_path / "lines" / "spel.yaml") for text in expected]


@pytest.mark.requirement("REG-1.4")
def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    main = BANDED.replace("name: Proef", "name: ''").replace("kind: well_being", "kind: mood")
    line = line_text().replace("Doet spel-3-1", "''").replace("confidence: high", "confidence: sure", 1)
    assert mistakes_of(write_banded(tmp_path, main, line)) == [
        "instrument.yaml:4: name is empty",
        "instrument.yaml:16: kind is 'mood', which is not one of well_being, involvement, basic_characteristic",
        "lines/spel.yaml:6: confidence is 'sure', which is not one of high, medium, low",
        "lines/spel.yaml:8: text is empty",
    ]


def test_codes_are_unique_over_the_whole_instrument(tmp_path: Path) -> None:
    main = BANDED.replace("      - file: lines/spel.yaml\n", "      - file: lines/spel.yaml\n" * 2)
    assert mistakes_of(write_banded(tmp_path, main)) == ["instrument.yaml:14: file 'lines/spel.yaml' is named before"]
    other = write(tmp_path / "lines", line_text(), "ander.yaml")
    main = BANDED.replace(
        "      - file: lines/spel.yaml\n", "      - {file: lines/spel.yaml}\n      - {file: lines/ander.yaml}\n"
    )
    first = tmp_path / "lines" / "spel.yaml"
    assert mistakes_of(write_banded(tmp_path, main)) == [
        f"lines/{other.name}:1: the line code 'spel' is used before, on {first}:1",
        *(
            f"lines/{other.name}:{band + 5}: the milestone code 'spel-{band}-1' is used before, on {first}:{band + 5}"
            for band in range(1, 15)
        ),
    ]


def test_unknown_rule_still_reads_the_lines(tmp_path: Path) -> None:
    text = ITEMS.replace("item_shares", "guess").replace("text: Doet iets.", "text: ''")
    assert mistakes_of(write(tmp_path, text)) == [
        "instrument.yaml:5: scoring_rule is 'guess', which is not one of developmental_age, item_shares, frequency_means",
        "instrument.yaml:16: text is empty",
    ]
    main = BANDED.replace("developmental_age", "guess")
    assert mistakes_of(write_banded(tmp_path, main)) == [
        "instrument.yaml:5: scoring_rule is 'guess', which is not one of developmental_age, item_shares, frequency_means"
    ]


def test_line_that_is_a_text_is_told(tmp_path: Path) -> None:
    main = BANDED.replace("- file: lines/spel.yaml", "- lines/spel.yaml")
    assert mistakes_of(write_banded(tmp_path, main)) == [
        "instrument.yaml:13: the line should be keys with values, but is text (lines/spel.yaml)"
    ]
    items = ITEMS[: ITEMS.index("      - code: lijn")].replace("item_shares", "guess") + "      - lijn\n"
    assert mistakes_of(write(tmp_path, items)) == [
        "instrument.yaml:5: scoring_rule is 'guess', which is not one of developmental_age, item_shares, frequency_means",
        "instrument.yaml:11: the line should be keys with values, but is text (lijn)",
    ]


def test_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "instrument"
    folder.mkdir()
    path = write_banded(folder)
    outside = write(tmp_path, line_text(), "outside.yaml")
    (folder / "lines" / "spel.yaml").unlink()
    (folder / "lines" / "spel.yaml").symlink_to(outside)
    assert mistakes_of(path) == ["instrument.yaml:13: file 'lines/spel.yaml' lies outside the instrument's folder"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "instrument.yaml:0: is empty"),
        (b"# only a comment\n", "instrument.yaml:0: is empty"),
        (b"format: 1\nname: \xe9\n", "instrument.yaml:2: is not UTF-8"),
        (b"format: 1\nname: \x07\n", "instrument.yaml:2: holds a character that YAML does not allow"),
        (b"format: 1\nname: [a\n", "instrument.yaml:3: is not YAML: expected ',' or ']', but got '<stream end>'"),
        (b"format: 1\n---\nformat: 1\n", "instrument.yaml:2: is not YAML: but found another document"),
        (
            b"format: 1\n\tname: x\n",
            "instrument.yaml:2: is not YAML: found character '\\t' that cannot start any token",
        ),
        (b"a: *b\n", "instrument.yaml:1: is not YAML: found undefined alias 'b'"),
        (b"- format\n", "instrument.yaml:1: the instrument should be keys with values, but is a list"),
        (b"!odd x\n", "instrument.yaml:1: the instrument should be keys with values, but is something else (x)"),
    ],
)
@pytest.mark.requirement("REG-1.4")
def test_file_that_is_not_yaml_is_told(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "instrument.yaml"
    path.write_bytes(content)
    assert mistakes_of(path) == [expected]


def test_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_nodes, "LARGEST_FILE", 10)
    assert mistakes_of(write(tmp_path, ITEMS)) == ["instrument.yaml:0: is larger than 10 bytes"]


def test_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert mistakes_of(tmp_path / "weg.yaml") == ["weg.yaml:0: cannot be read: No such file or directory"]


def test_fingerprint_and_differences_see_content_and_not_layout(tmp_path: Path) -> None:
    spec = read_instrument(write(tmp_path, ITEMS))
    other_layout = ITEMS.replace("format: 1\n", "# a comment\nformat:   1\n").replace("[C, GK]", "['C', \"GK\"]")
    assert read_instrument(write(tmp_path, other_layout)) == spec
    assert fingerprint(read_instrument(write(tmp_path, other_layout))) == fingerprint(spec)
    changed = read_instrument(write(tmp_path, ITEMS.replace("Doet nog iets.", "Doet wat.")))
    assert fingerprint(changed) != fingerprint(spec)
    assert differences(spec, changed) == ["milestone item-2, text: 'Doet nog iets.' is now 'Doet wat.'"]
    assert differences(spec, spec) == []
