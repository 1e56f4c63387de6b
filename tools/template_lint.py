"""Rules for templates that no general linter knows: the content security policy and the house style depend on them."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import NamedTuple

from tools.environment import ROOT

TEMPLATES = ROOT / "templates"


class Rule(NamedTuple):
    """What is not allowed, and why."""

    pattern: re.Pattern[str]
    reason: str


RULES = (
    Rule(re.compile(r"<[a-z][^<>]*\sstyle\s*=", re.IGNORECASE), "inline style: the policy refuses it; give it a class"),
    Rule(re.compile(r"<style\b", re.IGNORECASE), "style element: the policy refuses it; write a CSS file"),
    Rule(
        re.compile(r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*\btype\s*=\s*[\"']application/json[\"'])", re.IGNORECASE),
        "inline script: the policy refuses it; write a module and load it with src",
    ),
    Rule(
        re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE),
        "on… handler: the policy refuses it; use a data- attribute",
    ),
    Rule(re.compile(r"\bhx-on\b|\bhx-on:", re.IGNORECASE), "hx-on runs text as script; use a data- attribute"),
    Rule(
        re.compile(r"\bhx-vals\s*=\s*[\"']\s*js:|\bhx-headers\s*=\s*[\"']\s*js:", re.IGNORECASE),
        "js: runs text as script",
    ),
    Rule(re.compile(r"javascript:", re.IGNORECASE), "a javascript: address; use a button and a module"),
    Rule(re.compile(r"\|\s*safe(seq)?\b"), "|safe switches escaping off; mark_safe belongs in reviewed Python"),
    Rule(re.compile(r"{%\s*autoescape\s+off"), "autoescape off switches escaping off"),
    Rule(
        re.compile(r"\b(src|href)\s*=\s*[\"'](https?:)?//", re.IGNORECASE),
        "a resource elsewhere; everything comes from here",
    ),
)
# A stylesheet of its own inside the document is how a PDF gets its style: no browser ever sees it.
FOR_PDF = re.compile(r"(^|/)pdf(/|_|$)|_pdf\.html$")
COMMENT = re.compile(r"\A\s*{#\s*\S.*#}|\A\s*{%\s*comment\s*%}\s*\S", re.DOTALL)
LINKS = re.compile(r"<a\s[^>]*href\s*=\s*[\"'](https?:)?//[^>]*>", re.IGNORECASE)


def main() -> int:
    """Print every breach with file, line and reason; returns 1 when there is one."""
    found = [line for path in sorted(TEMPLATES.rglob("*.html")) for line in breaches(path, TEMPLATES)]
    print("\n".join(found) if found else "templates: no breach of the rules")
    return 1 if found else 0


def breaches(path: Path, top: Path) -> list[str]:
    """Return the breaches in one template, as `file:line: reason`."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(top.parent).as_posix()
    # Links lead elsewhere on purpose, and what stands in a comment is not sent.
    bare = blanked(LINKS, blanked(re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", re.DOTALL), text))
    found = [
        f"{name}:{bare.count(chr(10), 0, match.start()) + 1}: {rule.reason}"
        for rule in RULES
        if not (rule.reason.startswith("style element") and FOR_PDF.search(name))
        for match in rule.pattern.finditer(bare)
    ]
    if "components" in path.relative_to(top).parts and not COMMENT.match(text):
        found.append(f"{name}:1: a component begins with a comment that says what it takes")
    return found


def blanked(pattern: re.Pattern[str], text: str) -> str:
    """Return the text with every match replaced by blanks, line ends kept, so that line numbers stay true."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


if __name__ == "__main__":
    sys.exit(main())
