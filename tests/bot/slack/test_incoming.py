"""Test what is read from a payload: person, channel, text, and whether the person is external."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest

from bot.incoming import Audience
from bot.slack.incoming import (
    MAX_CHARACTERS,
    SlackIncoming,
    Unreadable,
    read_event,
    read_form,
    read_interaction,
    read_payload,
    read_slash_command,
    typed_text,
)
from jobs.models.channels import ChannelRef
from tests.support.slack_payloads import command, direct, event, form, in_view, mention, press

ADMINS = frozenset({"slack:T1/U1"})


def test_a_slash_command() -> None:
    incoming = read_slash_command(command("/csms subscribe revenue", "https://hooks.slack.com/x", trigger_id="1.2"), ADMINS)
    assert incoming.text == "/csms subscribe revenue"
    assert (incoming.person.key, incoming.person.name, incoming.person.admin, incoming.person.external) == (
        "slack:T1/U1",
        "maria",
        True,
        False,
    )
    assert incoming.channel == ChannelRef("slack", "T1", "C1", "#trade")
    assert (incoming.event_id, incoming.response_url, incoming.audience) == ("1.2", "https://hooks.slack.com/x", Audience.ASKER)


@pytest.mark.parametrize("name", ["directmessage", "privategroup", ""])
def test_private_channel_has_no_name(name: str) -> None:
    assert read_slash_command(command("/pti", channel_name=name), ADMINS).channel.name == ""


@pytest.mark.parametrize(
    ("raw", "typed"),
    [
        ("R&amp;D &lt;now&gt;", "R&D <now>"),
        ("see <https://cbp.gov/trade|cbp.gov/trade>", "see cbp.gov/trade"),
        ("<https://cbp.gov>", "https://cbp.gov"),
        ("<mailto:a@cbp.dhs.gov|a@cbp.dhs.gov>", "a@cbp.dhs.gov"),
        ("<mailto:a@cbp.dhs.gov>", "a@cbp.dhs.gov"),
        ("in <#C1|trade>", "in trade"),
        ("  two\n lines ", "two lines"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_slacks_markup_is_read_as_it_was_typed(raw: str, typed: str) -> None:
    assert typed_text(raw) == typed


def test_surrogates_nul_and_overlong_texts_are_removed() -> None:
    incoming = read_slash_command(command("/pti", text="a\x00b \ud800 " + "x" * 50_000, user_name="m\x00\udc00"), ADMINS)
    assert incoming.text.startswith("/pti ab ? ")
    assert len(incoming.text) == MAX_CHARACTERS
    assert incoming.person.name == "m?"


def test_a_button_carries_its_command() -> None:
    incoming = read_interaction(press("/csms why 1", "https://hooks.slack.com/x"), ADMINS)
    assert (incoming.text, incoming.replaces, incoming.person.admin, incoming.channel.id) == ("/csms why 1", True, True, "C1")
    assert not read_interaction(press("/csms why 1", "", ephemeral=False), ADMINS).replaces


def test_a_mention_belongs_into_a_thread_and_a_direct_message_does_not() -> None:
    incoming = read_event(event(mention("who handles <https://x.gov|quota>?", ts="1700000000.000100"), event_id="Ev7"), ADMINS)
    assert (incoming.text, incoming.thread, incoming.audience, incoming.event_id) == (
        "who handles quota?",
        "1700000000.000100",
        Audience.CHANNEL,
        "C1/1700000000.000100",
    )
    assert read_event(event(mention("x", thread_ts="1.5")), ADMINS).thread == "1.5"
    private = read_event(event(direct("/pti revenue")), ADMINS)
    assert (private.text, private.thread, private.audience) == ("/pti revenue", "", Audience.ASKER)


def test_every_event_about_one_message_has_one_id_and_an_edit_another() -> None:
    def event_id(inner: dict[str, Any]) -> str:
        return read_event(event(inner), ADMINS).event_id

    assert event_id(mention("quota", ts="1.5")) == event_id(mention("quota", ts="1.5", type="message", subtype="thread_broadcast"))
    edited = {"edited": {"user": "U1", "ts": "1.9"}}
    assert event_id(mention("quota", ts="1.5", **edited)) != event_id(mention("quota", ts="1.5"))
    assert read_event(event({"user": "U1", "text": "quota"}, event_id="Ev7"), ADMINS).event_id == "Ev7"


@pytest.mark.parametrize(
    "typed",
    [
        "<@UBOT> pti revenue",
        "<@UBOT|tradebot> pti revenue",
        "pti revenue <@UBOT>",
        "pti <@UBOT> revenue <@UBOT|tradebot>",
        "<@UBOT> <@UBOT> pti revenue",
        "<@UBOT> @Trade bot pti revenue",
    ],
)
@pytest.mark.parametrize("say", [mention, direct])
def test_the_mentions_of_the_bot_are_removed_wherever_they_are(say: Callable[..., dict[str, Any]], typed: str) -> None:
    command = read_event(event(say("", text=typed)), ADMINS).command()
    assert (command.verb, command.words) == ("pti", "revenue")


def test_the_mention_of_somebody_else_stays_as_a_name() -> None:
    assert read_event(event(mention("ask <@U7|bob> too")), ADMINS).text == "ask bob too"
    assert read_event(event(mention("", text="<@U7|bob> asks <@UBOT> about quota")), ADMINS).text == "bob asks about quota"
    assert read_event(event(direct("ask <@U7|bob> about quota")), ADMINS).text == "ask bob about quota"
    unknown = without(event(mention("ask <@U7|bob> too")), "authorizations")
    assert read_event(unknown, ADMINS).text == "ask bob too", "the first mention counts as the bot's"


SHARED: dict[str, Any] = {"is_ext_shared_channel": True}
THEIRS = SHARED | {"team_id": "T9"}
"""The fields of an event in a channel that the other workspace owns."""


def without(payload: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if name not in names}


OUTSIDE: list[Any] = [
    read_event(event(mention("x", user_team="T9", team="T9"), **THEIRS), ADMINS),
    read_event(event(mention("x", team="T9"), **THEIRS), ADMINS),
    read_event(event(direct("x", user_team="T9"), **THEIRS), ADMINS),
    read_event(event({"type": "app_home_opened", "user": "U1", "tab": "home"}, **THEIRS), ADMINS),
    read_event(event({"type": "app_home_opened", "user": "U1", "tab": "home"}, team_id="T9"), ADMINS),
    # what isn't said counts against them
    read_event(without(event(mention("x", team="T9"), **THEIRS), "authorizations"), ADMINS),
    read_event(without(event(mention("x", team=None)), "is_ext_shared_channel"), ADMINS),
    read_interaction(without(press("/pti", ""), "user") | {"user": {"id": "U1"}}, ADMINS),
    read_interaction(press("/pti", "", user={"id": "U1"}, team=None), ADMINS),
    read_interaction(press("/pti", "", user_team="T9", team=None, enterprise={"id": "E1"}), ADMINS),
    read_slash_command(without(command("/pti"), "team_id"), ADMINS),
    # a view that somebody of another organization opened
    read_interaction(
        in_view({"id": "V1", "app_installed_team_id": "T1"}, user_team="E9") | {"team": {"id": "T9", "enterprise_id": "E9"}}, ADMINS
    ),
    read_event(event(mention("x", user_team="T9")), ADMINS),
    read_event(event(mention("x", team="T9")), ADMINS),
    read_event(event(mention("x", user_team="T9"), is_ext_shared_channel=True), ADMINS),
    read_event(event(mention("x", team=None), is_ext_shared_channel=True), ADMINS),
    read_event(event(direct("x", user_team="T9")), ADMINS),
    read_interaction(press("/pti", "", user_team="T9"), ADMINS),
    read_slash_command(command("/pti", user_team_id="T9"), ADMINS),
    # a view that somebody from outside opened in a shared channel: Slack says their workspace there
    read_interaction(in_view({"id": "V1", "app_installed_team_id": "T1"}, user_team="T9") | {"team": {"id": "T9"}}, ADMINS),
]


@pytest.mark.parametrize("incoming", OUTSIDE)
def test_people_of_another_workspace_are_external_and_never_admins(incoming: SlackIncoming) -> None:
    assert incoming.person.external
    assert not incoming.person.admin


def test_our_own_people_stay_our_own_in_a_shared_channel_but_guests_read_there() -> None:
    incoming = read_event(event(mention("x"), is_ext_shared_channel=True), ADMINS)
    assert (incoming.person.external, incoming.person.admin, incoming.audience) == (False, True, Audience.GUESTS)


@pytest.mark.parametrize("outer", ["T1", "T9"])
def test_our_own_people_are_our_own_in_a_channel_of_another_workspace(outer: str) -> None:
    for inner in (
        mention("x", team="T1"),
        mention("x", team="T9", user_team="T1"),
        {"type": "app_mention", "user": "U1", "user_team": "T1"},
    ):
        incoming = read_event(event(inner, team_id=outer, **SHARED), ADMINS)
        assert (incoming.person.external, incoming.person.key, incoming.channel.workspace) == (False, "slack:T1/U1", "T1")
    context = without(event(mention("x", team="T1"), team_id=outer, context_team_id="T1", **SHARED), "authorizations")
    assert read_event(context, ADMINS).person.key == "slack:T1/U1"
    assert not read_event(context, ADMINS).person.external


def test_people_of_the_organization_that_our_workspace_belongs_to_are_our_own() -> None:
    ours = press("/pti", "", user_team="E1", enterprise={"id": "E1"}, is_enterprise_install=False)
    assert (read_interaction(ours, ADMINS).person.key, read_interaction(ours, ADMINS).person.external) == ("slack:T1/U1", False)


def test_a_press_in_an_app_of_an_organization_may_leave_the_workspace_out() -> None:
    org: dict[str, Any] = {"team": None, "enterprise": {"id": "E1"}, "is_enterprise_install": True}
    for theirs in ("T2", "E1"):
        incoming = read_interaction(press("/pti", "", user_team=theirs, **org), frozenset({"slack:E1/U1"}))
        assert (incoming.person.key, incoming.person.external, incoming.person.admin) == ("slack:E1/U1", False, True)


def test_an_app_of_an_organization_is_keyed_by_it_and_its_admins_by_either() -> None:
    grid = {"enterprise_id": "E1", "is_enterprise_install": "true"}
    for admins in (frozenset({"slack:E1/U1"}), frozenset({"slack:T2/U1"})):
        incoming = read_slash_command(command("/pti", team_id="T2", **grid), admins)
        assert (incoming.channel.workspace, incoming.person.key, incoming.person.admin) == ("E1", "slack:E1/U1", True)
    only_workspace = read_slash_command(command("/pti", team_id="T2", enterprise_id="E1"), ADMINS)
    assert (only_workspace.channel.workspace, only_workspace.person.admin) == ("T2", False)
    installed = [{"enterprise_id": "E1", "team_id": "T2", "is_enterprise_install": True}]
    said = read_event(event(mention("x", team="E1"), authorizations=installed, team_id="T2"), ADMINS)
    assert (said.channel.workspace, said.person.external) == ("E1", False)
    button = press("/pti", "", user_team="E1", team={"id": "T2"}, enterprise={"id": "E1"}, is_enterprise_install=True)
    assert (read_interaction(button, ADMINS).channel.workspace, read_interaction(button, ADMINS).person.external) == ("E1", False)
    nobody = read_interaction(press("/pti", "", user_team="E1", team=None, enterprise={"id": "E1"}, is_enterprise_install=True), ADMINS)
    assert (nobody.channel.workspace, nobody.person.external) == ("E1", False)


@pytest.mark.parametrize("make", [read_slash_command, read_interaction, read_event])
@pytest.mark.parametrize(
    "payload", [{}, {"team": 1, "user": [], "event": {"text": 1}, "actions": [1], "authorizations": [1], "enterprise": "E"}]
)
def test_payload_of_another_shape_names_nobody(make: Any, payload: dict[str, Any]) -> None:
    incoming = make(payload, ADMINS)
    assert not incoming.person.admin
    assert incoming.channel.id == ""


@pytest.mark.parametrize(
    "body", ["", "&", "a", "a=", "=", "=b", "a=b&a=c", "a+b=c+d", "a%26=%3D%2B&&b=1", "a=%F0%9F%A6%80", "a=b=c", "a=%zz", "a;b=c", "a=%"]
)
def test_a_form_is_read_as_the_standard_library_does(body: str) -> None:
    assert read_form(body) == dict(parse_qsl(body, keep_blank_values=True))


def test_a_form_may_hold_the_word_payload() -> None:
    assert read_payload(form(command("/trade payload")).decode())["text"] == "payload"
    assert read_payload(form({"payload": json.dumps({"a": 1})}).decode()) == {"a": 1}
    for broken in ("{", '{"event": "x"}', "payload=[1]", "text=%ff", '{"a":' * 9_999):
        with pytest.raises(Unreadable):
            read_payload(broken)
