"""Which milestones a note may show: those of its lines around the children's age, by the words they share (OBS-2)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from observations.domain.instruments.catalogue import InstrumentContent, MilestoneContent
from observations.domain.notes.words import words_of
from observations.domain.scoring.bands import current_band

MOST_MILESTONES = 3
# As long as words are compared: "klimt" and "klimmen" begin alike.
_STEM = 4


@dataclass(frozen=True)
class MilestoneOffer:
    """A milestone that can be linked to a note with one tap."""

    id: UUID
    text: str
    line: str
    band: str


def milestones_for(
    text: str, *, line_codes: Iterable[str], ages: Collection[int], content: InstrumentContent
) -> list[MilestoneOffer]:
    """Return up to three milestones of these lines, of the bands of these ages (whole months) and those beside them.

    Those that share most words with the text come first, then those of the child's own band.
    """
    own = {current_band(age) for age in ages if age < content.bands[max(content.bands)].until_months}
    near = own | {band + step for band in own for step in (-1, 1)}
    said = _stems(text)
    found: list[tuple[int, bool, MilestoneContent]] = []
    for code in line_codes:
        line = content.lines.get(code)
        for band in sorted(near & line.bands.keys()) if line else ():
            for milestone in line.bands[band] if line else ():
                shared = len(said & _stems(f"{milestone.text} {milestone.example}"))
                if shared or band in own:
                    found.append((shared, band in own, milestone))
    found.sort(key=lambda one: (-one[0], not one[1]))
    return [_offer(milestone, content) for _shared, _own, milestone in found[:MOST_MILESTONES]]


def _stems(text: str) -> set[str]:
    return {word[: _STEM + 1] for word in words_of(text) if len(word) > _STEM}


def _offer(milestone: MilestoneContent, content: InstrumentContent) -> MilestoneOffer:
    line = content.lines[milestone.line_code]
    return MilestoneOffer(milestone.id, milestone.text, line.name, content.bands[milestone.band].label)
