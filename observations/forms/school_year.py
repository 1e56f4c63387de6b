"""Forms of the move to a new school year."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kijk.web.day_field import day_field
from observations.domain.school_year.preparing import OwnWay, StepData
from observations.forms.texts import without_nul
from observations.models import Child, Group, SchoolYearChild, SchoolYearStaff, SchoolYearStep

_Target, _Staff = SchoolYearChild.Target, SchoolYearStaff.Target
#: A child of a group that splits, of which nobody has chosen yet where it goes.
UNDECIDED = ""
_UNKNOWN = _("Deze keuze kennen we niet. Kies er een uit de lijst.")


class StartForm(forms.Form):
    """From which day the new school year is in force."""

    begins_on = day_field(_("Eerste dag van het nieuwe schooljaar"), help_text=_("Gewoonlijk 1 augustus."))


class StepForm(forms.Form):
    """What happens to one group."""

    choice = forms.ChoiceField(
        label=_("Wat gebeurt er met deze groep?"),
        choices=SchoolYearStep.Choice.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies wat er met de groep gebeurt."), "invalid_choice": _UNKNOWN},
    )
    name = forms.CharField(
        label=_("Naam in het nieuwe jaar"),
        help_text=_("Als de groep doorgaat of splitst. Dezelfde naam mag."),
        required=False,
        max_length=80,
    )
    second_name = forms.CharField(
        label=_("Naam van de tweede groep"), help_text=_("Alleen als de groep splitst."), required=False, max_length=80
    )
    kind = forms.ChoiceField(
        label=_("Soort groep in het nieuwe jaar"),
        required=False,
        choices=Group.Kind.choices,
        error_messages={"invalid_choice": _UNKNOWN},
    )
    into = forms.ChoiceField(
        label=_("Gaat op in"),
        help_text=_("Alleen als de groep opgaat in een andere groep."),
        required=False,
        error_messages={"invalid_choice": _UNKNOWN},
    )
    next_education = forms.ChoiceField(
        label=_("De kinderen gaan naar"),
        help_text=_("Alleen als de kinderen vertrekken. Zij gaan dan naar het archief."),
        required=False,
        choices=[("", _("Kies")), *Child.NextEducation.choices],
        error_messages={"invalid_choice": _UNKNOWN},
    )

    def __init__(self, *args: Any, others: Iterable[SchoolYearStep], **kwargs: Any) -> None:
        """Take the steps of the other groups, with their group and location."""
        super().__init__(*args, **kwargs)
        named = [(str(step.pk), _named(step)) for step in others]
        self.fields["into"].choices = [("", gettext("Kies een groep")), *named]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Refuse what the database cannot keep."""
        return without_nul(self.cleaned_data["name"])

    def clean_second_name(self) -> str:
        """Refuse what the database cannot keep."""
        return without_nul(self.cleaned_data["second_name"])

    @property
    def data_of_step(self) -> StepData:
        """What was filled in."""
        data = dict(self.cleaned_data)
        into = data.pop("into")
        return StepData(**data, into=UUID(into) if into else None)


class _EachForm(forms.Form):
    """One choice a person, all out of the same: of each the id, the name and what was chosen."""

    def __init__(
        self,
        *args: Any,
        prefix_of: str,
        people: Iterable[tuple[UUID, str, str]],
        choices: Sequence[tuple[str, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._ids = {}
        for pk, name, chosen in people:
            key = f"{prefix_of}-{pk}"
            self._ids[key] = pk
            self.fields[key] = forms.ChoiceField(
                label=name,
                choices=choices,
                initial=chosen,
                required=False,
                error_messages={"invalid_choice": _UNKNOWN},
            )


class OwnWaysForm(_EachForm):
    """Where each child of a group goes: with the group, or its own way."""

    def __init__(
        self,
        *args: Any,
        step: SchoolYearStep,
        others: Sequence[SchoolYearStep],
        children: Iterable[tuple[UUID, str, str]],
        **kwargs: Any,
    ) -> None:
        """Take the group's step, those of the others, and of each child the id, the name and what was chosen."""
        super().__init__(*args, prefix_of="kind", people=children, choices=list(_ways(step, others)), **kwargs)

    @property
    def ways(self) -> dict[UUID, OwnWay]:
        """What was chosen of each child."""
        return {pk: way_of(self.cleaned_data.get(key) or str(_Target.GROUP)) for key, pk in self._ids.items()}


class StaffForm(_EachForm):
    """Who of a group's staff goes along, and who does not."""

    def __init__(
        self, *args: Any, step: SchoolYearStep, people: Iterable[tuple[UUID, str, str]], **kwargs: Any
    ) -> None:
        """Take the group's step, and of each of its staff the id, the name and what was chosen."""
        super().__init__(*args, prefix_of="collega", people=people, choices=list(_staff_ways(step)), **kwargs)

    @property
    def targets(self) -> dict[UUID, str]:
        """What was chosen of each of the staff."""
        return {pk: self.cleaned_data.get(key) or str(_Staff.ALONG) for key, pk in self._ids.items()}


def way_of(value: str) -> OwnWay:
    """Return what the value of a choice stands for."""
    target, _sep, detail = value.partition(":")
    if target == _Target.OTHER:
        return OwnWay(target, other=UUID(detail))
    return OwnWay(target, leaves_to=detail)


def value_of(row: SchoolYearChild | None, *, splits: bool) -> str:
    """Return the value of the choice that a row stands for; of a group that ``splits`` somebody has to choose."""
    with_group = UNDECIDED if splits else str(_Target.GROUP)
    if row is None or row.target == _Target.GROUP:
        return with_group
    if row.target in {_Target.FIRST, _Target.SECOND} and not splits:
        return with_group
    detail = str(row.other_id) if row.target == _Target.OTHER and row.other_id else row.leaves_to
    return f"{row.target}:{detail}" if detail and row.target in {_Target.OTHER, _Target.LEAVE} else row.target


def _ways(step: SchoolYearStep, others: Sequence[SchoolYearStep]) -> Iterable[tuple[str, Any]]:
    if step.choice == SchoolYearStep.Choice.SPLIT:
        yield UNDECIDED, gettext("nog niet gekozen")
        yield str(_Target.FIRST), gettext("naar %(name)s") % {"name": step.name}
        yield str(_Target.SECOND), gettext("naar %(name)s") % {"name": step.second_name}
    else:
        yield str(_Target.GROUP), _Target.GROUP.label
    yield str(_Target.STAY), _Target.STAY.label
    elsewhere = [(f"{_Target.OTHER}:{other.pk}", _named(other)) for other in others]
    if elsewhere:
        yield gettext("Mee met een andere groep"), elsewhere
    leaving = [(f"{_Target.LEAVE}:{code}", label) for code, label in Child.NextEducation.choices]
    yield gettext("Vertrekt naar"), leaving


def _staff_ways(step: SchoolYearStep) -> Iterable[tuple[str, Any]]:
    if step.choice == SchoolYearStep.Choice.SPLIT:
        words = {"first": step.name, "second": step.second_name}
        yield str(_Staff.ALONG), gettext("naar %(first)s en %(second)s") % words
        yield str(_Staff.FIRST), gettext("alleen naar %(first)s") % words
        yield str(_Staff.SECOND), gettext("alleen naar %(second)s") % words
    else:
        yield str(_Staff.ALONG), _Staff.ALONG.label
    yield str(_Staff.STAY), _Staff.STAY.label


def _named(step: SchoolYearStep) -> str:
    """Return what a group is called where another one goes up in it: with the one of the two it leads to if it splits."""
    group, location = step.group.name, step.group.location.name
    if step.choice == SchoolYearStep.Choice.SPLIT:
        words = {"group": group, "location": location, "name": step.name}
        return gettext("%(group)s, dus naar %(name)s (%(location)s)") % words
    return f"{group} ({location})"
