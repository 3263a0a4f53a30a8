from dataclasses import replace
from datetime import time

import pytest

from handlers.replies.reply import Reply, Section, Span, buttons_of
from handlers.subscriptions import wording
from handlers.subscriptions.commands import MAX_SUBSCRIPTIONS
from jobs.models.channels import ChannelRef
from jobs.models.subscriptions import Cadence, Filters
from jobs.states import CadenceKind
from jobs.store import channels
from jobs.store import subscriptions as store
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.small_catalog import NOW, entry
from tests.support.subscriptions import GUEST, STORED, actions, buttons, flat, listed, publish, say


def test_only_what_ends_a_subscription_stands_out_in_a_list(bot: Database) -> None:
    replies = [say("/csms subscribe revenue", bot), say("/csms subscriptions", bot), say("/csms unsubscribe", bot)]
    found = [button for reply in replies for block in reply.blocks for button in buttons_of(block)]
    assert {"Unsubscribe", "Unsubscribe 1 · Revenue"} <= {each.label for each in found}
    for each in found:
        ends = each.label.startswith("Unsubscribe")
        assert (each.style, each.confirm) == (("danger", "End subscription 1 (CSMS: Revenue)?") if ends else ("", ""))


def test_a_subscription_without_words_is_confirmed_to_the_whole_channel(bot: Database) -> None:
    publish(bot, *STORED, backlog=True)
    reply = say("/csms subscribe", bot)
    shown = flat(reply)
    assert "This channel now gets CSMS updates: all topics." in shown
    assert "Weekdays 09:00 ET; next: Tue 10 Feb." in shown
    assert "Guidance, corrections and replacements at once. Routine notices left out." in shown
    assert "Set by Maria · would have posted 4 of the last 6 messages · 2 outage notices left out as routine" in shown
    assert reply.public
    assert buttons(reply) == {
        "Change": "/csms subscribe instead of 1",
        "Preview": "/csms preview 1",
        "All subscriptions": "/csms subscriptions",
        "Pause": "/csms pause 1",
        "Unsubscribe": "/csms unsubscribe 1",
    }


def test_the_confirmation_names_topics_phrases_cadence_and_zone(bot: Database) -> None:
    shown = flat(say('/csms subscribe revenue tariffs "ach refund" -"training" weekly mon 08:30 in CT include system notices', bot))
    forms = " in any form"
    assert f"CSMS updates: Revenue, Tariffs, only those with “ach refund”{forms}, without “training”{forms}." in shown
    assert "Weekly Mon 08:30 CT; next: Mon 9 Feb." in shown
    assert "Routine notices included." in shown
    assert "no earlier messages to compare with" in shown


def test_the_filters_are_stored_as_they_were_understood(bot: Database) -> None:
    say('/trade subscribe federal-register cbp-trade revenue "ACH" daily 10am in Europe/Berlin digest only', bot)
    with bot.read() as connection:
        (saved,) = store.list_for_channel(connection, 1)
    assert saved.filters == Filters(("cbp-trade", "federal-register"), ("revenue",), ("ach",))
    assert (saved.cadence, saved.zone, saved.digest_only) == (Cadence(CadenceKind.DAILY, time(10)), "Europe/Berlin", True)
    assert saved.created_by == "Maria (slack:T1/U1)"
    assert wording.creator(saved) == Span("Maria")


@pytest.mark.parametrize("name", ["", "U1"])  # earlier releases stored the ID as the name
@pytest.mark.parametrize(("platform", "person"), [("slack", "U1"), ("teams", "")])
def test_an_id_is_never_shown_as_the_name_of_who_set_a_subscription(bot: Database, name: str, platform: str, person: str) -> None:
    say("/csms subscribe revenue", bot)
    with bot.read() as connection:
        (saved,) = store.list_for_channel(connection, 1)
    stored = replace(saved, created_by=f"{name} ({platform}:T1/U1)")
    assert wording.creator(stored) == Span("somebody", person=person)


def test_digest_only_and_now_say_what_that_means(bot: Database) -> None:
    assert "Guidance, corrections and replacements in the digest too." in flat(say("/csms subscribe digest only", bot))
    assert "Each message at once. Routine notices left out." in flat(say("/csms subscribe revenue now", bot))


def test_outages_say_that_system_notices_are_on(bot: Database) -> None:
    shown = flat(say("/csms subscribe outages", bot))
    assert "Routine notices included." in shown
    assert "Outages are routine notices, so routine notices are included." in shown


def test_a_single_stored_entry_is_compared_in_plain_words(bot: Database) -> None:
    publish(bot, STORED[0], backlog=True)
    assert "would have posted the only stored message" in flat(say("/csms subscribe revenue", bot))
    assert "would not have posted the only stored message" in flat(say("/csms subscribe tariffs", bot))


def test_the_same_filters_again_change_the_cadence_and_say_so(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    shown = flat(say("/csms subscribe revenue revenue now in ET", bot))
    assert "Changed subscription 1. This channel now gets CSMS updates: Revenue." in shown
    assert "The schedule changed from weekdays 09:00 ET to at once" in shown
    with bot.read() as connection:
        (saved,) = store.list_for_channel(connection, 1)
    assert saved.cadence == Cadence(CadenceKind.NOW)
    same = say("/csms subscribe now revenue", bot)
    assert "already does this" in flat(same)
    assert not same.public  # nothing changed, so nobody else is told


def test_subscriptions_that_differ_only_in_system_notices_have_different_titles(bot: Database) -> None:
    say("/csms subscribe", bot)
    say("/csms subscribe revenue", bot)
    shown = flat(say("/csms subscribe now include system notices", bot))
    assert "A message that subscriptions 1 and 2 may also bring is posted only once, with the one that is due first." in shown
    assert listed(say("/csms subscriptions", bot))[2].startswith("3 · CSMS: all topics, with routine notices · At once")


def test_overlapping_subscriptions_are_named(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    say("/csms subscribe outage", bot)
    shown = flat(say("/csms subscribe revenue tariffs now", bot))
    assert "A message that subscription 1 (CSMS: Revenue) may also bring is posted only once" in shown
    assert "posted only once" not in flat(say("/trade subscribe federal-register", bot))


def test_a_repeated_command_changes_nothing_and_says_so(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    reply = say("/csms subscribe  revenue", bot)
    assert "Nothing changed" in reply.text


@pytest.mark.parametrize(
    "words", ["/csms subscribe revenue", "/csms subscriptions", "/csms unsubscribe 1", "/csms preview revenue", "/trade subscribe"]
)
def test_people_from_another_workspace_cannot_change_subscriptions(bot: Database, words: str) -> None:
    reply = say(words, bot, GUEST)
    assert not reply.ok
    assert "You are from another workspace" in reply.text
    with bot.read() as connection:
        assert store.list_for_channel(connection, 1) == []


@pytest.mark.parametrize("words", ["/csms subscribe revenue", "/csms subscriptions", "/csms unsubscribe 1", "/csms preview revenue"])
def test_without_a_database_or_a_channel_it_says_what_is_needed(bot: Database, words: str) -> None:
    assert "works only in the running bot" in say(words, None).text
    assert "A subscription needs a channel." in say(words, bot, channel=None).text


def test_the_number_of_subscriptions_is_limited(bot: Database) -> None:
    for number in range(MAX_SUBSCRIPTIONS):
        assert say(f'/csms subscribe "phrase {number}"', bot).ok
    reply = say('/csms subscribe "one more"', bot)
    assert not reply.ok
    assert f"already has {MAX_SUBSCRIPTIONS} subscriptions" in reply.text
    assert say('/csms subscribe "phrase 3" now', bot).ok


def test_the_list_shows_cadence_next_digest_and_what_waits(bot: Database, clock: Clock) -> None:
    say("/csms subscribe revenue", bot)
    say("/csms subscribe outage now in CT", bot)
    clock.pass_(minutes=1)
    publish(bot, *STORED)
    reply = say("/csms subscriptions", bot)
    assert listed(reply) == [
        "1 · CSMS: Revenue · Weekdays 09:00 ET · next Tue · 3 waiting · 1 routine notice left out this week · set by Maria",
        "2 · CSMS: Outages, with routine notices · At once · 1 waiting · set by Maria",
    ]
    assert actions(reply, 0) == {
        "Change": "/csms subscribe instead of 1",
        "Preview": "/csms preview 1",
        "Show what was left out": "/csms preview 1 routine",
        "Pause": "/csms pause 1",
        "Unsubscribe": "/csms unsubscribe 1",
    }
    assert list(actions(reply, 1)) == ["Change", "Preview", "Pause", "Unsubscribe"]
    assert len({block.overflow.label for block in reply.blocks if isinstance(block, Section) and block.overflow}) == 2
    assert not reply.public


def test_the_list_counts_what_was_left_out_this_week_and_no_zero(bot: Database, clock: Clock) -> None:
    say("/csms subscribe", bot)
    publish(bot, entry("67000001", "Spoon outage", kind="outage", routine=True))
    assert "1 routine notice left out this week" in flat(say("/csms subscriptions", bot))
    clock.pass_(days=8)
    reply = say("/csms subscriptions", bot)
    assert "left out" not in flat(reply)
    assert "Show what was left out" not in buttons(reply)


def test_the_list_says_when_posting_is_paused_and_why(bot: Database) -> None:
    say("/csms subscribe", bot)
    with bot.begin() as connection:
        channels.pause(connection, 1, "not_in_channel")
    reply = say("/trade subscriptions", bot)
    assert "Posting is paused: not_in_channel. What is due here waits until posting resumes." in flat(reply)
    assert buttons(reply)["Resume"] == "/trade resume"


def test_an_empty_list_says_how_to_begin(bot: Database) -> None:
    reply = say("/csms subscriptions", bot)
    assert "no subscriptions" in reply.text
    assert buttons(reply)["Subscribe this channel"] == "/csms subscribe"


def test_a_list_shows_only_its_own_channel(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    other = ChannelRef("slack", "T1", "C2", "other")
    assert "no subscriptions" in say("/csms subscriptions", bot, channel=other).text
    reply = say("/csms unsubscribe 1", bot, channel=other)
    assert not reply.ok
    with bot.read() as connection:
        assert len(store.list_for_channel(connection, 1)) == 1


def test_unsubscribe_is_visible_to_the_whole_channel(bot: Database, clock: Clock) -> None:
    say("/csms subscribe revenue", bot)
    say("/csms subscribe tariffs", bot)
    clock.pass_(minutes=1)
    publish(bot, STORED[0])
    reply = say("/csms unsubscribe #1", bot)
    shown = flat(reply)
    assert "Ended subscription 1. This channel no longer gets CSMS updates: Revenue." in shown
    assert "1 waiting message will not be posted for it. This channel still has 1 subscription." in shown
    assert "Ended by Maria" in shown
    assert reply.public
    with bot.read() as connection:
        assert [each.id for each in store.list_for_channel(connection, 1)] == [2]


def test_subscribe_again_restores_the_ended_subscription(bot: Database) -> None:
    say('/trade subscribe federal-register revenue "ach" -"training" weekly fri 16:00 in PT include system notices digest only', bot)
    with bot.read() as connection:
        (before,) = store.list_for_channel(connection, 1)
    again = buttons(say("/trade unsubscribe 1", bot))["Subscribe again"]
    assert say(again, bot).ok
    with bot.read() as connection:
        (after,) = store.list_for_channel(connection, 1)
    assert (after.filters, after.cadence, after.zone, after.digest_only) == (
        before.filters,
        before.cadence,
        before.zone,
        before.digest_only,
    )


TEAMS_CHANNEL = ChannelRef("teams", "tenant", "19:a@thread.tacv2", "General", {"kind": "channel"})
GROUP = ChannelRef("teams", "tenant", "19:b@thread.v2", "", {"kind": "groupChat"})
DIRECT = ChannelRef("slack", "T1", "D024BE91L")

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


@pytest.mark.parametrize(("place", "never"), [(GROUP, "channel"), (DIRECT, "channel"), (TEAMS_CHANNEL, "chat")], ids=str)
def test_replies_about_subscriptions_name_the_kind_of_place_correctly(sqlite_db: Database, place: ChannelRef, never: str) -> None:
    sqlite_db.clock = lambda: NOW
    publish(sqlite_db, entry("67000001", "Refunds go out by ACH", "revenue"), backlog=True)
    for typed in STEPS:
        assert f"his {never}" not in told(say(typed, sqlite_db, channel=place)), typed
    assert f"Subscribe this {'channel' if never == 'chat' else 'chat'}" in buttons(say("/csms latest", sqlite_db, channel=place))


def test_a_guest_is_not_offered_a_subscription(bot: Database) -> None:
    for words in ("/csms latest", "/csms latest textiles"):
        assert "Subscribe this channel" not in buttons(say(words, bot, GUEST))
        assert "Subscribe this channel" in buttons(say(words, bot))
