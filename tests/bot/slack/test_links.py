"""Test the previews of pasted links: what they show, where, to whom, and that a later message changes them in place."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.slack.sender import SlackSender
from jobs.corrections import record_corrections
from jobs.deliver import Stage, Worker
from jobs.models.entries import Link
from jobs.outcomes import Pace, after_send
from jobs.publish import publish_entries
from jobs.settle import Settling
from jobs.store import schema
from tests.support import slack_server
from tests.support.databases import on_both
from tests.support.process import eventually
from tests.support.slack_office import NUMBER, Json, Office, compose, office, words
from tests.support.slack_payloads import event, link_shared
from tests.support.slack_server import BOT_USER, SlackServer
from tests.support.small_catalog import entry, new

pytestmark = pytest.mark.one_database

PAGE = f"https://content.govdelivery.com/accounts/USDHSCBP/bulletins/{int(NUMBER):x}"
SECOND = f"https://content.govdelivery.com/accounts/USDHSCBP/bulletins/{int(NUMBER) + 1:X}"
MOVED = "https://www.cbp.gov/trade/programs-administration/forced-labor"


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server.serving() as server:
        yield server
        assert server.refused == []


@pytest.fixture
def at(slack: SlackServer, db_url: str) -> Iterator[Office]:
    with office(db_url, slack) as it:
        it.publish("GUIDANCE: Refunds go out by ACH", "Quota opens")
        eventually(lambda: bool(slack.asked("auth.test")), "the bot asks who it is")
        yield it


def paste(at: Office, *links: str, channel: str = "C1", thread: str = "", said: str = "", **more: object) -> str:
    """Write a message with links, deliver its event, and return its ts."""
    ts = at.slack.say(channel, said or " and ".join(links), thread)
    at.send(event(link_shared(*links, ts=ts, channel=channel), **more))
    return ts


def preview(at: Office, ts: str, link: str = PAGE) -> Json:
    eventually(lambda: link in at.slack.previews(ts), f"{link} has a preview; {at.slack.calls[-3:]}")
    return at.slack.previews(ts)[link]


def settle(at: Office) -> None:
    """Wait until nothing is under way."""
    eventually(lambda: not at.endpoint.responder.tasks._tasks, "all events are handled")


def kept(at: Office) -> list[tuple[str, str]]:
    """Return (link, receipt) of the stored previews."""
    with at.db.read() as conn:
        found = select(schema.post.c.link, schema.post.c.receipt).where(schema.post.c.kind == "unfurl")
        return sorted((row.link, row.receipt) for row in conn.execute(found))


@pytest.mark.slow
def test_a_link_shows_the_title_number_date_and_topics_of_its_message(at: Office) -> None:
    shown = preview(at, paste(at, PAGE))
    assert [block["type"] for block in shown["blocks"]] == ["rich_text", "context", "context", "context"]
    assert "Refunds go out by ACH" in words(shown["blocks"][0])
    assert f"CSMS {NUMBER} · sent" in words(shown["blocks"][1])
    assert "Topics: Revenue" in words(shown["blocks"][2])
    assert words(shown["blocks"][3]).count("The linked CBP message is authoritative") == 1
    assert shown["fallback"].startswith(f"Guidance: Refunds go out by ACH, CSMS {NUMBER}, ")


@pytest.mark.slow
def test_a_preview_says_from_when_a_message_applies_and_links_its_annexes_as_a_post_does(at: Office) -> None:
    annex = "https://content.govdelivery.com/attachments/USDHSCBP/2099/02/09/file_attachments/3/Headings.pdf"
    body = "Brokers. Effective March 12, 2099, CBP will reject entries without the new heading."
    tariff = entry("68987885", "New heading", "revenue", body=body, links=(Link("List of headings", annex),))
    with at.db.begin() as conn:
        publish_entries(conn, "csms", [new(tariff)], at.db.now(conn), backlog=True)
    shown = words(preview(at, paste(at, tariff.url), tariff.url)["blocks"])
    assert "Effective 12 Mar 2099" in shown
    assert "CBP will reject entries without the new heading." in shown
    assert annex in shown
    assert "List of headings" in shown


@pytest.mark.slow
def test_both_cases_of_the_id_and_every_link_of_a_message_have_a_preview(at: Office) -> None:
    upper = PAGE.replace(f"{int(NUMBER):x}", f"{int(NUMBER):X}")
    ts = paste(at, upper, SECOND)
    assert "Refunds" in words(preview(at, ts, upper))
    assert "Refunds" in words(preview(at, paste(at, f"{PAGE}?reqfrom=share"), f"{PAGE}?reqfrom=share"))
    assert "Quota opens" in words(preview(at, ts, SECOND))
    assert [len(call["unfurls"]) for call in at.slack.asked("chat.unfurl")] == [2, 1]


@pytest.mark.slow
@pytest.mark.parametrize(
    "link",
    [
        "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/4083c2f",  # not stored
        PAGE.replace("USDHSCBP", "USDHSFEMA"),
        PAGE.replace("accounts/USDHSCBP/", ""),
        PAGE.replace("content.govdelivery.com", "content.govdelivery.com.evil.example"),
        PAGE.replace("content.govdelivery.com", "evil.example"),
        "https://www.cbp.gov/trade/programs-administration/entry-summary",
        "https://www.cbp.gov/trade/forced-labor",  # where the page is now
        "https://[broken",
    ],
)
def test_nothing_is_said_about_any_other_link(at: Office, link: str) -> None:
    paste(at, link)
    settle(at)
    assert at.slack.asked("chat.unfurl") == []
    assert kept(at) == []


@pytest.mark.slow
def test_a_link_to_a_page_that_has_moved_shows_where_it_is_now(at: Office) -> None:
    shown = preview(at, paste(at, MOVED), MOVED)
    assert "This page has moved." in words(shown)
    assert "https://www.cbp.gov/trade/forced-labor" in words(shown)
    assert not [block for block in shown["blocks"] if block["type"] == "actions"]


@pytest.mark.slow
def test_a_preview_says_the_new_date_of_a_deadline_that_was_extended(at: Office) -> None:
    body = f"CBP is extending the deadline in CSMS # {NUMBER}. The deadline is extended to March 18, 2099."
    with at.db.begin() as conn:
        publish_entries(conn, "csms", [new(entry("68987884", "Refunds: more time", body=body))], at.db.now(conn), backlog=True)
    shown = preview(at, paste(at, PAGE))
    assert "What changed: “The deadline is extended to March 18, 2099.”" in words(shown["blocks"][0])


@pytest.mark.slow
def test_a_preview_is_marked_in_place_when_a_correction_comes_and_nothing_is_posted(at: Office) -> None:
    ts = paste(at, PAGE)
    preview(at, ts)
    settle(at)
    assert kept(at) == [(PAGE, ts)]
    at.correct()
    shown = preview(at, ts)
    assert words(shown["blocks"][0]).count("Read that message instead.") == 1
    assert [block["type"] for block in shown["blocks"]] == ["rich_text", "divider", *["context"] * 5]
    assert shown["fallback"].startswith("Replaced ")
    assert at.slack.posts == []  # nobody asked the bot to talk below other people's messages


@pytest.mark.slow
def test_a_message_that_was_corrected_before_its_link_was_pasted_has_the_same_preview(at: Office) -> None:
    before = paste(at, PAGE)
    preview(at, before)
    settle(at)
    at.correct()
    after = paste(at, PAGE)
    assert preview(at, after) == preview(at, before)


@pytest.mark.slow
def test_a_second_correction_stands_above_the_first(at: Office) -> None:
    ts = paste(at, PAGE)
    preview(at, ts)
    settle(at)
    at.correct()
    correct_again(at)
    first, second = preview(at, ts)["blocks"][:2]
    assert "68987885" in words(first)
    assert "68987884" in words(second)


def correct_again(at: Office) -> None:
    with at.db.begin() as conn:
        now = at.db.now(conn)
        again = entry("68987885", "CORRECTION: Refunds", lead="correction", body=f"This message corrects CSMS # {NUMBER}.")
        record_corrections(conn, publish_entries(conn, "csms", [new(again)], now, backlog=False), now)
    at.deliver()


@pytest.mark.slow
def test_the_other_previews_of_the_message_stay_when_one_is_marked(at: Office) -> None:
    ts = paste(at, PAGE, SECOND)
    preview(at, ts, SECOND)
    settle(at)
    at.correct()
    assert "Read that message instead." in words(preview(at, ts))
    assert "Quota opens" in words(preview(at, ts, SECOND))


@on_both
@pytest.mark.slow
def test_a_link_in_a_thread_and_where_the_bot_is_no_member_has_a_preview_that_follows(at: Office) -> None:
    at.slack.channels["C9"] = slack_server.Channel("C9", "elsewhere", private=True, member=False)
    ts = paste(at, PAGE, channel="C9", thread="1700000000.000001")
    preview(at, ts)
    settle(at)
    at.correct()
    assert "Read that message instead." in words(preview(at, ts))
    with at.db.read() as conn:
        assert conn.execute(select(schema.channel.c.paused).where(schema.channel.c.ref == "C9")).scalar_one() is None


@on_both
@pytest.mark.slow
def test_a_link_that_somebody_is_still_typing_has_a_preview_that_is_not_kept(at: Office) -> None:
    name = at.slack.type(f"see {PAGE}")
    at.send(event(link_shared(PAGE, typing=name)))
    eventually(lambda: PAGE in at.slack.composing[name]["unfurls"], "the link has a preview")
    settle(at)
    assert kept(at) == []
    (call,) = at.slack.asked("chat.unfurl")
    assert (call["unfurl_id"], call["source"]) == (name, "composer")
    assert "channel" not in call


@pytest.mark.slow
def test_an_event_that_slack_repeats_is_handled_once(at: Office) -> None:
    ts = at.slack.say("C1", PAGE)
    payload = event(link_shared(PAGE, ts=ts))
    for _ in range(3):
        at.send(payload)
        settle(at)
    assert len(at.slack.asked("chat.unfurl")) == 1
    assert kept(at) == [(PAGE, ts)]


@pytest.mark.slow
def test_a_message_that_is_edited_gets_the_preview_of_its_new_link_and_keeps_the_marked_one(at: Office) -> None:
    ts = paste(at, PAGE)
    preview(at, ts)
    settle(at)
    at.correct()
    at.slack.written[-1]["text"] += f" {SECOND}"
    at.send(event(link_shared(PAGE, SECOND, ts=ts)))
    assert "Quota opens" in words(preview(at, ts, SECOND))
    assert words(preview(at, ts)).count("Read that message instead.") == 2  # in the block and in the fallback
    settle(at)
    assert kept(at) == sorted([(PAGE, ts), (SECOND, ts)])


@pytest.mark.slow
def test_the_bots_own_posts_get_no_previews(at: Office) -> None:
    ts = at.slack.say("C1", PAGE)
    at.send(event(link_shared(PAGE, ts=ts, user=BOT_USER)))
    settle(at)
    assert at.slack.asked("chat.unfurl") == []


@pytest.mark.slow
def test_a_preview_waits_when_slack_asks_for_it(at: Office) -> None:
    at.slack.retry_after = "0"
    at.slack.fail("chat.unfurl", "429")
    preview(at, paste(at, PAGE))
    assert len(at.slack.asked("chat.unfurl")) == 2


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["429", "500", "drop after", "drop before"])
def test_a_mark_survives_whatever_slack_does_with_its_call(at: Office, fault: str) -> None:
    ts = paste(at, PAGE)
    preview(at, ts)
    settle(at)
    at.slack.retry_after = "0"
    at.slack.fail("chat.unfurl", fault)
    at.correct()
    free(at)
    assert "Read that message instead." in words(preview(at, ts))


def free(at: Office) -> None:
    """Deliver again as if the channel's wait were over."""
    with at.db.begin() as conn:
        earlier = at.db.now(conn) - timedelta(minutes=5)
        conn.execute(schema.channel.update().values(free_at=earlier))
        conn.execute(schema.post.update().where(schema.post.c.state == "sending").values(sending_at=earlier))
    at.deliver()


@pytest.mark.slow
def test_a_preview_that_slack_did_not_take_or_that_a_killed_process_did_not_send_comes_with_the_mark(at: Office) -> None:
    at.slack.fail("chat.unfurl", "500")
    ts = paste(at, PAGE)
    settle(at)
    assert at.slack.previews(ts) == {}
    assert kept(at) == [(PAGE, ts)]
    at.correct()
    assert "Replaced " in words(preview(at, ts))


@on_both
@pytest.mark.slow
def test_a_mark_whose_layout_slack_refuses_goes_out_as_plain_text(at: Office) -> None:
    ts = paste(at, PAGE)
    preview(at, ts)
    settle(at)
    at.slack.fail("chat.unfurl", "invalid_blocks")
    at.correct()
    free(at)
    shown = preview(at, ts)
    assert "blocks" not in shown
    assert shown["text"].startswith("Replaced ")


@on_both
@pytest.mark.slow
def test_a_deleted_message_costs_one_mark_and_nothing_else(at: Office) -> None:
    ts = paste(at, PAGE)
    preview(at, ts)
    settle(at)
    at.slack.written.clear()
    at.correct()
    with at.db.read() as conn:
        mark = conn.execute(select(schema.post).where(schema.post.c.kind == "mark")).one()
        paused = conn.execute(select(schema.channel.c.paused)).scalars().all()
    assert (mark.state, mark.error) == ("dead", "Slack: cannot_unfurl_message")
    assert mark.dismissed_at is not None
    assert paused == [None]


@pytest.mark.slow
def test_a_token_without_the_scope_costs_no_channel_its_posts(at: Office) -> None:
    ts = paste(at, PAGE)
    preview(at, ts)
    settle(at)
    at.slack.scopes = "chat:write"
    at.correct()
    with at.db.read() as conn:
        assert conn.execute(select(schema.channel.c.paused)).scalars().all() == [None]


@pytest.mark.slow
def test_a_correction_that_comes_while_the_preview_is_on_its_way_is_shown(at: Office) -> None:
    at.slack.retry_after = "1"
    at.slack.fail("chat.unfurl", "429")
    ts = paste(at, PAGE)
    eventually(lambda: len(at.slack.asked("chat.unfurl")) == 1, "the first call was refused")
    at.correct()
    settle(at)
    assert "Read that message instead." in words(preview(at, ts))


@on_both
@pytest.mark.slow
def test_a_preview_that_is_sent_after_its_mark_and_before_the_settlement_is_sent_again(at: Office) -> None:
    at.slack.retry_after = "1"
    at.slack.fail("chat.unfurl", "429")
    ts = paste(at, PAGE)
    eventually(lambda: len(at.slack.asked("chat.unfurl")) == 1, "the first call was refused")
    at.publish_correction()
    worker = Worker(at.db, {"slack": SlackSender(at.endpoint.responder.slack)}, compose, Pace(), lambda: 0.0)
    [claim] = worker.claim()
    mark = worker.prepare(claim)
    assert mark is not None
    outcome = at.run(worker.send(claim, mark, Stage()))
    eventually(lambda: len(at.slack.asked("chat.unfurl")) >= 3, "the preview was sent")
    at.run(worker.settle(Settling(claim, mark, after_send(outcome, 0.0, 0, 1.0, 0.0))))
    settle(at)
    assert "Read that message instead." in words(preview(at, ts))


@pytest.mark.slow
def test_a_channel_that_is_shared_with_another_organization_gets_nothing_internal(at: Office) -> None:
    ts = paste(at, PAGE, is_ext_shared_channel=True)
    assert "Refunds" in words(preview(at, ts))
    assert "internal" not in words(at.slack.previews(ts))


@pytest.mark.slow
def test_a_link_without_mention_gets_no_answer(at: Office) -> None:
    preview(at, paste(at, PAGE, said=f"Did you see {PAGE} and CSMS # {NUMBER}?"))
    at.send(event({"type": "message", "channel_type": "channel", "channel": "C1", "user": "U1", "text": PAGE, "ts": f"{time.time():.6f}"}))
    settle(at)
    assert at.slack.posts == []
    assert at.slack.whispers == []
