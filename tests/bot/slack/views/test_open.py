"""Test modals, the Home tab, the shortcut and reports: the running bot with a Slack on this computer."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.slack.views import open as opening
from bot.slack.views import report
from handlers.actions import add_report_button
from handlers.replies.reply import Reply
from jobs.models.channels import ChannelRef
from jobs.models.content import Problem
from jobs.models.subscriptions import Filters
from jobs.store import channels, problems, schema
from jobs.unanswered import list_questions
from tests.bot.slack.test_blocks import HOSTILE
from tests.bot.slack.views.test_subscribe import filled
from tests.support import slack_server
from tests.support.process import eventually
from tests.support.slack_office import NUMBER, Office, buttons, office, words
from tests.support.slack_payloads import event, in_view, mention, press, shortcut
from tests.support.slack_server import Channel, SlackServer
from tests.support.small_catalog import CATALOG

Json = dict[str, Any]
EDITORS = "C0EDITORS"
SHIPPED_OPEN_SECONDS = opening.OPEN_SECONDS


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server.serving() as server:
        server.channels[EDITORS] = Channel(EDITORS, "editors")
        yield server
        assert server.refused == []


@pytest.fixture
def at(slack: SlackServer, sqlite_url: str) -> Iterator[Office]:
    with office(sqlite_url, slack, TRADEBOT_ADMIN_CHANNEL=EDITORS) as it:
        yield it


# the subscription


def test_a_bare_subscribe_opens_the_form_and_submitting_it_subscribes_for_all_to_see(at: Office) -> None:
    at.publish("Refunds go out by ACH", "Beef quota")
    view = at.opened("/csms subscribe")
    assert "Would have posted 2 of the last 2 messages." in words(view)
    assert at.saved() == []
    assert at.submit(view, topics=["revenue"], when="daily", phrases="ach") == {"response_action": "clear"}
    (saved,) = at.saved()
    assert saved.filters == Filters(topics=("revenue",), phrases=("ach",))
    assert (saved.cadence.kind, saved.created_by, saved.channel.name) == ("daily", "maria (slack:T1/U1)", "#trade")
    (echo,) = at.posts(1)
    assert "This channel now gets CSMS updates: Revenue, only those with “ach” in any form." in words(echo)
    assert buttons(echo)["Change"] == "/csms subscribe instead of 1"


def test_everyday_words_are_understood_in_commands_and_mentions(at: Office) -> None:
    assert "This channel now gets CSMS updates: Forced labor." in words(at.type("/csms subscribe me to forced labor weekly"))
    offer = at.type("/trade stop")
    assert buttons(offer)["Pause until Monday"] == "/csms pause until monday"
    at.send(event(mention("pause until monday", user="U1", ts="1700000000.000700")))
    assert "Posting is paused in this channel until Mon" in words(at.posts(1)[0])
    at.send(event(mention("what are we subscribed to?", user="U1", ts="1700000000.000800")))
    assert "Forced labor" in words(at.posts(2)[1])
    assert len(at.saved()) == 1


def test_the_preview_follows_what_is_chosen(at: Office) -> None:
    at.publish("Refunds go out by ACH", "Beef quota")
    view = at.opened("/csms subscribe")
    chosen = filled(view, topics=["textiles"], when="weekly")
    at.send(in_view(view, dict(chosen.values), {"action_id": "form_topics", "block_id": "topics", "type": "multi_static_select"}))
    eventually(lambda: "Would have posted 0 of the last 2 messages" in words(at.slack.views["V1"]), "the preview is new")
    assert any(block.get("block_id") == "day" for block in at.slack.views["V1"]["blocks"])


def test_a_late_preview_takes_no_newer_one_away(at: Office) -> None:
    view = at.opened("/csms subscribe")
    old = view | {"hash": "hash.older"}
    at.send(in_view(old, dict(filled(view, topics=["textiles"]).values), {"action_id": "form_topics", "block_id": "topics"}))
    eventually(lambda: bool(at.slack.asked("views.update")), "it is tried")
    assert at.slack.views["V1"] == view


def test_problem_is_shown_at_its_field_and_nothing_is_stored(at: Office) -> None:
    view = at.opened("/csms subscribe")
    answer = at.submit(view, phrases="ach", never="ach")
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == ["never"]
    assert at.saved() == []
    assert at.submit(view, phrases="ach") == {"response_action": "clear"}


def test_submitting_twice_subscribes_once(at: Office) -> None:
    view = at.opened("/csms subscribe")
    at.submit(view, topics=["revenue"])
    again = at.submit(view, topics=["textiles"])
    assert "Nothing changed" in words(again["view"])
    assert len(at.saved()) == 1
    assert len(at.posts(1)) == 1


def test_person_is_told_when_the_announcement_failed(at: Office) -> None:
    at.slack.fail("chat.postMessage", "restricted_action")
    assert at.submit(at.opened("/csms subscribe"), topics=["revenue"]) == {"response_action": "clear"}
    eventually(lambda: bool(at.slack.whispers), "the person is told")
    (whisper,) = at.slack.whispers
    assert (whisper["channel"], whisper["user"]) == ("C1", "U1")
    assert "It is saved, but the bot could not announce it in this channel (Slack error: restricted_action)." in words(whisper)
    assert "This channel now gets CSMS updates: Revenue." in words(whisper)
    assert (len(at.saved()), at.slack.posts) == (1, [])


def test_failed_announcement_is_logged(at: Office, caplog: pytest.LogCaptureFixture) -> None:
    at.slack.fail("chat.postMessage", "drop before")
    at.slack.fail("chat.postEphemeral", "user_not_in_channel")
    at.submit(at.opened("/csms subscribe"), topics=["revenue"])
    eventually(lambda: "chat.postEphemeral failed: user_not_in_channel" in caplog.text, "it is written down")
    assert "could not announce a change in C1: ServerDisconnectedError" in caplog.text
    assert len(at.saved()) == 1


def test_a_change_by_a_button_that_slack_takes_no_answer_to_is_said_in_the_channel(at: Office) -> None:
    at.type("/csms subscribe revenue")
    at.send(press("/csms unsubscribe 1", "http://127.0.0.1:1/hooks/dead"))
    (post,) = at.posts(1)
    assert "Ended subscription 1." in words(post)
    assert at.saved() == []
    at.type("/csms subscribe revenue now")
    at.slack.fail("chat.postMessage", "restricted_action")
    at.send(press("/csms unsubscribe 2", "http://127.0.0.1:1/hooks/dead"))
    eventually(lambda: bool(at.slack.whispers), "the person is told")
    assert "It is saved, but the bot could not announce it in this channel" in words(at.slack.whispers)
    at.send(press("/csms subscriptions", "http://127.0.0.1:1/hooks/dead"))
    eventually(lambda: "no subscriptions" in words(at.slack.whispers), "what is for one person is whispered")
    assert len(at.slack.seen()) == 1


def test_change_opens_the_form_as_it_is_and_puts_another_in_its_place(at: Office) -> None:
    at.submit(at.opened("/csms subscribe"), topics=["revenue"], when="now")
    (echo,) = at.posts(1)
    at.send(press(buttons(echo)["Change"], at.slack.hook(), ephemeral=False))
    view = at.view("V2")
    assert view["title"]["text"] == "Change subscription"
    assert at.submit(view, topics=["revenue", "textiles"], when="now") == {"response_action": "clear"}
    assert [each.filters.topics for each in at.saved()] == [("revenue", "textiles")]
    assert "Changed subscription 1." in words(at.posts(2)[1])


def test_unchanged_subscription_is_answered_privately(at: Office) -> None:
    at.submit(at.opened("/csms subscribe"), topics=["revenue"])
    at.posts(1)
    answer = at.submit(at.opened("/csms subscribe instead of 1"))
    assert "No change needed: subscription 1 already does this." in words(answer["view"])
    assert slack_server.problem_of_view(answer["view"]) is None
    assert len(at.slack.seen()) == 1


def test_a_subscription_that_is_not_there_is_refused_in_words(at: Office) -> None:
    at.type("/csms subscribe instead of 9")
    eventually(lambda: bool(at.slack.responses), "an answer comes")
    assert "This channel has no subscriptions to change" in words(at.slack.responses)
    assert at.slack.asked("views.open") == []


@pytest.mark.parametrize("channel", [Channel("C1", member=False), Channel("C1", private=True, member=False)])
def test_without_the_bot_in_the_channel_no_form_is_opened(at: Office, channel: Channel) -> None:
    at.slack.channels["C1"] = channel
    at.type("/csms subscribe")
    eventually(lambda: bool(at.slack.responses), "an answer comes")
    assert "/invite @tradebot" in words(at.slack.responses)
    assert at.slack.asked("views.open") == []


def test_form_opens_in_time_when_slack_does_not_answer(at: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SHIPPED_OPEN_SECONDS <= 1, "a trigger is good for three seconds"
    monkeypatch.setattr(opening, "OPEN_SECONDS", 0.1)
    at.slack.fail("conversations.history", "hang")
    assert at.type("/csms subscribe") == {}
    eventually(lambda: "V1" in at.slack.views, "the form is open")


def test_membership_is_checked_again_on_submission(at: Office) -> None:
    view = at.opened("/csms subscribe")
    at.slack.channels["C1"].member = False
    assert "/invite @tradebot" in words(at.submit(view)["view"])
    assert at.saved() == []


def test_people_from_outside_get_no_form_and_their_own_is_not_taken(at: Office) -> None:
    view = at.opened("/csms subscribe")
    assert "You are from another workspace" in words(at.type("/csms subscribe", user_team_id="T2"))
    assert "You are from another workspace" in words(at.submit(view, user_team="T2")["view"])
    assert at.saved() == []


def test_a_form_of_another_workspace_is_not_taken(at: Office) -> None:
    view = at.opened("/csms subscribe")
    forged = view | {"private_metadata": view["private_metadata"].replace('"workspace":"T1"', '"workspace":"T9"')}
    assert forged != view
    assert NOT_HERE in words(at.submit(forged)["view"])
    assert at.submit(view) == {"response_action": "clear"}
    assert len(at.saved()) == 1


def test_the_other_workspace_of_a_shared_channel_subscribes_to_nothing(at: Office) -> None:
    theirs: Json = {"team_id": "T9", "is_ext_shared_channel": True}
    at.send(event(mention("csms subscribe revenue", team="T9", user_team="T9", user="UOUT"), **theirs))
    assert "You are from another workspace" in words(at.posts(1))
    away = {"authorizations": [{"team_id": "T9", "user_id": "UOUT"}]}  # of an app that isn't installed there
    at.send(event(mention("csms subscribe revenue", team="T9", user="UOUT", ts="1700000000.000500"), **theirs, **away))
    assert "You are from another workspace" in words(at.posts(2)[1])
    assert at.saved() == []
    at.send(event(mention("csms subscribe revenue", user="U1", ts="1700000000.000600"), **theirs))
    assert "This channel now gets" in words(at.posts(3)[2])


def test_where_admins_alone_subscribe_others_get_no_form(slack: SlackServer, sqlite_url: str) -> None:
    with office(sqlite_url, slack, TRADEBOT_SUBSCRIBE="admins", TRADEBOT_ADMINS="slack:T1/U2") as at:
        assert "Only this bot's admins can change subscriptions" in words(at.type("/csms subscribe"))
        view = at.opened("/csms subscribe", user_id="U2")
        assert "Only this bot's admins can change subscriptions" in words(at.submit(view)["view"])


def test_expired_trigger_is_answered_in_words(at: Office) -> None:
    at.opened("/csms subscribe", trigger_id="one")
    at.type("/csms subscribe", trigger_id="one")
    eventually(lambda: bool(at.slack.responses), "an answer comes")
    assert "took too long to answer" in words(at.slack.responses)


def test_the_form_of_a_subscription_that_is_gone_is_an_answer_that_says_so(at: Office) -> None:
    at.type("/csms subscribe revenue")
    at.type("/csms unsubscribe 1")
    at.type("/csms subscribe instead of 1")
    eventually(lambda: bool(at.slack.responses), "an answer comes")
    assert "Subscription 1 (CSMS: Revenue) has already ended." in words(at.slack.responses)
    assert at.slack.asked("views.open") == []


def test_words_behind_subscribe_need_no_form(at: Office) -> None:
    assert "This channel now gets" in words(at.type("/csms subscribe revenue"))
    assert at.slack.asked("views.open") == []


def test_misspelled_topic_is_corrected_by_a_button(at: Office) -> None:
    refused = at.type("/csms subscribe forced labr")
    assert (refused["response_type"], at.saved()) == ("ephemeral", [])
    at.send(press(buttons(refused)["/csms subscribe forced-labor"], at.slack.hook()))
    eventually(lambda: bool(at.slack.responses), "the channel is told")
    assert at.slack.responses[0]["response_type"] == "in_channel"
    assert [each.filters.topics for each in at.saved()] == [("forced-labor",)]


# the Home tab


def home_opened(user: str = "U1", tab: str = "home") -> Json:
    return event({"type": "app_home_opened", "user": user, "channel": "D1", "tab": tab})


def test_the_home_tab_shows_what_the_persons_channels_get_and_no_other_channel(at: Office) -> None:
    at.publish(f"Refunds {HOSTILE}", "Beef quota")
    at.type("/csms subscribe revenue daily 09:00")
    at.slack.channels["C2"] = Channel("C2", "secret", private=True)
    at.type("/csms subscribe textiles", channel_id="C2", channel_name="secret", user_id="U2")
    at.send(home_opened())
    tab = words(at.view("U1"))
    assert slack_server.problem_of_view(at.view("U1")) is None
    assert "CSMS: Revenue" in tab
    assert "Daily 09:00 ET · next" in tab
    assert "#trade" in tab
    assert "secret" not in tab
    assert "CSMS: Textiles" not in tab
    assert "Beef quota" in tab
    assert "<!channel>" not in tab
    at.send(home_opened("U2"))
    assert "CSMS: Textiles" in words(at.view("U2"))


def test_what_others_set_in_a_channel_of_mine_is_not_on_my_tab(at: Office) -> None:
    at.type("/csms subscribe revenue daily 09:00")
    at.type('/csms subscribe "a merger" now', user_id="U2", user_name="eve")
    at.send(home_opened())
    tab = at.view("U1")
    assert "CSMS: Revenue" in words(tab)
    assert "merger" not in words(tab)
    assert [value for value in buttons(tab).values() if value.startswith("change")] == ["change C1 /csms subscribe instead of 1"]
    assert NOT_HERE in words(change(at, "change C1 /csms subscribe instead of 2"))


def test_the_messages_tab_is_left_alone(at: Office) -> None:
    at.send(home_opened(tab="messages"))
    at.send(home_opened())
    at.view("U1")
    assert len(at.slack.asked("views.publish")) == 1


def test_a_button_of_the_home_tab_answers_in_a_modal_and_one_there_in_its_place(at: Office) -> None:
    at.send(home_opened())
    tab = at.view("U1")
    at.send(in_view(tab, None, {"action_id": "command_5", "type": "button", "value": "/pti revenue"}))
    card = at.view("V1")
    assert "Revenue" in words(card)
    at.send(in_view(card, None, {"action_id": "command_1", "type": "button", "value": "/pti revenue questions"}))
    eventually(lambda: "questions and answers" in words(at.slack.views["V1"]), "the answer takes the place")


def test_a_view_changes_no_subscription(at: Office) -> None:
    at.send(home_opened())
    at.send(in_view(at.view("U1"), None, {"action_id": "command_5", "type": "button", "value": "/csms subscribe revenue"}))
    assert "A subscription needs a channel." in words(at.view("V1"))
    assert at.saved() == []


def test_a_channel_is_chosen_and_subscribed_from_the_home_tab(at: Office) -> None:
    at.slack.channels["C2"] = Channel("C2", "quota")
    at.send(home_opened())
    assert buttons(at.view("U1"))["Subscribe a channel"] == "/csms subscribe"
    view = change(at, "/csms subscribe")
    assert slack_server.problem_of_view(view) is None
    assert view["title"]["text"] == "Subscribe a channel"
    assert "Add the bot to the channel first." in words(view)
    assert "this channel" not in words(view)
    assert at.submit(view, topics=["textiles"], when="daily")["errors"] == {"channel": "Choose a channel."}
    at.send(in_view(view, dict(filled(view, channel="C2").values), {"action_id": "form_again", "type": "button", "value": "again"}))
    eventually(lambda: bool(at.slack.asked("views.update")), "it is shown anew")
    shown = at.view("V1")
    assert next(block for block in shown["blocks"] if block.get("block_id") == "channel")["element"]["initial_conversation"] == "C2"
    assert at.submit(shown, topics=["textiles"], when="daily") == {"response_action": "clear"}
    assert [(each.channel.id, each.filters.topics) for each in at.saved()] == [("C2", ("textiles",))]
    (post,) = at.posts(1, "C2")
    assert "This channel now gets CSMS updates: Textiles" in words(post)


def test_a_channel_without_the_bot_is_not_subscribed_from_the_home_tab(at: Office) -> None:
    at.slack.channels["C3"] = Channel("C3", "elsewhere", member=False)
    at.send(home_opened())
    view = change(at, "/csms subscribe")
    assert "The bot is not in this channel" in words(at.submit(view, channel="C3", when="daily"))
    assert at.saved() == []


def change(at: Office, value: str, tab: Json | None = None, **who: str) -> Json:
    """Press a button and return the view it opens."""
    before = len(at.slack.asked("views.open"))
    at.send(in_view(tab or at.view("U1"), None, {"action_id": "command_9", "type": "button", "value": value}, **who))
    eventually(lambda: len(at.slack.asked("views.open")) > before, "a view is opened")
    return at.view(f"V{before + 1}")


NOT_HERE = "You cannot change this subscription from here."


def test_a_subscription_is_changed_from_the_home_tab_and_its_channel_reads_it(at: Office) -> None:
    at.slack.channels["C2"] = Channel("C2", "quota")
    at.type("/csms subscribe revenue daily 09:00", channel_id="C2", channel_name="quota")
    at.send(home_opened())
    assert buttons(at.view("U1"))["Change"] == "change C2 /csms subscribe instead of 1"
    view = change(at, buttons(at.view("U1"))["Change"])
    assert view["title"]["text"] == "Change subscription"
    assert "Updates for #quota." in words(view)
    at.send(in_view(view, dict(filled(view).values), {"action_id": "form_again", "type": "button", "value": "again"}))
    eventually(lambda: bool(at.slack.asked("views.update")), "it is shown anew")
    assert at.submit(at.view("V1"), topics=["textiles"], when="daily") == {"response_action": "clear"}
    assert [each.filters.topics for each in at.saved()] == [("textiles",)]
    (post,) = at.posts(1, "C2")
    assert "Changed subscription 1." in words(post)
    assert at.slack.seen("C1") == []


@pytest.mark.parametrize(
    "value",
    [
        "change C1 /csms subscribe instead of 2",  # its number in a channel of theirs
        "change C2 /csms subscribe instead of 2",
        "change C2 /csms subscribe instead of 1",
        "change C2 /csms subscribe",
        "change C1 /csms subscribe",
        "change C1 /csms unsubscribe 1",
        "change C1 /csms unsubscribe instead of 1",
        "change C1 /csms latest instead of 1",
        "change C1 /csms subscribe revenue",
        "change C9 /csms subscribe instead of 9",
        "change C1",
    ],
)
def test_forged_change_button_is_refused(at: Office, value: str) -> None:
    at.slack.channels["C2"] = Channel("C2", "secret", private=True)
    at.type("/csms subscribe revenue daily 09:00")
    at.type("/csms subscribe textiles now", channel_id="C2", channel_name="secret", user_id="U2")
    at.send(home_opened())
    assert NOT_HERE in words(change(at, value))
    assert [[each.filters.topics for each in at.saved(number)] for number in (1, 2)] == [[("revenue",)], [("textiles",)]]


def test_form_from_the_home_tab_is_checked_again_on_submission(at: Office) -> None:
    at.type("/csms subscribe revenue daily 09:00")
    at.send(home_opened())
    view = change(at, "change C1 /csms subscribe instead of 1")
    assert NOT_HERE in words(at.send(in_view(view, dict(filled(view, topics=["textiles"]).values), user="U2"))["view"])
    assert NOT_HERE in words(at.submit(view, user_team="T2", topics=["textiles"])["view"])
    at.type("/csms unsubscribe 1")
    assert NOT_HERE in words(at.submit(view, topics=["textiles"])["view"])
    assert at.saved() == []


def test_people_from_outside_change_nothing_from_the_home_tab(at: Office) -> None:
    at.type("/csms subscribe revenue daily 09:00")
    at.send(home_opened())
    assert NOT_HERE in words(change(at, "change C1 /csms subscribe instead of 1", user_team="T2"))


def test_a_channel_without_the_bot_is_not_changed_from_the_home_tab(at: Office) -> None:
    at.type("/csms subscribe revenue daily 09:00")
    at.send(home_opened())
    at.slack.channels["C1"].member = False
    assert "/invite @tradebot" in words(change(at, "change C1 /csms subscribe instead of 1"))


def test_where_admins_alone_subscribe_others_see_no_button_to_change(slack: SlackServer, sqlite_url: str) -> None:
    with office(sqlite_url, slack) as at:
        at.type("/csms subscribe revenue daily 09:00")
    with office(sqlite_url, slack, TRADEBOT_SUBSCRIBE="admins", TRADEBOT_ADMINS="slack:T1/U2") as at:
        at.send(home_opened())
        assert "CSMS: Revenue" in words(at.view("U1"))
        assert "Change" not in buttons(at.view("U1"))
        assert NOT_HERE in words(change(at, "change C1 /csms subscribe instead of 1"))


# the shortcut


def test_look_up_shows_the_numbers_of_a_message_and_replies_in_its_thread(at: Office) -> None:
    at.publish(f"Refunds {HOSTILE}", "Beef quota")
    at.send(shortcut(f"is CSMS #{NUMBER} or 67000002 meant? call 20260618"))
    view = at.view()
    assert "Beef quota" in words(view)
    assert view["submit"]["text"] == "Reply in thread"
    assert at.slack.posts == []
    assert at.submit(view) == {"response_action": "clear"}
    (post,) = at.posts(1)
    assert post["thread_ts"] == "1700000000.000300"
    assert "Looked up by " in words(post)
    assert "maria" in words(post)
    assert "<!channel>" not in words(post)
    at.submit(view)
    assert len(at.slack.posts) == 1


def test_look_up_of_words_shows_their_card_without_taking_them_for_a_command(at: Office) -> None:
    at.send(shortcut("counterfeit goods"))
    assert json.loads(at.view()["private_metadata"])["commands"] == ["/pti ipr"]
    at.send(shortcut("subscribe revenue"))
    at.send(shortcut("/csms unsubscribe 1"))
    at.view("V3")
    assert at.saved() == []


def test_a_doubtful_message_offers_a_choice_and_what_is_chosen_can_be_posted(at: Office) -> None:
    at.send(shortcut("nothing of ours at all, lunch at twelve?"))
    assert "submit" not in at.view("V1")
    at.send(in_view(at.view("V1"), None, {"action_id": "command_0", "type": "button", "value": "/pti revenue"}))
    eventually(lambda: "submit" in at.slack.views["V1"], "what was chosen can be posted")
    at.submit(at.slack.views["V1"])
    assert "Revenue" in words(at.posts(1)[0])


def test_people_from_outside_look_up_for_themselves_alone(at: Office) -> None:
    at.send(shortcut("counterfeit goods", user_team="T2"))
    view = at.view()
    assert "submit" not in view
    at.submit(view, user_team="T2")
    assert at.slack.posts == []


def test_failed_thread_reply_is_shown_in_the_view_and_can_be_repeated(at: Office) -> None:
    at.slack.channels["C1"].member = False
    at.send(shortcut("counterfeit goods"))
    answer = at.submit(at.view())
    assert "/invite @tradebot" in words(answer["view"])
    at.slack.channels["C1"].member = True
    assert at.submit(at.view()) == {"response_action": "clear"}
    at.posts(1)


# questions without an answer


def counted(at: Office) -> list[tuple[str, int, int]]:
    with at.db.read() as conn:
        return [(each.words, each.asked, each.marked) for each in list_questions(conn, at.db.now(conn), 9)]


def test_questions_in_vain_are_counted_at_every_door(at: Office) -> None:
    for user in ("U1", "U1", "U2"):
        at.type("/trade frobnicate the quux", user_id=user)
        at.type("/csms quux", user_id=user)
    at.send(event(mention("frobnicate the quux?", user="U3", ts="1700000000.000900")))
    eventually(lambda: counted(at) == [("frobnicate the quux", 3, 0), ("quux", 2, 0)], "they are counted, once for each person")
    at.type("/pti revenue")
    at.type("/trade")
    assert len(counted(at)) == 2


def test_an_answer_can_be_marked_as_not_what_was_asked(at: Office) -> None:
    answer = at.type("/trade what is the forced labor portal")
    value = buttons(answer)["Not what I asked"]
    assert value == "missed /trade what is the forced labor portal"
    for user in ("U1", "U1", "U2"):
        at.send(press(value, at.slack.hook(), user={"id": user, "username": "x", "team_id": "T1"}))
    eventually(lambda: len(at.slack.responses) == 3, "each press is answered")
    assert "but not who asked" in words(at.slack.responses)
    assert counted(at) == [("what is the forced labor portal", 0, 2)]
    assert "Not what I asked" not in words(at.type("/pti revenue"))
    assert "Not what I asked" not in words(at.type("/trade what is the forced labor portal", user_team_id="T2"))


@pytest.mark.parametrize(
    "question",
    [
        "is 123-45-6789 a valid number",
        "ask Xaviera Quux about tin",
        "john smith unicorns",
        "zebra [at] example [dot] com",
        "tin for acme corp",
    ],
)
def test_a_marked_question_that_may_name_somebody_is_not_kept_and_the_answer_says_so(at: Office, question: str) -> None:
    for user in ("U1", "U2"):
        at.send(press(f"missed /trade {question}", at.slack.hook(), user={"id": user, "username": "x", "team_id": "T1"}))
    eventually(lambda: len(at.slack.responses) == 2, "each press is answered")
    assert all("The bot did not keep this question" in words(each) for each in at.slack.responses)
    assert counted(at) == []


@pytest.mark.parametrize("question", ["revanue", "auditer", "sanctions"])
def test_one_word_that_is_no_name_of_the_answer_can_be_marked(at: Office, question: str) -> None:
    assert buttons(at.type(f"/trade {question}"))["Not what I asked"] == f"missed /trade {question}"


@pytest.mark.parametrize("line", ["/trade zeppelins", "/csms zeppelins", "/trade any news on zeppelins"])
def test_a_list_of_messages_can_be_marked(at: Office, line: str) -> None:
    at.publish("Duty on zeppelins")
    answer = at.type(line)
    assert "Duty on zeppelins" in words(answer)
    assert buttons(answer)["Not what I asked"] == f"missed {line}"


def test_nothing_is_counted_when_it_is_switched_off(slack: SlackServer, sqlite_url: str) -> None:
    with office(sqlite_url, slack, TRADEBOT_UNANSWERED="off") as at:
        for _ in range(3):
            at.type("/trade frobnicate the quux")
        assert "Not what I asked" not in words(at.type("/trade what is the forced labor portal"))
        at.send(press("missed /trade frobnicate the quux", at.slack.hook()))
        eventually(lambda: len(at.slack.responses) == 1, "the press is answered")
        assert "This bot does not keep questions" in words(at.slack.responses)
        with at.db.read() as conn:
            assert conn.execute(select(schema.unanswered)).all() == []


# reports


def test_every_card_can_be_reported_and_the_editors_read_where_it_stands(at: Office) -> None:
    card = at.type("/pti revenue")
    assert list(buttons(card))[-1] == "Report a problem"
    assert all(len(block["elements"]) <= 5 for block in card["blocks"] if block["type"] == "actions")
    at.send(press(buttons(card)["Report a problem"], at.slack.hook()))
    said = f"The rate is old.\n{HOSTILE}"
    answer = at.submit(at.view(), words=said)
    assert "Thank you" in words(answer["view"])
    at.deliver()
    (post,) = at.posts(1, EDITORS)
    shown = words(post["blocks"])
    assert "Revenue" in shown
    assert "The rate is old." in shown
    assert "content: ptis.yaml:" in shown
    assert "By maria · in #trade" in shown
    assert "<!channel>" not in words(post)
    assert "<@U1>" not in words(post)
    at.submit(at.view(), words=said)
    at.deliver()
    assert len(at.slack.seen(EDITORS)) == 1
    assert [(each.subject, each.reported_by) for each in reported(at)] == [("pti:revenue", "maria (slack:T1/U1)")]
    at.send(press(buttons(post)["Done"], at.slack.hook()))
    eventually(lambda: "Only this bot's admins" in words(at.slack.responses), "somebody who is no admin is refused")
    assert len(reported(at)) == 1


def test_a_card_in_a_view_can_be_reported_from_there(at: Office) -> None:
    at.publish("Refunds go out by ACH")
    at.send(home_opened())
    at.send(in_view(at.view("U1"), None, {"action_id": "command_5", "type": "button", "value": "/pti revenue"}))
    at.view("V1")
    at.send(shortcut(f"CSMS #{NUMBER}"))
    at.view("V2")
    for name, subject, form in (("V1", "pti:revenue", "V3"), ("V2", f"csms:{NUMBER}", "V4")):
        card = at.view(name)
        value = buttons(card)["Report a problem"]
        assert value == f"report {subject}"
        at.send(in_view(card, None, {"action_id": "command_9", "type": "button", "value": value}))
        assert "Thank you" in words(at.submit(at.view(form), words="It is old."))
    assert len(at.slack.asked("views.push")) == 2
    at.deliver()
    assert len(at.posts(2, EDITORS)) == 2
    at.send(home_opened("U9"))
    guest = in_view(at.view("U9"), None, {"action_id": "command_5", "type": "button", "value": "/pti revenue"}, user="U9", user_team="T9")
    at.send(guest)
    assert "Report a problem" not in words(at.view("V5"))


def test_a_report_shows_the_card_and_carries_an_id_and_is_posted_once_when_slack_is_silent(at: Office) -> None:
    at.send(press("report pti:revenue", at.slack.hook()))
    at.slack.fail("chat.postMessage", "drop after")
    assert "Thank you" in words(at.submit(at.view(), words="It is old.")["view"])
    at.deliver()
    at.submit(at.view(), words="It is old.")
    at.deliver()
    (post,) = at.slack.seen(EDITORS)
    assert post["metadata"]["event_payload"]
    assert "Priority Trade Issue" in words(post["blocks"][2:])
    assert buttons(post) == {"Done": "/trade-admin done 1"}


def test_a_message_is_reported_with_its_title_and_link(at: Office) -> None:
    at.publish("Refunds go out by ACH")
    card = at.type(f"/csms {NUMBER}")
    at.send(press(buttons(card)["Report a problem"], at.slack.hook()))
    at.submit(at.view(), words="It is not about revenue.")
    at.deliver()
    (post,) = at.posts(1, EDITORS)
    assert f"Refunds go out by ACH (CSMS {NUMBER})" in words(post)


def test_a_report_is_kept_in_the_list_even_if_the_channel_cannot_be_reached(at: Office) -> None:
    at.slack.channels[EDITORS].member = False
    at.send(press("report pti:revenue", at.slack.hook()))
    assert list(at.submit(at.view(), words="  ")["errors"]) == ["words"]
    assert "Thank you" in words(at.submit(at.view(), words="It is wrong.")["view"])
    at.deliver()
    assert [each.words for each in reported(at)] == ["It is wrong."]


def test_people_from_outside_see_no_report_and_theirs_is_not_taken(at: Office) -> None:
    assert "Report a problem" not in words(at.type("/pti revenue", user_team_id="T2"))
    at.send(press("report pti:revenue", at.slack.hook(), user_team="T2"))
    eventually(lambda: bool(at.slack.responses), "an answer comes")
    assert "You are from another workspace" in words(at.slack.responses)
    assert at.slack.asked("views.open") == []


def test_without_an_editors_channel_a_report_goes_to_the_list(slack: SlackServer, sqlite_url: str) -> None:
    with office(sqlite_url, slack, TRADEBOT_ADMINS="slack:T1/U1") as at:
        at.send(press(buttons(at.type("/pti revenue"))["Report a problem"], at.slack.hook()))
        assert "Thank you" in words(at.submit(at.view(), words="It is wrong.")["view"])
        listed = at.type("/trade-admin unanswered")
        assert "It is wrong. (maria" in words(listed)
        at.send(press(buttons(listed)["Done"], at.slack.hook()))
        eventually(lambda: "Done: problem 1" in words(at.slack.responses), "the problem is ticked off")
        assert reported(at) == []
        at.deliver()
        assert at.slack.posts == []


def reported(at: Office) -> list[Problem]:
    with at.db.read() as conn:
        return list(problems.newest(conn, 9))


@pytest.mark.parametrize(("subject", "offered"), [("csms:67647279", True), ("ü" * 200, False), ("x" * 700, False)])
def test_a_subject_that_a_view_could_not_keep_is_not_offered_to_be_reported(subject: str, offered: bool) -> None:
    reply = add_report_button(Reply("A card", (), subjects=(subject,)))
    assert bool(reply.blocks) is offered
    if offered:
        assert slack_server.problem_of_view(report.view(subject, ChannelRef("slack", "T1", "C1", "ü" * 80), CATALOG)) is None


def test_a_list_or_a_choice_is_no_card(at: Office) -> None:
    assert "Report a problem" not in words(at.type("/pti"))
    assert "Report a problem" in words(at.type("/trade term ACE"))


def test_a_view_that_is_not_ours_is_closed(at: Office) -> None:
    assert at.send(in_view({"id": "V9", "callback_id": "else", "type": "modal"})) == {"response_action": "clear"}


def test_the_channel_stays_as_it_is_called(at: Office) -> None:
    at.submit(at.opened("/csms subscribe"))
    with at.db.read() as conn:
        found = channels.get(conn, 1)
    assert found is not None
    assert found.name == "#trade"
