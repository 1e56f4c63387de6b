"""Which children have the same need: the proposal as a pure function (REG-9.1)."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observations.domain.plans.clusters import CLUSTERS, ClusterRule, Standing, propose_clusters
from observations.models import Level

MONTHS = st.fractions(min_value=0, max_value=84, max_denominator=4)
AWAY = st.fractions(min_value=-40, max_value=40, max_denominator=4)
STANDINGS = st.one_of(st.just(Standing()), st.builds(Standing, MONTHS, AWAY))
ROOMS = st.dictionaries(st.integers(0, 10_000), STANDINGS, max_size=32)


def standing(difference: float, developmental_age: float = 38) -> Standing:
    return Standing(Fraction(developmental_age), Fraction(difference))


def levels(*differences: float) -> list[Level]:
    return list(propose_clusters({number: standing(found) for number, found in enumerate(differences)}).values())


@given(ROOMS)
@pytest.mark.requirement("REG-9.1")
def test_each_child_is_in_one_cluster_or_insufficiently_seen(room: dict[int, Standing]) -> None:
    found = propose_clusters(room)
    assert list(found) == list(room)
    for key, level in found.items():
        assert (level == Level.UNSEEN) == (room[key].difference is None)
        assert level == Level.UNSEEN or level in CLUSTERS


@given(ROOMS)
def test_who_asks_for_attention_gets_support_and_who_is_ahead_a_challenge(room: dict[int, Standing]) -> None:
    for key, level in propose_clusters(room).items():
        difference = room[key].difference
        if difference is not None and difference <= -6:
            assert level == Level.SUPPORT
        if difference is not None and difference >= 6:
            assert level == Level.CHALLENGE
        if difference is not None and -3 < difference < 3:
            assert level == Level.BASIS


@given(ROOMS, st.randoms(use_true_random=False))
def test_order_of_the_children_makes_no_difference(room: dict[int, Standing], random: object) -> None:
    keys = list(room)
    random.shuffle(keys)  # type: ignore[attr-defined]
    assert propose_clusters({key: room[key] for key in keys}) == propose_clusters(room)


@given(ROOMS)
def test_equals_stand_together_and_nobody_passes_another(room: dict[int, Standing]) -> None:
    order = {Level.SUPPORT: 0, Level.BASIS: 1, Level.CHALLENGE: 2}
    found = propose_clusters(room)
    placed = [
        ((place.difference, place.band), order[found[key]])
        for key, place in room.items()
        if place.difference is not None and place.band is not None
    ]
    for place, level in placed:
        for other, other_level in placed:
            assert place != other or level == other_level
            assert not (place < other and level > other_level)


@given(ROOMS)
def test_outer_cluster_takes_no_more_than_it_needs(room: dict[int, Standing]) -> None:
    found = propose_clusters(room)
    numbers = {key: place for key, place in room.items() if place.difference is not None}
    wanted = len(numbers) // 5
    for level, sign in ((Level.SUPPORT, -1), (Level.CHALLENGE, 1)):
        joined = [
            numbers[key]
            for key in numbers
            if found[key] == level and abs(numbers[key].difference or Fraction(0)) < Fraction(6)
        ]
        if not joined:
            continue
        furthest = min(
            joined, key=lambda place: (sign * (place.difference or Fraction(0)), Fraction(sign * (place.band or 0)))
        )
        together = sum((place.difference, place.band) == (furthest.difference, furthest.band) for place in joined)
        size = Counter(found.values())[level]
        # Without the last ones that joined, it held too few.
        assert size - together < max(wanted, 1)


@given(ROOMS)
def test_outer_cluster_is_filled_while_there_is_somebody_near(room: dict[int, Standing]) -> None:
    found = propose_clusters(room)
    wanted = sum(place.difference is not None for place in room.values()) // 5
    for level, sign in ((Level.SUPPORT, -1), (Level.CHALLENGE, 1)):
        basis = [place.difference for key, place in room.items() if found[key] == Level.BASIS]
        left = [months for months in basis if months is not None and sign * months >= 3]
        assert not left or Counter(found.values())[level] >= wanted


def test_room_of_ten_gets_clusters_one_can_work_with() -> None:
    found = levels(-14, -5, -4, -1, 0, 1, 2, 3, 4, 5)
    assert Counter(found) == {Level.SUPPORT: 2, Level.BASIS: 6, Level.CHALLENGE: 2}
    assert found[:3] == [Level.SUPPORT, Level.SUPPORT, Level.BASIS]


def test_room_where_everybody_is_alike_is_one_cluster() -> None:
    assert set(levels(*[1] * 12)) == {Level.BASIS}


def test_band_reached_decides_between_equal_differences() -> None:
    room = {number: standing(0) for number in range(8)}
    room |= {8: standing(-4, 44), 9: standing(-4, 30)}
    found = propose_clusters(room, rule=ClusterRule(smallest_share=Fraction(1, 10)))
    assert (found[9], found[8]) == (Level.SUPPORT, Level.BASIS)


@pytest.mark.parametrize("settings", [{"near": Fraction(6)}, {"near": Fraction(0)}, {"smallest_share": Fraction(1, 2)}])
def test_settings_that_contradict_are_refused(settings: dict[str, Fraction]) -> None:
    with pytest.raises(ValueError, match=r"near|third"):
        ClusterRule(**settings)
