"""Commands as Teams' people type them."""

import pytest

from bot.teams.typed import as_typed, typed
from handlers.replies.reply import Bullets, Button, Buttons, Fields, Fold, Reply, Section, SmallPrint, Span, line


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Type /csms subscribe", "Type csms subscribe"),
        ("/pti revenue", "pti revenue"),
        ("“/trade-admin status” is for admins", "“trade-admin status” is for admins"),
        ("(/role)", "(role)"),
        ("www.cbp.gov/trade", "www.cbp.gov/trade"),
        ("https://www.cbp.gov/trade/csms", "https://www.cbp.gov/trade/csms"),
        ("a/trade", "a/trade"),
        ("/trade/x and /trader", "/trade/x and /trader"),
        ("and/or 1/2", "and/or 1/2"),
    ],
)
def test_a_command_loses_its_slash_and_an_address_keeps_it(words: str, expected: str) -> None:
    assert typed(words) == expected


def test_every_part_of_a_reply_is_written_so_but_not_what_buttons_carry_nor_titles_of_others() -> None:
    said = line("Type ", Span("/csms latest", code=True))
    title = line(Span("About /trade", link="https://www.cbp.gov/x"))
    buttons = Buttons((Button("Latest", "/csms latest"),))
    blocks = (Section((said, title)), SmallPrint((said,)), Bullets((said,)), Fields((("x", said),)), Fold("t", (said,)), buttons)
    reply = Reply("Type /csms latest", blocks)
    written = line("Type ", Span("csms latest", code=True))
    assert as_typed(reply) == Reply(
        "Type csms latest",
        (Section((written, title)), SmallPrint((written,)), Bullets((written,)), Fields((("x", written),)), Fold("t", (written,)), buttons),
    )
