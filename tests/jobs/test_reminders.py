"""Reminders of key dates, from the stored messages to the platform, by a clock that is moved by hand."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from jobs.corrections import record_corrections
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry
from jobs.models.posts import Bundle
from jobs.models.subscriptions import Filters, SubscriptionSpec
from jobs.outcomes import Gone, Retry
from jobs.pauses import resume_channel
from jobs.publish import publish_entries
from jobs.reminders import DEFAULT_DAYS, moment, record_due
from jobs.states import Pause, PostKind, PostState
from jobs.store import channels, reminders
from jobs.store.database import Database
from jobs.subscribe import save_subscription
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.delivery import deliver, posts
from tests.support.store import DAILY, NEW_YORK, channel, new, publish
from tests.support.stub_platform import Platform, take_and_time_out

pytestmark = pytest.mark.one_database

DUE = date(2026, 3, 2)
BODY = "Comments are due by March 2, 2026."


def ask(db: Database, entry: Entry, *days: int, to: ChannelRef | None = None, zone: str = NEW_YORK) -> int:
    with db.begin() as conn:
        now = db.now(conn)
        channel_id = channels.ensure(conn, to or channel(), now)
        reminders.save(conn, channel_id, entry.id, days or DEFAULT_DAYS, zone, "someone", now)
    return channel_id


def subscribe(db: Database, *, to: ChannelRef | None = None, deadlines: bool = True) -> None:
    spec = SubscriptionSpec(Filters(topics=("revenue",)), DAILY, NEW_YORK, digest_only=True, deadlines=deadlines)
    with db.begin() as conn:
        channel_id = channels.ensure(conn, to or channel(), db.now(conn))
        save_subscription(conn, channel_id, spec, "someone", db.now(conn))


def says(bundle: Bundle) -> list[dict[str, object]]:
    words = [f"{each.key.said_by.number} {each.key.kind} {each.key.date:%d %b} in {each.days}" for each in bundle.dates]
    for each in bundle.requested.changes if bundle.requested else ():
        before = f"moved from {each.before:%d %b} " if each.before else "new: "
        words.append(f"{before}{'' if each.key.stands else 'and ended '}to {each.key.date:%d %b} by {each.by.number}")
    if bundle.requested and bundle.kind == PostKind.MARK:
        words += [f"{key.date:%d %b}{'' if key.stands else ' ended'}" for key in bundle.requested.keys]
    subjects = list(dict.fromkeys(key for each in bundle.dates for key in (each.key.entry.key, each.key.said_by.key)))
    return [{"says": "; ".join(words), "subjects": subjects}]


async def pass_days(db: Database, clock: Clock, platform: Platform, until: date) -> None:
    """Let the ticks of many days happen, two a day, at 09:30 and at 21:00 ET in winter."""
    while clock.now.date() < until:
        for hour in (2, 14):
            at = clock.now.replace(hour=hour, minute=30)
            clock.now = max(clock.now, at)
            await tick(db, platform)
        clock.now = (clock.now + timedelta(days=1)).replace(hour=0, minute=0)


async def tick(db: Database, platform: Platform) -> None:
    record_due(db)
    await deliver(db, platform, says)


def shown(platform: Platform) -> list[str]:
    return [str(each.content["says"]) for each in platform.messages]


def noon(month: int, day: int) -> datetime:
    """Return 12:00 ET in winter."""
    return datetime(2026, month, day, 17, tzinfo=UTC)


@pytest.fixture
def platform() -> Platform:
    return Platform()


async def test_a_channel_is_reminded_at_nine_for_each_of_its_days_and_never_again(db: Database, clock: Clock, platform: Platform) -> None:
    (entry,) = publish(db, new(1, body=BODY))
    ask(db, entry)
    await pass_days(db, clock, platform, date(2026, 3, 5))
    assert shown(platform) == ["1 deadline 02 Mar in 14", "1 deadline 02 Mar in 1"]
    made = [each.created_at for each in posts(db)]
    assert made == [datetime(2026, 2, 16, 14, 30, tzinfo=UTC), datetime(2026, 3, 1, 14, 30, tzinfo=UTC)]


async def test_a_document_that_two_feeds_brought_is_one_line_of_a_reminder(db: Database, clock: Clock, platform: Platform) -> None:
    for feed in ("federal-register", "federal-register-ita"):
        given = new(1, "revenue", body=BODY)
        with db.begin() as conn:
            parsed = replace(given.parsed, key=f"{feed}:1", feed=feed)
            (entry,) = publish_entries(conn, feed, [replace(given, parsed=parsed)], clock.now, backlog=False)
        ask(db, entry)
    await pass_days(db, clock, platform, date(2026, 3, 5))
    assert shown(platform) == ["1 deadline 02 Mar in 14", "1 deadline 02 Mar in 1"]


async def test_nothing_is_due_a_minute_before_nine_in_the_channels_zone(db: Database, clock: Clock, platform: Platform) -> None:
    (entry,) = publish(db, new(1, body=BODY))
    ask(db, entry, 7, zone="Pacific/Guam")
    nine = datetime(2026, 2, 22, 23, tzinfo=UTC)  # 09:00 on 23 Feb in Guam
    clock.now = nine - timedelta(minutes=1)
    await tick(db, platform)
    assert shown(platform) == []
    clock.now = nine
    await tick(db, platform)
    assert shown(platform) == ["1 deadline 02 Mar in 7"]


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        (date(2026, 3, 9), NEW_YORK, "2026-03-08T13:00+00:00"),  # the day on which summer time begins
        (date(2026, 3, 8), NEW_YORK, "2026-03-07T14:00+00:00"),
        (date(2026, 11, 2), NEW_YORK, "2026-11-01T14:00+00:00"),
        (date(2026, 11, 1), NEW_YORK, "2026-10-31T13:00+00:00"),
        (date(2026, 3, 9), "Pacific/Honolulu", "2026-03-08T19:00+00:00"),
    ],
)
def test_nine_is_nine_on_both_sides_of_a_change_of_the_clocks(day: date, zone: str, expected: str) -> None:
    assert moment(day, 1, zone) == datetime.fromisoformat(expected)


async def test_a_request_brings_no_reminder_whose_time_was_over(db: Database, clock: Clock, platform: Platform) -> None:
    (entry,) = publish(db, new(1, body=BODY))
    clock.now = noon(2, 20)
    ask(db, entry)
    await pass_days(db, clock, platform, date(2026, 3, 5))
    assert shown(platform) == ["1 deadline 02 Mar in 1"]


async def test_a_date_that_is_over_is_never_reminded_of(db: Database, clock: Clock, platform: Platform) -> None:
    (entry,) = publish(db, new(1, body=BODY))
    ask(db, entry)
    clock.now = noon(3, 3)  # nothing ran for three weeks
    await tick(db, platform)
    assert posts(db) == []


async def test_after_an_outage_only_the_last_reminder_goes_out(db: Database, clock: Clock, platform: Platform) -> None:
    (entry,) = publish(db, new(1, body=BODY))
    ask(db, entry)
    clock.now = noon(3, 2)
    await tick(db, platform)
    await tick(db, platform)
    assert shown(platform) == ["1 deadline 02 Mar in 0"]


async def test_an_update_moves_the_reminders(db: Database, clock: Clock, platform: Platform) -> None:
    (entry,) = publish(db, new(68000001, body=BODY))
    ask(db, entry)
    clock.now = noon(2, 12)
    publish(db, new(68000002, body="This message updates CSMS # 68000001. Comments are due by March 16, 2026."))
    await pass_days(db, clock, platform, date(2026, 3, 20))
    assert shown(platform) == ["68000002 deadline 16 Mar in 14", "68000002 deadline 16 Mar in 1"]


async def test_a_date_that_is_moved_near_is_told_at_the_next_nine(db: Database, clock: Clock, platform: Platform) -> None:
    (entry,) = publish(db, new(68000001, body=BODY))
    ask(db, entry)
    clock.now = noon(2, 12)
    publish(db, new(68000002, body="This message corrects CSMS # 68000001. Comments are due by February 20, 2026."))
    await tick(db, platform)
    assert shown(platform) == []
    await pass_days(db, clock, platform, date(2026, 3, 5))
    assert shown(platform) == ["68000002 deadline 20 Feb in 7", "68000002 deadline 20 Feb in 1"]


async def test_a_date_that_is_moved_after_its_reminder_has_reminders_again(db: Database, clock: Clock, platform: Platform) -> None:
    (entry,) = publish(db, new(68000001, body=BODY))
    ask(db, entry, 1)
    clock.now = noon(3, 1)
    await tick(db, platform)
    publish(db, new(68000002, body="This message extends CSMS # 68000001. Comments are due by March 16, 2026."))
    await pass_days(db, clock, platform, date(2026, 3, 20))
    assert shown(platform) == ["68000001 deadline 02 Mar in 1", "68000002 deadline 16 Mar in 1"]


async def test_a_canceled_message_has_no_reminders(db: Database, clock: Clock, platform: Platform) -> None:
    (entry,) = publish(db, new(68000001, body=BODY))
    ask(db, entry)
    publish(db, new(68000002, title="CANCELED: CSMS # 68000001", body="CSMS # 68000001 is canceled."))
    await pass_days(db, clock, platform, date(2026, 3, 5))
    assert posts(db) == []


@pytest.mark.parametrize(
    "later", ["CSMS # 68000001 is canceled.", "This message extends CSMS # 68000001. Comments are due by March 16, 2026."]
)
async def test_a_reminder_that_waits_is_dropped_if_its_date_changes(db: Database, clock: Clock, platform: Platform, later: str) -> None:
    (entry,) = publish(db, new(68000001, body=BODY))
    ask(db, entry, 1)
    clock.now = noon(3, 1)
    platform.script = [lambda *_: Retry(60.0, "slow down")]
    await tick(db, platform)
    publish(db, new(68000002, title="CANCELED: CSMS # 68000001" if "canceled" in later else "", body=later))
    clock.now = noon(3, 2)
    await tick(db, platform)
    (post,) = posts(db)
    assert (shown(platform), post.state, post.dismissed_at is not None) == ([], PostState.DEAD, True)


async def test_two_requests_and_a_subscription_bring_one_reminder(db: Database, clock: Clock, platform: Platform) -> None:
    first, _ = publish(db, new(68000001, "revenue", body=BODY), new(68000002, "revenue", body=f"{BODY} See CSMS # 68000001."))
    ask(db, first, 7)
    subscribe(db)
    await pass_days(db, clock, platform, date(2026, 3, 5))
    assert shown(platform) == ["68000001 deadline 02 Mar in 14", "68000001 deadline 02 Mar in 7", "68000001 deadline 02 Mar in 1"]


async def test_a_subscription_reminds_of_what_it_asks_for_alone(db: Database, clock: Clock, platform: Platform) -> None:
    subscribe(db)
    subscribe(db, to=channel("C2"), deadlines=False)
    publish(db, new(1, "revenue", body=BODY), new(2, "textiles", body=BODY))
    await deliver(db, platform, says)
    await pass_days(db, clock, platform, date(2026, 3, 5))
    assert [each for each in shown(platform) if each] == ["1 deadline 02 Mar in 14", "1 deadline 02 Mar in 1"]
    assert {each.channel for each in platform.messages if each.content["says"]} == {"C1"}


@on_both
async def test_several_dates_of_a_day_come_in_one_post(db: Database, clock: Clock, platform: Platform) -> None:
    for entry in publish(db, new(1, body=BODY), new(2, body=BODY)):
        ask(db, entry, 1)
    clock.now = noon(3, 1)
    await tick(db, platform)
    assert shown(platform) == ["1 deadline 02 Mar in 1; 2 deadline 02 Mar in 1"]


@on_both
async def test_a_request_that_ended_brings_nothing(db: Database, clock: Clock, platform: Platform) -> None:
    (entry,) = publish(db, new(1, body=BODY))
    channel_id = ask(db, entry, 1)
    clock.now = noon(3, 1)
    record_due(db)
    with db.begin() as conn:
        assert reminders.end(conn, channel_id, [entry.id], clock.now) == 1
    await deliver(db, platform, says)
    assert (shown(platform), posts(db)[0].state) == ([], PostState.DEAD)


@pytest.mark.parametrize(("back", "expected"), [(noon(3, 2), ["1 deadline 02 Mar in 0"]), (noon(3, 3), [])])
async def test_a_paused_channels_reminders_wait_and_are_dropped_when_the_date_is_over(
    db: Database, clock: Clock, platform: Platform, back: datetime, expected: list[str]
) -> None:
    (entry,) = publish(db, new(1, body=BODY))
    channel_id = ask(db, entry)
    with db.begin() as conn:
        channels.pause(conn, channel_id, "paused by Maria", "someone")
    await pass_days(db, clock, platform, back.date())
    assert shown(platform) == []
    clock.now = back
    with db.begin() as conn:
        resume_channel(conn, channel_id, clock.now)
    await tick(db, platform)
    await tick(db, platform)
    assert shown(platform) == expected


@pytest.mark.parametrize(("back", "expected"), [(noon(3, 2), ["1 deadline 02 Mar in 0"]), (noon(3, 3), [])])
async def test_a_closed_channels_reminder_waits_and_is_dropped_when_the_date_is_over(
    db: Database, clock: Clock, platform: Platform, back: datetime, expected: list[str]
) -> None:
    (entry,) = publish(db, new(1, body=BODY))
    channel_id = ask(db, entry, 1)
    clock.now = noon(3, 1)
    platform.script = [lambda *_: Gone("is_archived", Pause.CHANNEL)]
    await tick(db, platform)
    clock.now = back
    with db.begin() as conn:
        resume_channel(conn, channel_id, clock.now)
    await tick(db, platform)
    await tick(db, platform)
    assert shown(platform) == expected


async def test_a_reminder_that_may_have_arrived_is_looked_for(db: Database, clock: Clock, platform: Platform) -> None:
    (entry,) = publish(db, new(1, body=BODY))
    ask(db, entry, 1)
    clock.now = noon(3, 1)
    platform.script = [take_and_time_out]
    await tick(db, platform)
    clock.pass_(minutes=10)
    await tick(db, platform)
    assert (len(platform.messages), len(platform.looks), posts(db)[0].state) == (1, 1, PostState.SENT)


@on_both
async def test_two_processes_store_a_reminder_once(db: Database, clock: Clock) -> None:
    (entry,) = publish(db, new(1, body=BODY))
    ask(db, entry, 1)
    clock.now = noon(3, 1)
    with ThreadPoolExecutor(4) as pool:
        made = sorted(pool.map(lambda _: record_due(db), range(4)))
    assert made == [0, 0, 0, 1]
    assert [each.kind for each in posts(db)] == [PostKind.REMINDER]


async def test_a_reminder_of_a_message_that_is_corrected_later_is_marked(db: Database, clock: Clock, platform: Platform) -> None:
    (entry,) = publish(db, new(68000001, body=BODY))
    ask(db, entry, 1)
    clock.now = noon(3, 1)
    await tick(db, platform)
    later = publish(db, new(68000002, lead="correction", title="CORRECTION: Comments", body="This message corrects CSMS # 68000001."))
    with db.begin() as conn:
        record_corrections(conn, later, clock.now)
    await deliver(db, platform, lambda bundle: [{"says": str(bundle.kind), "subjects": []}])
    assert [content["says"] for _, content in platform.marks] == ["mark"]


@on_both
async def test_a_date_that_moves_while_its_reminder_is_composed_is_seen(db: Database, clock: Clock, platform: Platform) -> None:
    first, second = publish(db, new(68000001, body=BODY), new(68000003, body=BODY))
    ask(db, first, 1)
    ask(db, second, 1)
    clock.now = noon(3, 1)
    record_due(db)
    later = [new(68000002, body="This message extends CSMS # 68000001. Comments are due by March 16, 2026.")]

    def compose(bundle: Bundle) -> list[dict[str, object]]:
        while later:
            publish(db, later.pop())
        return says(bundle)

    await deliver(db, platform, compose)
    assert shown(platform) == ["68000003 deadline 02 Mar in 1"]
