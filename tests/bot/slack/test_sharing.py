"""What somebody shares stands in the channel when the bot says so, shows what all may see, and may be shared again when it doesn't."""

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
    """What the one who pressed is told."""
    before = len(at.slack.responses)
    at.send(press(value, at.slack.hook("share"), **more))  # type: ignore[arg-type]  # a payload's other fields
    eventually(lambda: len(at.slack.responses) > before, "the press is answered")
    return at.slack.responses[-1]


def kept(at: Office) -> list[str]:
    with at.db.read() as conn:
        return list(conn.execute(select(schema.post.c.receipt)).scalars())


def test_messages_that_are_shared_stand_there_before_it_is_said_and_are_marked_later(at: Office) -> None:
    told = share(at)
    (post,) = at.slack.seen()
    assert told["text"] == "Shared in this channel."
    assert (told["response_type"], told["replace_original"]) == ("ephemeral", False)
    assert "Shared by maria" in words(post)
    assert post["metadata"]["event_payload"]
    eventually(lambda: kept(at) == [post["ts"]], "it is kept")
    at.correct()
    assert at.slack.seen()[0]["text"].startswith("Changed by CSMS 68987884, ")


def test_what_is_shared_from_a_thread_stands_in_it(at: Office) -> None:
    container = {"type": "message", "message_ts": "1.000002", "thread_ts": "1.000001", "channel_id": "C1", "is_ephemeral": True}
    assert share(at, container=container)["text"] == "Shared in this channel."
    assert at.slack.seen()[0]["thread_ts"] == "1.000001"


def test_what_slack_refuses_is_not_called_shared_and_can_be_shared_again_from_the_same_card(at: Office) -> None:
    at.slack.fail("chat.postMessage", "restricted_action")
    told = share(at)
    assert told["text"].startswith("It could not be shared (Slack says restricted_action).")
    assert (told["response_type"], told["replace_original"]) == ("ephemeral", False)
    assert (at.slack.posts, kept(at)) == ([], [])
    assert share(at)["text"] == "Shared in this channel."


def test_what_may_have_been_posted_is_said_to_be_unsure(at: Office) -> None:
    at.slack.fail("chat.postMessage", "drop after")
    assert share(at)["text"].startswith("It may not have been shared: Slack gave no answer. Look whether")
    assert len(at.slack.seen()) == 1


def test_a_share_that_slack_puts_off_is_said_when_it_stands(at: Office) -> None:
    at.slack.fail("chat.postMessage", "429")
    assert share(at)["text"] == "Shared in this channel."
    assert len(at.slack.seen()) == 1


def test_a_second_press_is_told_so_in_words_that_it_pressed(at: Office) -> None:
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


def test_where_the_bot_is_not_the_answer_itself_is_said_to_all(at: Office) -> None:
    at.slack.channels["C1"].member = False
    told = share(at)
    assert (told["response_type"], told["replace_original"]) == ("in_channel", False)
    assert "Shared by maria" in words(told)


def test_a_contact_for_the_staff_alone_is_in_nobodys_thread(at: Office) -> None:
    at.send(shortcut("Agriculture and Quota"))
    assert INTERNAL in words(at.view())
    assert at.submit(at.view()) == {"response_action": "clear"}
    (post,) = at.posts(1)
    assert "Agriculture and Quota" in words(post)
    assert INTERNAL not in words(post)


def test_a_contact_for_the_staff_alone_is_in_nothing_that_is_shared(at: Office) -> None:
    assert INTERNAL in words(at.type("/pti agriculture-quota"))
    told = share(at, "share /pti agriculture-quota")
    assert (told["response_type"], "Shared by maria" in words(told)) == ("in_channel", True)
    assert INTERNAL not in words(told)


def test_a_contact_for_the_staff_alone_is_in_no_answer_that_guests_read(at: Office) -> None:
    at.send(event(mention("pti agriculture-quota"), is_ext_shared_channel=True))
    (post,) = at.posts(1)
    assert "Agriculture and Quota" in words(post)
    assert INTERNAL not in words(post)
    at.send(event(mention("pti agriculture-quota", ts="1700000000.000700")))
    assert INTERNAL in words(at.posts(2)[1])
