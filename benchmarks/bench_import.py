"""How long 10,000 children take to be read, shown and imported, and how much memory (CHD-3.4): 60 s and 500 MB.

Each run is a job, as in the product: the file is sealed, the rows of the preview are written, the plan is made anew
before it is saved. Measured for EDEXML and Excel: the first import, the same file again, and a file in which every
child changes.
"""

from __future__ import annotations

import resource
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

from benchmarks.database import own_database

if TYPE_CHECKING:
    from uuid import UUID

CHILDREN, GROUP_SIZE = 10_000, 25
AT_MOST_S, AT_MOST_MB = 60, 500
DAY = date(2021, 1, 1)


def main() -> None:
    """Make the files, import them and print."""
    with own_database("kijk_bench_import"):
        for kind, make in (("EDEXML", edexml), ("Excel", workbook)):
            organisation_id, user_id, source_id = organisation(kind, make(0))
            for words, content in (("first", make(0)), ("same again", make(0)), ("every child changes", make(1))):
                measure(f"{kind}, {words} ({len(content) / 1e6:.1f} MB)", organisation_id, user_id, source_id, content)
        print(f"memory at its highest: {memory_mb():.0f} MB (at most {AT_MOST_MB})")


def edexml(shift: int) -> bytes:
    """Return a school's file; ``shift`` days are added to every day of birth."""
    groups = "".join(
        f'<groep key="g{number}"><naam>Groep {number}</naam><jaargroep>{1 + number % 2}</jaargroep></groep>'
        for number in range(CHILDREN // GROUP_SIZE)
    )
    pupils = "".join(
        f'<leerling key="k{number}"><achternaam>Achternaam{number}</achternaam><voorvoegsel>van</voorvoegsel>'
        f"<roepnaam>Roepnaam{number}</roepnaam><geboortedatum>{born(number, shift)}</geboortedatum>"
        f'<geslacht>{1 + number % 2}</geslacht><groep key="g{number // GROUP_SIZE}"/><bsn>111222333</bsn>'
        f"<postcodenl>1234AB</postcodenl></leerling>"
        for number in range(CHILDREN)
    )
    school = "<school><schooljaar>2026-2027</schooljaar><brincode>99XY</brincode></school>"
    return f"<EDEX>{school}<groepen>{groups}</groepen><leerlingen>{pupils}</leerlingen></EDEX>".encode()


def workbook(shift: int) -> bytes:
    """Return the same children as a childcare administration gives them."""
    from observations.domain.imports.workbook_writing import write_workbook

    header = ("Kindnummer", "Voornaam", "Achternaam", "Geboortedatum", "Geslacht", "Groep", "Soort groep", "Thuistaal")
    rows = [
        (
            *(str(number), f"Roepnaam{number}", f"Achternaam{number}", born(number, shift).isoformat()),
            *("J" if number % 2 else "M", f"Groep {number // GROUP_SIZE}", "peutergroep", "Nederlands"),
        )
        for number in range(CHILDREN)
    ]
    return write_workbook("kinderen", header, rows)


def born(number: int, shift: int) -> date:
    """Return a day of birth."""
    return DAY + timedelta(days=number % 700 + shift)


def organisation(name: str, content: bytes) -> tuple[UUID, UUID, UUID]:
    """Make an organisation with an administrator and a source, and return their ids."""
    from accounts.domain.users import create_user
    from accounts.models import PersonName
    from kijk.tenancy.context import tenant_scope
    from licensing.domain import create_location, create_organisation
    from licensing.modules import Module
    from observations.domain.imports.previews import create_source

    organisation_id = create_organisation(
        name=name,
        kind="school",
        identifier_kind="lrk",
        identifier="123456789",
        modules=list(Module),
        domains=["voorbeeld.nl"],
    )
    with tenant_scope(organisation_id):
        address = f"{name.lower()}@voorbeeld.nl"
        user = create_user(email=address, name=PersonName("Kim", "", "Bos"), password=None)
        source = create_source(name=name, location=create_location(name="Hier", place="Utrecht"), content=content)
        return organisation_id, user.pk, source.pk


def measure(words: str, organisation_id: UUID, user_id: UUID, source_id: UUID, content: bytes) -> None:
    """Run both jobs and print what they took."""
    from django.utils import timezone

    from accounts.models import User
    from kijk.jobs.domain import start_job
    from kijk.jobs.running import run_job_now
    from kijk.jobs.shown import JobBytes
    from kijk.tenancy.context import tenant_scope
    from observations.domain.imports.planned import PlanSettings
    from observations.domain.imports.previews import PREVIEW, find_preview
    from observations.domain.imports.saving import start_saving

    began = time.perf_counter()
    with tenant_scope(organisation_id, actor_id=user_id):
        settings = PlanSettings(source_id, 2026, date(2026, 11, 22))
        file = JobBytes("lijst", "text/plain", content)
        parameters = {"settings": settings.as_json()}
        job = start_job(kind=PREVIEW, user_id=user_id, parameters=parameters, files=[file], now=timezone.now())
    assert run_job_now(job) == "done"
    shown = time.perf_counter() - began
    with tenant_scope(organisation_id, actor_id=user_id):
        preview = find_preview(job.pk)
        assert preview is not None
        saving = start_saving(preview=preview, by=User.objects.get(pk=user_id), now=timezone.now())
        counts = preview.details.report["counts"]
    assert run_job_now(saving) == "done"
    whole = time.perf_counter() - began
    verdict = "" if whole <= AT_MOST_S else f"  (more than {AT_MOST_S} s)"
    print(f"{words}: preview {shown:.1f} s, saved {whole - shown:.1f} s, together {whole:.1f} s{verdict}; {counts}")


def memory_mb() -> float:
    """Return the most memory this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
