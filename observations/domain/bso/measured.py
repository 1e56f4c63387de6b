"""Measurements that count: closed, in their last version; what reports are made of (BSO-2)."""

from datetime import date

from django.db.models import QuerySet

from kijk.pdf.characters import on_paper
from licensing.domain import current_organisation
from observations.domain.reports.sources import Head
from observations.models import BsoRegistration


def reportable(**wanted: object) -> QuerySet[BsoRegistration]:
    """Return the closed measurements that no newer version replaced, the last one first."""
    rows = BsoRegistration.objects.filter(status=BsoRegistration.Status.CLOSED, superseded=False, **wanted)
    found = rows.select_related("child", "version", "period", "group__location")
    return found.order_by("-observed_on", "-revision")


def latest_of(registration: BsoRegistration) -> BsoRegistration | None:
    """Return the version of a measurement that counts, itself or a later one; None while none is closed."""
    return reportable(child=registration.child_id, observed_on=registration.observed_on).first()


def head_of(registration: BsoRegistration, *, today: date) -> Head:
    """Return the head of a report about a measurement, which comes from ``reportable``."""
    file, group = registration.child.file, registration.group
    return Head(
        name=on_paper(str(file)),
        first_name=on_paper(file.first_name),
        birth_date=registration.child.birth_date,
        organisation=on_paper(current_organisation().name),
        location=on_paper(group.location.name),
        group=on_paper(group.name),
        period=on_paper(registration.period.name) if registration.period else "",
        registered_on=registration.observed_on,
        made_on=today,
    )
