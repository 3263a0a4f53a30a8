"""Test what "Look up" finds in a message: CSMS numbers first, then words, and never a command."""

from dataclasses import replace

import pytest

from bot.slack.views import look_up
from bot.slack.views.look_up import MAX_NUMBERS, Numbers
from bot.slack.views.view import reply_blocks
from content.search.lookup import Match
from handlers.command import Person
from handlers.replies.reply import Buttons, Reply, Section, line
from handlers.replies.text import render
from tests.bot.slack.test_blocks import HOSTILE
from tests.support.full_catalog import CATALOG
from tests.support.slack_server import problem_of_view

MARIA = Person("slack", "T1", "U1", "maria")
PAGE = "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/4083a1f"


@pytest.mark.parametrize(
    ("said", "sure", "bare"),
    [
        ("see CSMS # 67647279 and csms message number 68987884.", ("67647279", "68987884"), ()),
        ("CSMS 67647279, again CSMS #67647279", ("67647279",), ()),
        ("is 67647279 still right?", (), ("67647279",)),
        (f"look: <{PAGE}|CBP> or {PAGE}", (str(0x4083A1F),), ()),
        ("since 20260618, HTS 8517.62.0090, tel 202-55512345, v1.67647279, #/67647279/x, 676472790", (), ()),
        ("CSMS 6764727 and CSMS 676472791", (), ()),
        ("<https://evil.example/67647279|CSMS 6764>", (), ()),
        (HOSTILE, (), ()),
        ("", (), ()),
    ],
)
def test_the_numbers_of_a_message(said: str, sure: tuple[str, ...], bare: tuple[str, ...]) -> None:
    assert look_up.find_numbers(said) == Numbers(sure, bare)


def test_a_message_without_text_is_read_from_its_blocks() -> None:
    blocks = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "CSMS 67647279"}]}]}]
    assert look_up.find_numbers(look_up.message_text({"text": "", "blocks": blocks})).sure == ("67647279",)
    assert look_up.message_text({"text": None, "blocks": "nonsense", "attachments": [None, 7]}) == ""
    deep: object = "x"
    for _ in range(50):
        deep = {"elements": [deep]}
    assert look_up.message_text({"blocks": [deep]}) == ""


def test_numbers_come_first_and_not_too_many_of_them() -> None:
    words = Match(("pti:revenue",), True)
    assert look_up.commands(("67647279",), words) == ("/csms 67647279",)
    assert len(look_up.commands(tuple(map(str, range(60_000_000, 60_000_020))), words)) == MAX_NUMBERS
    assert look_up.commands((), words) == ("/pti revenue",)
    assert look_up.commands((), Match(("pti:revenue",), False)) == ()
    assert look_up.commands((), Match((), False)) == ()


def test_command_in_a_message_is_looked_up_and_not_run() -> None:
    for said in ("/csms unsubscribe 1", "subscribe revenue now", "/trade-admin reload"):
        found = look_up.find_subjects(said, CATALOG)
        commands = look_up.commands((), found)
        assert all(command.split()[0] in ("/pti", "/role", "/trade") and "subscri" not in command for command in commands)


def test_several_answers_stand_one_below_the_other_without_buttons() -> None:
    one = Reply("One", (Section((line("1"),)), Buttons(())), subjects=("a",))
    assert look_up.combine([one]) is one
    both = look_up.combine([one, one])
    assert (both.text, both.subjects) == ("One One", ("a", "a"))
    assert not any(isinstance(block, Buttons) for block in both.blocks)


def test_the_view_holds_where_to_reply_and_fits_however_long_the_answer_is() -> None:
    long = Reply("x", tuple(Section((line(f"{HOSTILE} {n} " * 5),)) for n in range(300)), shareable=True)
    view = look_up.view(long, {"channel": "C1", "thread": "1.2"}, ("/pti revenue",), MARIA)
    assert problem_of_view(view) is None
    assert "type the command" in str(view)


def test_a_reply_in_a_thread_stays_in_that_thread() -> None:
    payload = {"channel": {"id": "C1"}, "message": {"ts": "2.0", "thread_ts": "1.0"}}
    assert look_up.read_thread(payload) == {"channel": "C1", "thread": "1.0"}
    assert look_up.read_thread({"message_ts": "3.0"}) == {"channel": "", "thread": "3.0"}


def test_doubtful_words_offer_what_there_is_in_words_that_fit_its_number() -> None:
    one = look_up.choice(("pti:revenue",), CATALOG)
    assert one.text == "This message may be about this: Revenue (Priority Trade Issue)."
    assert "one of these" not in render(one)
    several = look_up.choice(("pti:revenue", "role:auditor"), CATALOG)
    assert several.text.startswith("This message may be about one of these: Revenue (Priority Trade Issue); Auditor (")
    assert len([button for block in several.blocks if isinstance(block, Buttons) for button in block.buttons]) == 2


def test_the_preview_is_what_the_modal_shows_and_offers_the_thread_to_who_may_reply_there() -> None:
    answer = Reply("x", (Section((line("answer"),)),), shareable=True)
    guest = replace(MARIA, external=True)
    for asked, person, offered in ((("/pti revenue",), MARIA, True), ((), MARIA, False), (("/pti revenue",), guest, False)):
        shown = look_up.preview(answer, asked, person)
        view = look_up.view(answer, {"channel": "C1", "thread": "1.2"}, asked, person)
        assert view["blocks"] == reply_blocks(shown)
        assert ("Reply in thread" in render(shown)) is offered
        assert ("submit" in view) is offered
