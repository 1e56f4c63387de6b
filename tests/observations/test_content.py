"""The instruments that ship with the product are held to the rules they were written by (REG-1, docs/content.md)."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from observations.domain.instruments.files import read_instrument
from observations.domain.instruments.spec import InstrumentSpec, LineSpec, MilestoneSpec

CONTENT = Path(__file__).parents[2] / "observations" / "content"

LINES = {
    "zelfbeeld": "sociaal-emotioneel",
    "relatie-volwassenen": "sociaal-emotioneel",
    "relatie-kinderen": "sociaal-emotioneel",
    "zelfredzaamheid": "zelfstandigheid",
    "taakgerichtheid": "zelfstandigheid",
    "spel": "spel",
    "grote-motoriek": "motoriek",
    "kleine-motoriek": "motoriek",
    "tekenen": "motoriek",
    "visuele-waarneming": "waarneming",
    "auditieve-waarneming": "waarneming",
    "mondelinge-taal": "taal",
    "geletterdheid": "taal",
    "lichaam-en-ruimte": "denken",
    "tijd": "denken",
    "gecijferdheid": "denken",
    "ordenen-en-denken": "denken",
}
DDI_ITEMS = {
    "communicatie": """
        ddicmm029 ddicmm030 ddicmm031 ddicmm033 ddicmm034 ddicmm036 ddicmm037 ddicmm039 ddicmm041 ddicmm043
        ddicmd044 ddicmd116 ddicmd136 ddicmd141 ddicmd148
    """,
    "fijne-motoriek": """
        ddifmd001 ddifmd002 ddifmd003 ddifmm004 ddifmd005 ddifmd007 ddifmd008 ddifmm009 ddifmd010 ddifmd011
        ddifmm012 ddifmd013 ddifmm014 ddifmd015 ddifmm016 ddifmd017 ddifmd018 ddifmm019 ddifmd154
    """,
    "grove-motoriek": """
        ddigmd006 ddigmd052 ddigmd053 ddigmd054 ddigmd055 ddigmd056 ddigmd057 ddigmd058 ddigmd059 ddigmm060
        ddigmd061 ddigmd062 ddigmd063 ddigmm064 ddigmm065 ddigmm066 ddigmm067 ddigmd068 ddigmd069 ddigmd070
        ddigmd071 ddigmd146 ddigmd168
    """,
}
# What each of these stands for: docs/content.md.
EVIDENCE = {"W", "C", "V", "Dn", "DM", "E", "SLO", "L", "M", "P", "SC", "GM", "FM", "DR", "PL", "SE", "SP", "EF", "GK"}


@cache
def shipped(name: str) -> InstrumentSpec:
    """Return a shipped instrument, read once."""
    return read_instrument(CONTENT / name / "instrument.yaml")


def lines_of(name: str) -> list[LineSpec]:
    """Return the lines of a shipped instrument."""
    return [line for area in shipped(name).areas for line in area.lines]


def words(text: str) -> list[str]:
    """Return the words of a text, in lower case and without punctuation."""
    return re.findall(r"\w+", text.lower())


def texts_of(item: MilestoneSpec) -> list[tuple[str, str]]:
    """Return what is written of a milestone, by kind of text."""
    return [("text", item.text), ("example", item.example), ("caution", item.caution)]


def too_alike(line: LineSpec) -> Iterator[str]:
    """Name each two texts of a line that share more than half of their words.

    Of two texts of the same kind, of the shorter one's words, so that a short sentence hides in no long one; of two
    different kinds, which speak of the same behaviour and so share some, of all words together.
    """
    texts = [(item.code, kind, set(words(text))) for item in line.milestones for kind, text in texts_of(item)]
    for (code, kind, own), (other_code, other_kind, other) in combinations(texts, 2):
        whole = min(len(own), len(other)) if kind == other_kind else len(own | other)
        if len(own & other) / whole > 0.5:
            yield f"{code} {kind} and {other_code} {other_kind} share {sorted(own & other)}"


@pytest.mark.requirement("REG-1.5")
def test_development_instrument_has_its_lines_in_their_areas() -> None:
    found = {line.code: area.code for area in shipped("kijk07").areas for line in area.lines}
    assert list(found.items()) == list(LINES.items())
    assert len(found) == 17


@pytest.mark.requirement("REG-1.5")
def test_development_instrument_has_at_least_600_milestones() -> None:
    assert len(shipped("kijk07").milestones) >= 600


def test_each_band_has_two_to_four_milestones() -> None:
    for line in lines_of("kijk07"):
        per_band = [sum(item.band == band for item in line.milestones) for band in range(1, 15)]
        assert [(line.code, count) for count in per_band if not 2 <= count <= 4] == []


def test_milestone_codes_say_line_band_and_place() -> None:
    for line in lines_of("kijk07"):
        places: dict[int, int] = {}
        for item in line.milestones:
            places[item.band] = places.get(item.band, 0) + 1
            assert item.code == f"{line.code}-{item.band:02d}-{places[item.band]}"


def test_milestone_is_one_sentence_of_8_to_14_words_without_kan() -> None:
    texts = {item.code: item.text for item in shipped("kijk07").milestones}
    assert [(code, text) for code, text in texts.items() if not 8 <= len(words(text)) <= 14] == []
    assert [(code, text) for code, text in texts.items() if {"kan", "kunnen"} & set(words(text))] == []
    assert [(code, text) for code, text in texts.items() if not re.fullmatch(r"[A-ZÉ][^.!?]*\.", text)] == []


def test_example_and_caution_are_of_a_readable_length() -> None:
    found = [(item.code, kind, text) for item in shipped("kijk07").milestones for kind, text in texts_of(item)[1:]]
    assert [row for row in found if not 8 <= len(words(row[2])) <= 28] == []


@pytest.mark.parametrize("code", LINES)
def test_no_two_texts_of_a_line_share_more_than_half_of_their_words(code: str) -> None:
    line = next(line for line in lines_of("kijk07") if line.code == code)
    assert list(too_alike(line)) == []


def test_measure_of_likeness_finds_what_is_alike() -> None:
    def item(code: str, text: str) -> MilestoneSpec:
        return MilestoneSpec(code, 1, text, f"voorbeeld {code}", f"let op {code} hier", 1, 2, ("C",), "low")

    line = LineSpec("x", "X", "", "", (item("een", "Bouwt een toren van twee."), item("twee", "Bouwt een toren nu.")))
    assert list(too_alike(line)) == [
        "een text and twee text share ['bouwt', 'een', 'toren']",
        "een caution and twee caution share ['hier', 'let', 'op']",
    ]


@pytest.mark.parametrize("name", ["kijk07", "ddi"])
def test_every_milestone_has_example_caution_ages_evidence_and_confidence(name: str) -> None:
    for item in shipped(name).milestones:
        assert item.example
        assert item.caution
        assert 0 <= item.typical_from < item.typical_to <= 90
        assert set(item.evidence) <= EVIDENCE
        assert item.evidence
        assert item.confidence in {"high", "medium", "low"}


@pytest.mark.parametrize("name", ["kijk07", "ddi"])
def test_instrument_says_what_it_is_not(name: str) -> None:
    assert len(words(shipped(name).notice)) > 30
    assert all(line.description for line in lines_of(name))


def test_scales_are_the_characteristics_involvement_and_well_being() -> None:
    assert [(scale.code, scale.kind) for scale in shipped("kijk07").scales] == [
        ("zelfvertrouwen", "basic_characteristic"),
        ("nieuwsgierigheid", "basic_characteristic"),
        ("vrij-van-belemmeringen", "basic_characteristic"),
        ("betrokkenheid", "involvement"),
        ("welbevinden", "well_being"),
    ]
    assert all(len(set(scale.levels)) == 5 for scale in shipped("kijk07").scales)


@pytest.mark.requirement("DAT-1.1")
def test_pass_fail_items_are_the_columns_of_the_open_data() -> None:
    assert {line.code: [item.code for item in line.milestones] for line in lines_of("ddi")} == {
        code: items.split() for code, items in DDI_ITEMS.items()
    }
    assert len(shipped("ddi").milestones) == 57


@pytest.mark.requirement("DAT-1.4")
def test_pass_fail_items_carry_the_data_s_attribution() -> None:
    notice = shipped("ddi").notice
    for named in ("SMOCC", "Herngreen", "childdevdata", "van Buuren", "CC BY 4.0"):
        assert named in notice


def test_pass_fail_items_have_texts_of_their_own() -> None:
    texts = [text for item in shipped("ddi").milestones for _, text in texts_of(item)]
    assert len(set(texts)) == len(texts) == 3 * 57


BSO = ("bso", "bso-kind")


@pytest.mark.requirement("REG-1.6")
def test_after_school_views_are_of_the_same_statements_in_the_same_aspects() -> None:
    staff, child = ([(line.code, [item.code for item in line.milestones]) for line in lines_of(name)] for name in BSO)
    assert staff == child
    assert len(staff) == 4
    assert sum(len(items) for _line, items in staff) == 12


@pytest.mark.requirement("BSO-1.1")
def test_after_school_staff_have_both_scales_and_the_child_none() -> None:
    assert [scale.kind for scale in shipped("bso").scales] == ["well_being", "involvement"]
    assert all(len(set(scale.levels)) == 5 for scale in shipped("bso").scales)
    assert shipped("bso-kind").scales == ()


@pytest.mark.parametrize("name", BSO)
def test_after_school_content_says_what_it_is_and_is_answered_with_a_frequency(name: str) -> None:
    spec = shipped(name)
    assert (spec.scoring_rule, spec.response_scale, spec.band_count) == ("frequency_means", "frequency", 0)
    assert len(words(spec.notice)) > 15
    assert all(set(item.evidence) <= EVIDENCE for item in spec.milestones)
    assert len({item.text for item in spec.milestones}) == len({item.example for item in spec.milestones}) == 12


def test_what_a_child_reads_is_short_and_of_itself() -> None:
    for item in shipped("bso-kind").milestones:
        assert item.text.startswith("Ik ")
        assert len(words(item.text)) <= 9
        assert max(len(words(sentence)) for sentence in re.split("[.?!:]", item.example)) <= 12
