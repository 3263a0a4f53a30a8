"""`tradebot ask --stored` answers from the messages of DATABASE_URL, and changes nothing there."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.cli import main
from jobs.publish import publish_entries
from jobs.store import schema
from jobs.store.database import Database
from tests.support.databases import on_both
from tests.support.small_catalog import entry, new

pytestmark = pytest.mark.one_database

NUMBER = "67000001"


@pytest.fixture
def stored(db: Database, db_url: str, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database with one message, which DATABASE_URL names."""
    published = datetime.now(UTC) - timedelta(days=2)
    with db.begin() as conn:
        message = entry(NUMBER, "Drawback claims of zeppelins", "revenue", published=published)
        publish_entries(conn, "csms", [new(message)], published, backlog=False)
    monkeypatch.setenv("DATABASE_URL", db_url)
    return db


def ask(capsysbinary: Any, *words: str) -> tuple[int, str, str]:
    code = main(["ask", *words])
    out, err = capsysbinary.readouterr()
    return code, out.decode(), err.decode()


@pytest.mark.parametrize(
    "words", [f"is CSMS {NUMBER} still valid", "any news about zeppelins", "zeppelins", "/csms latest", "/pti revenue"]
)
def test_stored_messages_are_found(stored: Database, capsysbinary: Any, words: str) -> None:
    code, out, _ = ask(capsysbinary, words, "--stored")
    assert code == 0
    assert "Drawback claims of zeppelins" in out


@pytest.mark.parametrize("words", [f"is CSMS {NUMBER} still valid", "any news about zeppelins", "zeppelins", "/csms latest"])
def test_without_the_option_the_answer_says_what_it_needs(stored: Database, capsysbinary: Any, words: str) -> None:
    _, out, _ = ask(capsysbinary, words)
    assert "running bot stores messages; tradebot ask --stored reads them too" in " ".join(out.split())
    assert "Drawback claims" not in out


@on_both
@pytest.mark.parametrize("words", ["/csms subscribe revenue", "/trade-admin poll csms", "/trade-admin reload"])
def test_commands_that_change_something_still_need_the_running_bot(stored: Database, capsysbinary: Any, words: str) -> None:
    code, out, _ = ask(capsysbinary, words, "--stored")
    assert (code, "only in the running bot" in out) == (1, True)
    with stored.read() as conn:
        for table in (schema.subscription, schema.channel, schema.seen):
            assert conn.execute(select(func.count()).select_from(table)).scalar_one() == 0


@on_both
def test_the_database_refuses_every_change(stored: Database, db_url: str) -> None:
    reader = Database(db_url, read_only=True)
    with reader.read() as conn:
        assert conn.execute(select(func.count()).select_from(schema.entry)).scalar_one() == 1
    with pytest.raises(SQLAlchemyError, match=r"(?i)read.?only"), reader.begin() as conn:
        conn.execute(schema.entry.delete())
    reader.close()


def test_a_database_that_is_not_set_up_is_neither_made_nor_migrated(
    capsysbinary: Any, monkeypatch: pytest.MonkeyPatch, empty_url: str, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_url)
    code, out, err = ask(capsysbinary, "what is new", "--stored")
    assert (code, out) == (1, "")
    missing = "There is no database at " if empty_url.startswith("sqlite") else "not set up for this version of the bot"
    assert missing in err
    assert list(tmp_path.glob("*.db")) == []


def test_a_wrong_address_is_one_sentence(capsysbinary: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://x/y")
    code, out, err = ask(capsysbinary, "what is new", "--stored")
    assert (code, out) == (1, "")
    assert err.startswith("tradebot: DATABASE_URL=")


def test_a_day_in_the_past_needs_the_stored_revisions(stored: Database, capsysbinary: Any) -> None:
    code, out, _ = ask(capsysbinary, "/pti revenue as-of:2026-01-15")
    assert (code, "Only the running bot knows what it knew on a day in the past." in " ".join(out.split())) == (1, True)
    code, out, _ = ask(capsysbinary, "/pti revenue as-of:2026-01-15", "--stored")
    assert (code, "no published revision of the content" in " ".join(out.split())) == (1, True)


def test_changes_are_printed_as_an_answer_or_as_plain_text(stored: Database, capsysbinary: Any) -> None:
    assert main(["changes", "revenue"]) == 0
    shown = capsysbinary.readouterr().out.decode()
    assert ("Changes: Revenue" in shown, "> Plain text" in shown) == (True, True)
    assert main(["changes", "revenue", "--text"]) == 0
    text = capsysbinary.readouterr().out.decode()
    assert text.startswith("CBP trade changes: Revenue\n")
    assert "- Drawback claims of zeppelins\n  CSMS 67000001, " in text
    assert text.endswith("/bulletins/3fe56c1\n")
    assert main(["changes", "--text", "revenu"]) == 1
    assert "does not recognize the topic" in capsysbinary.readouterr().out.decode()
