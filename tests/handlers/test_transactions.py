"""A reply is built after its transaction: a writing transaction blocks every other writer of an SQLite database."""

from functools import partial

import pytest

from handlers.command import Command, Context
from handlers.replies.posts import compose
from handlers.replies.reply import Button, Header, Reply, Span
from handlers.replies.serialize import load
from handlers.router import dispatch, resolve
from handlers.subscriptions import commands
from handlers.subscriptions.parts import Misunderstood, Token
from jobs.deliver import deliver_due
from jobs.outcomes import Gone
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.full_catalog import ADMIN
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW, entry
from tests.support.stub_platform import Platform, answer
from tests.support.subscriptions import STORED, bullets, buttons, publish, say

COMMANDS = {
    "/csms subscribe revenue": "This channel now gets",
    "/csms subscribe  revenue": "Nothing changed",
    "/csms subscribe revenue daily 10:00": "Changed subscription 1.",
    "/csms subscribe textles": "does not recognize the topic",
    "/csms subscribe instead of 1": "To change it",
    "/csms subscribe instead of 7": "no subscription 7",
    "/csms subscribe textles instead of 1": "does not recognize the topic",
    "/csms subscribe tariffs instead of 1": "Changed subscription 1.",
    "/csms subscribe tariffs instead of 1 ": "Nothing changed",
    "/csms subscribe quota instead of 1": "has already ended",
    "/csms subscriptions": "This channel's subscriptions",
    "/csms preview revenue": "Preview",
    "/csms preview textles": "does not recognize the topic",
    "/csms preview 2": "Preview",
    "/csms preview 1": "has already ended",
    "/csms preview 7": "no subscription 7",
    "/csms why 67000002": "Why this channel asked for it",
    "/csms why 67000003": "no subscription of this channel matched it",
    "/csms why entry 2": "CSMS",
    "/csms why 67999999": "The bot has no CSMS message",
    "/csms why digest 9 2026-02-09T14:00:00+00:00": "no such digest",
    "/csms why digest 2 2026-02-01T14:00:00+00:00": "no longer knows",
    "/csms unsubscribe 7": "no subscription 7",
    "/csms unsubscribe 2": "Ended subscription 2.",
    "/csms unsubscribe #2": "has already ended",
    "/csms unsubscribe": "no subscriptions to end",
}


@pytest.fixture
def in_use(sqlite_db: Database, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The parts of replies and the parser's tokens as they are made, each with the number of connections in use at that moment."""
    seen: list[tuple[str, int]] = []
    for cls in (Reply, Header, Span, Button, Misunderstood, Token):

        def watch(self: object, *args: object, made: type = cls, init: object = cls.__init__, **fields: object) -> None:
            seen.append((made.__name__, sqlite_db.engine.pool.checkedout()))  # type: ignore[attr-defined]
            init(self, *args, **fields)  # type: ignore[operator]

        monkeypatch.setattr(cls, "__init__", watch)
    return seen


def test_no_reply_is_built_while_a_transaction_is_open(sqlite_db: Database, in_use: list[tuple[str, int]]) -> None:
    sqlite_db.clock = Clock(NOW)
    for words, expected in COMMANDS.items():
        if words == "/csms subscriptions":
            publish(sqlite_db, *STORED)
        in_use.clear()
        assert expected in say(words, sqlite_db).text, words
        assert "Reply" in {name for name, _ in in_use}, words
        assert [each for each in in_use if each[1]] == [], words


def test_no_reply_is_built_in_a_transaction_when_the_channel_is_full(
    sqlite_db: Database, in_use: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "MAX_SUBSCRIPTIONS", 0)
    assert "already has 0 subscriptions" in say("/csms subscribe revenue", sqlite_db).text
    assert {count for _, count in in_use} == {0}


async def test_no_explanation_of_a_digest_is_built_while_a_transaction_is_open(sqlite_db: Database, in_use: list[tuple[str, int]]) -> None:
    sqlite_db.clock = clock = Clock()
    platform, composed = Platform(), partial(compose, catalog=CATALOG, default_zone=NEW_YORK)
    say("/csms subscribe revenue", sqlite_db)
    clock.pass_(minutes=10)
    publish(sqlite_db, entry("67000004", "GUIDANCE: Refunds", "revenue", lead="guidance", kind="guidance", published=clock()))
    await deliver_due(sqlite_db, {"slack": platform}, composed)
    later = [entry(number, "More refunds", "revenue", published=clock()) for number in ("67000001", "67000002")]
    publish(sqlite_db, *later)
    clock.pass_(hours=1)
    await deliver_due(sqlite_db, {"slack": platform}, composed)
    digest = load(platform.messages[-1].content)
    in_use.clear()
    explained = say(buttons(digest)["Why these?"], sqlite_db)
    assert {each.split(" · ")[1] for each in bullets(explained)} == {"67000001", "67000002", "67000004"}
    assert {count for _, count in in_use} == {0}


async def test_no_outbox_is_built_while_a_transaction_is_open(sqlite_db: Database, in_use: list[tuple[str, int]]) -> None:
    sqlite_db.clock = Clock(NOW)
    say("/csms subscribe tariffs", sqlite_db)
    urgent = [
        entry(number, "GUIDANCE: Steel", "tariffs", lead="guidance", kind="guidance", published=NOW) for number in ("67000004", "67000005")
    ]
    publish(sqlite_db, *urgent)
    platform = Platform([answer(Gone("Slack rejected the message: invalid_blocks"))])
    await deliver_due(sqlite_db, {"slack": platform}, partial(compose, catalog=CATALOG, default_zone=NEW_YORK))
    context = Context(CATALOG, NOW, NEW_YORK, sqlite_db)
    in_use.clear()
    for words in ("outbox", "status", "drop 1"):
        dispatch(resolve(Command("trade-admin", words, ADMIN, CHANNEL)), context)
    assert {count for _, count in in_use} == {0}
