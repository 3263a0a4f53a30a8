"""Journeys through Teams from end to end: the bot as a process, with a loopback Teams, Slack and feed."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jobs.models.channels import ChannelRef
from jobs.store import channels, deliveries
from jobs.store.database import Database
from tests.support import slack_server, teams_server
from tests.support.feed_server import FeedServer, bulletin, bulletins, sent_now, serving
from tests.support.message_walk import Answer, Walker, walk
from tests.support.process import Bot, bot, content, eventually
from tests.support.slack_payloads import People
from tests.support.teams_office import buttons, card, words
from tests.support.teams_server import CHANNEL, HIDDEN, PERSONAL, TENANT, TeamsServer

pytestmark = pytest.mark.process

Json = dict[str, Any]


@pytest.fixture
def teams() -> Iterator[TeamsServer]:
    with teams_server.serving() as server:
        yield server
        assert server.refused == []


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with serving(bulletins(60)) as server:
        yield server


@dataclass
class Tenant:
    """A Teams, the people in it and the bot's process."""

    teams: TeamsServer
    running: Bot
    db: Database

    def send(self, activity: Json) -> tuple[int, str]:
        return self.running.post("/api/messages", activity, self.teams.bearer())

    def say(self, said: str, conversation: str = PERSONAL) -> Json:
        """Return the bot's answer."""
        before = len(self.teams.posts)
        assert self.send(self.teams.message(said, conversation)) == (200, "")
        eventually(lambda: len(self.teams.posts) > before, f"{said!r} is answered")
        return self.teams.posts[before]

    def press(self, command: str, on: Json) -> Json:
        status, body = self.send(self.teams.invoke(command, on["id"], on["conversation"]))
        assert status == 200
        found: Json = json.loads(body)
        return found

    def channel_id(self) -> int:
        with self.db.read() as conn:
            known = channels.find_id(conn, ChannelRef("teams", TENANT, CHANNEL))
        assert known is not None
        return known

    def make_due(self) -> None:
        known = self.channel_id()
        with self.db.begin() as conn:
            deliveries.make_due(conn, known, self.db.now(conn))

    def paused(self) -> str | None:
        known = self.channel_id()
        with self.db.read() as conn:
            return channels.pause_reason(conn, known)

    def roots(self) -> list[Json]:
        return self.teams.seen(CHANNEL)


@contextmanager
def tenant(teams: TeamsServer, url: str, **settings: str) -> Iterator[Tenant]:
    db = Database(url)
    environ = {"DATABASE_URL": url, "LOG_LEVEL": "debug", "LOOPBACK_TEAMS": teams.url}
    with bot("run", "/api/messages", program="tests.support.teams_process", **environ, **settings) as running:
        yield Tenant(teams, running, db)
        assert running.end() == 0
    db.close()
    said = "".join(running.said) + "".join(line for line in iter(running.lines.get, None))
    assert [secret for secret in HIDDEN if secret in said] == []
    assert "Traceback" not in said


def test_one_process_verifies_requests_of_slack_and_teams(teams: TeamsServer, sqlite_url: str) -> None:
    with slack_server.serving() as slack, tenant(teams, sqlite_url, **slack.settings()) as office:
        signed = People(office.running.url, slack).type("/pti revenue")
        assert "Revenue" in json.dumps(signed)
        answer = office.say("pti revenue")
        assert "19 U.S.C. 4322" in words(card(answer))
        assert teams.asked("login"), "the answer went out with a token"
        before = len(teams.posts)
        assert office.running.post("/api/messages", teams.message("pti revenue"), {})[0] == 401
        assert office.running.post("/api/messages", teams.message("pti revenue"), teams.bearer(by="other"))[0] == 401
        assert office.running.get("/api/messages")[0] == 405
        assert office.running.get("/")[0] == 404
        time.sleep(0.5)
        assert len(teams.posts) == before


def test_an_outage_is_open_until_a_message_ends_it(teams: TeamsServer, feeds: FeedServer, sqlite_url: str, tmp_path: Path) -> None:
    with tenant(teams, sqlite_url, CONTENT_DIR=str(content(tmp_path / "content", feeds))) as office:

        def asked(typed: str = "csms open") -> str:
            return words(card(office.say(typed)))

        eventually(lambda: len(feeds.asked("/csms.rss")) >= 2, "the feed was read once")
        feeds.publish(sent_now(61, "ACE Portal Login Issues"))
        eventually(lambda: "1 open outage" in asked(), "the outage is open")
        assert "1 open outage" in asked("is ACE down?")
        feeds.publish(sent_now(62, "RESOLVED: ACE Portal Login Issues"))
        eventually(lambda: "no open outages" in asked(), "it is over")
        assert "Ended in the last 24 hours" in asked()


def test_what_messages_say_is_walked_by_words_and_buttons(teams: TeamsServer, feeds: FeedServer, sqlite_url: str, tmp_path: Path) -> None:
    with tenant(teams, sqlite_url, CONTENT_DIR=str(content(tmp_path / "content", feeds))) as office:

        def typed(line: str) -> Answer:
            message = office.say(line.removeprefix("/"))
            return Answer(words(card(message)), buttons(card(message)), message)

        def pressed(on: Answer, name: str) -> Answer:
            found = office.press(on.buttons[name], on.raw)
            return Answer(words(found["value"]), buttons(found["value"]), on.raw)

        eventually(lambda: len(feeds.asked("/csms.rss")) >= 2, "the feed was read once")
        walk(Walker(typed, pressed), feeds, 80)


def test_csms_messages_reach_the_subscribed_channel_once_across_restarts(
    teams: TeamsServer, feeds: FeedServer, sqlite_url: str, tmp_path: Path
) -> None:
    settings = {"CONTENT_DIR": str(content(tmp_path / "content", feeds))}
    with tenant(teams, sqlite_url, **settings) as office:
        offer = office.say("csms subscibe daily 09:00", CHANNEL)
        assert "csms subscribe daily 09:00" in words(card(offer))
        echo = office.say("csms subscribe daily 09:00", CHANNEL)
        assert "This channel now gets CSMS updates" in words(card(echo))
        eventually(lambda: len(feeds.asked("/csms.rss")) >= 2, "the feed was read once, so that what comes now is new")
        feeds.publish(bulletin(61, "GUIDANCE: Importers of <at>everybody</at> sugar"), bulletin(62, "Quota opens for beef"))
        eventually(lambda: len(office.roots()) == 1, "what is urgent is posted at once, as a message of its own")
        assert "Importers of" in words(card(office.roots()[0]))
        assert "entities" not in office.roots()[0], "nobody is mentioned"
        eventually(lambda: "1 waiting" in words(card(office.say("csms subscriptions", CHANNEL))), "the other waits for its digest")
    with tenant(teams, sqlite_url, **settings) as office:
        feeds.publish(bulletin(60, "Quota opens for cheese"))
        eventually(lambda: "2 waiting" in words(card(office.say("csms subscriptions", CHANNEL))), "a lower number is not lost")
        assert len(office.roots()) == 1
        office.make_due()
        eventually(lambda: len(office.roots()) == 2, "the digest is posted when it is due")
        digest = office.roots()[1]
        shown = words(card(digest))
        assert "Trade digest" in shown
        assert "beef" in shown
        assert "cheese" in shown
        assert "posted here" in shown  # of the one that came at once
        why = office.press(buttons(card(digest))["Why these?"], digest)
        assert "beef" in words(why["value"])
        office.say("csms unsubscribe 1", CHANNEL)
        feeds.publish(bulletin(63, "CORRECTION: Importers of sugar"))
        time.sleep(3)
        assert len(office.roots()) == 2


def test_a_channel_without_the_bot_is_paused_gets_missed_posts_later_and_a_post_that_has_to_wait_once(
    teams: TeamsServer, feeds: FeedServer, sqlite_url: str, tmp_path: Path
) -> None:
    with tenant(teams, sqlite_url, CONTENT_DIR=str(content(tmp_path / "content", feeds))) as office:
        office.say("csms subscribe now", CHANNEL)
        eventually(lambda: len(feeds.asked("/csms.rss")) >= 2, "the feed was read once, so that what comes now is new")
        teams.absent.add(CHANNEL)
        feeds.publish(bulletin(61, "Quota opens for sugar"))
        eventually(lambda: office.paused() is not None, "it is paused")
        teams.absent.clear()
        feeds.publish(bulletin(62, "Quota opens for beef"))
        time.sleep(2)
        assert office.roots() == []
        assert "Posting is paused" in words(card(office.say("csms subscriptions", CHANNEL)))
        office.say("csms subscribe now", CHANNEL)
        eventually(lambda: "beef" in words(office.roots()), "what came meanwhile is posted")
        teams.fail("post", "429")
        feeds.publish(bulletin(63, "Quota opens for cheese"))
        eventually(lambda: "cheese" in words(office.roots()), "a post that has to wait comes in the end")
        time.sleep(1.5)
        assert len([root for root in office.roots() if "cheese" in words(root)]) == 1
