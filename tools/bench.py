"""`make bench`: run the measurements in benchmarks/, one after another."""

from __future__ import annotations

import sys

from tools.environment import ROOT, run, servers


def main() -> int:
    """Run those that are named, or all; returns 1 when one fails or there are none."""
    wanted = sys.argv[1:]
    found = sorted(path for path in (ROOT / "benchmarks").glob("bench_*.py") if not wanted or path.stem[6:] in wanted)
    if not found:
        print("kijk: no such measurement in benchmarks/", file=sys.stderr)
        return 1
    with servers():
        return max(run([sys.executable, "-m", f"benchmarks.{path.stem}"]) for path in found)


if __name__ == "__main__":
    sys.exit(main())
