"""Test the manifest against Slack's rules, as https://docs.slack.dev/reference/app-manifest gives them."""

import copy
import json
import re
from typing import Any

import jsonschema
import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.app import build
from bot.cli import main
from bot.settings import load
from bot.slack import manifest as manifests
from bot.slack.listeners import bolt_app
from bot.slack.responder import SlackResponder
from handlers.table import TABLE, VERBS
from tests.support import slack_payloads as people
from tests.support import slack_server
from tests.support.slack_office import slack_client

Json = dict[str, Any]


def words(least: int, most: int, pattern: str = "") -> Json:
    return {"type": "string", "minLength": least, "maxLength": most, "pattern": pattern}


def only(required: str = "", **fields: Json) -> Json:
    return {"type": "object", "properties": fields, "required": required.split(), "additionalProperties": False}


def several(item: Json, most: int, least: int = 0) -> Json:
    return {"type": "array", "items": item, "minItems": least, "maxItems": most, "uniqueItems": True}


FLAG: Json = {"type": "boolean"}
URL = words(8, 3000, "^https?://")
NAMES = several(words(1, 50), 100)

RULES = only(
    "display_information features oauth_config settings",
    display_information=only(
        "name",
        name=words(1, 35),
        description=words(1, 140),
        long_description=words(175, 4000),
        background_color=words(4, 7, "^#([0-9a-fA-F]{3}){1,2}$"),
    ),
    features=only(
        "bot_user",
        app_home=only(home_tab_enabled=FLAG, messages_tab_enabled=FLAG, messages_tab_read_only_enabled=FLAG),
        bot_user=only("display_name", display_name=words(1, 80, "^[a-z0-9._-]+$"), always_online=FLAG),
        shortcuts=several(
            only(
                "name type callback_id description",
                name=words(1, 24),
                type={"enum": ["message", "global"]},
                callback_id=words(1, 255),
                description=words(1, 150),
            ),
            10,
            1,
        ),
        slash_commands=several(
            only(
                "command description",
                command=words(2, 32, "^/[a-z0-9_-]+$"),
                url=URL,
                description=words(1, 2000),
                usage_hint=words(1, 1000),
                should_escape=FLAG,
            ),
            50,
            1,
        ),
        unfurl_domains=several(words(4, 255, r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"), 5),
    ),
    oauth_config=only("scopes", scopes=only("bot", bot=several(words(1, 50), 255))),
    settings=only(
        "event_subscriptions interactivity",
        event_subscriptions=only("bot_events", request_url=URL, bot_events=NAMES),
        interactivity=only("is_enabled", is_enabled=FLAG, request_url=URL),
        org_deploy_enabled=FLAG,
        socket_mode_enabled=FLAG,
        token_rotation_enabled=FLAG,
    ),
)

BUILT_IN = (
    "active archive away call collapse dm dnd expand feedback feed huddle invite join kick leave me msg mute open people prefs remind "
    "remove rename search shortcuts shrug star status topic who workflow"
)
"""Commands that Slack keeps for itself."""

HTTP = "https://tradebot.example.gov"


def problems(manifest: Json) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in jsonschema.Draft202012Validator(RULES).iter_errors(manifest)]


@pytest.mark.parametrize("http", [None, HTTP])
def test_the_manifest_keeps_to_every_limit(http: str | None) -> None:
    assert problems(manifests.slack(http)) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("display_information", "name"), "T" * 36),
        (("display_information", "description"), "d" * 141),
        (("display_information", "long_description"), "too short"),
        (("features", "slash_commands", 0, "command"), "/" + "c" * 32),
        (("features", "slash_commands", 0, "command"), "pti"),
        (("features", "slash_commands", 0, "usage_hint"), ""),
        (("features", "slash_commands"), []),
        (("features", "shortcuts", 0, "name"), "Look up what it means here"),
        (("features", "bot_user", "display_name"), "Trade Bot"),
        (("settings", "interactivity", "request_url"), "tradebot.example.gov"),
        (("settings", "socket_mode"), True),
    ],
)
def test_the_rules_refuse_what_slack_would_refuse(place: tuple[Any, ...], value: Any) -> None:
    manifest = copy.deepcopy(manifests.slack(HTTP))
    *path, last = place
    inner: Any = manifest
    for step in path:
        inner = inner[step]
    inner[last] = value
    assert problems(manifest)


def test_every_verb_of_the_command_table_is_a_slash_command_and_nothing_else() -> None:
    commands = manifests.slack()["features"]["slash_commands"]
    assert [command["command"] for command in commands] == [f"/{verb}" for verb in VERBS]
    assert not set(VERBS) & set(BUILT_IN.split())


def test_a_commands_hint_names_every_word_that_may_follow() -> None:
    for command in manifests.slack()["features"]["slash_commands"]:
        rows = [row for row in TABLE if f"/{row.verb}" == command["command"]]
        parts = command["usage_hint"].split(" | ")
        assert {row.words[0] for row in rows if row.words} == {part for part in parts if not part.startswith("[")}
        assert sum(part.startswith("[") for part in parts) == sum(not row.words for row in rows)


def test_the_admins_command_says_that_it_is_theirs() -> None:
    (admin,) = (one for one in manifests.slack()["features"]["slash_commands"] if one["command"] == "/trade-admin")
    assert admin["description"].startswith("For this bot's admins: publish the content files")


def test_every_event_has_its_scope_and_nothing_wide_is_asked_for() -> None:
    manifest = manifests.slack()
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    assert {scope for scope in manifests.EVENTS.values() if scope} <= set(scopes)
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == list(manifests.EVENTS)
    assert not [scope for scope in scopes if re.search(r"public|customize|admin|users|files|im:read", scope)]


async def test_everything_in_the_manifest_has_a_listener(sqlite_url: str) -> None:
    with slack_server.serving() as slack:
        runtime = build(load({**slack.settings(), "DATABASE_URL": sqlite_url}))
        client = slack_client(runtime)
        responder = SlackResponder(runtime, client)
        listening = bolt_app(responder)

        async def status(payload: Json) -> int:
            return (await listening.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))).status

        inner = {"user": "U1", "channel": "C1", "tab": "home", "text": "revenue", "ts": "1.1"}
        for event in manifests.EVENTS:
            name, _, kind = event.partition(".")
            assert await status(people.event(inner | {"type": name, "channel_type": kind})) == 200, event
        for command in manifests.slack()["features"]["slash_commands"]:
            assert await status(people.command(command["command"])) == 200
        (shortcut,) = manifests.slack()["features"]["shortcuts"]
        pressed = {"type": "message_action", "callback_id": shortcut["callback_id"], "team": {"id": "T1"}, "user": {"id": "U1"}}
        assert await status(pressed) == 200
        assert await status(people.event(inner | {"type": "channel_archive"})) == 404
        await responder.tasks.finish(5)
        await client.close()
        runtime.db.close()


def test_socket_mode_needs_no_address() -> None:
    manifest = manifests.slack()
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "://" not in json.dumps(manifest)


def test_over_http_all_three_ways_in_lead_to_the_same_address() -> None:
    manifest = manifests.slack(HTTP)
    events, interactivity = manifest["settings"]["event_subscriptions"], manifest["settings"]["interactivity"]
    urls = {events["request_url"], interactivity["request_url"], *(one["url"] for one in manifest["features"]["slash_commands"])}
    assert urls == {f"{HTTP}/slack/events"}
    assert manifest["settings"]["socket_mode_enabled"] is False


@pytest.mark.parametrize("http", [None, HTTP])
def test_tokens_stay_valid_and_an_organization_may_install_the_app_for_all_of_it(http: str | None) -> None:
    settings = manifests.slack(http)["settings"]
    assert (settings["token_rotation_enabled"], settings["org_deploy_enabled"], settings["interactivity"]["is_enabled"]) == (
        False,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://bot.example.gov", "https://bot.example.gov/slack/events"),
        ("https://bot.example.gov/", "https://bot.example.gov/slack/events"),
        ("https://bot.example.gov:8443/trade/", "https://bot.example.gov:8443/trade/slack/events"),
        ("https://bot.example.gov/slack/events", "https://bot.example.gov/slack/events"),
        ("https://bot.example.gov/slack/events/", "https://bot.example.gov/slack/events"),
        ("https://bot.example.gov/a:70000", "https://bot.example.gov/a:70000/slack/events"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000/slack/events"),
        ("http://[::1]:3000", "http://[::1]:3000/slack/events"),
    ],
)
def test_an_address_is_taken_with_or_without_its_path(given: str, url: str) -> None:
    assert manifests.request_url(given) == url


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("bot.example.gov", "such as https://"),
        ("https://YOUR-HOST", "^YOUR-HOST is a placeholder; use the host"),
        ("https://your-host:8443/trade", "^YOUR-HOST is a placeholder"),
        ("http://bot.example.gov", "Slack requires an https address"),
        ("wss://bot.example.gov", "Slack requires an https address"),
        ("ws://127.0.0.1", "Slack requires an https address"),
        ("https://", "such as https://"),
        ("https://who:word@bot.example.gov", "such as https://"),
        ("https://bot.example.gov/?a=b", "such as https://"),
        ("https://bot.example.gov/#here", "such as https://"),
        ("https://bot.example.gov:70000", "such as https://"),
        ("https://bot.example.gov:0/x", "such as https://"),
        ("https://bot.example.gov/a b", "such as https://"),
        ("https://bot.example.gov\n", "such as https://"),
        ("https://bot.example.gov/" + "x" * 3000, "such as https://"),
    ],
)
def test_an_address_that_slack_cannot_use_is_refused(given: str, why: str) -> None:
    with pytest.raises(manifests.BadAddress, match=why):
        manifests.request_url(given)


def test_the_command_prints_the_manifest_as_json(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["manifest", "slack"]) == 0
    assert json.loads(capsysbinary.readouterr().out) == manifests.slack()
    assert main(["manifest", "slack", "--http", HTTP]) == 0
    assert json.loads(capsysbinary.readouterr().out) == manifests.slack(HTTP)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["manifest"], "choose a platform: tradebot manifest slack, or tradebot manifest teams"),
        (["manifest", "teems"], "there is no manifest for 'teems'; use: tradebot manifest slack, or tradebot manifest teams"),
        (["manifest", "slack", "--http", "http://bot.example.gov"], "--http http://bot.example.gov: Slack requires an https address"),
        (["manifest", "slack", "--out", "x.zip"], "--out is not an option for slack; use --http"),
        (["manifest", "teams", "--http", HTTP], "--http is not an option for teams; use --url, --client-id, --out"),
        (["manifest", "slack", "--http="], "--http needs a value"),
    ],
)
def test_an_unknown_platform_or_a_bad_address_is_one_sentence(
    given: list[str], said: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(given) == 2
    out, err = capsysbinary.readouterr()
    assert out == b""
    assert err.decode().startswith(f"tradebot: {said}")
    assert err.count(b"\n") == 1
