"""One group in the new school year (CHD-4.1): what happens to it, where its children go, and who of the staff goes along."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.roles import Right
from kijk.encryption.keyring import keyring
from kijk.web.page import page
from observations.domain.children.group_staff import by_surname
from observations.domain.school_year.destinations import Destinations, destinations_of, eve_of, leads_to
from observations.domain.school_year.preparing import MoveRefused, change_step, divide_by_age, set_own_ways
from observations.domain.school_year.staff import StaffGoing, choose_staff, staff_going
from observations.forms.school_year import OwnWaysForm, StaffForm, StepForm, value_of
from observations.models import SchoolYearChild, SchoolYearMove, SchoolYearStep

_WRONG = 422
GROUP, CHILDREN, DIVIDE, STAFF = "groep", "kinderen", "verdeel", "medewerkers"


@dataclass(frozen=True)
class StepForms:
    """The forms of the page; only the one that was sent is bound."""

    group: StepForm
    children: OwnWaysForm
    staff: StaffForm

    def sent(self, part: str) -> Form:
        """Return the form in which an answer to a part stands."""
        return {CHILDREN: self.children, STAFF: self.staff}.get(part, self.group)


@page(right=Right.GROUP_WRITE, action="school_year.step_viewed", fresh=True)
@require_http_methods(["GET", "POST"])
def school_year_step(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose what happens to one group, where each of its children goes, and who of its staff goes along."""
    step = SchoolYearStep.objects.select_related("group__location", "move").filter(pk=pk).first()
    if step is None or step.move.status != SchoolYearMove.Status.DRAFT:
        raise Http404
    found = destinations_of(step.move)
    staff = [one for one in staff_going(step.move, found) if one.step.pk == pk]
    part = request.POST.get("deel", "")
    forms, refused = _forms(request, step, found, staff, part), ""
    if request.method == "POST":
        try:
            if _keep(request, step, forms, part):
                return _onward(step, part)
        except MoveRefused as refusal:
            if part == DIVIDE:
                refused = str(refusal)
            else:
                forms.sent(part).add_error(None, str(refusal))
    context = {**_context(step, found, staff), "forms": forms, "refusal": refused}
    status = _WRONG if request.method == "POST" else 200
    return render(request, "observations/school_year/step.html", context, status=status)


def _onward(step: SchoolYearStep, part: str) -> HttpResponse:
    """Return where to go on: with the children of a group that splits; else this group is done."""
    if part not in {GROUP, DIVIDE} or step.choice != SchoolYearStep.Choice.SPLIT:
        return redirect("observations:school_year")
    address = reverse("observations:school_year_step", args=[step.pk])
    return redirect(f"{address}#verdelen" if part == GROUP else address)


def _forms(
    request: HttpRequest, step: SchoolYearStep, found: Destinations, staff: list[StaffGoing], part: str
) -> StepForms:
    others = [other for other in found.steps if other.pk != step.pk]
    # A form that does not say which one it is, is answered in the first, and nothing is kept.
    first = request.method == "POST" and part not in {CHILDREN, DIVIDE, STAFF}
    return StepForms(
        group=StepForm(request.POST if first else None, others=others, initial=_initial(step)),
        children=OwnWaysForm(
            request.POST if part == CHILDREN else None, step=step, others=others, children=_children(step, found)
        ),
        staff=StaffForm(request.POST if part == STAFF else None, step=step, people=_people(staff)),
    )


def _keep(request: HttpRequest, step: SchoolYearStep, forms: StepForms, part: str) -> bool:
    """Keep what was sent and say so; False where something is wrong with it. Raises MoveRefused."""
    if part == GROUP and forms.group.is_valid():
        change_step(step=step, data=forms.group.data_of_step)
        done = _("De keuze voor deze groep is opgeslagen.")
    elif part == CHILDREN and forms.children.is_valid():
        set_own_ways(step=step, ways=forms.children.ways)
        done = _("De keuzes voor de kinderen zijn opgeslagen.")
    elif part == DIVIDE:
        words = {"first": step.name, "second": step.second_name}
        words["n"], words["m"] = map(str, divide_by_age(step=step))
        done = _(
            "Verdeeld op leeftijd: de oudste helft (%(n)s) gaat naar %(first)s, de jongste helft (%(m)s) naar %(second)s. "
            "U kunt dat hieronder per kind veranderen."
        )
        done %= words
    elif part == STAFF and forms.staff.is_valid():
        choose_staff(step=step, targets=forms.staff.targets)
        done = _("De keuzes voor de medewerkers zijn opgeslagen.")
    else:
        if part not in {GROUP, CHILDREN, DIVIDE, STAFF}:
            forms.group.add_error(None, _("We begrepen niet welke knop u koos. Kies er nog een keer een."))
        return False
    messages.success(request, done)
    return True


def _context(step: SchoolYearStep, found: Destinations, staff: list[StaffGoing]) -> dict[str, object]:
    leads = leads_to(step, {each.pk: each for each in found.steps})
    last_days = [one.last_day for one in staff if one.last_day]
    return {
        "step": step,
        "undecided": sum(one.undecided for one in found.of(step)),
        "becomes": " + ".join(group.name for group in leads),
        "begins_on": step.move.begins_on,
        "eve": eve_of(step.move),
        "last_day": max(last_days, default=None),
        "is_emptied": step.group_id in found.emptied,
    }


def _initial(step: SchoolYearStep) -> dict[str, object]:
    fields = ("choice", "name", "second_name", "kind", "next_education")
    return {field: getattr(step, field) for field in fields} | {"into": str(step.into_id or "")}


def _children(step: SchoolYearStep, found: Destinations) -> list[tuple[UUID, str, str]]:
    """Return the children of a group with what was chosen for them, in the order of their names."""
    children = [one.child for one in found.of(step)]
    keyring().load_subjects([child.pk for child in children])
    rows: QuerySet[SchoolYearChild] = SchoolYearChild.objects.filter(move=step.move, child__in=children)
    chosen = {row.child_id: row for row in rows}
    splits = step.choice == SchoolYearStep.Choice.SPLIT
    ordered = sorted(children, key=lambda child: child.file.sort_key)
    return [(child.pk, str(child.file), value_of(chosen.get(child.pk), splits=splits)) for child in ordered]


def _people(staff: list[StaffGoing]) -> list[tuple[UUID, str, str]]:
    """Return who of the staff can go along with what was chosen of them, in the order of their names."""
    people = {one.staff.user: one.target for one in staff}
    ordered = sorted(people, key=lambda user: by_surname(user.name))
    return [(user.pk, user.get_full_name(), people[user]) for user in ordered]
