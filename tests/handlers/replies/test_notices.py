"""Notices about posting itself give admins and subscribers the reason and the next step."""

from dataclasses import replace

import pytest

from handlers.replies.notices import compose
from handlers.replies.text import render
from jobs.models.channels import ChannelRef
from jobs.models.posts import Notice
from jobs.states import NoticeKind
from tests.support.small_catalog import entry

HERE = ChannelRef("slack", "T1", "C1", "trade")
ARCHIVED = "this channel is archived: unarchive it, then type /csms resume (Slack: is_archived)"
PAUSED = Notice(
    NoticeKind.PAUSED, HERE, "this channel is archived: unarchive it, then type /csms resume (Slack: is_archived)", (), to_admins=True
)


def flat(notice: Notice) -> str:
    return " ".join(render(compose(notice)).split())


def test_a_notice_names_the_channel_the_reason_and_what_to_do() -> None:
    text = flat(PAUSED)
    assert "The bot can no longer post in #trade." in text
    assert "This channel is archived: unarchive it, then type /csms resume (Slack: is_archived)." in text
    assert "Nothing is lost" in text
    assert "/trade-admin outbox" in text
    assert "because you are an admin" in text


def test_a_creator_gets_no_admin_commands() -> None:
    text = flat(replace(PAUSED, to_admins=False))
    assert "trade-admin" not in text
    assert "You get this message because you subscribed #trade." in text


@pytest.mark.parametrize("kind", [NoticeKind.HELD, NoticeKind.DEAD])
def test_a_notice_of_a_post_lists_what_it_holds(kind: NoticeKind) -> None:
    many = tuple(entry(str(67000000 + number), f"GUIDANCE: Message {number}") for number in range(8))
    text = flat(replace(PAUSED, kind=kind, entries=many))
    assert "67000000 Guidance: Message 0" in text
    assert "… and 3 more" in text
    assert "Message 5" not in text
    assert "/trade-admin outbox" in compose(replace(PAUSED, kind=kind, entries=many)).text


def test_a_channel_without_a_name_is_shown_by_its_id() -> None:
    assert "the channel C1" in flat(replace(PAUSED, channel=ChannelRef("slack", "T1", "C1")))
    assert "post in Trade." in flat(replace(PAUSED, channel=ChannelRef("teams", "T1", "19:x", "Trade", {"kind": "channel"})))


@pytest.mark.parametrize(
    ("waiting", "says"),
    [
        (0, "Nothing was waiting."),
        (1, "1 message that waited goes out now."),
        (7, "7 messages that waited go out now. Many of them may come together in one post."),
    ],
)
def test_a_channel_whose_pause_is_over_reads_why_and_what_follows(waiting: int, says: str) -> None:
    notice = Notice(NoticeKind.RESUMED, HERE, "Maria paused it until Mon 9 Feb 09:00 ET", (), to_admins=False, waiting=waiting)
    assert compose(notice).text == f"Posting resumes in this channel. Maria paused it until Mon 9 Feb 09:00 ET. {says}"
    assert compose(notice).public


@pytest.mark.parametrize(
    ("waiting", "later", "says"),
    [
        (0, 0, "Nothing was waiting."),
        (2, 0, "2 messages that waited go out now."),
        (0, 1, "1 message that waited will come with its next digest."),
        (0, 3, "3 messages that waited will come with its next digest."),
    ],
)
def test_the_end_of_a_subscriptions_pause_names_it_and_says_what_follows(waiting: int, later: int, says: str) -> None:
    notice = Notice(NoticeKind.RESUMED, HERE, "", (), to_admins=False, waiting=waiting, later=later, subscription=2)
    assert compose(notice).text == f"Posting resumes in this channel for subscription 2. Its pause is over. {says}"


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_its_sentences(kind: NoticeKind) -> None:
    assert compose(replace(PAUSED, kind=kind)).text.startswith(
        (
            "The bot can no longer",
            "A post ",
            "Many new messages of the feed ",
            "The content has ",
            "The feed ",
            "The bot cannot make",
            "Posting resumes",
        )
    )


def test_missing_messages_are_told_with_how_many_were_posted() -> None:
    why = "1 of the 98 entries that its other sources list was missing; 1 is posted"
    text = flat(replace(PAUSED, kind=NoticeKind.MISSING, channel=ChannelRef("feed", "", "csms"), why=why))
    assert f"The feed csms had left out messages. {why}." in text
    assert "/trade-admin status" in text


def test_a_held_feed_asks_the_admins_with_both_answers() -> None:
    notice = replace(PAUSED, kind=NoticeKind.FLOOD, channel=ChannelRef("feed", "", "csms"), why="40 entries were new at once")
    text = flat(notice)
    assert "Many new messages of the feed csms are on hold until you decide." in text
    assert "40 entries were new at once." in text
    assert "/trade-admin post csms" in text
    assert "/trade-admin seen csms" in text
