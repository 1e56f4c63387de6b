"""`make report`: the main job without a browser. Cross-sections of each organisation, as JSON and PDF, into out/.

Loads the demonstration data, and the real data where they lie beside the project. Fails when something expected is
missing or empty.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import psycopg

from kijk.environment import read
from tools.environment import ROOT, manage, run, servers

OUT = ROOT / "out"
REAL_DATA = Path(os.environ.get("KIJK_GCDG_FILE", ROOT.parent / "shared" / "data" / "gcdg_nld_smocc.txt"))
REAL_ORGANISATION, REAL_INSTRUMENT = "SMOCC", "ddi"
DEMO_INSTRUMENT = "kijk07"
PDF_BYTES = 10_000
EVERY_SECTION = """
    SELECT organisation.name, instrument.code, version.scoring_rule, min(result.age_days), max(result.age_days)
    FROM observations_lineresult AS result
    JOIN observations_registration AS registration ON registration.id = result.registration_id
    JOIN observations_instrumentversion AS version ON version.id = registration.version_id
    JOIN observations_instrument AS instrument ON instrument.id = version.instrument_id
    JOIN licensing_organisation AS organisation ON organisation.id = result.organisation_id
    WHERE registration.status = 'closed'
    GROUP BY organisation.name, instrument.code, version.scoring_rule
    ORDER BY organisation.name, instrument.code
"""


class Section(NamedTuple):
    """One cross-section: of whom, by which instrument, and over which ages."""

    organisation: str
    instrument: str
    by: str
    age_days: str

    @property
    def options(self) -> list[str]:
        """The options of the commands that make it."""
        return [
            "--organisation", self.organisation, "--instrument", self.instrument, "--by", self.by,
            "--age-days", self.age_days,
        ]  # fmt: skip

    @property
    def name(self) -> str:
        """The name of its files, without ending."""
        words = "".join(letter if letter.isalnum() else " " for letter in self.organisation.lower()).split()
        return "-".join([*words, self.instrument, self.by])


def main() -> int:
    """Load, write and look at what was written; returns 1 after a line for each thing that is missing."""
    OUT.mkdir(exist_ok=True)
    with servers():
        if not prepare():
            return 1
        sections = find_sections()
        wrong = missing(sections) + [line for section in sections for line in write(section)]
    print("\n".join(wrong) if wrong else f"{len(sections)} cross-sections are in {OUT.relative_to(ROOT)}/")
    return 1 if wrong else 0


def prepare() -> bool:
    """Migrate and load both sets of data; returns whether that succeeded."""
    if run([sys.executable, "-m", "tools.prepare_data", "--quiet"]) != 0:
        return False
    if not REAL_DATA.is_file():
        print(f"{REAL_DATA.name} is not there: only the demonstration data are reported on")
        return True
    return import_real_data()


def import_real_data() -> bool:
    """Import the real data, and keep what the command says of them; returns whether it succeeded."""
    account = OUT / f"import-{REAL_ORGANISATION.lower()}.json"
    began = time.monotonic()
    done = subprocess.run(
        manage("import_gcdg", str(REAL_DATA), "--organisation", REAL_ORGANISATION),
        cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    account.write_text(done.stdout, encoding="utf-8")
    print(
        f"{REAL_DATA.name}: imported in {time.monotonic() - began:.1f} s; the account is in {account.relative_to(ROOT)}"
    )
    return done.returncode == 0


def missing(sections: list[Section]) -> list[str]:
    """Return what should have been among the sections and is not."""
    found = {(section.organisation == REAL_ORGANISATION, section.instrument) for section in sections}
    wrong = [] if (False, DEMO_INSTRUMENT) in found else ["the demonstration data hold no closed registration"]
    if REAL_DATA.is_file() and (True, REAL_INSTRUMENT) not in found:
        wrong.append(f"{REAL_ORGANISATION} has no closed registration")
    return wrong


def find_sections() -> list[Section]:
    """Return a cross-section for each organisation and instrument with closed registrations, over all their ages.

    Asked as the owner: which organisations there are is nobody's business inside one of them.
    """
    with psycopg.connect(read("DATABASE_OWNER_URL")) as connection:
        rows = connection.execute(EVERY_SECTION).fetchall()
    return [
        Section(name, instrument, "item" if rule == "item_shares" else "line", f"{first}-{last}")
        for name, instrument, rule, first, last in rows
    ]


def write(section: Section) -> list[str]:
    """Write the two files of a cross-section; return what is wrong with them."""
    table, document = OUT / f"{section.name}.json", OUT / f"{section.name}.pdf"
    began = time.monotonic()
    done = subprocess.run(
        manage("cross_section", *section.options, "--format", "json"),
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        return [f"{table.name}: {done.stderr.strip()}"]
    table.write_text(done.stdout, encoding="utf-8")
    document.unlink(missing_ok=True)
    code = run(manage("cross_section_pdf", *section.options, "--output", str(document)))
    print(f"{section.name}: {time.monotonic() - began:.1f} s", flush=True)
    wrong = [] if code == 0 else [f"{document.name}: the command failed"]
    return wrong + table_problems(table) + document_problems(document)


def table_problems(path: Path) -> list[str]:
    """Return what is wrong with a table: it has rows, and in one of them a child was assessed."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        return [f"{path.name}: {error}"]
    if not isinstance(rows, list) or not rows:
        return [f"{path.name}: empty"]
    if not any(row.get("assessed") for row in rows):
        return [f"{path.name}: nobody was assessed"]
    return []


def document_problems(path: Path) -> list[str]:
    """Return what is wrong with a PDF: it is there, is one, and holds more than a title."""
    if not path.is_file():
        return [f"{path.name}: missing"]
    content = path.read_bytes()
    if not content.startswith(b"%PDF-") or len(content) < PDF_BYTES:
        return [f"{path.name}: no PDF, or an empty one"]
    return []


if __name__ == "__main__":
    sys.exit(main())
