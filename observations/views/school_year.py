"""The move to a new school year (CHD-4): preparing it on one screen, carrying it out, and undoing it."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import page
from observations.domain.children.groups import year_in_words
from observations.domain.school_year.carrying_out import carry_out_move
from observations.domain.school_year.destinations import (
    Destinations,
    Going,
    destinations_of,
    eve_of,
    groups_of,
    leads_to,
)
from observations.domain.school_year.preparing import MoveRefused, discard_move, start_move, usual_day
from observations.domain.school_year.staff import StaffGoing, staff_going
from observations.domain.school_year.undoing import blocks_of, undo_move
from observations.forms.school_year import StartForm
from observations.models import SchoolYearMove, SchoolYearStep

_WRONG, _CONFLICT = 422, 409


@dataclass(frozen=True)
class StepRow:
    """A group of the old year with what happens to it, in words and in numbers of children."""

    pk: UUID
    name: str
    location: str
    choice: str
    becomes: str
    children: int
    own_way: int
    leave: int
    stay: int
    undecided: int
    # Of the staff how many there are, and how many go along.
    staff: int
    along: int


@page(right=Right.GROUP_WRITE, action="school_year.viewed", fresh=True)
@require_http_methods(["GET", "POST"])
def school_year(request: HttpRequest) -> HttpResponse:
    """Show what is prepared and what would happen, or begin, carry out, throw away or undo a move."""
    form = StartForm(initial={"begins_on": usual_day(timezone.localdate())})
    if request.method != "POST":
        return _show(request, form)
    try:
        done = _take(request)
    except MoveRefused as refusal:
        return _show(request, form, refusal=str(refusal), status=_CONFLICT)
    if isinstance(done, StartForm):
        return _show(request, done, status=_WRONG)
    messages.success(request, done)
    return redirect("observations:school_year")


def _take(request: HttpRequest) -> str | StartForm:
    """Do what was asked and say what was done; the form where its day is no day. Raises MoveRefused."""
    step, now, by = request.POST.get("doe", ""), timezone.now(), user_of(request)
    if step == "begin":
        form = StartForm(request.POST)
        if not form.is_valid():
            return form
        start_move(begins_on=form.cleaned_data["begins_on"], by=by, today=timezone.localdate())
        return _("Het nieuwe schooljaar staat klaar om na te kijken. Er is nog niets veranderd.")
    move = _move(SchoolYearMove.Status.DONE if step == "ongedaan" else SchoolYearMove.Status.DRAFT)
    if step == "voer-uit" and move is not None:
        found = carry_out_move(move=move, by=by, now=now)
        count = sum(one.to is not None for one in found.going)
        return ngettext("%(n)s kind is overgezet.", "%(n)s kinderen zijn overgezet.", count) % {"n": count}
    if step == "gooi-weg" and move is not None:
        discard_move(move=move)
        return _("De voorbereiding is weggegooid. Er is niets veranderd.")
    if step == "ongedaan" and move is not None:
        undo_move(move=move, now=now)
        return _("Het nieuwe schooljaar is ongedaan gemaakt. Alles staat weer zoals het stond.")
    raise MoveRefused(_("Dat kan nu niet. Laad de pagina opnieuw en kies nog een keer."))


def _move(status: str) -> SchoolYearMove | None:
    return SchoolYearMove.objects.filter(status=status).order_by("-school_year").first()


def _show(request: HttpRequest, form: StartForm, *, refusal: str = "", status: int = 200) -> HttpResponse:
    draft, done = _move(SchoolYearMove.Status.DRAFT), _move(SchoolYearMove.Status.DONE)
    found = destinations_of(draft) if draft else None
    staff = staff_going(draft, found) if draft and found else []
    context = {
        "form": form,
        "draft": draft,
        "eve": eve_of(draft) if draft else None,
        "year": year_in_words(draft.school_year) if draft else "",
        "found": found,
        "rows": _rows(found, staff) if found else [],
        "groups": _groups(found) if found else [],
        "moved": sum(one.to is not None for one in found.going) if found else 0,
        "leaving": sum(bool(one.leaves_to) for one in found.going) if found else 0,
        "done": done,
        "done_year": year_in_words(done.school_year) if done else "",
        "blocks": blocks_of(done) if done else [],
        "refusal": refusal,
    }
    return render(request, "observations/school_year/school_year.html", context, status=status)


def _rows(found: Destinations, staff: list[StaffGoing]) -> list[StepRow]:
    rows = []
    steps = {step.pk: step for step in found.steps}
    for step in found.steps:
        children = found.of(step)
        here = [one for one in staff if one.step.pk == step.pk]
        rows.append(
            StepRow(
                pk=step.pk,
                name=step.group.name,
                location=step.group.location.name,
                choice=str(SchoolYearStep.Choice(step.choice).label),
                becomes=_becomes(step, steps),
                children=len(children),
                own_way=sum(_goes_own_way(one) for one in children),
                leave=sum(bool(one.leaves_to) for one in children),
                stay=sum(one.stays for one in children),
                undecided=sum(one.undecided for one in children),
                staff=len({one.staff.user_id for one in here}),
                along=len({one.staff.user_id for one in here if one.to}),
            )
        )
    return rows


def _becomes(step: SchoolYearStep, steps: dict[UUID, SchoolYearStep]) -> str:
    if step.choice == SchoolYearStep.Choice.LEAVE:
        return step.get_next_education_display()
    return " + ".join(group.name for group in leads_to(step, steps))


def _goes_own_way(one: Going) -> bool:
    """Say whether a child goes to another group than its own step leads to."""
    if one.to is None:
        return False
    if one.step.choice in {SchoolYearStep.Choice.CONTINUE, SchoolYearStep.Choice.SPLIT}:
        return one.to not in groups_of(one.step)
    return bool(one.step.choice == SchoolYearStep.Choice.LEAVE)


def _groups(found: Destinations) -> list[tuple[str, str, int]]:
    """Return the groups of the new year: location, name and number of children."""
    places = {step.group.location_id: step.group.location.name for step in found.steps}
    counts = found.to_groups()
    return [(places[group.location_id], group.name, counts[group]) for group in found.groups]
