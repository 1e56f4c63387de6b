"""The Dutch order of names, and the letters they are searched by (UX-1, CHD-6)."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observations.models import ChildFile
from observations.models.children import fold_name

NAMES = st.text(alphabet=st.characters(categories=("L", "Mn", "Nd", "Zs", "Pd", "Po")), max_size=20)


@pytest.mark.requirement("UX-1.2")
def test_surnames_stand_in_dutch_order_without_infix_and_accents() -> None:
    ordered = [
        ChildFile("Lot", "", "Aalbers"),
        ChildFile("Noor", "de", "Boer"),
        ChildFile("Ali", "", "Çelik"),
        ChildFile("Jan", "", "d'Hondt"),
        ChildFile("Zoë", "van", "Dijk"),
        ChildFile("Abe", "", "Dyk"),
        ChildFile("Ole", "", "Ødegård"),
        ChildFile("Tom", "", "Odekerken"),
        ChildFile("Roos", "van der", "Linden"),
        ChildFile("Mia", "", "Linden-Öztürk"),
        ChildFile("Piet", "", "Łapiński"),
    ]
    assert [name.sort_key[0] for name in ordered[3:6]] == ["dhondt", "dijk", "dyk"]
    shuffled = [*ordered[6:], *ordered[:6]]
    found = sorted(shuffled, key=lambda name: name.sort_key)
    assert [name.last_name for name in found] == [
        "Aalbers", "Boer", "Çelik", "d'Hondt", "Dijk", "Dyk", "Łapiński", "Linden", "Linden-Öztürk", "Ødegård",
        "Odekerken",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second"),
    [("IJzerman", "Ĳzerman"), ("ijzerman", "IJZERMAN"), ("Yılmaz", "yilmaz"), ("İnan", "Inan"), ("Strauß", "STRAUSS"),
     ("d’Hondt", "d'hondt"), ("Sánchez", "Sanchez"), ("Nguyễn", "NGUYEN"), ("Bjørn", "bjorn"), ("Æsir", "aesir")],
)  # fmt: skip
def test_same_name_written_otherwise_is_the_same(first: str, second: str) -> None:
    assert fold_name(first) == fold_name(second)


@pytest.mark.parametrize("names", [["Iepsma", "IJzerman", "Ikink"], ["Bijl", "Bik", "Byl"], ["Rijk", "Rik", "Ryk"]])
def test_ij_stands_as_two_letters_between_ii_and_ik(names: list[str]) -> None:
    assert sorted(names, key=fold_name) == names


@given(NAMES)
def test_folding_again_changes_nothing(name: str) -> None:
    folded = fold_name(name)
    assert fold_name(folded) == folded
    assert folded == folded.strip()
    assert "  " not in folded


@given(NAMES)
def test_capitals_do_not_count(name: str) -> None:
    assert fold_name(fold_name(name).upper()) == fold_name(name) or not name.isascii()
    if name.isascii():
        assert fold_name(name.upper()) == fold_name(name.lower()) == fold_name(name)


@given(st.lists(st.builds(ChildFile, NAMES, NAMES, NAMES), max_size=6))
def test_order_is_total_and_by_surname_first(names: list[ChildFile]) -> None:
    ordered = sorted(names, key=lambda name: name.sort_key)
    for before, after in pairwise(ordered):
        assert fold_name(before.last_name) <= fold_name(after.last_name)
        if fold_name(before.last_name) == fold_name(after.last_name):
            assert fold_name(before.first_name) <= fold_name(after.first_name)


@given(NAMES, NAMES, st.sampled_from(["", "van", "de", "van der"]))
def test_infix_does_not_change_the_order(first: str, last: str, infix: str) -> None:
    assert ChildFile(first, infix, last).sort_key == ChildFile(first, "", last).sort_key
