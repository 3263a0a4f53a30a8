"""Test that the values of buttons in old messages keep their meaning: messages stay in Slack for years."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from handlers.actions import Action, decode, encode, encode_question
from handlers.replies.reply import Button
from tests.support import slack_server
from tests.support.process import eventually
from tests.support.slack_office import Json, Office, buttons, office, words
from tests.support.slack_payloads import choose, direct, event, in_view, press
from tests.support.slack_server import Channel, SlackServer

EDITORS = "C0EDITORS"
CHANGE = "change C1 /csms subscribe instead of 3"


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server.serving() as server:
        server.channels[EDITORS] = Channel(EDITORS, "editors")
        yield server
        assert server.refused == []


@pytest.fixture
def at(slack: SlackServer, sqlite_url: str) -> Iterator[Office]:
    """Return the bot, with subscription 3 in the channel C1."""
    with office(sqlite_url, slack, TRADEBOT_ADMIN_CHANNEL=EDITORS) as it:
        for topic in ("textiles", "ipr", "revenue"):
            it.type(f"/csms subscribe {topic} now")
        yield it


@pytest.mark.parametrize(
    ("value", "action", "argument"),
    [
        ("share /pti revenue", Action.SHARE, "/pti revenue"),
        ("report pti:revenue", Action.REPORT, "pti:revenue"),
        (CHANGE, Action.CHANGE, "C1 /csms subscribe instead of 3"),
        ("back", Action.BACK, ""),
        ("ask /csms unsubscribe 3\nEnd\nSure?", Action.ASK, "/csms unsubscribe 3\nEnd\nSure?"),
        ("/pti revenue", Action.RUN, "/pti revenue"),
        ("share share /pti", Action.SHARE, "share /pti"),
        # an action without what it is about is none
        ("share", Action.RUN, "share"),
        ("report ", Action.RUN, "report"),
        ("change", Action.RUN, "change"),
        ("shared /pti", Action.RUN, "shared /pti"),
        ("", Action.RUN, ""),
    ],
)
def test_a_value_is_read_as_its_action(value: str, action: Action, argument: str) -> None:
    assert decode(value) == (action, argument)
    assert encode(action, argument) == value.strip()


def answer_to_press(at: Office, value: str, **more: Any) -> Json:
    before = len(at.slack.responses)
    at.send(press(value, at.slack.hook("press"), **more))
    eventually(lambda: len(at.slack.responses) > before, "the press is answered")
    return dict(at.slack.responses[-1])


def open_home(at: Office) -> Json:
    at.send(event({"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"}))
    return at.view("U1")


def press_in_view(at: Office, view: Json, value: str) -> None:
    at.send(in_view(view, None, {"action_id": "command_9", "type": "button", "value": value}))


def test_run_answers_the_command_in_place_of_its_private_message(at: Office) -> None:
    answer = answer_to_press(at, "/pti revenue")
    assert (answer["response_type"], answer["replace_original"]) == ("ephemeral", True)
    assert "Collecting the duties" in words(answer)


@pytest.mark.parametrize("kind", ["overflow", "static_select"])
def test_a_choice_in_a_menu_is_answered_like_a_pressed_button(at: Office, kind: str) -> None:
    before = len(at.slack.responses)
    at.send(choose("/pti revenue", at.slack.hook("choice"), kind))
    eventually(lambda: len(at.slack.responses) > before, "the choice is answered")
    assert "Collecting the duties" in words(at.slack.responses[-1])


def test_an_option_that_asks_first_acts_only_after_its_question(at: Office) -> None:
    unsubscribe = Button("Unsubscribe", "/csms unsubscribe 3", "danger", "End subscription 3?")
    asked = answer_to_press(at, encode_question(unsubscribe, 150))
    assert (asked["text"], asked["response_type"], asked["replace_original"]) == ("End subscription 3?", "ephemeral", False)
    assert len(at.saved()) == 3
    answer_to_press(at, buttons(asked)["Unsubscribe"])
    assert len(at.saved()) == 2


def test_share_answers_the_command_for_the_channel_and_leaves_the_card(at: Office) -> None:
    answer = answer_to_press(at, "share /pti revenue")
    assert (answer["response_type"], answer["replace_original"]) == ("in_channel", False)
    assert "Shared by maria" in words(answer)


def test_report_asks_what_is_wrong_with_the_card(at: Office) -> None:
    at.send(press("report pti:revenue", at.slack.hook()))
    view = at.view()
    assert (view["title"]["text"], json.loads(view["private_metadata"])["subject"]) == ("Report a problem", "pti:revenue")


def test_change_opens_the_form_of_the_subscription_from_the_home_tab(at: Office) -> None:
    press_in_view(at, open_home(at), CHANGE)
    view = at.view()
    assert (view["title"]["text"], json.loads(view["private_metadata"])["subscription"]) == ("Change subscription", 3)


@pytest.mark.parametrize("value", [CHANGE, "back", "back again", "share", "report", "change"])
def test_a_value_without_meaning_in_a_message_is_looked_up_as_if_typed(at: Office, value: str) -> None:
    typed = at.type(f"/trade {value}")
    pressed = answer_to_press(at, value)
    assert pressed["text"] == typed["text"]
    assert pressed["response_type"] == "ephemeral"
    assert len(at.saved()) == 3
    assert at.slack.asked("views.open") == []


@pytest.mark.parametrize("value", ["share /pti revenue", "back", "ask /pti revenue"])
def test_a_value_without_meaning_in_a_view_is_looked_up_as_if_typed(at: Office, value: str) -> None:
    press_in_view(at, open_home(at), f"/trade {value}")
    press_in_view(at, at.view("U1"), value)
    assert at.view("V2")["blocks"] == at.view("V1")["blocks"]
    assert "Shared by" not in words(at.view("V2"))
    assert at.slack.posts == []


@pytest.mark.parametrize("text", ["share /pti revenue", "report pti:revenue", "back", "ask /pti revenue", CHANGE])
def test_typed_words_are_never_an_action(at: Office, text: str) -> None:
    at.send(event(direct(text)))
    (post,) = at.posts(1, "D1")
    assert post["text"] == at.type(f"/trade {text}")["text"]
    assert "Shared by" not in words(post)
    assert at.slack.asked("views.open") == []
