"""as-of:, through the Responder: two revisions of the content, and messages that came one after the other."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.responder import Responder
from handlers.command import Context
from handlers.replies.reply import Reply, buttons_of
from handlers.replies.text import render
from handlers.router import read_command, resolve
from jobs.models.entries import TopicHit
from jobs.publish import edit_entry, publish_entries
from jobs.recent import read_recent
from jobs.revisions import load
from jobs.states import EntryKind
from jobs.store import revisions, schema
from jobs.store.database import Database
from jobs.store.retention import delete_earlier_texts
from tests.handlers.messages.test_answers import MARIA, Host, poll
from tests.support.sample_content import files
from tests.support.small_catalog import CHANNEL, NEW_YORK, NOW, entry, new

GOOD = files()
OTHER_MOTTO = GOOD | {"office.yaml": GOOD["office.yaml"].replace("Facilitate.", "Ease.")}
FIRST, SECOND = datetime(2026, 1, 10, 15, tzinfo=UTC), datetime(2026, 1, 20, 15, tzinfo=UTC)
OLD_CATALOG, CATALOG = load(GOOD), load(OTHER_MOTTO)
TOPIC = CATALOG.topics[0].slug

OLD = entry("68000001", "Zeppelin duties", TOPIC, published=FIRST + timedelta(days=2), body="Zeppelins pay duty.")
CORRECTION = entry(
    "68000002", "CORRECTION: Zeppelin duties", TOPIC, published=SECOND + timedelta(days=2), body="This is a correction to CSMS # 68000001."
)


class Past(Host):
    def context(self, *, store: bool) -> Context:
        return Context(CATALOG, NOW, NEW_YORK, self.db if store else None, recent=read_recent(self.db, CATALOG), records_unanswered=True)


@pytest.fixture
def stored(db: Database) -> Database:
    with db.begin() as conn:
        for at, files, catalog in ((FIRST, GOOD, OLD_CATALOG), (SECOND, OTHER_MOTTO, CATALOG)):
            revisions.add(conn, catalog.digest, files, "me", at, ())
    for each in (OLD, CORRECTION):
        with db.begin() as conn:
            publish_entries(conn, "csms", [new(each)], each.published, backlog=False)
    poll(db)
    db.clock = lambda: NOW
    return db


def ask(words: str, db: Database) -> Reply:
    return Responder(Past(db)).reply(resolve(read_command(words, MARIA, CHANNEL)))


def flat(reply: Reply) -> str:
    return " ".join(render(reply).split())


def commands(reply: Reply) -> list[str]:
    return [button.command for block in reply.blocks for button in buttons_of(block)]


def test_the_content_is_that_of_the_revision_in_force_then(stored: Database) -> None:
    before, after = flat(ask("/trade office as-of:2026-01-15", stored)), flat(ask("/trade office as-of:2026-01-25", stored))
    assert before.startswith("As of 15 Jan 2026, revision 1 ")
    assert after.startswith("As of 25 Jan 2026, revision 2 ")
    assert OLD_CATALOG.office.motto in before
    assert CATALOG.office.motto not in before
    assert CATALOG.office.motto in after


def test_a_message_is_shown_without_the_later_one_that_corrects_it(stored: Database) -> None:
    now, then = flat(ask("/csms 68000001", stored)), flat(ask("/csms 68000001 as-of:2026-01-15", stored))
    assert "68000002" in now
    assert "68000002" not in then
    assert then.startswith("As of 15 Jan 2026, revision 1 ")
    assert "Zeppelin duties" in then
    assert "when CBP's feed had last been read is not stored" in then


def edit(db: Database, at: datetime, title: str, body: str) -> None:
    db.clock = lambda: at
    with db.begin() as conn:
        assert edit_entry(conn, "csms:68000001", new(replace(OLD, title=title, body=body)), at) is not None
    db.clock = lambda: NOW


def test_a_message_has_the_text_that_it_had_then(stored: Database) -> None:
    edit(stored, datetime(2026, 1, 16, 15, tzinfo=UTC), "Airship duties", "Airships will pay duty.")
    edit(stored, datetime(2026, 1, 26, 15, tzinfo=UTC), "Balloon duties", "Balloons will pay duty.")
    for day, title, body in (("15", "Zeppelin", "Zeppelins"), ("20", "Airship", "Airships"), ("27", "Balloon", "Balloons")):
        then = flat(ask(f"/csms 68000001 as-of:2026-01-{day}", stored))
        assert (f"{title} duties" in then, f"{body} " in then) == (True, True), then
        assert "does not hold an earlier one" not in then
        assert f"{title} duties" in flat(ask(f"/csms latest as-of:2026-01-{day}", stored))
    assert "Balloon duties" in flat(ask("/csms 68000001", stored))


OTHER = CATALOG.topics[1].slug
EARLIER = replace(OLD, title="Zeppelin duties", body="Effective January 30, 2026, Zeppelins pay duty.", kind=EntryKind.GUIDANCE)
LATER = replace(
    OLD,
    title="Balloon duties",
    body="This message updates CSMS # 68000003. Effective January 31, 2026, Balloons pay duty.",
    topics=(TopicHit(OTHER, "title: balloon"),),
    kind=EntryKind.TECHNICAL,
)
FEE = entry("68000003", "Airship fee", published=FIRST + timedelta(days=1), body="Airships pay a fee.")


@pytest.fixture
def edited(stored: Database) -> Database:
    """A message that was edited on 16 January and on 26 January, to quite another one."""
    for at, text in ((12, EARLIER), (16, replace(EARLIER, body=f"{EARLIER.body} All of them.")), (26, LATER)):
        moment = datetime(2026, 1, at, 16, tzinfo=UTC)
        with stored.begin() as conn:
            if at == 12:
                publish_entries(conn, "csms", [new(FEE)], FEE.published, backlog=False)
            assert edit_entry(conn, OLD.key, new(text), moment) is not None
    return stored


@pytest.mark.parametrize(
    "line", ["/csms zeppelin", "/csms zeppelin kind:guidance", f"/csms zeppelin topic:{TOPIC}", '/csms "zeppelins pay"']
)
def test_a_search_looks_in_the_text_and_the_topics_of_the_day(edited: Database, line: str) -> None:
    assert "68000001" in flat(ask(f"{line} as-of:2026-01-20", edited))
    assert "68000001" not in flat(ask(f"{line} as-of:2026-01-27", edited))
    assert "68000001" not in flat(ask(line, edited))


@pytest.mark.parametrize(
    "line", ["/csms balloon", f"/csms balloon topic:{OTHER}", "/csms duties -zeppelin", "/csms balloon duties until:2026-01-13"]
)
def test_a_search_finds_no_word_that_the_text_got_later(edited: Database, line: str) -> None:
    assert "68000001" not in flat(ask(f"{line} as-of:2026-01-20", edited))
    assert "68000001" in flat(ask(f"{line} as-of:2026-01-27", edited))
    assert "68000001" in flat(ask(line, edited))


def test_dates_topics_and_relations_are_those_that_the_text_of_the_day_gave(edited: Database) -> None:
    then, later = (flat(ask(f"/trade dates as-of:2026-01-{day}", edited)) for day in ("20", "27"))
    assert ("30 Jan" in then, "31 Jan" in then) == (True, False)
    assert ("30 Jan" in later, "31 Jan" in later) == (False, True)
    for topic, before, after in ((TOPIC, True, False), (OTHER, False, True)):
        assert ("68000001" in flat(ask(f"/csms latest {topic} as-of:2026-01-20", edited))) == before
        assert ("68000001" in flat(ask(f"/csms latest {topic} as-of:2026-01-27", edited))) == after
    assert "Updated 12 Jan by CSMS 68000001" not in flat(ask("/csms 68000003 as-of:2026-01-20", edited))
    assert "Updated 12 Jan by CSMS 68000001" in flat(ask("/csms 68000003 as-of:2026-01-27", edited))


def test_what_was_read_in_an_earlier_text_is_deleted_with_it(edited: Database) -> None:
    with edited.begin() as conn:
        assert delete_earlier_texts(conn, NOW, NOW) == 3
        for table in schema.EARLIER.values():
            assert conn.execute(select(table)).all() == []
    assert "68000001" in flat(ask("/csms balloon as-of:2026-01-20", edited))


def test_an_answer_says_when_the_text_of_the_day_is_not_held(stored: Database) -> None:
    edit(stored, datetime(2026, 1, 26, 15, tzinfo=UTC), "Balloon duties", "Balloons pay duty.")
    with stored.begin() as conn:  # an edit of a release that did not keep texts
        conn.execute(schema.entry_text.delete())
    then = ask("/csms 68000001 as-of:2026-01-15", stored)
    assert "The text of CSMS 68000001 came after that day. The bot does not hold an earlier one." in flat(then)
    assert "does not hold an earlier one" in then.text
    assert "does not hold" not in flat(ask("/csms 68000001 as-of:2026-01-27", stored))


def test_a_message_that_came_later_is_not_known(stored: Database) -> None:
    assert "CORRECTION" not in flat(ask("/csms 68000002 as-of:2026-01-15", stored)).upper().replace("CORRECTIONS", "")


def test_searches_lists_and_reports_count_what_was_known(stored: Database) -> None:
    assert "68000002" in flat(ask("/csms zeppelin", stored))
    for line in ("/csms zeppelin", "/csms latest", f"/trade changes {TOPIC} since:2026-01-01"):
        shown = flat(ask(f"{line} as-of:2026-01-15", stored))
        assert ("68000001" in shown, "68000002" in shown) == (True, False), line
        assert "2 found" not in shown
        assert "sorting" not in shown


def test_what_was_found_late_is_not_known_before_although_it_is_dated_before(stored: Database) -> None:
    with stored.begin() as conn:
        conn.execute(update(schema.entry).where(schema.entry.c.number == "68000001").values(first_seen=SECOND))
    shown = flat(ask("/csms zeppelin as-of:2026-01-15", stored))
    assert "68000001" not in shown
    assert "Searched: " in shown


def test_time_words_count_from_that_day(stored: Database) -> None:
    assert "68000001" in flat(ask("/csms latest this week as-of:2026-01-12", stored))


def test_a_month_is_answered_as_of_its_last_day(stored: Database) -> None:
    assert flat(ask("/trade office as-of:2026-01", stored)).startswith("As of 31 Jan 2026, revision 2 ")
    assert flat(ask("/trade office as-of:today", stored)).startswith("As of 9 Feb 2026, revision 2 ")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/trade office as-of:2026-01-05", "The bot had no content on 5 Jan 2026. Its first revision was published on 10 Jan 2026."),
        ("/trade office as-of:2026-03-01", "1 Mar 2026 is still to come."),
        ("/trade office as-of:never", "does not recognize the day “never” after as-of:"),
        ("/csms subscribe as-of:2026-01-15", "does not take as-of:"),
        ("/csms subscriptions as-of:2026-01-15", "does not take as-of:"),
        ("/trade-admin status as-of:2026-01-15", "does not take as-of:"),
    ],
)
def test_a_day_or_a_command_that_does_not_fit_is_explained(stored: Database, line: str, said: str) -> None:
    reply = ask(line, stored)
    assert not reply.ok
    assert said in reply.text


def test_the_first_revision_is_a_button(stored: Database) -> None:
    (command,) = commands(ask("/trade office as-of:2026-01-05", stored))
    assert flat(ask(command, stored)).startswith("As of 10 Jan 2026, revision 1 ")


def test_buttons_of_an_answer_stay_on_its_day_unless_they_change_something(stored: Database) -> None:
    found = commands(ask("/csms 68000001 as-of:2026-01-15", stored))
    assert found
    for command in found:
        assert command.endswith(" as-of:2026-01-15") != bool(re.match(r"/\w+ (subscribe|remind|why)", command)), command


def test_a_shared_answer_is_made_again_for_the_same_day(stored: Database) -> None:
    request = resolve(read_command("/trade office as-of:2026-01-15", MARIA, CHANNEL))
    assert request.command.words == "office as-of:2026-01-15"
    shared = Responder(Past(stored)).share(request, lambda reply: reply)
    assert "As of 15 Jan 2026, revision 1" in flat(shared)


def test_a_question_of_the_past_is_not_counted(stored: Database) -> None:
    assert ask("/trade who regulates drones as-of:2026-01-15", stored).question == ""


def test_the_view_of_the_past_leaves_the_database_as_it_is(stored: Database) -> None:
    past = stored.as_of(FIRST)
    with past.read() as conn:
        assert conn.execute(schema.entry.select()).all() == []
    with stored.read() as conn:
        assert len(conn.execute(schema.entry.select()).all()) == 2
