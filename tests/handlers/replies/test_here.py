"""A place is called what its people call it."""

import pytest

from handlers.replies.cards import channel_noun
from handlers.replies.reply import Reply
from jobs.models import ChannelRef
from jobs.store.database import Database
from tests.handlers.subscriptions.test_commands import buttons, publish, say
from tests.support.small_catalog import NOW, entry

CHANNEL = ChannelRef("teams", "tenant", "19:a@thread.tacv2", "General", {"kind": "channel"})
GROUP = ChannelRef("teams", "tenant", "19:b@thread.v2", "", {"kind": "groupChat"})
DIRECT = ChannelRef("slack", "T1", "D024BE91L")


@pytest.mark.parametrize(
    ("place", "called"),
    [
        (CHANNEL, "channel"),
        (GROUP, "chat"),
        (ChannelRef("teams", "tenant", "a:1", "", {"kind": "personal"}), "chat"),
        (ChannelRef("teams", "tenant", "D1"), "channel"),
        (DIRECT, "chat"),
        (ChannelRef("slack", "T1", "C024BE91L", "#trade"), "channel"),
        (ChannelRef("slack", "T1", "G024BE91L"), "channel"),  # a private channel or a chat of several: its id doesn't tell
        (None, "channel"),
    ],
)
def test_a_chat_is_distinguished_from_a_channel(place: ChannelRef | None, called: str) -> None:
    assert channel_noun(place) == called


STEPS = (
    "/csms subscriptions",
    "/csms unsubscribe 1",
    "/csms subscribe revenue",
    "/csms subscribe revenue daily 09:00",
    "/csms subscriptions",
    "/csms unsubscribe 99",
    "/csms preview 99",
    "/csms subscribe quota instead of 99",
    "/csms preview quota",
    "/csms latest",
    "/csms why 67000001",
    "/csms why digest 7 2026-02-09T14:00:00+00:00",
    "/csms unsubscribe 1",
)


def told(reply: Reply) -> str:
    return f"{reply.text} {reply.blocks}"


@pytest.mark.parametrize(("place", "never"), [(GROUP, "channel"), (DIRECT, "channel"), (CHANNEL, "chat")], ids=str)
def test_replies_about_subscriptions_name_the_kind_of_place_correctly(sqlite_db: Database, place: ChannelRef, never: str) -> None:
    sqlite_db.clock = lambda: NOW
    publish(sqlite_db, entry("67000001", "Refunds go out by ACH", "revenue"), backlog=True)
    for typed in STEPS:
        assert f"his {never}" not in told(say(typed, sqlite_db, channel=place)), typed
    assert f"Subscribe this {'channel' if never == 'chat' else 'chat'}" in buttons(say("/csms latest", sqlite_db, channel=place))
