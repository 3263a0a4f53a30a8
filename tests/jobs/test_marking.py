"""Posts that a later message changes: marked and answered once, whatever goes wrong on the way."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.playground import samples
from content.catalog import Topic
from handlers.replies import posts, serialize
from handlers.replies.text import render
from jobs.classify import classify
from jobs.models import About, Bundle, ChannelRef, Gone, NewEntry, Outcome, Retry, Sent, Unknown, Unreadable
from jobs.publish import publish_sample
from jobs.store import entries, schema, subscriptions, touching
from jobs.store import posts as outbox
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.delivery import deliver, until_quiet
from tests.support.small_catalog import CATALOG, NEW_YORK
from tests.support.store import DAILY, NOW, REVENUE, new, publish, subscribe
from tests.support.stub_platform import Killed, Platform, answer, time_out

OLD, LATER = 67647279, 68987884


@dataclass
class Amending(Platform):
    """It changes messages and answers in threads. `trouble`: what the next of these calls come to, before or after they are done."""

    marks: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    trouble: list[tuple[bool, Outcome | BaseException]] = field(default_factory=list)

    def done(self, act: Any) -> Outcome | None:
        done, outcome = self.trouble.pop(0) if self.trouble else (True, None)
        if done:
            act()
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    async def mark(self, channel: ChannelRef, content: dict[str, Any], about: About) -> Outcome:  # noqa: ARG002 - the Protocol's
        return self.done(lambda: self.marks.append((about.receipt, content))) or Sent(about.receipt)

    async def answer(self, channel: ChannelRef, content: dict[str, Any], post_id: str, about: About) -> Outcome:  # noqa: ARG002
        outcome = self.done(lambda: self.answers.append((about.receipt, post_id, content)))
        return outcome or Sent(f"answer{len(self.answers)}")

    async def find_answer(self, channel: ChannelRef, post_id: str, since: datetime, about: About) -> str | Unreadable | None:  # noqa: ARG002
        return next((f"answer{n}" for n, each in enumerate(self.answers, 1) if each[:2] == (about.receipt, post_id)), None)


def correction(number: int = LATER, of: int = OLD) -> NewEntry:
    return new(number, lead="correction", body=f"This message replaces CSMS {of}.")


def correct(db: Database, *what: NewEntry) -> int:
    """Publishes as a poll does: both in one transaction."""
    with db.begin() as conn:
        now = db.now(conn)
        return touching.touch(conn, entries.publish(conn, "csms", what or [correction()], now, backlog=False), now)


def compose(bundle: Bundle) -> list[dict[str, Any]]:
    return posts.compose(bundle, CATALOG, NEW_YORK)


def seen(content: dict[str, Any]) -> str:
    return " ".join(render(serialize.load(content)).split())


async def run(db: Database, platform: Amending) -> None:
    await deliver(db, platform, compose)


async def to_the_end(db: Database, clock: Clock, platform: Amending) -> None:
    for _ in range(30):
        try:
            await run(db, platform)
        except* Killed:
            pass
        clock.pass_(minutes=3)


def kinds(db: Database) -> list[tuple[str, str]]:
    with db.read() as conn:
        rows = conn.execute(select(schema.post.c.kind, schema.post.c.state).order_by(schema.post.c.created_at, schema.post.c.part))
        return [(row.kind, row.state) for row in rows]


async def posted(db: Database) -> Amending:
    """A channel in which the earlier message stands."""
    subscribe(db, NOW)
    publish(db, new(OLD, lead="guidance"))
    platform = Amending()
    await run(db, platform)
    assert len(platform.messages) == 1
    return platform


async def test_a_post_is_marked_and_answered_in_its_thread(db: Database, clock: Clock) -> None:
    platform = await posted(db)
    clock.pass_(hours=1)
    assert correct(db) == 2
    await run(db, platform)
    ((receipt, mark),) = platform.marks
    ((below, _, said),) = platform.answers
    assert (receipt, below) == ("ts0", "ts0")
    assert seen(mark).startswith(f"Changed by CSMS {LATER} [1], Mon 9 Feb 2026, which replaces {OLD}")
    assert f"Message {OLD}" in seen(mark)  # as it was
    assert f"CSMS {OLD} above changed." in seen(said)
    assert len(platform.messages) == 2  # the correction itself is posted as every entry is
    await run(db, platform)
    assert (len(platform.marks), len(platform.answers)) == (1, 1)


async def test_a_digest_is_marked_with_the_message_that_changed(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    publish(db, new(OLD), new(67647280), new(67647281))
    clock.pass_(hours=2)
    platform = Amending()
    await run(db, platform)
    clock.pass_(minutes=1)
    correct(db)
    await run(db, platform)
    ((_, mark),) = platform.marks
    assert f"which replaces {OLD}" in seen(mark)
    assert "Trade digest: Mon 9 Feb 2026" in seen(mark)


@pytest.mark.parametrize("lead", ["guidance", ""], ids=["it tells again what it brought at once", "another subscription brought it"])
async def test_a_digest_that_only_says_when_it_was_posted_is_marked_as_well(db: Database, clock: Clock, lead: str) -> None:
    subscribe(db, DAILY)
    if not lead:
        subscribe(db, NOW, REVENUE)
    publish(db, new(OLD, "revenue", lead=lead))
    platform = Amending()
    await run(db, platform)
    clock.pass_(minutes=1)
    publish(db, new(67647280), new(67647281))
    clock.pass_(hours=2)
    await run(db, platform)
    digest = platform.messages[-1]
    assert "posted here" in seen(digest.content)
    correct(db)
    await run(db, platform)
    assert sorted(receipt for receipt, _ in platform.marks) == ["ts0", "ts1"]
    assert [receipt for receipt, _, _ in platform.answers] == ["ts1"]


async def test_a_digest_that_never_came_or_does_not_tell_it_is_left_alone(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    publish(db, new(OLD, lead="guidance"))
    platform = Amending()
    await run(db, platform)
    for number in (67647280, 67647290):  # the second digest is about something else
        clock.pass_(minutes=1)
        publish(db, new(number), new(number + 1))
        clock.pass_(days=1)
        await run(db, platform)
    with db.begin() as conn:
        first = conn.execute(select(schema.post.c.id).where(schema.post.c.kind == "digest").order_by(schema.post.c.created_at)).first()
        assert first is not None
        conn.execute(schema.post.update().where(schema.post.c.id == first.id).values(state="dead"))
    correct(db)
    await run(db, platform)
    assert [receipt for receipt, _ in platform.marks] == ["ts0"]


async def test_a_second_correction_stands_above_the_first(db: Database, clock: Clock) -> None:
    platform = await posted(db)
    correct(db)
    clock.pass_(minutes=1)
    await run(db, platform)
    correct(db, correction(69000000))
    await run(db, platform)
    last = seen(platform.marks[-1][1])
    assert last.index("CSMS 69000000") < last.index(f"CSMS {LATER}")


async def test_the_same_correction_again_touches_nothing_again(db: Database, clock: Clock) -> None:
    platform = await posted(db)
    assert correct(db) == 2
    with db.begin() as conn:
        later = entries.by_number(conn, str(LATER))
        assert later is not None
        assert touching.touch(conn, [later], clock.now) == 0
    await run(db, platform)
    assert (len(platform.marks), len(platform.answers)) == (1, 1)


async def test_what_is_no_correction_or_names_nothing_posted_touches_nothing(db: Database, clock: Clock) -> None:
    await posted(db)
    assert correct(db, new(LATER, body=f"This message replaces CSMS {OLD}."), correction(69000000, of=60000000)) == 0


@pytest.mark.parametrize(
    "trouble",
    [
        [(True, Unknown("no answer"))],
        [(False, Unknown("no answer"))],
        [(True, Killed())],
        [(False, Killed())],
        [(False, Retry(5.0, "slow down"))],
        [(True, None), (True, Unknown("no answer"))],
        [(True, None), (False, Unknown("no answer"))],
        [(True, None), (True, Killed())],
        [(True, None), (False, Killed())],
    ],
    ids=str,
)
async def test_trouble_on_the_way_marks_in_the_end_and_answers_once(db: Database, clock: Clock, trouble: list[Any]) -> None:
    platform = await posted(db)
    correct(db)
    platform.trouble = trouble
    await to_the_end(db, clock, platform)
    assert len({receipt for receipt, _ in platform.marks}) == 1
    assert len(platform.answers) == 1
    assert {state for _, state in kinds(db)} == {"sent"}


async def test_a_message_that_was_taken_away_is_given_up_and_holds_nothing_else_up(db: Database, clock: Clock) -> None:
    platform = await posted(db)
    correct(db)
    platform.trouble = [(False, Gone("message_not_found")), (False, Gone("message_not_found"))]
    await to_the_end(db, clock, platform)
    assert sorted(kinds(db)) == [("answer", "dead"), ("mark", "dead"), ("now", "sent"), ("now", "sent")]


async def test_a_post_that_is_not_there_yet_is_marked_after_it_came(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    publish(db, new(OLD, lead="guidance"))
    platform = Amending([time_out])
    await run(db, platform)
    correct(db)
    await to_the_end(db, clock, platform)
    assert platform.marks[0][0] == "ts0"


async def test_a_post_that_is_refused_for_good_leaves_nothing_to_mark(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    publish(db, new(OLD, lead="guidance"))
    platform = Amending([answer(Retry(60.0, "slow down")), answer(Gone("no"))])
    await run(db, platform)
    correct(db)
    await to_the_end(db, clock, platform)
    assert (platform.marks, platform.answers) == ([], [])
    assert ("mark", "dead") in kinds(db)


async def test_who_unsubscribed_sees_the_mark_and_gets_no_answer(db: Database, clock: Clock) -> None:
    platform = await posted(db)
    with db.begin() as conn:
        subscriptions.end(conn, 1, 1, clock.now)
    correct(db)
    await run(db, platform)
    assert (len(platform.marks), len(platform.answers)) == (1, 0)


async def test_a_platform_that_changes_no_message_gives_it_up(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    publish(db, new(OLD, lead="guidance"))
    platform = Platform()
    await deliver(db, platform, compose)
    correct(db)
    await until_quiet(db, clock, platform)
    assert [state for kind, state in kinds(db) if kind in ("mark", "answer")] == ["dead", "dead"]


async def test_the_sample_correction_marks_the_sample_that_it_replaces(db: Database, clock: Clock) -> None:
    topics: tuple[Topic, ...] = ()
    subscribe(db, NOW)
    platform = Amending()
    out: set[str] = set()
    for choose in (samples.next_new, samples.next_correction):
        for key, sample in choose(out):
            out.add(key)
            publish_sample(db, samples.parsed(key, sample), lambda title, body: classify(title, body, topics))
        await run(db, platform)
        clock.pass_(minutes=1)
    ((_, mark),) = platform.marks
    assert f"Changed by CSMS {LATER}" in seen(mark)
    assert "SAMPLE" in seen(mark)
    with db.read() as conn:
        standing = outbox.sent_posts(conn, 1, 10)
    assert len(standing) == 2  # the sample and its correction; the mark stands on the first, the answer in its thread
    assert "Changed by" in seen(standing[-1].content)
