"""The pages of one's own jobs: how far they are, what came of them, and stopping one."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kijk.audit.domain import record
from kijk.jobs.domain import cancel_job, discard_job, file_of_job, job_of, jobs_of_user
from kijk.jobs.kinds import JobRefused, UnknownJobKind, kind_of
from kijk.jobs.running import end_silent_jobs
from kijk.jobs.shown import JobView
from kijk.jobs.words import standing_of
from kijk.web.page import signed_in

# A page that loads itself again says so: that is no activity of its reader (ACC-6.1).
REFRESHED = "ververst"


@signed_in()
@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """List one's own jobs of the last week."""
    now = timezone.now()
    jobs = [{"job": each, "standing": standing_of(each, now)} for each in jobs_of_user(user_id=_user_id(request))]
    return render(request, "jobs/list.html", {"jobs": jobs})


@signed_in(passive=True)
@require_safe
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show how far a job is, and what came of it. Raises Http404 for one that is not the reader's."""
    now = timezone.now()
    found = _job_or_404(request, pk, now)
    mark_active = getattr(request, "mark_active", None)
    if REFRESHED not in request.GET and mark_active is not None:
        mark_active()
    return render(request, "jobs/job.html", {"job": found, "standing": standing_of(found, now), "refreshed": REFRESHED})


@signed_in(passive=True)
@require_safe
def status(request: HttpRequest, pk: UUID) -> JsonResponse:
    """Say how far a job is. A script asks it, so that asking is no activity. Raises Http404 as the page does."""
    now = timezone.now()
    found = _job_or_404(request, pk, now)
    percent = found.progress.percent if found.progress else None
    return JsonResponse(
        {"state": found.state.value, "busy": found.busy, "percent": percent, "words": standing_of(found, now)}
    )


@signed_in()
@require_safe
def job_file(request: HttpRequest, pk: UUID, file_id: UUID) -> HttpResponse:
    """Hand out a file that a job made, to be saved. Raises Http404, and PermissionDenied where the kind says no."""
    found = _job_or_404(request, pk, timezone.now())
    _check_allowed(request, found)
    file = file_of_job(user_id=_user_id(request), pk=pk, file_id=file_id) if found.done else None
    if file is None:
        raise Http404
    record("job.file.fetched", object_type="jobs.job", object_id=pk, data={"kind": found.kind})
    # Never shown in place: whatever is in it, it is no page of ours.
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=file.name) or "attachment"
    }
    return HttpResponse(file.content, content_type=file.content_type, headers=headers)


@signed_in()
@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop a job and return to its page. Raises Http404 for one that is not the reader's."""
    now = timezone.now()
    _job_or_404(request, pk, now)
    if not cancel_job(user_id=_user_id(request), pk=pk, now=now):
        messages.info(request, _("De taak was al afgelopen."))
    return redirect("jobs:job", pk)


@signed_in()
@require_POST
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw a job away with its files and return to the list. Raises Http404 for one that is not the reader's."""
    try:
        if not discard_job(user_id=_user_id(request), pk=pk):
            raise Http404
    except JobRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("jobs:job", pk)
    messages.success(request, _("De taak is weggegooid, met de bestanden."))
    return redirect("jobs:list")


def _job_or_404(request: HttpRequest, pk: UUID, now: datetime) -> JobView:
    """Return a job of the reader, ended when its worker is gone."""
    user_id = _user_id(request)
    found = job_of(user_id=user_id, pk=pk)
    if found is not None and found.busy and end_silent_jobs(now=now, only=pk):
        found = job_of(user_id=user_id, pk=pk)
    if found is None:
        raise Http404
    return found


def _check_allowed(request: HttpRequest, found: JobView) -> None:
    try:
        path = kind_of(found.kind).allowed
    except UnknownJobKind:
        # Nobody is left who could say whether its reader still may.
        raise PermissionDenied from None
    if path and not cast(Any, import_string(path))(request, found):
        raise PermissionDenied


def _user_id(request: HttpRequest) -> UUID:
    return cast(UUID, request.user.pk)
