"""The offline lists of common and breached passwords: the format, the shipped one, larger ones (ACC-3.4)."""

import hashlib
import random
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.passwords.context import PasswordContext
from accounts.passwords.corpus import ascending
from accounts.passwords.digests import WIDTH, DigestList, UnusableList, digest_of, write_digests
from accounts.passwords.offline import is_breached, is_common, larger_list, shipped_list
from accounts.passwords.rules import SIGNS, find_problems
from accounts.passwords.shipped import SHIPPED_LIST, habitual_passwords, shipped_passwords

PASSWORDS = [f"Lampje-{number}-Wolk" for number in range(500)]


def sha1(password: str) -> str:
    return hashlib.sha1(password.encode()).hexdigest().upper()


def build(*arguments: str) -> str:
    out = StringIO()
    call_command("build_password_list", *arguments, stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus sorted by digest: the password with number n was seen n + 1 times."""
    lines = sorted(f"{sha1(password)}:{number + 1}" for number, password in enumerate(PASSWORDS))
    path = tmp_path / "corpus.txt"
    path.write_text("\r\n".join(lines) + "\r\n", encoding="ascii")
    return path


# --------------------------------------------------------------------------------------- shipped list


@pytest.mark.requirement("ACC-3.4")
def test_shipped_list_holds_what_django_and_zxcvbn_know_and_dutch_words() -> None:
    known = shipped_list()
    assert len(known) == 128_111
    assert [password for password in CommonPasswordValidator().passwords if not known.holds(password)] == []
    for password in (
        "123456",
        "fietsenstalling",
        "sinterklaas",
        "Welkom01!",
        "Zomer2026!",
        "Feyenoord1908!",
        "vandamme",
    ):
        assert known.holds(password)
    assert not known.holds("Paarse-Giraf-Fietst-42")


@pytest.mark.requirement("ACC-3.4")
def test_shipped_list_has_thousands_that_would_meet_the_other_rules() -> None:
    def meets(password: str) -> bool:
        return (
            any(letter.isupper() for letter in password)
            and any(letter.isdigit() for letter in password)
            and any(letter in SIGNS for letter in password)
        )

    met = {password for password in shipped_passwords() if meets(password)}
    by_length = {least: sum(len(password) >= least for password in met) for least in (8, 12, 15)}
    assert by_length == {8: 47_310, 12: 25_842, 15: 8_861}
    sample = random.Random(3).sample(sorted(met), 200)
    assert [password for password in sample if not find_problems(password, PasswordContext())] == []


def test_shipped_list_is_what_its_sources_give(tmp_path: Path) -> None:
    # Fails after an update of Django or zxcvbn, or of the words: make the list again (docs/passwords.md).
    build("--out", str(tmp_path / "again.bin"))
    assert (tmp_path / "again.bin").read_bytes() == SHIPPED_LIST.read_bytes()


def test_habitual_passwords_are_words_with_a_number_and_a_sign() -> None:
    made = set(habitual_passwords())
    assert {"Welkom01!", "Zomer2026!", "Feyenoord1908!", "Kleuterklas1!", "Juf@2025", "Emma123#"} <= made
    assert all(password[0].isupper() and any(letter.isdigit() for letter in password) for password in made)


@pytest.mark.parametrize("password", ["Kasteel-1", "!!Kaste3l22", "kastéél", "MeesterSven7!", "Sven1998-Emma!"])
def test_common_words_are_recognised_in_their_usual_disguise(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize("password", ["Kasteel-123456789", "Sven-Emma-Thomas-7", "Kasteellampje-1", "12345678", "!?"])
def test_more_than_a_trifle_beside_a_word_is_for_the_estimate_to_judge(password: str) -> None:
    assert is_common(password) is (password == "12345678")


# -------------------------------------------------------------------------------------------- format


@given(
    passwords=st.sets(st.text(max_size=20), min_size=1, max_size=60), others=st.sets(st.text(max_size=20), max_size=30)
)
@settings(max_examples=60, deadline=None)
def test_list_holds_what_was_written_and_nothing_else(
    tmp_path_factory: Any, passwords: set[str], others: set[str]
) -> None:
    path = tmp_path_factory.mktemp("list") / "some.bin"
    digests = sorted(map(digest_of, passwords))
    assert write_digests(path, [*digests, digests[-1]]) == len(passwords)
    known = DigestList(path)
    known.verify()
    assert list(known) == digests
    assert known[1:3] == digests[1:3]
    assert all(known.holds(password) for password in passwords)
    assert not any(known.holds(password) for password in others - passwords)
    assert known.__contains__("a text") is False


def test_list_stays_small_and_is_looked_up_in_place(tmp_path: Path) -> None:
    path = tmp_path / "many.bin"
    numbers = range(0, 1 << 40, 1 << 22)
    write_digests(path, (number.to_bytes(WIDTH, "big") for number in numbers))
    known = DigestList(path)
    assert path.stat().st_size == 48 + WIDTH * len(numbers)
    assert (7 << 22).to_bytes(WIDTH, "big") in known
    assert ((7 << 22) + 1).to_bytes(WIDTH, "big") not in known
    with pytest.raises(IndexError):
        known[len(numbers)]


@pytest.mark.parametrize(
    ("digests", "problem"),
    [([], "let everything pass"), ([b"bbbbbb", b"aaaaaa"], "ascending"), ([b"short"], "ascending")],
)
def test_list_that_could_not_be_looked_up_is_not_written(tmp_path: Path, digests: list[bytes], problem: str) -> None:
    path = tmp_path / "some.bin"
    path.write_bytes(b"the one before")
    with pytest.raises(ValueError, match=problem):
        write_digests(path, digests)
    assert path.read_bytes() == b"the one before"
    assert list(tmp_path.iterdir()) == [path]


def damaged(contents: bytes) -> list[tuple[bytes, str]]:
    """Return ways in which a list can be broken, and what is said of it."""
    flipped = bytes([contents[-1] ^ 1])
    return [
        (b"", "cannot be read"),
        (contents[:20], "too short"),
        (b"PWNEDPW1" + contents[8:], "no password list"),
        (contents[:-1], "length it says"),
        (contents + b"x", "length it says"),
        (contents[:8] + bytes(40), "length it says"),
        (contents[:-1] + flipped, "contents have changed"),
    ]


@pytest.mark.parametrize("way", range(7))
def test_damaged_list_is_refused(tmp_path: Path, way: int) -> None:
    path = tmp_path / "some.bin"
    write_digests(path, sorted(map(digest_of, PASSWORDS)))
    contents, problem = damaged(path.read_bytes())[way]
    path.write_bytes(contents)
    with pytest.raises(UnusableList, match=problem):
        DigestList(path).verify()


# -------------------------------------------------------------------------------------- larger lists


@pytest.mark.requirement("ACC-3.4")
def test_list_made_of_the_corpus_is_used_beside_the_shipped_one(corpus: Path, tmp_path: Path, settings: Any) -> None:
    out = tmp_path / "breached.bin"
    password = PASSWORDS[7]
    assert find_problems(password, PasswordContext()) == []
    assert build("--corpus", str(corpus), "--out", str(out)) == f"500 passwords in {out}."
    settings.PASSWORD_LIST = str(out)
    assert find_problems(password, PasswordContext()) == [
        "Dit wachtwoord staat op een lijst van bekende wachtwoorden. Bedenk een ander."
    ]
    assert all(map(is_breached, PASSWORDS))
    assert is_breached("Welkom01!")
    assert not is_breached("Paarse-Giraf-Fietst-42")
    assert find_problems(password.lower().capitalize(), PasswordContext()) == []


@pytest.mark.parametrize("order", ["by digest", "by count", "by chance"])
@pytest.mark.parametrize(
    ("arguments", "least"),
    [(["--limit", "100"], 401), (["--min-count", "450"], 450), (["--limit", "100", "--min-count", "450"], 450)],
)
def test_only_the_most_seen_go_in_whatever_the_order(
    corpus: Path, tmp_path: Path, order: str, arguments: list[str], least: int
) -> None:
    lines = corpus.read_text().split()
    if order == "by count":
        lines.sort(key=lambda line: -int(line.partition(":")[2]))
    elif order == "by chance":
        random.Random(1).shuffle(lines)
    corpus.write_text("\n".join(lines))
    build("--corpus", str(corpus), "--out", str(tmp_path / "some.bin"), *arguments)
    known = DigestList(tmp_path / "some.bin")
    assert [known.holds(password) for password in PASSWORDS] == [seen >= least for seen in range(1, 501)]


@pytest.mark.parametrize(("limit", "count"), [(1, 1), (3, 3), (500, 500), (600, 500)])
def test_of_equally_often_seen_ones_as_many_go_in_as_there_is_room_for(
    corpus: Path, tmp_path: Path, limit: int, count: int
) -> None:
    corpus.write_text("\n".join(f"{sha1(password)}:5" for password in PASSWORDS))
    build("--corpus", str(corpus), "--out", str(tmp_path / "some.bin"), "--limit", str(limit))
    assert len(DigestList(tmp_path / "some.bin")) == count


def test_digests_are_sorted_in_pieces_that_wait_on_disk(tmp_path: Path) -> None:
    digests = [digest_of(password) for password in PASSWORDS]
    assert list(ascending(iter(digests), tmp_path, at_once=7)) == sorted(digests)
    assert list(ascending(iter([]), tmp_path)) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "line", ["nonsense", "ABCDEF:3", f"{'G' * 40}:3", f"{'A' * 40}", f"{'A' * 40}:", f"{'A' * 40}:x", f"{'A' * 40}:-1"]
)
def test_line_that_is_none_of_the_corpus_stops_the_command_and_is_named(tmp_path: Path, line: str) -> None:
    corpus, out = tmp_path / "corpus.txt", tmp_path / "some.bin"
    corpus.write_text(f"{sha1('x')}:3\n\n{line}\n")
    with pytest.raises(CommandError, match="Line 3 is not a SHA-1"):
        build("--corpus", str(corpus), "--out", str(out))
    assert list(tmp_path.iterdir()) == [corpus]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--corpus", "missing.txt"], "No such file"),
        (["--corpus", "empty.txt"], "let everything pass"),
        (["--corpus", "empty.txt", "--limit", "0"], "1 or more"),
        (["--corpus", "empty.txt", "--min-count", "0"], "1 or more"),
    ],
)
def test_command_says_what_is_wrong(tmp_path: Path, monkeypatch: Any, arguments: list[str], problem: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty.txt").write_text("")
    with pytest.raises(CommandError, match=problem):
        build("--out", "some.bin", *arguments)


# ------------------------------------------------------------------------------------------- at start


def faults() -> list[str]:
    return [fault.msg for fault in run_checks() if fault.id == "accounts.E001"]


@pytest.mark.requirement("ACC-3.4")
def test_list_that_is_missing_or_damaged_is_told_at_the_start_and_lets_nothing_pass(
    tmp_path: Path, settings: Any
) -> None:
    assert (faults(), larger_list()) == ([], None)
    settings.PASSWORD_LIST = str(tmp_path / "missing.bin")
    assert len(faults()) == 1
    assert faults()[0].startswith(f"The password list {tmp_path}/missing.bin cannot be read: [Errno 2]")
    with pytest.raises(UnusableList):
        find_problems("Paarse-Giraf-Fietst-42", PasswordContext())
    damaged_list = tmp_path / "damaged.bin"
    write_digests(damaged_list, sorted(map(digest_of, PASSWORDS)))
    damaged_list.write_bytes(damaged_list.read_bytes()[:-1] + b"x")
    settings.PASSWORD_LIST = str(damaged_list)
    assert faults() == [f"The password list {damaged_list} is damaged: its contents have changed since it was made."]
