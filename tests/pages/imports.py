"""The pages of imports and exports."""

from itertools import count
from typing import Any

from django.utils import timezone

from accounts.roles import Role
from kijk.jobs.domain import start_job
from kijk.jobs.shown import JobBytes
from kijk.tenancy.context import tenant_scope
from observations.domain.imports.planned import PlanSettings
from observations.domain.imports.planning import make_plan
from observations.domain.imports.previews import PREVIEW, create_source, find_preview, write_preview
from observations.domain.imports.saving import save_preview
from tests.pages.model import Page, World

_number = count(1)


def _preview(world: World) -> dict[str, Any]:
    """A preview with a child that is new, one that may be known, and one that is refused."""
    with tenant_scope(world.organisation_id):
        born = world.child.birth_date
        lines = (
            "Kindnummer;Voornaam;Tussenvoegsel;Achternaam;Geboortedatum;Groep;Soort groep;BSN",
            f"1;Yara;van;Dijk;{born};Bijtjes;peutergroep;111222333",
            f"2;Otis;;Bos;{born};Bijtjes;peutergroep;",
            "3;Liv;;Vos;31-2-2024;Bijtjes;peutergroep;",
        )
        content = "\n".join(lines).encode()
        today = timezone.localdate()
        name = f"Administratie {next(_number)}"
        source = create_source(name=name, location=world.group_staff.group.location, content=content)
        by, file = world.users[Role.ADMINISTRATOR], JobBytes("kinderen.csv", "text/csv", content)
        job = start_job(kind=PREVIEW, user_id=by.pk, parameters={}, files=[file], now=timezone.now())
        plan = make_plan(content, PlanSettings(source.pk, today.year if today.month >= 8 else today.year - 1, today))
        write_preview(plan, job_id=job.pk, file_name=file.name)
        # It has run: what waits would count among the five that may.
        type(job).objects.filter(pk=job.pk).update(state="done", finished_at=timezone.now())
    return {"pk": job.pk}


def _saved(world: World) -> dict[str, Any]:
    found = _preview(world)
    with tenant_scope(world.organisation_id):
        preview = find_preview(found["pk"])
        assert preview is not None
        save_preview(preview=preview, now=timezone.now())
    return found


_ADMINISTRATOR = Role.ADMINISTRATOR

PAGES: list[Page] = [
    Page("observations:imports", _ADMINISTRATOR, "imports.listed"),
    Page("observations:import_new", _ADMINISTRATOR, "import.form"),
    Page("observations:import_preview", _ADMINISTRATOR, "import.preview_viewed", kwargs=_preview),
    Page("observations:import_groups", _ADMINISTRATOR, "import.groups_viewed", kwargs=_preview),
    Page("observations:import_columns", _ADMINISTRATOR, "import.columns_viewed", kwargs=_preview),
    Page("observations:import_confirm", _ADMINISTRATOR, "import.confirm_viewed", kwargs=_preview),
    Page("observations:import_result", _ADMINISTRATOR, "import.result_viewed", kwargs=_saved),
    Page("observations:export", _ADMINISTRATOR, "export.form"),
]
