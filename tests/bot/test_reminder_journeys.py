"""From a feed's message to a reminder in Slack, in Teams and in the playground: a real poll, the outbox, and a clock moved by hand."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime

import httpx
import pytest

from bot import app
from bot.responder import Responder
from bot.settings import load
from handlers.command import Person
from handlers.replies.text import render
from handlers.router import read_command, resolve
from jobs import poll
from jobs.deliver import deliver_due
from jobs.models.channels import ChannelRef
from jobs.notices import SILENT
from jobs.reminder_changes import record_changes
from jobs.reminders import record_due
from jobs.sources import process
from jobs.store import channels, posts
from jobs.store.database import Database
from tests.bot.playground.test_app import HOME, post, visitor
from tests.bot.playground.test_links import shown
from tests.support import slack_server, teams_server
from tests.support.clock import Clock
from tests.support.feed_server import FeedServer, bulletin, bulletins, serving
from tests.support.parsing import parse_here
from tests.support.slack_office import office as slack_office
from tests.support.slack_office import words as said_in_slack
from tests.support.teams_office import office as teams_office
from tests.support.teams_office import words as said_in_teams
from tests.support.teams_server import CHANNEL

COMMENTS = bulletin(61, "Comments on the new form", "Comments are due by March 2, 2026.")
NUMBER = str(COMMENTS.number)
MORE_TIME = bulletin(62, "Comments: more time", f"This message extends CSMS # {NUMBER}. Comments are due by March 16, 2026.")
MORNINGS = {"of the old day": datetime(2026, 3, 1, 14, 1, tzinfo=UTC), "of the new day": datetime(2026, 3, 15, 13, 1, tzinfo=UTC)}
"""09:01 in New York, the second in summer."""


@pytest.fixture(autouse=True)
def parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parse in this process: a child takes longer than the test."""
    monkeypatch.setattr(process, "parse", parse_here)


@contextmanager
def feed_of(db: Database) -> Iterator[tuple[FeedServer, Clock]]:
    with serving(bulletins(60)) as server:
        clock = db.clock = Clock()
        yield server, clock


async def read_feed(db: Database, server: FeedServer, clock: Clock) -> None:
    clock.pass_(minutes=5)
    async with httpx.AsyncClient(trust_env=False) as http:
        await poll.poll_due(db, (server.csms(),), (), http, lambda _: None, lambda: 0.0, notifier=SILENT)


@asynccontextmanager
async def comments(db: Database) -> AsyncIterator[tuple[FeedServer, Clock]]:
    """Let the feed bring a message with a deadline."""
    with feed_of(db) as (server, clock):
        await read_feed(db, server, clock)
        server.publish(COMMENTS)
        await read_feed(db, server, clock)
        yield server, clock


async def test_a_reminder_in_slack_moves_with_its_date(sqlite_url: str) -> None:
    with slack_server.serving() as slack, slack_office(sqlite_url, slack) as office:
        async with comments(office.db) as (server, clock):
            answer = office.type(f"/csms remind {NUMBER} 1d")
            assert answer == {}  # the bot posts it itself, so that it can change it
            (confirmation,) = office.posts(1)
            asked = said_in_slack(confirmation)
            assert f"This channel will be reminded of the dates of CSMS {NUMBER}." in asked
            assert "Mon 2 Mar, deadline: reminder Sun 1 Mar, 09:00 ET" in asked
            server.publish(MORE_TIME)
            await read_feed(office.db, server, clock)
            assert record_changes(office.db) == 1
            for _ in range(3):
                clock.pass_(seconds=5)
                office.deliver()
            (below,) = [each for each in office.posts(2) if each.get("thread_ts")]
            assert below["thread_ts"] == confirmation["ts"]
            assert f"The deadline of CSMS {NUMBER} moved from Mon 2 Mar to Mon 16 Mar (CSMS {MORE_TIME.number}, " in below["text"]
            assert "The reminder is now on Sun 15 Mar, 09:00 ET." in said_in_slack(below)
            now = said_in_slack(office.posts(2)[0])
            assert f"Mon 16 Mar, deadline: reminder Sun 15 Mar, 09:00 ET; moved from 2 Mar by CSMS {MORE_TIME.number}" in now
            assert "Set by" in now
            assert record_changes(office.db) == 0
            clock.now = MORNINGS["of the old day"]
            assert record_due(office.db) == 0
            clock.now = MORNINGS["of the new day"]
            for _ in range(3):
                record_due(office.db)
                office.deliver()
            reminders = [said_in_slack(each) for each in office.posts(3) if "Deadline tomorrow" in said_in_slack(each)]
            assert len(reminders) == 1
            assert "Deadline tomorrow: Mon 16 Mar" in reminders[0]
            assert f"moved from 2 Mar (CSMS {NUMBER})" in reminders[0]
        assert slack.refused == []


async def test_a_subscription_in_teams_brings_reminders(sqlite_url: str) -> None:
    with teams_server.serving() as teams:
        async with teams_office(teams, sqlite_url) as office, comments(office.runtime.db) as (_, clock):
            db = office.runtime.db
            await office.say("<at>Trade bot</at> csms subscribe weekly include deadlines", CHANNEL)
            await office.until(lambda: "Reminders 14 days and 1 day" in said_in_teams(teams.posts[-1]), "the subscription is confirmed")
            clock.now = MORNINGS["of the old day"]
            for _ in range(3):
                record_due(db)
                await office.deliver()
            found = [said_in_teams(each) for each in teams.seen(CHANNEL) if "Deadline tomorrow: Mon 2 Mar" in said_in_teams(each)]
            assert len(found) == 1
            assert "“Comments are due by March 2, 2026.”" in found[0]
        assert teams.refused == []


async def test_a_canceled_date_is_told_in_the_thread_of_the_confirmation_in_teams(sqlite_url: str) -> None:
    with teams_server.serving() as teams:
        async with teams_office(teams, sqlite_url) as office, comments(office.runtime.db) as (server, clock):
            db = office.runtime.db
            await office.say(f"<at>Trade bot</at> csms remind {NUMBER}", CHANNEL)
            await office.until(lambda: "will be reminded" in said_in_teams(teams.posts[-1]) and not office.busy(), "it is confirmed")
            server.publish(bulletin(63, f"CANCELED: CSMS # {NUMBER}", f"CSMS # {NUMBER} is canceled."))
            await read_feed(db, server, clock)
            assert record_changes(db) == 1
            for _ in range(3):
                clock.pass_(seconds=5)
                await office.deliver()
            confirmation, told = teams.posts
            words = said_in_teams(told)
            assert f"The deadline of CSMS {NUMBER}, Mon 2 Mar, no longer stands (CSMS " in words
            assert "The bot no longer reminds you of it." in words
            assert ";messageid=" in told["conversation"]
            now = said_in_teams(confirmation)
            assert f"No reminder of the dates of CSMS {NUMBER} is planned any longer." in now
            assert "Mon 2 Mar, deadline: no longer stands: see CSMS " in now
        assert teams.refused == []


async def test_a_reminder_in_the_playground_is_not_posted_after_a_cancellation(sqlite_url: str) -> None:
    runtime = app.build(load({"DATABASE_URL": sqlite_url}))
    here = ChannelRef("playground", "local", "trade-updates", "trade-updates")
    async with comments(runtime.db) as (server, clock):
        staff = Person("playground", "local", "you", "You")
        reply = Responder(runtime).reply(resolve(read_command(f"/csms remind {NUMBER} 2d 1d", staff, here)))
        assert "reminders Sat 28 Feb and Sun 1 Mar" in " ".join(render(reply).split())
        seen = []
        for day in (28, 29):
            clock.now = datetime(2026, 2, 28, 15, tzinfo=UTC) if day == 28 else datetime(2026, 3, 1, 15, tzinfo=UTC)
            record_due(runtime.db)
            await deliver_due(runtime.db, runtime.senders, runtime.compose)
            with runtime.db.read() as conn:
                seen.append([each.content["text"] for each in posts.sent_posts(conn, channels.find_id(conn, here) or 0, 10)])
            server.publish(bulletin(63, f"CANCELED: CSMS # {NUMBER}", f"CSMS # {NUMBER} is canceled."))
            await read_feed(runtime.db, server, clock)
        assert [len(each) for each in seen] == [1, 1]
        assert "Deadline in 2 days: Mon 2 Mar" in seen[0][0]
    runtime.db.close()


async def test_the_playground_shows_the_present_day_in_the_confirmation_and_what_changed(sqlite_url: str) -> None:
    runtime = app.build(load({"DATABASE_URL": sqlite_url}))
    async with comments(runtime.db) as (server, clock):
        page = visitor(runtime, Origin=HOME)
        await post(page, "say", text=f"/csms remind {NUMBER} 1d")
        (confirmation,) = await shown(page)
        assert "Mon 2 Mar, deadline: reminder Sun 1 Mar, 09:00 ET" in confirmation["content"]["text"]
        server.publish(MORE_TIME)
        await read_feed(runtime.db, server, clock)
        assert record_changes(runtime.db) == 1
        for _ in range(3):
            clock.pass_(seconds=5)
            await deliver_due(runtime.db, runtime.senders, runtime.compose)
        present, told = (each["content"]["text"] for each in await shown(page))
        assert f"Mon 16 Mar, deadline: reminder Sun 15 Mar, 09:00 ET; moved from 2 Mar by CSMS {MORE_TIME.number}" in present
        assert told.startswith(f"The deadline of CSMS {NUMBER} moved from Mon 2 Mar to Mon 16 Mar (CSMS {MORE_TIME.number}")
    runtime.db.close()
