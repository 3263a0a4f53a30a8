import subprocess
import sys

import pytest

from content.search.spelling import completions, corrections, likeness, nearest
from tests.support.paths import ROOT

KNOWN = ("subscribe", "subscriptions", "latest", "poll", "status")
FEEDS = ("csms", "cbp-news", "cbp-trade", "federal-register")


@pytest.mark.parametrize(
    ("word", "max_edits", "found"),
    [
        ("latets", 1, ("latest",)),  # two letters swapped
        ("latst", 1, ("latest",)),
        ("latestt", 1, ("latest",)),
        ("lattst", 1, ("latest",)),
        ("latest", 0, ("latest",)),
        ("ltaets", 1, ()),
        ("subsribtions", 2, ("subscriptions",)),
        ("revenue", 2, ()),
        ("", 2, ()),
        ("Latest", 0, ()),  # case is not folded
    ],
)
def test_max_edits_limits_the_letters_that_may_be_wrong(word: str, max_edits: int, found: tuple[str, ...]) -> None:
    assert nearest(word, KNOWN, max_edits=max_edits) == found


@pytest.mark.parametrize(
    ("word", "found"),
    [("news", ("cbp-news",)), ("federal", ("federal-register",)), ("csm", ("csms",)), ("tariff", ())],
)
def test_min_likeness_finds_a_part_of_a_name_too(word: str, found: tuple[str, ...]) -> None:
    assert nearest(word, FEEDS, min_likeness=0.6) == found


def test_the_closest_come_first_and_equals_keep_their_order() -> None:
    assert nearest("bat", ("cat", "bats", "bat", "rat"), max_edits=1, count=3) == ("bat", "cat", "bats")
    assert nearest("fibr", ("fibre", "fiber", "fib"), min_likeness=0.8, count=2) == ("fibre", "fiber")


def test_a_hostile_word_is_cut() -> None:
    assert nearest("x" * 1_000_000, ["x" * 100], max_edits=0) == ("x" * 100,)


def test_likeness_is_a_share() -> None:
    assert (likeness("abc", "abc"), likeness("abc", "xyz"), likeness("abcd", "abxd")) == (1.0, 0.0, 0.75)


@pytest.mark.parametrize(
    ("word", "found"),
    [("revnue", ("revenue",)), ("apperal", ("apparel",)), ("bnd", ()), ("bund", ()), ("collecton", ("collection",)), ("connection", ())],
)
def test_content_is_found_by_stricter_corrections(word: str, found: tuple[str, ...]) -> None:
    assert corrections(word, ("apparel", "bond", "collection", "revenue")) == found


@pytest.mark.process
def test_equal_corrections_come_in_the_same_order_in_every_process() -> None:
    code = "from content.search.spelling import corrections; print(corrections('prtotests', ('protest', 'protests')))"
    results = {
        subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True, cwd=ROOT).stdout
        for seed in "0123"
    }
    assert results == {b"('protests', 'protest')\n"}


def test_an_abbreviation_is_completed() -> None:
    assert completions("spec", ("specialist", "species", "spec")) == ("specialist", "species")
    assert completions("spe", ("specialist",)) == ()


@pytest.mark.process
def test_rapidfuzz_is_not_loaded_until_a_word_is_unknown() -> None:
    code = "import sys, content.search.spelling; print('rapidfuzz' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT).stdout.strip() == b"False"
