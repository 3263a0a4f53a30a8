"""Test signed requests of unexpected shapes: they are refused or ignored and never crash the bot."""

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.slack import validation
from tests.bot.slack.test_journeys import workspace
from tests.support import slack_server
from tests.support.process import eventually
from tests.support.slack_payloads import command, direct, event, form, headers, in_view, mention, press, shortcut
from tests.support.slack_server import SlackServer

Json = dict[str, Any]
HOOK = "https://hooks.example.gov/x"
MODAL = {"id": "V1", "type": "modal", "callback_id": "subscribe", "private_metadata": '{"channel":"C1"}', "hash": "1"}
HOME = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"}


def real() -> list[Json]:
    """One of each that Slack sends."""
    return [
        command("/csms latest", HOOK),
        command("/csms subscribe", HOOK),
        press("/pti revenue", HOOK),
        press("share /csms latest", HOOK),
        press("report pti:revenue", HOOK),
        in_view(MODAL, {"topics": {"form_topics": {"type": "multi_static_select", "selected_options": [{"value": "revenue"}]}}}),
        in_view(MODAL | {"callback_id": "look_up", "private_metadata": '{"channel":"C1","thread":"1.1","commands":["/pti ipr"]}'}),
        in_view(MODAL | {"callback_id": "report"}, {"words": {"w": {"type": "plain_text_input", "value": "wrong"}}}),
        in_view(MODAL, {}, {"type": "radio_buttons", "action_id": "form_when", "selected_option": {"value": "daily"}}),
        in_view(MODAL | {"type": "home"}, None, {"type": "button", "action_id": "command_1", "value": "/pti"}),
        shortcut("is CSMS #67000001 meant?", HOOK),
        event(mention("auditor")),
        event(direct("usmca")),
        event(HOME),
        event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}),
    ]


PRESS, VIEW, EVENT = press("/pti", HOOK), in_view(MODAL), event(mention("auditor"))

ODD: list[Json] = [
    {},
    {"type": "nothing"},
    {"type": 5},
    {"type": None},
    {"type": ["block_actions"]},
    {"command": 5},
    {"command": {}, "text": "x"},
    {"command": "/pti", "type": "block_actions"},
    command("/pti") | {"text": 7},
    command("/pti") | {"channel_id": "C" * 300},
    PRESS | {"channel": {"id": "C" * 300}},
    command("/pti") | {"team_id": ["T1"]},
    PRESS | {"actions": None},
    PRESS | {"actions": []},
    PRESS | {"actions": {}},
    PRESS | {"actions": "press"},
    PRESS | {"actions": [None]},
    PRESS | {"actions": [[]]},
    PRESS | {"actions": [{}]},
    PRESS | {"actions": [{"type": "button", "value": "/pti"}]},
    PRESS | {"actions": [{"action_id": 5}]},
    PRESS | {"actions": [{"action_id": None}]},
    PRESS | {"team": 5},
    PRESS | {"user": [1]},
    PRESS | {"channel": {"id": 7}},
    PRESS | {"container": "message"},
    PRESS | {"response_url": 5},
    {name: value for name, value in PRESS.items() if name != "actions"},
    VIEW | {"view": None},
    VIEW | {"view": "modal"},
    VIEW | {"view": {}},
    VIEW | {"view": {"callback_id": "subscribe"}},
    VIEW | {"view": {"type": "modal"}},
    VIEW | {"view": {"type": 5, "callback_id": "subscribe"}},
    VIEW | {"view": {"type": "workflow_step", "callback_id": "subscribe"}},
    VIEW | {"view": MODAL | {"state": []}},
    VIEW | {"view": MODAL | {"callback_id": 5}},
    shortcut("x") | {"callback_id": None},
    shortcut("x") | {"message": "x"},
    EVENT | {"event": {}},
    EVENT | {"event": {"type": 7}},
    EVENT | {"event": {"type": "message", "user": 5}},
    EVENT | {"event": {"type": "message", "channel": []}},
    EVENT | {"event": {"type": "message", "message": "x"}},
    EVENT | {"authorizations": {}},
    EVENT | {"authorizations": [5]},
    EVENT | {"authorizations": [{"team_id": 5}]},
    EVENT | {"team_id": {}},
    EVENT | {"team_id": "\ud800"},
    EVENT | {"event_id": "Ev\x00"},
    EVENT | {"authorizations": [{"team_id": "T\udfff"}]},
    EVENT | {"event": {"type": "app_uninstalled", "user": {"id": "\ud800"}}},
    PRESS | {"user": {"id": "U\x00"}},
    PRESS | {"team": "\ud800"},
]

VALUES: list[Any] = [None, 0, -1.5, True, "", "x", "x" * 5000, [], {}, [None], [[]], [{}], {"id": 5}, {"type": 5}, {"id": {}}, "\x00\ud800"]


def mutated(payload: Json, chance: random.Random) -> Json:
    """One to three places of it are something else, or gone."""
    changed = copy.deepcopy(payload)
    for _ in range(chance.randint(1, 3)):
        here: Any = changed
        while True:
            keys = list(here) if isinstance(here, dict) else list(range(len(here)))
            if not keys:
                break
            key = chance.choice(keys)
            if isinstance(here[key], dict | list) and here[key] and chance.random() < 0.6:
                here = here[key]
                continue
            if chance.random() < 0.25:
                del here[key]
            else:
                here[key] = copy.deepcopy(chance.choice(VALUES))
            break
    return changed


def mutations(count: int) -> Iterator[Json]:
    chance = random.Random(20260209)  # noqa: S311 - the same ones each time
    for _ in range(count):
        yield mutated(chance.choice(real()), chance)


def body(payload: Json) -> bytes:
    if "event" in payload or ("command" in payload and not all(isinstance(value, str) for value in payload.values())):
        return json.dumps(payload).encode()
    if "command" in payload:
        return form({name: value.encode("utf-8", "replace") for name, value in payload.items()})
    return form({"payload": json.dumps(payload)})


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server.serving() as server:
        yield server


MESSAGE = {
    "bot_id": "B1",
    "type": "message",
    "text": "x" * 3000,
    "user": "UBOT",
    "ts": "1700000000.000300",
    "app_id": "A1",
    "team": "T1",
    "thread_ts": "1700000000.000100",
    "edited": {"user": "UBOT", "ts": "1700000001.000000"},
    "metadata": {"event_type": "tradebot_post", "event_payload": {"post": "p"}},
    "blocks": [{"type": "actions", "block_id": "b", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Press"}}]}],
    "reactions": [{"name": "eyes", "users": ["U1"], "count": 1}],
}
WHOLE_VIEW = MODAL | {
    "team_id": "T1",
    "blocks": [{"type": "input", "block_id": "words", "label": {"type": "plain_text", "text": "Words"}, "element": {"type": "x"}}],
    "title": {"type": "plain_text", "text": "Subscribe", "emoji": True},
    "submit": {"type": "plain_text", "text": "Save", "emoji": True},
    "close": None,
    "state": {"values": {"words": {"w": {"type": "plain_text_input", "value": None}}}},
    "clear_on_close": False,
    "notify_on_close": False,
    "previous_view_id": None,
    "root_view_id": "V1",
    "external_id": "",
    "app_id": "A1",
    "app_installed_team_id": "T1",
    "bot_id": "B1",
}
BUTTON_TEXT = {"type": "plain_text", "text": "Press", "emoji": True}
OPTION = {"text": BUTTON_TEXT, "value": "daily", "description": None}
ORGANIZATION = {"enterprise": {"id": "E1", "name": "Office"}, "is_enterprise_install": True, "team": None}

DOCUMENTED: list[Json] = [
    # https://docs.slack.dev/reference/interaction-payloads, with every part that they show
    PRESS | {"message": MESSAGE, "token": "t", "api_app_id": "A1", "enterprise": None, "state": {"values": {}}},
    PRESS | ORGANIZATION | {"message": MESSAGE, "state": {"values": {"b": {"a": {"type": "static_select", "selected_option": OPTION}}}}},
    PRESS
    | {
        "actions": [
            {"type": "static_select", "action_id": "form_when", "block_id": "when", "selected_option": OPTION, "placeholder": OPTION}
        ]
    },
    PRESS | {"actions": [{"type": "overflow", "action_id": "command_1", "block_id": "b", "selected_option": OPTION, "text": BUTTON_TEXT}]},
    PRESS
    | {"function_data": {"execution_id": "Fx1", "function": {"callback_id": "f"}, "inputs": {}}, "bot_access_token": "xwfp-" + "1" * 300},
    VIEW | {"view": WHOLE_VIEW, "response_urls": [], "enterprise": None, "is_enterprise_install": False, "token": "t"},
    VIEW
    | {"view": WHOLE_VIEW, "response_urls": [{"block_id": "b", "action_id": "a", "channel_id": "C1", "response_url": HOOK + "y" * 300}]},
    VIEW | {"type": "view_closed", "view": WHOLE_VIEW, "is_cleared": False},
    VIEW
    | {"type": "block_actions", "view": WHOLE_VIEW | {"type": "home", "callback_id": ""}, "actions": PRESS["actions"], "channel": None},
    shortcut("x" * 9000, HOOK) | {"message": MESSAGE | {"files": [{"id": "F1"}], "subtype": "bot_message"}, "action_ts": "1.1"},
    {"type": "shortcut", "callback_id": "any", "trigger_id": "1.2.3", "user": {"id": "U1"}, "team": {"id": "T1"}, "action_ts": "1.1"},
    event(mention("x" * 9000, blocks=MESSAGE["blocks"], client_msg_id="c", event_ts="1.1"), event_context="4-x", authed_users=["U1"]),
    event(mention("hello", user_team="T2", source_team="T2"), is_ext_shared_channel=True, context_team_id="T1", context_enterprise_id=None),
    event(HOME | {"view": WHOLE_VIEW | {"type": "home"}, "event_ts": "1.1"}),
    event({"type": "message", "subtype": "message_changed", "channel": "D1", "message": MESSAGE, "previous_message": MESSAGE, "ts": "1.1"}),
    event({"type": "message", "subtype": "message_deleted", "channel": "D1", "previous_message": MESSAGE, "deleted_ts": "1.1"}),
    event({"type": "app_uninstalled"}, authorizations=[]),
    {"type": "app_rate_limited", "token": "t", "team_id": "T1", "minute_rate_limited": 1518467820, "api_app_id": "A1"},
    {"type": "url_verification", "token": "t", "challenge": "c" * 400},
    command("/csms latest", HOOK, enterprise_id="E1", enterprise_name="Office", token="t"),
]


@pytest.mark.parametrize("payload", [*real(), *DOCUMENTED], ids=lambda payload: f"{payload.get('type', 'command')}")
def test_documented_payloads_are_valid(payload: Json) -> None:
    assert validation.problem(payload) == ""


@pytest.mark.parametrize("payload", ODD, ids=lambda payload: json.dumps(payload)[:60])
def test_invalid_payload_is_described_without_its_values(payload: Json) -> None:
    said = validation.problem(payload)
    assert said
    assert "hooks" not in said


@pytest.mark.process
def test_invalid_payloads_are_refused_and_mutated_ones_never_crash(slack: SlackServer, tmp_path: Path) -> None:
    with workspace(slack, f"sqlite:///{tmp_path / 'odd.db'}", "serve") as office:

        def sent(payload: Json) -> int:
            given = body(payload)
            return office.people.send(given, headers(given))[0]

        assert [sent(payload) for payload in ODD] == [400] * len(ODD)
        gone = [event({"type": "app_uninstalled"}, team_id=odd, authorizations=[]) for odd in ("\ud800", "T\x00", "\ud83d")]
        assert [sent(payload) for payload in gone] == [400] * len(gone)
        answers = [(sent(payload), payload) for payload in mutations(500)]
        assert [payload for status, payload in answers if status >= 500] == []
        assert {status for status, _ in answers} >= {200, 400}
        assert "Revenue" in office.people.type("/pti revenue")["text"]
        office.running.wait_for("with an unexpected structure: ")


@pytest.mark.process
def test_the_socket_stays_open_whatever_comes_through_it(slack: SlackServer, tmp_path: Path) -> None:
    settings = slack.settings(socket=True) | {"SLACK_SIGNING_SECRET": slack_server.SECRET}
    with workspace(slack, f"sqlite:///{tmp_path / 'odd.db'}", "serve", "Socket Mode", **settings):
        eventually(lambda: slack.connected == 1, "the socket is open")
        for number, payload in enumerate([*ODD, *mutations(200)]):
            slack.push({"envelope_id": f"odd{number}", "type": "interactive", "accepts_response_payload": True, "payload": payload})
        good = command("/pti revenue", slack.hook())
        slack.push({"envelope_id": "good", "type": "slash_commands", "accepts_response_payload": True, "payload": good})
        eventually(lambda: "good" in slack.acks, "it still answers")
        assert "Revenue" in slack.acks["good"]["text"]
        assert not [name for name in slack.acks if name.startswith("odd") and int(name[3:]) < len(ODD)]
        assert (slack.connected, len(slack.asked("apps.connections.open"))) == (1, 1)
