"""The developmental-age rule a second time, to hold the product's against.

Written from the rule's text alone (docs/decisions/0007-scoring-rule.md), in another style and
without an import from the product: answers are letters in a string (S secure, E emerging,
N not yet, - not observed), means come from a table of marks, numbers are floats rounded at the
end, and the climb goes down from the top instead of up from the bottom.
"""

from __future__ import annotations

MARKS = {"S": 2, "E": 1, "N": 0}
LAST_BAND = 14


def mean_of(band: str) -> float | None:
    """Mean of what was seen, 0.0 to 1.0; None where under half was seen."""
    seen = [MARKS[letter] for letter in band if letter != "-"]
    if not seen or len(seen) + len(seen) < len(band):
        return None
    return round(sum(seen) / (2 * len(seen)), 9)


def reference(shown: dict[int, str], age: float) -> dict[str, object]:
    """Result as a plain table: outcome, number, difference, basal, coverage, ask, at_least."""
    lowest, highest = min(shown), max(shown)
    blank: dict[str, object] = {
        "outcome": "insufficient",
        "number": None,
        "difference": None,
        "basal": None,
        "ask": None,
        "at_least": False,
    }
    if age > 84:
        return blank | {"outcome": "none", "coverage": cover(list(shown.values()))}
    means = {band: mean_of(letters) for band, letters in shown.items()}
    secure = {band for band, mean in means.items() if mean is not None and mean >= 0.8}

    # From the top: the first band from above under which, itself included, all is secure.
    basal = next((top for top in range(highest, lowest - 1, -1) if set(range(lowest, top + 1)) <= secure), None)
    if basal is None and lowest > 1:
        return blank | {"ask": lowest - 1, "coverage": cover([shown[b] for b in shown if b < lowest + 3])}
    basal = basal or 0
    rest = [letters for band, letters in shown.items() if basal <= band <= basal + 2]
    result = blank | {"basal": basal, "coverage": cover(rest)}

    one, two = means.get(basal + 1), means.get(basal + 2)
    # A band is lacking when it was shown and too little seen, or not shown though it should have been.
    should_reach = min(LAST_BAND, int(age // 6) + 2)
    lacking_one = one is None and basal < LAST_BAND and (basal + 1 <= highest or highest < should_reach)
    asks_two = one is not None and one >= 0.5 and basal + 2 <= LAST_BAND
    lacking_two = asks_two and two is None and (basal + 2 <= highest or highest < should_reach)
    if lacking_one or lacking_two or cover(rest) < 0.6:
        return result

    number = 6.0 * basal + 6.0 * (one or 0.0)
    if asks_two:
        number += 3.0 * (two or 0.0)
    number = round(max(0.0, min(84.0, number)), 6)
    difference = round(number - age, 6)
    steps = [(-12.0, "concern"), (-6.0, "attention"), (5.999999, "on_course"), (999.0, "ahead")]
    return result | {
        "number": number,
        "difference": difference,
        "outcome": next(word for limit, word in steps if difference <= limit),
        "at_least": (one is None and basal < LAST_BAND) or (asks_two and two is None),
    }


def cover(bands: list[str]) -> float:
    """Share of the milestones that was seen."""
    letters = "".join(bands)
    return round(1 - letters.count("-") / len(letters), 9)
