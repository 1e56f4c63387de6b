"""The reports for parents of a whole group, as one job: a PDF to print, and a ZIP with one file a child (REG-8.1).

No transaction is open while a page is drawn: each child's report is read in a short scope, drawn outside it, and the
next one read. File names hold numbers and no names: a download folder is not a child's file.
"""

import io
import zipfile
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.audit.domain import record
from kijk.jobs.kinds import REPORTS, JobKind, JobRefused
from kijk.jobs.running import RunningJob
from kijk.jobs.shown import JobView
from observations.domain.reports.group import children_of_group
from observations.domain.reports.parents import ParentsReport, parents_report
from observations.domain.reports.preparing import Kind, preparation_of
from observations.domain.reports.sources import reportable
from observations.models import Group
from observations.report_pdf import LANGUAGE, FittedReport, ReportTooLong, merged_parents_pdf, parents_pdf
from observations.rules import groups_in_reach

KIND: Final = "reports.parents"
MERGED_NAME: Final = "verslagen-voor-ouders.pdf"
ZIP_NAME: Final = "verslagen-voor-ouders.zip"
# The same in every archive, so that the same reports give the same bytes.
_ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)


def file_name(number: int) -> str:
    """Return the name of a child's file in the archive: its place in the group's list, 1 and up."""
    return f"verslag-{number:02d}.pdf"


def may_fetch(request: HttpRequest, job: JobView) -> bool:
    """Say whether the user may still have the reports of the job's group."""
    user, group = user_of(request), job.parameters.get("group", "")
    return _groups(user).filter(pk=group).exists()


def make_group_reports(job: RunningJob) -> Mapping[str, Any]:
    """Make the reports of the group in the job's parameters; return how many were made and how many were not.

    Raises JobRefused when there is none to make, or its user may not (any more).
    """
    made: list[tuple[int, UUID, bytes, FittedReport]] = []
    too_long: list[int] = []
    name, chosen = _chosen(job)
    total = len(chosen) + 1
    for done, (number, registration_id) in enumerate(chosen):
        job.progress(done, total, _("Verslagen maken"))
        child_id, report = _read(job, registration_id)
        try:
            content, fitted = parents_pdf(report)
        except ReportTooLong:
            too_long.append(number)
            continue
        made.append((number, child_id, content, fitted))
    if not made:
        raise JobRefused(_("Geen van de verslagen past op twee bladzijden. Maak de teksten korter."))
    job.progress(len(chosen), total, _("Verslagen samenvoegen"))
    merged = merged_parents_pdf([fitted for *_rest, fitted in made], group=name)
    job.attach(MERGED_NAME, "application/pdf", merged)
    job.attach(ZIP_NAME, "application/zip", archive({file_name(number): content for number, _id, content, _f in made}))
    _leave_events(job, made)
    return {"made": len(made), "too_long": too_long}


def _chosen(job: RunningJob) -> tuple[str, list[tuple[int, UUID]]]:
    """Return the group's name, and (number in its list, registration) of each child whose report is asked for."""
    with job.scope():
        today = timezone.localdate()
        user = User.objects.get(pk=job.user_id)
        group = _groups(user).filter(pk=job.parameters["group"]).first()
        if group is None or not user.may(Right.REPORT_EXPORT):
            raise JobRefused(_("U mag van deze groep geen verslagen (meer) maken."))
        found = [
            (number, child.registration)
            for number, child in enumerate(children_of_group(group, today=today), start=1)
            if child.registration is not None
        ]
        if job.parameters.get("only_ready"):
            found = [pair for pair in found if preparation_of(pair[1], Kind.PARENTS).is_ready]
        if not found:
            raise JobRefused(_("In deze groep is er nog geen kind over wie een verslag gemaakt kan worden."))
        return group.name, [(number, registration.pk) for number, registration in found]


def _groups(user: User) -> QuerySet[Group]:
    return groups_in_reach(user, Right.REPORT_EXPORT, on=timezone.localdate())


def _read(job: RunningJob, registration_id: UUID) -> tuple[UUID, ParentsReport]:
    with job.scope(), translation.override(LANGUAGE):
        registration = reportable(pk=registration_id).first()
        if registration is None:
            raise JobRefused(_("Een registratie is intussen heropend. Begin opnieuw als die weer is afgesloten."))
        return registration.child_id, parents_report(registration, today=timezone.localdate())


def _leave_events(job: RunningJob, made: list[tuple[int, UUID, bytes, FittedReport]]) -> None:
    with job.scope():
        for _number, child_id, _content, _fitted in made:
            record(
                "report.made",
                object_type="observations.child",
                object_id=child_id,
                data={"report": Kind.PARENTS, "job": str(job.pk)},
            )


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return the files in one archive; the same files give the same bytes."""
    held = io.BytesIO()
    # PDFs are compressed already.
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as zipped:
        for name, content in files.items():
            zipped.writestr(zipfile.ZipInfo(name, _ZIP_DATE), content)
    return held.getvalue()


PARENTS_OF_GROUP: Final = JobKind(
    code=KIND,
    label=gettext_lazy("Verslagen voor ouders van een groep"),
    run=make_group_reports,
    scoped=False,
    retry_safe=True,
    queue=REPORTS,
    allowed="observations.report_jobs.may_fetch",
)
