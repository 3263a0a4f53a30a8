"""A weekly digest that is the report of what changed: each message once, the same bytes for the same messages, none without news."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from handlers.replies import posts, serialize
from handlers.replies.reply import Bullets, Buttons, Header, Section, plain
from jobs.corrections import record_corrections
from jobs.models.entries import NewEntry
from jobs.models.posts import Bundle
from jobs.models.subscriptions import Cadence, Filters
from jobs.outcomes import Retry
from jobs.publish import publish_entries
from jobs.senders import TOKENS
from jobs.states import CadenceKind
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.delivery import deliver
from tests.support.small_catalog import CATALOG, NEW_YORK
from tests.support.store import REVENUE, new, publish, subscribe
from tests.support.stub_platform import Killed, Platform, answer, take_and_time_out

pytestmark = [pytest.mark.slow, pytest.mark.one_database]

REPORT = Cadence(CadenceKind.CHANGES, time(9), 0)
MONDAY = datetime(2026, 2, 9, 14, tzinfo=UTC)
OLD, FIRST, SECOND, THIRD, WEBINAR = 67000001, 67000010, 67000020, 67000030, 67000040


def arrive(db: Database, *what: NewEntry) -> None:
    with db.begin() as conn:
        now = db.now(conn)
        record_corrections(conn, publish_entries(conn, "csms", what, now, backlog=False), now)


def compose(bundle: Bundle) -> list[dict[str, Any]]:
    parts = posts.compose(bundle, CATALOG, NEW_YORK)
    assert parts == posts.compose(bundle, CATALOG, NEW_YORK)
    return parts


async def run(db: Database, clock: Clock, platform: Platform, at: datetime) -> None:
    clock.now = at
    for _ in range(12):
        try:
            await deliver(db, platform, compose)
        except* Killed:
            pass
        clock.pass_(minutes=1)


def a_week(db: Database) -> None:
    publish(db, new(OLD, "revenue", title="Old rule", body="The old rule is in effect."))
    arrive(
        db,
        new(FIRST, "revenue", title="First rule", body="Filers must use the form effective March 2, 2026.", kind="guidance"),
        new(SECOND, "revenue", title="Second rule", body="Filers must use another form.", kind="guidance"),
        new(WEBINAR, "revenue", title="Webinar", body="CBP will hold a webinar on February 20, 2026.", kind="training"),
        new(THIRD, "trade-agreements", title="Elsewhere", body="About something else."),
    )
    arrive(
        db,
        new(SECOND + 1, "revenue", lead="correction", title="CORRECTION: rules", body=f"This corrects CSMS # {SECOND} and CSMS # {OLD}."),
    )


def shown(content: dict[str, Any]) -> dict[str, list[str]]:
    """Return the lines by the heading above them."""
    found: dict[str, list[str]] = {}
    heading = ""
    for block in serialize.load(content).blocks:
        if isinstance(block, Section):
            heading = plain(block.lines[0])
        elif isinstance(block, Bullets):
            found[heading] = [plain(item) for item in block.items]
    return found


async def test_the_digest_of_a_week_is_the_report_of_what_changed(db: Database, clock: Clock) -> None:
    publish(db, new(OLD - 1, "revenue", title="Earlier", body="The fee changes effective March 9, 2026."))
    subscribe(db, REPORT, REVENUE, digest_only=True)
    a_week(db)
    platform = Platform()
    await run(db, clock, platform, MONDAY)
    (message,) = platform.messages
    reply = serialize.load(message.content)
    assert reply.blocks[0] == Header("What changed: Mon 9 Feb")
    parts = shown(message.content)
    assert list(parts) == [
        "Corrected, replaced or canceled",
        "New",
        "Taking effect next, announced in other messages",
        "Coming webinars and events",
    ]
    ((corrected,), (first,), (ahead,), (webinar,)) = parts.values()
    assert corrected.startswith(f"Correction: rules · {SECOND + 1} · 9 Feb · corrects {SECOND} (9 Feb), {OLD} (9 Feb)")
    assert corrected.endswith("Effective date: not found in its text")
    assert first == f"First rule · {FIRST} · 9 Feb · effective 2 Mar"
    assert ahead == f"Effective 9 Mar · Earlier · {OLD - 1} · 9 Feb"
    assert webinar == f"20 Feb · Webinar · {WEBINAR} · 9 Feb"
    assert str(THIRD) not in str(message.content)
    for number in (FIRST, SECOND, SECOND + 1, OLD, WEBINAR):
        assert sum(str(number) in each for several in parts.values() for each in several) == 1
    assert {f"csms:{each}" for each in (FIRST, SECOND, SECOND + 1, OLD, WEBINAR)} <= set(reply.subjects)
    labels = [button.label for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]
    assert labels == ["Why these?", "Plain text", "Manage"]
    await run(db, clock, platform, MONDAY.replace(day=16))
    assert len(platform.messages) == 1  # nothing new, although the dates ahead still are


async def test_one_message_of_a_week_is_a_report_as_well(db: Database, clock: Clock) -> None:
    subscribe(db, REPORT, REVENUE)
    publish(db, new(FIRST, "revenue", title="First rule"))
    platform = Platform()
    await run(db, clock, platform, MONDAY)
    assert shown(platform.messages[0].content) == {"New": [f"First rule · {FIRST} · 9 Feb"]}


async def test_the_same_messages_make_the_same_bytes_whenever_they_are_sent(db: Database, clock: Clock) -> None:
    subscribe(db, REPORT, REVENUE, digest_only=True)
    a_week(db)
    bundles: list[Bundle] = []

    def keep(bundle: Bundle) -> list[dict[str, Any]]:
        bundles.append(bundle)
        return compose(bundle)

    platform = Platform([answer(Retry(60.0, "slow down"))])
    clock.now = MONDAY
    for _ in range(5):
        await deliver(db, platform, keep)
        clock.pass_(hours=1)
    (bundle,) = bundles
    later = replace(bundle, now=bundle.now + timedelta(days=3))
    sent = [{name: part for name, part in message.content.items() if name != TOKENS} for message in platform.messages]  # for the metadata
    assert compose(bundle) == compose(later) == sent


async def test_a_report_is_posted_once_whatever_happens_on_the_way(db: Database, clock: Clock) -> None:
    subscribe(db, REPORT, REVENUE, digest_only=True)
    a_week(db)
    platform = Platform([take_and_time_out, answer(Retry(60.0, "slow down"))])
    await run(db, clock, platform, MONDAY)
    assert len(platform.messages) == 1


async def test_routine_notices_that_were_asked_for_are_new(db: Database, clock: Clock) -> None:
    subscribe(db, REPORT, Filters(system=True), digest_only=True)
    notice = new(FIRST, "ace", title="Maintenance", kind="maintenance")
    publish(db, replace(notice, classified=replace(notice.classified, routine=True)))
    platform = Platform()
    await run(db, clock, platform, MONDAY)
    assert shown(platform.messages[0].content) == {"New": [f"Maintenance · {FIRST} · 9 Feb"]}


async def test_a_long_report_continues_in_a_second_message_and_loses_nothing(db: Database, clock: Clock) -> None:
    subscribe(db, REPORT, REVENUE, digest_only=True)
    publish(db, *(new(FIRST + each, "revenue", title=f"Rule {each}") for each in range(60)))
    platform = Platform()
    await run(db, clock, platform, MONDAY)
    lines = [each for message in platform.messages for several in shown(message.content).values() for each in several]
    assert len(platform.messages) > 1
    assert sorted(int(each.split(" · ")[1]) for each in lines) == [FIRST + each for each in range(60)]


@on_both
async def test_a_later_correction_marks_the_line_of_a_report(db: Database, clock: Clock) -> None:
    subscribe(db, REPORT, REVENUE, digest_only=True)
    publish(db, new(FIRST, "revenue", title="First rule"), new(FIRST + 1, "revenue", title="Other rule"))
    platform = Platform()
    await run(db, clock, platform, MONDAY)
    arrive(db, new(SECOND, "revenue", lead="correction", title="CORRECTION", body=f"This corrects CSMS # {FIRST}."))
    await run(db, clock, platform, clock.now)
    lines = shown(platform.marks[0][1])["New"]
    place = next(place for place, each in enumerate(lines) if str(FIRST) in each and "↳" not in each)
    assert lines[place + 1].startswith(f"↳ Corrected 9 Feb by CSMS {SECOND}.")
