"""The course of a five-point scale over the measurements, as positions in a small drawing. Pure; knows no colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

# In units of the viewBox; two drawings stand beside each other on A4.
WIDTH: Final = 340
_LEFT, _RIGHT, _TOP, _STEP = 24, 12, 20, 22
_BOTTOM: Final = _TOP + 4 * _STEP
HEIGHT: Final = _BOTTOM + 26
_LOWEST, _HIGHEST = 2, 10


@dataclass(frozen=True)
class Level:
    """A line across the drawing at a whole point."""

    point: int
    y: float


@dataclass(frozen=True)
class Dot:
    """A measurement: where it stands, its day, and its point in words."""

    x: float
    y: float
    on: date
    words: str
    latest: bool


@dataclass(frozen=True)
class Course:
    """A scale over the measurements, oldest first. ``path`` joins the dots; empty where there is one."""

    title: str
    dots: tuple[Dot, ...]
    levels: tuple[Level, ...]
    path: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    text_y: int = _BOTTOM + 20


def course_of(title: str, points: Sequence[tuple[date, int, str]]) -> Course:
    """Return the drawing of measurements: day, doubled point (2 to 10) and that point in words, oldest first.

    Evenly spaced: the days stand below the dots. Raises ValueError for a point outside the scale.
    """
    if any(not _LOWEST <= doubled <= _HIGHEST for _on, doubled, _words in points):
        raise ValueError("a point stands from 1 to 5")
    room = (WIDTH - _LEFT - _RIGHT) / max(len(points), 1)
    dots = tuple(
        Dot(round(_LEFT + (place + 0.5) * room, 1), _height(doubled), on, words, latest=place == len(points) - 1)
        for place, (on, doubled, words) in enumerate(points)
    )
    path = "M" + " L".join(f"{dot.x} {dot.y}" for dot in dots) if len(dots) > 1 else ""
    return Course(title, dots, tuple(Level(point, _height(2 * point)) for point in range(1, 6)), path)


def _height(doubled: int) -> float:
    return round(_BOTTOM - (doubled - _LOWEST) * _STEP / 2, 1)
