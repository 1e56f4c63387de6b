"""What a session is called by its User-Agent header (ACC-12)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.devices import device_label

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
IPAD = "Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X)"
BLINK = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"
WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"

AGENTS = [
    (f"{WINDOWS} {BLINK} Safari/537.36", "Chrome op Windows"),
    (f"{WINDOWS} {BLINK} Safari/537.36 Edg/126.0.2592.68", "Edge op Windows"),
    (
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/64.0.3282.140 "
            "Safari/537.36 Edge/18.17763"
        ),
        "Edge op Windows",
    ),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox op Windows"),
    (f"{WINDOWS} {BLINK} Safari/537.36 OPR/111.0.0.0", "Opera op Windows"),
    (f"{WINDOWS} {BLINK} Safari/537.36 Vivaldi/6.7.3329.41", "Vivaldi op Windows"),
    ("Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", "Internet Explorer op Windows"),
    ("Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)", "Internet Explorer op Windows"),
    (
        (
            "Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.15254"
        ),
        "Edge op Windows",
    ),
    (f"{MAC} {WEBKIT} Version/17.4.1 Safari/605.1.15", "Safari op Mac of iPad"),
    (f"{MAC} {BLINK} Safari/537.36", "Chrome op Mac"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox op Mac"),
    (f"{MAC} {BLINK} Safari/537.36 Edg/126.0.2592.68", "Edge op Mac"),
    (f"{MAC} {WEBKIT} Version/17.4.1 Safari/605.1.15 Ddg/17.4.1", "DuckDuckGo op Mac of iPad"),
    (f"{MAC} {WEBKIT} CriOS/126.0.6478.54 Version/17.4.1 Safari/605.1.15", "Chrome op iPad"),
    (f"{MAC} {WEBKIT} FxiOS/127.0 Safari/605.1.15", "Firefox op iPad"),
    (f"{IPAD} {WEBKIT} Version/17.4 Mobile/15E148 Safari/604.1", "Safari op iPad"),
    (f"{IPAD} {WEBKIT} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1", "Chrome op iPad"),
    (f"{IPHONE} {WEBKIT} Version/17.4.1 Mobile/15E148 Safari/604.1", "Safari op iPhone"),
    (f"{IPHONE} {WEBKIT} FxiOS/127.0 Mobile/15E148 Safari/605.1.15", "Firefox op iPhone"),
    (f"{IPHONE} {WEBKIT} Version/17.0 EdgiOS/125.0.2535.96 Mobile/15E148 Safari/604.1", "Edge op iPhone"),
    (f"Mozilla/5.0 (Linux; Android 10; K) {BLINK} Mobile Safari/537.36", "Chrome op Android-telefoon"),
    (f"Mozilla/5.0 (Linux; Android 10; K) {BLINK} Safari/537.36", "Chrome op Android-tablet"),
    (f"Mozilla/5.0 (Linux; Android 13; SM-X200) {BLINK} Safari/537.36", "Chrome op Android-tablet"),
    (
        (
            "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) "
            "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36"
        ),
        "Samsung Internet op Android-telefoon",
    ),
    ("Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0", "Firefox op Android-telefoon"),
    ("Mozilla/5.0 (Android 13; Tablet; rv:127.0) Gecko/127.0 Firefox/127.0", "Firefox op Android-tablet"),
    (
        f"Mozilla/5.0 (Linux; Android 10; HD1913) {BLINK} Mobile Safari/537.36 EdgA/125.0.2535.51",
        "Edge op Android-telefoon",
    ),
    (
        (
            "Mozilla/5.0 (Linux; Android 9; KFMAWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/120.5.6 like "
            "Chrome/120.0.6099.283 Safari/537.36"
        ),
        "Silk op Android-tablet",
    ),
    (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {BLINK} Safari/537.36", "Chrome op Chromebook"),
    (f"Mozilla/5.0 (X11; Linux x86_64) {BLINK} Safari/537.36", "Chrome op Linux"),
    ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox op Linux"),
    ("Mozilla/5.0 (X11; FreeBSD amd64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox op Linux"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Iets/1.0", "Onbekende browser op Windows"),
    ("Mozilla/5.0 (PlayStation; PlayStation 5/6.50) AppleWebKit/605.1.15 (KHTML, like Gecko) Firefox/127.0", "Firefox"),
    ("curl/8.5.0", "Onbekend apparaat"),
    ("", "Onbekend apparaat"),
    ("<script>alert(1)</script>", "Onbekend apparaat"),
]


@pytest.mark.parametrize(("user_agent", "label"), AGENTS)
def test_device_is_named_in_words(user_agent: str, label: str) -> None:
    assert device_label(user_agent) == label


@given(before=st.text(max_size=40), after=st.text(max_size=40), agent=st.sampled_from(AGENTS))
def test_nothing_of_the_header_itself_is_shown(before: str, after: str, agent: tuple[str, str]) -> None:
    ours = {label for _, label in AGENTS}
    label = device_label(f"<{before}>{agent[0]}<{after}>")
    assert len(label) <= 80
    assert "<" not in label
    if not any(
        mark in before + after
        for mark in ("/", "MSIE", "Windows", "iP", "Android", "Mac", "CrOS", "Linux", "X11", "Mobile")
    ):
        assert label in ours


def test_header_of_a_megabyte_is_read_in_part_only() -> None:
    assert device_label("x" * 1_000_000 + "Firefox/127.0 Windows") == "Onbekend apparaat"
    assert device_label("Firefox/127.0 (Windows NT 10.0)" + "x" * 1_000_000) == "Firefox op Windows"
