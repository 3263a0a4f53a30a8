import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from handlers.replies import serialize
from handlers.replies.entries import caution, plain_title
from handlers.replies.posts import MAX_TEXT, compose, why_digest, why_entry
from handlers.replies.reply import Bullets, Buttons, Divider, Header, Reply, Section, SmallPrint, buttons_of, plain
from handlers.replies.rows import MAX_BULLETS
from handlers.replies.text import render
from jobs.models.entries import Entry, TopicHit
from jobs.models.posts import Bundle, Listed
from jobs.models.subscriptions import Cadence, Filters, Subscription
from jobs.states import CadenceKind, PostKind
from tests.support.relations import changed
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW, entry

CAUTION = "Automated. The linked CBP message is authoritative; CSMS guidance is not binding law."
FRIDAY = datetime(2026, 2, 6, 14, 0, tzinfo=UTC)


def subscription(*topics: str, zone: str = NEW_YORK) -> Subscription:
    return Subscription(
        3, 1, CHANNEL, Filters(topics=topics), Cadence(CadenceKind.WEEKDAYS, time(9)), zone, False, "Maria", FRIDAY - timedelta(days=30)
    )


def digest(*items: Listed | Entry, of: Subscription | None = None, since: datetime | None = FRIDAY) -> list[Reply]:
    wrapped = tuple(item if isinstance(item, Listed) else Listed(item, "why") for item in items)
    bundle = Bundle(
        PostKind.DIGEST, CHANNEL, of or subscription(), wrapped, NOW, NOW, since, changes=changed(item.entry for item in wrapped)
    )
    return [serialize.load(json.loads(json.dumps(part))) for part in compose(bundle, CATALOG, "UTC")]


def now(of: Entry) -> Reply:
    (part,) = compose(Bundle(PostKind.NOW, CHANNEL, None, (Listed(of, "why"),), None, NOW, None), CATALOG, NEW_YORK)
    return serialize.load(part)


def bullets(reply: Reply) -> list[str]:
    return [plain(item) for block in reply.blocks if isinstance(block, Bullets) for item in block.items]


def headings(reply: Reply) -> list[str]:
    return [plain(block.lines[0]) for block in reply.blocks if isinstance(block, Section)]


UNDATED = " · Effective date: not found in its text"
AGOA = entry(
    "67647279",
    "GUIDANCE: AGOA, Haiti HOPE and HELP reauthorized",
    "trade-agreements",
    published=FRIDAY,
    lead="guidance",
    kind="guidance",
    body="Programs are back. " * 40,
)
NOTIFY = entry("67648307", "Updated procedures to add notify parties", "revenue")
CREDIT = entry("67640669", "Section 232 auto credit report in ACE", "tariffs", "revenue")
ORGANIC = entry("67645994", "USDA organic: new HTS flags", "agriculture-quota")
BARE = entry("67645995", "User satisfaction survey")


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("GUIDANCE: AGOA", "Guidance: AGOA"),
        ("UPDATED GUIDANCE - AGOA", "Updated guidance: AGOA"),
        ("DEPLOYED – CAPE for IEEPA refunds", "Deployed: CAPE for IEEPA refunds"),
        ("DEADLINE EXTENDED: comments on 1592", "Deadline extended: comments on 1592"),
        ("ACE CATAIR: new draft", "ACE CATAIR: new draft"),
    ],
)
def test_a_shouted_lead_in_becomes_an_ordinary_one(title: str, shown: str) -> None:
    assert plain_title(entry("67000001", title)) == shown


def test_a_weekly_digest_opens_the_report_of_its_week() -> None:
    weekly = replace(subscription("trade-agreements", "revenue"), cadence=Cadence(CadenceKind.WEEKLY, time(9), 0))
    phrased = replace(weekly, filters=Filters(topics=("revenue",), phrases=("steel",)))

    def reports(of: Subscription) -> list[str]:
        (part,) = digest(entry("67647279", "AGOA", "trade-agreements"), of=of)
        return [each.command for block in part.blocks for each in buttons_of(block) if each.label == "What changed"]

    assert reports(weekly) == ["/trade changes trade-agreements revenue since:2026-02-06 until:2026-02-09"]
    assert reports(phrased) == reports(subscription("revenue")) == []


def test_a_weekly_digest_says_on_which_day_each_message_was_sent() -> None:
    weekly = replace(subscription("trade-agreements"), cadence=Cadence(CadenceKind.WEEKLY, time(9), 0))
    for of, line in (
        (weekly, f"Guidance: AGOA, Haiti HOPE and HELP reauthorized · 67647279 · 6 Feb{UNDATED}"),
        (subscription(), f"reauthorized · 67647279{UNDATED}"),
    ):
        (reply,) = digest(AGOA, of=of)
        assert bullets(reply)[0].endswith(line)


def test_a_caution_that_another_one_begins_with_is_said_once() -> None:
    both = caution([entry("1", "A"), entry("2", "B", feed="account")])
    assert plain(both.lines[0]) == CAUTION


def test_a_plain_post_has_kind_title_number_date_topics_and_the_caution() -> None:
    reply = now(AGOA)
    title, small, body, buttons, caution = reply.blocks
    assert isinstance(title, Section)
    assert plain(title.lines[0]) == "Guidance: AGOA, Haiti HOPE and HELP reauthorized"
    assert (title.lines[0][0].bold, title.lines[0][-1].link) == (True, AGOA.url)
    assert isinstance(small, SmallPrint)
    assert [plain(line) for line in small.lines] == ["CSMS 67647279 · sent 6 Feb 09:00 ET", "Topics: FTA"]
    assert isinstance(body, Section)
    assert plain(body.lines[0]).endswith("… (shortened by the bot)")
    assert plain(body.lines[1]) == "Effective date: not found in its text"
    assert isinstance(buttons, Buttons)
    assert [button.command for button in buttons.buttons] == ["/csms why 67647279", "/csms subscriptions"]
    assert isinstance(caution, SmallPrint)
    assert plain(caution.lines[0]) == CAUTION
    assert (reply.public, reply.subjects) == (True, ("csms:67647279",))
    for needed in ("Guidance", "AGOA", "67647279", "6 Feb 2026", AGOA.url):
        assert needed in reply.text


def test_a_short_body_is_shown_in_full_without_a_mark() -> None:
    reply = now(entry("1", "Title", body="Two\n lines."))
    assert "Two lines." in render(reply)
    assert "shortened by" not in render(reply)


def test_an_excerpt_ends_at_a_sentence_and_not_after_the_us_abbreviation() -> None:
    body = f"{'Word ' * 30}is the end.” In the U.S. territories {'more ' * 40}"
    (shown,) = [block for block in now(entry("1", "Title", body=body)).blocks if isinstance(block, Section)][1:]
    assert plain(shown.lines[0]) == f"{'Word ' * 30}is the end.” … (shortened by the bot)"


def test_a_sample_is_marked_wherever_it_is_shown() -> None:
    sample = entry("67647279", "AGOA", feed="sample", key="sample:67647279")
    assert "SAMPLE" in render(now(sample))
    assert "SAMPLE" in now(sample).text
    assert why_entry(sample) == "/csms why entry 67647279"  # its id here; the number is that of a real message
    (reply,) = digest(sample)
    assert plain(reply.blocks[1].lines[0]).startswith("SAMPLE · 1 CSMS message since")  # type: ignore[union-attr]
    assert reply.text.startswith("SAMPLE. Trade digest: Mon 9 Feb.")


def test_a_digest_of_samples_and_real_messages_says_how_many_are_samples() -> None:
    sample = entry("67647279", "AGOA", feed="sample", key="sample:67647279")
    (reply,) = digest(sample, NOTIFY)
    assert bullets(reply) == ["Updated procedures to add notify parties · 67648307", "AGOA · 67647279 · SAMPLE"]
    assert plain(reply.blocks[1].lines[0]).startswith("2 CSMS messages (1 is a sample) since")  # type: ignore[union-attr]
    assert reply.text.startswith("Trade digest: Mon 9 Feb. 2 CSMS messages (1 is a sample) since")


def test_a_digest_of_samples_alone_says_so_in_each_parts_head_and_not_on_every_line() -> None:
    samples = [entry(str(67000000 + n), f"Title {n}", "revenue", feed="sample", key=f"sample:{n}") for n in range(MAX_BULLETS + 5)]
    parts = digest(*samples)
    assert len(parts) == 2
    for part in parts:
        assert render(part).count("SAMPLE") == 1
        assert part.text.count("SAMPLE") == 1
        assert part.text.startswith("SAMPLE. ")


def test_a_part_of_a_mixed_digest_has_every_sample_marked_even_where_all_are() -> None:
    samples = [entry(str(67000000 + n), f"Title {n}", "revenue", feed="sample", key=f"sample:{n}") for n in range(MAX_BULLETS + 5)]
    _, last = digest(ORGANIC, *samples)
    assert all(bullet.endswith("SAMPLE") for bullet in bullets(last))
    assert render(last).count("SAMPLE") == len(bullets(last))


def test_a_post_of_another_feed_does_not_mention_csms() -> None:
    url = "https://www.federalregister.gov/documents/2026/02/06/2026-07298/notice"
    document = entry("2026", "Notice", feed="federal-register", key="federal-register:2026-07298", url=url, number="2026-07298")
    page = entry("7", "Forced labor page", feed="cbp-trade", number="", key="cbp-trade:7", url="https://www.cbp.gov/trade/forced-labor")
    assert "FR Doc. 2026-07298" in render(now(document))
    assert "CSMS guidance" not in render(now(document))
    assert "The linked CBP page is authoritative." in render(now(page))
    assert why_entry(page) == "/csms why entry 7"
    (reply,) = digest(document, page, NOTIFY)
    assert "3 updates from 3 feeds since Fri 09:00 ET" in render(reply)
    assert plain(reply.blocks[-1].lines[0]).startswith(CAUTION)  # type: ignore[union-attr]


def test_a_digest_groups_by_topic_in_the_catalogs_order_and_has_each_entry_once() -> None:
    (reply,) = digest(BARE, NOTIFY, AGOA, CREDIT, ORGANIC)
    assert reply.blocks[0] == Header("Trade digest: Mon 9 Feb")
    assert plain(reply.blocks[1].lines[0]) == "5 CSMS messages since Fri 09:00 ET"  # type: ignore[union-attr]
    assert headings(reply) == ["Agriculture and Quota", "Free Trade Agreements (FTA)", "Revenue", "Other"]
    assert bullets(reply) == [
        "USDA organic: new HTS flags · 67645994",
        f"Guidance: AGOA, Haiti HOPE and HELP reauthorized · 67647279{UNDATED}",
        "Updated procedures to add notify parties · 67648307",
        "Section 232 auto credit report in ACE · 67640669 · also Tariffs",
        "User satisfaction survey · 67645995",
    ]
    guidance = reply.blocks[5].items[0]  # type: ignore[union-attr]
    assert guidance[0].bold
    assert guidance[2].link == AGOA.url
    assert plain(reply.blocks[-1].lines[0]) == CAUTION  # type: ignore[union-attr]


def test_an_entry_is_listed_under_the_subscribed_topic() -> None:
    (reply,) = digest(CREDIT, entry("5", "Tariff news", "tariffs"), of=subscription("tariffs"))
    assert headings(reply) == ["Tariffs"]
    assert bullets(reply)[0].endswith("also Revenue")


def test_an_entry_posted_earlier_shows_when() -> None:
    (reply,) = digest(Listed(AGOA, "why", posted_at=FRIDAY), NOTIFY, CREDIT)
    assert f"Guidance: AGOA, Haiti HOPE and HELP reauthorized · 67647279 · posted here Fri{UNDATED}" in bullets(reply)


def test_a_digest_uses_the_subscriptions_time_zone() -> None:
    (reply,) = digest(NOTIFY, CREDIT, of=subscription(zone="Pacific/Auckland"))
    assert reply.blocks[0] == Header("Trade digest: Tue 10 Feb")
    assert "since Sat 03:00 Pacific/Auckland" in render(reply)


def test_a_first_digest_counts_since_the_channel_subscribed() -> None:
    (reply,) = digest(NOTIFY, CREDIT, since=None)
    assert "2 CSMS messages since Wed 7 Jan 09:00 ET" in render(reply)


def test_a_post_has_buttons_for_why_and_manage() -> None:
    (reply,) = digest(NOTIFY, CREDIT)
    buttons = next(block for block in reply.blocks if isinstance(block, Buttons)).buttons
    assert [button.command for button in buttons] == ["/csms why digest 3 2026-02-09T14:00:00+00:00", "/csms subscriptions"]
    assert why_digest(subscription(), NOW) == buttons[0].command


def test_an_unknown_topic_of_an_older_catalog_still_has_a_heading() -> None:
    (reply,) = digest(entry("5", "Old", "gone"), NOTIFY)
    assert headings(reply) == ["Revenue", "Gone"]


def test_a_long_digest_continues_in_another_part_without_losing_entries() -> None:
    topics = [topic.slug for topic in CATALOG.topics]
    many = [entry(str(67000000 + n), f"{'Very long title ' * 12}{n}", topics[n % len(topics)]) for n in range(130)]
    parts = digest(*many)
    count = len(parts)
    assert count > 3
    shown = [subject for part in parts for subject in part.subjects]
    assert sorted(shown) == sorted(each.key for each in many)
    assert all(len(bullets(part)) <= MAX_BULLETS for part in parts)
    assert sum(len(bullets(part)) for part in parts) == 130
    assert [plain(part.blocks[1].lines[0]) for part in parts] == [  # type: ignore[union-attr]
        f"130 CSMS messages since Fri 09:00 ET · part 1 of {count}",
        *(f"continued ({place} of {count})" for place in range(2, count + 1)),
    ]
    assert [any(isinstance(block, Buttons) for block in part.blocks) for part in parts] == [False] * (count - 1) + [True]
    assert any(heading.endswith("(continued)") for heading in headings(parts[1]))
    assert all(plain(part.blocks[-1].lines[0]) == CAUTION for part in parts)  # type: ignore[union-attr]


def test_the_screen_reader_text_has_every_title_number_and_date_within_the_limit() -> None:
    many = [
        entry(
            str(67000000 + n),
            f"UPDATED GUIDANCE: {'Very long title ' * 12}{n}",
            "revenue",
            lead="guidance",
            feed="sample",
            key=f"sample:{n}",
        )
        for n in range(80)
    ]
    for part in digest(*many):
        assert len(part.text) <= MAX_TEXT
        for subject in part.subjects:
            assert f"CSMS {67000000 + int(subject.removeprefix('sample:'))}" in part.text
        assert part.text.count(", 9 Feb 2026") >= len(part.subjects)
    (short,) = digest(NOTIFY, CREDIT)
    assert "https:" not in short.text  # nobody wants to hear addresses


def test_long_titles_are_cut_at_a_word() -> None:
    (reply,) = digest(entry("5", "Modernization " * 20, "revenue"), NOTIFY)
    assert bullets(reply)[0] == f"{'Modernization ' * 6}Modernization… · 5"


def test_hostile_feed_text_stays_text() -> None:
    nasty = entry("5", "<!channel> *GUIDANCE* [x](javascript:alert(1))", "revenue", url="javascript:alert(1)", body="<at>all</at> `")
    (reply,) = digest(nasty, NOTIFY)
    spans = [span for block in reply.blocks if isinstance(block, Bullets) for item in block.items for span in item]
    assert "<!channel> *GUIDANCE* [x](javascript:alert(1))" in [span.text for span in spans]
    assert all(span.link is None or span.link.startswith("https://") for span in spans)
    assert now(nasty).blocks


def test_the_topic_other_is_not_shown_next_to_a_real_topic() -> None:
    (reply,) = digest(entry("5", "Both", topics=(TopicHit("revenue", ""), TopicHit("other", ""))), NOTIFY)
    assert bullets(reply)[0] == "Both · 5"


# corrections beside what they change


def correcting(number: str, *of: Entry, verb: str = "replaces") -> Entry:
    body = " ".join(f"This message {verb} CSMS {each.number}." for each in of)
    return entry(number, f"CORRECTION: Text {number}", "revenue", lead="correction", body=body)


def pair(*items: Listed | Entry) -> Reply:
    wrapped = tuple(item if isinstance(item, Listed) else Listed(item, "why") for item in items)
    (part,) = compose(
        Bundle(PostKind.NOW, CHANNEL, None, wrapped, None, NOW, None, changes=changed(item.entry for item in wrapped)), CATALOG, NEW_YORK
    )
    return serialize.load(json.loads(json.dumps(part)))


LATER = correcting("67648888", AGOA)


def test_a_pair_has_the_correction_in_full_and_below_a_line_the_earlier_text_quietly() -> None:
    reply = pair(LATER, AGOA)
    title, small, body, divider, earlier, buttons, caution = reply.blocks
    assert isinstance(title, Section)
    assert plain(title.lines[0]) == "Correction: Text 67648888"
    assert isinstance(small, SmallPrint)
    assert isinstance(body, Section)
    assert divider == Divider()
    assert isinstance(earlier, SmallPrint)
    assert [plain(each)[:60] for each in earlier.lines] == [
        "Earlier text, replaced by CSMS 67648888",
        "Guidance: AGOA, Haiti HOPE and HELP reauthorized",
        "CSMS 67647279 · sent 6 Feb 09:00 ET",
        "Programs are back. Programs are back. Programs are back. Pro",
    ]
    assert isinstance(buttons, Buttons)
    assert [button.command for button in buttons.buttons] == ["/csms why 67648888", "/csms subscriptions"]
    assert plain(caution.lines[0]) == CAUTION  # type: ignore[union-attr]
    assert (reply.public, reply.subjects) == (True, ("csms:67648888", "csms:67647279"))
    assert reply.text.index("Text 67648888") < reply.text.index("Earlier text, replaced by CSMS 67648888: Guidance: AGOA")


def test_a_pair_whose_correction_was_posted_before_points_to_it() -> None:
    reply = pair(Listed(LATER, "", posted_at=FRIDAY), AGOA)
    first = reply.blocks[0]
    assert isinstance(first, Section)
    assert plain(first.lines[0]) == "Replaced 9 Feb by CSMS 67648888. Read that message instead. It was posted here Fri."
    assert first.lines[0][1].link == LATER.url
    assert render(reply).count("instead.") == 1
    buttons = next(block for block in reply.blocks if isinstance(block, Buttons))
    assert buttons.buttons[0].command == "/csms why 67647279"


def test_a_pair_of_a_correction_that_the_channel_did_not_ask_for_explains_the_other() -> None:
    buttons = next(block for block in pair(Listed(LATER, ""), AGOA).blocks if isinstance(block, Buttons))
    assert buttons.buttons[0].command == "/csms why 67647279"


def test_two_corrections_of_one_message_are_both_shown_in_full_and_named() -> None:
    reply = pair(LATER, correcting("67649999", AGOA, verb="corrects"), AGOA)
    assert headings(reply)[::2] == ["Correction: Text 67648888", "Correction: Text 67649999"]
    assert "Earlier text, replaced by CSMS 67648888 and corrected by CSMS 67649999" in reply.text


def test_a_digest_lists_a_correction_beneath_what_it_changes() -> None:
    (reply,) = digest(LATER, NOTIFY, AGOA)
    assert headings(reply) == ["Free Trade Agreements (FTA)", "Revenue"]
    assert bullets(reply) == [
        f"Guidance: AGOA, Haiti HOPE and HELP reauthorized · 67647279{UNDATED}",
        f"↳ Replaced by Text 67648888 · 67648888{UNDATED}",
        "Updated procedures to add notify parties · 67648307",
    ]
    assert "1. Guidance: AGOA, Haiti HOPE and HELP reauthorized" in reply.text
    assert "; Replaced by Correction: Text 67648888" in reply.text
    assert "3 CSMS messages since" in reply.text
    assert sorted(reply.subjects) == sorted(each.key for each in (LATER, NOTIFY, AGOA))


def test_a_correction_of_several_is_shown_with_the_first_and_named_with_the_others() -> None:
    (reply,) = digest(NOTIFY, AGOA, correcting("67648888", NOTIFY, AGOA), ORGANIC)
    assert bullets(reply) == [
        "USDA organic: new HTS flags · 67645994",
        f"Guidance: AGOA, Haiti HOPE and HELP reauthorized · 67647279{UNDATED}",
        f"↳ Replaced by Text 67648888 · 67648888{UNDATED}",
        "Updated procedures to add notify parties · 67648307",
        "↳ Replaced by CSMS 67648888",
    ]


def test_a_correction_of_a_correction_is_beneath_both() -> None:
    first = correcting("67648888", NOTIFY, verb="corrects")
    (reply,) = digest(NOTIFY, first, correcting("67649999", first), ORGANIC)
    assert bullets(reply)[1:] == [
        "Updated procedures to add notify parties · 67648307",
        f"↳ Corrected by Text 67648888 · 67648888{UNDATED}",
        f"↳ Replaced by Text 67649999 · 67649999{UNDATED}",
    ]


def test_messages_that_correct_each_other_are_listed_once() -> None:
    one, two = (
        entry(str(n), f"CORRECTION: {n}", lead="correction", body=f"replaces CSMS {68}000000{3 - n % 10}") for n in (68000001, 68000002)
    )
    (reply,) = digest(one, two, ORGANIC)
    assert sorted(reply.subjects) == sorted(each.key for each in (one, two, ORGANIC))
    assert len(bullets(reply)) == 3


def test_a_part_of_a_digest_has_an_entry_with_its_corrections() -> None:
    several = [entry(str(67000000 + n), f"Title {n}", "revenue") for n in range(29)]
    last = entry("67100000", "Last", "revenue")
    first, second = digest(*several, last, correcting("67200000", last))
    assert len(bullets(first)) == 29
    assert bullets(second) == ["Last · 67100000", f"↳ Replaced by Text 67200000 · 67200000{UNDATED}"]


def test_an_entry_with_more_corrections_than_a_part_holds_is_divided() -> None:
    parts = digest(ORGANIC, NOTIFY, *(correcting(str(67200000 + n), NOTIFY) for n in range(60)))
    assert all(len(bullets(part)) <= MAX_BULLETS for part in parts)
    assert len({subject for part in parts for subject in part.subjects}) == 62


def test_a_large_replacement_is_a_list_under_its_own_headline() -> None:
    old = [entry(str(67000000 + n), f"Title {n}", "revenue") for n in range(7)]
    reply = pair(correcting("67200000", *old), *old)
    assert reply.blocks[0] == Header("Corrections: 8 CSMS messages")
    assert "These messages change each other." in render(reply)
    assert sum(each.startswith("↳ Replaced by") for each in bullets(reply)) == 7
    buttons = next(block for block in reply.blocks if isinstance(block, Buttons)).buttons
    assert [button.command for button in buttons] == ["/csms why 67200000", "/csms subscriptions"]


# catch-ups


def catch_up(*of: Entry, since: datetime = NOW) -> list[Reply]:
    items = tuple(Listed(each, "why") for each in of)
    bundle = Bundle(PostKind.CATCH_UP, CHANNEL, None, items, NOW, NOW, since)
    return [serialize.load(json.loads(json.dumps(part))) for part in compose(bundle, CATALOG, NEW_YORK)]


def test_a_catch_up_says_how_many_messages_it_has_and_why_they_come_together() -> None:
    (reply,) = catch_up(AGOA, NOTIFY, CREDIT)
    assert reply.blocks[0] == Header("Catch-up: 3 CSMS messages")
    assert plain(reply.blocks[1].lines[0]) == "Several messages were due at once, so they come together."  # type: ignore[union-attr]
    assert headings(reply) == ["Free Trade Agreements (FTA)", "Revenue"]
    buttons = next(block for block in reply.blocks if isinstance(block, Buttons)).buttons
    assert [button.command for button in buttons] == ["/csms why catch-up 2026-02-09T14:00:00+00:00", "/csms subscriptions"]
    assert reply.text.startswith("Catch-up: 3 CSMS messages. Several messages were due at once, so they come together. 1.")


def test_a_catch_up_of_a_channel_that_was_paused_says_since_when_its_messages_waited() -> None:
    (reply,) = catch_up(AGOA, NOTIFY, CREDIT, since=FRIDAY)
    assert "The bot could not post here for a while. These messages have waited since Fri 09:00 ET." in render(reply).replace("\n", " ")


def test_a_catch_up_of_messages_that_were_held_says_that_an_admin_checked_them() -> None:
    held = [replace(each, first_seen=FRIDAY) for each in (AGOA, NOTIFY, CREDIT)]
    (reply,) = catch_up(*held)
    assert "So many messages arrived at once that an admin checked them" in reply.text


def test_a_catch_up_continues_in_further_parts() -> None:
    first, second = catch_up(*(entry(str(67000000 + n), f"Title {n}", "revenue") for n in range(60)))
    assert plain(first.blocks[1].lines[0]).endswith("come together · part 1 of 2")  # type: ignore[union-attr]
    assert second.blocks[0] == Header("Catch-up: 60 CSMS messages")
    assert plain(second.blocks[1].lines[0]) == "continued (2 of 2)"  # type: ignore[union-attr]
