"""The hand-written bank of notes: rich enough, tied to milestones that exist, and about nobody else."""

import re
from collections import Counter

import pytest

from observations.demo.development import Ladder
from observations.demo.names import origins
from observations.demo.note_bank import NoteBank, Scene, read_note_bank, write_out
from observations.domain.scoring.bands import Score

# Bands of babies, dreumesen, peuters and kleuters.
AGE_GROUPS = {"baby": range(1, 3), "dreumes": range(3, 5), "peuter": range(5, 9), "kleuter": range(9, 15)}
# What has no place in a note about development.
HEALTH = re.compile(r"\b(zieke?\b|medicijn|allergi|autis|adhd|epilep|diagnose|koorts|dokter zei|therap)", re.IGNORECASE)
TOKENS = {"naam", "hij", "Hij", "hem", "zijn"}


@pytest.fixture(scope="module")
def bank() -> NoteBank:
    return read_note_bank()


@pytest.fixture(scope="module")
def scenes(bank: NoteBank) -> list[Scene]:
    return [scene for found in bank.scenes.values() for scene in found]


def test_every_scene_shows_a_milestone_of_the_instrument(bank: NoteBank, scenes: list[Scene], ladder: Ladder) -> None:
    known = {step.code for bands in ladder.lines.values() for own in bands.values() for step in own}

    assert {scene.milestone for scene in [*scenes, *bank.together]} <= known
    assert {line for scene in [*scenes, *bank.together] for line in (scene.line, *scene.also)} <= set(ladder.lines)
    assert {scene.shows for scene in scenes} == {Score.SECURE, Score.EMERGING}


def test_every_line_has_scenes_for_every_age_group(scenes: list[Scene], ladder: Ladder) -> None:
    counted = Counter((scene.line, band_of(scene)) for scene in scenes)

    for line in ladder.lines:
        for bands in AGE_GROUPS.values():
            assert sum(counted[line, band] for band in bands) >= 4


def band_of(scene: Scene) -> int:
    """Return the band of a scene's milestone, from its code."""
    return int(scene.milestone.rsplit("-", 2)[1])


def test_bank_is_rich_and_says_nothing_twice(bank: NoteBank, scenes: list[Scene]) -> None:
    texts = [scene.text for scene in [*scenes, *bank.together]]

    assert len(texts) >= 700
    assert len({scene.milestone for scene in scenes}) >= 400
    assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_no_two_scenes_begin_alike(scenes: list[Scene]) -> None:
    beginnings = Counter(" ".join(scene.text.split()[:6]) for scene in scenes)

    assert [words for words, count in beginnings.items() if count > 2] == []


def test_texts_are_sentences_about_the_child_alone(bank: NoteBank, scenes: list[Scene]) -> None:
    names = {name for origin in origins().values() for name in (*origin.girls, *origin.boys)}
    for scene in [*scenes, *bank.together]:
        assert scene.text[0].isupper() or scene.text[0] in "‘0123456789{"
        assert scene.text[-1] in ".!?’"
        assert set(re.findall(r"\{(\w*)\}", scene.text)) <= TOKENS
        assert 20 <= len(scene.text) <= 320
        assert not HEALTH.search(scene.text)
        assert not set(re.findall(r"\w+", scene.text)) & names


def test_scenes_about_several_children_name_none(bank: NoteBank) -> None:
    assert len(bank.together) >= 14
    assert all("{" not in scene.text for scene in bank.together)


@pytest.mark.parametrize(
    ("gender", "written"),
    [("girl", "Mila pakte haar jas. Zij gaf hem aan haar."), ("boy", "Mila pakte zijn jas. Hij gaf hem aan hem.")],
)
def test_write_out_puts_name_and_pronouns_in_place(gender: str, written: str) -> None:
    text = "{naam} pakte {zijn} jas. {Hij} gaf hem aan {hem}."

    assert write_out(text, first_name="Mila", gender=gender) == written


@pytest.mark.parametrize(("text", "gender"), [("{Hij} lacht.", "unspecified"), ("{oma} lacht.", "girl")])
def test_write_out_refuses_what_stands_for_nothing(text: str, gender: str) -> None:
    with pytest.raises(ValueError, match="nothing stands for"):
        write_out(text, first_name="Mila", gender=gender)
