"""Background work of the audit trail."""

from celery import shared_task

from kijk.audit.organisations import organisations_with_trail
from kijk.audit.verify import write_checkpoint
from kijk.encryption.primitives import DecryptionError


@shared_task(name="kijk.audit.write_checkpoints")  # type: ignore[untyped-decorator]
def write_checkpoints() -> int:
    """Write a signed checkpoint for each organisation whose chain has grown; return how many.

    One organisation whose audit key is gone does not leave the others without: it makes the task fail at the end.
    """
    written, failed = 0, []
    for organisation_id in organisations_with_trail():
        try:
            written += write_checkpoint(organisation_id) is not None
        except DecryptionError:
            failed.append(str(organisation_id))
    if failed:
        raise DecryptionError(f"No checkpoint could be signed for {', '.join(failed)}.")
    return written
