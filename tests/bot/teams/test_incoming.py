"""Reading Teams activities."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.incoming import Audience
from bot.teams import incoming
from bot.teams.incoming import CHANNEL, GROUP, PERSONAL, Presence, TeamsIncoming, has_words
from handlers.actions import Action
from jobs.models.channels import ChannelRef

TENANT = "6f2a1c1e-0000-4000-8000-00000000000a"
OTHER = "6f2a1c1e-0000-4000-8000-00000000000b"
USER = "11111111-2222-3333-4444-555555555555"
BOT = "28:bot"

Json = dict[str, Any]


def message(text: str = "pti revenue", kind: str = PERSONAL, **more: Any) -> Json:
    conversation = {"id": "19:abc@thread.tacv2" if kind == CHANNEL else "a:chat", "conversationType": kind, "tenantId": TENANT}
    data: Json = {"tenant": {"id": TENANT}}
    if kind == CHANNEL:
        conversation["id"] += ";messageid=1700"
        data |= {"team": {"id": "19:team@thread.tacv2", "name": "Outreach"}, "channel": {"id": "19:abc@thread.tacv2", "name": "Quota"}}
    return {
        "type": "message",
        "id": "1701",
        "text": text,
        "from": {"id": "29:maria", "name": "Maria Diaz", "aadObjectId": USER},
        "recipient": {"id": BOT, "name": "Trade bot"},
        "conversation": conversation,
        "channelData": data,
        "serviceUrl": "https://smba.trafficmanager.net/amer/",
        "channelId": "msteams",
    } | more


def mention(text: str, who: str = BOT) -> Json:
    return {"type": "mention", "text": text, "mentioned": {"id": who, "name": "Trade bot"}}


def read_message(activity: Json, tenant: str = TENANT, admins: frozenset[str] = frozenset()) -> TeamsIncoming:
    return incoming.read_message(activity, incoming.read_sender(activity, tenant, admins))


def read_press(activity: Json) -> TeamsIncoming:
    return incoming.read_press(activity, incoming.read_sender(activity, TENANT, frozenset()))


def test_a_personal_message_is_read() -> None:
    asked = read_message(message())
    assert (asked.text, asked.audience, asked.thread) == ("pti revenue", Audience.ASKER, "")
    assert (asked.person.key, asked.person.name, asked.person.external) == (f"teams:{TENANT}/{USER}", "Maria Diaz", False)
    assert asked.channel == ChannelRef("teams", TENANT, "a:chat")
    assert asked.service_url == "https://smba.trafficmanager.net/amer/"
    assert asked.conversation == "a:chat"
    assert asked.bot_name == "Trade bot"


def test_a_channels_id_excludes_the_thread_that_is_answered() -> None:
    asked = read_message(message(kind=CHANNEL))
    assert asked.channel.id == "19:abc@thread.tacv2"
    assert asked.channel.name == "Quota"
    assert dict(asked.channel.extra) == {
        "service_url": "https://smba.trafficmanager.net/amer/",
        "kind": CHANNEL,
        "team_id": "19:team@thread.tacv2",
    }
    assert asked.conversation == "19:abc@thread.tacv2;messageid=1700"
    assert asked.audience is Audience.UNKNOWN


def test_a_new_post_without_a_thread_id_starts_its_own_thread() -> None:
    activity = message(kind=CHANNEL)
    activity["conversation"]["id"] = "19:abc@thread.tacv2"
    assert read_message(activity).conversation == "19:abc@thread.tacv2;messageid=1701"


def test_a_group_chat_has_no_threads() -> None:
    asked = read_message(message(kind=GROUP))
    assert (asked.thread, asked.audience, asked.conversation) == ("", Audience.UNKNOWN, "a:chat")


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("<at>Trade bot</at> pti revenue", [mention("<at>Trade bot</at>")]),
        ("<at>Trade bot</at>&nbsp;pti revenue", [mention("<at>Trade bot</at>")]),
        ("<at>Trade bot</at>\xa0pti&nbsp;revenue\r\n", [mention("<at>Trade bot</at>")]),
        ("<at>Trade</at> <at>bot</at> pti revenue", [mention("<at>Trade</at>"), mention("<at>bot</at>")]),
        (
            '<at id="0">Trade</at>&nbsp;<at id="1">bot</at>&nbsp;pti revenue',
            [mention('<at id="0">Trade</at>'), mention('<at id="1">bot</at>')],
        ),
        ("pti <at>Trade bot</at> revenue", [mention("<at>Trade bot</at>")]),
        ("pti revenue <at>Trade bot</at>", [mention("<at>Trade bot</at>")]),
        ("<at>Trade bot</at> pti revenue", []),
        ("  <at>Trade bot</at>pti revenue", [{"type": "clientInfo"}, "junk", None]),
        ("pti revenue <at>Trade bot</at>", []),
        ("<at>trade bot</at> <at>Trade&nbsp;bot</at> pti <at>Trade bot</at> revenue", []),
        ("<p><at>Trade bot</at>&nbsp;pti revenue</p>", [mention("<at>Trade bot</at>")]),
        ("<at>Trade bot</at> <at>Trade bot</at> pti revenue", [mention("<at>Trade bot</at>")]),
        ('<quoted messageId="1772050244572"/> <at>Trade bot</at> pti revenue', [mention("<at>Trade bot</at>")]),
        ('<quoted messageId="1772050244572"/><at>Trade bot</at> pti revenue', []),
        ('<attachment id="a1"></attachment>\n<p>&nbsp;</p><p><at>Trade bot</at> pti revenue</p>', []),
        ('<emoji id="1f44b" alt="👋" title="Hi"></emoji>&nbsp;<at>Trade bot</at>&nbsp;pti revenue', []),
        ("&nbsp;<P>\r\n<EMOJI id='x'/><at>Trade bot</at> pti <emoji alt='x'/>revenue", []),
    ],
)
def test_the_mention_of_the_bot_is_removed(text: str, entities: list[Any]) -> None:
    assert read_message(message(text, CHANNEL, entities=entities)).text == "pti revenue"


def test_a_mention_of_somebody_else_stays_as_a_name() -> None:
    entities = [mention("<at>Trade bot</at>"), mention("<at>Pat</at>", "29:pat")]
    assert read_message(message("<at>Trade bot</at> role <at>Pat</at>", CHANNEL, entities=entities)).text == "role Pat"
    assert read_message(message("<at>Trade bot</at> role <at>Pat</at>", CHANNEL)).text == "role Pat"
    assert read_message(message("role <at>Pat</at> <at>Trade bot</at>", CHANNEL)).text == "role Pat"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('<quoted messageId="1"/>', ""),
        ("<quoted>/trade-admin reload</quoted> pti revenue", "/trade-admin reload pti revenue"),
        ('<attachment id="/trade-admin reload"></attachment>pti revenue', "pti revenue"),
        ("<quoted /trade-admin reload", "<quoted /trade-admin reload"),
        ("<quo<quoted/>ted/>pti revenue", "<quo ted/>pti revenue"),
        ("&lt;attachment id='1'&gt; pti", "<attachment id='1'> pti"),
        ("<quotedly>pti</quotedly>", "<quotedly>pti</quotedly>"),
        ("<emoji " * 2_000 + ">", ("<emoji " * 2_000)[:2_000]),
    ],
)
def test_a_tag_of_teams_own_hides_no_words_and_adds_none(text: str, words: str) -> None:
    assert read_message(message(text)).text == words.strip()


def test_a_link_to_a_csms_message_behind_other_words_is_read() -> None:
    page = "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/408372f"
    assert read_message(message(f'what is <a title="x" href="{page}">this</a>?')).text == f"what is {page} this ?"
    assert read_message(message('see <a href="https://www.cbp.gov/trade">this</a>')).text == "see this"


@pytest.mark.parametrize(
    ("text", "more", "asks"),
    [
        ("", {}, True),
        ("", {"attachments": [{"contentType": "text/html", "content": "<p><at>Trade bot</at></p>"}]}, True),
        ("<at>Trade bot</at>", {}, True),
        ("pti revenue", {"attachments": [{"contentType": "image/png"}]}, True),
        ("", {"value": {"command": "/pti revenue"}, "attachments": [{"contentType": "image/png"}]}, True),
        ("", {"attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": {}}]}, False),
        ('<attachment id="1"></attachment>', {"attachments": [{"contentType": "text/html", "content": "<attachment/>"}]}, False),
        ("&nbsp;", {"attachments": [{"contentType": "image/*"}, {"contentType": "text/html"}]}, False),
        ("", {"attachments": ["junk", None]}, True),
        ("", {"attachments": "junk", "value": "junk"}, True),
    ],
)
def test_a_card_or_a_file_without_words_asks_nothing(text: str, more: dict[str, Any], asks: bool) -> None:
    assert has_words(message(text, **more)) is asks


def test_html_entities_are_unescaped() -> None:
    assert read_message(message("pti AD&amp;CVD &lt;steel&gt;")).text == "pti AD&CVD <steel>"


def test_a_press_in_an_old_client_is_a_message_with_data_and_no_text() -> None:
    asked = read_message(message("", value={"command": "/pti revenue"}, replyToId="1690"))
    assert (asked.text, asked.pressed_message) == ("/pti revenue", "1690")
    assert read_message(message("hello", value={"command": "/pti revenue"})).text == "hello"


def test_a_button_carries_its_command() -> None:
    action = {"type": "Action.Execute", "verb": "command", "data": {"command": "/pti revenue"}}
    activity = message(value={"action": action}, replyToId="1690")
    asked = read_press(activity)
    assert (asked.text, asked.pressed_message) == ("/pti revenue", "1690")


@pytest.mark.parametrize(
    ("value", "action", "argument"),
    [
        ("/pti revenue", Action.RUN, "/pti revenue"),
        ("/csms why entry 12", Action.RUN, "/csms why entry 12"),
        ("share /pti revenue", Action.SHARE, "/pti revenue"),
        ("back", Action.BACK, ""),
    ],
)
def test_values_of_buttons_in_old_messages_are_read(value: str, action: Action, argument: str) -> None:
    execute = read_press(message(value={"action": {"data": {"command": value}}}, replyToId="1690"))
    submit = read_message(message("", value={"command": value}, replyToId="1690"))
    for read in (execute, submit):
        assert (read.action, read.text, read.pressed_message) == (action, argument, "1690")


def test_a_choice_is_the_value_of_the_input_that_its_button_names() -> None:
    data = {"menu": "menu-3-0", "menu-3-0": "/pti textiles", "menu-4-0": "/role auditor"}
    assert read_press(message(value={"action": {"data": data}}, replyToId="1690")).text == "/pti textiles"
    assert read_message(message("", value=data, replyToId="1690")).text == "/pti textiles"
    pressed = {"command": "/pti", "menu-3-0": "/pti textiles"}
    assert read_press(message(value={"action": {"data": pressed}})).text == "/pti"


@pytest.mark.parametrize("value", [None, 3, [], {}, {"action": 3}, {"action": {"data": []}}, {"action": {"data": {"command": 7}}}])
def test_a_malformed_button_has_no_command(value: Any) -> None:
    assert read_press(message(value=value)).text == ""


def test_a_search_is_read() -> None:
    value = {"commandId": "lookUp", "parameters": [{"name": "words", "value": " forced \n labor "}], "queryOptions": {"skip": 0}}
    assert incoming.read_search(message(value=value)) == "forced labor"
    assert incoming.read_search(message(value={"parameters": [{"name": "initialRun", "value": "true"}]})) == ""
    assert incoming.read_search(message(value="junk")) == ""


def test_admins_belong_to_the_bots_tenant_and_ids_ignore_case() -> None:
    admins = frozenset({f"teams:{TENANT.upper()}/{USER}"})
    assert read_message(message(), admins=admins).person.admin
    theirs = message()
    theirs["from"]["tenantId"] = OTHER
    assert not read_message(theirs, admins=frozenset({f"teams:{TENANT}/{USER}"})).person.admin


def test_people_of_another_tenant_or_none_are_external() -> None:
    theirs = message()
    theirs["from"]["tenantId"] = OTHER
    assert read_message(theirs).person.external
    nowhere = message()
    del nowhere["conversation"]["tenantId"], nowhere["channelData"]["tenant"]
    assert read_message(nowhere).person.external


def test_a_bot_without_a_tenant_uses_the_conversations() -> None:
    asked = read_message(message(), tenant="")
    assert (asked.channel.workspace, asked.person.external) == (TENANT, False)


def test_a_conversation_of_another_tenant_is_foreign() -> None:
    theirs = message()
    theirs["conversation"]["tenantId"] = OTHER
    assert incoming.is_foreign(theirs, TENANT)
    data = message()
    data["channelData"]["tenant"]["id"] = OTHER
    assert incoming.is_foreign(data, TENANT)
    assert not incoming.is_foreign(message(), TENANT.upper())
    assert not incoming.is_foreign(theirs, "")


def test_people_without_a_directory_entry_are_external() -> None:
    anybody = message(kind=GROUP)
    anybody["from"] = {"id": "29:anon", "name": "Guest"}
    assert read_message(anybody).person.external
    mixed = message()
    mixed["channelData"]["tenant"]["id"] = OTHER
    assert read_message(mixed).person.external is False  # the conversation's own tenant counts
    mixed["from"]["tenantId"] = OTHER
    assert read_message(mixed).person.external


def test_an_unnamed_conversation_type_is_not_stored_and_counts_as_many_readers() -> None:
    activity = message(kind=CHANNEL)
    del activity["conversation"]["conversationType"]
    asked = read_message(activity)
    assert (asked.kind, asked.audience, "kind" in asked.channel.extra) == (CHANNEL, Audience.UNKNOWN, False)
    bare = message()
    del bare["conversation"]["conversationType"]
    assert (read_message(bare).kind, read_message(bare).audience) == (GROUP, Audience.UNKNOWN)


def test_a_press_in_a_channel_belongs_to_the_thread_of_its_message() -> None:
    activity = message(kind=CHANNEL, replyToId="1690", value={"action": {"data": {"command": "/pti"}}})
    activity["conversation"]["id"] = "19:abc@thread.tacv2"
    assert read_press(activity).conversation == "19:abc@thread.tacv2;messageid=1690"


TEAM = {"team": {"id": "19:t"}}
REMOVED = {"type": "conversationUpdate", "membersRemoved": [{"id": BOT}], "recipient": {"id": BOT}}


@pytest.mark.parametrize(
    ("activity", "expected"),
    [
        ({"type": "installationUpdate", "action": "add"}, Presence(True, new=True)),
        ({"type": "installationUpdate", "action": "add", "channelData": TEAM}, Presence(True, team=True, new=True)),
        ({"type": "installationUpdate", "action": "remove"}, Presence(False)),
        ({"type": "installationUpdate", "action": "remove", "channelData": TEAM}, Presence(False, team=True)),
        ({"type": "installationUpdate", "action": "add-upgrade"}, None),
        ({"type": "installationUpdate", "action": "remove-upgrade"}, None),
        ({"type": "installationUpdate", "action": "paint"}, None),
        ({"type": "installationUpdate"}, None),
        ({"type": "conversationUpdate", "channelData": {"eventType": "channelDeleted", **TEAM}}, Presence(False)),
        ({"type": "conversationUpdate", "channelData": {"eventType": "teamDeleted", **TEAM}}, Presence(False, team=True)),
        ({"type": "conversationUpdate", "channelData": {"eventType": "channelRestored", **TEAM}}, Presence(True)),
        (REMOVED, Presence(False)),
        (REMOVED | {"channelData": TEAM, "conversation": {"id": "19:shared"}}, Presence(False)),
        (REMOVED | {"channelData": TEAM, "conversation": {"id": "19:t;messageid=1"}}, Presence(False, team=True)),
        ({"type": "conversationUpdate", "membersAdded": [{"id": BOT}], "recipient": {"id": BOT}}, Presence(True)),
        ({"type": "conversationUpdate", "membersRemoved": [{"id": "29:pat"}], "recipient": {"id": BOT}}, None),
        ({"type": "conversationUpdate", "membersAdded": [{"id": "29:pat"}], "recipient": {"id": BOT}}, None),
        ({"type": "typing"}, None),
        ({}, None),
    ],
)
def test_presence_is_read_from_activities(activity: Json, expected: Presence | None) -> None:
    assert incoming.read_presence(activity) == expected


def test_missing_and_malformed_fields_are_no_error() -> None:
    value = {"action": {"data": {"command": "/x"}}}
    whole = message("<at>Trade bot</at> x", CHANNEL, entities=[mention("<at>Trade bot</at>")], value=value)
    odd_values: tuple[object, ...] = (None, 3, "x", [], [None], {}, {"id": {}}, True, "\ud800", "\x00")
    for odd in odd_values:
        for name in whole:
            activity = whole | {name: odd}
            for read in (read_message, read_press):
                asked = read(activity)
                asked.text.encode()
                json.dumps(dict(asked.channel.extra))
            incoming.read_search(activity)
            incoming.read_presence(activity)
            incoming.is_foreign(activity, TENANT)


def test_long_messages_are_cut_before_they_are_parsed() -> None:
    assert len(read_message(message("x" * 100_000)).text) == incoming.MAX_CHARACTERS


def test_the_module_does_not_import_microsofts_sdk() -> None:
    source = Path(incoming.__file__).read_text(encoding="utf-8")
    assert "microsoft_teams" not in source
