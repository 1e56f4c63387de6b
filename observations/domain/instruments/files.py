"""Reading an instrument from its YAML files (REG-1). The format is described in docs/content.md.

Pure: files in, a frozen ``InstrumentSpec`` out, or every mistake with file, line and reason, all at once.
"""

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from observations.domain.instruments.spec import AreaSpec, InstrumentSpec, LineSpec, MilestoneSpec, ScaleSpec
from observations.domain.instruments.yaml_nodes import (
    Fields,
    Mistake,
    YamlFile,
    entries_of,
    line_of,
    numbered_of,
    text_of,
)
from observations.domain.scoring.bands import BAND_COUNT, BAND_MONTHS
from observations.domain.scoring.items import NO_BAND
from observations.domain.scoring.rules import SCORING_RULES, ScoringRule

#: The one format there is.
FORMAT = 1
# As the models have them; this module does without Django, and a test holds the two together.
RESPONSE_SCALES = ("milestone", "pass_fail", "frequency")
VVE_DOMAINS = ("taal", "rekenen", "motoriek", "sociaal-emotioneel")
CONFIDENCES = ("high", "medium", "low")
SCALE_KINDS = ("well_being", "involvement", "basic_characteristic")
LEVELS = range(1, 6)
OLDEST_MONTHS = 216

_CODE = r"[a-z0-9]+(-[a-z0-9]+)*"
_VERSION = r"[0-9]+(\.[0-9]+)*"
_EVIDENCE = r"[A-Z][A-Za-z]{0,9}"
_FILE_NAME = r"[A-Za-z0-9._/-]+"
_CODE_LENGTH, _MILESTONE_CODE_LENGTH, _NAME_LENGTH, _VERSION_LENGTH = 40, 60, 120, 20

# Stands in for a line that could not be read; the mistake is noted, so no one gets to see it.
_NO_LINE = LineSpec("", "", "", "", ())

_INSTRUMENT_KEYS = ("format", "code", "version", "name", "scoring_rule", "response_scale", "areas")
_LINE_KEYS = ("code", "name", "description")
_MILESTONE_KEYS = ("code", "text", "example", "caution", "typical_from", "typical_to", "evidence", "confidence")
_SCALE_KEYS = ("code", "kind", "name", "question", "levels")


class InstrumentFileError(Exception):
    """An instrument's files have mistakes; ``mistakes`` holds all of them, by file and line."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass
class _Reading:
    """What holds for all files of one instrument while they are read."""

    folder: Path
    mistakes: list[Mistake] = field(default_factory=list)
    rule: ScoringRule | None = None
    codes: dict[tuple[str, str], str] = field(default_factory=dict)
    opened: set[Path] = field(default_factory=set)

    def open(self, path: Path) -> tuple[YamlFile, yaml.Node | None]:
        file = YamlFile(str(path), self.mistakes)
        return file, file.compose(path)

    def code(self, fields: Fields, kind: str, *, longest: int = _CODE_LENGTH) -> str:
        """Return the code of a part; codes of one kind are unique in the whole instrument."""
        code = fields.text("code", longest=longest, pattern=_CODE)
        if code is None:
            return ""
        line = fields.line_of("code")
        first = self.codes.get((kind, code))
        if first is not None:
            fields.file.note(line, f"the {kind} code {code!r} is used before, on {first}")
        self.codes.setdefault((kind, code), f"{fields.file.name}:{line}")
        return code


def read_instrument(path: Path) -> InstrumentSpec:
    """Return the instrument whose main file is ``path``; raises InstrumentFileError with all mistakes."""
    reading = _Reading(path.parent)
    file, node = reading.open(path)
    spec = None if node is None else _instrument(reading, file, node)
    if spec is None or reading.mistakes:
        raise InstrumentFileError(reading.mistakes)
    return spec


def _instrument(reading: _Reading, file: YamlFile, node: yaml.Node) -> InstrumentSpec:
    fields = Fields(file, node, "the instrument", required=_INSTRUMENT_KEYS, optional=("notice", "bands", "scales"))
    fields.whole("format", low=FORMAT, high=FORMAT)
    reading.rule = _scoring_rule(fields)
    months, count = _bands(fields, reading.rule)
    return InstrumentSpec(
        code=reading.code(fields, "instrument"),
        version=fields.text("version", longest=_VERSION_LENGTH, pattern=_VERSION) or "",
        name=fields.text("name", longest=_NAME_LENGTH) or "",
        notice=fields.text("notice") or "",
        scoring_rule=fields.text("scoring_rule") or "",
        response_scale=_response_scale(fields, reading.rule),
        band_months=months,
        band_count=count,
        areas=tuple(_area(reading, file, entry) for entry in fields.entries("areas")),
        scales=tuple(_scale(reading, file, entry) for entry in fields.entries("scales")),
    )


def _scoring_rule(fields: Fields) -> ScoringRule | None:
    code = fields.choice("scoring_rule", tuple(SCORING_RULES))
    return None if code is None else SCORING_RULES[code]


def _response_scale(fields: Fields, rule: ScoringRule | None) -> str:
    scale = fields.choice("response_scale", RESPONSE_SCALES)
    if scale is not None and rule is not None and scale != rule.response_scale:
        reason = f"response_scale is {scale!r}, but the rule {rule.code} scores {rule.response_scale!r}"
        fields.file.note(fields.line_of("response_scale"), reason)
    return scale or ""


def _bands(fields: Fields, rule: ScoringRule | None) -> tuple[int, int]:
    """Return months and count of the bands, (0, 0) where there are none; the rule decides which it must be."""
    node = fields.node_of("bands")
    if rule is not None and rule.uses_bands != (node is not None):
        wanted = "needs bands" if rule.uses_bands else "knows no bands"
        fields.file.note(fields.line_of("bands"), f"the scoring rule {rule.code} {wanted}")
    if node is None:
        return 0, 0
    bands = Fields(fields.file, node, "bands", required=("months", "count"))
    # The scoring rule is fixed to these; another division needs a rule of its own.
    months = bands.whole("months", low=BAND_MONTHS, high=BAND_MONTHS)
    count = bands.whole("count", low=BAND_COUNT, high=BAND_COUNT)
    return months or 0, count or 0


def _area(reading: _Reading, file: YamlFile, node: yaml.Node) -> AreaSpec:
    fields = Fields(file, node, "the area", required=("code", "name", "lines"))
    return AreaSpec(
        code=reading.code(fields, "area"),
        name=fields.text("name", longest=_NAME_LENGTH) or "",
        lines=tuple(_line_entry(reading, file, entry) for entry in fields.entries("lines")),
    )


def _line_entry(reading: _Reading, file: YamlFile, node: yaml.Node) -> LineSpec:
    """Read a line that stands here, or in the file that is named here."""
    if not _names_file(node):
        return _line(reading, file, node)
    fields = Fields(file, node, "the line", required=("file",))
    path = _line_file(reading, fields)
    if path is None:
        return _NO_LINE
    line_file, line_node = reading.open(path)
    return _NO_LINE if line_node is None else _line(reading, line_file, line_node)


def _line_file(reading: _Reading, fields: Fields) -> Path | None:
    """Return the path of the file that a line is in, or None when it may not be read (noted)."""
    name = fields.text("file", pattern=_FILE_NAME)
    if name is None:
        return None
    path = reading.folder / name
    # Resolved, because a link leads out of the folder as well as a path does.
    if not path.resolve().is_relative_to(reading.folder.resolve()):
        reason = f"file {name!r} lies outside the instrument's folder"
    elif path.resolve() in reading.opened:
        reason = f"file {name!r} is named before"
    else:
        reading.opened.add(path.resolve())
        return path
    fields.file.note(fields.line_of("file"), reason)
    return None


def _names_file(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode) and any(key.value == "file" for key, _ in node.value)


def _line(reading: _Reading, file: YamlFile, node: yaml.Node) -> LineSpec:
    content = _content_key(reading, node)
    fields = Fields(file, node, "the line", required=(*_LINE_KEYS, content), optional=("vve_domain",))
    return LineSpec(
        code=reading.code(fields, "line"),
        name=fields.text("name", longest=_NAME_LENGTH) or "",
        description=fields.text("description") or "",
        vve_domain=fields.choice("vve_domain", VVE_DOMAINS) or "",
        milestones=tuple(_milestones(reading, fields, content)),
    )


def _content_key(reading: _Reading, node: yaml.Node) -> str:
    """Return under which key a line has its milestones: by the rule, or by what it has when the rule is unknown."""
    if reading.rule is not None:
        return "bands" if reading.rule.uses_bands else "items"
    has_items = isinstance(node, yaml.MappingNode) and any(key.value == "items" for key, _ in node.value)
    return "items" if has_items else "bands"


def _milestones(reading: _Reading, fields: Fields, content: str) -> list[MilestoneSpec]:
    node = fields.node_of(content)
    if node is None:
        return []
    if content == "items":
        return [_milestone(reading, fields.file, entry, NO_BAND) for entry in fields.entries("items")]
    bands = numbered_of(fields.file, node, "bands", range(1, BAND_COUNT + 1))
    return [
        _milestone(reading, fields.file, entry, band)
        for band, entries in bands.items()
        for entry in entries_of(fields.file, entries, f"band {band}")
    ]


def _milestone(reading: _Reading, file: YamlFile, node: yaml.Node, band: int) -> MilestoneSpec:
    fields = Fields(file, node, "the milestone", required=_MILESTONE_KEYS)
    low, high = (fields.whole(key, low=0, high=OLDEST_MONTHS) for key in ("typical_from", "typical_to"))
    if low is not None and high is not None and low >= high:
        file.note(fields.line_of("typical_to"), f"typical_to ({high}) is not above typical_from ({low})")
    return MilestoneSpec(
        code=reading.code(fields, "milestone", longest=_MILESTONE_CODE_LENGTH),
        band=band,
        text=fields.text("text") or "",
        example=fields.text("example") or "",
        caution=fields.text("caution") or "",
        typical_from=low or 0,
        typical_to=high or 0,
        evidence=_evidence(fields),
        confidence=fields.choice("confidence", CONFIDENCES) or "",
    )


def _evidence(fields: Fields) -> tuple[str, ...]:
    found: list[str] = []
    for node in fields.entries("evidence"):
        code = text_of(fields.file, node, "evidence", pattern=_EVIDENCE)
        if code in found:
            fields.file.note(line_of(node), f"evidence names {code!r} twice")
        elif code is not None:
            found.append(code)
    return tuple(found)


def _scale(reading: _Reading, file: YamlFile, node: yaml.Node) -> ScaleSpec:
    fields = Fields(file, node, "the scale", required=_SCALE_KEYS)
    levels_node = fields.node_of("levels")
    levels = {} if levels_node is None else numbered_of(file, levels_node, "levels", LEVELS)
    return ScaleSpec(
        code=reading.code(fields, "scale"),
        kind=fields.choice("kind", SCALE_KINDS) or "",
        name=fields.text("name", longest=_NAME_LENGTH) or "",
        question=fields.text("question") or "",
        levels=tuple(text_of(file, level, f"level {value}") or "" for value, level in levels.items()),
    )
