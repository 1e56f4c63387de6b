"""Which jobs there are. The apps above declare theirs in their ``jobs`` module; the ground floor knows none by itself."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.functional import Promise

if TYPE_CHECKING:
    from kijk.jobs.running import RunningJob
    from kijk.jobs.shown import JobView

# The queues that the workers listen to (docker-compose.yml, tools/demo.py).
DEFAULT: Final = "default"
REPORTS: Final = "reports"
QUEUES: Final = frozenset({DEFAULT, REPORTS})

_CODE: Final = re.compile(r"[a-z][a-z_]*(?:\.[a-z][a-z_]*)*")
_LONGEST_CODE: Final = 60


class UnknownJobKind(LookupError):
    """A job was asked for that no app has declared."""


class JobRefused(Exception):
    """The job cannot be done, or not be started; the message says why and what to do, in the user's language.

    Raised in a job's ``run`` it ends the job as failed, shows this message, and undoes what the job did.
    """


class JobCancelled(Exception):
    """The user asked to stop. ``RunningJob.progress`` raises it: let it pass, so that nothing of the job remains."""


@dataclass(frozen=True)
class JobKind:
    """One sort of job.

    ``code`` names it for good ("imports.children"), ``label`` is what its user reads ("Kinderen inlezen").
    ``run`` does the work and returns what there is to say of it: counts and codes as JSON takes them. It runs inside
    one scope and one transaction, so that a job that was interrupted leaves nothing; with ``scoped`` False inside
    none, and it opens short ones with ``job.scope()`` (for work that would hold a transaction for minutes).
    ``retry_safe``: a run that was cut off by its worker's end is begun once more by itself. ``queue``: "reports" for
    what keeps a worker busy without a user waiting for it.

    ``result_url`` gives the address of the kind's own page about the result (None: the job's page shows its files).
    ``allowed`` is the dotted path of a function (request, JobView) -> bool that is asked at each download: the ground
    floor knows no rights, and who had one when the job began may have lost it since.
    """

    code: str
    label: str | Promise
    run: "Callable[[RunningJob], Mapping[str, Any]]"
    scoped: bool = True
    retry_safe: bool = False
    queue: str = DEFAULT
    result_url: "Callable[[JobView], str] | None" = None
    allowed: str = ""


_registered: dict[str, JobKind] = {}


def register_kind(kind: JobKind) -> None:
    """Declare a kind of job, once. Raises ValueError for a code that is taken or cannot be one, and a queue there is not."""
    if len(kind.code) > _LONGEST_CODE or not _CODE.fullmatch(kind.code):
        raise ValueError(f"{kind.code!r} cannot name a job: small letters, underscores and dots only.")
    if kind.code in _registered:
        raise ValueError(f"The job {kind.code} is declared twice.")
    if kind.queue not in QUEUES:
        raise ValueError(f"The job {kind.code} is for a queue that no worker listens to: {kind.queue}.")
    _registered[kind.code] = kind


def kind_of(code: str) -> JobKind:
    """Return a declared kind; raises UnknownJobKind."""
    try:
        return _registered[code]
    except KeyError:
        raise UnknownJobKind(f"No app declares the job {code}.") from None


def registered_kinds() -> tuple[JobKind, ...]:
    """Return all kinds, by their codes."""
    return tuple(_registered[code] for code in sorted(_registered))
