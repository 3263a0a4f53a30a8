import json

import pytest

from handlers.replies.reply import (
    Bullets,
    Button,
    Buttons,
    Divider,
    Fields,
    Fold,
    Header,
    Menu,
    Overflow,
    Reply,
    Section,
    SmallPrint,
    Span,
    line,
)
from handlers.replies.serialize import dump, load
from tests.support.full_catalog import ask

EVERYTHING = Reply(
    "spoken",
    (
        Header("Plain"),
        Header("Linked", "https://www.cbp.gov"),
        Section((line("a", Span("b", bold=True), Span("c", italic=True), Span("d", code=True), Span("e", link="https://x.gov")), ())),
        Bullets((line("one"), line("two"))),
        Fields((("Number", line("1")),)),
        SmallPrint((line("small"),)),
        Divider(),
        Buttons((Button("A", "/a"), Button("B", "/b", "danger"), Button("C", "/c", confirm="Sure?"))),
        Menu("Choose", (Button("A", "/a"), Button("B", "/b"))),
        Overflow((Button("A", "/a"),)),
        Section((line("x"),), Overflow((Button("A", "/a", confirm="Sure?"),), "More about x")),
        Fold("Skills", (line("x"),)),
        Fold("Skills", (line("x"),), Button("All", "/all")),
    ),
    subjects=("pti:revenue",),
    public=True,
    shareable=True,
    ok=False,
    answered=False,
)


def test_a_reply_survives_a_round_trip() -> None:
    assert load(json.loads(json.dumps(dump(EVERYTHING)))) == EVERYTHING


@pytest.mark.parametrize("typed", ["/pti", "/pti revenue", "/role auditor", "/trade", "/trade term", "help", "/pti zebra"])
def test_real_answers_survive_a_round_trip(typed: str) -> None:
    assert load(json.loads(json.dumps(dump(ask(typed))))) == ask(typed)


def test_unstyled_text_is_a_plain_string() -> None:
    assert dump(Reply("t", (Section((line("a", Span("b", bold=True)),)),)))["blocks"] == [
        {"type": "section", "lines": [["a", {"text": "b", "bold": True}]]}
    ]


def test_a_reply_stored_by_a_version_with_fewer_fields_can_still_be_read() -> None:
    assert load({"text": "t", "blocks": []}) == Reply("t", ())


def test_an_unknown_type_of_block_is_named() -> None:
    with pytest.raises(ValueError, match="unknown block type in a stored reply: 'video'"):
        load({"text": "t", "blocks": [{"type": "video"}]})
