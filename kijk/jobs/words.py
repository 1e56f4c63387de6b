"""What a page says of a job: where it stands, and when it failed what to do about it."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from kijk.jobs.models import Job
from kijk.jobs.shown import JobView

State, Fault = Job.State, Job.Fault

# Longer than the sweep needs to offer a job again: something keeps the workers from it.
_LONG_WAIT: Final = timedelta(minutes=2)


def standing_of(job: JobView, now: datetime) -> str:
    """Return in a sentence where the job stands."""
    if job.state == State.WAITING:
        return _waiting(job, now)
    if job.state == State.RUNNING:
        return _running(job)
    if job.state == State.DONE:
        return _("De taak is klaar.")
    if job.state == State.CANCELLED:
        return f"{_('De taak is gestopt.')} {_unchanged(job)}".rstrip()
    return _failed(job)


def _waiting(job: JobView, now: datetime) -> str:
    if now - job.created_at > _LONG_WAIT:
        return _("Het is nu druk. De taak begint vanzelf zodra het kan; u hoeft niets te doen.")
    return _("De taak begint zo.")


def _running(job: JobView) -> str:
    if job.cancel_asked:
        return _("De taak wordt gestopt…")
    progress = job.progress
    if progress is None or progress.total <= 0:
        return progress.text if progress and progress.text else _("Bezig…")
    counted = _("%(done)s van %(total)s") % {"done": progress.done, "total": progress.total}
    return f"{progress.text or _('Bezig')}: {counted}"


def _failed(job: JobView) -> str:
    if job.fault == Fault.REFUSED:
        return job.message
    if job.fault == Fault.INTERRUPTED:
        return " ".join(filter(None, (_("De taak is afgebroken."), _unchanged(job), _("Probeer het opnieuw."))))
    if job.fault == Fault.TOO_LONG:
        what_to_do = _("Probeer het opnieuw met minder tegelijk.")
        return " ".join(filter(None, (_("De taak duurde te lang."), _unchanged(job), what_to_do)))
    what_to_do = _("Probeer het opnieuw. Lukt het weer niet, vertel het dan de beheerder van uw organisatie.")
    return " ".join(filter(None, (_("Er ging bij ons iets mis."), _unchanged(job), what_to_do)))


def _unchanged(job: JobView) -> str:
    """Return that nothing was changed, where the job's one transaction makes that true."""
    return _("Er is niets veranderd.") if job.scoped else ""
