"""Background work of the audit trail."""

from celery import shared_task

from kijk.audit.organisations import organisations_with_trail
from kijk.audit.verify import write_checkpoint


@shared_task(name="kijk.audit.write_checkpoints")  # type: ignore[untyped-decorator]
def write_checkpoints() -> int:
    """Write a signed checkpoint for each organisation whose chain has grown; return how many."""
    return sum(write_checkpoint(organisation_id) is not None for organisation_id in organisations_with_trail())
