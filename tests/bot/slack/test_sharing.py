"""Test sharing: the bot reports success only after posting, shows only public data, and allows another try after a failure."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from jobs.store import schema
from tests.support import slack_server
from tests.support.process import eventually
from tests.support.slack_office import NUMBER, Json, Office, office, words
from tests.support.slack_payloads import event, mention, press, shortcut
from tests.support.slack_server import SlackServer

VALUE = f"share /csms {NUMBER}"
INTERNAL = "HQQUOTA@cbp.dhs.gov"


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server.serving() as server:
        yield server
        assert server.refused == []


@pytest.fixture
def at(slack: SlackServer, sqlite_url: str) -> Iterator[Office]:
    """Nothing delivers here: what is to stand in a channel has to be posted at once."""
    with office(sqlite_url, slack) as it:
        it.publish("Refunds go out by ACH")
        yield it


def share(at: Office, value: str = VALUE, **more: object) -> Json:
    """Press a share button and return the answer to the person."""
    before = len(at.slack.responses)
    at.send(press(value, at.slack.hook("share"), **more))  # type: ignore[arg-type]  # a payload's other fields
    eventually(lambda: len(at.slack.responses) > before, "the press is answered")
    return at.slack.responses[-1]


def kept(at: Office) -> list[str]:
    with at.db.read() as conn:
        return list(conn.execute(select(schema.post.c.receipt)).scalars())


@pytest.mark.slow
def test_shared_messages_are_posted_before_success_is_reported_and_marked_later(at: Office) -> None:
    told = share(at)
    (post,) = at.slack.seen()
    assert told["text"] == "Shared in this channel."
    assert (told["response_type"], told["replace_original"]) == ("ephemeral", False)
    assert "Shared by maria" in words(post)
    assert post["metadata"]["event_payload"]
    eventually(lambda: kept(at) == [post["ts"]], "it is kept")
    at.correct()
    assert " by CSMS 68987884. Read that message instead." in at.slack.seen()[0]["text"]


@pytest.mark.slow
@pytest.mark.parametrize("question", [f"is CSMS {NUMBER} still valid", "what's new about refunds"])
def test_a_shared_answer_to_a_question_about_messages_is_marked_later(at: Office, question: str) -> None:
    assert share(at, f"share /trade {question}")["text"] == "Shared in this channel."
    (post,) = at.slack.seen()
    assert "Refunds go out by ACH" in words(post)
    eventually(lambda: kept(at) == [post["ts"]], "it is kept")


def test_a_shared_answer_of_the_content_goes_by_the_response_url(at: Office) -> None:
    assert "Shared by maria" in words(share(at, "share /trade revenue"))
    assert at.slack.seen() == []


def test_card_shared_from_a_thread_is_posted_in_it(at: Office) -> None:
    container = {"type": "message", "message_ts": "1.000002", "thread_ts": "1.000001", "channel_id": "C1", "is_ephemeral": True}
    assert share(at, container=container)["text"] == "Shared in this channel."
    assert at.slack.seen()[0]["thread_ts"] == "1.000001"


def test_refused_share_is_reported_and_can_be_repeated(at: Office) -> None:
    at.slack.fail("chat.postMessage", "restricted_action")
    told = share(at)
    assert told["text"].startswith("The bot could not share it (Slack error: restricted_action).")
    assert (told["response_type"], told["replace_original"]) == ("ephemeral", False)
    assert (at.slack.posts, kept(at)) == ([], [])
    assert share(at)["text"] == "Shared in this channel."


def test_share_without_response_is_reported_as_unsure(at: Office) -> None:
    at.slack.fail("chat.postMessage", "drop after")
    assert share(at)["text"].startswith("Slack did not confirm that the answer was shared. Check the channel")
    assert len(at.slack.seen()) == 1


@pytest.mark.slow
def test_share_is_reported_after_a_retry_succeeded(at: Office) -> None:
    at.slack.fail("chat.postMessage", "429")
    assert share(at)["text"] == "Shared in this channel."
    assert len(at.slack.seen()) == 1


def test_second_press_shares_nothing_and_says_so(at: Office) -> None:
    share(at)
    told = share(at)
    assert (told["text"], told["replace_original"]) == ("This answer was already shared here a moment ago.", False)
    assert len(at.slack.seen()) == 1


def test_a_crash_leaves_the_card_where_it_is(at: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(at.endpoint.responder.responder, "share", crash)
    told = share(at)
    assert "Something went wrong" in told["text"]
    assert told["replace_original"] is False


def test_share_without_membership_goes_by_response_url(at: Office) -> None:
    at.slack.channels["C1"].member = False
    told = share(at)
    assert (told["response_type"], told["replace_original"]) == ("in_channel", False)
    assert "Shared by maria" in words(told)


def test_internal_contact_is_not_posted_in_a_thread(at: Office) -> None:
    at.send(shortcut("Agriculture and Quota"))
    assert INTERNAL in words(at.view())
    assert at.submit(at.view()) == {"response_action": "clear"}
    (post,) = at.posts(1)
    assert "Agriculture and Quota" in words(post)
    assert INTERNAL not in words(post)


def test_internal_contact_is_not_shared(at: Office) -> None:
    assert INTERNAL in words(at.type("/pti agriculture-quota"))
    told = share(at, "share /pti agriculture-quota")
    assert (told["response_type"], "Shared by maria" in words(told)) == ("in_channel", True)
    assert INTERNAL not in words(told)


def test_internal_contact_is_not_shown_in_a_channel_with_guests(at: Office) -> None:
    at.send(event(mention("pti agriculture-quota"), is_ext_shared_channel=True))
    (post,) = at.posts(1)
    assert "Agriculture and Quota" in words(post)
    assert INTERNAL not in words(post)
    at.send(event(mention("pti agriculture-quota", ts="1700000000.000700")))
    assert INTERNAL in words(at.posts(2)[1])


@pytest.mark.parametrize("question", ["Email of the quota staff at headquarters?", "/pti which mailbox do ports use for quota policy"])
def test_an_internal_contact_that_answers_a_question_is_not_shared(at: Office, question: str) -> None:
    line = question if question.startswith("/") else f"/trade {question}"
    assert INTERNAL in words(at.type(line))
    assert INTERNAL not in words(share(at, f"share {line}"))


def test_an_internal_contact_does_not_answer_staff_in_a_channel_with_guests(at: Office) -> None:
    question = "Email of the quota staff at headquarters?"
    at.send(event(mention(question), is_ext_shared_channel=True))
    assert INTERNAL not in words(at.posts(1)[0])
    at.send(event(mention("tell me more", ts="1700000000.000600"), is_ext_shared_channel=True))
    assert INTERNAL not in words(at.posts(2)[1])
    at.send(event(mention(question, ts="1700000000.000700")))
    assert INTERNAL in words(at.posts(3)[2])
