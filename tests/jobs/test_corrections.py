"""Corrections: which posts a later entry changes, and each of them marked and answered once, whatever fails on the way."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.history import record_answer
from bot.playground import samples
from content.catalog import Topic
from handlers.command import Context, Person
from handlers.replies import posts, serialize
from handlers.replies.reply import Bullets, Buttons, Divider, Reply, Section, SmallPrint, line, plain
from handlers.replies.text import render
from handlers.router import dispatch, read_command, resolve
from jobs import pauses
from jobs.classify import classify
from jobs.corrections import corrections, record_corrections
from jobs.models.entries import NewEntry
from jobs.models.posts import About, Bundle, Listed, ShownPost
from jobs.outcomes import Gone, Retry, Unknown
from jobs.publish import edit_entry, end_hold, publish_entries, publish_sample
from jobs.relations import find_changers, strongest
from jobs.states import Pause, PostKind, PostState, Relation
from jobs.store import entries, readings, schema
from jobs.store import posts as outbox
from jobs.store.database import Database
from jobs.subscribe import end_subscription
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.delivery import NINE, deliver
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, entry
from tests.support.small_catalog import NOW as POSTED
from tests.support.store import DAILY, NOW, REVENUE, channel, new, publish, subscribe
from tests.support.stub_platform import Behaviour, Killed, Platform, answer, take_and_time_out, time_out

pytestmark = pytest.mark.one_database

EARLIER = entry("67647279", "GUIDANCE: AGOA", lead="guidance")
MARK, ANSWER, POST = PostKind.MARK, PostKind.ANSWER, PostKind.NOW


def shown(
    name: str, *shows: str, channel: int = 1, state: str = "sent", part: int = 1, digest: object = None, subscribed: bool = True
) -> ShownPost:
    return ShownPost(name, channel, PostState(state), part, digest or name, frozenset(shows), subscribed)


def kinds(*posts: ShownPost, relation: Relation = Relation.UPDATES) -> list[tuple[str, str]]:
    return [(each.about_id, each.kind) for each in corrections(posts, EARLIER.key, relation)]


def test_each_post_is_marked_and_the_last_of_a_channel_answered() -> None:
    posts = [shown("a", EARLIER.key), shown("b", EARLIER.key), shown("c", EARLIER.key, channel=2)]
    assert kinds(*posts) == [("a", MARK), ("b", MARK), ("b", ANSWER), ("c", MARK), ("c", ANSWER)]


def test_of_a_digest_in_parts_the_one_with_the_entrys_line_is_touched() -> None:
    parts = [shown("a", "csms:1", digest="d"), shown("b", EARLIER.key, part=2, digest="d")]
    assert kinds(*parts) == [("b", MARK), ("b", ANSWER)]
    assert kinds(shown("a", digest="d"), shown("b", part=2, digest="d")) == [("a", MARK), ("a", ANSWER)]


def test_what_never_came_is_left_alone_and_one_on_its_way_is_not() -> None:
    assert kinds(shown("a", EARLIER.key, state="dead")) == []
    assert kinds(shown("a", "csms:1")) == []
    assert kinds(shown("a", EARLIER.key, state="pending")) == [("a", MARK), ("a", ANSWER)]


def test_a_channel_that_unsubscribed_is_marked_and_not_written_to() -> None:
    assert kinds(shown("a", EARLIER.key, subscribed=False), relation=Relation.CORRECTS) == [("a", MARK)]


def test_an_answer_is_marked_and_answered_and_its_channel_gets_a_post_only_if_it_is_subscribed() -> None:
    answer = replace(shown("a", EARLIER.key, subscribed=False), said=True)
    assert kinds(answer, relation=Relation.CORRECTS) == [("a", MARK), ("a", ANSWER)]
    assert kinds(replace(answer, subscribed=True), relation=Relation.CORRECTS) == [("a", MARK), ("a", ANSWER), ("a", POST)]


@pytest.mark.parametrize("relation", Relation)
def test_a_follow_up_marks_nothing_and_only_what_supersedes_comes_to_the_channel(relation: Relation) -> None:
    found = [kind for _, kind in kinds(shown("a", EARLIER.key), relation=relation)]
    assert found == [
        *([MARK] if relation not in (Relation.FOLLOWS_UP, Relation.REFERS) else []),
        ANSWER,
        *([POST] if relation in (Relation.REPLACES, Relation.CORRECTS, Relation.CANCELS) else []),
    ]


# marked and answered, end to end

OLD, LATER_NUMBER = 67647279, 68987884


def correction(number: int = LATER_NUMBER, of: int = OLD) -> NewEntry:
    return new(number, lead="correction", body=f"This message replaces CSMS {of}.")


def correct(db: Database, *what: NewEntry) -> int:
    """Publishes as a poll does: both in one transaction."""
    with db.begin() as conn:
        now = db.now(conn)
        return record_corrections(conn, publish_entries(conn, "csms", what or [correction()], now, backlog=False), now)


def compose(bundle: Bundle) -> list[dict[str, Any]]:
    return posts.compose(bundle, CATALOG, NEW_YORK)


def seen(content: dict[str, Any]) -> str:
    return " ".join(render(serialize.load(content)).split())


async def run(db: Database, platform: Platform) -> None:
    await deliver(db, platform, compose)


async def to_the_end(db: Database, clock: Clock, platform: Platform) -> None:
    for _ in range(30):
        try:
            await run(db, platform)
        except* Killed:
            pass
        clock.pass_(minutes=3)


def kinds_and_states(db: Database) -> list[tuple[str, str]]:
    with db.read() as conn:
        rows = conn.execute(select(schema.post.c.kind, schema.post.c.state).order_by(schema.post.c.created_at, schema.post.c.part))
        return [(row.kind, row.state) for row in rows]


async def posted(db: Database) -> Platform:
    """A channel in which the earlier message stands."""
    subscribe(db, NOW)
    publish(db, new(OLD, lead="guidance"))
    platform = Platform()
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
    assert seen(mark).startswith(f"Replaced 9 Feb by CSMS {LATER_NUMBER} [1]. Read that message instead.")
    assert f"Message {OLD}" in seen(mark)  # as it was
    assert [type(block) for block in serialize.load(mark).blocks] == [Section, Divider, SmallPrint, Buttons, SmallPrint]
    assert f"CSMS {OLD}, posted above, was replaced." in seen(said)
    assert len(platform.messages) == 2  # the correction itself is posted as every entry is
    await run(db, platform)
    assert (len(platform.marks), len(platform.answers)) == (1, 1)


async def test_the_mark_and_the_answer_of_an_extension_say_the_new_date(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    publish(db, new(OLD, body="Registration is due by February 19, 2026."))
    platform = Platform()
    await run(db, platform)
    clock.pass_(hours=1)
    body = f"CBP is extending the deadline in CSMS # {OLD}. The deadline is extended to March 18, 2026."
    assert correct(db, new(LATER_NUMBER, body=body)) == 2
    await run(db, platform)
    says = "What changed: “The deadline is extended to March 18, 2026.”"
    ((_, mark),) = platform.marks
    ((_, _, said),) = platform.answers
    assert seen(mark).startswith(f"Extended 9 Feb by CSMS {LATER_NUMBER} [1]. {says}")
    assert says in seen(said)


@pytest.mark.parametrize(
    ("said", "shown"), [("The date is March 16, 2026.", True), ("The rule is effective March 16, 2026.", False), ("Read it.", True)]
)
async def test_a_mark_and_a_post_say_that_no_date_was_found_in_a_correction(db: Database, clock: Clock, said: str, shown: bool) -> None:
    platform = await posted(db)
    clock.pass_(hours=1)
    correct(db, new(LATER_NUMBER, lead="correction", body=f"This message corrects CSMS # {OLD}. {said}"))
    await run(db, platform)
    contents = [content for _, content in platform.marks]
    assert contents
    assert all(("Effective date: not found in its text" in seen(each)) == shown for each in contents)


CANCELED = "Canceled 9 Feb by CSMS {}. Read that message instead."
UPDATED = "Updated 9 Feb by CSMS {}."


@pytest.mark.parametrize(
    ("title", "kind", "says", "whole"),
    [
        ("Steel entry rules", "guidance", "The webinar announced in CSMS # {} is canceled.", False),
        ("Steel entry rules", "guidance", "CBP has canceled the July 8 support call scheduled in CSMS # {}.", False),
        ("Steel entry rules", "guidance", "This message cancels the training session described in CSMS # {}.", False),
        ("Webinar on steel", "guidance", "The webinar announced in CSMS # {} is canceled.", True),
        ("Steel on July 8", "training", "The webinar announced in CSMS # {} is canceled.", True),
        ("Steel entry rules", "guidance", "The requirement announced in CSMS # {} is canceled.", True),
        ("Steel entry rules", "guidance", "CSMS # {} is canceled.", True),
        ("Steel entry rules", "guidance", "The guidance on the webinar announced in CSMS # {} is rescinded.", True),
    ],
)
async def test_a_canceled_webinar_cancels_only_the_message_that_is_about_it(
    db: Database, clock: Clock, title: str, kind: str, says: str, whole: bool
) -> None:
    subscribe(db, NOW, REVENUE)
    publish(db, new(OLD, "revenue", title=title, kind=kind, body="Filers must use the form. CBP will hold a webinar."))
    platform = Platform()
    await run(db, platform)
    clock.pass_(hours=1)
    later = new(LATER_NUMBER, title="Webinar", body=says.format(OLD))
    correct(db, later)
    await run(db, platform)
    ((_, mark),) = platform.marks
    note = seen(mark).replace(" [1]", "")
    assert note.startswith((CANCELED if whole else UPDATED).format(LATER_NUMBER))
    assert says.format(OLD) in note or says.startswith("This message")
    assert ("Earlier text" in note) == whole
    assert len(platform.messages) == 1 + whole  # past the filters of the channel only if the message is canceled
    with db.begin() as conn:  # an edit of the cancellation changes nothing
        before = {
            entry_id: strongest(named)
            for entry_id, named in readings.relations_of(conn, [each.id for each in entries.latest(conn, ["csms"])]).items()
        }
        edited = edit_entry(conn, later.parsed.key, replace(later, parsed=replace(later.parsed, title="Canceled webinar")), clock.now)
        assert edited is not None
        assert record_corrections(conn, [edited], clock.now, before=before) == 0


async def test_the_confirmation_of_a_reminder_is_neither_marked_nor_answered(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    publish(db, new(OLD, body="The rule is effective March 16, 2026."))
    platform = Platform()
    await run(db, platform)
    clock.pass_(hours=1)
    for words in (f"/csms remind {OLD} 1d", f"/csms remind {OLD} off"):
        asked = read_command(words, Person("playground", "T1", "U1", "Maria"), channel())
        reply = dispatch(resolve(asked), Context(CATALOG, clock.now, NEW_YORK, db))
        assert reply.public
        assert f"reminded of the dates of CSMS {OLD}" in reply.text
        record_answer(db, reply, channel(), f"of {words}")
    clock.pass_(hours=1)
    correct(db)
    await run(db, platform)
    assert [receipt for receipt, _ in platform.marks] == ["ts0"]
    assert [receipt for receipt, _, _ in platform.answers] == ["ts0"]  # in the thread of the message's post


async def test_a_held_correction_marks_nothing_until_it_is_posted(db: Database, clock: Clock) -> None:
    platform = await posted(db)
    clock.pass_(hours=1)
    with db.begin() as conn:
        publish_entries(conn, "csms", [correction()], clock.now, backlog=False, held=True)
    await run(db, platform)
    assert (platform.marks, platform.answers, len(platform.messages)) == ([], [], 1)
    end_hold(db, "csms", "someone", post=True)
    await run(db, platform)
    assert (len(platform.marks), len(platform.messages)) == (1, 2)


def listed(content: dict[str, Any]) -> list[str]:
    return [plain(item) for block in serialize.load(content).blocks if isinstance(block, Bullets) for item in block.items]


async def test_a_digest_is_marked_at_the_line_of_the_message_that_changed(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    publish(db, new(67647278), new(OLD), new(67647280))
    clock.pass_(hours=2)
    platform = Platform()
    await run(db, platform)
    before = listed(platform.messages[0].content)
    place = next(place for place, words in enumerate(before) if f"{OLD}" in words)
    clock.pass_(minutes=1)
    correct(db)
    await run(db, platform)
    ((_, mark),) = platform.marks
    first = f"↳ Replaced 9 Feb by CSMS {LATER_NUMBER}. Read that message instead."
    assert listed(mark) == [*before[: place + 1], f"{first} · Effective date: not found in its text", *before[place + 1 :]]
    assert mark["text"].startswith(f"CSMS {OLD} was replaced 9 Feb by CSMS {LATER_NUMBER}. https://")
    assert [type(block) for block in serialize.load(mark).blocks] == [
        type(block) for block in serialize.load(platform.messages[0].content).blocks
    ]
    clock.pass_(minutes=1)
    correct(db, new(LATER_NUMBER + 1, body=f"This message updates CSMS {OLD}. The form is due by March 1, 2026."))
    await run(db, platform)
    second = f"↳ Updated 9 Feb by CSMS {LATER_NUMBER + 1}. · What changed: “The form is due by March 1, 2026.”"
    assert listed(platform.marks[-1][1])[place + 1 : place + 3] == [second, f"{first} · Effective date: not found in its text"]


async def test_a_message_that_corrects_two_lines_of_a_digest_marks_each(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    publish(db, new(67647278), new(OLD), new(67647280))
    clock.pass_(hours=2)
    platform = Platform()
    await run(db, platform)
    clock.pass_(minutes=1)
    correct(db, new(LATER_NUMBER, body=f"This message corrects CSMS {OLD} and CSMS 67647280."))
    await run(db, platform)
    lines = listed(platform.marks[-1][1])
    marked = [lines[place - 1] for place, words in enumerate(lines) if words.startswith(f"↳ Corrected 9 Feb by CSMS {LATER_NUMBER}.")]
    assert [str(number) in words for number, words in zip((67647280, OLD), sorted(marked, reverse=True), strict=True)] == [True, True]


def test_a_list_that_lacks_the_line_is_marked_above() -> None:
    later = entry("68987884", "CORRECTION: AGOA", lead="correction", body="This corrects CSMS 67647279.")
    told = Reply("Two messages", (Section((line("67647279 and 67647280"),)),), subjects=(EARLIER.key, "csms:67647280"))
    bundle = Bundle(
        MARK, CHANNEL, None, (Listed(later, ""), Listed(EARLIER, "")), None, POSTED, None, About("", "", serialize.dump(told)),
        changes={EARLIER.id: {later.id: Relation.CORRECTS}},
    )  # fmt: skip
    reply = serialize.load(compose(bundle)[0])
    assert reply.marks == 1
    assert render(reply).startswith("CSMS 67647279 was corrected")


@pytest.mark.parametrize("lead", ["guidance", ""], ids=["it tells again what it brought at once", "another subscription brought it"])
async def test_a_digest_that_only_says_when_it_was_posted_is_marked_as_well(db: Database, clock: Clock, lead: str) -> None:
    subscribe(db, DAILY)
    if not lead:
        subscribe(db, NOW, REVENUE)
    publish(db, new(OLD, "revenue", lead=lead))
    platform = Platform()
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


@on_both
async def test_a_digest_that_never_came_or_does_not_tell_it_is_left_alone(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    publish(db, new(OLD, lead="guidance"))
    platform = Platform()
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
    assert last.index("CSMS 69000000") < last.index(f"CSMS {LATER_NUMBER}")


async def test_the_same_correction_again_touches_nothing_again(db: Database, clock: Clock) -> None:
    platform = await posted(db)
    assert correct(db) == 2
    with db.begin() as conn:
        later = entries.by_number(conn, str(LATER_NUMBER))
        assert later is not None
        assert record_corrections(conn, [later], clock.now) == 0
    await run(db, platform)
    assert (len(platform.marks), len(platform.answers)) == (1, 1)


async def test_what_is_no_correction_or_names_nothing_posted_touches_nothing(db: Database, clock: Clock) -> None:
    await posted(db)
    assert correct(db, new(LATER_NUMBER, lead="correction", body=f"See CSMS {OLD}."), correction(69000000, of=60000000)) == 0


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
    assert {state for _, state in kinds_and_states(db)} == {"sent"}


@on_both
async def test_a_message_that_was_taken_away_is_given_up_and_holds_nothing_else_up(db: Database, clock: Clock) -> None:
    platform = await posted(db)
    correct(db)
    platform.trouble = [(False, Gone("message_not_found")), (False, Gone("message_not_found"))]
    await to_the_end(db, clock, platform)
    assert sorted(kinds_and_states(db)) == [("answer", "dead"), ("mark", "dead"), ("now", "sent"), ("now", "sent")]


async def test_a_post_that_may_have_come_is_marked_after_it_is_found(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    publish(db, new(OLD, lead="guidance"))
    platform = Platform([take_and_time_out])
    await run(db, platform)
    correct(db)
    await to_the_end(db, clock, platform)
    assert platform.marks[0][0] == "ts0"
    assert len(platform.answers) == 1


async def waiting_post(db: Database, clock: Clock, *trouble: Behaviour) -> Platform:
    """Return the platform of a channel whose post of the earlier message did not come, before the correction did."""
    subscribe(db, NOW)
    publish(db, new(OLD, lead="guidance"))
    platform = Platform([*trouble])
    await run(db, platform)
    clock.pass_(minutes=1)
    correct(db)
    await to_the_end(db, clock, platform)
    return platform


@pytest.mark.parametrize("trouble", [time_out, answer(Retry(60.0, "slow down"))], ids=["it is not found", "it is sent later"])
async def test_a_post_that_did_not_come_before_its_correction_is_sent_with_the_mark(db: Database, clock: Clock, trouble: Behaviour) -> None:
    platform = await waiting_post(db, clock, trouble)
    first, second = (seen(message.content) for message in platform.messages)
    assert first.startswith(f"Replaced 9 Feb by CSMS {LATER_NUMBER} [1]. Read that message instead.")
    assert f"Message {LATER_NUMBER}" in second
    assert (platform.marks, platform.answers) == ([], [])
    assert sorted(kinds_and_states(db)) == [("answer", "dead"), ("mark", "sent"), ("now", "sent"), ("now", "sent")]


async def test_a_post_of_a_closed_channel_goes_out_with_the_mark_when_the_channel_is_back(db: Database, clock: Clock) -> None:
    platform = await waiting_post(db, clock, answer(Gone("is_archived", pause=Pause.CHANNEL)))
    assert platform.messages == []
    with db.begin() as conn:
        pauses.resume_channel(conn, 1, clock.now)
    await to_the_end(db, clock, platform)
    assert [f"CSMS {LATER_NUMBER}" in seen(message.content) for message in platform.messages] == [True, True]
    assert platform.marks == []


@on_both
async def test_a_waiting_post_is_marked_by_every_correction(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    publish(db, new(OLD, lead="guidance"))
    platform = Platform([answer(Retry(60.0, "slow down"))])
    await run(db, platform)
    correct(db, *(correction(69000000 + n) for n in range(7)))
    await to_the_end(db, clock, platform)
    assert [seen(platform.messages[0].content).count(f"CSMS {69000000 + n} ") for n in range(7)] == [1] * 7
    assert platform.marks == []


async def test_a_waiting_post_has_no_mark_of_a_correction_that_changes_only_its_correction(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    publish(db, new(OLD, lead="guidance"))
    platform = Platform([answer(Retry(60.0, "slow down"))])
    await run(db, platform)
    correct(db)
    correct(db, correction(69000000, of=LATER_NUMBER))
    await to_the_end(db, clock, platform)
    first = seen(platform.messages[0].content)
    assert first.count("Replaced 9 Feb") == 1
    assert first.startswith(f"Replaced 9 Feb by CSMS {LATER_NUMBER} [1]. Read that message instead.")


async def test_a_dead_post_that_is_sent_again_has_the_mark_of_a_correction_that_came_meanwhile(db: Database, clock: Clock) -> None:
    platform = await waiting_post(db, clock, answer(Gone("invalid_blocks")))
    assert [f"Message {LATER_NUMBER}" in seen(message.content) for message in platform.messages] == [True]
    with db.begin() as conn:
        conn.execute(schema.post.update().where(schema.post.c.state == "dead").values(state="pending", settled_at=None))
    await to_the_end(db, clock, platform)
    assert "Read that message instead" in seen(platform.messages[1].content)
    assert (len(platform.messages), platform.marks) == (2, [])


async def test_the_part_of_a_waiting_digest_that_shows_the_earlier_message_is_marked(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    publish(db, *(new(OLD + n) for n in range(60)))
    clock.now = NINE
    platform = Platform([answer(Retry(60.0, "slow down"))])
    await run(db, platform)
    clock.pass_(seconds=1)
    correct(db, correction(of=OLD + 50))
    await to_the_end(db, clock, platform)
    *parts, last = (message.content for message in platform.messages)
    lines = [words for part in parts for words in listed(part)]
    (place,) = (place for place, words in enumerate(lines) if str(LATER_NUMBER) in words)
    assert lines[place].startswith(f"↳ Replaced 9 Feb by CSMS {LATER_NUMBER}.")
    assert str(OLD + 50) in lines[place - 1]
    assert f"Message {LATER_NUMBER}" in seen(last)


async def test_a_post_that_is_refused_for_good_leaves_nothing_to_mark(db: Database, clock: Clock) -> None:
    platform = await waiting_post(db, clock, answer(Retry(60.0, "slow down")), answer(Gone("no")))
    assert (platform.marks, platform.answers) == ([], [])
    assert ("answer", "dead") in kinds_and_states(db)


async def test_who_unsubscribed_sees_the_mark_and_gets_no_answer(db: Database, clock: Clock) -> None:
    platform = await posted(db)
    with db.begin() as conn:
        end_subscription(conn, 1, 1, "someone", clock.now)
    correct(db)
    await run(db, platform)
    assert (len(platform.marks), len(platform.answers)) == (1, 0)


async def test_the_sample_correction_marks_the_sample_that_it_replaces(db: Database, clock: Clock) -> None:
    topics: tuple[Topic, ...] = ()
    subscribe(db, NOW)
    platform = Platform()
    out: set[str] = set()
    for choose in (samples.next_new, samples.next_correction):
        for key, sample in choose(out):
            out.add(key)
            publish_sample(db, samples.to_parsed(key, sample), lambda title, body: classify(title, body, topics))
        await run(db, platform)
        clock.pass_(minutes=1)
    ((_, mark),) = platform.marks
    assert "CSMS 98987884" in seen(mark)
    assert "SAMPLE" in seen(mark)
    with db.read() as conn:
        standing = outbox.sent_posts(conn, 1, 10)
    assert len(standing) == 2  # the sample and its correction; the mark stands on the first, the answer in its thread
    assert "Replaced 9 Feb by" in seen(standing[-1].content)


async def test_samples_that_come_again_are_other_messages_with_their_own_corrections(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    platform = Platform()
    out: set[str] = set()
    for _ in range(3):  # the corrections of two samples, then the first again
        for key, sample in samples.next_correction(out):
            out.add(key)
            publish_sample(db, samples.to_parsed(key, sample), lambda title, body: classify(title, body, ()))
        await run(db, platform)
        clock.pass_(minutes=1)
    assert (len(platform.messages), platform.marks, platform.answers) == (3, [], [])
    again = seen(platform.messages[2].content)
    assert "98987885" in again
    assert again.count("replaced by CSMS 98987885") == 1
    assert "Read that message" not in again
    assert "98987884" not in again
    assert len(platform.messages[2].content["subjects"]) == 2


async def test_a_sample_changes_no_real_message(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    publish(db, new(OLD))
    await run(db, platform := Platform())
    for key, sample in samples.next_correction({"sample:67647279:1"}):
        publish_sample(db, samples.to_parsed(key, sample), lambda title, body: classify(title, body, ()))
    await run(db, platform)
    assert platform.marks == []
    with db.read() as conn:
        (real,) = entries.known(conn, [f"csms:{OLD}"]).values()
        assert find_changers(conn, [real]) == []
