"""Answers to questions, for every card: from content, stored messages and a stale feed; what to review, and what was asked in vain."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.runtime import Runtime
from handlers.command import Person
from handlers.replies.reply import Reply
from handlers.router import dispatch, read_command, resolve
from jobs.archive.backlog import import_rows
from jobs.archive.table import Row
from jobs.models.content import Problem
from jobs.models.entries import Entry
from jobs.publish import publish_entries
from jobs.states import EntryKind
from jobs.store import feeds, problems
from jobs.store.feeds import PollFailure, PollSuccess
from jobs.unanswered import record
from tests.support.clock import Clock
from tests.support.full_catalog import ADMIN, STAFF
from tests.support.overtaking import LATER, NUMBER, overtake
from tests.support.small_catalog import CHANNEL, entry, new

ARCHIVED = Row("66987366", "Guidance \u2013 Implementation of Tariff", datetime(2025, 12, 3, 17, tzinfo=UTC), cut=True)
IN_VAIN = ("baby formula shipments", "cargo theft")


def answered_questions(runtime: Runtime) -> Iterator[tuple[str, str, Reply]]:
    """Yield names, typed lines and answers. The database is empty, and afterwards it is January 2027 there."""

    def reply(typed: str, person: Person = STAFF) -> Reply:
        runtime.recent.refresh(runtime.db, runtime.library.catalog)
        return dispatch(resolve(read_command(typed, person, CHANNEL)), runtime.context())

    runtime.db.clock = clock = Clock(LATER)
    poll(runtime, None)
    clock.pass_(minutes=1)
    question = f"/trade {overtake(runtime.db, runtime.library.catalog, runtime.recent, clock)}"
    subject = reply(question).subjects[0].partition(":")[2]
    for name, typed in (
        ("question", question),
        ("question-pti", f"/pti {subject} questions"),
        ("question-more", "/trade answers how do I get a refund of IEEPA duty"),
        ("question-comparison", "/trade WRO vs Finding"),
        ("question-elsewhere", "/trade what is the duty rate on wine"),
        ("question-news", "/trade what's new this week"),
        ("question-number", f"/trade is CSMS {NUMBER} still valid"),
        ("question-in-vain", f"/trade {IN_VAIN[0]}"),
        ("csms-open-none", "/csms open"),
    ):
        yield name, typed, reply(typed)
    clock.pass_(hours=7)
    poll(runtime, "https://public.govdelivery.com/topics/USDHSCBP_WIDGET_2/feed.rss: HTTP 403 Forbidden")
    for name, typed in (
        ("question-stale", "/trade what's new this week"),
        ("question-stale-pti", f"/pti {subject}"),
        ("question-stale-latest", "/csms latest"),
    ):
        yield name, typed, reply(typed)
    yield "trade-admin-review", "/trade-admin review", reply("/trade-admin review", ADMIN)
    yield "trade-admin-unanswered-none", "/trade-admin unanswered", reply("/trade-admin unanswered", ADMIN)
    with runtime.db.begin() as conn:
        for words in (*IN_VAIN * 2, question.removeprefix("/trade ")):
            record(conn, words, clock.now)
        for _ in range(2):
            record(conn, question.removeprefix("/trade "), clock.now, marked=True)
        problems.add(conn, Problem(clock.now, f"pti:{subject}", "The date is wrong. It should be 9 February.", STAFF.signature))
    yield "trade-admin-unanswered", "/trade-admin unanswered", reply("/trade-admin unanswered", ADMIN)
    clock.pass_(hours=1)
    poll(runtime, None)
    with runtime.db.begin() as conn:
        publish_entries(conn, "csms", [new(each) for each in reported_outages(clock.now)], clock.now, backlog=True)
    import_rows(runtime.db, [ARCHIVED], runtime.library.catalog)
    archived = f"/csms {ARCHIVED.number}"
    for name, typed in (("csms-open", "/csms open"), ("question-outage", "/trade is ACE down?"), ("csms-card-archived", archived)):
        yield name, typed, reply(typed)


def reported_outages(now: datetime) -> Iterator[Entry]:
    """Yield two open outages, one with its updates, two that were resolved, and one that aged out."""
    slow = "ACE Air EDI and Entry Summary EDI Experiencing Slow Processing"
    for number, title, hours in (
        (69_400_001, "ACE Ocean Manifest Delayed Outbound Notifications", 24 * 12),
        (69_400_002, "FDA Prior Notice Issue", 24 * 20),
        (69_400_003, "RESOLVED: FDA Prior Notice Processing", 24 * 19),
        (69_400_004, slow, 30),
        (69_400_005, f"UPDATE: {slow}", 26),
        (69_400_006, f"UPDATE: {slow}", 3),
        (69_400_007, "ACE Reports Outage", 20),
        (69_400_008, "RESOLVED: ACE Reports Outage", 18),
        (69_400_009, "Truck Manifest: Error 509 on valid manifests", 2),
    ):
        kind = EntryKind.RESOLVED if title.startswith("RESOLVED") else EntryKind.OUTAGE
        yield entry(str(number), title, "outage", published=now - timedelta(hours=hours), kind=kind, routine=True)


def poll(runtime: Runtime, error: str | None) -> None:
    """Record that CBP's feed was read, or that it failed."""
    with runtime.db.begin() as conn:
        now = runtime.db.now(conn)
        feeds.ensure(conn, ["csms"], now)
        claim = feeds.claim(conn, "csms", now, 60)
        assert claim is not None
        later = now + timedelta(minutes=5)
        if error is None:
            feeds.settle_success(conn, claim, now, PollSuccess(later, 100, changed=True, sources={}, seeded=True))
        else:
            feeds.settle_failure(conn, claim, now, PollFailure(error, later))
