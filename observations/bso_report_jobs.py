"""The reports of all children of a group in out-of-school care, as one job: a PDF to print, and a ZIP (BSO-2.2).

As the reports for parents (report_jobs): drawn outside a transaction, and file names hold numbers and no names.
"""

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
from observations.bso_report_pdf import FittedChild, child_pdf, merged_children_pdf
from observations.domain.bso.child_report import BsoChildReport, child_report
from observations.domain.bso.group import children_of
from observations.domain.bso.measured import reportable
from observations.models import Group
from observations.report_jobs import archive, file_name
from observations.report_pdf import LANGUAGE, ReportTooLong
from observations.rules import groups_in_reach

KIND: Final = "reports.bso"
MERGED_NAME: Final = "bso-verslagen.pdf"
ZIP_NAME: Final = "bso-verslagen.zip"


def may_fetch(request: HttpRequest, job: JobView) -> bool:
    """Say whether the user may still have the reports of the job's group."""
    return _groups(user_of(request)).filter(pk=job.parameters.get("group", "")).exists()


def make_group_reports(job: RunningJob) -> Mapping[str, Any]:
    """Make the reports of the group in the job's parameters; return how many were made and how many were not.

    Raises JobRefused when there is none to make, or its user may not (any more).
    """
    made: list[tuple[int, UUID, bytes, FittedChild]] = []
    too_long: list[int] = []
    name, by, chosen = _chosen(job)
    for done, (number, registration_id) in enumerate(chosen):
        job.progress(done, len(chosen) + 1, _("Verslagen maken"))
        child_id, report = _read(job, registration_id, by)
        try:
            content, fitted = child_pdf(report)
        except ReportTooLong:
            too_long.append(number)
            continue
        made.append((number, child_id, content, fitted))
    if not made:
        raise JobRefused(_("Geen van de verslagen past op twee bladzijden."))
    job.progress(len(chosen), len(chosen) + 1, _("Verslagen samenvoegen"))
    job.attach(MERGED_NAME, "application/pdf", merged_children_pdf([fitted for *_rest, fitted in made], group=name))
    job.attach(ZIP_NAME, "application/zip", archive({file_name(number): content for number, _id, content, _f in made}))
    _leave_events(job, [child_id for _number, child_id, *_rest in made])
    return {"made": len(made), "too_long": too_long}


def _chosen(job: RunningJob) -> tuple[str, str, list[tuple[int, UUID]]]:
    """Return the group's name, who makes them, and (number in its list, measurement) of each child that has one."""
    with job.scope():
        today = timezone.localdate()
        user = User.objects.get(pk=job.user_id)
        group = _groups(user).filter(pk=job.parameters["group"], kind=Group.Kind.BSO).first()
        if group is None or not user.may(Right.BSO_EXPORT):
            raise JobRefused(_("U mag van deze groep geen verslagen (meer) maken."))
        children = children_of(group, on=today)
        last: dict[UUID, UUID] = {}
        for row in reportable(child__in=[child.pk for child in children]):
            last.setdefault(row.child_id, row.pk)
        found = [(number, last[child.pk]) for number, child in enumerate(children, start=1) if child.pk in last]
        if not found:
            raise JobRefused(_("In deze groep is nog geen meting afgesloten. Daarna is er een verslag."))
        return group.name, user.get_full_name(), found


def _groups(user: User) -> QuerySet[Group]:
    return groups_in_reach(user, Right.BSO_EXPORT, on=timezone.localdate())


def _read(job: RunningJob, registration_id: UUID, by: str) -> tuple[UUID, BsoChildReport]:
    with job.scope(), translation.override(LANGUAGE):
        found = reportable(pk=registration_id).first()
        if found is None:
            raise JobRefused(_("Een meting is intussen heropend. Begin opnieuw als die weer is afgesloten."))
        return found.child_id, child_report(found, today=timezone.localdate(), made_by=by)


def _leave_events(job: RunningJob, children: list[UUID]) -> None:
    with job.scope():
        for child_id in children:
            record("bso.report_made", object_type="observations.child", object_id=child_id, data={"job": str(job.pk)})


BSO_OF_GROUP: Final = JobKind(
    code=KIND,
    label=gettext_lazy("BSO-verslagen van een groep"),
    run=make_group_reports,
    scoped=False,
    retry_safe=True,
    queue=REPORTS,
    allowed="observations.bso_report_jobs.may_fetch",
)
