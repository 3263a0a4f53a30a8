"""A message without a text: its card comes at once, asks for the text, and says so."""

import asyncio
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
import respx

from jobs.archive.backlog import import_rows
from jobs.archive.table import Row
from jobs.bodies import fetch_next
from jobs.csms import hex_url
from jobs.http_client import async_client
from jobs.models.entries import BodyFetch
from jobs.proxies import DIRECT
from jobs.store import body_fetches, entries, schema
from jobs.store.database import Database
from tests.handlers.messages.test_answers import SHIPPED, ask, buttons, poll, publish, shown
from tests.support.small_catalog import NOW, entry

ROW = Row("67133044", "Guidance \u2013 Implementation of Tariff", datetime(2025, 12, 17, 17, tzinfo=UTC), cut=True)
CARD = f"/csms {ROW.number}"


@pytest.fixture
def stored(sqlite_db: Database) -> Database:
    import_rows(sqlite_db, [ROW, replace(ROW, number="67082888", title="Harmonized System Update (HSU) 2543", cut=False)], SHIPPED)
    poll(sqlite_db)
    return sqlite_db


def asked(db: Database, number: str) -> BodyFetch | None:
    with db.read() as conn:
        found = entries.by_number(conn, number)
        assert found is not None
        return body_fetches.get(conn, found.id, db.now(conn))


def test_the_card_asks_for_the_text_and_says_so(stored: Database) -> None:
    assert asked(stored, ROW.number) is None
    text = shown(CARD, stored)
    assert "Guidance: Implementation of Tariff\u2026 [1] CSMS 67133044 \u00b7 sent 17 Dec 2025" in text
    assert (
        "CBP\u2019s archive cut the title. Only the title is stored. The bot is fetching the text: open the message again in a moment."
        in text
    )
    assert CARD in [button.command for button in buttons(ask(CARD, stored))]
    assert asked(stored, ROW.number) is not None
    assert asked(stored, "67082888") is None


def test_a_deleted_text_is_fetched_again_where_the_page_can_be_read(stored: Database) -> None:
    with stored.begin() as conn:
        conn.execute(schema.entry.update().values(body_deleted_at=NOW))
    text = shown(CARD, stored)
    assert "The bot no longer stored the text and is fetching it again: open the message again in a moment." in text
    assert CARD in [button.command for button in buttons(ask(CARD, stored))]
    with stored.begin() as conn:
        conn.execute(schema.entry.update().values(url="https://elsewhere.example.org/"))
    assert "The text is no longer stored. Open CBP\u2019s page to read it." in shown(CARD, stored)


def test_a_whole_title_is_not_called_cut(stored: Database) -> None:
    assert "archive cut" not in shown("/csms 67082888", stored)


def test_a_failure_is_told_without_its_address(stored: Database) -> None:
    ask(CARD, stored)
    with stored.begin() as conn:
        now, found = stored.now(conn), entries.by_number(conn, ROW.number)
        assert found is not None
        body_fetches.fail(
            conn, found.id, 1, "access denied (403): the server rejects this client or network", now.replace(year=now.year + 1)
        )
    text = shown(CARD, stored)
    assert "Only the title is stored. The bot could not read the page of this message (access denied)." in text
    assert CARD not in [button.command for button in buttons(ask(CARD, stored))]


@pytest.mark.process
def test_opened_again_the_card_shows_the_text_and_a_search_finds_it(stored: Database) -> None:
    ask(CARD, stored)
    page = (
        f'<h1 class="bulletin_subject">CSMS # {ROW.number} - {ROW.title}-Related Elements</h1>'
        "<span class='dateline'>CBP sent this bulletin at 12/17/2025 03:04 PM EST</span>"
        f'<div id="bulletin_body"><p>CSMS # {ROW.number} - {ROW.title}-Related Elements</p><p>Chronographs get a lower duty.</p></div>'
    )

    async def fetch() -> bool:
        async with async_client(DIRECT) as http:
            return await fetch_next(stored, SHIPPED, http)

    with respx.mock() as web:
        web.get(hex_url(ROW.number)).mock(return_value=httpx.Response(200, html=page))
        assert asyncio.run(fetch())
    text = shown(CARD, stored)
    assert "Guidance: Implementation of Tariff-Related Elements [1] CSMS 67133044 \u00b7 sent 17 Dec 2025 15:04 ET" in text
    assert "Chronographs get a lower duty." in text
    assert "Open again" not in text
    assert ask("/csms chronographs", stored).subjects == (f"csms:{ROW.number}",)


def test_a_message_with_a_text_asks_for_nothing(sqlite_db: Database) -> None:
    publish(sqlite_db, entry("69000001", "GUIDANCE: Steel", published=NOW, body="It says so."))
    poll(sqlite_db)
    assert "Only the title" not in shown("/csms 69000001", sqlite_db)
    assert asked(sqlite_db, "69000001") is None


def test_a_database_that_is_only_read_is_not_written(stored: Database) -> None:
    with closing(Database(str(stored.url), read_only=True)) as reading:
        assert "Only the title" not in shown(CARD, reading)
    assert asked(stored, ROW.number) is None
