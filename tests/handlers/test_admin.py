from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from handlers.admin import PROBLEMS, every
from handlers.command import Command, Context, Person
from handlers.operations import Operations, ReloadResult
from handlers.replies.reply import Bullets, Reply, Section, plain
from handlers.replies.text import render
from handlers.router import dispatch
from handlers.table import resolve
from jobs.models import FeedRow
from jobs.store import channels, entries, feeds, revisions
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW, entry, new

ADMIN = Person("slack", "T1", "U1", "Maria", admin=True)
STAFF = Person("slack", "T1", "U2", "Sam")

EVERY_COMMAND = ("reload", "check", "status", "feeds", "poll")


PUBLISHED = ReloadResult(14, True, ("ptis.yaml (revenue: 1 fact added)", "resources.yaml (rulings: link)"), ())


@dataclass
class Bot:
    """What the composition root would set in motion, written down."""

    result: ReloadResult = PUBLISHED
    problems: tuple[str, ...] = ()
    known: tuple[str, ...] = ("csms", "cbp-trade")
    done: list[str] = field(default_factory=list)

    def reload(self, who: str) -> ReloadResult:
        self.done.append(f"reload by {who}")
        return self.result

    def check(self) -> tuple[str, ...]:
        return self.problems

    def poll(self, feed: str | None) -> tuple[str, ...]:
        self.done.append(f"poll {feed}")
        return tuple(slug for slug in self.known if feed in (None, slug))


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    sqlite_db.clock = Clock(NOW)
    return sqlite_db


def say(words: str, db: Database | None, bot: Operations | None = None, person: Person = ADMIN) -> Reply:
    return dispatch(resolve(Command("trade-admin", words, person, CHANNEL)), Context(CATALOG, NOW, NEW_YORK, db, bot))


def flat(reply: Reply) -> str:
    return " ".join(render(reply).split())


def bullets(reply: Reply) -> list[str]:
    return [plain(item) for block in reply.blocks if isinstance(block, Bullets) for item in block.items]


@pytest.mark.parametrize("words", EVERY_COMMAND)
def test_others_than_admins_are_turned_away_and_nothing_happens(db: Database, words: str) -> None:
    bot = Bot()
    logged: list[str] = []
    reply = dispatch(resolve(Command("trade-admin", words, STAFF, CHANNEL)), Context(CATALOG, NOW, NEW_YORK, db, bot, logged.append))
    assert not reply.ok
    assert "admins" in reply.text
    assert bot.done == []
    assert len(logged) == 1
    assert logged[0].startswith(f"slack:T1/U2 is no admin and was denied /trade-admin {words}")


@pytest.mark.parametrize("words", EVERY_COMMAND)
def test_without_the_running_bot_it_says_so(words: str) -> None:
    assert "needs the running bot" in say(words, None).text


@pytest.mark.parametrize("words", ["reload", "check", "poll"])
def test_a_process_that_can_not_act_says_so(db: Database, words: str) -> None:
    assert not say(words, db).ok


def test_reload_answers_with_what_changed(db: Database) -> None:
    bot = Bot()
    reply = say("reload", db, bot)
    assert flat(reply) == "Published revision 14. 2 files changed: ptis.yaml (revenue: 1 fact added), resources.yaml (rulings: link)"
    assert bot.done == ["reload by slack:T1/U1"]
    assert reply.ok


def test_reload_without_a_change_publishes_nothing(db: Database) -> None:
    reply = say("reload", db, Bot(ReloadResult(13, False, (), ())))
    assert flat(reply) == "Nothing to publish: the files are those of revision 13."


def test_a_bad_reload_says_what_still_answers_and_every_problem(db: Database) -> None:
    problems = ("ptis.yaml:41:7: revenue.facts[2].source: must be https", "topics.yaml:3:1: topics: revenue is missing")
    with db.begin() as connection:
        revisions.publish(connection, "d1", {}, "start-up", NOW - timedelta(minutes=8), ())
    reply = say("reload", db, Bot(ReloadResult(1, False, (), problems)))
    assert "Not published; still answering from revision 1 of 08:52 ET." in reply.text
    assert bullets(reply) == list(problems)
    assert all(problem in reply.text for problem in problems)
    assert not reply.ok


def test_a_great_many_problems_say_how_many_are_left(db: Database) -> None:
    problems = tuple(f"ptis.yaml:{number}:1: wrong" for number in range(PROBLEMS + 7))
    reply = say("check", db, Bot(problems=problems))
    assert f"{PROBLEMS + 7} problems" in reply.text
    assert len(bullets(reply)) == PROBLEMS
    assert "… and 7 more: `tradebot check` lists them all." in flat(reply)


def test_check_publishes_nothing(db: Database) -> None:
    bot = Bot()
    assert "The content files are fine. Reload publishes them." in flat(say("check", db, bot))
    assert bullets(say("check", db, Bot(problems=("a.yaml:1:1: b: c",)))) == ["a.yaml:1:1: b: c"]
    assert bot.done == []


def set_up(db: Database) -> None:
    """One feed that is well, one that fails, one subscription that is owed an entry, and a paused channel."""
    with db.begin() as connection:
        revisions.publish(connection, "d1", {}, "slack:T1/U1", NOW - timedelta(days=1), ())
        feeds.ensure(connection, ["csms", "cbp-trade"], NOW - timedelta(hours=1))
        for slug in ("csms", "cbp-trade"):
            claim = feeds.claim(connection, slug, NOW - timedelta(minutes=10), 60)
            assert isinstance(claim, FeedRow)
            if slug == "csms":
                done = {"next_poll": NOW + timedelta(minutes=2), "entries": 100, "changed": True, "sources": {}, "seeded": True}
                feeds.settle_success(connection, slug, claim.epoch, NOW - timedelta(minutes=10), **done)  # type: ignore[arg-type]
            else:
                feeds.settle_failure(
                    connection,
                    slug,
                    claim.epoch,
                    NOW - timedelta(minutes=10),
                    error="403 <b>Forbidden</b>",
                    next_poll=NOW + timedelta(hours=1),
                )
    dispatch(resolve(Command("csms", "subscribe revenue", STAFF, CHANNEL)), Context(CATALOG, NOW, NEW_YORK, db))
    with db.begin() as connection:
        entries.publish(connection, "csms", [new(entry("67000001", "Refunds", "revenue"))], NOW, backlog=False)
        channels.pause(connection, 1, "not_in_channel")


def test_status_shows_revision_feeds_what_waits_and_paused_channels(db: Database) -> None:
    assert "not published yet" in flat(say("status", db))
    set_up(db)
    reply = say("status", db)
    shown = flat(reply)
    assert "Content: revision 1, Sun 09:00 ET, by slack:T1/U1" in shown
    assert "Waiting to be posted: 1; oldest due Tue 09:00 ET" in shown
    assert "Subscriptions: 1" in shown
    assert "slack trade-updates: not_in_channel" in shown
    assert bullets(reply)[:3] == [
        "csms · read 08:50 ET · next 09:02 ET",
        "cbp-trade · failed 1 time in a row: 403 <b>Forbidden</b> · next 10:00 ET",
        "cbp-forced-labor · never read",
    ]
    for needed in (
        "revision 1",
        "Waiting: 1",
        "Feeds: 1 failing (cbp-trade), 2 not read yet (cbp-forced-labor, federal-register)",
        "Paused channels: 1",
    ):
        assert needed in reply.text


def test_feeds_says_everything_of_each(db: Database) -> None:
    set_up(db)
    reply = say("feeds", db)
    lines = [[plain(line) for line in block.lines] for block in reply.blocks if isinstance(block, Section)]
    assert lines[0] == ["csms: CSMS", "every 5 min; read 08:50 ET, 100 entries; last news 08:50 ET; next 09:02 ET"]
    assert lines[1] == [
        "cbp-trade: CBP trade pages",
        "every 5 min; never read; next 10:00 ET",
        "failed 1 time in a row",
        "last error 08:50 ET: 403 <b>Forbidden</b>",
    ]
    assert lines[2] == ["cbp-forced-labor: CBP forced labor pages", "every 5 min; never read"]


def test_poll_makes_feeds_due_and_an_unknown_one_is_hinted(db: Database) -> None:
    bot = Bot()
    assert "Due now: csms, cbp-trade." in flat(say("poll", db, bot))
    assert "Due now: csms." in flat(say("poll CSMS", db, bot))
    assert "Did you mean cbp-trade?" in say("poll cbptrade", db, bot).text
    assert "There are csms, cbp-trade" in say("poll zeppelin", db, bot).text
    assert bot.done == ["poll None", "poll csms"]
    assert not say("poll csms", db, Bot(known=())).ok


@pytest.mark.parametrize(("seconds", "said"), [(1, "1 s"), (30, "30 s"), (90, "90 s"), (300, "5 min"), (5400, "90 min"), (7200, "2 h")])
def test_how_often_is_written_short(seconds: int, said: str) -> None:
    assert every(seconds) == said
