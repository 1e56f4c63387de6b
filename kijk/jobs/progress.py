"""How far jobs are, in Redis: a job's own transaction shows nothing to anybody before it ends.

Progress is a comfort and never a fact: without Redis a page says "bezig" and everything else goes on. The key names
organisation and job, and what it holds is two numbers and words without a name.
"""

import json
import logging
import time
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from uuid import UUID

import redis
from django.conf import settings

logger = logging.getLogger(__name__)

_KEPT_S: Final = 3600
_LONGEST_TEXT: Final = 120
# A page and a job wait for it; a Redis that is gone must cost neither more than this.
_TIMEOUT_S: Final = 1
# How often a job writes at most, and how long it leaves a Redis alone that did not answer.
_EVERY_S: Final = 0.5
_PAUSE_S: Final = 15


@dataclass(frozen=True)
class Progress:
    """How far a job is: ``done`` of ``total`` (0: not known), and what it is doing, in its user's language."""

    done: int
    total: int
    text: str = ""

    @property
    def percent(self) -> int | None:
        """Return whole percents, rounded down so that 100 means all of it; None when the total is not known."""
        return min(100, self.done * 100 // self.total) if self.total > 0 else None


@cache
def _client(url: str) -> Any:
    return redis.Redis.from_url(url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S)


def _key(organisation_id: UUID, job_id: UUID) -> str:
    return f"kijk:job:{organisation_id}:{job_id}"


def read_progress(organisation_id: UUID, job_id: UUID) -> Progress | None:
    """Return how far a job is, or None when it is not known."""
    try:
        held = _client(settings.REDIS_URL).get(_key(organisation_id, job_id))
    except redis.RedisError as error:
        logger.warning("the progress of job %s cannot be read (%s)", job_id, type(error).__name__)
        return None
    return Progress(**json.loads(held)) if held else None


class ProgressWriter:
    """Writes the progress of one run, not more often than a reader could see, and never in its way."""

    def __init__(self, organisation_id: UUID, job_id: UUID) -> None:
        self._job_id = job_id
        self._key = _key(organisation_id, job_id)
        self._not_before = 0.0

    def write(self, progress: Progress) -> None:
        """Show ``progress``, unless something was shown a moment ago."""
        now = time.monotonic()
        if now < self._not_before:
            return
        self._not_before = now + _EVERY_S
        text = progress.text[:_LONGEST_TEXT]
        content = json.dumps({"done": progress.done, "total": progress.total, "text": text})
        try:
            _client(settings.REDIS_URL).set(self._key, content, ex=_KEPT_S)
        except redis.RedisError as error:
            self._not_before = now + _PAUSE_S
            logger.warning("the progress of job %s cannot be shown (%s)", self._job_id, type(error).__name__)

    def clear(self) -> None:
        """Forget the progress: the run is over. What Redis does not forget now, it forgets within the hour."""
        try:
            _client(settings.REDIS_URL).delete(self._key)
        except redis.RedisError as error:
            logger.warning("the progress of job %s cannot be cleared (%s)", self._job_id, type(error).__name__)
