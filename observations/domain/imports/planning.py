"""From a file to the plan of its import: what would be added, changed, proposed, refused (CHD-3)."""

from dataclasses import replace

from django.utils.translation import gettext as _

from observations.domain.imports.child_plan import ChildPlanner
from observations.domain.imports.content import ImportRefused, ReadFile
from observations.domain.imports.group_plan import GroupPlanner, group_rows
from observations.domain.imports.keys import KeyDigests
from observations.domain.imports.planned import Plan, PlanSettings, Progress, no_progress
from observations.domain.imports.reading import ReadWish, read_file
from observations.domain.imports.staff_plan import staff_rows
from observations.models import ImportSource


def make_plan(content: bytes, settings: PlanSettings, progress: Progress = no_progress) -> Plan:
    """Read a file and hold it against what the organisation in scope has. Nothing is written.

    The same file, settings and database give the same plan, row for row. Raises ImportRefused.
    """
    source = ImportSource.objects.select_related("location").filter(pk=settings.source_id).first()
    if source is None:
        raise ImportRefused(_("Deze bron is er niet meer. Begin opnieuw."))
    progress(0, 0, _("Bestand lezen"))
    read = read_file(content, _wish(source, settings))
    _check_source(source, read)
    year = settings.school_year if read.school_year is None else read.school_year
    settings = replace(settings, school_year=year, about=read.about, mapping=dict(read.mapping), sheet=read.sheet)
    if read.missing:
        return Plan(source, settings, read, (), ())
    digests = KeyDigests(source.pk)
    targets = GroupPlanner(source, settings, read, digests).targets()
    children = ChildPlanner(source, settings, read, targets, digests).rows(progress)
    staff = staff_rows(source, settings, read, targets, digests)
    groups = tuple(targets.values())
    return Plan(source, settings, read, groups, (*group_rows(groups), *children, *staff))


def _wish(source: ImportSource, settings: PlanSettings) -> ReadWish:
    """Return how to read a table: as was chosen now, or else as the source was read before."""
    if settings.mapping or settings.about:
        return ReadWish(settings.about, settings.mapping, settings.sheet)
    before = source.mapping
    return ReadWish(
        before.get("about", ""), before.get("columns", {}), settings.sheet, frozenset(before.get("titles", ()))
    )


def _check_source(source: ImportSource, read: ReadFile) -> None:
    """Refuse a file that cannot be of this source: keys mean something within one school only."""
    if read.format != source.format:
        words = {"name": source.name, "expected": source.get_format_display()}
        raise ImportRefused(
            _("Eerdere bestanden van “%(name)s” waren %(expected)s. Kies een andere bron of een ander bestand.") % words
        )
    if source.school and read.school and source.school != read.school:
        words = {"name": source.name, "old": source.school, "new": read.school}
        raise ImportRefused(
            _("Dit bestand is van school %(new)s; “%(name)s” is van school %(old)s. Maak een andere bron.") % words
        )
