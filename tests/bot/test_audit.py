"""tradebot audit and tradebot export, on the command line."""

import asyncio
import io
import json
import logging
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from bot.cli import main
from bot.operations import logs
from handlers.replies.posts import compose as compose_posts
from jobs import audit
from jobs.corrections import record_corrections
from jobs.models.entries import NewEntry
from jobs.publish import publish_entries
from jobs.revisions import InForce, Library
from jobs.revisions import publish as publish_content
from jobs.schedule import Every, Schedule
from jobs.states import AuditAction
from jobs.store import schema
from jobs.store.database import Database
from tests.jobs.test_schedule import Deliveries, until
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.delivery import deliver
from tests.support.sample_content import files
from tests.support.small_catalog import CATALOG
from tests.support.store import NEW_YORK, audited, channel, compose, new, publish, subscribe
from tests.support.stub_platform import Platform
from tests.support.tampering import without_triggers

pytestmark = pytest.mark.one_database


@pytest.fixture
def named(db: Database, db_url: str, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The database that DATABASE_URL names."""
    monkeypatch.setenv("DATABASE_URL", db_url)
    return db


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(list(words))
    said = capsys.readouterr()
    return code, said.out + said.err


def test_verify_says_that_the_audit_is_whole_and_prints_its_head(named: Database, capsys: pytest.CaptureFixture[str]) -> None:
    subscribe(named)
    code, head = run(capsys, "audit", "head")
    assert (code, head) == (0, f"1:{audited(named)[0].hash}\n")
    code, said = run(capsys, "audit", "verify")
    assert code == 0
    assert "The audit is whole: 1 row, each with the hash of the one before it." in said
    assert "--head" in said
    assert head in said
    assert run(capsys, "audit", "verify", "--head", head.strip())[0] == 0


@on_both
def test_verify_names_the_row_that_was_changed(named: Database, capsys: pytest.CaptureFixture[str]) -> None:
    subscribe(named)
    with named.begin() as conn, without_triggers(conn):
        conn.execute(text("UPDATE audit SET who = 'nobody'"))
    code, said = run(capsys, "audit", "verify")
    assert (code, said) == (1, "The audit was tampered with: 1 fault.\n  row 1 was changed, or belongs elsewhere\n")


def test_verify_names_the_rows_that_are_missing_since_the_head_was_noted(named: Database, capsys: pytest.CaptureFixture[str]) -> None:
    subscribe(named)
    _, head = run(capsys, "audit", "head")
    with named.begin() as conn, without_triggers(conn):
        conn.execute(schema.audit.delete())
    assert run(capsys, "audit", "verify")[0] == 0
    code, said = run(capsys, "audit", "verify", "--head", head.strip())
    assert (code, said.splitlines()[1:]) == (1, ["  row 1 is missing", "It was compared with 1 head that was noted."])
    assert "does not match the head that you noted" in said
    assert "tampered" not in said, "a restored backup looks like this too"
    assert "backup" in said


@on_both
@pytest.mark.parametrize("form", ["text", "json"])
async def test_verify_compares_with_the_heads_that_the_bot_wrote_into_its_log(
    named: Database, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    try:
        logs.configure("info", form, stream)
        async with httpx.AsyncClient(trust_env=False) as http:
            schedule = Schedule(named, Library(InForce(CATALOG, 1, True)), http, Deliveries(), every=Every(poll=1_000, forget=0.05))
            for to in ("C1", "C2"):
                subscribe(named, to=channel(to))
                before = len(heads_in(stream))
                if not before:
                    schedule.start()
                await until(lambda: len(heads_in(stream)) > before)  # noqa: B023  # it ends in this turn
            await asyncio.sleep(0.2)
            await schedule.stop(grace=0.2)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    assert [head.count for head in heads_in(stream)] == [1, 2], "only a new head is written"
    (log := tmp_path / "bot.log").write_text(stream.getvalue())
    code, said = run(capsys, "audit", "verify", "--log", str(log))
    assert (code, "compared with 2 heads that were noted, up to row 2, and all fit" in said) == (0, True)
    with named.begin() as conn, without_triggers(conn):
        conn.execute(schema.audit.delete().where(schema.audit.c.id == 2))
    assert run(capsys, "audit", "verify")[0] == 0
    code, said = run(capsys, "audit", "verify", "--log", str(log))
    assert (code, said.splitlines()[1:]) == (1, ["  row 2 is missing", "It was compared with 2 heads that were noted."])
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(log.read_bytes())))
    assert run(capsys, "audit", "verify", "--log", "-") == (code, said)


def heads_in(stream: io.StringIO) -> list[audit.Head]:
    found = [line.partition(f"{audit.HEAD_NOTE} ")[2].partition('"')[0] for line in stream.getvalue().splitlines()]
    return [head for text in found if (head := audit.read_head(text))]


AT = "2026-02-09T08:00:00.125-05:00"
PLANTED = f"{audit.HEAD_NOTE} 7:{'a' * 64}"


@pytest.mark.parametrize(
    "line",
    [
        f"{AT} INFO jobs.pauses: resumed #{PLANTED}",
        f"{AT} INFO jobs.schedule: {PLANTED} of #trade",
        f"{AT} INFO jobs.schedule: resumed: {PLANTED}",
        f"{AT} WARNING jobs.schedule: {PLANTED}",
        f"{AT} INFO jobs.pauses: resumed #{AT} INFO jobs.schedule: {PLANTED}",
        f"\t{AT} INFO jobs.schedule: {PLANTED}",
        json.dumps({"time": AT, "level": "info", "logger": "jobs.pauses", "message": PLANTED}),
        json.dumps({"time": AT, "level": "info", "logger": "jobs.pauses", "message": f"{AT} INFO jobs.schedule: {PLANTED}"}),
        f"{AT} INFO jobs.pauses: " + json.dumps({"level": "info", "logger": "jobs.schedule", "message": PLANTED}),
        json.dumps({"time": AT, "level": "info", "logger": "jobs.schedule", "message": f"x {PLANTED}"}),
        PLANTED,
    ],
)
def test_head_that_another_text_in_the_log_quotes_is_not_compared(
    named: Database, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    subscribe(named)
    (log := tmp_path / "bot.log").write_text(f"{line}\n")
    code, said = run(capsys, "audit", "verify", "--log", str(log))
    assert (code, "nothing was compared" in said) == (1, True), "no head at all is no proof"
    log.write_text(f"{line}\n<14>Feb 9 tradebot[1]: {AT} INFO jobs.schedule: {audit.HEAD_NOTE} 1:{audited(named)[0].hash}\n")
    code, said = run(capsys, "audit", "verify", "--log", str(log))
    assert (code, "compared with 1 head that was noted, up to row 1, and it fits" in said) == (0, True)
    assert "did not count 1 line that mentions a head" in said


def test_a_log_without_heads_or_that_cannot_be_read_is_no_proof(
    named: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bot.log").write_text("2026-02-09T08:00:00.125-05:00 INFO jobs.poll: 12:34\n")
    assert run(capsys, "audit", "verify", "--log", str(tmp_path / "bot.log"))[0] == 1
    assert run(capsys, "audit", "verify", "--log", str(tmp_path / "missing.log"))[0] == 1


@pytest.mark.parametrize(
    "words",
    [
        ["audit"],
        ["audit", "check"],
        ["audit", "verify", "--head", "3"],
        ["audit", "head", "--head", "1:2"],
        ["audit", "head", "--log", "-"],
        ["export"],
        ["export", "audit"],
        ["export", "posts", "--since", "monday"],
        ["export", "audit", "--since", "20260209"],
        ["export", "audit", "--since", "2026-W07-1"],
        ["export", "posts", "--since", "2026-02-30"],
        ["export", "people", "--since", "2026-02-09"],
    ],
)
def test_a_wrong_use_says_what_to_type(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "tradebot" in capsys.readouterr().err


def exported(capsys: pytest.CaptureFixture[str], what: str, since: str) -> list[dict[str, Any]]:
    code, said = run(capsys, "export", what, "--since", since)
    assert code == 0
    return [json.loads(line) for line in said.splitlines()]


def test_the_audit_is_exported_from_a_day_on(named: Database, capsys: pytest.CaptureFixture[str]) -> None:
    subscribe(named)
    with named.read() as conn:
        today = named.now(conn)
    (row,) = exported(capsys, "audit", f"{today:%Y-%m-%d}")
    assert (row["id"], row["what"], row["subject"], row["before"]) == (1, "subscribed", "subscription 1", None)
    assert isinstance(row["after"], dict)
    assert row["hash"] == audited(named)[0].hash
    assert exported(capsys, "audit", f"{today + timedelta(days=1):%Y-%m-%d}") == []


@on_both
@pytest.mark.parametrize("value", ["{broken", "[" * 9000, "9" * 5000])
def test_a_row_that_somebody_spoiled_is_exported_as_it_is(named: Database, capsys: pytest.CaptureFixture[str], value: str) -> None:
    subscribe(named)
    with named.begin() as conn, without_triggers(conn):
        conn.execute(schema.audit.update().values(before=value))
    (row,) = exported(capsys, "audit", "2020-01-01")
    assert (row["before"], row["damaged"]) == (value, ["before"])


@pytest.mark.parametrize("since", ["0001-01-01", "0999-01-01"])
def test_an_export_since_long_ago_has_everything(named: Database, capsys: pytest.CaptureFixture[str], since: str) -> None:
    subscribe(named)
    assert [row["id"] for row in exported(capsys, "audit", since)] == [1]
    assert exported(capsys, "posts", since) == []


def test_bytes_that_are_no_text_are_exported_escaped(
    sqlite_db: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", str(sqlite_db.url))
    subscribe(sqlite_db)
    with sqlite_db.begin() as conn, without_triggers(conn):
        conn.execute(text("UPDATE audit SET who = CAST(CAST(x'ff41' AS TEXT) AS BLOB)"))
    (row,) = exported(capsys, "audit", "2020-01-01")
    assert (row["who"], row["damaged"]) == ("\udcffA", ["who"])


def test_an_export_is_utf8_in_a_terminal_of_another_encoding(
    named: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with named.begin() as conn:
        audit.record(conn, "Élodie (slack:T1/U1)", audit.Change(AuditAction.POLLED, "feed csms"), named.now(conn))
    ascii_only = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", ascii_only)
    assert main(["export", "audit", "--since", "2020-01-01"]) == 0
    written = ascii_only.buffer
    assert isinstance(written, io.BytesIO)
    assert json.loads(written.getvalue().decode())["who"] == "Élodie (slack:T1/U1)"
    assert "Élodie".encode() in written.getvalue()


@pytest.mark.parametrize("words", [["audit", "verify"], ["audit", "head"], ["export", "audit", "--since", "2020-01-01"]])
def test_a_damaged_file_is_said_in_one_line(
    sqlite_db: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", str(sqlite_db.url))
    subscribe(sqlite_db)
    path = Path(str(sqlite_db.url.database))
    with sqlite_db.begin() as conn:
        page = conn.execute(text("SELECT rootpage FROM sqlite_master WHERE name = 'audit'")).scalar_one()
        size = conn.execute(text("PRAGMA page_size")).scalar_one()
    with sqlite_db.engine.connect() as conn:
        conn.exec_driver_sql("COMMIT")
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    sqlite_db.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff")
    code, said = run(capsys, *words)
    assert code == 1
    assert "database disk image is malformed" in said
    assert "Traceback" not in said
    assert words == ["audit", "verify"] or (said.count("\n"), said.startswith("tradebot: The database is damaged: ")) == (1, True)


async def test_posts_are_exported_with_their_channel_time_entries_and_revision(named: Database, capsys: pytest.CaptureFixture[str]) -> None:
    publish_content(named, files(), "me")
    subscribe(named)
    publish(named, 1, 2)
    platform = Platform()
    await deliver(named, platform, compose)
    with named.read() as conn:
        today = named.now(conn)
    first, second = exported(capsys, "posts", f"{today:%Y-%m-%d}")
    assert (first["platform"], first["channel"], first["state"], first["revision"]) == ("playground", "C1", "sent", 1)
    assert first["receipt"]
    assert first["settled_at"].endswith("Z")
    assert first["entries"] == [
        {
            "key": "csms:1",
            "number": "1",
            "title": "Message 1",
            "url": "https://example.org/1",
            "subscription": 1,
            "because": "everything in csms",
            "posted_before": False,
        }
    ]
    assert [each["number"] for each in second["entries"]] == ["2"]


async def test_edits_and_thread_replies_are_exported_with_the_post_that_they_are_about(
    named: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_content(named, files(), "me")
    named.clock = clock = Clock()
    subscribe(named)
    platform, composed = Platform(), partial(compose_posts, catalog=CATALOG, default_zone=NEW_YORK)

    async def post(entry: NewEntry) -> None:
        with named.begin() as conn:
            record_corrections(conn, publish_entries(conn, "csms", [entry], clock.now, backlog=False), clock.now)
        for _ in range(5):
            await deliver(named, platform, composed)
            clock.pass_(minutes=6)

    await post(new(67000001, title="Quota opens"))
    for number in (67000002, 67000003):
        await post(new(number, title="CORRECTION: Quota opens", lead="correction", body="This message corrects CSMS # 67000001."))
    first, *later = exported(capsys, "posts", "2020-01-01")
    about = {name: first[name] for name in ("kind", "about", "cause", "receipt")}
    assert about == {"kind": "now", "about": None, "cause": None, "receipt": "ts0"}
    assert first["text"].startswith("New: Quota opens, CSMS 67000001"), "as it was posted, although it was edited since"
    edits = [(each["kind"], each["about"], each["cause"], each["receipt"]) for each in later if each["about"]]
    assert sorted(edits) == [
        ("answer", first["id"], "csms:67000002", "answer1"),
        ("answer", first["id"], "csms:67000003", "answer2"),
        ("mark", first["id"], "csms:67000002", "ts0"),
        ("mark", first["id"], "csms:67000003", "ts0"),
    ]
    marks = [each["text"] for each in later if each["kind"] == "mark"]
    assert [text.partition(". ")[0] for text in marks] == ["Corrected 9 Feb by CSMS 67000002", "Corrected 9 Feb by CSMS 67000003"]


async def test_more_posts_than_are_read_together_are_all_exported(
    named: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.store.exports._AT_ONCE", 2)
    subscribe(named)
    publish(named, 1, 2, 3, 4, 5)
    await deliver(named, Platform(), compose)
    posts = exported(capsys, "posts", "2020-01-01")
    assert [each["number"] for post in posts for each in post["entries"]] == ["1", "2", "3", "4", "5"]
