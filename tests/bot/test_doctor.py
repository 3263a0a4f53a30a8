"""The doctor looks at real parts: files, SQLite and PostgreSQL, feeds and a Slack on this computer."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text as sql

from bot import app, findings
from bot.cli import main
from bot.doctor import checks, jobs
from bot.doctor.clocks import check_database_clock
from bot.doctor.database import check_restoration
from bot.findings import LOOK, OK, WRONG, Finding, hide_secrets, run_check, wrong
from bot.settings import DEFAULTS, Settings, load
from content.catalog import Feed
from content.loading.loader import load as load_content
from jobs.models.channels import ChannelRef
from jobs.models.feeds import Reconciliation
from jobs.models.subscriptions import SubscriptionSpec
from jobs.notices import SILENT
from jobs.pauses import pause_all
from jobs.poll import poll_feed
from jobs.publish import publish_entries
from jobs.redaction import hide_words
from jobs.restorations import mark_restored
from jobs.states import NoticeKind
from jobs.store import channels, feeds, reconciliations, restorations, revisions, workers
from jobs.store.database import Database
from jobs.store.schema import metadata
from jobs.subscribe import end_subscription, save_subscription
from tests.support import slack_server
from tests.support.clock import Clock
from tests.support.feed_server import FeedServer, bulletins, serving
from tests.support.paths import CONTENT
from tests.support.postgres import create_database
from tests.support.process import content
from tests.support.sample_content import files, with_feeds
from tests.support.slack_server import APP_TOKEN, HIDDEN, Channel, SlackServer
from tests.support.store import ALL, WEEKDAYS, new
from tests.support.tampering import without_triggers

SORTS = 23 + len(NoticeKind)
"""Sorts of cards that the doctor shows to Slack where a channel has a subscription."""

TRADE = ChannelRef("slack", "T1", "C1", "#trade")


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with serving(bulletins(100)) as running:
        yield running


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server.serving() as running:
        yield running


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests."""
    for name in DEFAULTS:
        monkeypatch.delenv(name, raising=False)


def started(url: str, **more: str) -> Settings:
    """The bot was started once with these settings, and ended."""
    settings = load({"DATABASE_URL": url, **more})
    app.build(settings).db.close()
    return settings


def lines(settings: Settings, about: str = "") -> list[str]:
    return [str(each) for each in checks.run_checks(settings) if each.subject.startswith(about)]


def subscribe(url: str, *refs: ChannelRef) -> list[int]:
    db = Database(url)
    ids = []
    with db.begin() as conn:
        for ref in refs:
            ids.append(channels.ensure(conn, ref, db.now(conn)))
            save_subscription(conn, ids[-1], SubscriptionSpec(ALL, WEEKDAYS, "UTC", False), "slack:T1/U1", db.now(conn))
    db.close()
    return ids


# settings, database, content


def test_before_the_first_start_nothing_is_wrong_and_nothing_is_made(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    file = tmp_path / "tradebot.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", f"sqlite:///{file}")
        assert main(["doctor"]) == 0
    said = capsysbinary.readouterr().out.decode().splitlines()
    assert f"look   database: sqlite:///{file} does not exist yet -> start `tradebot run`, which creates it" in said
    assert "look   audit, revision, feeds, workers, channels, outbox: not checked yet: the next start sets up the database" in said
    assert "OK     Slack: not configured, so not checked" in said
    assert said[-1] == "No problems found."
    assert not file.exists()


def test_settings_that_are_wrong_come_first_and_show_no_secret(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORT", "many")
        patch.setenv("SLACK_BOT_TOKEN", "xoxp-hidden-token")
        assert main(["doctor"]) == 1
    said = capsysbinary.readouterr().out.decode()
    assert said.startswith("WRONG  settings: SLACK_BOT_TOKEN=…: use the Bot User OAuth Token")
    assert "WRONG  settings: PORT=many: " in said
    assert "hidden" not in said


def test_a_folder_that_cannot_hold_the_database_is_wrong(tmp_path: Path) -> None:
    (line,) = lines(load({"DATABASE_URL": f"sqlite:///{tmp_path}/none/tradebot.db"}), "database")
    assert line.startswith("WRONG  database: ")
    assert "a folder that exists" in line


def test_a_database_that_is_up_to_date_is_fine(db_url: str) -> None:
    line, *clock = lines(load({"DATABASE_URL": db_url}), "database")
    assert [each.partition(": ")[0] for each in clock] == ([] if db_url.startswith("sqlite") else ["OK     database clock"])
    assert line.startswith("OK     database: ")
    assert line.endswith("answers and is up to date")


def older(url: str) -> None:
    """Write the version of a release before the first migration."""
    db = Database(url)
    with db.begin() as conn:
        conn.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        conn.exec_driver_sql("INSERT INTO alembic_version VALUES ('0000')")
    db.close()


def test_database_that_was_restored_says_what_is_still_in_doubt(db: Database, db_url: str) -> None:
    settings = load({"DATABASE_URL": db_url})
    (channel_id,) = subscribe(db_url, ChannelRef("slack", "T1", "C1", "#quota"))
    assert check_restoration(db, settings) == []
    restoration = mark_restored(db, None)
    assert restoration is not None
    (line,) = lines(settings, "restoration")
    assert line.startswith("look   restoration: restored ")
    assert "in 1 channel" in line
    with db.begin() as conn:
        restorations.set_recalled(conn, channel_id, restoration.id)
    (line,) = lines(settings, "restoration")
    assert line.startswith("OK     restoration: ")


def test_a_changed_row_of_the_audit_is_told(db: Database, db_url: str) -> None:
    settings = load({"DATABASE_URL": db_url})
    assert lines(settings, "audit") == ["OK     audit: empty"]
    subscribe(db_url, *(ChannelRef("slack", "T1", f"C{number}", "#quota") for number in range(3)))
    assert lines(settings, "audit") == ["OK     audit: 3 rows, whole"]
    with db.begin() as conn, without_triggers(conn):
        conn.execute(sql("UPDATE audit SET who = 'nobody' WHERE id = 2"))
    (line,) = lines(settings, "audit")
    assert line.startswith("WRONG  audit: row 2 was changed, or belongs elsewhere -> run `tradebot audit verify`")


def test_a_database_that_lacks_migrations_names_the_command(postgres: str) -> None:
    url = create_database(postgres)
    for state in ("has no tables yet", "has the schema of an older release"):
        (line,) = lines(load({"DATABASE_URL": url}), "database")
        assert line.startswith("WRONG  database: ")
        assert line.endswith(f"{state} -> run `tradebot migrate`")
        if "no tables" in state:
            older(url)


def test_an_sqlite_file_that_lacks_migrations_is_brought_up_to_date_by_the_next_start(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    file.touch()
    for state in ("has no tables yet", "has the schema of an older release"):
        said = lines(load({"DATABASE_URL": f"sqlite:///{file}"}))
        assert said[2] == f"look   database: sqlite:///{file} {state} -> start `tradebot run`, which brings it up to date"
        assert said[3] == "look   audit, revision, feeds, workers, channels, outbox: not checked yet: the next start sets up the database"
        if "no tables" in state:
            older(f"sqlite:///{file}")


def test_a_database_that_is_away_is_one_line_without_a_password_and_the_rest_is_still_looked_at(slack: SlackServer) -> None:
    settings = load({"DATABASE_URL": "postgresql://bot:secret-word@127.0.0.1:9/none", **slack.settings()})
    said = lines(settings)
    assert [line for line in said if line.startswith("WRONG")] == [line for line in said if " database: " in line]
    assert "secret-word" not in "".join(said)
    assert "OK     Slack token" in "\n".join(said)
    assert "look   audit, revision, feeds, workers, channels, outbox: not checked: fix the database first" in said
    assert "look   Slack channels: not checked: see database above" in said


def test_a_password_of_one_letter_leaves_the_words_of_the_error_whole() -> None:
    (line,) = lines(load({"DATABASE_URL": "postgresql://bot:p@127.0.0.1:9/none"}), "database")
    assert 'server at "127.0.0.1", port 9 failed' in line
    assert hide_words(["p", "secret-word"], 'wrong password "p" in port=9, not secret-words') == 'wrong password "…" in port=9, not …s'


def test_content_that_is_broken_is_counted_and_the_first_problem_named(tmp_path: Path) -> None:
    for name, text in files().items():
        (tmp_path / name).write_text(text.replace("https://www.cbp.gov/ace", "gopher://ace").replace("as_of: 2026\n", ""), encoding="utf-8")
    (line,) = lines(load({"CONTENT_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/none.db"}), "content")
    assert re.match(r"WRONG  content: \d+ problems in .*; the first: \w+.yaml:\d+:\d+: .* -> fix the file; `tradebot check`", line)


def test_the_revision_in_force_is_the_disks_or_what_differs_is_told(sqlite_url: str, tmp_path: Path) -> None:
    disk = tmp_path / "content"
    disk.mkdir()
    for name, text in files().items():
        (disk / name).write_text(text, encoding="utf-8")
    settings = started(sqlite_url, CONTENT_DIR=str(disk))
    (line,) = lines(settings, "revision")
    assert re.fullmatch(r"OK     revision: 1, published \d\d:\d\d ET by startup; the files in CONTENT_DIR match", line)
    (disk / "glossary.yaml").write_text(files()["glossary.yaml"].replace("One system.", "One window."), encoding="utf-8")
    (line,) = lines(settings, "revision")
    assert line.startswith("look   revision: 1, ")
    assert "the files in CONTENT_DIR differ: glossary.yaml (ACE: " in line
    (disk / "glossary.yaml").write_text("terms: nonsense\n", encoding="utf-8")
    assert "the files in CONTENT_DIR cannot be published" in lines(settings, "revision")[0]


def test_files_that_were_cut_off_are_told_with_what_they_lack(sqlite_url: str, tmp_path: Path) -> None:
    disk = tmp_path / "content"
    disk.mkdir()
    for name, text in with_feeds("account", "pages").items():
        (disk / name).write_text(text, encoding="utf-8")
    settings = started(sqlite_url, CONTENT_DIR=str(disk))
    text = (disk / "feeds.yaml").read_text(encoding="utf-8")
    (disk / "feeds.yaml").write_text(text[: text.index("  account:")], encoding="utf-8")
    (line,) = lines(settings, "revision")
    assert line.startswith("look   revision: 1, ")
    assert (
        "; the files in CONTENT_DIR lack entries that the bot answers from now: feeds.yaml (account, pages) -> if a file was cut off"
        in line
    )


def test_a_revision_that_this_release_cannot_use_is_wrong(sqlite_url: str) -> None:
    settings = started(sqlite_url)
    db = Database(sqlite_url)
    with db.begin() as conn:
        revisions.add(conn, "0" * 64, {"ptis.yaml": "ptis: {}\n"}, "slack:T1/U1", db.now(conn), ())
    db.close()
    (line,) = lines(settings, "revision")
    assert line.startswith("WRONG  revision: 2, ")
    assert "this release cannot use it" in line
    assert len(lines(settings, "feed ")) == len(load_content(CONTENT).feeds), "the feeds are then those of the disk"


# feeds


@pytest.fixture
def folder(tmp_path: Path, server: FeedServer) -> Path:
    """Content with the one feed csms, on this computer."""
    return content(tmp_path / "content", server)


async def looked_at(db: Database, server: FeedServer, folder: Path, *, poll: bool = True) -> dict[str, Finding]:
    """Return the findings about the csms feed after a poll, by subject."""
    settings = load({"DATABASE_URL": str(db.url), "CONTENT_DIR": str(folder)})
    if poll:
        feed: Feed = replace(server.csms(), sources=server.csms().sources[:1])
        with db.begin() as conn:
            feeds.ensure(conn, ("csms",), db.now(conn))
            feeds.make_due(conn, ("csms",), db.now(conn))
        async with httpx.AsyncClient(trust_env=False) as http:
            await poll_feed(db, feed, (), http, notifier=SILENT)
    return {finding.subject: finding for finding in jobs.check_feeds(db, settings)}


@pytest.fixture
def sqlite_clock(sqlite_db: Database) -> Clock:
    """Two days after the newest of a hundred bulletins."""
    sqlite_db.clock = clock = Clock()
    clock.now = bulletins(100)[-1].sent + timedelta(days=2)
    return clock


@pytest.mark.process
async def test_a_feed_that_is_read_says_when_and_how_much(
    sqlite_db: Database, sqlite_clock: Clock, server: FeedServer, folder: Path
) -> None:
    found = await looked_at(sqlite_db, server, folder)
    assert str(found["feed csms"]).startswith("OK     feed csms: read ")
    assert str(found["feed csms"]).endswith("100 entries")
    assert str(found["jobs"]) == "OK     jobs: the feeds are polled on time"


@pytest.mark.process
async def test_what_other_sources_of_a_feed_had_is_a_finding(sqlite_db: Database, server: FeedServer, folder: Path) -> None:
    assert "other sources of csms" not in await looked_at(sqlite_db, server, folder)
    with sqlite_db.begin() as conn:
        reconciliations.save(conn, Reconciliation("csms", sqlite_db.now(conn), 100))
    found = (await looked_at(sqlite_db, server, folder))["other sources of csms"]
    assert str(found).startswith("OK     other sources of csms: csms: all of the 100 entries that its other sources list are stored")
    with sqlite_db.begin() as conn:
        reconciliations.save(conn, Reconciliation("csms", sqlite_db.now(conn), 100, ("csms:67000002",), posted=1))
    assert (await looked_at(sqlite_db, server, folder))["other sources of csms"].state == "look"


async def test_a_feed_that_was_never_read_is_no_fault_yet(
    sqlite_db: Database, sqlite_clock: Clock, server: FeedServer, folder: Path
) -> None:
    found = await looked_at(sqlite_db, server, folder, poll=False)
    assert [str(each) for each in found.values()] == [
        "look   jobs: have never run with this database -> start `tradebot run`, or `tradebot work`",
        "look   feed csms: not read yet -> start `tradebot run`, or `tradebot work`",
    ]


@pytest.mark.process
async def test_a_csms_feed_with_too_few_entries_is_wrong(
    sqlite_db: Database, sqlite_clock: Clock, server: FeedServer, folder: Path
) -> None:
    server.published = server.published[-89:]
    found = (await looked_at(sqlite_db, server, folder))["feed csms"]
    assert str(found).startswith("WRONG  feed csms: read ")
    assert "89 entries, where 100 are usual" in found.message
    assert found.advice.startswith(f"open {server.url('/csms.rss')}")


@pytest.mark.process
async def test_a_csms_feed_without_anything_new_for_two_weeks_is_wrong(
    sqlite_db: Database, sqlite_clock: Clock, server: FeedServer, folder: Path
) -> None:
    sqlite_clock.now += timedelta(days=12, minutes=-1)
    assert (await looked_at(sqlite_db, server, folder))["feed csms"].state == "OK"
    sqlite_clock.now += timedelta(minutes=2)
    found = (await looked_at(sqlite_db, server, folder))["feed csms"]
    assert (found.state, "the newest 14 days old" in found.message) == ("WRONG", True)


@pytest.mark.process
async def test_a_feed_with_held_entries_names_the_command_that_decides(
    sqlite_db: Database, sqlite_clock: Clock, server: FeedServer, folder: Path
) -> None:
    await looked_at(sqlite_db, server, folder)
    with sqlite_db.begin() as conn:
        publish_entries(conn, "csms", [new(1), new(2)], sqlite_db.now(conn), backlog=False, held=True)
    command = "type `/trade-admin post csms` if they are really new, else `/trade-admin seen csms`"
    expected = f"look   held entries of csms: 2 entries came at once and wait for an admin's decision -> {command}"
    found = await looked_at(sqlite_db, server, folder, poll=False)
    assert (found["feed csms"].state, str(found["held entries of csms"])) == ("OK", expected)
    server.fault["/csms.rss"] = "403"
    found = await looked_at(sqlite_db, server, folder)
    assert (found["feed csms"].state, str(found["held entries of csms"])) == ("WRONG", expected)


@pytest.mark.process
async def test_a_feed_that_fails_says_how_often_why_and_when_it_last_worked(
    sqlite_db: Database, sqlite_clock: Clock, server: FeedServer, folder: Path
) -> None:
    await looked_at(sqlite_db, server, folder)
    server.fault["/csms.rss"] = "403"
    found = (await looked_at(sqlite_db, server, folder))["feed csms"]
    assert str(found).startswith("WRONG  feed csms: blocked, failed once: ")
    assert "403" in found.message
    assert found.message.endswith("; read 12:30 ET, 100 entries")
    server.fault.clear()
    found = (await looked_at(sqlite_db, server, folder))["feed csms"]
    assert (found.state, "; last error " in found.message) == ("OK", True)


async def test_a_feed_whose_address_is_gone_is_paused_and_says_where_to_write_the_new_one(
    sqlite_db: Database, sqlite_clock: Clock, server: FeedServer, folder: Path
) -> None:
    server.fault["/csms.rss"] = "410"
    found = (await looked_at(sqlite_db, server, folder))["feed csms"]
    assert str(found).startswith("WRONG  feed csms: paused: ")
    assert "feeds.yaml" in found.advice


@pytest.mark.process
async def test_feeds_that_are_overdue_mean_that_nobody_polls(
    sqlite_db: Database, sqlite_clock: Clock, server: FeedServer, folder: Path
) -> None:
    await looked_at(sqlite_db, server, folder)
    sqlite_clock.now += timedelta(minutes=14)
    assert (await looked_at(sqlite_db, server, folder, poll=False))["jobs"].state == "OK"
    sqlite_clock.now += timedelta(minutes=2)
    found = (await looked_at(sqlite_db, server, folder, poll=False))["jobs"]
    assert str(found).startswith("WRONG  jobs: no process polls: 1 of 1 feed overdue, the first since ")


# Slack


def test_a_slack_that_is_set_up_rightly_is_a_line_a_check(sqlite_url: str, slack: SlackServer) -> None:
    settings = started(sqlite_url, **slack.settings())
    subscribe(sqlite_url, TRADE)
    found = lines(settings, "Slack")
    assert found.pop(1).startswith("OK     Slack clock: this computer's clock is ")
    assert found == [
        "OK     Slack token: valid for @tradebot in T1 (Office)",
        "OK     Slack scopes: the token has all 9 and no others",
        "OK     Slack channels: the bot is in 1 of 1 channels with a subscription",
        f"OK     Slack cards: Slack would take {SORTS} of {SORTS}, one of each sort",
        "OK     Slack socket: not used: Slack reaches the bot over HTTP at /slack/events; "
        "the app's Event Subscriptions page shows whether that works",
    ]
    assert {method for method, _ in slack.calls} == {"auth.test", "conversations.history", "blocks.validate"}, "it only looks"


@pytest.mark.parametrize(
    ("ahead", "state", "words"), [(0, OK, ""), (-120, LOOK, " min ahead of Slack's"), (3000, WRONG, " min behind Slack's")]
)
def test_the_clock_is_compared_with_slacks(sqlite_url: str, slack: SlackServer, ahead: int, state: str, words: str) -> None:
    slack.clock_ahead = ahead
    (found,) = [each for each in checks.run_checks(started(sqlite_url, **slack.settings())) if each.subject == "Slack clock"]
    assert (found.state, words in found.message) == (state, True)
    assert ("requests are refused" in found.message, "set this computer's clock" in found.advice) == (bool(ahead), bool(ahead))


def test_the_clock_of_a_database_server_is_compared(db: Database) -> None:
    found = check_database_clock(db)
    assert [each.state for each in found] == ([] if db.sqlite else [OK])


def test_a_card_that_slack_would_refuse_is_named_with_slacks_words(
    sqlite_url: str, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Slack whose limits have changed: no header and no field of a form is short enough."""
    settings = started(sqlite_url, **slack.settings())
    monkeypatch.setattr(slack_server, "bad_block", lambda block: block["type"] in ("header", "input"))
    found = lines(settings, "Slack card")
    refused = [line for line in found if line.startswith("WRONG")]
    for name in ("PTI card", "digest", "catch-up", "outbox", "Home tab", "subscription form"):
        (line,) = [each for each in refused if each.startswith(f"WRONG  Slack card {name}: ")]
        assert re.search(r"Slack would not take it: must be a valid block \(at [/\w]*/\d+\).* -> report it to the people", line)
    names = SORTS - 1  # no channel has a subscription
    assert found[-1] == f"OK     Slack cards: Slack would take {names - len(refused)} of {names}, one of each sort"


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (
            "unknown_method",
            "look   Slack cards: not checked: this Slack cannot check them, which does no harm (blocks.validate: unknown_method)",
        ),
        ("restricted_action", "look   Slack cards: not checked: Slack would not check them (blocks.validate: restricted_action)"),
        ("429", "look   Slack cards: not checked: Slack asked the bot to wait -> run `tradebot doctor` again in a minute"),
        ("500", "WRONG  Slack cards: Slack returned HTTP 500 internal_error -> if this continues, check Slack's status page"),
    ],
)
def test_a_slack_that_does_not_check_cards_is_told_as_such(sqlite_url: str, slack: SlackServer, fault: str, line: str) -> None:
    settings = started(sqlite_url, **slack.settings())
    slack.fail("blocks.validate", fault)
    assert lines(settings, "Slack card") == [line]


def test_cards_are_checked_without_the_database_and_showing_them_changes_nothing(sqlite_url: str, slack: SlackServer) -> None:
    settings = started(sqlite_url, **slack.settings())
    before = stored(sqlite_url)
    assert len(lines(settings, "Slack card")) == 1
    subscribe(sqlite_url, TRADE)
    subscribed = stored(sqlite_url)
    assert lines(settings, "Slack card") == [f"OK     Slack cards: Slack would take {SORTS} of {SORTS}, one of each sort"]
    assert (stored(sqlite_url), before == subscribed) == (subscribed, False)
    away = replace(settings, database_url="postgresql://bot:x@127.0.0.1:9/none")
    (line,) = lines(away, "Slack cards")
    assert re.fullmatch(r"OK     Slack cards: Slack would take (\d+) of \1, one of each sort", line)


def stored(url: str) -> list[object]:
    """Return every row of the database."""
    db = Database(url)
    with db.read() as conn:
        rows: list[object] = [tuple(row) for table in metadata.sorted_tables for row in conn.execute(table.select())]
    db.close()
    return rows


@pytest.mark.parametrize("name", ["token_revoked", "account_inactive", "invalid_auth"])
def test_a_token_that_does_not_work_says_why_and_what_to_do(sqlite_url: str, slack: SlackServer, name: str) -> None:
    settings = started(sqlite_url, **slack.settings())
    slack.fail("auth.test", name)
    first, second, third = lines(settings, "Slack")
    assert first.startswith("WRONG  Slack token: ")
    assert f"({name}) -> reinstall the app, set SLACK_BOT_TOKEN" in first
    assert second == "look   Slack scopes and channels: not checked: fix the token first"
    assert third.startswith("OK     Slack socket")


def test_scopes_that_lack_are_named_with_their_reason_and_what_is_too_much_is_told(sqlite_url: str, slack: SlackServer) -> None:
    settings = started(sqlite_url, **slack.settings())
    every = slack.scopes
    slack.scopes = every.replace(",im:history", "")
    assert lines(settings, "Slack scopes") == [
        "WRONG  Slack scopes: missing im:history (receives the direct messages that people send to it) -> "
        "add them on the app's OAuth & Permissions page and reinstall the app"
    ]
    slack.scopes = every + ",users:read"
    assert lines(settings, "Slack scopes")[0].startswith(
        "look   Slack scopes: the token has all of them, and more than the bot needs: users:read"
    )
    slack.scopes = ""
    assert lines(settings, "Slack scopes")[0].startswith("look   Slack scopes: Slack does not list")


def test_the_socket_is_asked_for_and_not_opened(sqlite_url: str, slack: SlackServer) -> None:
    settings = started(sqlite_url, **slack.settings(socket=True))
    assert lines(settings, "Slack socket") == ["OK     Slack socket: a connection is available"]
    assert slack.connected == 0
    slack.fail("apps.connections.open", "not_allowed_token_type")
    (line,) = lines(settings, "Slack socket")
    assert line.startswith("WRONG  Slack socket: Slack rejects SLACK_APP_TOKEN (not_allowed_token_type) -> ")
    assert "connections:write" in line


def test_channels_that_the_bot_is_not_in_are_named_with_the_words_to_type(sqlite_url: str, slack: SlackServer) -> None:
    settings = started(sqlite_url, **slack.settings())
    slack.channels["C2"] = Channel("C2", member=False)
    slack.channels["C3"] = Channel("C3", private=True, member=False)
    subscribe(sqlite_url, TRADE, replace(TRADE, id="C2", name="#quota"), replace(TRADE, id="C3", name=""))
    subscribe(sqlite_url, replace(TRADE, workspace="T9", id="C9", name="#elsewhere"), replace(TRADE, platform="playground", id="C8"))
    quota, private, elsewhere, rest = lines(settings, "Slack channel")
    assert quota == (
        "WRONG  Slack channel #quota: the bot is not in it (not_in_channel) -> "
        "type /invite @tradebot in #quota, then type /csms resume there"
    )
    assert private.startswith(
        "WRONG  Slack channel C3: the bot is not in it (channel_not_found) -> type /invite @tradebot in the channel C3"
    )
    assert elsewhere.startswith("WRONG  Slack channel #elsewhere: belongs to T9, but the token belongs to T1")
    assert rest == "OK     Slack channels: the bot is in 1 of 4 channels with a subscription"


def test_the_admins_channel_is_looked_at_where_there_is_one(sqlite_url: str, slack: SlackServer) -> None:
    settings = started(sqlite_url, **slack.settings(), TRADEBOT_ADMIN_CHANNEL="C5EDITORS")
    slack.channels["C5EDITORS"] = Channel("C5EDITORS", private=True)
    assert lines(settings, "Slack channel of") == ["OK     Slack channel of the admins: the bot is in C5EDITORS"]
    slack.channels["C5EDITORS"].member = False
    assert lines(settings, "Slack channel of") == [
        "WRONG  Slack channel of the admins: the bot is not in it (channel_not_found) -> "
        "type /invite @tradebot in the channel C5EDITORS, so that notices and reported problems reach the admins"
    ]


def test_a_channel_whose_subscription_has_ended_is_left_alone(db_url: str, slack: SlackServer) -> None:
    settings = started(db_url, **slack.settings())
    (channel_id,) = subscribe(db_url, replace(TRADE, id="C7"))
    db = Database(db_url)
    with db.begin() as conn:
        channels.pause(conn, channel_id, "the bot is not in this channel")
        end_subscription(conn, channel_id, 1, "someone", db.now(conn))
    db.close()
    assert lines(settings, "channel") == ["OK     channels: no channel has a subscription yet"]
    assert lines(settings, "Slack channels") == ["OK     Slack channels: no channel has a subscription yet"]


def test_where_posting_has_stopped_the_reason_is_told(sqlite_url: str) -> None:
    settings = started(sqlite_url)
    first, _ = subscribe(sqlite_url, TRADE, replace(TRADE, id="C2", name="#quota"))
    assert lines(settings, "channel") == ["OK     channels: 2 have a subscription, and posting works in all of them"]
    db = Database(sqlite_url)
    with db.begin() as conn:
        channels.pause(conn, first, "this channel is archived: unarchive it, then type /csms resume")
    db.close()
    assert lines(settings, "channel") == [
        "WRONG  channel #trade: posting is paused: this channel is archived: unarchive it, then type /csms resume"
    ]


def test_a_pause_of_all_posting_is_told_with_who_made_it(sqlite_url: str) -> None:
    settings = started(sqlite_url)
    subscribe(sqlite_url, TRADE)
    db = Database(sqlite_url)
    with db.begin() as conn:
        pause_all(conn, "Maria (slack:T1/U1)", db.now(conn))
    db.close()
    assert lines(settings, "posting") == ["WRONG  posting: Maria paused all of it -> an admin can type `/trade-admin resume`"]


def test_workers_are_told_by_their_heartbeats(sqlite_url: str) -> None:
    settings = started(sqlite_url)
    assert lines(settings, "worker") == ["look   workers: no process polls and posts -> start `tradebot run`, or `tradebot work`"]
    db = Database(sqlite_url)
    with db.begin() as conn:
        now = db.now(conn)
        workers.beat(conn, "quiet:1", now - timedelta(hours=2), delivered=True)
        workers.beat(conn, "hung:2", now - timedelta(hours=1), delivered=True)
        workers.beat(conn, "hung:2", now, delivered=False)
        workers.beat(conn, "alive:3", now, delivered=True)
    db.close()
    alive, hung, silent = lines(settings, "worker")
    assert alive.startswith("OK     worker alive:3: polls and posts, since ")
    assert hung.startswith("WRONG  worker hung:2: lives, but has posted nothing and finished no look for posts since ")
    assert silent.startswith("WRONG  worker quiet:1: has been silent since ")


def test_a_slack_that_asks_to_wait_or_says_nothing_sensible_is_told_as_such(sqlite_url: str, slack: SlackServer) -> None:
    settings = started(sqlite_url, **slack.settings())
    subscribe(sqlite_url, TRADE)
    slack.fail("conversations.history", "429", "missing_scope", "500")
    assert lines(settings, "Slack channel")[0].startswith("look   Slack channels: not checked: Slack asked the bot to wait")
    assert lines(settings, "Slack channel")[0].startswith(
        "look   Slack channel #trade: Slack does not tell whether the bot is in it (missing_scope)"
    )
    assert lines(settings, "Slack channel")[0].startswith("WRONG  Slack channels: Slack returned HTTP 500")
    slack.fail("auth.test", "html")
    assert lines(settings, "Slack token")[0].startswith("WRONG  Slack token: Slack returned HTTP 503")


@pytest.mark.slow
def test_a_slack_that_hangs_or_is_away_holds_nothing_up(sqlite_url: str, slack: SlackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.doctor.TIMEOUT_SECONDS", 2.0)  # the next check must answer within it
    settings = started(sqlite_url, **slack.settings(socket=True))
    slack.fail("auth.test", "hang")
    first, _, socket = lines(settings, "Slack")
    assert first.startswith(f"WRONG  Slack token: cannot reach Slack at {slack.url}: no answer in time (timeout) ->")
    assert socket.startswith("OK ")
    slack.fail("auth.test", "drop before")
    assert "cannot reach Slack" in lines(settings, "Slack token")[0]


def test_no_line_shows_a_secret_whatever_slack_says(
    sqlite_url: str, slack: SlackServer, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    started(sqlite_url, **slack.settings(socket=True))
    slack.fail("apps.connections.open", f"refused_{APP_TOKEN}")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**slack.settings(socket=True), "DATABASE_URL": sqlite_url}.items():
            patch.setenv(name, value)
        assert main(["doctor"]) == 1
    out, err = capsysbinary.readouterr()
    assert b"refused_\xe2\x80\xa6" in out
    assert not [word for word in HIDDEN if word in out.decode() + err.decode()]
    assert out.decode().splitlines()[-1] == "1 problem found."


# a check that misbehaves


def test_a_check_that_crashes_is_a_line_and_not_the_end(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = started(sqlite_url)

    def broken(*_: object) -> list[Finding]:
        raise ValueError("no such\ncolumn")

    monkeypatch.setattr(checks, "check_feeds", broken)
    said = lines(settings)
    assert "WRONG  feeds: this check failed: ValueError: no such column -> report this to the bot's maintainers" in said
    assert said[-2:] == [
        "OK     Slack: not configured, so not checked",
        "OK     Teams: not configured, so not checked",
    ]


def test_a_check_that_hangs_is_left_behind() -> None:
    end = threading.Event()

    def hang() -> list[Finding]:
        end.wait(30)
        return []

    (found,) = run_check("feeds", hang, 0.05)
    end.set()
    assert str(found).startswith("WRONG  feeds: no answer within 0.05 s")


def test_a_line_is_one_line_without_secrets_or_signs_that_a_terminal_obeys() -> None:
    finding = hide_secrets(["top-secret", "", "db"], wrong("channel \x1b[31m#x", "the top-secret\nof the db", "top-secret"))
    assert str(finding) == "WRONG  channel �[31m#x: the … of the db -> …"
    assert findings.ok("a", "b").advice == ""
