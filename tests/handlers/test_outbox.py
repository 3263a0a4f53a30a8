"""The outbox: an admin sees what waits, and decides about posts that may have arrived and posts that were refused."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.app import build
from bot.doctor import jobs
from bot.server import deliver as deliver_as_set
from bot.settings import load
from handlers import outbox as handler
from handlers.command import Command, Context, Person
from handlers.replies.reply import Bullets, Buttons, Reply, plain
from handlers.replies.text import render
from handlers.router import dispatch, resolve
from jobs import outbox
from jobs.models.channels import ChannelRef
from jobs.models.posts import Bundle
from jobs.outbox import Decision, Result
from jobs.outcomes import Unreadable
from jobs.states import PostKind
from jobs.store import channels
from jobs.store import outbox as outbox_store
from jobs.store.database import Database
from jobs.store.outbox import Undecided
from jobs.subscribe import end_subscription
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.delivery import deliver, post, posts
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK
from tests.support.store import audited, channel, compose, new, publish, subscribe
from tests.support.stub_platform import Behaviour, Platform, take_and_time_out, time_out

pytestmark = pytest.mark.one_database

ADMIN = Person("slack", "T1", "U1", "Maria", admin=True)


class Closed(Platform):
    """A platform whose history nobody may read, as Teams has none."""

    async def find(self, channel: ChannelRef, post_id: str, since: Any) -> Unreadable:  # noqa: ARG002 - the Protocol's
        self.looks.append((post_id, since))
        return Unreadable("there is no history", for_good=True)


def named(bundle: Bundle) -> list[dict[str, Any]]:
    """As handlers compose: with the entries' keys."""
    return [one | {"subjects": [item.entry.key for item in bundle.entries]} for one in compose(bundle)]


async def holding(db: Database, clock: Clock, first: Behaviour, *numbers: int) -> Closed:
    """A channel whose first post is held; the entries behind it wait."""
    subscribe(db)
    platform = Closed([first])
    for each in numbers:
        publish(db, each)
        clock.pass_(seconds=1)
    await deliver(db, platform, named)
    clock.pass_(seconds=31)
    await deliver(db, platform, named)
    return platform


def held_posts(db: Database) -> list[Undecided]:
    with db.read() as conn:
        found = [outbox_store.held_post(conn, each.id) for each in outbox_store.held(conn)]
    return [each for each in found if each]


def decide(db: Database, decision: Decision, number: int = 0) -> Result | None:
    with db.begin() as conn:
        return outbox.decide(conn, posts(db)[number].id, decision, "someone", db.now(conn))


def say(words: str, db: Database, clock: Clock, person: Person = ADMIN) -> Reply:
    return dispatch(resolve(Command("trade-admin", words, person, CHANNEL)), Context(CATALOG, clock.now, NEW_YORK, db))


def numbers(reply: Reply, beginning: str) -> list[str]:
    pressed = [button.command for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]
    return [command.rpartition(" ")[2] for command in pressed if command.startswith(f"/trade-admin {beginning}")]


async def test_a_post_that_may_have_arrived_is_held_and_nothing_is_posted_behind_it(db: Database, clock: Clock) -> None:
    platform = await holding(db, clock, take_and_time_out, 1, 2)
    clock.pass_(days=1)
    assert await deliver(db, platform) == 0
    assert platform.seen() == ["1"]
    (one,) = held_posts(db)
    assert (one.channel, one.kind, one.why, [each.number for each in one.entries]) == (channel(), "now", "there is no history", ["1"])
    assert one.sent_at is not None
    assert one.since - one.sent_at == timedelta(seconds=31)


async def test_a_temporarily_unreadable_history_does_not_hold_the_post(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform([take_and_time_out], unreadable=[Unreadable("503")])
    publish(db, 1)
    await deliver(db, platform)
    clock.pass_(seconds=31)
    await deliver(db, platform)
    assert post(db).state == "sending"
    assert held_posts(db) == []


async def test_the_start_of_holding_survives_later_checks(db: Database, clock: Clock) -> None:
    platform = await holding(db, clock, time_out, 1)
    (before,) = held_posts(db)
    clock.pass_(hours=2)
    looks = len(platform.looks)
    await deliver(db, platform)
    assert len(platform.looks) == looks + 1
    assert held_posts(db)[0].since == before.since


@pytest.mark.parametrize(
    ("first", "decision", "seen", "states"),
    [
        (take_and_time_out, Decision.ARRIVED, ["1", "2"], ["sent", "sent"]),
        (time_out, Decision.RESEND, ["1", "2"], ["sent", "sent"]),
        (time_out, Decision.DROP, ["2"], ["dead", "sent"]),
    ],
)
async def test_an_admins_decision_resumes_the_channel(  # six parameters: two fixtures and a row of the table
    db: Database, clock: Clock, first: Behaviour, decision: Decision, seen: list[str], states: list[str]
) -> None:
    platform = await holding(db, clock, first, 1, 2)
    sent_at = posts(db)[0].sending_at
    assert decide(db, decision) == {"resend": "resent", "arrived": "arrived", "drop": "dropped"}[decision]
    assert held_posts(db) == []
    await deliver(db, platform)  # at once: no back-off is left over
    clock.pass_(seconds=1)
    await deliver(db, platform)
    assert platform.seen() == seen
    assert [each.state for each in posts(db)] == states
    if decision == Decision.ARRIVED:
        assert (posts(db)[0].receipt, posts(db)[0].settled_at) == ("", sent_at)


async def test_a_decision_is_carried_out_once(db: Database, clock: Clock) -> None:
    await holding(db, clock, time_out, 1)
    assert decide(db, Decision.RESEND) == Result.RESENT
    assert decide(db, Decision.RESEND) is None
    assert decide(db, Decision.ARRIVED) is None
    assert post(db).state == "pending"


async def test_a_post_that_is_resent_and_lost_again_is_held_again(db: Database, clock: Clock) -> None:
    platform = await holding(db, clock, time_out, 1)
    decide(db, Decision.RESEND)
    platform.script = [time_out]
    await deliver(db, platform)
    assert (post(db).state, held_posts(db)) == ("sending", [])
    assert decide(db, Decision.ARRIVED) is None, "nobody has looked yet, and it may be on its way"
    clock.pass_(seconds=31)
    await deliver(db, platform)
    assert len(held_posts(db)) == 1


async def test_a_post_without_subscribers_is_not_resent(db: Database, clock: Clock) -> None:
    platform = await holding(db, clock, time_out, 1)
    with db.begin() as conn:
        end_subscription(conn, posts(db)[0].channel_id, 1, "someone", clock.now)
    assert decide(db, Decision.RESEND) == Result.UNWANTED
    await deliver(db, platform)
    assert platform.seen() == []


@on_both
async def test_a_worker_that_was_checking_meanwhile_settles_nothing(db: Database, clock: Clock) -> None:
    class Looking(Closed):
        """An admin decides in the very moment in which a worker looks."""

        async def find(self, channel: ChannelRef, post_id: str, since: Any) -> Unreadable:
            assert await asyncio.to_thread(decide, db, Decision.ARRIVED) == Result.ARRIVED
            return await super().find(channel, post_id, since)

    await holding(db, clock, take_and_time_out, 1)
    clock.pass_(hours=2)
    assert await deliver(db, Looking()) == 0
    assert (post(db).state, post(db).error) == ("sent", None)


@on_both
async def test_two_simultaneous_decisions_take_effect_once(db: Database, clock: Clock) -> None:
    await holding(db, clock, time_out, 1)
    done = await asyncio.gather(*(asyncio.to_thread(decide, db, each) for each in (*Decision, *Decision)))
    assert len([each for each in done if each is not None]) == 1


@on_both
async def test_a_worker_that_is_just_taking_the_channel_sends_what_the_admin_wants_once(db: Database, clock: Clock) -> None:
    platform = await holding(db, clock, time_out, 1)
    clock.pass_(hours=2)
    with db.begin() as conn:
        [old] = channels.claim(conn, ["playground"], clock.now, 120)
    decide(db, Decision.RESEND)
    with db.begin() as conn:
        assert not channels.holds_claim(conn, old)
    assert await deliver(db, platform) == 1
    assert platform.seen() == ["1"]


async def test_with_resend_nothing_is_held(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Closed([take_and_time_out])
    publish(db, 1)
    await deliver(db, platform, unreadable="resend")
    clock.pass_(seconds=31)
    assert await deliver(db, platform, unreadable="resend") == 1
    assert (platform.seen(), held_posts(db)) == (["1", "1"], [])


@pytest.mark.parametrize(("given", "seen", "still"), [({}, [], 1), ({"TRADEBOT_UNSURE": "resend"}, ["1"], 0)])
async def test_the_setting_decides_and_by_default_it_is_held(
    sqlite_url: str, given: dict[str, str], seen: list[str], still: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = build(load({"DATABASE_URL": sqlite_url, **given}))
    runtime.db.clock = clock = Clock()
    platform = Closed([time_out])
    (playground,) = runtime.platforms
    monkeypatch.setattr(playground, "sender", platform)
    subscribe(runtime.db)
    publish(runtime.db, 1)
    await deliver_as_set(runtime)
    clock.pass_(seconds=40)  # the back-off is left to chance here
    await deliver_as_set(runtime)
    assert [each.content["subjects"] for each in platform.messages] == [[f"csms:{each}"] for each in seen]
    assert len(held_posts(runtime.db)) == still
    runtime.db.close()


async def test_changing_the_setting_releases_held_posts(db: Database, clock: Clock) -> None:
    platform = await holding(db, clock, time_out, 1)
    clock.pass_(hours=2)
    assert await deliver(db, platform, unreadable="resend") == 1
    assert (platform.seen(), held_posts(db)) == (["1"], [])


# what an admin sees


async def test_held_lists_what_where_since_when_and_why_with_a_button_for_either(db: Database, clock: Clock) -> None:
    assert "The outbox is empty." in say("held", db, clock).text
    await holding(db, clock, time_out, 1)
    reply = say("held", db, clock)
    shown = " ".join(render(reply).split())
    (number,) = numbers(reply, "resend")
    assert numbers(reply, "arrived") == [number]
    for needed in (
        "playground #C1: a post",
        "1 Message 1",
        f"number {number}",
        "sent 08:00 ET",
        "on hold since 08:00 ET",
        "there is no history",
    ):
        assert needed in shown
    assert f"{number}, playground #C1, 1 Message 1" in reply.text


async def test_a_long_digest_is_identified_by_its_first_entries(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1, 2, 3, 4, 5)
    platform = Closed([time_out])

    def all_in_one(bundle: Bundle) -> list[dict[str, Any]]:
        return [{"says": "all", "subjects": [f"csms:{each}" for each in range(1, 6)]}]

    await deliver(db, platform, all_in_one)
    clock.pass_(seconds=31)
    await deliver(db, platform, all_in_one)
    reply = say("held", db, clock)
    held, waiting = (block for block in reply.blocks if isinstance(block, Bullets))
    assert [plain(item) for item in held.items] == ["1 Message 1", "2 Message 2", "3 Message 3", "… and 2 more"]
    why = "they wait for the post on hold there"
    titles = "2 Message 2; 3 Message 3; 4 Message 4; and 1 more"
    assert [plain(item) for item in waiting.items] == [f"playground #C1: 4 messages, the oldest due 08:00 ET · {why} · {titles}"]
    assert "1 Message 1, and 4 more" in reply.text


@pytest.mark.parametrize(("word", "text", "seen"), [("resend", "Sending it again.", ["1", "2"]), ("arrived", "Marked as arrived.", ["2"])])
async def test_an_admin_decides_once_and_the_audit_says_who(db: Database, clock: Clock, word: str, text: str, seen: list[str]) -> None:
    platform = await holding(db, clock, time_out, 1, 2)
    (number,) = numbers(say("held", db, clock), word)
    assert say(f"{word} {number}", db, clock).text.startswith(f"{text} playground #C1: 1 Message 1.")
    assert "Nothing changed" in say(f"{word} {number}", db, clock).text
    other = "arrived" if word == "resend" else "resend"
    assert "no post on hold or refused has number" in say(f"{other} {number}", db, clock).text
    (row,) = audited(db, "post")
    assert (row.what, row.subject) == ("resent" if word == "resend" else "marked as arrived", f"post {posts(db)[0].id}")
    listed = render(say("audit", db, clock))
    assert f"post number {number}" in listed
    assert "state on hold \u2192" in listed
    assert posts(db)[0].id not in listed
    assert "result" not in listed
    assert row.who.endswith("(slack:T1/U1)")
    assert row.place.endswith("(playground:T1/C1)")
    for _ in range(2):
        await deliver(db, platform, named)
        clock.pass_(seconds=1)
    assert platform.seen() == seen


async def test_a_cut_title_has_no_period_after_its_ellipsis(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, new(1, title="Growth and opportunity of " + "trade " * 40))
    platform = Closed([time_out])
    await deliver(db, platform, named)
    clock.pass_(seconds=31)
    await deliver(db, platform, named)
    shown = say("held", db, clock)
    (number,) = numbers(shown, "arrived")
    decided = say(f"arrived {number}", db, clock)
    assert "… The posts that waited for it go out now." in render(decided).replace("\n", " ")
    assert "…." not in shown.text + decided.text


async def test_the_channel_sees_why_nothing_is_posted_since_when_and_who_decides(db: Database, clock: Clock) -> None:
    def subscriptions_of(to: ChannelRef) -> str:
        asked = Command("csms", "subscriptions", Person("playground", "T1", "U2", "Sam"), to)
        reply = dispatch(resolve(asked), Context(CATALOG, clock.now, NEW_YORK, db))
        return f"{reply.text} {' '.join(render(reply).split())}"

    await holding(db, clock, time_out, 1, 2)
    subscribe(db, to=channel("C2"))
    clock.pass_(days=1)
    told = subscriptions_of(channel())
    unconfirmed = "The bot cannot confirm that a post from Mon 08:00 ET arrived: 1 Message 1."
    for needed in ("Posting is on hold in this channel.", unconfirmed, "It is holding all later posts."):
        assert told.count(needed) == 2, "in what is read aloud, and in what is shown"
    assert "To release them, an admin can type /trade-admin outbox." in told
    assert "cannot confirm" not in subscriptions_of(channel("C2")), "another channel's"
    decide(db, Decision.ARRIVED)
    assert "cannot confirm" not in subscriptions_of(channel())


async def test_an_old_button_decides_nothing_about_the_next_post(db: Database, clock: Clock) -> None:
    platform = await holding(db, clock, take_and_time_out, 1, 2)
    (number,) = numbers(say("held", db, clock), "arrived")
    say(f"arrived {number}", db, clock)
    platform.script = [time_out]
    await deliver(db, platform, named)
    clock.pass_(seconds=61)
    await deliver(db, platform, named)
    assert [each.entries[0].number for each in held_posts(db)] == ["2"]
    assert not say(f"arrived {number}", db, clock).ok
    assert len(held_posts(db)) == 1


@pytest.mark.parametrize("words", ["resend", "arrived", "drop", "resend 12", "arrived x", "resend “”", "drop 12"])
async def test_a_number_that_no_held_post_has_changes_nothing(db: Database, clock: Clock, words: str) -> None:
    await holding(db, clock, time_out, 1)
    assert not say(words, db, clock).ok
    assert post(db).state == "sending"


@pytest.mark.parametrize("words", ["outbox", "held", "resend 1", "arrived 1", "drop 1"])
def test_only_admins_may_decide(sqlite_db: Database, words: str) -> None:
    clock = Clock()
    sqlite_db.clock = clock
    reply = say(words, sqlite_db, clock, Person("slack", "T1", "U2", "Sam"))
    assert not reply.ok
    assert "admins" in reply.text


async def test_status_names_how_many_are_held_and_where_to_decide(db: Database, clock: Clock) -> None:
    assert "On hold: none. Refused: none." in say("status", db, clock).text
    await holding(db, clock, time_out, 1)
    reply = say("status", db, clock)
    assert "On hold: 1 post (oldest since 08:00 ET, in playground #C1)." in reply.text
    assert "1 post is on hold until an admin confirms whether it arrived." in reply.text
    assert "The bot posts nothing else in that channel. To decide, type /trade-admin outbox." in reply.text
    assert "/trade-admin outbox" in [button.command for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]


async def test_the_doctor_names_the_channel_and_what_to_do(db: Database, clock: Clock) -> None:
    assert [each.state for each in jobs.check_channels(db, [])] == ["OK"]
    await holding(db, clock, time_out, 1)
    (found,) = jobs.check_channels(db, [])
    assert str(found).startswith("WRONG  channel #C1: posting is on hold")
    assert "(there is no history) -> look in the channel, type `/trade-admin outbox`" in str(found)


def test_kinds_and_states_are_named_by_their_enums() -> None:
    assert handler._KIND_NAMES.keys() == {*PostKind} - {PostKind.SHOWN}
    assert handler._RESULTS.keys() == {*Result}


def test_posts_that_do_not_fit_are_counted(sqlite_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    sqlite_db.clock = clock
    monkeypatch.setattr(handler, "MAX_POSTS", 2)

    async def hold_three() -> None:
        for name in ("C1", "C2", "C3"):
            subscribe(sqlite_db, to=channel(name))
        publish(sqlite_db, 1)
        platform = Closed([time_out] * 3)
        await deliver(sqlite_db, platform, named)
        clock.pass_(seconds=31)
        await deliver(sqlite_db, platform, named)

    asyncio.run(hold_three())
    reply = say("held", sqlite_db, clock)
    assert len(numbers(reply, "resend")) == 2
    assert "… and 1 more" in render(reply)
    assert "3 posts on hold" in reply.text
