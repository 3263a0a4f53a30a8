"""Test journeys from end to end: the bot as a process, with a Slack and a feed on this computer."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from handlers.actions import ONLY_YOU
from jobs.models.channels import ChannelRef
from jobs.store import channels, deliveries, reports
from jobs.store.database import Database
from tests.support import slack_server
from tests.support.feed_server import FeedServer, bulletin, bulletins, sent_now, serving
from tests.support.message_walk import Answer, Walker, walk
from tests.support.process import Bot, bot, content, eventually
from tests.support.slack_office import buttons
from tests.support.slack_payloads import People, direct, event, link_shared, mention, press
from tests.support.slack_server import HIDDEN, SlackServer
from tests.support.store import forget

pytestmark = pytest.mark.process


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server.serving() as server:
        yield server
        assert server.refused == []


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with serving(bulletins(60)) as server:
        yield server


@dataclass
class Workspace:
    """A Slack, the people in it and the bot's process."""

    slack: SlackServer
    people: People
    running: Bot
    db: Database

    def make_due(self) -> None:
        with self.db.begin() as conn:
            for channel_id in (1, 2):
                deliveries.make_due(conn, channel_id, self.db.now(conn))

    def paused(self) -> str | None:
        with self.db.read() as conn:
            known = channels.find_id(conn, ChannelRef("slack", "T1", "C1"))
            assert known is not None
            return channels.pause_reason(conn, known)


@contextmanager
def workspace(slack: SlackServer, url: str, command: str = "run", until: str = "/slack/events", **settings: str) -> Iterator[Workspace]:
    db = Database(url)
    with bot(command, until, DATABASE_URL=url, LOG_LEVEL="debug", **(slack.settings() | settings)) as running:
        eventually(lambda: bool(slack.asked("auth.test")), "the bot asks who it is")
        yield Workspace(slack, People(running.url if until.startswith("/") else "", slack), running, db)
        assert running.end() == 0
    db.close()
    said = "".join(running.said) + "".join(line for line in iter(running.lines.get, None))
    assert [secret for secret in HIDDEN if secret in said] == []
    assert "Traceback" not in said


@dataclass(frozen=True, slots=True)
class Shared:
    """A workspace and a feed for all tests that need no start of their own."""

    office: Workspace
    feeds: FeedServer


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Shared]:
    folder = tmp_path_factory.mktemp("shared")
    url = f"sqlite:///{shutil.copy(sqlite_template, folder / 'test.db')}"
    with slack_server.serving() as slack, serving(bulletins(60)) as feeds:
        settings = {"CONTENT_DIR": str(content(folder / "content", feeds)), "TRADEBOT_ADMINS": "slack:T1/U1"}
        with workspace(slack, url, **settings) as office:
            first_read(feeds)
            yield Shared(office, feeds)


@pytest.fixture
def office(shared: Shared) -> Iterator[Workspace]:
    """The workspace, in which nothing has happened yet."""
    shared.office.slack.forget()
    forget(shared.office.db)
    yield shared.office
    assert shared.office.slack.refused == []


def shown(message: dict[str, Any]) -> str:
    """All words of a message."""
    return json.dumps([message.get("text"), message.get("blocks")], ensure_ascii=False).replace("\u00a0", " ")


def value_of(message: dict[str, Any], label: str) -> str:
    """Return the value of a button or a menu's option."""
    return str(buttons(message)[label])


def first_read(feeds: FeedServer) -> None:
    eventually(lambda: len(feeds.asked("/csms.rss")) >= 2, "the feed was read once, so that what comes now is new")


def test_three_settings_and_a_fresh_file_answer_a_signed_look_up_and_open_no_playground(slack: SlackServer, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'fresh.db'}"
    with bot("serve", "/slack/events", DATABASE_URL=url, **slack.settings()) as running:
        answer = People(running.url, slack).type("/pti revenue")
        assert answer["response_type"] == "ephemeral"
        assert "Revenue" in shown(answer)
        assert slack_server.problem_of(answer) is None
        assert running.get("/")[0] == 404
        assert running.get("/readyz")[0] == 200
        assert running.get("/slack/events")[0] == 405
        assert running.end() == 0


def test_csms_messages_reach_the_channel_that_asked_once_and_over_restarts(
    slack: SlackServer, feeds: FeedServer, sqlite_url: str, tmp_path: Path
) -> None:
    settings = {"CONTENT_DIR": str(content(tmp_path / "content", feeds))}
    with workspace(slack, sqlite_url, **settings) as office:
        echo = office.people.type("/csms subscribe daily 09:00")
        assert echo["response_type"] == "in_channel"
        assert "This channel now gets CSMS updates" in echo["text"]
        assert "Set by maria" in echo["text"]
        first_read(feeds)
        feeds.publish(bulletin(61, "GUIDANCE: Importers of <!channel> sugar"), bulletin(62, "Quota opens for beef"))
        eventually(lambda: len(slack.posts) == 1, "what is urgent is posted at once")
        assert "Importers of" in shown(slack.posts[0])
        assert "<!channel>" not in json.dumps(slack.posts[0])
        assert (slack.posts[0]["unfurl_links"], slack.posts[0]["unfurl_media"]) == (False, False)
        metadata = slack.posts[0]["metadata"]
        assert set(metadata["event_payload"]) == {"post", "tokens"}
        eventually(lambda: "1 waiting" in shown(office.people.type("/csms subscriptions")), "the other waits for its digest")
    with workspace(slack, sqlite_url, **settings) as office:
        feeds.publish(bulletin(60, "Quota opens for cheese"))
        eventually(lambda: "2 waiting" in shown(office.people.type("/csms subscriptions")), "a lower number is not lost")
        assert len(slack.posts) == 1
        office.make_due()
        eventually(lambda: len(slack.posts) == 2, "the digest is posted when it is due")
        digest = slack.posts[1]
        assert "Trade digest" in digest["text"]
        assert "beef" in shown(digest)
        assert "cheese" in shown(digest)
        assert "posted here" in shown(digest)  # of the one that came at once
        why = value_of(digest, "Why these?")
        office.people.deliver(press(why, slack.hook("why"), ephemeral=False))
        eventually(lambda: bool(slack.responses), "a button below a post is answered")
        assert slack.responses[0]["response_type"] == "ephemeral"
        assert slack.responses[0]["replace_original"] is False
        assert "beef" in shown(slack.responses[0])
        address = f"https://office.slack.com/archives/C1/p{digest['ts'].replace('.', '')}"
        assert address in shown(slack.responses[0])
        office.people.type("/csms unsubscribe 1")
        feeds.publish(bulletin(63, "CORRECTION: Importers of sugar"))
        time.sleep(3)
        assert len(slack.posts) == 2


def subscribed(office: Workspace, words: str = "now") -> None:
    assert office.people.type(f"/csms subscribe {words}")["response_type"] == "in_channel"


@pytest.mark.parametrize(("fault", "number"), [("429", 61), ("drop before", 62), ("500", 63)])  # the others: test_slack_sender
def test_trouble_on_the_way_loses_nothing_and_repeats_nothing(office: Workspace, shared: Shared, fault: str, number: int) -> None:
    slack = office.slack
    subscribed(office)
    slack.fail("chat.postMessage", fault)
    shared.feeds.publish(bulletin(number, "Quota opens for sugar"))
    eventually(lambda: bool(slack.asked("chat.postMessage")), "it is tried")
    if fault != "429":  # nobody knows: it is looked for when it must have turned up
        looked = len(slack.asked("conversations.history"))
        time.sleep(1)
        assert len(slack.asked("chat.postMessage")) == 1
        with office.db.begin() as conn:
            hurry(conn)
        eventually(lambda: len(slack.asked("conversations.history")) > looked, "it is looked for")
    eventually(lambda: len(slack.posts) == 1, "it arrives")
    time.sleep(1.5)
    assert len(slack.posts) == 1
    expected = 1 if fault == "drop after" else 2
    assert len(slack.asked("chat.postMessage")) == expected


def hurry(conn: Any) -> None:
    """The grace after a call of which nobody knows the end is over."""
    conn.exec_driver_sql("UPDATE post SET sending_at = '2026-01-01 00:00:00.000000' WHERE state = 'sending'")
    conn.exec_driver_sql("UPDATE channel SET free_at = '2026-01-01 00:00:00.000000'")


def test_a_channel_that_lost_the_bot_pauses_with_what_to_do_and_goes_on_when_it_is_back(office: Workspace, shared: Shared) -> None:
    slack = office.slack
    subscribed(office)
    slack.channels["C1"].member = False
    shared.feeds.publish(bulletin(64, "Quota opens for sugar"))
    eventually(lambda: office.paused() is not None, "the channel is paused")
    assert "/invite @tradebot" in str(office.paused())
    assert "/invite @tradebot" in shown(office.people.type("/csms subscriptions"))
    refused = office.people.type("/csms subscribe revenue")
    assert refused["response_type"] == "ephemeral"
    assert "/invite @tradebot" in refused["text"]
    slack.channels["C1"].member = True
    subscribed(office, "now include system notices")
    assert office.paused() is None
    shared.feeds.publish(bulletin(65, "Quota opens for beef"))
    eventually(lambda: "beef" in shown(slack.posts[-1]) if slack.posts else False, "it is posted to again")


@pytest.mark.parametrize("private", [False, True])
def test_a_channel_without_the_bot_is_refused_at_once(office: Workspace, private: bool) -> None:
    slack = office.slack
    slack.channels["C2"] = slack_server.Channel("C2", "elsewhere", private=private, member=False)
    refused = office.people.type("/csms subscribe revenue", channel_id="C2")
    assert refused["response_type"] == "ephemeral"
    assert "/invite @tradebot" in refused["text"]
    assert "no subscriptions" in shown(office.people.type("/csms subscriptions", channel_id="C2"))


def test_an_uninstalled_app_pauses_its_workspace_and_a_token_that_works_ends_the_pause(
    slack: SlackServer, feeds: FeedServer, sqlite_url: str, tmp_path: Path
) -> None:
    settings = {"CONTENT_DIR": str(content(tmp_path / "content", feeds))}
    with workspace(slack, sqlite_url, **settings) as office:
        subscribed(office)
        first_read(feeds)
        office.people.deliver(event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}))
        assert office.paused() is None
        slack.revoked = True
        office.people.deliver(event({"type": "app_uninstalled"}))
        assert "reinstall the app" in str(office.paused())
        asked = len(feeds.asked("/csms.rss"))
        feeds.publish(bulletin(61, "Quota opens for sugar"))
        eventually(lambda: len(feeds.asked("/csms.rss")) > asked + 1, "the feed is still read")
    assert slack.posts == []
    slack.revoked = False
    with workspace(slack, sqlite_url, **settings) as office:
        eventually(lambda: len(slack.posts) == 1, "what was owed is posted")
        assert "sugar" in shown(slack.posts[0])
        assert office.paused() is None


def test_a_revoked_token_pauses_the_workspace_by_the_next_post(
    slack: SlackServer, feeds: FeedServer, sqlite_url: str, tmp_path: Path
) -> None:
    with workspace(slack, sqlite_url, CONTENT_DIR=str(content(tmp_path / "content", feeds))) as office:
        subscribed(office)
        first_read(feeds)
        slack.revoked = True
        feeds.publish(bulletin(61, "Quota opens for sugar"))
        eventually(lambda: "token_revoked" in str(office.paused()), "the workspace is paused")
        with office.db.read() as conn:
            assert reports.waiting(conn).count == 1
            assert channels.next_free(conn, ["slack"], office.db.now(conn)) is None


def test_a_card_is_walked_by_its_buttons_and_shared_by_name_once(office: Workspace) -> None:
    slack = office.slack
    card = office.people.type("/pti revenue")
    office.people.deliver(press(value_of(card, "Questions and answers"), slack.hook("walk")))
    eventually(lambda: len(slack.responses) == 1, "the button is answered")
    assert (slack.responses[0]["replace_original"], slack.responses[0]["response_type"]) == (True, "ephemeral")
    click = press(value_of(card, "Share in channel"), slack.hook("share"))
    office.people.deliver(click)
    office.people.deliver(click)
    eventually(lambda: len(slack.responses) == 3, "both clicks are answered")
    shared = [each for each in slack.responses if each["response_type"] == "in_channel"]
    assert len(shared) == 1
    assert "Shared by maria" in shown(shared[0])
    assert ONLY_YOU not in shown(shared[0])
    assert "moment ago" in shown(next(each for each in slack.responses[1:] if each["response_type"] == "ephemeral"))


def test_messages_that_are_shared_become_a_post_that_can_be_found_again(office: Workspace) -> None:
    slack = office.slack
    eventually(lambda: "Share in channel" in shown(office.people.type("/csms latest")), "the first poll is stored")
    click = press(value_of(office.people.type("/csms latest"), "Share in channel"), slack.hook("share"))
    office.people.deliver(click)
    office.people.deliver(click)
    eventually(lambda: len(slack.responses) == 2 and len(slack.posts) == 1, "it is shared")
    assert {each["response_type"] for each in slack.responses} == {"ephemeral"}
    assert "Shared by maria" in shown(slack.posts[0])
    assert slack.posts[0]["metadata"]["event_payload"]


def test_a_mention_is_answered_once_in_its_thread_and_a_direct_message_where_it_is(office: Workspace) -> None:
    slack = office.slack
    asked = event(mention("who handles quota &amp; sugar?", ts="1700000000.000100"))
    for _ in range(3):  # Slack sends it again when it isn't sure
        office.people.deliver(asked)
    office.people.deliver(event(direct("/pti revenue")))
    office.people.deliver(event(direct("hello", bot_id="BBOT", user="UBOT")))
    office.people.deliver(event(direct("", subtype="message_changed")))
    eventually(lambda: len(slack.posts) == 2, "both are answered")
    time.sleep(0.5)
    (in_thread,) = slack.seen("C1")
    assert in_thread["thread_ts"] == "1700000000.000100"
    assert "Agriculture" in shown(in_thread)
    assert ONLY_YOU not in shown(in_thread)
    (in_private,) = slack.seen("D1")
    assert "thread_ts" not in in_private
    assert "Revenue" in shown(in_private)


def test_a_pasted_link_shows_its_message_and_the_feeds_correction_within_one_poll(office: Workspace, shared: Shared) -> None:
    slack, earlier = office.slack, bulletin(1)
    slack.channels["C9"] = slack_server.Channel("C9", "elsewhere", member=False)
    ts = slack.say("C9", f"Did you see {earlier.link}?")
    for _ in range(2):  # Slack repeats an event when it is unsure
        office.people.deliver(event(link_shared(earlier.link, ts=ts, channel="C9"), event_id="Ev-pasted"))
    eventually(lambda: earlier.link in slack.previews(ts), "the link shows its message")
    assert str(earlier.number) in shown(slack.previews(ts)[earlier.link])
    shared.feeds.publish(bulletin(70, "CORRECTION: Importers", f"This message replaces CSMS # {earlier.number}."))
    eventually(lambda: "Read that message instead" in shown(slack.previews(ts)[earlier.link]), "the preview is marked")
    assert len(slack.asked("chat.unfurl")) == 2
    assert slack.posts == []


def test_an_outage_is_open_until_a_message_ends_it(office: Workspace, shared: Shared) -> None:
    def asked() -> str:
        return shown(office.people.type("/csms open"))

    shared.feeds.publish(sent_now(71, "ACE Portal Login Issues"))
    eventually(lambda: "1 open outage" in asked(), "the outage is open")
    shared.feeds.publish(sent_now(72, "UPDATE: ACE Portal Login Issues"))
    eventually(lambda: "earlier message" in asked(), "its update joins it")
    office.people.deliver(event(mention("is ACE down?", ts="1700000000.000200")))
    eventually(lambda: "1 open outage" in "".join(map(shown, office.slack.seen("C1"))), "the question is answered")
    shared.feeds.publish(sent_now(73, "RESOLVED: ACE Portal Login Issues"))
    eventually(lambda: "no open outages" in asked(), "it is over")
    assert "Ended in the last 24 hours" in asked()


def test_what_messages_say_is_walked_by_signed_commands_and_buttons(office: Workspace, shared: Shared) -> None:
    def typed(line: str) -> Answer:
        before = len(office.slack.responses)
        message = office.people.type(line)
        if not message:  # it took longer than Slack waits
            eventually(lambda: len(office.slack.responses) > before, f"{line!r} is answered")
            message = office.slack.responses[before]
        return Answer(shown(message), buttons(message), message)

    def pressed(on: Answer, name: str) -> Answer:
        before = len(office.slack.responses)
        office.people.deliver(press(on.buttons[name], office.slack.hook(f"walk{before}")))
        eventually(lambda: len(office.slack.responses) > before, f"{name!r} is answered")
        message = office.slack.responses[before]
        return Answer(shown(message), buttons(message), message)

    walk(Walker(typed, pressed), shared.feeds, 80)


def test_answer_cut_short_by_shutdown_is_logged(slack: SlackServer, sqlite_url: str) -> None:
    with workspace(slack, sqlite_url, "serve") as office:
        slack.fail("chat.postMessage", "hang")
        office.people.deliver(event(mention("auditor")))
        eventually(lambda: bool(slack.asked("chat.postMessage")), "the answer is on its way")
        assert office.running.end() == 0
        office.running.wait_for("stopping: interrupted 1 answer")


def test_people_from_outside_look_up_and_change_nothing(office: Workspace) -> None:
    slack = office.slack
    guest: dict[str, Any] = {"user_team": "T9", "team": "T9", "user": "U1"}
    for said in ("/csms subscribe now", "/trade-admin reload", "/pti revenue"):
        office.people.deliver(event(mention(said, **guest), is_ext_shared_channel=True))
    office.people.deliver(press("/csms subscribe revenue", slack.hook("guest"), user_team="T9"))
    eventually(lambda: len(slack.posts) == 3 and len(slack.responses) == 1, "all are answered")
    answers = " ".join(map(shown, slack.posts))
    assert "Only staff in the bot's own workspace can manage" in answers
    assert "admins" in answers
    assert "Revenue" in answers
    assert "Only staff in the bot's own workspace can manage" in shown(slack.responses[0])
    assert "no subscriptions" in shown(office.people.type("/csms subscriptions"))
    assert "Published" not in answers


def test_only_admins_change_subscriptions_where_the_setting_says_so(slack: SlackServer, sqlite_url: str) -> None:
    settings = {"TRADEBOT_SUBSCRIBE": "admins", "TRADEBOT_ADMINS": "slack:T1/UADMIN"}
    with workspace(slack, sqlite_url, "serve", **settings) as office:
        refused = office.people.type("/csms subscribe now")
        assert (refused["response_type"], "Only this bot's admins can change" in refused["text"]) == ("ephemeral", True)
        office.people.deliver(press("/csms subscribe revenue", slack.hook("press")))
        office.people.deliver(event(mention("/csms subscribe usmca")))
        eventually(lambda: len(slack.posts) == 1 and len(slack.responses) == 1, "every way in is refused")
        assert "Only this bot's admins can change" in shown(slack.posts[0])
        assert "Only this bot's admins can change" in shown(slack.responses[0])
        assert office.people.type("/csms subscribe now", user_id="UADMIN")["response_type"] == "in_channel"
        assert "Only this bot's admins can change" in office.people.type("/csms unsubscribe 1")["text"]
        assert "Only this bot's admins can use" in office.people.type("/trade-admin status")["text"]
        assert "Only this bot's admins can use" not in office.people.type("/trade-admin status", user_id="UADMIN")["text"]


def test_the_same_trigger_changes_nothing_a_second_time(office: Workspace) -> None:
    assert "now gets" in office.people.type("/csms subscribe now", trigger_id="1.2.3")["text"]
    office.people.type("/csms unsubscribe 1")
    again = office.people.type("/csms subscribe weekly mon 09:00", trigger_id="1.2.3")
    assert again["response_type"] == "ephemeral"
    assert "Nothing changed" in again["text"]
    assert "no subscriptions" in shown(office.people.type("/csms subscriptions"))


def test_socket_mode_answers_the_same(slack: SlackServer, feeds: FeedServer, sqlite_url: str, tmp_path: Path) -> None:
    from tests.support.slack_payloads import command

    settings = slack.settings(socket=True) | {"SLACK_SIGNING_SECRET": slack_server.SECRET}
    settings["CONTENT_DIR"] = str(content(tmp_path / "content", feeds))
    with workspace(slack, sqlite_url, until="Socket Mode", **settings):
        eventually(lambda: slack.connected == 1, "the socket is open")

        def ask(name: str, kind: str, payload: dict[str, Any]) -> Any:
            slack.push({"envelope_id": name, "type": kind, "accepts_response_payload": kind == "slash_commands", "payload": payload})
            eventually(lambda: name in slack.acks, f"{name} is acknowledged")
            return slack.acks[name]

        assert "Revenue" in shown(ask("e1", "slash_commands", command("/pti revenue", slack.hook())))
        echo = ask("e2", "slash_commands", command("/csms subscribe now", slack.hook()))
        assert (echo["response_type"], "now gets" in echo["text"]) == ("in_channel", True)
        assert ask("e3", "interactive", press("/csms subscriptions", slack.hook("press"))) is None
        eventually(lambda: len(slack.responses) == 1, "the button is answered")
        assert ask("e4", "events_api", event(mention("auditor"))) is None
        eventually(lambda: len(slack.posts) == 1, "the mention is answered")
        first_read(feeds)
        feeds.publish(bulletin(61, "Quota opens for sugar"))
        eventually(lambda: len(slack.posts) == 2, "a post arrives")
        slack.push({"type": "disconnect", "reason": "refresh_requested"})
        eventually(lambda: len(slack.asked("apps.connections.open")) == 2, "it connects anew")
        eventually(lambda: slack.connected >= 1, "the new socket is open")
        time.sleep(0.5)
        assert "Auditor" in shown(ask("e5", "slash_commands", command("/role auditor", slack.hook())))
