"""Made-up contents for the gallery of components. No child, member of staff or organisation in it exists."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import Final

from django import forms
from django.utils.translation import gettext as _

from kijk.drafts.offers import DraftOffer, FormDraft
from kijk.web.charts import (
    BandStrip,
    Counts,
    Distribution,
    DistributionLine,
    ItemLine,
    ItemShares,
    Measurement,
    band_strip,
    distribution,
    item_shares,
)
from kijk.web.dutch import format_age, format_share
from kijk.web.outcomes import OUTCOMES, outcome_categories, outcome_category
from kijk.web.tables import DataTable, make_table

LINES: Final = (
    DistributionLine(
        "Zelfbeeld",
        Counts({"ahead": 3, "on_course": 14, "attention": 4, "concern": 1, "insufficient": 2, "": 0}),
        Counts({"ahead": 2, "on_course": 11, "attention": 6, "concern": 2, "insufficient": 1, "": 1}),
    ),
    DistributionLine(
        "Relatie met andere kinderen",
        Counts({"ahead": 2, "on_course": 15, "attention": 3, "concern": 2, "insufficient": 0, "": 2}),
        Counts({"ahead": 1, "on_course": 12, "attention": 5, "concern": 2, "insufficient": 2, "": 1}),
    ),
    DistributionLine(
        "Mondelinge taal",
        Counts({"ahead": 1, "on_course": 9, "attention": 7, "concern": 4, "insufficient": 1, "": 2}),
        Counts({"ahead": 0, "on_course": 7, "attention": 8, "concern": 6, "insufficient": 1, "": 1}),
    ),
    DistributionLine("Tekenen", Counts({}, hidden=True), Counts({}, hidden=True)),
    DistributionLine("Gecijferdheid", Counts({"": 24}), Counts({})),
)

ITEMS: Final = (
    ItemLine("Vertelt uit zichzelf in een paar zinnen wat het heeft meegemaakt.", 15, 22, before=Fraction(1, 2)),
    ItemLine("Begrijpt een opdracht die uit twee delen bestaat en voert die in de goede volgorde uit.", 19, 22),
    ItemLine("Stelt vragen met wie, wat en waar.", 11, 23, before=Fraction(3, 10)),
    ItemLine("Rijmt mee in een bekend versje.", 0, 0, hidden=True),
    ItemLine("Maakt zinnen van drie of meer woorden.", 21, 21, before=Fraction(9, 10)),
)


class SampleForm(forms.Form):
    """One field of each kind, for the gallery."""

    first_name = forms.CharField(label="Voornaam", max_length=80)
    born_on = forms.DateField(
        label="Geboortedatum", help_text="Bijvoorbeeld 3-11-2023.", widget=forms.DateInput(attrs={"type": "date"})
    )
    group = forms.ChoiceField(label="Groep", choices=[("", "Kies een groep"), ("1", "Vlinders"), ("2", "Bijen")])
    remarks = forms.CharField(
        label="Bijzonderheden",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Alleen wat collega’s moeten weten.",
    )
    days = forms.MultipleChoiceField(
        label="Dagen",
        choices=[("ma", "Maandag"), ("di", "Dinsdag"), ("do", "Donderdag")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    frequency = forms.ChoiceField(
        label="Hoe vaak?", choices=[("soms", "Soms"), ("vaak", "Vaak")], widget=forms.RadioSelect
    )


class SamplePassword(forms.Form):
    """A new password, with the meter below it."""

    new_password = forms.CharField(
        label="Nieuw wachtwoord", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


class SampleFilter(forms.Form):
    """A filter bar's fields."""

    location = forms.ChoiceField(label="Locatie", choices=[("", "Alle locaties"), ("1", "De Beuk")], required=False)
    group = forms.ChoiceField(label="Groep", choices=[("", "Alle groepen"), ("1", "Vlinders")], required=False)


def sample_draft() -> FormDraft:
    """A form with a text that was not saved."""
    moment = datetime(2026, 11, 3, 14, 32, tzinfo=UTC)
    return FormDraft("note:sample", "#", (DraftOffer("note:sample", "Sem bouwt met Aïsha een toren", moment, "#"),))


def sample_distribution() -> tuple[Distribution, DataTable]:
    """Return the stacked bars of five lines, with their figures."""
    title = "Uitkomsten per ontwikkelingslijn, najaar 2026"
    rows: list[list[str | int]] = []
    for line in LINES:
        counts = ["< 5" if line.now.hidden else line.now.by_code.get(outcome.code, 0) for outcome in OUTCOMES]
        rows.append([line.label, *counts, "< 5" if line.now.hidden else line.now.total])
    headings = [_("Lijn"), *(str(outcome.label) for outcome in OUTCOMES), "n"]
    table = make_table("verdeling-cijfers", title, headings, rows, note="Peildatum 3 november 2026.")
    return distribution("verdeling", title, LINES, outcome_categories()), table


def sample_items() -> tuple[ItemShares, DataTable]:
    """Return the shares of five milestones, with their figures."""
    title = "Mondelinge taal, 3;0–3;6: kinderen die dit beheersen"
    rows: list[list[str | int]] = [
        [
            item.label,
            "< 5" if item.hidden else format_share(item.part, item.whole),
            "< 5" if item.hidden else item.whole,
        ]
        for item in ITEMS
    ]
    return item_shares("items", title, ITEMS), make_table(
        "items-cijfers", title, ["Mijlpaal", "Beheerst", "n gezien"], rows
    )


def sample_strip() -> tuple[BandStrip, DataTable]:
    """Return one line of a made-up child with three registrations, with their figures."""
    title = "Mondelinge taal"
    measured = [
        ("oktober 2025", 26, 22.0, "on_course"),
        ("april 2026", 32, None, "insufficient"),
        ("oktober 2026", 38, 31.5, "attention"),
    ]
    measurements = [
        Measurement(
            label,
            age,
            reached,
            outcome_category(code),
            "onvoldoende gezien" if reached is None else f"{format_age(reached)} · {outcome_category(code).label}",
        )
        for label, age, reached, code in measured
    ]
    table = make_table(
        "strook-cijfers",
        title,
        ["Registratie", "Leeftijd", "Ontwikkelingsleeftijd", "Uitkomst"],
        [
            [label, format_age(age), "–" if reached is None else format_age(reached), outcome_category(code).label]
            for label, age, reached, code in measured
        ],
    )
    return band_strip("strook", title, measurements, age_months=39, age_text=format_age(39)), table
