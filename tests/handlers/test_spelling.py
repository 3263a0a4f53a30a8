import pytest

from handlers.spelling import nearest, slips

KNOWN = ("subscribe", "subscriptions", "latest", "poll", "pti", "status")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("subscibe", "subscribe"),
        ("subsribe", "subscribe"),
        ("subscribtions", "subscriptions"),
        ("latets", "latest"),
        ("SUBSCRIBED", "subscribe"),
        ("pol", None),  # three letters may be anything
        ("ptis", None),  # a known word of three letters is too short to be guessed
        ("pools", None),
        ("revenue", None),
        ("", None),
        ("status", None),  # not misspelt at all
    ],
)
def test_a_word_is_near_when_a_slip_or_two_explain_it(word: str, meant: str | None) -> None:
    assert nearest(word, KNOWN) == meant


@pytest.mark.parametrize(("left", "right", "count"), [("", "abc", 3), ("abc", "", 3), ("ab", "ba", 1), ("kitten", "sitting", 3)])
def test_slips_are_counted(left: str, right: str, count: int) -> None:
    assert slips(left, right) == slips(right, left) == count
