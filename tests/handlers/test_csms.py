from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handlers.command import Command, Context, NoStore, Person, StoreNeeded
from handlers.replies.reply import Bullets, Button, Buttons, Reply, Section, plain
from handlers.replies.text import render
from handlers.router import dispatch, resolve
from jobs.models.channels import ChannelRef
from jobs.models.entries import SAMPLE, Entry
from jobs.publish import publish_entries
from jobs.store import feeds
from jobs.store.database import Database
from jobs.store.feeds import PollFailure, PollSuccess
from tests.support.databases import on_both
from tests.support.shipped_catalog import shipped_catalog
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW, entry, new

pytestmark = pytest.mark.one_database

SHIPPED = shipped_catalog()
ASKER = Person("slack", "T1", "U1", "Maria")
AGOA = entry(
    "67647279",
    "GUIDANCE: AGOA, Haiti HOPE and HELP reauthorized",
    "trade-agreements",
    kind="guidance",
    lead="guidance",
    body="Programs are back. See the Federal Register.",
    published=NOW - timedelta(days=3),
)
CORRECTED = entry(
    "68987884", "CORRECTION: AGOA", "trade-agreements", body="This corrects CSMS # 67647279.", lead="correction", kind="guidance"
)
WEBINAR = entry("68987890", "Webinar on AGOA", "trade-agreements", body="About CSMS # 67647279.")
ORGANIC = entry("67645994", "USDA organic 100%_flags", "agriculture-quota", published=NOW - timedelta(days=5))


def say(words: str, db: Database | None, channel: ChannelRef | None = CHANNEL) -> Reply:
    verb, _, rest = words.removeprefix("/").partition(" ")
    return dispatch(resolve(Command(verb, rest, ASKER, channel)), Context(CATALOG, NOW, NEW_YORK, db))


def publish(db: Database, *stored: Entry) -> None:
    with db.begin() as connection:
        for feed in {each.feed for each in stored}:
            publish_entries(connection, feed, [new(each) for each in stored if each.feed == feed], NOW, backlog=False)


def read_feed(db: Database, at: datetime = NOW, *, failing: str = "") -> None:
    """Record a good read of CBP's feed at this time, and a failure a minute later."""
    with db.begin() as conn:
        feeds.ensure(conn, ["csms"], at)
        feeds.make_due(conn, ["csms"], at)
        claim = feeds.claim(conn, "csms", at, 60)
        assert claim is not None
        feeds.settle_success(conn, claim, at, PollSuccess(at, 100, changed=True, sources={}, seeded=True))
        if failing:
            late = at + timedelta(minutes=1)
            claim = feeds.claim(conn, "csms", late, 60)
            assert claim is not None
            feeds.settle_failure(conn, claim, late, PollFailure(failing, late))


def buttons(reply: Reply) -> list[Button]:
    return [button for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]


def bullets(reply: Reply) -> list[str]:
    return [plain(item) for block in reply.blocks if isinstance(block, Bullets) for item in block.items]


@pytest.mark.parametrize(
    "words", ["67647279", "CSMS 67647279", "csms # 67647279", "#67647279", "6764 7279", "is CSMS #67647279 still in force?"]
)
def test_a_number_is_found_in_every_spelling(sqlite_db: Database, words: str) -> None:
    publish(sqlite_db, AGOA)
    reply = say(f"/csms {words}", sqlite_db)
    assert reply.subjects == ("csms:67647279",)


def test_the_card_says_what_is_stored_and_never_what_is_in_force(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA, ORGANIC)
    read_feed(sqlite_db, NOW - timedelta(minutes=2))
    reply = say("/csms 67647279", sqlite_db)
    shown = render(reply)
    assert "Guidance: AGOA, Haiti HOPE and HELP reauthorized" in shown
    assert AGOA.url in shown
    assert "CSMS 67647279 · sent 6 Feb 09:00 ET" in shown
    assert "Topics: FTA (the title contains “trade-agreements”)" in shown
    assert "Programs are back. See the Federal Register." in shown
    assert "No later CSMS message stored here mentions this one; CBP's feed was last read 08:58 ET." in shown
    assert "CSMS guidance is not binding" in shown
    assert "in force" not in shown
    assert (reply.public, reply.shareable) == (False, True)
    assert [button.command for button in buttons(reply)] == ["/csms latest trade-agreements"]


def test_a_later_message_that_names_it_is_a_plain_fact(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA, WEBINAR)
    shown = render(say("/csms 67647279", sqlite_db))
    assert "Mentioned in" in shown
    assert "Webinar on AGOA" in shown
    assert "No later CSMS" not in shown
    later = render(say("/csms 68987890", sqlite_db))
    assert "No later CSMS message stored here mentions this one" in later


def test_a_later_message_that_changes_it_stands_above_it(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA, CORRECTED, WEBINAR)
    read_feed(sqlite_db)
    reply = say("/csms 67647279", sqlite_db)
    shown = render(reply)
    assert shown.startswith("Corrected 9 Feb by CSMS 68987884 [1]. Read that message instead.")
    assert shown.index("Correction: AGOA") < shown.index("Haiti HOPE") < shown.index("Webinar on AGOA")
    assert shown.index("Earlier text") < shown.index("Haiti HOPE")
    assert reply.text.startswith("Corrected 9 Feb by CSMS 68987884. Read that message instead.")


def test_the_new_date_of_an_extended_deadline_stands_above_the_message(sqlite_db: Database) -> None:
    body = "CBP is extending the deadline in CSMS # 67647279. The deadline is extended to March 18, 2026."
    publish(sqlite_db, AGOA, entry("68987884", "AGOA: more time", body=body))
    read_feed(sqlite_db)
    expected = "Extended 9 Feb by CSMS 68987884 [1].\nAGOA: more time [1]\nWhat changed: “The deadline is extended to March 18, 2026.”"
    assert render(say("/csms 67647279", sqlite_db)).startswith(expected)


def test_what_only_updates_a_message_leaves_its_text_as_it_is(sqlite_db: Database) -> None:
    update = entry("68987884", "AGOA forms", body="This message updates CSMS # 67647279. Filers must use the new form.")
    publish(sqlite_db, AGOA, update)
    read_feed(sqlite_db)
    shown = render(say("/csms 67647279", sqlite_db))
    assert shown.startswith("Updated 9 Feb by CSMS 68987884 [1].\nAGOA forms [1]\nWhat changed: “Filers must use the new form.”")
    assert "Earlier text" not in shown
    assert "Read that message instead" not in shown


def test_the_card_shows_the_whole_chain_oldest_first(sqlite_db: Database) -> None:
    second = entry("68987999", "AGOA again", body="This message replaces CSMS # 68987884.", published=NOW + timedelta(hours=1))
    follow_up = entry("68988999", "AGOA once more", body="This is a follow-up to CSMS # 67647279.", published=NOW + timedelta(hours=2))
    publish(sqlite_db, AGOA, CORRECTED, second, follow_up)
    for asked in (AGOA, CORRECTED, second, follow_up):
        (chain,) = (block for block in say(f"/csms {asked.number}", sqlite_db).blocks if isinstance(block, Bullets))
        listed = [plain(item) for item in chain.items]
        numbers = ["67647279", "68987884", "68987999", "68988999"]
        assert [number in item for number, item in zip(numbers, listed, strict=True)] == [True] * 4
        assert ["this message" in item for item in listed] == [number == asked.number for number in numbers]
        assert "corrects CSMS 67647279" in listed[1]
        assert "replaces CSMS 68987884" in listed[2]
        assert "follows up on CSMS 67647279" in listed[3]


@pytest.mark.parametrize("words", ["latest", "agoa haiti"])
def test_lists_say_which_messages_were_changed(sqlite_db: Database, words: str) -> None:
    again = entry("68987999", "AGOA again", body="This message replaces CSMS # 67647279.", published=NOW + timedelta(hours=1))
    publish(sqlite_db, AGOA, CORRECTED, again)
    reply = say(f"/csms {words}", sqlite_db)
    assert [each for each in bullets(reply) if " by " in each] == [each for each in bullets(reply) if each.endswith("replaced by 68987999")]
    assert sum("67647279" in each and "replaced by 68987999" in each for each in bullets(reply)) == 1
    assert "6 Feb 2026, replaced by 68987999" in reply.text


def test_the_card_gives_the_first_date_and_what_changes_or_says_that_no_date_was_found(sqlite_db: Database) -> None:
    body = f"{'CBP has news for the trade. ' * 20}The new form must be used beginning March 1, 2026."
    dated = entry("68987884", "GUIDANCE: New form", kind="guidance", lead="guidance", body=body)
    publish(sqlite_db, AGOA, dated, entry("68987891", "Survey", body="Please answer our survey."))
    shown = render(say("/csms 68987884", sqlite_db))
    assert "Effective 1 Mar: The new form must be used beginning March 1, 2026." in shown
    assert "not found in its text" not in shown
    assert "Effective date: not found in its text" in render(say("/csms 67647279", sqlite_db))
    assert "not found in its text" not in render(say("/csms 68987891", sqlite_db))


def test_the_newest_message_of_the_topic_stands_below_one_that_nothing_names(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA, entry("68987891", "Rules of origin", "trade-agreements"))
    assert "Newest on FTA: Rules of origin" in render(say("/csms 67647279", sqlite_db))
    assert "Newest on" not in render(say("/csms 68987891", sqlite_db))


def test_a_number_that_cbp_mistyped_is_said_to_be_uncertain(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA, entry("68987884", "Cotton fees", body="This message replaces CSMS # 6764727."))
    words = "It names “CSMS # 6764727”. CBP mistyped that number, and the bot is not certain which message it means."
    assert words in " ".join(render(say("/csms 68987884", sqlite_db)).split())
    assert words in " ".join(render(say("/csms why 68987884", sqlite_db)).split())
    assert "Replaced" not in render(say("/csms 67647279", sqlite_db))


def test_a_message_that_seems_to_be_continued_is_offered_as_a_guess(sqlite_db: Database) -> None:
    outage = entry("68987891", "ACE Reports Processing Delays", kind="outage")
    publish(sqlite_db, outage, entry("68987892", "RESOLVED: ACE Reports Processing Delays", kind="resolved"))
    for asked, other in (("68987891", "68987892"), ("68987892", "68987891")):
        shown = render(say(f"/csms {asked}", sqlite_db))
        assert other in shown[shown.index("Seems to continue or to be continued by") :]
        assert "The bot’s guess, because the titles are the same. CBP’s messages do not clearly say so." in shown
        assert "Resolved 9 Feb" not in shown


def test_a_guess_beside_a_mistyped_number_does_not_say_that_no_message_names_another(sqlite_db: Database) -> None:
    outage = entry("68987891", "ACE Reports Processing Delays", kind="outage")
    unclear = entry("68987892", "UPDATE: ACE Reports Processing Delays", kind="outage", body="This message updates CSMS # 6898789.")
    publish(sqlite_db, outage, unclear, entry("68987893", "ACE Reports Processing Delays", body="See CSMS # 68987891.", kind="outage"))
    shown = " ".join(render(say("/csms 68987892", sqlite_db)).split())
    assert "It names “CSMS # 6898789”." in shown
    assert "CBP’s messages do not clearly say so." in shown
    assert "do not name each other" not in shown


@pytest.mark.parametrize("words", ["is CSMS 67647279 still valid", "is 67647279 in force?"])
def test_whether_a_message_is_valid_is_answered_by_what_later_names_it(db: Database, words: str) -> None:
    publish(db, AGOA)
    read_feed(db, NOW - timedelta(minutes=2))
    shown = render(say(f"/trade {words}", db))
    assert shown.startswith("No later CSMS message stored here mentions this one; CBP's feed was last read 08:58 ET.")
    assert "in force" not in shown
    publish(db, WEBINAR)
    assert render(say(f"/trade {words}", db)).startswith("Mentioned in\n\n- Webinar on AGOA")


@pytest.mark.parametrize(
    "words",
    [
        "67647279",
        "what does csms #67647279 say",
        "can someone explain message 67647279 to me",
        "see https://content.govdelivery.com/accounts/USDHSCBP/bulletins/408372f, please",
        "content.govdelivery.com/accounts/usdhscbp/bulletins/408372f",
        "<https://content.govdelivery.com/bulletins/gd/USDHSCBP-408372f?wgt_ref=x|the message>",
    ],
)
@pytest.mark.parametrize("verb", ["trade", "csms"])
def test_a_question_that_names_a_message_opens_it(sqlite_db: Database, verb: str, words: str) -> None:
    publish(sqlite_db, AGOA)
    assert say(f"/{verb} {words}", sqlite_db).subjects == ("csms:67647279",)
    unstored = say(f"/{verb} {words}", None)
    assert "Only the running bot stores messages" in render(unstored) or "only the running bot stores messages" in render(unstored)


def test_eight_digits_that_classify_goods_are_no_message() -> None:
    assert "CSMS" not in say("/trade HTS code 84713001", None).text
    for link in (
        "https://example.com/bulletins/408372f",
        "https://evilgovdelivery.com/bulletins/408372f",
        "https://govdelivery.com.evil/bulletins/408372f",
    ):
        assert "CSMS" not in say(f"/trade {link}", None).text.replace("CSMS message", "")


@pytest.mark.parametrize("failing", ["", "https://content.govdelivery.com/x.rss: HTTP 403 (text/html; “<html>”)"])
def test_a_feed_that_is_not_read_opens_every_answer_about_its_messages(db: Database, failing: str) -> None:
    publish(db, AGOA)
    read_feed(db, NOW - timedelta(minutes=2 if failing else 16), failing=failing)
    now = "08:58" if failing else "08:44"
    begins = f"CBP's feed {'cannot be read right now; it was' if failing else 'was'} last read {now} ET. Newer messages may be missing."
    for typed in (
        "/csms 67647279",
        "/csms latest",
        "/csms agoa",
        "/csms zeppelin",
        "/trade what's new",
        "/csms latest tariffs",
        "/csms 67647999",
    ):
        reply = say(typed, db)
        assert " ".join(render(reply).split()).startswith(begins), typed
        assert reply.text.startswith(begins), typed


@pytest.mark.parametrize("failing", ["", "https://content.govdelivery.com/x.rss: HTTP 403"])
@pytest.mark.parametrize("typed", ["how tall is mount everest", "purple elephants", "who regulates drones", "zeppelin"])
def test_a_miss_that_is_about_no_message_begins_with_no_warning_of_the_feed(db: Database, typed: str, failing: str) -> None:
    assert say(f"/trade {typed}", db).text.startswith("No results for")
    publish(db, AGOA)
    read_feed(db, NOW - timedelta(minutes=2 if failing else 16), failing=failing)
    reply = say(f"/trade {typed}", db)
    assert " ".join(render(reply).split()).startswith("No results for")
    assert reply.text.startswith("No results for")
    assert "Newer messages may be missing." in reply.text  # the messages were searched as well


def test_no_messages_yet_says_why(db: Database) -> None:
    assert "No CSMS messages are stored yet. The bot has not read CBP's feed yet." in say("/csms latest", db).text
    read_feed(db, NOW - timedelta(minutes=2))
    assert "The bot read CBP's feed 08:58 ET, and it had no messages." in say("/csms latest", db).text
    read_feed(db, NOW - timedelta(minutes=3), failing="https://content.govdelivery.com/x.rss: HTTP 403 (text/html; “<html>”)")
    assert "The bot could not read CBP's feed at 08:58 ET (HTTP 403). It keeps trying." in say("/csms latest", db).text


def test_nothing_found_names_what_was_searched(db: Database) -> None:
    publish(db, AGOA, ORGANIC)
    read_feed(db)
    assert "Searched: 2 stored CSMS messages since 4 Feb. CBP's feed was last read 09:00 ET." in say("/csms zeppelin", db).text
    searched = "Searched: the content and 2 stored CSMS messages since 4 Feb. CBP's feed was last read 09:00 ET."
    nothing = say("/trade zeppelin", db)
    assert searched in nothing.text
    assert not nothing.answered


def test_held_messages_are_marked_wherever_they_are_listed(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA)
    with sqlite_db.begin() as connection:
        publish_entries(connection, "csms", [new(CORRECTED)], NOW, backlog=False, held=True)
    mark = "not posted until an admin decides"
    assert [mark in bullet for bullet in bullets(say("/csms latest", sqlite_db))] == [True, False]
    assert [mark in bullet for bullet in bullets(say("/csms agoa", sqlite_db))] == [True, False]
    assert mark in render(say("/csms 67647279", sqlite_db))
    card = say("/csms 68987884", sqlite_db)
    assert mark in render(card)
    assert mark in card.text


def test_a_card_says_once_that_newer_messages_may_be_missing(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA)
    shown = render(say("/csms 67647279", sqlite_db))
    assert shown.count("CBP's feed has not been read yet") == 1
    assert "No later CSMS message stored here mentions this one." in shown


def test_a_longer_number_that_contains_it_does_not_name_it(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA, entry("68987885", "HTS 676472790 changes"))
    assert "No later CSMS" in render(say("/csms 67647279", sqlite_db))


@pytest.mark.parametrize("with_db", [True, False])
def test_a_number_that_is_not_stored_leads_to_its_official_page(sqlite_db: Database, with_db: bool) -> None:
    reply = say("/csms 69302472", sqlite_db if with_db else None)
    assert "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/42178c8" in render(reply)
    assert "has not checked it" in reply.text
    assert reply.subjects == ("csms:69302472",)


def test_messages_that_name_an_unstored_number_are_listed(sqlite_db: Database) -> None:
    publish(sqlite_db, WEBINAR)
    reply = say("/csms 67647279", sqlite_db)
    assert bullets(reply) == ["Webinar on AGOA · 68987890 · 9 Feb"]


def test_what_changes_a_message_that_is_not_stored_stands_above_it(db: Database) -> None:
    publish(db, CORRECTED, WEBINAR)
    read_feed(db)
    for words in ("/csms 67647279", "/trade is CSMS 67647279 still valid"):
        reply = say(words, db)
        first = plain(next(line for block in reply.blocks if isinstance(block, Section) for line in block.lines))
        assert first == "Corrected 9 Feb by CSMS 68987884. Read that message instead."
        assert reply.text.startswith(first)
        assert "The bot has no CSMS message 67647279." in reply.text
        assert bullets(reply) == ["Webinar on AGOA · 68987890 · 9 Feb"]


def test_a_message_that_is_not_stored_may_be_older_than_all_that_are(sqlite_db: Database) -> None:
    publish(sqlite_db, ORGANIC)
    read_feed(sqlite_db, NOW - timedelta(minutes=2))
    reply = say("/trade is CSMS 67647279 still valid", sqlite_db)
    assert "The bot has no CSMS message 67647279, so it cannot say whether that one still applies." in reply.text
    assert "Searched: 1 stored CSMS message since 4 Feb. CBP's feed was last read 08:58 ET." in render(reply)
    assert "so it cannot say" not in say("/csms 67647279", sqlite_db).text


def test_neither_a_sample_nor_another_feed_counts_as_a_csms_message_that_was_searched(sqlite_db: Database) -> None:
    old = NOW - timedelta(days=90)
    sample = replace(AGOA, feed=SAMPLE, key="sample:97647279:0", number="97647279", published=old)
    publish(sqlite_db, sample, entry("1", "News", feed="cbp-trade", key="cbp-trade:1", published=old), ORGANIC)
    read_feed(sqlite_db)
    playground = replace(CHANNEL, platform="playground")
    assert "Searched: 1 stored CSMS message since 4 Feb." in say("/csms 67647279", sqlite_db, playground).text


def test_without_any_message_the_answer_says_that_none_is_stored(sqlite_db: Database) -> None:
    assert "No messages are stored yet." in say("/csms 67647279", sqlite_db).text


def test_the_card_says_which_later_messages_could_mention_it(db: Database) -> None:
    publish(db, AGOA)
    read_feed(db)
    assert "CBP's feed was last read 09:00 ET. No later one is stored." in " ".join(render(say("/csms 67647279", db)).split())
    publish(db, entry("68987901", "Quota bulletin", published=NOW - timedelta(days=2)))
    publish(db, entry("68987902", "Another bulletin", published=NOW - timedelta(days=1)))
    shown = render(say("/csms 67647279", db))
    assert "CBP's feed was last read 09:00 ET. 2 later ones are stored, sent 7 Feb to 8 Feb." in " ".join(shown.split())


def test_a_gap_in_what_is_stored_is_told(sqlite_db: Database) -> None:
    old = entry("64384423", "An archived message", published=NOW - timedelta(days=200))
    publish(sqlite_db, old, AGOA, ORGANIC)
    read_feed(sqlite_db)
    shown = " ".join(render(say("/csms 64384423", sqlite_db)).split())
    assert "2 later ones are stored, sent 4 Feb to 6 Feb." in shown
    assert "None is stored from between 24 Jul 2025 and 4 Feb, so the bot cannot know what was sent then." in shown


def test_what_the_content_says_of_a_message_is_shown_with_its_source(sqlite_db: Database) -> None:
    context = Context(SHIPPED, NOW, NEW_YORK, sqlite_db)
    for stored in (False, True):
        if stored:
            publish(sqlite_db, AGOA)
        shown = render(dispatch(resolve(Command("trade", "is CSMS 67647279 still valid", ASKER, CHANNEL)), context))
        assert "The content cites it" in shown
        assert "corrected it on 18 June 2026" in " ".join(shown.split())
        assert "CSMS 68987884" in shown
    assert "The content cites it" not in render(dispatch(resolve(Command("csms", "67647279", ASKER, CHANNEL)), context))
    without_messages = Context(SHIPPED, NOW, NEW_YORK)
    shown = render(dispatch(resolve(Command("trade", "is CSMS 67647279 still valid", ASKER, CHANNEL)), without_messages))
    assert "corrected it on 18 June 2026" in " ".join(shown.split())


def test_a_real_message_that_changes_a_sample_is_shown_on_its_card(sqlite_db: Database) -> None:
    publish(sqlite_db, replace(AGOA, feed=SAMPLE, key="sample:67647279:0"), CORRECTED)
    assert "68987884" in render(say("/csms 67647279", sqlite_db))


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("18-000240", "before July 2019"),
        ("12345678", "is too low"),
        ("6684128", "has 7 digits"),
        ("669387884", "has 9 digits"),
        ("csms 1234", "has 4 digits"),
    ],
)
def test_an_implausible_number_is_explained_without_a_link(sqlite_db: Database, number: str, expected: str) -> None:
    reply = say(f"/csms {number}", sqlite_db)
    assert expected in reply.text
    assert "govdelivery" not in render(reply)
    assert reply.subjects == ()


@pytest.mark.parametrize("typed", ["6898788", "689878840", "8987884"])
def test_a_number_with_a_digit_too_few_or_too_many_lists_the_stored_ones_that_it_may_be(db: Database, typed: str) -> None:
    publish(db, CORRECTED, AGOA)
    assert bullets(say(f"/csms {typed}", db)) == ["Correction: AGOA · 68987884 · 9 Feb"]


def test_messages_are_listed_newest_first_or_best_first_as_the_answer_says(db: Database) -> None:
    in_text = [entry(str(67700000 + day), "Something else", body="about AGOA", published=NOW - timedelta(days=day)) for day in (0, 9)]
    publish(db, entry("67645000", "AGOA in January", published=NOW - timedelta(days=20)), AGOA, *in_text)
    read_feed(db)
    newest = say("/csms agoa newest", db)
    assert newest.subjects == ("csms:67700000", "csms:67647279", "csms:67700009", "csms:67645000")
    assert "4 found, newest first · CBP's feed was last read 09:00 ET" in render(newest)
    best = say("/csms agoa", db)
    assert best.subjects == ("csms:67647279", "csms:67645000", "csms:67700000", "csms:67700009")
    shown = render(best)
    assert "4 found, best first" in shown
    assert shown.index("With the words in the title") < shown.index("AGOA in January") < shown.index("With the words in the text")


@on_both
@pytest.mark.parametrize("order", ["", " newest"])
def test_more_than_ten_messages_come_page_by_page(db: Database, order: str) -> None:
    publish(db, AGOA, *(entry(str(67700000 + number), "Something else", body="about AGOA") for number in range(22)))
    seen: list[str] = []
    reply = say(f"/csms agoa{order}", db)
    assert "23 found" in render(reply)
    assert [button.label for button in buttons(reply)] == ["Older", "Best first" if order else "Newest first"]
    while True:
        seen += reply.subjects
        publish(db, entry(str(67800000 + len(seen)), "AGOA meanwhile", published=NOW + timedelta(days=1)))
        further = [button for button in buttons(reply) if button.label == "Older"]
        if not further:
            break
        assert further[0].command.startswith("/csms agoa older:")
        reply = say(further[0].command, db)
    assert len(seen) == len(set(seen)) == 23
    assert (seen[-1] if order else seen[0]) == "csms:67647279"
    assert "There are no older messages." in say(f"/csms agoa older:n0{order}", db).text


@on_both
def test_the_newest_messages_come_page_by_page(db: Database) -> None:
    publish(db, AGOA, *(entry(str(67700000 + number), "Something else") for number in range(12)))
    first = say("/csms latest", db)
    older = buttons(first)[0]
    assert older.label == "Older"
    publish(db, entry("67800000", "One more", published=NOW + timedelta(minutes=1)))
    second = say(older.command, db)
    assert len(first.subjects) == 10
    assert len(set(first.subjects + second.subjects)) == 13


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("duty refund", ["67700001"]),
        ('"refunding duties"', []),
        ('"refund of duty"', ["67700001"]),
        ("what is being done about cancelling webinars", ["67700002"]),
        ("when does CBP cancel the april webinar for filers", ["67700002"]),
        ("semicond", ["67700003"]),
        ("webinars for astronauts in the alps with snow", []),
        ("67700003", ["67700003"]),
        ("semiconducting", ["67700003"]),
        ("cancellations of webinars", ["67700002"]),
    ],
)
def test_words_match_their_endings_all_of_them_or_most(db: Database, words: str, found: list[str]) -> None:
    publish(
        db,
        entry("67700001", "Refunds of Duties"),
        entry("67700002", "CBP Cancels Webinars of April 7"),
        entry("67700003", "Section 232 Semiconductors"),
        entry("67700004", "Scheduled maintenance"),
        entry("67700005", "Quota bulletin", body="Peanuts."),
    )
    assert [key.removeprefix("csms:") for key in say(f"/csms {words}", db).subjects] == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("what's new this week", ["3"]),
        ("what's new", ["3", "2", "1"]),
        ("messages since wednesday", ["3", "2"]),
        ("what came out about steel in january", ["1"]),
        ("any updates on steel since january 20", ["3", "2"]),
        ("anything about steel today", ["3"]),
        ("steel news from yesterday", ["3", "2", "1"]),
        ("latest on tariffs", ["3", "2", "1"]),
    ],
)
def test_time_words_limit_a_question_about_news(db: Database, words: str, found: list[str]) -> None:
    days = {"1": 25, "2": 5, "3": 0}
    publish(db, *(entry(f"6770000{number}", "Steel", "tariffs", published=NOW - timedelta(days=ago)) for number, ago in days.items()))
    reply = say(f"/trade {words}", db)
    assert [key[-1] for key in reply.subjects] == found
    assert ("No stored message yesterday contains this." in reply.text) == ("yesterday" in words)


@on_both
@pytest.mark.parametrize("words", ["what's new yesterday", "any updates on steel yesterday"])
def test_older_goes_on_with_messages_from_other_days(db: Database, words: str) -> None:
    publish(db, *(entry(f"677000{number:02}", "Steel", "tariffs", published=NOW - timedelta(days=3 + number)) for number in range(12)))
    first = say(f"/trade {words}", db)
    older = next(button for button in buttons(first) if button.label == "Older")
    rest = say(older.command, db)
    assert ["These are the newest from other days." in reply.text for reply in (first, rest)] == [True, False]
    assert [key[-2:] for key in (*first.subjects, *rest.subjects)] == [f"{number:02}" for number in range(12)]


def test_a_question_that_the_content_does_not_answer_is_searched_in_the_messages(db: Database) -> None:
    publish(db, entry("67700001", "Coffee harvested in Mexico"), ORGANIC)
    read_feed(db)
    reply = say("/trade is there coffee from mexico that was stopped", db)
    assert reply.subjects == ("csms:67700001",)
    assert render(reply).startswith("The content has no certain answer to “is there coffee from mexico that was stopped”.")
    assert say("/trade revenue", db).subjects == ("topic:revenue",)


def shipped(words: str, db: Database | None, no_store: NoStore = NoStore.ABSENT) -> Reply:
    """Answer with the shipped content."""
    context = Context(SHIPPED, NOW, NEW_YORK, db, no_store=no_store)
    return dispatch(resolve(Command("trade", words, ASKER, CHANNEL)), context)


def test_messages_with_the_words_of_a_question_follow_a_sure_answer_and_precede_an_unsure_one(db: Database) -> None:
    publish(db, entry("67700001", "CBP Cancels NCSD Webinars Scheduled for April 7"), entry("67700002", "Permit User Fee for Brokers Due"))
    read_feed(db)
    sure = shipped("are there NCSD webinars in april", db)
    assert sure.subjects == ("term:ncsd",)
    assert "CBP Cancels NCSD Webinars" in render(sure)
    assert render(sure).index("National Commodity Specialist Division") < render(sure).index(
        "Messages with these words (CBP's feed was last"
    )
    unsure = shipped("broker permit user fee", db)
    assert unsure.subjects == ("csms:67700002",)
    assert "Closest in the content" in render(unsure)
    assert buttons(unsure)


@pytest.mark.parametrize(
    "words", ["revenue", "what is CAPE", "who handles quota", "please file my entry for me", "how many PTIs are there"]
)
def test_what_the_content_surely_answers_asks_no_database(words: str) -> None:
    assert shipped(words, None, NoStore.DEFERRED) == shipped(words, None)


@pytest.mark.parametrize("words", ["68856484", "what's new", "crabs from the philippines", "were the NCSD webinars in april cancelled"])
def test_what_only_the_store_can_answer_is_deferred_to_it(words: str) -> None:
    with pytest.raises(StoreNeeded):
        shipped(words, None, NoStore.DEFERRED)


@pytest.mark.parametrize("words", ["what's new for steel", "this week", "any updates on India", "latest on beef", "messages today"])
def test_without_the_store_a_question_about_news_says_what_it_needs(words: str) -> None:
    reply = say(f"/trade {words}", None)
    assert "Only the running bot stores messages" in reply.text
    assert reply.subjects == ()


def test_what_happened_to_something_is_asked_of_the_content_first() -> None:
    assert "closed on 12 February 2023" in shipped("what happened to the USMCA Center", None).text


def test_without_the_store_the_closest_match_says_that_messages_may_tell_more() -> None:
    reply = shipped("cotton", None)
    assert reply.text.startswith("Closest match")
    assert "Only the running bot stores messages" in render(reply)


def test_short_numbers_are_searched_as_words(sqlite_db: Database) -> None:
    publish(sqlite_db, entry("67700000", "Section 232 on steel"))
    assert len(bullets(say("/csms 232", sqlite_db))) == 1


@on_both
@pytest.mark.parametrize(
    "words", ["100%_", "%", "\\", "' OR 1=1 --", "\0", "x" * 5000, "“”", "<!channel>", "9" * 4000, "٦٩٨٥١٩١٦", "csms ６７６４７２７９"]
)
def test_hostile_words_are_searched_literally(db: Database, words: str) -> None:
    publish(db, AGOA, ORGANIC)
    found = bullets(say(f"/csms {words}", db))
    assert len(found) == (1 if words in ("100%_", "csms ６７６４７２７９") else 0)


def test_no_match_offers_a_search_of_everything_else(sqlite_db: Database) -> None:
    reply = say("/csms zeppelin", sqlite_db)
    assert "No results for “zeppelin”" in reply.text
    assert [button.command for button in buttons(reply)] == ["/trade zeppelin", "/csms latest"]


def test_latest_is_newest_first_and_can_be_about_a_topic(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA, ORGANIC, CORRECTED)
    assert [line.split(" · ")[1] for line in bullets(say("/csms latest", sqlite_db))] == ["68987884", "67647279", "67645994"]
    for words in ("trade-agreements", "FTA", "free trade agreements"):
        reply = say(f"/csms latest {words}", sqlite_db)
        assert [line.split(" · ")[1] for line in bullets(reply)] == ["68987884", "67647279"]
    assert "Latest CSMS: FTA" in reply.text
    assert buttons(reply)[0].command == "/csms subscribe trade-agreements"


def test_bare_csms_shows_the_latest(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA)
    assert "Latest CSMS messages" in say("/csms", sqlite_db).text


def test_an_unknown_topic_is_not_guessed(sqlite_db: Database) -> None:
    publish(sqlite_db, AGOA)
    reply = say("/csms latest zeppelin", sqlite_db)
    assert "No results for “zeppelin”." in reply.text
    assert "No CSMS messages about Tariffs are stored yet." in say("/csms latest tariffs", sqlite_db).text


def test_without_the_bot_search_and_latest_say_what_they_need() -> None:
    assert "the running bot stores messages" in say("/csms agoa", None).text
    latest = say("/csms latest", None)
    assert "the running bot stores messages" in latest.text
    assert not latest.ok


def test_samples_are_shown_on_the_playground_only(sqlite_db: Database) -> None:
    sample = entry("67700001", "Sample message", feed="sample", key="sample:67700001")
    publish(sqlite_db, sample, AGOA)
    playground = ChannelRef("playground", "local", "trade-updates")
    assert len(bullets(say("/csms latest", sqlite_db, playground))) == 2
    assert len(bullets(say("/csms latest", sqlite_db))) == 1
    assert bullets(say("/csms sample", sqlite_db, playground)) == ["Sample message · 67700001 · 9 Feb · SAMPLE"]
    assert bullets(say("/csms sample", sqlite_db)) == []
