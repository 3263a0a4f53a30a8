"""A stored message that may have overtaken a statement stands beside it, wherever the statement is shown."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from content.catalog import Elsewhere, Link
from handlers.command import Command, Context
from handlers.replies.reply import Reply, SmallPrint, Span, plain
from handlers.replies.text import render
from handlers.router import dispatch, parse_line, resolve
from jobs.models.entries import Entry
from jobs.publish import publish_entries
from jobs.recent import RecentHolder, read_recent
from jobs.store.database import Database
from tests.support import full_catalog
from tests.support.clock import Clock
from tests.support.full_catalog import STAFF, said
from tests.support.overtaking import NOTE
from tests.support.small_catalog import CHANNEL, NEW_YORK, entry, new

pytestmark = pytest.mark.one_database

NOW = datetime(2026, 11, 29, 15, tzinfo=UTC)
JUNE = datetime(2026, 6, 26, 15, tzinfo=UTC)
CITED = "68179006"
SOURCE = f"CSMS {CITED}"
MARK = f"{NOTE} 69035485, 26 Jun"

FULL = full_catalog.CATALOG
REVENUE, OTHER = FULL.ptis
CATALOG = replace(
    FULL,
    office=replace(FULL.office, mission=(said("It helps lawful trade along.", SOURCE, "2026-03-27"),)),
    ptis=(
        replace(
            REVENUE,
            summary=said("Collecting what is owed.", SOURCE, "2026-03-27"),
            authority=(said("Refunds: 19 U.S.C. 1505.", SOURCE, "2026-03-27"),),
            questions=(replace(REVENUE.questions[0], source=SOURCE, as_of="2026-03-27"),),
        ),
        OTHER,
    ),
    terms=(*FULL.terms[:1], replace(FULL.terms[1], definition=said("One system.", SOURCE, "2026-03-27"))),
    topics=(FULL.topics[0], replace(FULL.topics[1], facts=(said("A portal opened.", SOURCE, "2026-03-27"),))),
    elsewhere=(
        Elsewhere(
            "rates", "rates", said("It holds no fees.", SOURCE, "2026-03-27"), Link("Fees", "https://x.gov"), ("fee tables",), (), (), ()
        ),
    ),
)
NAMING = entry("69035485", "Entries flagged for reconciliation", "textiles", published=JUNE, body=f"See CSMS # {CITED}.")


def context(db: Database, *published: Entry) -> Context:
    """Return a context with these messages stored, read on 29 Nov 2026."""
    db.clock = Clock(NOW)
    with db.begin() as conn:
        for each in published:
            publish_entries(conn, each.feed, [new(each)], NOW, backlog=False)
    return Context(CATALOG, NOW, NEW_YORK, recent=read_recent(db, CATALOG))


def ask(typed: str, at: Context) -> Reply:
    return dispatch(resolve(Command(*parse_line(typed), STAFF, CHANNEL)), at)


def shown(typed: str, at: Context) -> str:
    """Return the answer as one line, without the numbers of its links."""
    return re.sub(r" \[\d+\]", "", " ".join(render(ask(typed, at)).split()))


def test_an_answer_names_the_newer_message_in_the_line_of_its_source(db: Database) -> None:
    reply = ask("/trade are refunds electronic", context(db, NAMING))
    below = next(block for block in reply.blocks if isinstance(block, SmallPrint)).lines[0]
    assert plain(below) == f"CSMS {CITED} · as of 27 Mar 2026 · {MARK}"
    assert Span("69035485", link=NAMING.url) in below
    assert reply.text == f"Refunds are electronic. As of 27 Mar 2026. {MARK}."


@pytest.mark.parametrize(
    "typed",
    [
        "/pti revenue",
        "/pti revenue questions",
        "/pti revenue more",
        "/trade topic forced labor",
        "/trade term ace",
        "/trade",
        "/trade office mission",
        "/trade answers refunds electronic",
        "/trade fee tables",
    ],
)
def test_the_newer_message_stands_wherever_the_statement_is_shown(db: Database, typed: str) -> None:
    at = context(db, NAMING)
    assert MARK in shown(typed, at)
    assert NOTE not in shown(typed, replace(at, recent=None))


def test_only_the_statement_that_it_may_change_has_the_mark(db: Database) -> None:
    card = shown("/pti revenue", context(db, NAMING))
    assert f"Refunds are electronic. (CSMS {CITED}, as of 27 Mar 2026) · {MARK}" in card
    assert card.count(NOTE) == 2  # the summary, and one fact of three


@pytest.mark.parametrize(
    "other",
    [
        replace(NAMING, routine=True),
        replace(NAMING, published=datetime(2026, 3, 27, 15, tzinfo=UTC)),
        replace(NAMING, body="It names none."),
        replace(NAMING, feed="sample", key="sample:69035485"),
        replace(NAMING, number=CITED, key=f"csms:{CITED}"),
    ],
    ids=["routine", "of the same day", "names none", "sample", "the source itself"],
)
def test_a_message_that_changes_nothing_is_not_mentioned(db: Database, other: Entry) -> None:
    at = context(db, other)
    assert NOTE not in shown("/trade are refunds electronic", at)
    assert NOTE not in shown("/pti revenue", at)


def test_statements_are_compared_again_only_if_the_messages_or_the_content_changed_or_an_hour_passed(db: Database) -> None:
    first = context(db, NAMING).recent
    assert first is not None
    assert first.overtaken is not None
    assert {entry.body for entry in first.overtaken.messages.values()} == {None}
    db.clock = Clock(NOW + timedelta(minutes=59))
    assert read_recent(db, CATALOG, first).overtaken is first.overtaken
    db.clock = Clock(NOW + timedelta(minutes=60))
    assert read_recent(db, CATALOG, first).overtaken is not first.overtaken
    edited = replace(CATALOG, digest="edited", ptis=())
    holder = RecentHolder()
    holder.current = first
    holder.refresh(db, edited)
    assert holder.current.overtaken is not None
    assert holder.current.newer(REVENUE.facts[0]) is None
    newest = replace(NAMING, id=2, number="70000001", key="csms:70000001", published=NOW - timedelta(hours=1))
    at = context(db, newest)
    db.clock = Clock(NOW)
    again = read_recent(db, CATALOG, first)
    assert at.recent is not None
    assert again.newer(REVENUE.facts[0]) == at.recent.newer(REVENUE.facts[0])
    assert [each.number for each in (again.newer(REVENUE.facts[0]),) if each] == ["70000001"]
