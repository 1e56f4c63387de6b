"""The Dutch ways of writing, the tags of the house, and the components."""

import re
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import Http404, HttpRequest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from kijk.web import dutch
from kijk.web.gallery import gallery
from kijk.web.gallery_samples import SampleForm
from kijk.web.outcomes import outcome_for

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"


def rendered(source: str, **context: object) -> str:
    """Return what a template with the house's tags makes."""
    return Template("{% load kijk_ui %}" + source).render(Context(context)).strip()


# ------------------------------------------------------------------------------------- dates and figures


@pytest.mark.requirement("UX-1.2")
def test_dates_are_written_the_dutch_way() -> None:
    with translation.override("nl"):
        assert rendered("{{ d|dutch_date }}", d=date(2026, 11, 3)) == "3 november 2026"
        assert rendered("{{ d|dutch_month }}", d=date(2026, 11, 3)) == "november 2026"
        assert rendered("{{ d|dutch_moment }}", d=datetime(2026, 11, 3, 13, 5, tzinfo=UTC)) == "3 november 2026, 14:05"


def test_moment_late_in_the_evening_belongs_to_the_dutch_day() -> None:
    with translation.override("nl"):
        assert dutch.format_date(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == "1 juli 2026"
        assert dutch.format_date(datetime(2026, 6, 30, 22, 30)) == "30 juni 2026"  # noqa: DTZ001 - a naive moment


@pytest.mark.parametrize(
    ("months", "short", "words"),
    [
        (0, "0;0", "0 maanden"),
        (1, "0;1", "1 maand"),
        (5, "0;5", "5 maanden"),
        (12, "1;0", "1 jaar"),
        (25, "2;1", "2 jaar en 1 maand"),
        (38, "3;2", "3 jaar en 2 maanden"),
        (38.9, "3;2", "3 jaar en 2 maanden"),
        (Fraction(71, 2), "2;11", "2 jaar en 11 maanden"),
    ],
)
def test_ages_are_written_as_the_field_does(months: float | Fraction, short: str, words: str) -> None:
    with translation.override("nl"):
        assert rendered("{{ m|age }}", m=months) == short
        assert rendered("{{ m|age_in_words }}", m=months) == words


def test_age_is_never_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        dutch.format_age(-0.5)


@pytest.mark.parametrize(
    ("months", "words"),
    [
        (4, "4 maanden voor"),
        (-1, "1 maand achter"),
        (-6.5, "6 maanden achter"),
        (5.99, "5 maanden voor"),
        (0.4, "gelijk aan de leeftijd"),
        (-0.99, "gelijk aan de leeftijd"),
    ],
)
def test_difference_is_said_in_words(months: float, words: str) -> None:
    with translation.override("nl"):
        assert rendered("{{ m|difference_in_words }}", m=months) == words


def test_percentages_have_no_decimals_and_round_halves_up() -> None:
    assert rendered("{{ s|percentage }}", s=0.647) == "65%"
    assert rendered("{{ s|percentage }}", s=Fraction(1, 8)) == "13%"
    assert rendered("{{ p|share_of:w }}", p=11, w=17) == "65%"
    assert rendered("{{ p|share_of:w }}", p=0, w=0) == "–"


# --------------------------------------------------------------------------------------- outcomes, tags


@pytest.mark.parametrize(
    ("code", "label", "sign"),
    [
        ("ahead", "Voor op leeftijd", "▲"),
        ("on_course", "Op koers", "●"),
        ("attention", "Aandacht", "◆"),
        ("concern", "Zorg", "▼"),
        ("insufficient", "Onvoldoende gezien", "○"),
        ("", "Niet geregistreerd", "–"),
    ],
)
def test_outcome_has_colour_sign_and_words(code: str, label: str, sign: str) -> None:
    with translation.override("nl"):
        html = rendered("{% outcome_badge code %}", code=code)
    assert (str(outcome_for(code).label), outcome_for(code).sign) == (label, sign)
    assert f'class="sign sign--{code or "not_registered"}" aria-hidden="true"' in html
    assert label in html


def test_outcome_none_is_not_registered_and_nonsense_is_refused() -> None:
    assert outcome_for(None).code == ""
    with pytest.raises(ValueError, match="afwijkend"):
        outcome_for("afwijkend")


def test_compact_outcome_keeps_its_words_for_a_screen_reader() -> None:
    with translation.override("nl"):
        html = rendered('{% outcome_badge "attention" compact=True %}')
    assert '<span class="visually-hidden">Aandacht</span>' in html
    assert 'title="Aandacht"' in html


def test_outcome_tells_the_difference_in_words_where_there_is_one() -> None:
    with translation.override("nl"):
        html = rendered('{% outcome_badge "attention" difference=-7 %}{% outcome_badge "attention" difference=None %}')
    assert html.count('<span class="outcome__detail">7 maanden achter</span>') == 1


def test_block_tags_keep_markup_and_escape_what_people_typed() -> None:
    html = rendered(
        "{% panel title=t %}<p>{{ t }}</p>{% fold summary=t %}<b>x</b>{% endfold %}{% endpanel %}", t="<script>"
    )
    assert "<script>" not in html
    assert "<p>&lt;script&gt;</p>" in html
    assert "<b>x</b>" in html


def test_scrolling_makes_a_labelled_region() -> None:
    html = rendered('{% scrolling label="Overzicht" %}<table></table>{% endscrolling %}')
    assert html == '<div class="table-scroll" role="region" tabindex="0" aria-label="Overzicht"><table></table></div>'


def test_question_carries_the_token_of_its_page() -> None:
    html = rendered(
        '{% question identifier="weg" title="Weg?" action="/x/" confirm_label="Ja" kind="danger" name="a" value="b" %}'
        "<p>Zeker?</p>{% endquestion %}",
        csrf_token="abc",
    )
    assert '<input type="hidden" name="csrfmiddlewaretoken" value="abc">' in html
    assert '<button class="button button--danger" type="submit" name="a" value="b">Ja</button>' in html
    assert "<p>Zeker?</p>" in html


def test_disclosure_escapes_a_plain_text() -> None:
    html = render_to_string("components/disclosure.html", {"summary": "a", "content": "<i>"})
    assert "&lt;i&gt;" in html


# -------------------------------------------------------------------------------------------- components


@pytest.mark.requirement("UX-2.2")
def test_choice_group_offers_four_answers_with_keys_and_words() -> None:
    with translation.override("nl"):
        html = render_to_string(
            "components/choice_group.html",
            {"identifier": "m1", "name": "m1", "legend": "Rijmt", "value": "secure", "carried": True},
        )
    found = re.findall(r'value="(\w+)" data-key="(\d)"( checked)?', html)
    assert found == [
        ("not_yet", "1", ""),
        ("emerging", "2", ""),
        ("secure", "3", " checked"),
        ("not_observed", "0", ""),
    ]
    assert re.findall(r'choice__text">([^<]+)<', html) == ["Nog niet", "In ontwikkeling", "Beheerst", "Niet gezien"]
    assert "Overgenomen van de vorige registratie" in html


@pytest.mark.requirement("UX-2.2")
def test_field_ties_label_hint_and_error_to_the_control() -> None:
    form = SampleForm({"born_on": "31-31-2023"})
    with translation.override("nl"):
        html = render_to_string("components/field.html", {"field": form["born_on"]})
    control = re.search(r"<input[^>]*>", html)
    assert control
    assert 'aria-describedby="id_born_on_helptext id_born_on_error"' in control.group()
    assert 'aria-invalid="true"' in control.group()
    assert '<label class="field__label" for="id_born_on">' in html
    assert 'id="id_born_on_helptext"' in html
    assert 'id="id_born_on_error"' in html


def test_field_with_several_controls_is_a_named_group() -> None:
    form = SampleForm({})
    with translation.override("nl"):
        html = render_to_string("components/field.html", {"field": form["frequency"]})
    assert '<legend class="field__label">Hoe vaak?</legend>' in html
    assert 'aria-describedby="id_frequency_error"' in html


@pytest.mark.requirement("UX-2.2")
def test_error_summary_takes_the_focus_and_leads_to_each_field() -> None:
    form = SampleForm({"first_name": "Sem", "group": "1"})
    with translation.override("nl"):
        html = render_to_string("components/error_summary.html", {"form": form})
    assert 'tabindex="-1" autofocus' in html
    assert re.findall(r'href="#(\w+)"', html) == ["id_born_on", "id_frequency_group"]
    # A question is not followed by a colon.
    assert ">Geboortedatum: " in html
    assert ">Hoe vaak? " in html
    assert render_to_string("components/error_summary.html", {"form": SampleForm()}).strip() == ""


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("components/*.html")), ids=lambda path: path.stem)
def test_component_is_shown_in_the_gallery(path: Path) -> None:
    shown = "".join(
        template.read_text(encoding="utf-8")
        for template in [*TEMPLATES.glob("*.html"), *TEMPLATES.glob("c*/*.html")]
        if template != path
    )
    by_tag = {"panel", "scrolling", "dialog"}
    assert f"components/{path.name}" in shown or path.stem in by_tag


def gallery_request() -> HttpRequest:
    """Return a request of nobody in particular; the gallery needs no database."""
    request = RequestFactory().get("/components/")
    request._messages = CookieStorage(request)
    return request


def test_gallery_shows_everything_without_inline_style_or_script(settings) -> None:
    settings.SHOW_COMPONENT_GALLERY = True
    html = gallery(gallery_request()).content.decode()
    assert 'lang="nl"' in html
    assert re.findall(r"<[^>]+\sstyle=|<style|\son[a-z]+=", html) == []
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", html))
    identifiers = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(identifiers) == sorted(set(identifiers))


def test_gallery_is_not_there_where_it_is_switched_off(settings) -> None:
    settings.SHOW_COMPONENT_GALLERY = False
    with pytest.raises(Http404):
        gallery(gallery_request())


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "429", "500"])
def test_error_page_says_what_to_do_without_any_context(code: str) -> None:
    with translation.override("nl"):
        html = render_to_string(f"errors/{code}.html")
    assert len(re.findall(r"<h1>", html)) == 1
    assert len(re.findall(r"<p>", html)) >= 3


def test_refusal_names_the_right_and_who_can_give_it() -> None:
    with translation.override("nl"):
        context = {"missing_right": "kinderen bekijken", "who_can_give": "coach", "who_can_help": "Peter Mulder"}
        html = render_to_string("errors/403.html", context)
    assert "<strong>kinderen bekijken</strong>" in html
    assert "Dit recht hoort bij: coach." in html
    assert "Vraag het aan de beheerder van uw organisatie: Peter Mulder." in html


def test_waiting_page_counts_the_minutes() -> None:
    with translation.override("nl"):
        assert "Over 1 minuut kunt u" in render_to_string("errors/429.html", {"wait_minutes": 1})
        assert "Over 5 minuten kunt u" in render_to_string("errors/429.html", {"wait_minutes": 5})
