"""What can stand on paper: the list is that of the fonts, and nothing else gets through."""

from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped] # it publishes no types

from kijk.pdf.characters import RANGES, on_paper, tidy, unprintable

FONTS = Path(__file__).parents[3] / "static" / "fonts"


def test_list_of_characters_is_that_of_the_fonts() -> None:
    listed = {point for first, last in RANGES for point in range(first, last + 1)}
    held = {point for path in FONTS.glob("*normal.woff2") for point in TTFont(path).getBestCmap()}
    assert listed == held


def test_dutch_turkish_and_polish_can_be_printed() -> None:
    assert unprintable("Zoë, Çağla, Łucja, Ĳsbrand: “ja” – € 5…\nén zo") == []


def test_signs_that_have_an_equal_are_replaced() -> None:
    assert tidy("a\u0308 \u2192\r\n\u200bb") == "ä –\nb"


def test_what_cannot_be_printed_is_named_once_and_stands_in_as_one_mark() -> None:
    assert unprintable("🚂 漢 🚂\x07") == ["🚂", "漢", "\x07"]
    assert on_paper("Dol op 🚂🚂 en 漢.") == "Dol op ? en ?."
