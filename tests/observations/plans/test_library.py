"""The activities that ship: complete, and of lines there are (REG-9.2)."""

import re
from collections import Counter
from pathlib import Path

import pytest

from observations.domain.plans.library import FOLDER, KEYS, MAY, ActivityFileError, read_activities, shipped_activities
from observations.models import Group
from tests import factories


@pytest.mark.requirement("REG-9.2")
def test_each_line_has_four_to_six_activities_over_the_ages() -> None:
    lines = {line.code for area in factories.development_spec().areas for line in area.lines}
    found = Counter(activity.lines[0] for activity in shipped_activities().values())
    assert found.keys() == lines
    assert set(found.values()) <= {4, 5, 6}
    for line in lines:
        ages = [(item.from_months, item.until_months) for item in shipped_activities().values() if line in item.lines]
        assert min(first for first, _last in ages) <= 12
        assert max(last for _first, last in ages) >= 72
        assert all(any(first <= age < last for first, last in ages) for age in range(12, 72))


def test_texts_are_whole_and_fit_where_they_go() -> None:
    for activity in shipped_activities().values():
        assert len(activity.title) <= 80
        assert 150 <= len(activity.description) <= 600, activity.code
        assert activity.description.endswith((".", "?", '"')), activity.code
    titles = [activity.title for activity in shipped_activities().values()]
    assert len(set(titles)) == len(titles)


GOOD = 'line: spel\nactivities:\n  - {code: a, title: T, from: 1, until: 9, text: "x"'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("line: spel", "takes line and activities"),
        ("- 1", "takes line and activities"),
        ("{", "test.yaml"),
        ("line: spel\nactivities: [{code: a}]", "misses"),
        (f"{GOOD}, colour: red}}", "does not know"),
        (f"{GOOD}, kinds: [attic]}}", "kinds of group"),
        (GOOD.replace("until: 9", "until: 1") + "}", "no age"),
        (GOOD.replace("until: 9", "until: x") + "}", "activity 1"),
    ],
)
def test_file_that_is_wrong_says_where(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "test.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ActivityFileError, match=message):
        list(read_activities(path))


@pytest.mark.requirement("REG-9.2")
def test_format_is_the_one_that_is_described(tmp_path: Path) -> None:
    text = (FOLDER.parents[2] / "docs" / "content.md").read_text(encoding="utf-8")
    described = text.split("## The activities\n")[1].split("\n## ")[0]
    example = re.search(r"```yaml\n(.+?)```", described, re.DOTALL)
    assert example is not None
    path = tmp_path / "09-tekenen.yaml"
    path.write_text(example[1], encoding="utf-8")
    plain, full = read_activities(path)
    assert (plain.lines, plain.kinds) == (("tekenen",), ())
    assert (full.lines, full.kinds) == (("tekenen", "mondelinge-taal"), ("infants",))
    keys = {key for row in re.findall(r"^\| (`.+?) \|", described, re.MULTILINE) for key in re.findall(r"`(\w+)`", row)}
    assert keys == KEYS | MAY
    assert all(f"`{kind}`" in described for kind in Group.Kind.values)


def test_other_lines_of_an_activity_are_lines_there_are() -> None:
    lines = {line.code for area in factories.development_spec().areas for line in area.lines}
    assert {line for activity in shipped_activities().values() for line in activity.lines} <= lines


def test_files_are_where_the_code_looks() -> None:
    assert len(list(FOLDER.glob("*.yaml"))) == 17
