"""/trade-admin review and tradebot review."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import main
from content.catalog import Catalog, Role, Statement
from content.loading.loader import load_files
from handlers.admin.review import MAX_LISTED, MAX_SHOWN
from handlers.command import Command, Context, Person
from handlers.replies import notices
from handlers.replies.cards import newer_message
from handlers.replies.reply import Bullets, Buttons, Reply, plain
from handlers.replies.text import render
from handlers.router import dispatch, resolve
from jobs.models.channels import ChannelRef
from jobs.models.content import LinkCheck
from jobs.models.posts import Notice
from jobs.publish import publish_entries
from jobs.revisions import publish
from jobs.states import LinkState, NoticeKind
from jobs.store import link_checks
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.full_catalog import commands
from tests.support.sample_content import files
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, entry, new, pti

ADMIN = Person("slack", "T1", "U1", "Maria", admin=True)
NOW = datetime(2026, 6, 29, 14, 0, tzinfo=UTC)


def catalog(*facts: Statement) -> Catalog:
    """Return a catalog whose only dated statements are these facts of Revenue."""
    nothing = Statement("x", "flyer", "")
    ptis = tuple(replace(each, summary=nothing) for each in CATALOG.ptis)
    topics = tuple(replace(each, summary=nothing) for each in CATALOG.topics)
    revenue = replace(pti("revenue", "Revenue", "Revenue"), summary=nothing, facts=facts)
    places = {"pti:revenue": "ptis.yaml:41"}
    return replace(CATALOG, ptis=(*ptis, revenue), topics=topics, places=places, owners={"ptis.yaml": "Outreach"})


def say(words: str, db: Database, of: Catalog) -> Reply:
    return dispatch(resolve(Command("trade-admin", words, ADMIN, CHANNEL)), Context(of, NOW, NEW_YORK, db))


def bullets(reply: Reply) -> list[str]:
    return [plain(item) for block in reply.blocks if isinstance(block, Bullets) for item in block.items]


def test_what_is_due_and_what_a_newer_message_may_change_is_listed(db: Database, clock: Clock) -> None:
    clock.now = NOW
    naming = entry(
        "69035485", "CAPE: flagged entries", "revenue", body="See CSMS # 68396594.", published=datetime(2026, 6, 26, 15, tzinfo=UTC)
    )
    with db.begin() as conn:
        publish_entries(conn, "csms", [new(naming)], NOW, backlog=False)
    old, cape = Statement("An old fact.", "flyer", "2013"), Statement("CAPE is there.", "CSMS 68396594", "2026-04-20")
    reply = say("review", db, catalog(old, cape))
    assert bullets(reply) == [
        "Revenue, 2nd fact (ptis.yaml:41) · Outreach: CAPE is there. → CSMS 69035485, 26 Jun: CAPE: flagged entries",
        "Revenue, 1st fact (ptis.yaml:41) · Outreach · since 29 Jun 2014: An old fact.",
    ]
    assert "1 statement is due for review, and a newer message may change 1." in reply.text
    assert "Revenue, 2nd fact: A newer CSMS may change this: 69035485, 26 Jun" in reply.text
    assert plain(newer_message(naming, NOW, NEW_YORK)) == "A newer CSMS may change this: 69035485, 26 Jun"


def test_each_statement_is_listed_with_its_own_line(db: Database, clock: Clock) -> None:
    facts = "    facts:\n      - text: A fact.\n        source: flyer\n        as_of: 2013\n"
    facts += '      - text: >\n          It\'s a "second" fact that\n          goes on.\n        source: flyer\n        as_of: 2013\n'
    texts = files()
    texts["ptis.yaml"] += facts
    texts["ptis.yaml"] = "owner: Outreach\n" + texts["ptis.yaml"]
    clock.now = NOW
    publish(db, texts, "me")
    lines = texts["ptis.yaml"].split("\n")
    places = [lines.index("      - text: A fact.") + 1, lines.index('          It\'s a "second" fact that') + 1]
    shown = [each for each in bullets(say("review all", db, load_files(texts))) if each.startswith("Textiles, ")]
    assert [each.partition(" · since")[0] for each in shown if "fact" in each] == [
        f"Textiles, 1st fact (ptis.yaml:{places[0]}) · Outreach",
        f"Textiles, 2nd fact (ptis.yaml:{places[1]}) · Outreach",
    ]


def test_broken_links_are_listed_by_file_and_line(db: Database, clock: Clock) -> None:
    publish(db, files(), "me")
    url = "https://www.cbp.gov/rulings"
    with db.begin() as conn:
        link_checks.replace_all(conn, [LinkCheck(url, LinkState.BROKEN, "nothing is there (404)")], NOW)
    reply = say("review", db, catalog())
    (shown,) = bullets(reply)
    assert shown.startswith("resources.yaml:")
    assert shown.endswith(f": {url}: nothing is there (404)")
    assert "Content to review: 1 link is broken." in reply.text


def test_many_due_statements_are_counted_by_file_and_the_most_overdue_come_first(sqlite_db: Database) -> None:
    facts = [Statement(f"Fact {number}.", "flyer", str(2013 + number % 3)) for number in range(MAX_LISTED)]
    many = catalog(*facts, Statement("Oldest fact.", "flyer", "2001"))
    auditor = Role("auditor", "Auditor", Statement("Old summary.", "flyer", "2009"), (), (), "", "", (), (), (), ())
    many = replace(many, roles=(auditor,), places={**many.places, "role:auditor": "roles.yaml:7"})
    some, every = say("review", sqlite_db, many), say("review all", sqlite_db, many)
    counts, oldest = [block for block in some.blocks if isinstance(block, Bullets)]
    assert [plain(each) for each in counts.items] == [
        f"ptis.yaml · Outreach: {MAX_LISTED + 1}, the oldest since 29 Jun 2002",
        "roles.yaml: 1, the oldest since 29 Jun 2010",
    ]
    assert [plain(each).rpartition(": ")[2] for each in oldest.items[:2]] == ["Oldest fact.", "Old summary."]
    assert len(oldest.items) == MAX_SHOWN
    assert commands(some) == ["/trade-admin review ptis.yaml", "/trade-admin review roles.yaml", "/trade-admin review all"]
    assert (len(bullets(every)), commands(every)) == (MAX_LISTED + 2, [])
    assert some.text.startswith(f"Content to review: {MAX_LISTED + 2} statements are due for review. ptis.yaml · Outreach: 11, the oldest")


def test_the_rest_is_listed_by_file_or_owner(sqlite_db: Database) -> None:
    many = catalog(*(Statement(f"Fact {number}.", "flyer", "2013") for number in range(MAX_LISTED + 3)))
    for words in ("ptis.yaml", "ptis", "OUTREACH", "all"):
        shown = say(f"review {words}", sqlite_db, many)
        assert len(bullets(shown)) == MAX_LISTED + 3, words
        assert "Due in ptis.yaml · Outreach (13)" in render(shown)
    wrong = say("review nix", sqlite_db, many)
    assert not wrong.ok
    assert "“nix” is neither a file with statements nor the owner of one. Type “all”, or one of the files: " in wrong.text
    assert "ptis.yaml" in wrong.text


def test_nothing_to_review_is_said(sqlite_db: Database) -> None:
    assert say("review", sqlite_db, catalog(Statement("A fact.", "flyer", "2026-06"))).text.startswith("Nothing to review")


def test_the_weekly_notice_leads_to_the_list() -> None:
    content = ChannelRef("content", "", "content")
    reply = notices.compose(Notice(NoticeKind.REVIEW, content, "3 statements are due for review", (), to_admins=True))
    assert reply.text.startswith("The content has statements to review. 3 statements are due for review.")
    assert [button.command for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons] == ["/trade-admin review"]


def test_the_command_line_lists_what_is_due(
    db: Database, db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", db_url)
    old = files()["ptis.yaml"].replace("as_of: 2026-02-06", "as_of: 2013", 1)
    place = next(number for number, each in enumerate(old.split("\n"), 1) if each.strip().startswith("text: "))
    assert main(["review"]) == 1
    assert "No content was published yet" in capsys.readouterr().err
    publish(db, files() | {"ptis.yaml": old}, "me")
    assert main(["review"]) == 0
    assert f"Agriculture quota, summary (ptis.yaml:{place})" in capsys.readouterr().out
