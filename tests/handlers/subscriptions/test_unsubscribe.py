import pytest

from handlers.replies.reply import Button, Buttons, Reply
from jobs.store import subscriptions as store
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.small_catalog import entry
from tests.support.subscriptions import GUEST, buttons, flat, publish, say


def live(db: Database) -> list[int]:
    with db.read() as conn:
        return [each.id for each in store.list_for_channel(conn, 1)]


def every_button(reply: Reply) -> list[Button]:
    return [button for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]


@pytest.fixture
def three(bot: Database) -> Database:
    for words in ("revenue", "quota tariffs weekly", 'now "steel"'):
        assert say(f"/csms subscribe {words}", bot).ok
    return bot


@pytest.mark.parametrize(
    "words", ["revenue", "from revenue", "me from the revenue updates", "REVENUE.", "my revenue subscription", "revenue weekdays"]
)
def test_a_topic_ends_the_only_subscription_that_brings_it(three: Database, words: str) -> None:
    reply = say(f"/csms unsubscribe {words}", three)
    assert "Ended subscription 1. This channel no longer gets CSMS updates: Revenue." in flat(reply)
    assert reply.public
    assert live(three) == [2, 3]


def test_a_phrase_ends_the_subscription_that_has_it(three: Database) -> None:
    assert say('/csms unsubscribe "steel"', three).ok
    assert live(three) == [1, 2]


def test_a_subscription_that_brings_more_is_offered_instead(three: Database) -> None:
    reply = say("/csms unsubscribe tariffs", three)
    assert (reply.ok, reply.public) == (False, False)
    assert "Subscription 2 brings more than Tariffs." in flat(reply)
    assert buttons(reply) == {
        "Unsubscribe 2 · Agriculture and Quota, Tariffs": "/csms unsubscribe 2",
        "Keep 2 · Agriculture and Quota": "/csms subscribe agriculture-quota weekly mon 09:00 in America/New_York instead of 2",
        "Change it instead": "/csms subscribe instead of 2",
    }
    assert live(three) == [1, 2, 3]


@pytest.mark.parametrize("said", ["from revenue", "me from revenue please", "us from the revenue digest", "from our revenue updates"])
def test_words_around_a_topic_are_no_part_of_its_name(three: Database, said: str) -> None:
    say('/csms subscribe revenue "ach"', three)
    assert "2 subscriptions bring Revenue." in flat(say(f"/csms unsubscribe {said}", three))


def test_several_that_fit_are_offered(three: Database) -> None:
    say('/csms subscribe revenue "ach"', three)
    reply = say("/csms unsubscribe revenue", three)
    assert "2 subscriptions bring Revenue." in flat(reply)
    assert list(buttons(reply).values()) == ["/csms unsubscribe 1", "/csms unsubscribe 4"]
    assert live(three) == [1, 2, 3, 4]


def test_all_is_asked_once_and_the_button_ends_exactly_those(three: Database, clock: Clock) -> None:
    for words in ("all", "everything", "from everything", "from all updates", "us from all of our subscriptions"):
        reply = say(f"/csms unsubscribe {words}", three)
        assert (reply.ok, reply.public) == (False, False)
        assert flat(reply).startswith("Do you want to end all 3 subscriptions of this channel?")
    end = every_button(reply)[0]
    assert (end.label, end.command, end.style) == ("End all 3 subscriptions", "/csms unsubscribe 1 2 3", "danger")
    assert live(three) == [1, 2, 3]
    say("/csms subscribe textiles", three)
    publish(three, entry("67000001", "Refunds go out by ACH", "revenue"))
    ended = say(end.command, three)
    assert "Ended 3 subscriptions: 1 (CSMS: Revenue); 2 (CSMS: Agriculture and Quota, Tariffs)" in flat(ended)
    assert "1 waiting message will not be posted for them. This channel still has 1 subscription." in flat(ended)
    assert ended.public
    assert live(three) == [4]
    clock.pass_(minutes=2)
    assert "has already ended" in say(end.command, three).text


@pytest.mark.parametrize("words", ["1, 2 and 3", "subscriptions 1, 2, 3", "#1 #2 #3"])
def test_several_numbers_end_several(three: Database, words: str) -> None:
    assert say(f"/csms unsubscribe {words}", three).ok
    assert live(three) == []


def test_a_channel_without_subscriptions_asks_nothing(bot: Database) -> None:
    assert "This channel has no subscriptions to end." in say("/csms unsubscribe all", bot).text


def test_a_guest_ends_nothing(three: Database) -> None:
    for words in ("revenue", "all", "1 2 3"):
        assert not say(f"/csms unsubscribe {words}", three, person=GUEST).ok
    assert live(three) == [1, 2, 3]
