"""The pause of all posting: no process begins a post while it lasts, and everything comes once, in order, when it ends."""

import asyncio
import logging
import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from handlers.command import Command, Context, Person
from handlers.replies.reply import Buttons, Reply
from handlers.replies.text import render
from handlers.router import dispatch, resolve
from jobs.deliver import Stage, Worker
from jobs.models.channels import ChannelRef, Claim
from jobs.models.posts import Post
from jobs.outcomes import NOT_CALLED, Pace, Retry
from jobs.pauses import pause_all, resume_all
from jobs.reminders import record_due
from jobs.store import posts as post_store
from jobs.store.database import Connection, Database
from tests.support.clock import Clock
from tests.support.delivery import NINE, deliver, posts, until_quiet
from tests.support.small_catalog import CATALOG, CHANNEL
from tests.support.store import DAILY, NEW_YORK, NOW, audited, channel, compose, publish, subscribe
from tests.support.stub_platform import Platform, time_out

MARIA = Person("slack", "T1", "U1", "Maria", admin=True)


def set_pause(db: Database, *, on: bool = True) -> bool:
    with db.begin() as conn:
        return (pause_all if on else resume_all)(conn, MARIA.signature, db.now(conn))


def say(words: str, db: Database, clock: Clock, person: Person = MARIA) -> Reply:
    verb, _, rest = words.removeprefix("/").partition(" ")
    return dispatch(resolve(Command(verb, rest, person, CHANNEL)), Context(CATALOG, clock.now, NEW_YORK, db))


def commands(reply: Reply) -> list[str]:
    return [button.command for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]


async def test_nothing_is_posted_while_all_posting_is_paused_and_everything_in_order_after(db: Database, clock: Clock) -> None:
    for name, cadence in (("C1", NOW), ("C2", DAILY), ("C3", NOW)):
        subscribe(db, cadence, to=channel(name))
    platform = Platform()
    publish(db, 1)
    set_pause(db)
    publish(db, 2)
    clock.now = NINE + timedelta(days=1)
    publish(db, 3)
    await deliver(db, platform)
    await until_quiet(db, clock, platform)
    assert platform.messages == []
    assert set_pause(db, on=False)
    await until_quiet(db, clock, platform)
    assert (platform.seen("C1"), platform.seen("C2"), platform.seen("C3")) == (["1", "2", "3"], ["digest: 1 2"], ["1", "2", "3"])


async def test_many_messages_of_a_pause_come_as_one_post(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform()
    set_pause(db)
    publish(db, *range(1, 8))
    clock.pass_(days=1)
    set_pause(db, on=False)
    await until_quiet(db, clock, platform)
    assert platform.seen() == ["digest: 1 2 3 4 5 6 7"]


async def test_a_worker_that_holds_a_claim_sends_nothing_after_the_pause(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    platform = Platform()
    worker = Worker(db, {"playground": platform}, compose, Pace(), lambda: 0.0)
    [claim] = worker.claim()
    set_pause(db)
    assert worker.prepare(claim) is None
    assert [each.state for each in posts(db)] == ["pending"]
    set_pause(db, on=False)
    await until_quiet(db, clock, platform)
    assert platform.seen() == ["1"]


def until_waiting(db: Database, thread: threading.Thread) -> None:
    """Wait until a thread waits for a lock of PostgreSQL, or is over. On SQLite nobody can tell."""
    while not db.sqlite and thread.is_alive():
        with db.read() as conn:
            if conn.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                return


def test_a_post_that_is_prepared_while_somebody_pauses_is_not_begun(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    worker = Worker(db, {"playground": Platform()}, compose, Pace(), lambda: 0.0)
    [claim] = worker.claim()
    begun: list[object] = []
    preparing = threading.Thread(target=lambda: begun.append(worker.prepare(claim)))
    with db.begin() as conn:
        pause_all(conn, MARIA.signature, clock.now)
        preparing.start()
        until_waiting(db, preparing)
    preparing.join()
    assert (begun, [each.state for each in posts(db)]) == ([None], ["pending"])


def test_the_pause_waits_for_a_post_that_is_about_to_be_sent(db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe(db)
    publish(db, 1)
    worker = Worker(db, {"playground": Platform()}, compose, Pace(), lambda: 0.0)
    [claim] = worker.claim()
    begin, seen = post_store.begin_sending, list[str]()

    def pause() -> None:
        set_pause(db)
        seen.extend(each.state for each in posts(db))

    pausing = threading.Thread(target=pause)

    def begin_and_pause(conn: Connection, post_id: str, now: datetime) -> bool:
        begun = begin(conn, post_id, now)
        pausing.start()
        until_waiting(db, pausing)
        return begun

    with monkeypatch.context() as patched:
        patched.setattr(post_store, "begin_sending", begin_and_pause)
        assert worker.prepare(claim) is not None
    pausing.join()
    assert seen == ["sending"], "whoever reads that posting is paused finds every post that may still appear"


async def test_a_pause_between_the_intent_and_the_call_keeps_the_post(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    platform = Platform()
    worker = Worker(db, {"playground": platform}, compose, Pace(), lambda: 0.0)
    [claim], stage = worker.claim(), Stage()
    post = worker.prepare(claim, stage)
    assert post is not None
    set_pause(db)
    outcome = await worker.send(claim, post, stage)
    assert (outcome, stage.called) == (Retry(1.0, NOT_CALLED), False)
    assert platform.messages == []


async def test_pause_says_how_many_posts_may_still_appear(db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("C1", "C2"):
        subscribe(db, to=channel(name))
    publish(db, 1)
    platform = Platform()
    worker = Worker(db, {"playground": platform}, compose, Pace(), lambda: 0.0)
    answers, look = list[str](), Worker.time_left

    def look_and_pause(self: Worker, claim: Claim, post: Post) -> float | None:
        left = look(self, claim, post)
        answers.append(say("/trade-admin pause confirm", db, clock).text)
        return left

    monkeypatch.setattr(Worker, "time_left", look_and_pause)
    await worker.work(worker.claim()[0])
    assert platform.seen("C1") + platform.seen("C2") == ["1"]
    assert ["1 post is on its way and may still appear. What is due waits" in answer for answer in answers] == [True]
    assert "may still appear" not in say("/trade-admin pause", db, clock).text


async def test_post_that_may_have_arrived_long_ago_is_not_on_its_way(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    await deliver(db, Platform([time_out]))
    clock.pass_(minutes=1)
    assert "may still appear" not in say("/trade-admin pause confirm", db, clock).text


async def test_the_pause_falls_between_the_posts_of_a_run(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1, 2, 3)
    platform = Platform()
    send = platform.send

    async def send_and_pause(*arguments: object) -> object:
        await asyncio.to_thread(set_pause, db)
        return await send(*arguments)  # type: ignore[arg-type]

    platform.send = send_and_pause  # type: ignore[method-assign, assignment]
    await deliver(db, platform)
    clock.pass_(seconds=10)
    await deliver(db, platform)
    assert platform.seen() == ["1"]


async def test_a_post_that_may_have_arrived_before_the_pause_is_looked_for_after_it(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    platform = Platform([time_out])
    await deliver(db, platform)
    set_pause(db)
    clock.pass_(days=2)
    await deliver(db, platform)
    assert platform.looks == []
    set_pause(db, on=False)
    await until_quiet(db, clock, platform)
    assert (len(platform.looks), platform.seen()) == (1, ["1"])


def test_a_withdrawn_intent_is_no_intent(db: Database, clock: Clock) -> None:
    set_pause(db)
    with db.begin() as conn:
        assert not post_store.begin_sending(conn, "absent", clock.now)
    assert record_due(db) == 0


def test_the_first_of_two_admins_pauses_and_the_audit_says_who(db: Database, clock: Clock) -> None:
    assert [set_pause(db), set_pause(db), set_pause(db, on=False), set_pause(db, on=False)] == [True, False, True, False]
    assert [(row.what, row.who) for row in audited(db)] == [
        ("paused all posting", MARIA.signature),
        ("resumed all posting", MARIA.signature),
    ]


def test_the_command_asks_once_and_the_button_pauses(db: Database, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    caplog.set_level(logging.INFO)
    subscribe(db)
    asked = say("/trade-admin pause", db, clock)
    assert asked.text.startswith("Do you want to stop all posting, in 1 subscribed channel and on every platform?")
    assert "resume" not in " ".join(commands(asked))
    assert audited(db, "posting") == []
    done = say(commands(asked)[0], db, clock)
    assert done.text.startswith("Maria paused all posting (08:00 ET).")
    again = say("/trade-admin pause", db, clock)
    assert again.text == done.text
    assert say("/trade-admin resume", db, clock).text == "Posting resumes. Nothing is due right now."
    assert "Posting is not paused." in say("/trade-admin resume", db, clock).text
    assert [each.getMessage() for each in caplog.records if each.name == "handlers.admin.pause"] == [
        "an admin paused all posting; /trade-admin resume starts it again",
        "an admin resumed all posting",
    ]


def test_a_channel_is_one_readable_line_in_the_log() -> None:
    channel = ChannelRef("teams", "tenant", "19:1", "Trade\nERROR", {"service_url": "https://smba.trafficmanager.net/amer/"})
    assert f"{channel}" == "Trade ERROR (teams:tenant/19:1)"
    assert str(ChannelRef("slack", "T1", "C1")) == "slack:T1/C1"


def test_only_admins_pause_all_posting(db: Database, clock: Clock) -> None:
    say("/trade-admin pause confirm", db, clock, Person("slack", "T1", "U2", "Paul"))
    assert audited(db) == []


def test_words_that_the_commands_do_not_take_change_nothing(db: Database, clock: Clock) -> None:
    assert not say("/trade-admin pause until monday", db, clock).ok
    set_pause(db)
    assert not say("/trade-admin resume csms", db, clock).ok
    assert len(audited(db)) == 1


def test_every_place_that_shows_posting_says_that_it_is_paused(db: Database, clock: Clock) -> None:
    said = "Maria paused all posting (08:00 ET)"
    subscribe(db, to=CHANNEL)
    set_pause(db)
    publish(db, 67000001)
    for words in ("/trade-admin status", "/trade-admin outbox", "/csms subscriptions", "/csms resume", "/csms subscribe tariffs now"):
        reply = say(words, db, clock)
        assert said in " ".join(render(reply).split()), words
        if "outbox" not in words and "subscribe " not in words:
            assert said in reply.text, words
    assert "not posted yet: an admin paused all posting" in say("/csms why 67000001", db, clock).text
    assert "/trade-admin resume" in commands(say("/trade-admin status", db, clock))
