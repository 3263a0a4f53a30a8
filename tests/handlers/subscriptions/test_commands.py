from datetime import time

import pytest

from handlers.command import Command, Context, Person
from handlers.replies.reply import Bullets, Button, Buttons, Reply, plain
from handlers.replies.text import render
from handlers.router import dispatch
from handlers.subscriptions import wording
from handlers.subscriptions.commands import MAX_SUBSCRIPTIONS
from handlers.subscriptions.parser import parse
from handlers.table import resolve
from jobs.models import Cadence, ChannelRef, Entry, Filters, SubscriptionSpec
from jobs.publish import publish_entries
from jobs.states import CadenceKind
from jobs.store import channels
from jobs.store import subscriptions as store
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW, entry, new

MARIA = Person("slack", "T1", "U1", "Maria")
GUEST = Person("slack", "T2", "U9", "Guest", external=True)

STORED = (
    entry("67000001", "Refunds go out by ACH", "revenue"),
    entry("67000002", "GUIDANCE: Duty on steel", "revenue", "tariffs", lead="guidance", kind="guidance"),
    entry("67000003", "ACE is slow", "outage", kind="outage"),
    entry("67000004", "Statements are delayed", "revenue", kind="outage"),
    entry("67000005", "Training on refunds", "revenue"),
    entry("67000006", "Beef quota", "agriculture-quota"),
)


@pytest.fixture
def clock(sqlite_db: Database) -> Clock:
    sqlite_db.clock = Clock(NOW)
    return sqlite_db.clock


@pytest.fixture
def bot(sqlite_db: Database, clock: Clock) -> Database:
    """A database whose clock says Mon 9 Feb 2026, 09:00 ET."""
    return sqlite_db


def say(words: str, db: Database | None, person: Person = MARIA, channel: ChannelRef | None = CHANNEL) -> Reply:
    verb, _, rest = words.removeprefix("/").partition(" ")
    now = db.clock() if db is not None and db.clock is not None else NOW
    return dispatch(resolve(Command(verb, rest, person, channel)), Context(CATALOG, now, NEW_YORK, db))


def publish(db: Database, *stored: Entry, backlog: bool = False) -> None:
    with db.begin() as connection:
        for feed in {each.feed for each in stored}:
            publish_entries(connection, feed, [new(each) for each in stored if each.feed == feed], db.now(connection), backlog=backlog)


def buttons(reply: Reply) -> dict[str, str]:
    found = [button for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]
    return {button.label: button.command for button in found}


def bullets(reply: Reply) -> list[str]:
    return [plain(item) for block in reply.blocks if isinstance(block, Bullets) for item in block.items]


def flat(reply: Reply) -> str:
    """The reply as text on one line."""
    return " ".join(render(reply).split())


def test_a_button_for_an_ended_subscription_says_so_and_offers_to_subscribe_again(bot: Database, clock: Clock) -> None:
    for typed in ("/csms subscribe revenue", "/csms subscribe quota"):
        say(typed, bot)
    listed = buttons(say("/csms subscriptions", bot))
    say(listed["Unsubscribe 1"], bot)
    clock.pass_(minutes=2)
    for label in ("Unsubscribe 1", "Change 1"):
        reply = say(listed[label], bot)
        assert reply.text == "Subscription 1 (CSMS: Revenue) has ended already. 1 other is here."
        assert not reply.public
        assert buttons(reply) == {
            "Subscribe again": "/csms subscribe revenue weekdays 09:00 in America/New_York",
            "All subscriptions": "/csms subscriptions",
        }
    assert say("/csms preview 1", bot).text.startswith("Subscription 1 (CSMS: Revenue) has ended already.")
    elsewhere = ChannelRef("slack", "T1", "C2")
    assert "has ended already" not in say("/csms unsubscribe 1", bot, channel=elsewhere).text


def test_no_button_of_a_list_is_highlighted(bot: Database) -> None:
    replies = [say("/csms subscribe revenue", bot), say("/csms subscriptions", bot), say("/csms unsubscribe", bot)]
    styles = {
        button.label: button.style for reply in replies for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons
    }
    assert {"Unsubscribe", "Unsubscribe 1"} <= styles.keys()
    assert set(styles.values()) == {""}


def test_a_subscription_without_words_is_confirmed_to_the_whole_channel(bot: Database) -> None:
    publish(bot, *STORED, backlog=True)
    reply = say("/csms subscribe", bot)
    shown = flat(reply)
    assert "This channel now gets CSMS updates: all topics." in shown
    assert "Weekdays 09:00 ET; next: Tue 10 Feb 09:00 ET." in shown
    assert "Guidance, corrections and replacements: at once. System notices: off." in shown
    assert "Set by Maria · 4 of the last 6 would have matched" in shown
    assert reply.public
    assert buttons(reply) == {
        "Change": "/csms subscribe instead of 1",
        "Preview": "/csms preview 1",
        "All subscriptions": "/csms subscriptions",
        "Unsubscribe": "/csms unsubscribe 1",
    }


def test_the_confirmation_names_topics_phrases_cadence_and_zone(bot: Database) -> None:
    shown = flat(say('/csms subscribe revenue tariffs "ach refund" -"training" weekly mon 08:30 in CT include system notices', bot))
    assert "CSMS updates: Revenue, Tariffs, with “ach refund”, without “training”." in shown
    assert "Weekly Mon 08:30 CT; next: Mon 9 Feb 08:30 CT." in shown
    assert "System notices: on." in shown
    assert "nothing stored yet to compare with" in shown


def test_the_filters_are_stored_as_they_were_understood(bot: Database) -> None:
    say('/trade subscribe federal-register cbp-trade revenue "ACH" daily 10am in Europe/Berlin digest only', bot)
    with bot.read() as connection:
        (saved,) = store.of_channel(connection, 1)
    assert saved.filters == Filters(("cbp-trade", "federal-register"), ("revenue",), ("ach",))
    assert (saved.cadence, saved.zone, saved.digest_only) == (Cadence(CadenceKind.DAILY, time(10)), "Europe/Berlin", True)
    assert saved.created_by == "Maria (slack:T1/U1)"
    assert wording.creator(saved) == "Maria"


def test_digest_only_and_now_say_what_that_means(bot: Database) -> None:
    assert "Guidance, corrections and replacements: in the digest too." in flat(say("/csms subscribe digest only", bot))
    assert "Every one at once. System notices: off." in flat(say("/csms subscribe revenue now", bot))


def test_outages_say_that_system_notices_are_on(bot: Database) -> None:
    shown = flat(say("/csms subscribe outages", bot))
    assert "System notices: on." in shown
    assert "Outages are system notices, so these are on." in shown


def test_a_single_stored_entry_is_compared_in_plain_words(bot: Database) -> None:
    publish(bot, STORED[0], backlog=True)
    assert "the only one stored would have matched" in flat(say("/csms subscribe revenue", bot))
    assert "the only one stored would not have matched" in flat(say("/csms subscribe tariffs", bot))


def test_the_same_filters_again_change_the_cadence_and_say_so(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    shown = flat(say("/csms subscribe revenue revenue now in ET", bot))
    assert "Changed subscription 1. This channel now gets CSMS updates: Revenue." in shown
    assert "It was weekdays 09:00 ET, and is at once now" in shown
    with bot.read() as connection:
        (saved,) = store.of_channel(connection, 1)
    assert saved.cadence == Cadence(CadenceKind.NOW)
    same = say("/csms subscribe now revenue", bot)
    assert "the same" in flat(same)
    assert not same.public  # nothing changed, so nobody else is told


def test_subscriptions_that_differ_only_in_system_notices_have_different_titles(bot: Database) -> None:
    say("/csms subscribe", bot)
    say("/csms subscribe revenue", bot)
    shown = flat(say("/csms subscribe now include system notices", bot))
    assert "It overlaps with subscriptions 1 (CSMS: all topics); 2 (CSMS: Revenue). An entry of several is posted here once." in shown
    assert bullets(say("/csms subscriptions", bot))[2].startswith("3 · CSMS: all topics, with system notices · at once")


def test_overlapping_subscriptions_are_named(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    say("/csms subscribe outage", bot)
    shown = flat(say("/csms subscribe revenue tariffs now", bot))
    assert "It overlaps with subscription 1 (CSMS: Revenue). An entry of both is posted here once." in shown
    assert "overlaps" not in flat(say("/trade subscribe federal-register", bot))


def test_a_repeated_command_changes_nothing_and_says_so(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    reply = say("/csms subscribe  revenue", bot)
    assert "Nothing was changed" in reply.text


def test_a_second_error_is_reported_with_its_position_in_the_command(bot: Database) -> None:
    reply = say("/csms subscribe bananas hourly", bot)
    assert "Character 17: “bananas” is no topic that I know. The topics are Agriculture and Quota, AD/CVD, FTA, " in reply.text
    for said in (flat(reply), reply.text):
        assert "Character 25: “hourly” is no cadence here. The cadences are: now, daily 09:00" in said


def test_an_error_names_the_position_in_the_whole_command_and_stores_nothing(bot: Database) -> None:
    reply = say("/csms subscribe revenue textles now", bot)
    assert reply.text == (
        "Character 25: “textles” is no topic that I know. Did you mean Textiles and Wearing Apparel? "
        'To look for the word itself, put it in quotes: "textles".'
    )
    assert "/csms subscribe revenue → textles now" in flat(reply)
    assert (reply.ok, reply.public) == (False, False)
    with bot.read() as connection:
        assert store.of_channel(connection, 1) == []
    assert say("/csms subscribe revenue textiles now", bot).ok


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/csms subscribe forced labr", "/csms subscribe forced-labor"),
        ("/csms subscribe forced labr weekdays 09:00", "/csms subscribe forced-labor weekdays 09:00"),
        ('/csms subscribe  revenue, textles -"training" now', '/csms subscribe  revenue, textiles -"training" now'),
        ("/csms subscribe revnue textles dayly 10:00", "/csms subscribe revenue textiles daily 10:00"),
        ("/trade subscribe federal-registr revnue", "/trade subscribe federal-register revenue"),
        ("/csms preview forced labr", "/csms preview forced-labor"),
    ],
)
def test_a_misspelling_is_offered_as_the_corrected_command(bot: Database, typed: str, meant: str) -> None:
    reply = say(typed, bot)
    assert (reply.ok, list(buttons(reply).values())) == (False, [meant])
    assert list(buttons(reply)) == [" ".join(meant.split())]
    assert say(meant, bot).ok


def test_a_misspelling_in_a_change_is_corrected_for_the_same_subscription(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    (command,) = buttons(say("/csms subscribe textles daily 09:00 instead of 1", bot)).values()
    assert command == "/csms subscribe textiles daily 09:00 instead of 1"
    assert "Changed subscription 1." in say(command, bot).text


@pytest.mark.parametrize(
    "typed",
    [
        "/csms subscribe frobnicate",  # like nothing
        "/csms subscribe 232",  # a part of a name, and no slip of it
        "/csms subscribe help",  # asks for something else
        "/csms subscribe duty",  # two topics
        "/csms subscribe textles frobnicate",  # it would not be understood either
        "/csms subscribe textles now daily 09:00",
        "/csms subscribe revnu textles agricultur ad-cvdd",  # too many
    ],
)
def test_an_ambiguous_correction_is_not_offered(bot: Database, typed: str) -> None:
    reply = say(typed, bot)
    assert (reply.ok, buttons(reply)) == (False, {})


def test_a_long_command_has_a_short_label(bot: Database) -> None:
    phrases = " ".join(f'"phrase number {number}"' for number in range(8))
    ((label, command),) = buttons(say(f"/csms subscribe textles {phrases}", bot)).items()
    assert command == f"/csms subscribe textiles {phrases}"
    assert len(label) <= 60


@pytest.mark.parametrize(
    "words", ["/csms subscribe revenue", "/csms subscriptions", "/csms unsubscribe 1", "/csms preview revenue", "/trade subscribe"]
)
def test_people_from_another_workspace_cannot_change_subscriptions(bot: Database, words: str) -> None:
    reply = say(words, bot, GUEST)
    assert not reply.ok
    assert "You come from another workspace" in reply.text
    with bot.read() as connection:
        assert store.of_channel(connection, 1) == []


@pytest.mark.parametrize("words", ["/csms subscribe revenue", "/csms subscriptions", "/csms unsubscribe 1", "/csms preview revenue"])
def test_without_a_database_or_a_channel_it_says_what_is_needed(bot: Database, words: str) -> None:
    assert "needs the running bot" in say(words, None).text
    assert "belongs to a channel" in say(words, bot, channel=None).text


def test_the_number_of_subscriptions_is_limited(bot: Database) -> None:
    for number in range(MAX_SUBSCRIPTIONS):
        assert say(f'/csms subscribe "phrase {number}"', bot).ok
    reply = say('/csms subscribe "one more"', bot)
    assert not reply.ok
    assert f"{MAX_SUBSCRIPTIONS} subscriptions already" in reply.text
    assert say('/csms subscribe "phrase 3" now', bot).ok


def test_the_list_shows_cadence_next_digest_and_what_waits(bot: Database, clock: Clock) -> None:
    say("/csms subscribe revenue", bot)
    say("/csms subscribe outage now in CT", bot)
    clock.pass_(minutes=1)
    publish(bot, *STORED)
    reply = say("/csms subscriptions", bot)
    assert bullets(reply) == [
        "1 · CSMS: Revenue · weekdays 09:00 ET · next Tue 09:00 ET · 3 waiting · set by Maria",
        "2 · CSMS: Outages, with system notices · at once · 1 waiting · set by Maria",
    ]
    assert buttons(reply) == {
        "Change 1": "/csms subscribe instead of 1",
        "Change 2": "/csms subscribe instead of 2",
        "Unsubscribe 1": "/csms unsubscribe 1",
        "Unsubscribe 2": "/csms unsubscribe 2",
    }
    assert not reply.public


def test_the_list_says_when_posting_is_paused_and_why(bot: Database) -> None:
    say("/csms subscribe", bot)
    with bot.begin() as connection:
        channels.pause(connection, 1, "not_in_channel")
    assert "Posting is paused here: not_in_channel. What waits is kept." in flat(say("/trade subscriptions", bot))


def test_an_empty_list_says_how_to_begin(bot: Database) -> None:
    reply = say("/csms subscriptions", bot)
    assert "no subscriptions" in reply.text
    assert buttons(reply)["Subscribe to CSMS"] == "/csms subscribe"


def test_a_list_shows_only_its_own_channel(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    other = ChannelRef("slack", "T1", "C2", "other")
    assert "no subscriptions" in say("/csms subscriptions", bot, channel=other).text
    reply = say("/csms unsubscribe 1", bot, channel=other)
    assert not reply.ok
    with bot.read() as connection:
        assert len(store.of_channel(connection, 1)) == 1


def test_unsubscribe_is_visible_to_the_whole_channel(bot: Database, clock: Clock) -> None:
    say("/csms subscribe revenue", bot)
    say("/csms subscribe tariffs", bot)
    clock.pass_(minutes=1)
    publish(bot, STORED[0])
    reply = say("/csms unsubscribe #1", bot)
    shown = flat(reply)
    assert "Ended subscription 1. This channel no longer gets CSMS updates: Revenue." in shown
    assert "1 that waited for it is not posted by it any more. 1 other subscription here." in shown
    assert "Ended by Maria" in shown
    assert reply.public
    with bot.read() as connection:
        assert [each.id for each in store.of_channel(connection, 1)] == [2]


def test_subscribe_again_restores_the_ended_subscription(bot: Database) -> None:
    say('/trade subscribe federal-register revenue "ach" -"training" weekly fri 16:00 in PT include system notices digest only', bot)
    with bot.read() as connection:
        (before,) = store.of_channel(connection, 1)
    again = buttons(say("/trade unsubscribe 1", bot))["Subscribe again"]
    assert say(again, bot).ok
    with bot.read() as connection:
        (after,) = store.of_channel(connection, 1)
    assert (after.filters, after.cadence, after.zone, after.digest_only) == (
        before.filters,
        before.cadence,
        before.zone,
        before.digest_only,
    )


@pytest.mark.parametrize("words", ["7", "", "revenue", "99999999999999999999999", "1; DROP TABLE"])
def test_an_unknown_number_lists_the_subscriptions(bot: Database, words: str) -> None:
    say("/csms subscribe revenue", bot)
    reply = say(f"/csms unsubscribe {words}", bot)
    assert not reply.ok
    assert "There is: 1 (CSMS: Revenue)." in reply.text
    assert buttons(reply) == {"Unsubscribe 1": "/csms unsubscribe 1"}
    assert "there is none to end" in say("/csms unsubscribe 1", bot, channel=ChannelRef("slack", "T1", "C2")).text


def test_a_preview_shows_why_each_matched_and_what_was_left_out(bot: Database) -> None:
    publish(bot, *STORED, backlog=True)
    reply = say('/csms preview revenue -"training"', bot)
    assert sorted(bullets(reply)) == [
        "Guidance: Duty on steel · 67000002 · Mon 9 Feb 2026 · because: topic revenue (title: revenue)",
        "Refunds go out by ACH · 67000001 · Mon 9 Feb 2026 · because: topic revenue (title: revenue)",
    ]
    assert "2 of the last 6 would have matched" in flat(reply)
    assert "Left out: 1 system notice; 1 with a phrase to leave out; 2 about something else." in flat(reply)
    assert not reply.public
    assert buttons(reply)["Subscribe this channel"] == '/csms subscribe revenue -"training" weekdays 09:00 in America/New_York'
    with bot.read() as connection:
        assert store.of_channel(connection, 1) == []


def test_a_preview_by_number_shows_that_subscription(bot: Database) -> None:
    publish(bot, *STORED, backlog=True)
    say("/csms subscribe quota", bot)
    reply = say("/csms preview 1", bot)
    assert bullets(reply) == ["Beef quota · 67000006 · Mon 9 Feb 2026 · because: topic agriculture-quota (title: agriculture-quota)"]
    other = say("/csms preview 2", bot)
    assert not other.ok
    assert "This channel has no subscription “2”. There is: 1 (CSMS: Agriculture and Quota)." in other.text
    assert buttons(other) == {"Preview 1": "/csms preview 1"}


def test_a_preview_of_everything_repeats_no_reason(bot: Database) -> None:
    publish(bot, *STORED, backlog=True)
    shown = bullets(say("/csms preview", bot))
    assert "Beef quota · 67000006 · Mon 9 Feb 2026" in shown
    assert not any("because" in each for each in shown)


def test_samples_count_on_the_playground_only(bot: Database) -> None:
    publish(bot, entry("67000009", "Sample", "revenue", feed="sample", key="sample:1"), backlog=True)
    playground = ChannelRef("playground", "local", "trade-updates")
    assert "the only one stored would have matched" in flat(say("/csms preview revenue", bot, channel=playground))
    assert "nothing stored yet" in flat(say("/csms preview revenue", bot))


def test_why_answers_from_the_stored_reasons(bot: Database, clock: Clock) -> None:
    say("/csms subscribe revenue", bot)
    say('/csms subscribe "ach" now', bot)
    clock.pass_(minutes=1)
    publish(bot, *STORED)
    reply = say("/csms why 67000001", bot)
    assert bullets(reply) == [
        "topic revenue (title: revenue), for subscription 1 (CSMS: Revenue), not posted yet",
        '"ach" in the title, for subscription 2 (CSMS: all topics, with “ach”), not posted yet',
    ]
    assert "No subscription of this channel asked for it" in say("/csms why 67000006", bot).text
    assert "is stored here" in say("/csms why 67999999", bot).text


def test_why_with_other_words_searches_the_content(bot: Database) -> None:
    assert say("/csms why are refunds slow", bot) == say("/trade why are refunds slow", bot)


@pytest.mark.parametrize(
    "words", ["digest 1 2026-02-09T14:00:00", "digest 9 2026-02-09T14:00:00+00:00", "digest 1 2026-99-09T14:00:00+00:00", "entry 9999"]
)
def test_why_of_an_unknown_digest_says_so(bot: Database, words: str) -> None:
    say("/csms subscribe revenue", bot)
    assert not say(f"/csms why {words}", bot).ok


WORDS = (
    "",
    "now",
    'revenue tariffs "ach refund" "notify parties" -"training" weekly sun 00:00 in UTC digest only',
    "daily 23:59 in Australia/Lord_Howe include system notices",
    "all feeds weekdays 9am in MT",
    "cbp-trade federal-register outages",
)


@pytest.mark.parametrize("words", WORDS)
def test_typed_words_parse_to_the_same_spec(words: str) -> None:
    wish = parse(words, CATALOG, NEW_YORK, feeds_allowed=True)
    assert isinstance(wish, SubscriptionSpec)
    again = parse(wording.typed_words(wish), CATALOG, "UTC", feeds_allowed=True)
    assert isinstance(again, SubscriptionSpec)
    assert (again.filters, again.cadence, again.digest_only) == (wish.filters, wish.cadence, wish.digest_only)
    assert wish.cadence.kind == CadenceKind.NOW or again.zone == wish.zone


def test_a_spec_too_long_to_type_has_no_button() -> None:
    filters = Filters(phrases=tuple(f"{number} {'x' * 90}" for number in range(9)))
    assert wording.subscribe_button("Again", SubscriptionSpec(filters, Cadence(CadenceKind.NOW), NEW_YORK, False)) == ()
    assert wording.subscribe_button("Again", SubscriptionSpec(Filters(), Cadence(CadenceKind.NOW), NEW_YORK, False)) == (
        Button("Again", "/csms subscribe now"),
    )


def test_instead_of_replaces_a_subscription_and_says_what_it_was(bot: Database, clock: Clock) -> None:
    say("/csms subscribe revenue", bot)
    clock.pass_(minutes=1)
    publish(bot, *STORED)
    reply = say("/csms subscribe revenue tariffs now in CT instead of 1", bot)
    shown = flat(reply)
    assert "Changed subscription 1. This channel now gets CSMS updates: Revenue, Tariffs." in shown
    assert "It was CSMS: Revenue, weekdays 09:00 ET, as subscription 1." in shown
    assert "What waits for it and is still asked for comes with 2." in shown
    assert reply.public
    assert bullets(say("/csms subscriptions", bot)) == ["2 · CSMS: Revenue, Tariffs · at once · 3 waiting · set by Maria"]


def test_a_replacement_equal_to_another_subscription_joins_it(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    say("/csms subscribe tariffs", bot)
    shown = flat(say("/csms subscribe Tariffs instead of #1", bot))
    assert "Subscription 2 asked for the same already; 1 has ended." in shown
    assert len(bullets(say("/csms subscriptions", bot))) == 1


def test_changing_nothing_or_the_times_alone_keeps_the_subscription(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    same = say("/csms subscribe revenue weekdays instead of 1", bot)
    assert "Nothing to change, subscription 1 is the same." in same.text
    assert not same.public
    assert "It was weekdays 09:00 ET, and is daily 10:00 ET now" in flat(say("/csms subscribe revenue daily 10:00 instead of 1", bot))


def test_a_change_without_words_shows_the_subscription_as_it_is_typed(bot: Database) -> None:
    say('/trade subscribe federal-register revenue -"ach" daily 10am in CT', bot)
    change = buttons(say("/trade subscriptions", bot))["Change 1"]
    assert change == "/trade subscribe instead of 1"
    reply = say(change, bot)
    assert not reply.ok
    typed = '/trade subscribe federal-register revenue -"ach" daily 10:00 in America/Chicago instead of 1'
    assert typed in reply.text
    assert "is the same" in say(typed, bot).text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("revenue instead of 7", "This channel has no subscription “7”. There is: 1 (CSMS: Revenue)."),
        ("instead of 7", "This channel has no subscription “7”."),
        ("textles instead of 1", "Character 17: “textles” is no topic that I know."),
        ("federal-register instead of 1", "is a feed, and /csms is about CSMS messages only"),
    ],
)
def test_a_change_that_cannot_be_made_changes_nothing_and_says_so(bot: Database, words: str, said: str) -> None:
    say("/csms subscribe revenue", bot)
    reply = say(f"/csms subscribe {words}", bot)
    assert not reply.ok
    assert said in reply.text
    assert bullets(say("/csms subscriptions", bot)) == [
        "1 · CSMS: Revenue · weekdays 09:00 ET · next Tue 09:00 ET · nothing waits · set by Maria"
    ]


def test_a_phrase_may_say_instead_of(bot: Database) -> None:
    say('/csms subscribe "used instead of 1"', bot)
    assert "with “used instead of 1”" in flat(say("/csms subscriptions", bot))
