"""Writing the texts of a cluster; two colleagues at once do not overwrite each other (REG-9.2)."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from observations.domain.plans.plans import PlanRefused, lock_open
from observations.models import ClusterText, GroupPlan, PlanCluster

MAX_TEXT = 2000
PARTS = ("goal", "offer", "organisation", "evaluation")


class TextsConflict(Exception):
    """Somebody changed the texts meanwhile. Holds what they wrote, who and when; nothing was overwritten."""

    def __init__(self, *, theirs: ClusterText, by: str, at: datetime, version: int) -> None:
        super().__init__(_("Iemand anders heeft deze teksten intussen veranderd."))
        self.theirs = theirs
        self.by = by
        self.at = at
        self.version = version


def find_cluster(plan: GroupPlan, cluster_id: UUID) -> PlanCluster | None:
    """Return a cluster of this plan, with its line, or None."""
    found = PlanCluster.objects.filter(pk=cluster_id, plan_line__plan=plan)
    return found.select_related("plan_line__line").first()


def save_texts(*, plan: GroupPlan, cluster_id: UUID, texts: ClusterText, version: int, by: User, now: datetime) -> bool:
    """Keep the texts of a cluster, and say whether they differ from what was there.

    ``version`` is the one they were written from. Raises TextsConflict when it is not the last one any more, and
    PlanRefused for a closed plan, a text that is too long, or a cluster that is gone.
    """
    lock_open(plan)
    row = PlanCluster.objects.select_for_update(of=("self",)).select_related("changed_by", "plan_line__line")
    cluster = row.filter(pk=cluster_id, plan_line__plan=plan).first()
    if cluster is None:
        raise PlanRefused(_("Dit cluster is er niet meer. Ga terug naar het plan."))
    texts = ClusterText(**{part: _checked(getattr(texts, part)) for part in PARTS})
    held = cluster.texts
    if texts == held:
        return False
    if version != cluster.version:
        name = cluster.changed_by.get_full_name()
        raise TextsConflict(theirs=held, by=name, at=cluster.changed_at, version=cluster.version)
    cluster.texts, cluster.version = texts, version + 1
    cluster.changed_by, cluster.changed_at = by, now
    cluster.save(update_fields=["texts", "version", "changed_by", "changed_at"])
    parts = [part for part in PARTS if getattr(texts, part) != getattr(held, part)]
    data = {"line": cluster.plan_line.line.code, "cluster": cluster.level, "parts": parts}
    record("plan.texts_changed", about=plan, data=data)
    return True


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > MAX_TEXT:
        raise PlanRefused(_("Deze tekst is te lang: maximaal %(most)s tekens.") % {"most": MAX_TEXT})
    return text
