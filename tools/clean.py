"""Stop the embedded servers and remove what the project keeps on this machine: `.local` and `out`.

Asks nothing, and touches nothing but folders of the project's own. Standard library only: works without `.venv`.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Stop and remove; returns 1 after one line when a server will not stop."""
    from kijk.servers import place, postgresql, redis

    # Not KIJK_LOCAL_DIR: whoever chose a folder of their own may keep other things there.
    local = ROOT / ".local"
    try:
        for server in (redis, postgresql):
            server.stop(local)
    except (place.EmbeddedError, OSError) as error:
        print(f"kijk: {error}", file=sys.stderr)
        return 1
    for folder in [*data_outside(local), local, ROOT / "out"]:
        if folder.is_symlink() or not folder.exists():
            continue
        # Out of the way first: the watch over the servers may still write into it for a second.
        doomed = folder.rename(folder.with_name(f"{folder.name}.removed-{os.getpid()}"))
        shutil.rmtree(doomed)
        print(f"removed {folder}")
    return 0


def data_outside(local: Path) -> list[Path]:
    """Return the data folder that root's PostgreSQL has in /var/tmp, if there is one and it is ours without doubt."""
    try:
        folder = Path(json.loads((local / "postgresql.json").read_text(encoding="utf-8"))["folder"])
    except (OSError, ValueError, KeyError, TypeError):
        return []
    ours = folder.parent == Path("/var/tmp") and folder.name.startswith("kijk-") and (folder / "data").is_dir()  # noqa: S108
    return [folder] if ours else []


if __name__ == "__main__":
    sys.exit(main())
