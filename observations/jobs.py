"""The background jobs of the work with children."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kijk.jobs.kinds import JobKind, register_kind
from kijk.jobs.shown import JobView
from observations.bso_report_jobs import BSO_OF_GROUP
from observations.domain.imports.previews import PREVIEW, run_preview
from observations.domain.imports.saving import SAVE, run_saving
from observations.report_jobs import PARENTS_OF_GROUP


def _preview_url(job: JobView) -> str:
    return reverse("observations:import_preview", kwargs={"pk": job.pk})


def _result_url(job: JobView) -> str:
    return reverse("observations:import_result", kwargs={"pk": job.outcome["preview"]})


register_kind(
    JobKind(
        code=PREVIEW,
        label=_("Bestand bekijken voor het inlezen"),
        run=run_preview,
        retry_safe=True,
        result_url=_preview_url,
    )
)
register_kind(JobKind(code=SAVE, label=_("Bestand inlezen"), run=run_saving, retry_safe=True, result_url=_result_url))
register_kind(PARENTS_OF_GROUP)
register_kind(BSO_OF_GROUP)
