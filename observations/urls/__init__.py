"""Addresses of observations, one module an area."""

from observations.urls import (
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
)

app_name = "observations"

_AREAS = (
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
)

urlpatterns = [pattern for area in _AREAS for pattern in area.urlpatterns]
