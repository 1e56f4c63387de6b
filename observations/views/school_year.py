"""The move to a new school year (CHD-4): preparing it on one screen, carrying it out, and undoing it."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.encryption.keyring import keyring
from kijk.web.page import page
from observations.domain.children.groups import year_in_words
from observations.domain.school_year.carrying_out import carry_out_move
from observations.domain.school_year.destinations import Destinations, Going, destinations_of, groups_of
from observations.domain.school_year.preparing import (
    MoveRefused,
    change_step,
    discard_move,
    set_own_ways,
    start_move,
    usual_day,
)
from observations.domain.school_year.undoing import blocks_of, undo_move
from observations.forms.school_year import OwnWaysForm, StartForm, StepForm, value_of
from observations.models import SchoolYearChild, SchoolYearMove, SchoolYearStep

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
    staff_along: bool
    # The children go on to a group, so that staff can go along.
    has_future: bool


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
    context = {
        "form": form,
        "draft": draft,
        "year": year_in_words(draft.school_year) if draft else "",
        "found": found,
        "rows": _rows(found) if found else [],
        "groups": _groups(found) if found else [],
        "moved": sum(one.to is not None for one in found.going) if found else 0,
        "leaving": sum(bool(one.leaves_to) for one in found.going) if found else 0,
        "done": done,
        "done_year": year_in_words(done.school_year) if done else "",
        "blocks": blocks_of(done) if done else [],
        "refusal": refusal,
    }
    return render(request, "observations/school_year/school_year.html", context, status=status)


def _rows(found: Destinations) -> list[StepRow]:
    rows = []
    names = {step.pk: step.group.name for step in found.steps}
    for step in found.steps:
        children = found.of(step)
        rows.append(
            StepRow(
                pk=step.pk,
                name=step.group.name,
                location=step.group.location.name,
                choice=str(SchoolYearStep.Choice(step.choice).label),
                becomes=_becomes(step, names),
                children=len(children),
                own_way=sum(_goes_own_way(one) for one in children),
                leave=sum(bool(one.leaves_to) for one in children),
                stay=sum(one.to is None and not one.leaves_to for one in children),
                staff_along=step.staff_along,
                has_future=step.choice not in {SchoolYearStep.Choice.LEAVE, SchoolYearStep.Choice.STAY},
            )
        )
    return rows


def _becomes(step: SchoolYearStep, names: dict[UUID, str]) -> str:
    if step.choice == SchoolYearStep.Choice.MERGE:
        return names.get(step.into_id, "") if step.into_id else ""
    if step.choice == SchoolYearStep.Choice.LEAVE:
        return step.get_next_education_display()
    return " + ".join(group.name for group in groups_of(step))


def _goes_own_way(one: Going) -> bool:
    """Say whether a child goes elsewhere than the first group of its own step."""
    own = groups_of(one.step)
    if one.step.choice in {SchoolYearStep.Choice.CONTINUE, SchoolYearStep.Choice.SPLIT}:
        return one.to not in own
    return one.step.choice == SchoolYearStep.Choice.LEAVE and not one.leaves_to


def _groups(found: Destinations) -> list[tuple[str, str, int]]:
    """Return the groups of the new year: location, name and number of children."""
    places = {step.group.location_id: step.group.location.name for step in found.steps}
    counts = found.to_groups()
    return [(places[group.location_id], group.name, counts[group]) for group in found.groups]


@page(right=Right.GROUP_WRITE, action="school_year.step_viewed", fresh=True)
@require_http_methods(["GET", "POST"])
def school_year_step(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose what happens to one group, and where each of its children goes."""
    step = SchoolYearStep.objects.select_related("group__location", "move").filter(pk=pk).first()
    if step is None or step.move.status != SchoolYearMove.Status.DRAFT:
        raise Http404
    others = list(SchoolYearStep.objects.filter(move=step.move).exclude(pk=pk).select_related("group__location"))
    part = request.POST.get("deel", "") if request.method == "POST" else ""
    # A form that does not say which one it is, is answered in the first, and nothing is kept.
    is_unknown = request.method == "POST" and part not in {"groep", "kinderen"}
    form = StepForm(request.POST if part == "groep" or is_unknown else None, others=others, initial=_initial(step))
    ways = OwnWaysForm(request.POST if part == "kinderen" else None, step=step, others=others, children=_children(step))
    try:
        if part == "groep" and form.is_valid():
            change_step(step=step, data=form.data_of_step)
            messages.success(request, _("De keuze voor deze groep is bewaard."))
            return (
                redirect("observations:school_year_step", pk=pk)
                if step.choice == "split"
                else redirect("observations:school_year")
            )
        if part == "kinderen" and ways.is_valid():
            set_own_ways(step=step, ways=ways.ways)
            messages.success(request, _("De keuzes voor de kinderen zijn bewaard."))
            return redirect("observations:school_year")
    except MoveRefused as refusal:
        (form if part == "groep" else ways).add_error(None, str(refusal))
    if is_unknown:
        form.add_error(None, _("We begrepen niet welke knop u koos. Kies er nog een keer een."))
    context = {"step": step, "form": form, "ways": ways}
    status = _WRONG if request.method == "POST" else 200
    return render(request, "observations/school_year/step.html", context, status=status)


def _initial(step: SchoolYearStep) -> dict[str, object]:
    fields = ("choice", "name", "second_name", "kind", "next_education", "staff_along")
    return {field: getattr(step, field) for field in fields} | {"into": str(step.into_id or "")}


def _children(step: SchoolYearStep) -> list[tuple[UUID, str, str]]:
    """Return the children of a group with what was chosen for them, in the order of their names."""
    children = [one.child for one in destinations_of(step.move).of(step)]
    keyring().load_subjects([child.pk for child in children])
    chosen = {row.child_id: row for row in SchoolYearChild.objects.filter(move=step.move, child__in=children)}
    ordered = sorted(children, key=lambda child: child.file.sort_key)
    return [(child.pk, str(child.file), value_of(chosen.get(child.pk))) for child in ordered]
