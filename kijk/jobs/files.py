"""The files of jobs: what may be one, and how it is written."""

import re
from typing import Final

from django.utils.translation import gettext as _

from kijk.jobs.kinds import JobRefused
from kijk.jobs.models import Job, JobFile
from kijk.jobs.shown import JobBytes

MAX_BYTES: Final = 25 * 1024 * 1024
_LONGEST_NAME: Final = 150
# Control characters, the marks that turn a name around, and what divides folders.
_UNFIT: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff/\\\\]")
_TYPE: Final = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")


def checked_file(file: JobBytes) -> JobBytes:
    """Return a file with a name and a type that can be kept; raises JobRefused when it is too large."""
    if len(file.content) > MAX_BYTES:
        raise JobRefused(_("Het bestand is te groot: het mag ten hoogste 25 MB zijn."))
    name = " ".join(_UNFIT.sub(" ", file.name).split())
    stem, dot, ending = name.rpartition(".")
    if len(name) > _LONGEST_NAME:
        # The ending is what a computer opens it by.
        name = f"{stem[: _LONGEST_NAME - 12]}.{ending[:10]}" if dot else name[:_LONGEST_NAME]
    kind = file.content_type.lower()
    return JobBytes(name or "bestand", kind if _TYPE.fullmatch(kind) else "application/octet-stream", file.content)


def write_file(job: Job, purpose: str, position: int, file: JobBytes) -> None:
    """Write a checked file of a job."""
    row = JobFile(
        job=job, purpose=purpose, position=position, content_type=file.content_type[:100], size=len(file.content)
    )
    row.name, row.content = file.name, file.content
    row.save(force_insert=True)
