"""Teams from request to answer, in this process: what is accepted, what is answered, and who sees it."""

import asyncio
import json
import logging
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from bot import http
from bot.teams import app, incoming
from bot.teams.text import strip_slashes
from handlers import router
from handlers.table import TABLE
from jobs.store.database import DatabaseError
from jobs.unanswered import list_questions
from tests.support import teams_server
from tests.support.overtaking import NOTE, NUMBER, overtake
from tests.support.teams_office import Office, actions, buttons, card, office, words
from tests.support.teams_server import CHANNEL, GROUP, HIDDEN, PERSON, PERSONAL, TEAM, TENANT, TeamsServer

Json = dict[str, Any]


@pytest.fixture
def teams() -> Iterator[TeamsServer]:
    with teams_server.serving() as server:
        yield server
        assert server.refused == []


@pytest.fixture
async def desk(teams: TeamsServer, sqlite_url: str, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Office]:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    async with office(teams, sqlite_url, TRADEBOT_ADMINS=f"teams:{TENANT}/{PERSON}") as found:
        yield found
    assert [secret for secret in HIDDEN if secret in caplog.text] == []


async def test_a_look_up_in_a_chat_is_answered_there(desk: Office) -> None:
    answer = await desk.say("pti revenue")
    assert answer["conversation"] == PERSONAL
    assert "19 U.S.C. 4322" in words(card(answer))
    assert "Revenue" in answer["summary"]


@pytest.mark.parametrize("where", [CHANNEL, GROUP])
async def test_a_mention_is_answered_publicly_and_in_its_channels_thread(desk: Office, where: str) -> None:
    answer = await desk.say("pti revenue", where)
    base, _, root = answer["conversation"].partition(";messageid=")
    assert base == where
    assert bool(root) == (where == CHANNEL)
    assert "Only you see this" not in words(card(answer))


@pytest.mark.parametrize("where", [PERSONAL, GROUP, CHANNEL])
@pytest.mark.slow
async def test_every_command_is_answered_everywhere(desk: Office, where: str) -> None:
    for row in TABLE:
        said = f"{row.verb} {row.words[0] if row.words else ''}".strip()
        shown = words(card(await desk.say(said, where)))
        assert "Something went wrong" not in shown, said
        assert len(shown) > 20, said


async def test_everyday_words_are_understood(desk: Office) -> None:
    said = "This channel now gets CSMS updates: Forced labor.\nWeekly Mon 09:00 ET"
    assert said in words(card(await desk.say("subscribe me to forced labor weekly", CHANNEL)))
    offer = card(await desk.say("stop", CHANNEL))
    assert buttons(offer)["Pause until Monday"] == "/csms pause until monday"
    assert "Posting is paused in this channel until Mon" in words(card(await desk.say("pause until monday", CHANNEL)))
    assert "Forced labor" in words(card(await desk.say("what are we subscribed to?", CHANNEL)))


async def test_an_answer_can_be_marked_as_not_what_was_asked(desk: Office) -> None:
    for person in ("1", "1", "2"):
        sender = desk.teams.activity("message")["from"] | {"aadObjectId": person}
        await desk.say("frobnicate the quux", CHANNEL, **{"from": sender})
    answer = await desk.say("what is the forced labor portal", CHANNEL)
    value = buttons(card(answer))["Not what I asked"]
    for person in ("1", "2"):
        reply = await desk.press(value, answer["id"], CHANNEL, **{"from": desk.teams.activity("message")["from"] | {"aadObjectId": person}})
        assert "but not who asked" in reply["value"]
    db = desk.runtime.db
    with db.read() as conn:
        found = [(each.words, each.asked, each.marked) for each in list_questions(conn, db.now(conn), 9)]
    assert found == [("frobnicate the quux", 2, 0), ("what is the forced labor portal", 0, 2)]


async def test_a_newer_message_stands_beside_an_answer(desk: Office) -> None:
    await desk.until(lambda: desk.runtime.recent.current is not None, "the messages are read as the bot starts")
    question = overtake(desk.runtime.db, desk.runtime.library.catalog, desk.runtime.recent)
    assert f"{NOTE} [{NUMBER}](https://" in words(card(await desk.say(question)))


def dialog(answer: Json) -> Json:
    value: Json = answer["task"]["value"]
    return value


async def invoked(desk: Office, name: str, conversation: str = CHANNEL, **data: Any) -> Json:
    response = await desk.send(
        desk.teams.activity("invoke", conversation, name=name, value={"data": data, "context": {"theme": "default"}})
    )
    assert response.status_code == 200
    answer: Json = response.json()
    return answer


async def test_change_opens_a_dialog_and_what_is_filled_in_is_announced(desk: Office) -> None:
    said = await desk.say('subscribe revenue "ach" weekly tue 08:30 in CT', CHANNEL)
    change = next(action for action in actions(card(said)) if action["title"] == "Change")
    assert (change["type"], change["data"]["msteams"]) == ("Action.Submit", {"type": "task/fetch"})
    shown = dialog(await invoked(desk, "task/fetch", **change["data"]))
    inputs = {each["id"]: each for each in shown["card"]["content"]["body"] if each["type"].startswith("Input.")}
    values = {name: each.get("value", "") for name, each in inputs.items()}
    assert values == {
        "topics": "revenue",
        "when": "weekly",
        "day": "1",
        "at": "08:30",
        "zone": "America/Chicago",
        "urgent": "true",
        "system": "false",
        "deadlines": "false",
        "phrases": "ach",
        "never": "",
    }
    submit = shown["card"]["content"]["actions"][0]
    before = len(desk.teams.posts)
    closed = await invoked(
        desk, "task/submit", **submit["data"], **values | {"topics": "revenue,textiles", "when": "daily", "never": "training"}
    )
    assert closed == {"task": {"type": "message", "value": "Saved. Everyone here sees it."}}
    announced = words(card(desk.teams.posts[before]))
    assert "Changed subscription 1." in announced
    assert "Daily 08:30 CT" in announced
    again = dialog(await invoked(desk, "task/submit", command="/csms subscribe instead of 2", **values | {"phrases": 'a "quoted" one'}))
    assert "Remove the quotation marks inside" in words(again["card"]["content"])
    ended = dialog(await invoked(desk, "task/fetch", command="/csms subscribe instead of 1"))
    assert "has already ended" in words(ended["card"]["content"])
    assert not any(action["type"] == "Action.Execute" for action in actions(ended["card"]["content"]))


async def test_a_dialog_is_not_a_way_around_who_may_subscribe(teams: TeamsServer, sqlite_url: str) -> None:
    async with office(teams, sqlite_url, TRADEBOT_SUBSCRIBE="admins") as desk:
        for name in ("task/fetch", "task/submit"):
            shown = dialog(await invoked(desk, name, command="/csms subscribe", topics="revenue", when="daily", at="09:00", zone="UTC"))
            assert "Only this bot's admins can change subscriptions." in words(shown["card"]["content"])
        assert desk.teams.posts == []


async def test_a_problem_is_reported_in_a_dialog(desk: Office) -> None:
    said = await desk.say("pti revenue", CHANNEL)
    report = next(action for action in actions(card(said)) if action["title"] == "Report a problem")
    shown = dialog(await invoked(desk, "task/fetch", **report["data"]))
    assert shown["title"] == "Report a problem"
    submit = shown["card"]["content"]["actions"][0]["data"]
    empty = dialog(await invoked(desk, "task/submit", **submit, words=" "))
    assert "Describe what is wrong" in words(empty["card"]["content"])
    thanks = await invoked(desk, "task/submit", **submit, words="The rate is old.")
    assert "Thank you" in thanks["task"]["value"]
    listed = words(card(await desk.say("trade-admin unanswered")))
    assert "The rate is old." in listed
    done = buttons(card(desk.teams.posts[-1]))["Done"]
    assert done == "/trade-admin done 1"
    assert "Done: problem 1" in words((await desk.press(done))["value"])
    assert "No problem is open." in words(card(await desk.say("trade-admin unanswered")))


async def test_a_post_has_report_a_problem_once_also_after_a_mark(desk: Office, teams: TeamsServer) -> None:
    await desk.say("subscribe revenue now", CHANNEL)
    desk.publish("Refunds")
    await desk.deliver()
    assert buttons(card(teams.posts[-1]))["Report a problem"] == "report csms:67000001"
    (report,) = (action for action in actions(card(teams.posts[-1])) if action["title"] == "Report a problem")
    assert dialog(await invoked(desk, "task/fetch", **report["data"]))["title"] == "Report a problem"
    answer = await desk.say("csms 67000001", CHANNEL)
    await desk.until(lambda: desk.kept(answer["id"]), "it is kept")
    await desk.correct()
    for marked in (teams.posts[1], next(each for each in teams.posts if each["id"] == answer["id"])):
        assert "68987884" in words(card(marked))
        assert [action["title"] for action in actions(card(marked))].count("Report a problem") == 1


@pytest.mark.parametrize("data", [{}, {"command": ""}, {"command": "/csms unsubscribe 1"}, {"command": "report "}, {"command": ["x"]}])
async def test_a_dialog_that_is_not_ours_changes_nothing(desk: Office, data: Json) -> None:
    await desk.say("subscribe revenue", CHANNEL)
    for name in ("task/fetch", "task/submit"):
        shown = dialog(await invoked(desk, name, **data))
        assert not any(each["type"].startswith("Input.") for each in shown["card"]["content"]["body"])
    assert "Revenue" in words(card(await desk.say("what are we subscribed to", CHANNEL)))


async def test_help_lists_the_commands(desk: Office) -> None:
    shown = words(card(await desk.say("help all")))
    for row in TABLE:
        assert strip_slashes(row.help) in shown


async def test_a_typo_offers_buttons_whose_answer_replaces_the_card(desk: Office) -> None:
    offer = await desk.say("pti labor")
    label, command = next((label, command) for label, command in buttons(card(offer)).items() if command.startswith("/pti "))
    answer = await desk.press(command, offer["id"])
    assert (answer["statusCode"], answer["type"]) == (200, "application/vnd.microsoft.card.adaptive")
    assert label in words(answer["value"])


async def test_a_press_in_an_old_client_is_answered_with_a_message(desk: Office, teams: TeamsServer) -> None:
    card_ = await desk.say("pti revenue", CHANNEL)
    before = len(teams.posts)
    await desk.send(teams.submit("/pti textiles", card_["id"], card_["conversation"]))
    await desk.until(lambda: len(teams.posts) > before, "it is answered")
    assert teams.posts[-1]["conversation"] == card_["conversation"]


async def test_a_private_answer_in_a_channel_is_shared_once_and_names_who_shared_it(desk: Office, teams: TeamsServer) -> None:
    asked = await desk.say("pti", CHANNEL)
    private = await desk.press("/pti revenue", asked["id"], asked["conversation"])
    assert "Only you see this" in words(private["value"])
    share = buttons(private["value"])["Share in channel"]
    before = len(teams.posts)
    said = await desk.press(share, asked["id"], asked["conversation"])
    assert said["value"] == "Shared in this channel."  # and the card stays
    assert len(teams.posts) == before + 1
    assert teams.posts[-1]["conversation"] == asked["conversation"]
    assert "Shared by" in words(card(teams.posts[-1]))
    assert "Maria" in words(card(teams.posts[-1]))
    await desk.press(share, asked["id"], asked["conversation"])
    assert len(teams.posts) == before + 1


async def test_a_personal_chat_offers_no_share_button(desk: Office) -> None:
    answer = await desk.press("/pti revenue")
    assert "Share in channel" not in buttons(answer["value"])


async def test_a_failed_share_reports_the_failure(desk: Office, teams: TeamsServer) -> None:
    asked = await desk.say("pti", CHANNEL)
    teams.fail("post", "403 BotNotInConversationRoster")
    said = await desk.press("share /pti revenue", asked["id"], asked["conversation"])
    assert "could not share it" in said["value"]
    teams.fail("post", "drop after")
    said = await desk.press("share /pti revenue", asked["id"], asked["conversation"])
    assert "did not confirm that the answer was shared" in said["value"]


async def test_a_subscription_is_announced_and_posts_start_their_own_threads(desk: Office, teams: TeamsServer) -> None:
    echo = await desk.say("csms subscribe now", CHANNEL)
    assert "This channel now gets CSMS updates" in words(card(echo))
    assert "Maria" in words(card(echo))
    desk.publish("Drawback claims")
    assert await desk.deliver() == 1
    post = teams.posts[-1]
    assert post["conversation"] == CHANNEL
    assert "Drawback claims" in words(card(post))
    why = buttons(card(post))["Why this?"]
    answer = await desk.press(why, post["id"], f"{CHANNEL};messageid={post['id']}")
    assert "67000001" in words(answer["value"])
    where = f"{quote(CHANNEL, safe='')}/{post['id']}?tenantId={TENANT}&parentMessageId={post['id']}"
    assert f"(https://teams.microsoft.com/l/message/{where})" in words(answer["value"])
    back = buttons(answer["value"])["Back to the message"]
    again = await desk.press(back, post["id"], f"{CHANNEL};messageid={post['id']}")
    assert buttons(again["value"]) == buttons(card(post))
    assert words(again["value"]) == words(card(post))


async def test_a_change_by_a_button_is_announced_below_the_message(desk: Office, teams: TeamsServer) -> None:
    echo = await desk.say("csms subscribe revenue", CHANNEL)
    before = len(teams.posts)
    answer = await desk.press("/csms unsubscribe 1", echo["id"], echo["conversation"])
    assert answer["type"] == "application/vnd.microsoft.activity.message"
    assert len(teams.posts) == before + 1
    assert teams.posts[-1]["conversation"] == echo["conversation"]


@pytest.mark.parametrize("where", [PERSONAL, CHANNEL])
async def test_every_answer_that_covers_a_message_has_a_way_back(desk: Office, where: str) -> None:
    echo = await desk.say("csms subscribe revenue", where)
    change = buttons(card(echo))["Change"]
    covered = await desk.press(change, echo["id"], echo["conversation"])
    assert "csms subscribe" in words(covered["value"])
    back = buttons(covered["value"])["Back to the message"]
    again = await desk.press(back, echo["id"], echo["conversation"])
    assert words(again["value"]) == words(card(echo))
    assert buttons(again["value"]) == buttons(card(echo))


async def test_commands_are_named_without_a_slash(desk: Office) -> None:
    for said in ("help", "csms subscriptions", "csms why", "trade-admin status", "csms subscribe bananas hourly"):
        shown = words(card(await desk.say(said, CHANNEL)))
        assert not [row.verb for row in TABLE if f" /{row.verb} " in f" {shown} "], shown


@pytest.mark.slow
async def test_a_later_message_marks_the_post_and_answers_in_its_thread(desk: Office, teams: TeamsServer) -> None:
    await desk.say("csms subscribe now", CHANNEL)
    desk.publish("Drawback claims")
    await desk.deliver()
    post = teams.posts[-1]
    await desk.correct()
    assert next(each for each in teams.posts if each["id"] == post["id"])["updated"] == 1
    assert f"{CHANNEL};messageid={post['id']}" in [each["conversation"] for each in teams.posts]


@pytest.mark.slow
async def test_an_answer_that_shows_a_message_is_marked_in_its_thread_too(desk: Office, teams: TeamsServer) -> None:
    desk.publish("Drawback claims")
    shown = await desk.say("csms 67000001", CHANNEL)
    await desk.until(lambda: desk.kept(shown["id"]), "it is kept")
    await desk.correct()
    assert next(each for each in teams.posts if each["id"] == shown["id"])["updated"] == 1
    last = teams.posts[-1]
    assert last["conversation"] == shown["conversation"], "the answer stands in the thread, not below a reply"


async def test_a_second_delivery_of_an_activity_is_not_answered(desk: Office, teams: TeamsServer) -> None:
    activity = teams.message("pti revenue")
    await desk.send(activity)
    await desk.send(activity)
    await desk.until(lambda: len(teams.posts) == 1, "it is answered")
    await asyncio.sleep(0.3)
    assert len(teams.posts) == 1


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count reads of a payload and resolutions of a command, by whatever name a module has imported the functions."""
    counts: Counter[str] = Counter()

    def count(function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            counts[function.__name__] += 1
            return function(*args, **kwargs)

        return counted

    for function in (router.resolve, router.read_command, incoming.read_sender, incoming.read_message, incoming.read_press):
        wrapper = count(function)
        for module in list(sys.modules.values()):
            if vars(module).get(function.__name__) is function:
                monkeypatch.setattr(module, function.__name__, wrapper)
    return counts


async def test_a_message_is_read_and_its_command_resolved_once(desk: Office, calls: Counter[str]) -> None:
    desk.publish("Drawback claims")
    assert "Drawback claims" in words(card(await desk.say("csms latest", CHANNEL)))
    assert calls == {"read_sender": 1, "read_message": 1, "read_command": 1, "resolve": 1}


async def test_a_button_is_read_and_its_command_resolved_once(desk: Office, calls: Counter[str]) -> None:
    desk.publish("Drawback claims")
    assert "Drawback claims" in words((await desk.press("/csms latest", "1", CHANNEL))["value"])
    assert calls == {"read_sender": 1, "read_press": 1, "read_command": 1, "resolve": 1}


async def test_values_of_buttons_in_old_messages_still_work(desk: Office, teams: TeamsServer) -> None:
    message = await desk.say("pti", CHANNEL)
    answer = await desk.press("/pti revenue", message["id"], message["conversation"])
    assert "19 U.S.C. 4322" in words(answer["value"])
    before = len(teams.posts)
    shared = await desk.press("share /pti revenue", message["id"], message["conversation"])
    assert shared["value"] == "Shared in this channel."
    assert "19 U.S.C. 4322" in words(card(teams.posts[before]))
    back = await desk.press("back", message["id"], message["conversation"])
    assert words(back["value"]) == words(card(message))


async def test_values_of_old_buttons_still_work_in_clients_without_universal_actions(desk: Office, teams: TeamsServer) -> None:
    message = await desk.say("pti", CHANNEL)
    before = len(teams.posts)
    await desk.send(teams.submit("back", message["id"], message["conversation"]))
    await desk.send(teams.submit("share /pti revenue", message["id"], message["conversation"]))
    await desk.until(lambda: len(teams.posts) > before, "the answer is shared")
    await desk.until(lambda: not desk.busy(), "nothing else is posted")
    (shared,) = teams.posts[before:]
    assert "Shared by" in words(card(shared))


async def test_the_newest_connector_address_is_stored(desk: Office, teams: TeamsServer) -> None:
    await desk.say("csms subscribe now", CHANNEL)
    for number, activity in enumerate(
        (
            teams.message("pti", CHANNEL),
            teams.invoke("/pti", "1", CHANNEL),
            teams.query("drawback", CHANNEL),
            teams.activity("messageReaction", CHANNEL),
            teams.activity("conversationUpdate", CHANNEL),
        )
    ):
        moved = f"{teams.url}/teams{'/' * (number % 2)}"
        bare = {name: value for name, value in activity["channelData"].items() if name != "team"}
        await desk.send(activity | {"serviceUrl": moved, "channelData": bare}, serviceurl=moved)
        await desk.until(partial(served_from, desk, moved), "it is kept")
    channel = desk.channel()
    assert channel is not None
    assert (channel.extra["team_id"], channel.extra["kind"]) == (TEAM, "channel")


async def test_a_card_that_somebody_sends_into_the_chat_is_no_greeting(desk: Office, teams: TeamsServer) -> None:
    """A result of "Look up" arrives as a message of the person who sent it."""
    found = (await desk.search("revenue"))["attachments"][0]
    sent = [{"contentType": found["contentType"], "content": found["content"]}]
    for text in ("", '<attachment id="1"></attachment>'):
        assert (await desk.send(teams.message(text, attachments=sent))).status_code == 200
    await desk.until(lambda: not desk.busy(), "nothing is left to do")
    assert teams.posts == []
    assert "Revenue" in words(card(await desk.say("pti revenue", attachments=sent)))
    assert buttons(card(await desk.say(""))), "an empty message is a greeting"


async def test_adding_the_bot_is_welcomed_once(desk: Office, teams: TeamsServer) -> None:
    await desk.send(teams.installed())
    await desk.until(lambda: len(teams.posts) == 1, "it says hello")
    assert "pti revenue" in words(card(teams.posts[0]))
    assert "/trade help all" in buttons(card(teams.posts[0])).values()
    await desk.send(teams.installed())
    await asyncio.sleep(0.3)
    assert len(teams.posts) == 1


async def test_an_upgrade_of_the_app_changes_nothing(desk: Office, teams: TeamsServer) -> None:
    await desk.say("csms subscribe now", CHANNEL)
    before = len(teams.posts)
    for action in ("add-upgrade", "remove-upgrade"):
        await desk.send(teams.installed(action, TEAM))
    await asyncio.sleep(0.3)
    assert (desk.paused(), len(teams.posts)) == (None, before)


async def test_removing_and_adding_the_app_are_handled_in_order(desk: Office, teams: TeamsServer) -> None:
    await desk.say("csms subscribe now", CHANNEL)
    for _ in range(5):
        await asyncio.gather(desk.send(teams.installed("remove", TEAM)), desk.send(teams.installed("add", TEAM)))
        await desk.until(lambda: not desk.busy(), "both are over")
        assert desk.paused() is None


async def test_removal_from_a_shared_channel_keeps_the_team(desk: Office, teams: TeamsServer) -> None:
    await desk.say("csms subscribe now", CHANNEL)
    elsewhere = teams.activity("conversationUpdate", CHANNEL, membersRemoved=[{"id": teams_server.BOT}])
    elsewhere["conversation"]["id"] = "19:shared@thread.tacv2"
    await desk.send(elsewhere)
    await desk.until(lambda: not desk.busy(), "it is over")
    assert desk.paused() is None
    here = teams.activity("conversationUpdate", CHANNEL, membersRemoved=[{"id": teams_server.BOT}])
    await desk.send(here)
    await desk.until(lambda: desk.paused() is not None, "this one is paused")
    await desk.send(teams.activity("conversationUpdate", CHANNEL, membersAdded=[{"id": teams_server.BOT}]))
    await desk.until(lambda: desk.paused() is None, "and goes on")


async def test_adding_the_app_ends_every_pause_except_for_a_token_problem(desk: Office, teams: TeamsServer) -> None:
    await desk.say("csms subscribe now", CHANNEL)
    for why, expected in (("the bot is not in this channel", None), ("Teams: no token", "Teams: no token")):
        desk.pause(why)
        await desk.send(teams.installed("add", TEAM))
        await desk.until(lambda: not desk.busy(), "it is over")
        assert desk.paused() == expected


async def test_removal_pauses_the_team_and_loses_no_posts(desk: Office, teams: TeamsServer) -> None:
    await desk.say("csms subscribe now", CHANNEL)
    await desk.send(teams.installed("remove", TEAM))
    await desk.until(lambda: desk.paused() is not None, "the channel is paused")
    assert "removed" in (desk.paused() or "")
    desk.publish("Drawback claims")
    before = len(teams.seen())
    assert await desk.deliver() == 1, "Maria, who subscribed the channel, is told"
    assert (len(teams.seen()), "removed" in teams.seen(PERSONAL)[0]["summary"]) == (before, True)
    await desk.send(teams.installed("add", TEAM))
    await desk.until(lambda: desk.paused() is None, "it is posted again")
    assert await desk.deliver() == 1
    assert "Drawback claims" in words(card(teams.posts[-1]))


async def test_a_refused_post_pauses_the_channel_and_its_answer_says_why(desk: Office, teams: TeamsServer) -> None:
    await desk.say("csms subscribe now", CHANNEL)
    desk.publish("Drawback claims")
    teams.fail("post", "403 BotNotInConversationRoster")
    assert await desk.deliver() == 0
    assert desk.paused()
    assert (desk.paused() or "")[:20] in words(card(await desk.say("csms subscriptions", CHANNEL)))


async def test_an_answer_is_retried_when_teams_asks_to_wait(desk: Office, teams: TeamsServer) -> None:
    teams.retry_after = "0.1"
    teams.fail("post", "429", "412")
    assert "Revenue" in words(card(await desk.say("pti revenue")))


async def test_content_look_ups_work_without_the_database(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> Any:
        raise DatabaseError("SELECT 1", {}, Exception("away"))

    monkeypatch.setattr(type(desk.runtime.db), "begin", away)
    monkeypatch.setattr(type(desk.runtime.db), "read", away)
    assert "Revenue" in words(card(await desk.say("pti revenue")))
    assert "Revenue" in words((await desk.press("/pti revenue"))["value"])
    assert "Something went wrong" in words(card(await desk.say("csms latest")))


async def test_a_stored_address_that_is_not_trusted_gets_no_token(desk: Office, teams: TeamsServer) -> None:
    await desk.say("csms subscribe now", CHANNEL)
    desk.publish("Drawback claims")
    desk.move("https://smba.evil.example/teams")
    assert await desk.deliver() == 1, "it goes to the cloud's own address"
    desk.move("http://10.0.0.7/teams")
    desk.publish("Quota", first=67_000_005)
    assert await desk.deliver() == 1
    assert len(teams.seen(CHANNEL)) == 2


async def test_a_search_returns_cards_without_buttons(desk: Office) -> None:
    desk.publish("Drawback claims in ACE")
    found = await desk.search("drawback")
    assert (found["type"], found["attachmentLayout"]) == ("result", "list")
    titles = [each["preview"]["content"]["title"] for each in found["attachments"]]
    assert "Drawback claims in ACE" in titles
    for each in found["attachments"]:
        assert buttons(each["content"]) == {}
        assert "Only you see this" not in words(each["content"])


async def test_a_search_by_number_returns_that_message(desk: Office) -> None:
    desk.publish("Drawback claims in ACE")
    found = await desk.search("67000001")
    assert [each["preview"]["content"]["title"] for each in found["attachments"]] == ["Drawback claims in ACE"]


async def test_a_search_by_link_returns_that_message(desk: Office) -> None:
    desk.publish("Drawback claims in ACE")
    found = await desk.search(f"https://content.govdelivery.com/accounts/USDHSCBP/bulletins/{67_000_001:X}")
    assert [each["preview"]["content"]["title"] for each in found["attachments"]] == ["Drawback claims in ACE"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("<p>Did you read <b>CSMS # 67000001</b>?</p>", "Drawback claims in ACE"),
        ("<p>see 67000001 on HTS 85423100</p>", "Drawback claims in ACE"),
        (
            f'<p>see <a href="https://content.govdelivery.com/accounts/USDHSCBP/bulletins/{67_000_001:x}">this</a></p>',
            "Drawback claims in ACE",
        ),
        ("<p>textiles</p>", "Textiles"),
        ("<p>/csms subscribe now</p>", "found nothing"),
        ("<p>call 85423100 before noon</p>", "found nothing"),
        ("", "found nothing"),
    ],
)
async def test_a_message_is_looked_up_from_its_menu_in_private_and_never_run(
    desk: Office, teams: TeamsServer, said: str, expected: str
) -> None:
    desk.publish("Drawback claims in ACE")
    answer = await desk.send(teams.look_up(said))
    assert answer.status_code == 200
    task = answer.json()["task"]
    assert (task["type"], task["value"]["title"]) == ("continue", "Look up")
    shown = task["value"]["card"]["content"]
    assert expected in words(shown)
    assert buttons(shown) == {}
    assert teams.posts == []


async def test_a_malformed_look_up_is_answered(desk: Office, teams: TeamsServer) -> None:
    for value in ([1], {"messagePayload": 7}, {"messagePayload": {"body": {"content": ["x"]}}}):
        answer = await desk.send(teams.look_up("") | {"value": value})
        assert "found nothing" in words(answer.json()["task"]["value"]["card"]["content"])


async def test_an_empty_search_and_one_without_results_are_explained(desk: Office) -> None:
    assert "Type what you are looking for" in (await desk.search(""))["text"]
    nothing = await desk.search("zzqqxx")
    assert (nothing["type"], "No results" in nothing["text"]) == ("message", True)


async def test_an_internal_mailbox_is_shown_to_staff_in_private_only(desk: Office, teams: TeamsServer) -> None:
    asked = "pti agriculture quota"
    assert "(internal)" in words(card(await desk.say(asked)))
    for where in (GROUP, CHANNEL):
        answer = await desk.say(asked, where)
        assert "Agriculture and Quota" in words(card(answer))
        assert "(internal)" not in words(card(answer))
    private = await desk.press("/pti agriculture-quota", answer["id"], answer["conversation"])
    assert "(internal)" in words(private["value"])
    before = len(teams.posts)
    await desk.press(buttons(private["value"])["Share in channel"], answer["id"], answer["conversation"])
    assert len(teams.posts) == before + 1
    assert "(internal)" not in words(card(teams.posts[-1]))
    found = [card_["content"] for card_ in (await desk.search(asked))["attachments"]]
    assert any("Agriculture and Quota" in words(each) for each in found)
    assert not any("(internal)" in words(each) for each in found)
    guest: Json = {"from": {"id": "29:guest", "name": "Guest"}}
    assert "(internal)" not in words(card(await desk.say(asked, **guest)))


def served_from(desk: Office, service_url: str) -> bool:
    channel = desk.channel()
    return channel is not None and channel.extra["service_url"] == service_url


async def test_people_of_other_tenants_can_only_look_things_up(desk: Office, teams: TeamsServer) -> None:
    guest: Json = {"from": {"id": "29:guest", "name": "Guest", "aadObjectId": "g", "tenantId": "00000000-0000-4000-8000-0000000000ff"}}
    answer = await desk.say("csms subscribe now", CHANNEL, **guest)
    assert "This channel now gets" not in words(card(answer))
    assert "Revenue" in words(card(await desk.say("pti revenue", CHANNEL, **guest)))


async def test_admin_ids_ignore_case_and_others_are_denied(desk: Office) -> None:
    assert "revision 1" in words(card(await desk.say("trade-admin status")))
    other: Json = {"from": {"id": "29:pat", "name": "Pat", "aadObjectId": "bbbbbbbb-0000-0000-0000-000000000002"}}
    assert "admins" in words(card(await desk.say("trade-admin status", **other)))
    pressed = await desk.press("/trade-admin status", **other)
    assert "admins" in words(pressed["value"])


async def test_requests_without_a_valid_token_are_refused(desk: Office, teams: TeamsServer) -> None:
    message = teams.message("pti revenue")
    nothing = await desk.client.post("/api/messages", json=message)
    wrong = await desk.client.post("/api/messages", json=message, headers=teams.bearer(by="other"))
    twice = await desk.client.post("/api/messages", json=message, headers=[*teams.bearer().items(), *teams.bearer().items()])
    assert [nothing.status_code, wrong.status_code, twice.status_code] == [401, 401, 401]
    nowhere = {name: value for name, value in message.items() if name != "serviceUrl"}
    assert (await desk.send(nowhere)).status_code == 401
    await asyncio.sleep(0.2)
    assert teams.posts == []


async def test_a_conversation_of_another_tenant_is_refused(desk: Office, teams: TeamsServer) -> None:
    theirs = teams.message("pti revenue")
    theirs["conversation"]["tenantId"] = "00000000-0000-4000-8000-0000000000ff"
    assert (await desk.send(theirs)).status_code == 403


async def test_other_bot_framework_clients_are_refused(desk: Office, teams: TeamsServer) -> None:
    for other in ("webchat", "", None, "MSTEAMS"):
        assert (await desk.send(teams.message("pti revenue") | {"channelId": other})).status_code == 403


async def test_a_body_that_is_no_activity_is_refused(desk: Office, teams: TeamsServer) -> None:
    async def post(body: bytes, **more: str) -> int:
        return (await desk.client.post("/api/messages", content=body, headers=teams.bearer() | more)).status_code

    assert await post(b"x" * (http.MAX_BYTES + 1)) == 413
    assert await post(b"{", **{"content-length": "9999999999"}) == 413
    assert [await post(body) for body in (b"", b"{", b"\xff\xfe", b"[" * 100_000, b"[]", b'"x"', b"1")] == [400] * 7
    assert (await desk.client.get("/api/messages")).status_code == 405


ODD: list[Json] = [
    {"type": "unheardOf"},
    {"type": ""},
    {"type": 7},
    {"type": None},
    {"type": "invoke"},
    {"type": "invoke", "name": "task/fetch"},
    {"type": "invoke", "name": {"a": 1}},
    {"type": "invoke", "name": "adaptiveCard/action", "value": "x"},
    {"type": "invoke", "name": "adaptiveCard/action", "value": {"action": {"data": {"command": ["/pti"]}}}},
    {"type": "invoke", "name": "composeExtension/query", "value": [1]},
    {"type": "invoke", "name": "composeExtension/submitAction", "value": {}},
    {"type": "event", "name": "unheardOf"},
    {"type": "installationUpdate", "action": "paint"},
    {"type": "message", "textFormat": "holographic"},
    {"type": "message", "text": None},
    {"type": "message", "text": {"a": 1}},
    {"type": "message", "entities": "none", "attachments": 4},
    {"type": "messageReaction", "reactionsAdded": [None]},
    {"type": "conversationUpdate", "membersRemoved": "everybody"},
    {"type": "message", "conversation": None},
    {"type": "typing", "from": [], "recipient": "x", "channelData": 3},
]


async def test_unknown_activities_get_200_or_501(desk: Office, teams: TeamsServer, caplog: pytest.LogCaptureFixture) -> None:
    for odd in ODD:
        answer = await desk.send(teams.message("pti revenue") | odd)
        assert answer.status_code in (200, 501), odd
        assert (answer.status_code == 501) <= (odd.get("type") == "invoke"), odd
        assert "Traceback" not in caplog.text, odd


INSTEAD_OF: tuple[Any, ...] = (None, 0, -1, 1e308, "", "x" * 5000, "\ud800", "\x00", [], {}, [[]], True, "<at>", {"id": {"id": []}})


def places(value: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the keys on the way to every value within."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield (key,)
        yield from ((key, *rest) for rest in places(value[key]))


def mutated(activity: Json, place: tuple[Any, ...], chance: random.Random) -> Json:
    """Return the activity with the value at this place and up to two others removed or replaced."""
    copy: Json = json.loads(json.dumps(activity))
    others = chance.sample(list(places(activity)), chance.randrange(3))
    for *way, last in (place, *others):
        with suppress(LookupError, TypeError):  # it was in what was removed
            at: Any = copy
            for key in way:
                at = at[key]
            what = chance.choice((*INSTEAD_OF, ...))
            if what is ...:
                del at[last]
            else:
                at[last] = what
    return copy


@pytest.mark.slow
async def test_mutated_activities_are_never_answered_500(desk: Office, teams: TeamsServer, caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(20261121)  # noqa: S311 -- the same every time
    makers: tuple[Callable[[], Json], ...] = (
        lambda: teams.message("pti revenue", CHANNEL),
        lambda: teams.message("csms subscribe revenue"),
        lambda: teams.invoke("/pti revenue", "1", CHANNEL),
        lambda: teams.submit("/csms latest", "1", GROUP),
        lambda: teams.query("drawback"),
        lambda: teams.installed("remove", TEAM),
    )
    seen = set()
    for make, place in [(each, place) for each in makers for place in places(each())] * 2:
        activity = mutated(make(), place, chance)
        service = activity.get("serviceUrl")
        body = json.dumps(activity).encode()
        claim = service if isinstance(service, str) and service.isprintable() else teams.service_url
        answer = await desk.client.post("/api/messages", content=body, headers=teams.bearer(serviceurl=claim))
        seen.add(answer.status_code)
    assert seen <= {200, 400, 401, 403, 501}
    assert {200, 501} <= seen
    await desk.until(lambda: not desk.busy(), "what was begun is over")
    for record in caplog.records:
        assert record.exc_info is None, record.getMessage()


async def test_a_late_answer_to_a_button_is_announced_in_time(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "INVOKE_SECONDS", 0.0)
    late = await desk.press("/csms latest")
    assert late["type"] == "application/vnd.microsoft.activity.message"
    assert "more time than Teams allows" in late["value"]


async def test_anonymous_mode_accepts_this_computer_only(teams: TeamsServer, sqlite_url: str) -> None:
    async with office(teams, sqlite_url, anonymous=True) as found:
        assert "Revenue" in words(card(await found.say("pti revenue")))
        elsewhere = await found.send(teams.message("pti revenue", serviceUrl="https://smba.example.com/"))
        assert elsewhere.status_code == 401
        message = teams.message("csms subscribe now")
        pages = (
            {"origin": "https://evil.example"},
            {"host": "evil.example:3000"},
            {"content-type": "text/plain"},
        )
        for more in pages:
            headers = {"content-type": "application/json", "host": "127.0.0.1:3000"} | more
            said = await found.client.post("/api/messages", content=json.dumps(message), headers=headers)
            assert said.status_code == 401


async def test_one_process_answers_slack_and_teams(teams: TeamsServer, tmp_path: Path, sqlite_url: str) -> None:
    from tests.support import slack_server
    from tests.support.slack_payloads import command, form, headers

    with slack_server.serving() as slack:
        async with office(teams, sqlite_url, anonymous=False, **slack.settings()) as found:
            body = form(command("/pti revenue", slack.hook()))
            signed = await found.client.post("/slack/events", content=body, headers=headers(body))
            assert (signed.status_code, "Revenue" in signed.text) == (200, True)
            assert "Revenue" in words(card(await found.say("pti revenue")))
            bare = await found.client.post("/api/messages", json=teams.message("pti revenue"))
            assert bare.status_code == 401
            assert isinstance(bare, httpx.Response)
