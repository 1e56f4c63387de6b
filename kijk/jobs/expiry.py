"""How long jobs are kept (Retention.JOB): a week, with all their files."""

from datetime import datetime, timedelta
from typing import Final

from kijk.audit.domain import record
from kijk.jobs.models import Job

KEPT_FOR: Final = timedelta(days=7)


def erase_old_jobs(now: datetime) -> int:
    """Erase the jobs of the organisation in scope that are kept no longer, with their files; return how many."""
    erased = Job.objects.filter(expires_at__lt=now).delete()[1].get(Job._meta.label, 0)
    if erased:
        record("jobs.erased", data={"jobs": erased})
    return erased
