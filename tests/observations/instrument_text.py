"""Small instruments as an author writes them, for tests that spoil them or load them."""

from pathlib import Path

BANDED = """\
format: 1
code: proef
version: "1.0"
name: Proef
scoring_rule: developmental_age
response_scale: milestone
notice: Alleen om te proberen.
bands: {months: 6, count: 14}
areas:
  - code: gebied
    name: Gebied
    lines:
      - file: lines/spel.yaml
scales:
  - code: plezier
    kind: well_being
    name: Plezier
    question: Hoeveel plezier?
    levels: {1: Geen, 2: Weinig, 3: Wat, 4: Veel, 5: Heel veel}
"""

ITEMS = """\
format: 1
code: proef-items
version: "1.0"
name: Proefitems
scoring_rule: item_shares
response_scale: pass_fail
areas:
  - code: gebied
    name: Gebied
    lines:
      - code: lijn
        name: Lijn
        description: Over van alles.
        items:
          - code: item-1
            text: Doet iets.
            example: Zo dus.
            caution: Iets anders telt niet.
            typical_from: 1
            typical_to: 2
            evidence: [C]
            confidence: high
          - code: item-2
            text: Doet nog iets.
            example: Zoals dit.
            caution: Dit telt niet.
            typical_from: 2
            typical_to: 4
            evidence: [C, GK]
            confidence: low
"""


def line_text(code: str = "spel", per_band: int = 1) -> str:
    """Return a line file: five lines of head, then one line a milestone, band after band."""
    head = [f"code: {code}", "name: Spel", "description: Over spelen.", "vve_domain: taal", "bands:"]
    for band in range(1, 15):
        rows = [_entry(f"{code}-{band}-{number}", band) for number in range(1, per_band + 1)]
        head.append(f"  {band}: [{rows[0]}" + ("" if len(rows) > 1 else "]"))
        head += [f"    , {row}" + ("]" if row is rows[-1] else "") for row in rows[1:]]
    return "\n".join(head) + "\n"


def _entry(code: str, band: int) -> str:
    ages = f"typical_from: {6 * band - 5}, typical_to: {6 * band}"
    words = f"text: Doet {code}, example: Zoals {code}, caution: Niet {code}"
    return f"{{code: {code}, {words}, {ages}, evidence: [C], confidence: high}}"


def write_banded(folder: Path, main: str = BANDED, line: str = "") -> Path:
    """Write the instrument with bands into a folder and return its main file."""
    (folder / "lines").mkdir(exist_ok=True)
    (folder / "lines" / "spel.yaml").write_text(line or line_text(), encoding="utf-8")
    return write(folder, main)


def write(folder: Path, text: str, name: str = "instrument.yaml") -> Path:
    """Write one file and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
