from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from content.catalog import Feed, Source
from content.loading.child import load_files
from content.loading.files import ContentError, read_files
from handlers.admin.reload import MAX_PROBLEMS
from handlers.admin.status import make_due
from handlers.command import Command, Context, Person
from handlers.replies.reply import Bullets, Buttons, Reply, Section, plain
from handlers.replies.text import render
from handlers.router import dispatch, resolve
from jobs.models.feeds import FeedRow, Reconciliation
from jobs.publish import publish_entries
from jobs.restorations import IN_DOUBT, mark_restored
from jobs.revisions import Library, publish_at_start
from jobs.states import PollProblem
from jobs.store import channels, feeds, reconciliations, revisions, schema
from jobs.store.database import Database
from jobs.store.feeds import PollFailure, PollSuccess
from tests.support.clock import Clock
from tests.support.sample_content import files, with_feeds
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW, entry, feed, new
from tests.support.store import subscribe

ADMIN = Person("slack", "T1", "U1", "Maria", admin=True)
STAFF = Person("slack", "T1", "U2", "Sam")

EVERY_COMMAND = ("reload", "check", "history", "diff 1", "rollback 1", "review", "status", "feeds", "poll", "post csms", "seen csms")


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    sqlite_db.clock = Clock(NOW)
    return sqlite_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small valid content folder."""
    for name, text in files().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def library(db: Database, folder: Path) -> Library:
    """Has the folder's content in force as revision 1, published 8 minutes ago."""
    db.clock = Clock(NOW - timedelta(minutes=8))
    library = Library(publish_at_start(db, folder))
    db.clock = Clock(NOW)
    return library


def say(words: str, db: Database | None, library: Library | None = None, folder: Path | None = None, person: Person = ADMIN) -> Reply:
    return dispatch(resolve(Command("trade-admin", words, person, CHANNEL)), Context(CATALOG, NOW, NEW_YORK, db, library, folder))


def flat(reply: Reply) -> str:
    return " ".join(render(reply).split())


def commands(reply: Reply) -> list[str]:
    return [button.command for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]


def bullets(reply: Reply) -> list[str]:
    return [plain(item) for block in reply.blocks if isinstance(block, Bullets) for item in block.items]


def rename_office(folder: Path, motto: str) -> None:
    file = folder / "office.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("motto: Facilitate. Enforce. Protect.", f"motto: {motto}"), encoding="utf-8")


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(ContentError) as error:
        load_files(read_files(folder))
    return [str(problem) for problem in error.value.problems]


@pytest.mark.parametrize("words", EVERY_COMMAND)
def test_others_than_admins_are_denied_and_nothing_happens(db: Database, library: Library, folder: Path, words: str) -> None:
    rename_office(folder, "Other.")
    logged: list[str] = []
    context = Context(CATALOG, NOW, NEW_YORK, db, library, folder, logged.append)
    reply = dispatch(resolve(Command("trade-admin", words, STAFF, CHANNEL)), context)
    assert not reply.ok
    assert "admins" in reply.text
    with db.read() as conn:
        assert revisions.newest_id(conn) == 1
        assert feeds.all_rows(conn) == []
    assert len(logged) == 1
    first_word = words.split()[0]
    assert logged[0].startswith(f"denied /trade-admin {first_word}")
    assert logged[0].endswith("to slack:T1/U2, who is not an admin")


@pytest.mark.parametrize("words", EVERY_COMMAND)
def test_every_command_needs_the_running_bot(words: str) -> None:
    assert "works only in the running bot" in say(words, None).text


@pytest.mark.parametrize("words", ["reload", "check"])
def test_a_process_without_a_content_folder_says_so(db: Database, words: str) -> None:
    assert not say(words, db).ok


def test_reload_publishes_and_answers_with_what_changed(db: Database, library: Library, folder: Path) -> None:
    rename_office(folder, "Other.")
    reply = say("reload", db, library, folder)
    assert flat(reply).startswith("Published revision 2. 1 file changed: office.yaml (Office of Trade: motto)")
    assert commands(reply) == ["/trade-admin diff 2", "/trade-admin rollback 1"]
    assert reply.ok
    assert (library.revision, library.catalog.office.motto) == (2, "Other.")
    with db.read() as conn:
        newest = revisions.newest(conn)
    assert newest is not None
    assert newest.who == "Maria (slack:T1/U1)"


def test_a_synonym_that_a_reload_brings_changes_the_answers_at_once(db: Database, library: Library, folder: Path) -> None:
    def answer() -> str:
        context = Context(library.catalog, NOW, NEW_YORK, db)
        return flat(dispatch(resolve(Command("trade", "is there a page with verdicts", STAFF, CHANNEL)), context))

    assert "A page about rulings." not in answer()
    edited = files()["wording.yaml"].replace("  synonyms:\n", "  synonyms:\n    - ruling, verdict\n")
    (folder / "wording.yaml").write_text(edited, encoding="utf-8")
    assert "wording.yaml (wording: 1 synonym added)" in flat(say("reload", db, library, folder))
    assert "A page about rulings." in answer()


def test_reload_without_a_change_publishes_nothing(db: Database, library: Library, folder: Path) -> None:
    assert flat(say("reload", db, library, folder)) == "Nothing to publish. The files match revision 1."


def test_a_bad_reload_names_the_revision_in_force_and_every_problem_and_changes_nothing(
    db: Database, library: Library, folder: Path
) -> None:
    before = library.catalog
    (folder / "ptis.yaml").write_text("ptis: nonsense\n", encoding="utf-8")
    problems = problems_of(folder)
    reply = say("reload", db, library, folder)
    assert "Not published; still answering from revision 1 of 08:52 ET." in reply.text
    assert bullets(reply) == problems[:MAX_PROBLEMS]
    assert all(problem in reply.text for problem in problems[:MAX_PROBLEMS])
    assert not reply.ok
    assert library.catalog is before


@pytest.fixture
def cut(db: Database, folder: Path) -> Library:
    """Has three feeds in force, of which the folder's file has lost two."""
    complete = with_feeds("account", "pages")["feeds.yaml"]
    (folder / "feeds.yaml").write_text(complete, encoding="utf-8")
    library = Library(publish_at_start(db, folder))
    (folder / "feeds.yaml").write_text(complete[: complete.index("  account:")], encoding="utf-8")
    return library


def test_a_reload_of_a_file_that_was_cut_off_asks_and_publishes_nothing(db: Database, cut: Library, folder: Path) -> None:
    reply = say("reload", db, cut, folder)
    assert not reply.ok
    assert flat(reply).startswith("Not published. The files lack entries of revision 1, which the bot still answers from.")
    assert bullets(reply) == ["feeds.yaml (account, pages)"]
    assert "feeds.yaml (account, pages)" in reply.text
    assert (cut.revision, len(cut.catalog.feeds)) == (1, 3)


def test_a_confirmed_reload_publishes_what_was_shown(db: Database, cut: Library, folder: Path) -> None:
    assert not say("reload confirm", db, cut, folder).ok  # nothing was shown yet
    assert flat(say("reload confirm", db, cut, folder)).startswith("Published revision 2.")
    assert len(cut.catalog.feeds) == 1


def test_the_button_confirms_what_it_was_shown_with(db: Database, cut: Library, folder: Path) -> None:
    (button,) = commands(say("reload", db, cut, folder))
    rename_office(folder, "Other.")
    again = say(button.removeprefix("/trade-admin "), db, cut, folder)
    assert "The files have changed since you were asked." in again.text
    assert cut.revision == 1
    (button,) = commands(again)
    assert say(button.removeprefix("/trade-admin "), db, cut, folder).ok
    assert (cut.revision, cut.catalog.office.motto) == (2, "Other.")


def test_a_confirmation_that_does_not_fit_says_why(db: Database, cut: Library, folder: Path) -> None:
    not_asked = "has not asked you about these files and this revision within the last hour."
    assert not_asked in say("reload confirm", db, cut, folder).text
    assert "since you were asked" not in say("reload please", db, cut, folder).text
    assert "To confirm, type nothing after “confirm”, not “please”." in say("reload confirm please", db, cut, folder).text
    (button,) = commands(say("reload", db, cut, folder))
    short = (folder / "feeds.yaml").read_text(encoding="utf-8")
    (folder / "feeds.yaml").write_text(with_feeds("account", "pages")["feeds.yaml"], encoding="utf-8")
    rename_office(folder, "Other.")
    assert say("reload", db, cut, folder).ok
    (folder / "feeds.yaml").write_text(short, encoding="utf-8")
    again = say(button.removeprefix("/trade-admin "), db, cut, folder).text
    assert "Revision 2 was published since you were asked." in again
    assert "files have changed" not in again


def test_a_typed_confirmation_is_no_longer_one_when_the_files_changed(db: Database, cut: Library, folder: Path) -> None:
    say("reload", db, cut, folder)
    rename_office(folder, "Other.")
    assert not say("reload confirm", db, cut, folder).ok
    assert cut.revision == 1


def test_a_confirmation_is_of_the_admin_who_was_asked_and_for_an_hour(db: Database, cut: Library, folder: Path) -> None:
    say("reload", db, cut, folder)
    other = Person("slack", "T1", "U9", "Kim", admin=True)
    assert not say("reload confirm", db, cut, folder, other).ok
    db.clock = Clock(NOW + timedelta(hours=1))
    assert not say("reload confirm", db, cut, folder).ok
    assert cut.revision == 1


def test_check_tells_what_a_file_that_was_cut_off_lacks(db: Database, cut: Library, folder: Path) -> None:
    reply = say("check", db, cut, folder)
    assert "They lack entries that the bot answers from now: feeds.yaml (account, pages)." in flat(reply)


def test_too_many_problems_are_counted(db: Database, library: Library, folder: Path) -> None:
    file = folder / "glossary.yaml"
    wrong = "".join(f"  x{number}: 1\n" for number in range(MAX_PROBLEMS + 7))
    file.write_text(file.read_text(encoding="utf-8") + wrong, encoding="utf-8")
    count = len(problems_of(folder))
    assert count > MAX_PROBLEMS
    reply = say("check", db, library, folder)
    assert f"{count} errors" in reply.text
    assert len(bullets(reply)) == MAX_PROBLEMS
    assert f"… and {count - MAX_PROBLEMS} more. To list them all, run tradebot check." in flat(reply)


def test_check_publishes_nothing(db: Database, library: Library, folder: Path) -> None:
    rename_office(folder, "Other.")
    reply = say("check", db, library, folder)
    assert "The content files have no errors. A reload would change 1 file of revision 1:" in reply.text
    assert bullets(reply) == ["office.yaml (Office of Trade: motto)"]
    assert commands(reply) == ["/trade-admin reload"]
    assert library.revision == 1
    (folder / "office.yaml").write_text("office: 1\n", encoding="utf-8")
    assert bullets(say("check", db, library, folder)) == problems_of(folder)[:MAX_PROBLEMS]


def test_check_says_that_nothing_would_change(db: Database, library: Library, folder: Path) -> None:
    reply = say("check", db, library, folder)
    assert flat(reply) == "The content files have no errors. A reload would change nothing: they match revision 1."
    file = folder / "ptis.yaml"
    file.write_text("# a note\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert "A reload would change only notes or layout of revision 1." in say("check", db, library, folder).text


def test_check_warns_of_what_is_likely_wrong_and_a_reload_publishes_it(db: Database, library: Library, folder: Path) -> None:
    rename_office(folder, "Ask <!channel>.")
    reply = say("check", db, library, folder)
    assert "1 warning, which does not keep you from publishing:" in reply.text
    assert bullets(reply)[1].startswith("office.yaml:3:10: Office of Trade, motto: “<!channel>” is a mention of a chat")
    assert say("reload", db, library, folder).ok


def set_up(db: Database) -> None:
    """One feed that is well, one that fails, one subscription that is owed an entry, and a paused channel."""
    with db.begin() as conn:
        revisions.add(conn, "d1", {}, "slack:T1/U1", NOW - timedelta(days=1), ())
        feeds.ensure(conn, ["csms", "cbp-trade"], NOW - timedelta(hours=1))
        for slug in ("csms", "cbp-trade"):
            claim = feeds.claim(conn, slug, NOW - timedelta(minutes=10), 60)
            assert isinstance(claim, FeedRow)
            if slug == "csms":
                success = PollSuccess(NOW + timedelta(minutes=2), 100, changed=True, sources={}, seeded=True)
                feeds.settle_success(conn, claim, NOW - timedelta(minutes=10), success)
            else:
                failure = PollFailure("403 <b>Forbidden</b>", NOW + timedelta(hours=1))
                feeds.settle_failure(conn, claim, NOW - timedelta(minutes=10), failure)
    dispatch(resolve(Command("csms", "subscribe revenue", STAFF, CHANNEL)), Context(CATALOG, NOW, NEW_YORK, db))
    with db.begin() as conn:
        publish_entries(conn, "csms", [new(entry("67000001", "Refunds", "revenue"))], NOW, backlog=False)
        channels.pause(conn, 1, "not_in_channel")


def test_status_shows_revision_feeds_what_waits_and_paused_channels(db: Database) -> None:
    assert "not published yet" in flat(say("status", db))
    set_up(db)
    reply = say("status", db)
    shown = flat(reply)
    assert "Content: revision 1, Sun 09:00 ET, by slack:T1/U1" in shown
    assert "Waiting: 1 message (oldest due Tue 09:00 ET, in slack trade-updates)" in shown
    assert "Subscriptions: 1" in shown
    assert "slack trade-updates: not_in_channel" in shown
    # a feed without trouble is only counted
    assert bullets(reply) == ["cbp-trade · failed once: 403 <b>Forbidden</b> · next 10:00 ET", "slack trade-updates: not_in_channel"]
    assert "On hold" not in shown
    for needed in (
        "revision 1",
        "Waiting: 1 message",
        "Feeds: 1 failing (cbp-trade), 2 not read yet (cbp-forced-labor, federal-register)",
        "Paused channels: 1",
    ):
        assert needed in reply.text


@pytest.mark.parametrize(("ahead", "wrong"), [(1.0, False), (600.0, True), (-3600.0, True)])
def test_status_compares_the_clocks(db: Database, ahead: float, wrong: bool) -> None:
    clocks = {"slack": ahead, "database": 0.0}
    context = Context(CATALOG, NOW, NEW_YORK, db, clocks=clocks)
    shown = flat(dispatch(resolve(Command("trade-admin", "status", ADMIN, CHANNEL)), context))
    words = {1.0: "within 2 s of Slack's", 600.0: "10 min ahead of Slack's", -3600.0: "60 min behind Slack's"}
    assert f"Clock: {words[ahead]}, within 2 s of the database's" in shown
    assert ("This computer's clock may be wrong. Set it" in shown) == wrong


def test_status_says_that_the_database_was_restored_while_posts_may_be_in_doubt(db: Database) -> None:
    subscribe(db, to=CHANNEL)
    assert "restored" not in flat(say("status", db))
    assert mark_restored(db, NOW - timedelta(hours=3)) is not None
    assert "from a copy of" in (said := flat(say("status", db)))
    assert "what was posted since is not known yet in 1 channel" in said
    db.clock = Clock(NOW + IN_DOUBT + timedelta(hours=1))
    later = dispatch(resolve(Command("trade-admin", "status", ADMIN, CHANNEL)), Context(CATALOG, db.clock.now, NEW_YORK, db))
    assert "from a copy of" not in flat(later)


def test_status_shows_what_the_other_sources_of_a_feed_had(db: Database) -> None:
    set_up(db)
    assert "Other sources" not in flat(say("status", db))
    with db.begin() as conn:
        found = Reconciliation("csms", NOW - timedelta(hours=2), 98, ("csms:67000002", "csms:67000003"), posted=1)
        reconciliations.save(conn, found)
    expected = "csms: 2 of the 98 entries that its other sources list were missing; 1 is posted, 1 is too old to be posted: "
    assert f"Other sources: {expected}67000002, 67000003, compared 07:00 ET" in flat(say("status", db))
    with db.begin() as conn:
        reconciliations.save(conn, Reconciliation("csms", NOW, 0, problem="https://a.gov/0.json: a web page"))
    expected = "csms: its other sources list no entries to compare (https://a.gov/0.json: a web page), compared 09:00 ET"
    assert f"Other sources: {expected}" in flat(say("status", db))


def test_status_and_outbox_show_which_posts_cannot_be_made(db: Database) -> None:
    set_up(db)
    with db.begin() as conn:
        channels.resume(conn, 1)
        conn.execute(update(schema.channel).values(compose_error="KeyError: 'topic'", compose_failures=3))
        conn.execute(update(schema.delivery).values(due_at=NOW))
    shown = flat(say("status", db))
    assert "Channels whose next post cannot be made: 1" in shown
    assert "slack trade-updates: KeyError: 'topic'" in shown
    assert "the bot tries again: the post cannot be made: KeyError: 'topic'" in flat(say("outbox", db))


def test_feeds_shows_every_detail(db: Database) -> None:
    set_up(db)
    reply = say("feeds", db)
    lines = [[plain(line) for line in block.lines] for block in reply.blocks if isinstance(block, Section)]
    assert lines[0] == ["csms: CSMS · OK", "every 5 min; read 08:50 ET, 100 entries; last new entry 08:50 ET; next 09:02 ET"]
    assert lines[1] == [
        "cbp-trade: CBP trade pages · failing",
        "every 5 min; not read yet; next 10:00 ET",
        "failed once",
        "last error 08:50 ET: 403 <b>Forbidden</b>",
    ]
    assert lines[2] == ["cbp-forced-labor: CBP forced labor pages · not read yet", "every 5 min; not read yet"]


def test_feeds_tells_the_states_apart(db: Database) -> None:
    names = {"other": "failing", "blocked": "blocked", "not-a-feed": "not a feed", "late": "late", "well": "OK"}
    configured = tuple(feed(slug, slug) for slug in names)
    with db.begin() as conn:
        feeds.ensure(conn, names, NOW - timedelta(hours=1))
        for slug in names:
            at = NOW - timedelta(minutes=16 if slug == "late" else 1)
            claim = feeds.claim(conn, slug, at, 60)
            assert claim is not None
            if slug in ("late", "well"):
                feeds.settle_success(conn, claim, at, PollSuccess(NOW, 1, changed=True, sources={}, seeded=True))
            else:
                feeds.settle_failure(conn, claim, at, PollFailure("no feed", NOW, problem=PollProblem(slug)))
    context = Context(replace(CATALOG, feeds=configured), NOW, NEW_YORK, db)
    reply = dispatch(resolve(Command("trade-admin", "feeds", ADMIN, CHANNEL)), context)
    shown = [plain(block.lines[0]) for block in reply.blocks if isinstance(block, Section)]
    assert shown == [f"{slug}: {slug} · {name}" for slug, name in names.items()]
    assert "blocked, failed once: no feed" in reply.text
    status = flat(dispatch(resolve(Command("trade-admin", "status", ADMIN, CHANNEL)), context))
    assert "1 failing (other), 1 blocked (blocked), 1 not a feed (not-a-feed), 1 late (late)" in status


def test_feeds_shows_until_when_a_server_asked_to_wait(db: Database) -> None:
    feed = Feed("csms", "CSMS", (Source("rss", "https://content.govdelivery.com/a.rss?key=secret"),), 60, "csms", False, ())
    context = Context(replace(CATALOG, feeds=(feed,)), NOW, NEW_YORK, db)
    for asked, shown in ((timedelta(minutes=5), True), (timedelta(minutes=-1), False)):
        sources = {feed.sources[0].url: {"not_before": (NOW + asked).isoformat()}}
        with db.begin() as conn:
            feeds.ensure(conn, ["csms"], NOW)
            feeds.make_due(conn, ["csms"], NOW)
            claim = feeds.claim(conn, "csms", NOW, 60)
            assert isinstance(claim, FeedRow)
            feeds.settle_failure(conn, claim, NOW, PollFailure("429", NOW + timedelta(minutes=5), sources))
        answer = flat(dispatch(resolve(Command("trade-admin", "feeds", ADMIN, CHANNEL)), context))
        assert ("content.govdelivery.com asked the bot to wait until 09:05 ET" in answer) == shown
        assert "secret" not in answer


def test_poll_makes_feeds_due_and_hints_at_a_misspelled_one(db: Database) -> None:
    set_up(db)
    assert "Poll requested: cbp-forced-labor, cbp-trade, csms, federal-register." in flat(say("poll", db))
    assert "Poll requested: csms. If tradebot run or tradebot work is running, the results" in flat(say("poll CSMS", db)).replace("`", "")
    with db.read() as conn:
        assert {row.next_poll for row in feeds.all_rows(conn)} == {NOW}
    assert "Did you mean cbp-trade?" in say("poll cbptrade", db).text
    assert "The feeds are csms, cbp-trade" in say("poll zeppelin", db).text


def hold(db: Database) -> None:
    """Hold 40 entries of the csms feed."""
    set_up(db)
    with db.begin() as conn:
        several = [new(entry(str(number), f"Message {number}")) for number in range(67000100, 67000140)]
        publish_entries(conn, "csms", several, NOW, backlog=False, held=True)


@pytest.mark.parametrize("words", ["feeds", "status"])
def test_held_entries_are_shown_with_both_decisions(db: Database, words: str) -> None:
    hold(db)
    reply = say(words, db)
    assert "csms: 40 new entries on hold." in flat(reply)
    assert {"/trade-admin post csms", "/trade-admin seen csms"} <= set(commands(reply))
    assert "csms" in reply.text
    assert "on hold" in reply.text


def test_held_entries_are_posted_once(db: Database) -> None:
    hold(db)
    assert flat(say("post csms", db)).startswith("Posting 40 entries of csms.")
    again = say("post csms", db)
    assert not again.ok
    assert "No entries of csms are held. Another admin may have decided already." in again.text
    assert not say("seen csms", db).ok
    assert "held" not in flat(say("feeds", db))


def test_held_entries_marked_as_seen_are_not_posted(db: Database) -> None:
    hold(db)
    assert flat(say("seen CSMS", db)).startswith("Marked 40 entries of csms as seen.")
    assert not say("post csms", db).ok


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("post", "Name the feed. For example, type /trade-admin post csms. The feeds are"),
        ("seen zeppelin", "The feeds are csms"),
        ("post cbptrade", "Did you mean"),
    ],
)
def test_a_decision_needs_the_name_of_a_feed(db: Database, words: str, hint: str) -> None:
    assert hint in say(words, db).text


def test_an_unknown_feed_is_not_made_due(db: Database) -> None:
    assert make_due(db, [], "someone") == ()
    assert make_due(db, ["csms"], "someone") == ("csms",)
