"""The answers of a form that came after its registration was closed: in words, to be given back (REG-6.1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from observations.domain.instruments.catalogue import content_of
from observations.domain.registering.page import changed_milestones
from observations.domain.registering.reading import answers_of
from observations.models import Answer, Registration

ANSWER, SEEN = "m-", "was-"


@dataclass(frozen=True)
class Unsaved:
    """An answer that was chosen and not kept: of what, in whose place ("" where there is none), all in words."""

    line: str
    text: str
    chosen: str
    kept: str


def unsaved_answers(registration: Registration, fields: Mapping[str, str]) -> tuple[Unsaved, ...]:
    """Return the answers of a line's form that the registration does not have, in the instrument's order; one query.

    ``fields`` are those of the form: the answers (m-<id>) and which were shown (was-<id>). What is no answer, or not of
    this instrument, is left out.
    """
    kept = answers_of(registration)
    seen = {name.removeprefix(SEEN): code for name, code in fields.items() if name.startswith(SEEN)}
    pairs = [(name.removeprefix(ANSWER), code) for name, code in fields.items() if name.startswith(ANSWER)]
    chosen = changed_milestones(pairs, kept, seen)
    return tuple(
        Unsaved(
            line=line.name,
            text=item.text,
            chosen=str(Answer.Value(chosen[item.id]).label),
            kept=str(Answer.Value(kept[item.id].value).label) if item.id in kept else "",
        )
        for line in content_of(registration.version_id).lines.values()
        for item in line.milestones
        if item.id in chosen
    )
