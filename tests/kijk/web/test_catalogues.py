"""Finding, merging, checking and compiling messages (UX-1)."""

import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.conf import settings as configured
from django.core.management import call_command
from django.utils import translation
from django.utils.translation import gettext

from kijk.web.catalogues import (
    Found,
    Key,
    catalogue_path,
    compile_catalogue,
    find_messages,
    placeholders,
    problems,
    read_catalogue,
    update_catalogue,
)

CODE = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext_lazy, pgettext, npgettext

ONE = gettext_lazy("Kind")
LONG = _("Een lange zin "
         "over twee regels.")
MANY = ngettext_lazy("%(count)s kind", "%(count)s kinderen", 2)
OPEN = pgettext("registratie", "open")
BOTH = npgettext("dagen", "%(n)s dag", "%(n)s dagen", 2)
NOT_MARKED = "Gewoon een tekst"
COMPUTED = _(ONE)
"""
TEMPLATE = """{# Translators look here. #}
{% load i18n %}
  {% if x %}
<p title="{% translate 'Naam' %}">{% translate "Toon" context "knop" %}</p>
    {% endif %}
{% include "a.html" with label=_("Groep") only %} {{ title|default:_("Zonder titel") }}
{% blocktranslate trimmed with naam=kind.naam %}
  Dag {{ naam }},
  welkom.
{% endblocktranslate %}
{% blocktranslate count n=aantal %}{{ n }} notitie{% plural %}{{ n }} notities{% endblocktranslate %}
  <b>isn't marked ' "
</p>
"""
PO = """
msgid ""
msgstr ""
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one file of code and one template."""
    for name in ("observations", "observations/migrations", "templates"):
        (tmp_path / name).mkdir()
    (tmp_path / "observations" / "texts.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "observations" / "migrations" / "0001.py").write_text('_("Oude tekst")', encoding="utf-8")
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A project with one message, one with a placeholder and one with a plural."""
    (tmp_path / "observations").mkdir()
    code = '_("Kind")\n_("Dag %(naam)s")\nngettext("%(n)s dag", "%(n)s dagen", 2)\n'
    (tmp_path / "observations" / "texts.py").write_text(code, encoding="utf-8")
    return tmp_path


def write_catalogue(root: Path, entries: str) -> Path:
    """Write a catalogue by hand."""
    path = catalogue_path(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PO + entries, encoding="utf-8")
    return path


GOOD = (
    '\nmsgid "Kind"\nmsgstr "Child"\n'
    '\nmsgid "Dag %(naam)s"\nmsgstr "Hello %(naam)s"\n'
    '\nmsgid "%(n)s dag"\nmsgid_plural "%(n)s dagen"\nmsgstr[0] "%(n)s day"\nmsgstr[1] "%(n)s days"\n'
)


def test_messages_are_found_in_code_and_templates(project: Path) -> None:
    assert set(find_messages(project).values()) == {
        Found(Key("Kind"), "", "observations/texts.py:4"),
        Found(Key("Een lange zin over twee regels."), "", "observations/texts.py:5"),
        Found(Key("%(count)s kind"), "%(count)s kinderen", "observations/texts.py:7"),
        Found(Key("open", "registratie"), "", "observations/texts.py:8"),
        Found(Key("%(n)s dag", "dagen"), "%(n)s dagen", "observations/texts.py:9"),
        Found(Key("Naam"), "", "templates/page.html:4"),
        Found(Key("Toon", "knop"), "", "templates/page.html:4"),
        Found(Key("Groep"), "", "templates/page.html:6"),
        Found(Key("Zonder titel"), "", "templates/page.html:6"),
        Found(Key("Dag %(naam)s, welkom."), "", "templates/page.html:7"),
        Found(Key("%(n)s notitie"), "%(n)s notities", "templates/page.html:11"),
    }


def test_plural_wins_over_the_same_text_without(small: Path) -> None:
    (small / "observations" / "more.py").write_text('_("%(n)s dag")\n', encoding="utf-8")
    assert find_messages(small)[Key("%(n)s dag")].plural == "%(n)s dagen"


def test_complete_catalogue_has_no_problems(small: Path) -> None:
    write_catalogue(small, GOOD)
    assert problems(small) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('msgid "Kind"\nmsgstr "Child"', "", "observations/texts.py:1: not in the catalogue: 'Kind'"),
        ('msgstr "Child"', 'msgstr ""', "observations/texts.py:1: not translated: 'Kind'"),
        ('msgstr "Child"', 'msgstr "  "', "observations/texts.py:1: not translated: 'Kind'"),
        (
            'msgid "Kind"',
            '#, fuzzy\nmsgid "Kind"',
            "observations/texts.py:1: translation is fuzzy: 'Kind'",
        ),
        (
            "Hello %(naam)s",
            "Hello %(name)s",
            "observations/texts.py:2: placeholders differ in 'Hello %(name)s': 'Dag %(naam)s'",
        ),
        (
            "%(n)s days",
            "days",
            "observations/texts.py:3: placeholders differ in 'days': '%(n)s dag'",
        ),
        ('msgstr[1] "%(n)s days"', 'msgstr[1] ""', "observations/texts.py:3: not translated: '%(n)s dag'"),
        (
            'msgid_plural "%(n)s dagen"\nmsgstr[0] "%(n)s day"\nmsgstr[1] "%(n)s days"',
            'msgstr "%(n)s day"',
            "observations/texts.py:3: plural differs from the code's: '%(n)s dag'",
        ),
        (
            'msgid_plural "%(n)s dagen"',
            'msgid_plural "%(n)s etmalen"',
            "observations/texts.py:3: plural differs from the code's: '%(n)s dag'",
        ),
        (
            'msgid "Kind"',
            'msgid "Groep"\nmsgstr "Group"\n\nmsgid "Kind"',
            "catalogue: no longer used: 'Groep'",
        ),
    ],
)
@pytest.mark.requirement("UX-1.1")
def test_fault_is_listed(small: Path, old: str, new: str, problem: str) -> None:
    assert old in GOOD
    write_catalogue(small, GOOD.replace(old, new))
    assert problems(small) == [problem]


def test_without_a_catalogue_everything_is_missing(small: Path) -> None:
    assert [line.split(": ")[1] for line in problems(small)] == ["not in the catalogue"] * 3


def test_placeholders_are_those_of_both_ways_of_formatting() -> None:
    assert placeholders("%(b)s van %(a)d: {totaal} en {} 50%%") == ["%%", "%(a)d", "%(b)s", "{totaal}", "{}"]


def test_update_keeps_translations_adds_new_ones_empty_and_drops_old_ones(small: Path) -> None:
    write_catalogue(small, GOOD.replace("Kind", "Groep"))
    assert update_catalogue(small) == (1, 1)
    messages = [(message.id, message.string) for message in read_catalogue(small) if message.id]
    assert messages == [
        (("%(n)s dag", "%(n)s dagen"), ("%(n)s day", "%(n)s days")),
        ("Dag %(naam)s", "Hello %(naam)s"),
        ("Kind", ""),
    ]
    written = catalogue_path(small).read_bytes()
    assert update_catalogue(small) == (0, 0)
    assert catalogue_path(small).read_bytes() == written


def test_update_keeps_what_is_fuzzy_and_empties_what_became_plural(small: Path) -> None:
    single = GOOD[: GOOD.index('\nmsgid "%(n)s dag"')] + '\nmsgid "%(n)s dag"\nmsgstr "%(n)s day"\n'
    write_catalogue(small, single.replace('msgid "Kind"', '#, fuzzy\nmsgid "Kind"'))
    update_catalogue(small)
    found = {message.id: message for message in read_catalogue(small) if message.id}
    assert found["%(n)s dag", "%(n)s dagen"].string == ("", "")
    assert found["Kind"].fuzzy is True


def test_compiled_catalogue_is_made_when_out_of_date_only(small: Path) -> None:
    assert compile_catalogue(small) is False
    source = write_catalogue(small, GOOD)
    assert compile_catalogue(small) is True
    assert compile_catalogue(small) is False
    later = source.with_suffix(".mo").stat().st_mtime_ns + 1_000_000
    os.utime(source, ns=(later, later))
    assert compile_catalogue(small) is True
    assert sorted(path.name for path in source.parent.iterdir()) == ["django.mo", "django.po"]


@pytest.fixture
def in_project(small: Path, settings: Any) -> Path:
    """The small project as the one the commands work on."""
    settings.BASE_DIR = small
    return small


def run(command: str) -> str:
    """Return what a command prints."""
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def test_check_command_lists_problems_and_fails(in_project: Path) -> None:
    write_catalogue(in_project, GOOD.replace('"Child"', '""'))
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("check_catalogues", stdout=out)
    assert left.value.code == 1
    assert out.getvalue().splitlines()[0] == "observations/texts.py:1: not translated: 'Kind'"


def test_commands_work_one_after_another(in_project: Path) -> None:
    assert run("update_catalogues") == "3 messages added, 0 removed.\n"
    write_catalogue(in_project, GOOD)
    assert run("check_catalogues") == "The English catalogue is complete.\n"
    assert run("compile_catalogues") == "Compiled the English catalogue.\n"
    assert run("compile_catalogues") == ""


@pytest.mark.requirement("UX-1.1")
def test_english_of_the_product_is_complete() -> None:
    assert problems(configured.BASE_DIR) == []


@pytest.mark.requirement("UX-1.1")
def test_english_is_what_an_english_screen_shows() -> None:
    with catalogue_path(configured.BASE_DIR).open("rb") as file:
        expected = read_po(file).get("Kinderen")
    assert expected is not None
    assert expected.string == "Children"
    with translation.override("en"):
        assert gettext("Kinderen") == "Children"
    with translation.override("nl"):
        assert gettext("Kinderen") == "Kinderen"
