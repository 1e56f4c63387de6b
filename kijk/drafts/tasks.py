"""Background work of drafts."""

from celery import shared_task
from django.utils import timezone

from kijk.audit.organisations import organisations_with_trail
from kijk.drafts.domain import erase_old_drafts
from kijk.encryption.primitives import DecryptionError
from kijk.tenancy.context import tenant_scope


@shared_task(name="kijk.drafts.erase_old_drafts")  # type: ignore[untyped-decorator]
def erase_old_drafts_everywhere() -> int:
    """Erase the drafts of all organisations that are kept no longer; return how many.

    Who typed something has signed in, so that their organisation has a trail. One whose audit key is gone does not
    leave the others with theirs: it makes the task fail at the end.
    """
    now = timezone.now()
    erased, failed = 0, []
    for organisation_id in organisations_with_trail():
        try:
            with tenant_scope(organisation_id):
                count = erase_old_drafts(now)
            erased += count
        except DecryptionError:
            failed.append(str(organisation_id))
    if failed:
        raise DecryptionError(f"No event of erased drafts could be written for {', '.join(failed)}.")
    return erased
