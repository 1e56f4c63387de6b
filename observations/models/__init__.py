"""The models of children, instruments, notes and registrations."""

from observations.models.children import Child, ChildFile, Group, GroupStaff, Placement
from observations.models.instruments import (
    Area,
    Band,
    Instrument,
    InstrumentVersion,
    Line,
    Milestone,
    Scale,
    ScaleLevel,
)
from observations.models.notes import Note, NoteLine, NoteText
from observations.models.registrations import (
    Answer,
    LineResult,
    Registration,
    RegistrationPeriod,
    RegistrationText,
    ScaleScore,
)
from observations.models.sensitive import RemarkText, SensitiveRemark

__all__ = [
    "Answer",
    "Area",
    "Band",
    "Child",
    "ChildFile",
    "Group",
    "GroupStaff",
    "Instrument",
    "InstrumentVersion",
    "Line",
    "LineResult",
    "Milestone",
    "Note",
    "NoteLine",
    "NoteText",
    "Placement",
    "Registration",
    "RegistrationPeriod",
    "RegistrationText",
    "RemarkText",
    "Scale",
    "ScaleLevel",
    "ScaleScore",
    "SensitiveRemark",
]
