"""An organisation that imports, and the steps of an import as its pages take them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from kijk.jobs.domain import start_job
from kijk.jobs.models import Job
from kijk.jobs.shown import JobBytes
from kijk.tenancy.context import tenant_scope
from licensing.models import Location
from observations.domain.imports.planned import Plan, PlanSettings
from observations.domain.imports.planning import make_plan
from observations.domain.imports.previews import PREVIEW, create_source, write_preview
from observations.domain.imports.saving import Saved, save_preview
from observations.models import Child, ImportPreview, ImportRow, ImportSource
from tests import factories

TODAY = date(2026, 11, 22)


@dataclass
class Import:
    """The organisation with its source. Everything but ``source_for`` needs its scope."""

    organisation_id: UUID
    administrator: User
    north: Location
    source: ImportSource | None = None
    year: int = 2026
    today: date = TODAY

    def source_for(self, content: bytes, name: str = "Administratie") -> ImportSource:
        """Return the source, made for the first file."""
        if self.source is None:
            self.source = create_source(name=name, location=self.north, content=content)
        return self.source

    def settings(self, content: bytes, **more: object) -> PlanSettings:
        """Return how a file is taken, with what was chosen."""
        return PlanSettings(self.source_for(content).pk, self.year, self.today, **more)  # type: ignore[arg-type]

    def plan(self, content: bytes, **more: object) -> Plan:
        """Return the plan of a file."""
        return make_plan(content, self.settings(content, **more))

    def preview(self, content: bytes, **more: object) -> ImportPreview:
        """Write a preview of a file, with the job it belongs to."""
        plan = self.plan(content, **more)
        return write_preview(plan, job_id=self.job(content).pk, file_name="lijst")

    def job(self, content: bytes) -> Job:
        """Write a job with a file, without running it."""
        file = JobBytes("lijst", "text/plain", content)
        # The five that may be open are no concern of a test that makes many.
        Job.objects.filter(state=Job.State.WAITING).delete() if Job.objects.count() > 3 else None
        return start_job(kind=PREVIEW, user_id=self.administrator.pk, parameters={}, files=[file], now=timezone.now())

    def save(self, content: bytes, choose: Mapping[str, str] | None = None, **more: object) -> Saved:
        """Import a file, with a choice for each row of an outcome ("" of all others)."""
        preview = self.preview(content, **more)
        for outcome, choice in (choose or {}).items():
            ImportRow.objects.filter(preview=preview, outcome=outcome).update(choice=choice)
        return save_preview(preview=preview, now=self.now)

    @property
    def now(self) -> datetime:
        """The moment of everything."""
        return timezone.now()


Outcomes = Callable[[Plan], dict[str, list[str]]]


def outcomes(plan: Plan, kind: str = "child") -> dict[str, list[str]]:
    """Return who is in which outcome."""
    found: dict[str, list[str]] = {}
    for row in plan.rows:
        if row.kind == kind:
            found.setdefault(row.outcome, []).append(row.text.who)
    return found


def names() -> list[str]:
    """Return the names of all children."""
    return sorted(str(child.file) for child in Child.objects.all())


@pytest.fixture
def importing(db: None) -> Import:
    """Make the organisation; no scope is open afterwards."""
    organisation_id = factories.organisation()
    with tenant_scope(organisation_id):
        return Import(organisation_id, factories.user(Role.ADMINISTRATOR), factories.location("Noord"))


@pytest.fixture
def committed(committed_db: object) -> Import:
    """Make the organisation, committed for real: what is undone is undone by the database."""
    organisation_id = factories.organisation()
    with tenant_scope(organisation_id):
        return Import(organisation_id, factories.user(Role.ADMINISTRATOR), factories.location("Noord"))
