"""Background work of observations."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from kijk.audit.organisations import organisations_with_trail
from kijk.tenancy.context import PLATFORM, tenant_scope
from licensing.domain import current_organisation
from licensing.modules import Module
from observations.domain.children.placements import empty_bso_fields
from observations.domain.school_year.carrying_out import archive_leavers
from observations.domain.signals.daily import look_at_our_view


@shared_task(name="observations.look_for_signals")  # type: ignore[untyped-decorator]
def look_for_signals() -> int:
    """Offer the day's look at each organisation as a task of its own; return how many.

    One that fails, or takes long, then holds up no other.
    """
    organisations = [organisation_id for organisation_id in organisations_with_trail() if organisation_id != PLATFORM]
    for organisation_id in organisations:
        look_for_signals_of.delay(organisation_id=str(organisation_id))
    return len(organisations)


@shared_task(name="observations.look_for_signals_of", scoped=False)  # type: ignore[untyped-decorator]
def look_for_signals_of(*, organisation_id: str) -> int:
    """Look for signals about our own view in one organisation; return how many are open. Twice on a day adds nothing."""
    with tenant_scope(UUID(organisation_id)):
        if not current_organisation().has_module(Module.REGISTRATION):
            return 0
        return look_at_our_view(now=timezone.now()).found


@shared_task(name="observations.archive_leavers")  # type: ignore[untyped-decorator]
def archive_leavers_everywhere() -> int:
    """Offer each organisation's leavers of a school year that has begun as a task of its own; return how many."""
    organisations = [organisation_id for organisation_id in organisations_with_trail() if organisation_id != PLATFORM]
    for organisation_id in organisations:
        archive_leavers_of.delay(organisation_id=str(organisation_id))
    return len(organisations)


@shared_task(name="observations.archive_leavers_of", scoped=False)  # type: ignore[untyped-decorator]
def archive_leavers_of(*, organisation_id: str) -> int:
    """Bring to the archive who left one organisation with the old school year; return how many. Twice adds nothing."""
    with tenant_scope(UUID(organisation_id)):
        return archive_leavers(today=timezone.localdate())


@shared_task(name="observations.empty_bso_fields")  # type: ignore[untyped-decorator]
def empty_bso_fields_everywhere() -> int:
    """Offer each organisation's children in out-of-school care as a task of its own; return how many."""
    organisations = [organisation_id for organisation_id in organisations_with_trail() if organisation_id != PLATFORM]
    for organisation_id in organisations:
        empty_bso_fields_of.delay(organisation_id=str(organisation_id))
    return len(organisations)


@shared_task(name="observations.empty_bso_fields_of", scoped=False)  # type: ignore[untyped-decorator]
def empty_bso_fields_of(*, organisation_id: str) -> int:
    """Empty what is not kept of who is in out-of-school care by now; return for how many. Twice empties nothing more."""
    with tenant_scope(UUID(organisation_id)):
        return empty_bso_fields(today=timezone.localdate())
