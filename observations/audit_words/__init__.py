"""What the events of the work with children are called, one module an area: each declares its own on import."""

from observations.audit_words import (
    archive,
    bso,
    children,
    imports,
    notes,
    overviews,
    periods,
    plans,
    registrations,
    reports,
    school_year,
    signals,
    system,
)

__all__ = [
    "archive",
    "bso",
    "children",
    "imports",
    "notes",
    "overviews",
    "periods",
    "plans",
    "registrations",
    "reports",
    "school_year",
    "signals",
    "system",
]
