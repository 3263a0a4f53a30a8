"""Text is split into pieces that a platform takes, with nothing lost."""

import random

import pytest

from bot.rendering import json_length, split_text


def escaped_length(text: str) -> int:
    return len(text.replace("&", "&amp;"))


@pytest.mark.parametrize("length", [len, json_length, escaped_length])
def test_pieces_fit_and_hold_the_whole_text(length: object) -> None:
    measure = length if callable(length) else len
    chance = random.Random(1)  # noqa: S311  # to be repeatable
    for _ in range(300):
        text = "".join(chance.choice('ab &\n\n\u00e9\U0001f600"') for _ in range(chance.randrange(400)))
        pieces = split_text(text, 40, measure)
        assert all(measure(piece) <= 40 for piece in pieces)
        assert "".join(pieces).replace("\n", "") == text.replace("\n", "")


def test_a_text_is_split_between_lines() -> None:
    assert split_text("one\ntwo\nthree", 8, len) == ["one\ntwo", "three"]
    assert split_text("x" * 10, 4, len) == ["xxxx", "xxxx", "xx"]
    assert split_text("", 4, len) == [""]
