"""What never stands in a log: the secret part of a link that was mailed (ASVS 16.2.5)."""

import logging
import re
from typing import Final

# As secrets.token_urlsafe(32) writes them, as a whole part of a path. No UUID and no hash is that long or that short.
_TOKEN: Final = re.compile(r"(?<=/)[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
_HIDDEN: Final = "…"


class HideTokens(logging.Filter):
    """Takes the tokens out of the paths that Django logs with refused and failed requests. For a handler."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, without tokens."""
        message = record.getMessage()
        hidden = _TOKEN.sub(_HIDDEN, message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        return True
