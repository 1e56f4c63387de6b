"""What is on purpose not done as an agreement says is written down, with its reason and its owner (CHD-1)."""

import re
from pathlib import Path

import pytest

from privacy.domain.texts import NOT_KEPT

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "agreement-deviations.md"


def deviations() -> dict[str, str]:
    """Return what is written of each deviation, by its heading."""
    parts = re.split(r"^## (.+)$", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_each_deviation_has_its_owner_reason_and_the_day_it_is_looked_at_again() -> None:
    for heading, text in deviations().items():
        assert re.search(r", article \d+\.\d+: ", heading)
        assert re.search(r"^Owner: .+\. Review: before \d{1,2} \w+ 20\d\d\.$", text, re.MULTILINE)
        assert re.search(r"^Reason: .+", text, re.MULTILINE)


@pytest.mark.requirement("CHD-1.5")
def test_absence_of_the_chain_identifier_is_written_down_and_true() -> None:
    [text] = [text for heading, text in deviations().items() if "no chain identifier" in heading]
    assert "KIJK! in de BSO 4.0, article 7.4: no chain identifier" in deviations()
    assert "CHD-1.5" in text
    # That no model has a field for it is held by the leaflet's own list of what is not kept.
    assert any("eckid" in each.words for each in NOT_KEPT)
