"""What the events of jobs are called."""

from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare
from kijk.jobs.models import Job

_JOB = "jobs.job"

declare(
    {
        "job.started": EventWords(_("startte een taak"), EventGroup.SYSTEM),
        "job.done": EventWords(_("kreeg een taak klaar"), EventGroup.SYSTEM),
        "job.failed": EventWords(_("had een taak die niet lukte"), EventGroup.SYSTEM),
        "job.cancel_asked": EventWords(_("vroeg een taak te stoppen"), EventGroup.SYSTEM),
        "job.cancelled": EventWords(_("stopte een taak"), EventGroup.SYSTEM),
        "job.discarded": EventWords(_("gooide een taak met de bestanden weg"), EventGroup.SYSTEM),
        "job.file.fetched": EventWords(
            _("haalde een bestand van een taak op"), EventGroup.SYSTEM, thing=_JOB, child_content=True
        ),
        "jobs.erased": EventWords(_("wiste taken die ouder waren dan een week"), EventGroup.SYSTEM),
    },
    details={
        "kind": DetailWords(_("soort taak")),
        "files": DetailWords(_("aantal bestanden")),
        "jobs": DetailWords(_("aantal taken")),
        "attempts": DetailWords(_("aantal pogingen")),
        "fault": DetailWords(_("reden"), {value: label for value, label in Job.Fault.choices if value}),
    },
    things={_JOB: _("een taak")},
)
