"""What is asked of a registration by everything around it: its answers, age, lines, bands and rule."""

from collections.abc import Mapping
from fractions import Fraction
from uuid import UUID

from django.utils.translation import gettext as _

from licensing.domain import current_organisation
from licensing.modules import Module
from observations.domain.instruments.catalogue import InstrumentContent, LineContent, content_of
from observations.domain.registering.refusals import RegistrationRefused
from observations.domain.registering.results import scoring_age
from observations.domain.scoring.bands import Score
from observations.models import Answer, Registration

Answers = Mapping[UUID, Answer]


def corrects_age() -> bool:
    """Say whether the organisation counts from the due date for children born too early (REG-5)."""
    return current_organisation().has_module(Module.CORRECTED_AGE)


def answers_of(registration: Registration) -> dict[UUID, Answer]:
    """Return the registration's answers by milestone id; one query."""
    return {answer.milestone_id: answer for answer in registration.answers.all()}


def age_at(registration: Registration) -> Fraction:
    """Return the child's age in months to score this registration with; ``registration`` comes with its child."""
    return scoring_age(registration.child, registration.registered_on, corrects_age=corrects_age())


def lines_of(registration: Registration) -> tuple[LineContent, ...]:
    """Return the lines a registration is about: all of its instrument, or those chosen for an extra one (REG-2.3).

    ``registration`` comes with its ``extra``, else that costs a query.
    """
    lines = content_of(registration.version_id).lines
    chosen = None if registration.extra_id is None else set(registration.extra.lines)
    return tuple(line for code, line in lines.items() if chosen is None or code in chosen)


def has_scales(registration: Registration) -> bool:
    """Say whether well-being, involvement and a conclusion belong to it: not to an extra one of some lines."""
    return registration.extra_id is None


def bands_shown(
    content: InstrumentContent, line: LineContent, answers: Answers, *, age_months: Fraction
) -> tuple[int, ...]:
    """Return the bands of a line that the screen shows now, ascending.

    What was taken over and not confirmed yet counts as not answered.
    """
    given = {band: [_confirmed(answers.get(item.id)) for item in items] for band, items in line.bands.items()}
    return content.rule.bands_to_show(given, age_months=age_months)


def lock_open(registration: Registration) -> Registration:
    """Return the registration, locked until the end of the transaction; raises RegistrationRefused when closed.

    Answering and closing take the same lock, so that no answer slips in behind the results.
    """
    rows = Registration.objects.select_for_update(of=("self",)).select_related("child", "group", "period", "extra")
    locked = rows.get(pk=registration.pk)
    if locked.status != Registration.Status.OPEN:
        raise RegistrationRefused(_("Deze registratie is afgesloten en verandert niet meer."))
    return locked


def _confirmed(answer: Answer | None) -> Score | None:
    return None if answer is None or answer.carried_over else Score(answer.value)
