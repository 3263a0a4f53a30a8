"""Test public answers: those that show stored messages are recorded, so that a later correction marks them."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.history import make_receipt, split_receipt
from bot.slack import responder as responders
from jobs.publish import publish_entries
from jobs.recent import RecentHolder
from jobs.store import schema
from tests.bot.slack.test_blocks import HOSTILE, within_limits
from tests.support import slack_server
from tests.support.overtaking import NOTE, overtake
from tests.support.process import eventually
from tests.support.slack_office import NUMBER, Json, Office, office, words
from tests.support.slack_payloads import command, direct, event, form, headers, mention, shortcut
from tests.support.slack_server import SlackServer
from tests.support.small_catalog import entry, new

EDITORS = "C0EDITORS"


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server.serving() as server:
        yield server
        assert server.refused == []


@pytest.fixture
def at(slack: SlackServer, sqlite_url: str) -> Iterator[Office]:
    with office(sqlite_url, slack, TRADEBOT_ADMIN_CHANNEL=EDITORS) as it:
        it.publish(f"Refunds {HOSTILE}", "Beef quota")
        yield it


def kept(at: Office) -> list[tuple[str, str]]:
    with at.db.read() as conn:
        return [(row.kind, row.receipt) for row in conn.execute(select(schema.post.c.kind, schema.post.c.receipt))]


def said_in_thread(at: Office, line: str = f"csms {NUMBER}", **more: str) -> Json:
    at.send(event(mention(line, **more)))
    return at.posts(1)[-1]


def marked_and_answered(at: Office, stood: Json, thread: str) -> None:
    before = dict(stood)
    eventually(lambda: bool(kept(at)), "it is kept")
    at.correct()
    (post, below) = at.slack.seen()
    assert post["ts"] == before["ts"]
    assert " by CSMS 68987884. Read that message instead." in post["text"]
    assert {"type": "divider"} in post["blocks"][1:3]  # who looked it up stays above the earlier text
    assert post["blocks"][-2:] == before["blocks"][-2:]
    assert post["metadata"] == before["metadata"]
    assert (post["thread_ts"], below["thread_ts"]) == (thread, thread)
    assert f"CSMS {NUMBER}, posted above, was replaced." in words(below)
    assert "<!channel>" not in words(at.slack.posts)
    within_limits([{"text": post["text"], "blocks": post["blocks"]}])


@pytest.mark.slow
def test_answer_to_a_mention_is_marked_and_answered_in_its_thread(at: Office) -> None:
    marked_and_answered(at, said_in_thread(at, ts="1700000000.000100"), "1700000000.000100")


@pytest.mark.slow
def test_a_mention_within_a_thread_is_answered_again_where_the_thread_begins(at: Office) -> None:
    marked_and_answered(at, said_in_thread(at, thread_ts="1699999999.000001"), "1699999999.000001")


@pytest.mark.slow
def test_a_reply_in_a_thread_is_marked_and_answered_there(at: Office) -> None:
    at.send(shortcut(f"CSMS #{NUMBER}"))
    assert at.submit(at.view()) == {"response_action": "clear"}
    (post,) = at.posts(1)
    assert "Looked up by " in words(post)
    marked_and_answered(at, post, "1700000000.000300")


@pytest.mark.parametrize("line", ["/pti revenue", "/csms 68000001", "/csms nothing of that kind"])
def test_answer_that_shows_nothing_stored_is_not_recorded(at: Office, line: str) -> None:
    said_in_thread(at, line)
    said_in_thread(at, f"csms {NUMBER}", ts="1700000000.000200")
    eventually(lambda: bool(kept(at)), "what is stored is kept")
    assert [kind for kind, _ in kept(at)] == ["said"]


def test_private_answer_is_never_recorded(at: Office) -> None:
    at.send(event(direct(f"csms {NUMBER}")))
    at.posts(1, "D1")
    at.type(f"/csms {NUMBER}")
    at.send(shortcut(f"CSMS #{NUMBER}"))
    at.view()
    said_in_thread(at)
    eventually(lambda: bool(kept(at)), "what all read is kept")
    assert len(kept(at)) == 1


def test_refused_post_is_not_recorded(at: Office) -> None:
    at.slack.fail("chat.postMessage", "restricted_action")
    at.send(shortcut(f"CSMS #{NUMBER}"))
    assert "restricted_action" in words(at.submit(at.view()))
    assert (at.slack.posts, kept(at)) == ([], [])


def test_answer_is_posted_even_if_recording_it_fails(at: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(responders, "record_answer", crash)
    at.send(shortcut(f"CSMS #{NUMBER}"))
    assert at.submit(at.view()) == {"response_action": "clear"}
    at.posts(1)
    assert "for later corrections" in caplog.text


def test_look_up_is_answered_without_the_database_and_failures_are_logged(
    at: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: object) -> None:
        raise RuntimeError("the database is away")

    for name in ("begin", "read"):
        monkeypatch.setattr(type(at.db), name, away)
    said_in_thread(at, "pti revenue")
    assert "Revenue" in words(at.slack.seen())
    at.send(event(mention("csms latest", ts="1700000000.000700")))
    assert "Something went wrong" in words(at.posts(2))
    at.slack.fail("chat.postMessage", "hang")
    monkeypatch.setattr(type(at.endpoint.responder), "answer", away)
    at.send(event(mention("pti ipr", ts="1700000000.000800")))
    eventually(lambda: "a background task failed" in caplog.text, "it is written down")
    assert "never retrieved" not in caplog.text


def answers(at: Office, line: str) -> str:
    """Return what a slash command over HTTP is answered with."""
    body = form(command(line, at.slack.hook()))

    async def receive() -> Json:
        return {"type": "http.request", "body": body}

    scope = {"type": "http", "headers": [(name.lower().encode(), value.encode()) for name, value in headers(body).items()]}
    status, _, answer = asyncio.run_coroutine_threadsafe(at.endpoint.answer(scope, receive), at.loop).result(30)
    assert status == 200
    return answer.decode()


def publish(at: Office, title: str) -> None:
    with at.db.begin() as conn:
        now = at.db.now(conn)
        publish_entries(conn, "csms", [new(entry("67000009", title, "revenue", published=now))], now, backlog=True)


@pytest.mark.parametrize("line", ["/trade 67000009", "/trade what's new about zeppelins", "/trade does a zeppelin need a hangar"])
def test_a_question_about_messages_is_answered_at_once_from_the_store(at: Office, line: str) -> None:
    publish(at, "Zeppelins and hangars")
    assert "Zeppelins and hangars" in answers(at, line)
    at.send(event(mention(line.removeprefix("/trade "), ts="1700000000.000900")))
    assert "Zeppelins and hangars" in words(at.posts(1))
    at.send(event(direct(line.removeprefix("/trade "))))
    assert "Zeppelins and hangars" in words(at.posts(1, "D1"))


def test_a_card_ends_with_the_newest_messages_as_of_the_last_refresh(at: Office) -> None:
    runtime = at.endpoint.responder.runtime
    publish(at, "Zeppelins and hangars")
    assert "Zeppelins" not in answers(at, "/pti revenue")
    runtime.recent.refresh(at.db, runtime.library.catalog)
    assert "Zeppelins and hangars" in answers(at, "/pti revenue")
    assert answers(at, "/pti revenue") == answers(at, "/pti revenue")


def test_a_feed_that_is_not_read_opens_the_home_tab_and_the_list_of_subscriptions(at: Office) -> None:
    runtime = at.endpoint.responder.runtime
    runtime.recent.refresh(at.db, runtime.library.catalog)
    at.type("/csms subscribe revenue")
    at.send(event({"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"}))
    warning = "CBP's feed has not been read yet. Newer messages may be missing."
    assert warning in words(at.view("U1")["blocks"][0])
    assert warning in words(at.type("/csms subscriptions")["blocks"][0])


def test_slack_shows_the_name_of_somebody_who_subscribed_by_a_mention(at: Office) -> None:
    at.send(event(mention("csms subscribe revenue")))
    assert "Set by <@U1>" in words(at.posts(1)[-1]["blocks"])
    assert "Set by somebody." in at.posts(1)[-1]["text"]
    assert "set by <@U1>" in words(at.type("/csms subscriptions"))
    at.send(event(mention("csms pause", ts="1700000000.000900")))
    assert "Paused by <@U1>" in words(at.posts(2)[-1]["blocks"])
    listed = words(at.type("/csms subscriptions"))
    assert "somebody paused it" in listed
    at.send(event(mention("csms unsubscribe 1", ts="1700000000.000901")))
    assert "Ended by <@U1>" in words(at.posts(3)[-1]["blocks"])


def test_a_public_answer_mentions_nobody_but_the_asker(at: Office) -> None:
    at.send(event(mention("csms subscribe revenue")))
    assert "Set by <@U1>" in words(at.posts(1)[-1]["blocks"])
    at.send(event(mention("csms subscriptions", ts="1700000000.000900")))
    assert "set by <@U1>" in words(at.posts(2)[-1]["blocks"])
    at.send(event(mention("csms subscriptions", user="U2", ts="1700000000.000901")))
    assert "set by somebody" in words(at.posts(3)[-1]["blocks"])
    assert "U1" not in json.dumps(at.posts(3)[-1]["blocks"])
    assert "set by <@U1>" in words(at.type("/csms subscriptions", user_id="U2"))  # only the asker sees this


def test_a_newer_message_stands_beside_the_answer_that_is_given_at_once(at: Office) -> None:
    runtime = at.endpoint.responder.runtime
    question = overtake(at.db, runtime.library.catalog, RecentHolder())
    assert NOTE not in answers(at, f"/trade {question}")
    overtake(at.db, runtime.library.catalog, runtime.recent)
    at.db.close()
    assert f"{NOTE} <https://" in answers(at, f"/trade {question}")


def test_while_the_database_is_away_the_content_answers_and_a_question_about_messages_says_so(at: Office) -> None:
    at.db.close()
    (path,) = (at.db.url.database,)
    assert path is not None
    for file in Path(path).parent.glob("test.db*"):
        file.unlink()  # what opens it from now on finds no tables
    for line in ("/pti revenue", "/trade revenue"):
        assert "Collecting the duties" in answers(at, line)
    for line in ("/trade 67000001", "/trade what's new", "/trade zeppelins"):
        assert "he stored messages cannot be read right now" in answers(at, line)


@pytest.mark.parametrize(
    ("ts", "thread", "whole", "parent"), [("2.1", "", "2.1", "2.1"), ("2.1", "1.1", "2.1 1.1", "1.1"), ("2.1", "2.1", "2.1", "2.1")]
)
def test_receipt_holds_message_and_thread(ts: str, thread: str, whole: str, parent: str) -> None:
    assert make_receipt(ts, thread) == whole
    assert split_receipt(whole) == (ts, parent)
