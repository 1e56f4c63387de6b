"""The bank of hand-written notes: what one saw, and which milestone it shows. Texts: data/notes, one file a line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from observations.demo.data_files import FOLDER, read_data
from observations.domain.scoring.bands import Score

_SHOWS = {"secure": Score.SECURE, "emerging": Score.EMERGING}
#: What stands for a word that depends on the child: by its gender, for a girl and for a boy.
_PRONOUNS = {"hij": ("zij", "hij"), "Hij": ("Zij", "Hij"), "hem": ("haar", "hem"), "zijn": ("haar", "zijn")}
_TOKEN = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Scene:
    """Something seen. It agrees with a child whose answer to ``milestone`` is ``shows`` (secure or emerging)."""

    milestone: str
    line: str
    shows: Score
    context: str
    text: str
    also: tuple[str, ...] = ()
    #: Only true of a child that speaks another language at home.
    multilingual: bool = False

    @property
    def needs_gender(self) -> bool:
        """Whether the text says he or she, so that it does not fit where no gender is given."""
        return any(token in _PRONOUNS for token in _TOKEN.findall(self.text))


@dataclass(frozen=True)
class NoteBank:
    """All scenes by milestone, those about several children at once apart, and what may follow a note or be added."""

    scenes: Mapping[str, tuple[Scene, ...]]
    together: tuple[Scene, ...]
    follow_ups: Mapping[Score, tuple[str, ...]]
    addenda: Mapping[Score, tuple[str, ...]]


@cache
def read_note_bank() -> NoteBank:
    """Return the bank; read once a process."""
    scenes: dict[str, list[Scene]] = {}
    for path in sorted((FOLDER / "notes").glob("*.yaml")):
        for key, entry in read_data(f"notes/{path.stem}").items():
            for scene in _scenes(path.stem, key, entry):
                scenes.setdefault(scene.milestone, []).append(scene)
    return NoteBank(
        scenes={milestone: tuple(found) for milestone, found in scenes.items()},
        together=tuple(_together(code, entry) for code, entry in read_data("groups").items()),
        follow_ups={_SHOWS[key]: tuple(texts) for key, texts in read_data("follow_ups").items()},
        addenda={_SHOWS[key]: tuple(texts) for key, texts in read_data("addenda").items()},
    )


def _scenes(line: str, key: str, entry: Mapping[str, Any]) -> Iterator[Scene]:
    """Yield the scenes of one entry. Its key is band and number, and after a slash what tells it from another."""
    milestone = f"{line}-{key.partition('/')[0]}"
    for name, shows in _SHOWS.items():
        for text in entry.get(name, ()):
            yield Scene(
                milestone=milestone,
                line=line,
                shows=shows,
                context=entry["context"],
                text=text,
                also=tuple(entry.get("also", ())),
                multilingual=entry.get("only") == "multilingual",
            )


def _together(milestone: str, entry: Mapping[str, str]) -> Scene:
    line = milestone.rsplit("-", 2)[0]
    return Scene(milestone, line, Score.SECURE, entry["context"], entry["text"])


def write_out(text: str, *, first_name: str, gender: str) -> str:
    """Return a text with the child's name and the pronouns of its gender in their places.

    Raises ValueError for a pronoun where no gender is given, and for a token that stands for nothing.
    """

    def put(found: re.Match[str]) -> str:
        token = found.group(1)
        if token == "naam":  # noqa: S105 the token for the name
            return first_name
        if token not in _PRONOUNS or gender not in {"girl", "boy"}:
            raise ValueError(f"nothing stands for {{{token}}} in a note about a child whose gender is {gender}")
        return _PRONOUNS[token][gender == "boy"]

    return _TOKEN.sub(put, text)
