"""The line that says what a message changes, and from when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.slack import blocks as slack
from bot.teams import cards as teams
from handlers.messages.dates import no_date
from handlers.replies import gists, posts, serialize
from handlers.replies.reply import Bullets, Reply, Section, Span, line, plain
from handlers.replies.text import render, render_message
from jobs.models.entries import Entry, Link
from jobs.models.posts import Bundle, Listed
from jobs.models.readings import EffectiveDate
from jobs.states import DateKind, EntryKind, Lead, PostKind
from tests.support.adaptive import seen
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW, entry

GIST = "CBP will reject entries without the new form."
FORM = entry("67648307", "Updated procedures to add notify parties", "revenue", gist=GIST)
OTHER = entry("67648308", "Something else", "revenue")
MARCH = EffectiveDate(date(2026, 3, 1), DateKind.EFFECTIVE, "It is effective March 1, 2026.")


def given(kind: str, day: str = "2026-03-01", sentence: str = "As said.") -> EffectiveDate:
    return EffectiveDate(date.fromisoformat(day), DateKind(kind), sentence)


def composed(kind: PostKind, *items: Entry) -> Reply:
    bundle = Bundle(kind, CHANNEL, None, tuple(Listed(each, "why") for each in items), NOW, NOW, None, effective={FORM.id: (MARCH,)})
    (part,) = posts.compose(bundle, CATALOG, NEW_YORK)
    return serialize.load(part)


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ((MARCH,), "effective 1 Mar"),
        ((given("deadline", sentence="Comments are due by March 1."),), "comments due 1 Mar"),
        ((given("deadline"),), "due 1 Mar"),
        ((given("opens"),), "opens 1 Mar"),
        ((given("deploy"),), "deployed 1 Mar"),
        ((given("ends"),), "ends 1 Mar"),
        ((given("ends", "2027-01-31"), MARCH), "effective 1 Mar"),
        ((given("ends", "2027-01-31"),), "ends 31 Jan 2027"),
        ((given("effective", "2026-02-09"),), "effective 9 Feb"),
        ((given("effective", "2026-02-08"),), ""),
        ((), ""),
    ],
)
def test_the_earliest_date_that_was_to_come_is_given(dates: tuple[EffectiveDate, ...], words: str) -> None:
    assert gists.first_date(FORM, dates, NOW, NEW_YORK) == words


EXTENDED = given("deadline", "2026-03-18", "The deadline is extended to March 18, 2026.")
PAST = given("deadline", "2026-01-05", "The deadline was January 5, 2026.")


@pytest.mark.parametrize(
    ("gist", "dates", "said"),
    [
        ("This extends the deadline in CSMS # 67647279.", (EXTENDED,), (EXTENDED.sentence,)),
        ("This corrects CSMS message numbers 67647279 and 67647280.", (PAST, EXTENDED), (EXTENDED.sentence,)),
        ("This extends the deadline in CSMS # 67647279.", (PAST,), ("This extends the deadline in CSMS # 67647279.",)),
        ("This extends the deadline in CSMS # 67647279.", (), ("This extends the deadline in CSMS # 67647279.",)),
        ("The rate in CSMS # 67647279 is 5 percent.", (EXTENDED,), ("The rate in CSMS # 67647279 is 5 percent.", EXTENDED.sentence)),
        ("CBP adds 5 codes to CSMS # 67647279.", (EXTENDED,), ("CBP adds 5 codes to CSMS # 67647279.", EXTENDED.sentence)),
        (GIST, (MARCH,), (GIST, MARCH.sentence)),
        ("It is effective March…", (EXTENDED, MARCH), ("It is effective March…",)),
        ("Is effective March 1, 2026.", (MARCH,), ("Is effective March 1, 2026.",)),  # a gist is without an opening
        (MARCH.sentence, (MARCH,), (MARCH.sentence,)),
        ("", (MARCH,), (MARCH.sentence,)),
        ("", (), ()),
    ],
)
def test_what_a_message_changes_is_said_with_its_date_to_come(gist: str, dates: tuple[EffectiveDate, ...], said: tuple[str, ...]) -> None:
    assert gists.said_to_change(replace(FORM, gist=gist), dates) == said


def test_a_line_of_a_digest_says_what_changes_and_from_when_below_its_title() -> None:
    reply = composed(PostKind.DIGEST, FORM, OTHER)
    (bullets,) = (block for block in reply.blocks if isinstance(block, Bullets))
    first, second = bullets.items
    assert first[-1] == Span(f"{GIST} · effective 1 Mar", quiet=True)
    assert not any(span.quiet for span in second)
    assert f"  {GIST} · effective 1 Mar\n" in render(reply)


def test_a_routine_message_has_no_such_line() -> None:
    routine = replace(FORM, routine=True)
    assert gists.below(routine, (MARCH,), NOW, NEW_YORK) == ()
    assert gists.lines(routine, (MARCH,), NOW, NEW_YORK) == ()


def test_a_sentence_that_says_nothing_is_left_out() -> None:
    assert gists.below(replace(FORM, gist="See below."), (), NOW, NEW_YORK) == ()


def test_a_long_gist_is_cut_at_a_word() -> None:
    (span,) = gists.below(replace(FORM, gist="word " * 90), (), NOW, NEW_YORK)
    assert len(span.text) <= gists.MAX_GIST
    assert span.text.endswith("word…")


def test_a_post_has_its_date_in_bold_and_its_gist_unless_the_excerpt_has_it() -> None:
    (said,) = gists.lines(FORM, (MARCH,), NOW, NEW_YORK)
    assert plain(said) == f"Effective 1 Mar: {GIST}"
    assert said[0].bold
    (said,) = gists.lines(replace(FORM, body=f"CBP has news. {GIST}"), (MARCH,), NOW, NEW_YORK)
    assert plain(said) == "Effective 1 Mar"
    assert [plain(each) for each in gists.lines(FORM, (), NOW, NEW_YORK)] == [GIST]
    assert gists.lines(OTHER, (), NOW, NEW_YORK) == ()


@pytest.mark.parametrize(
    ("change", "is_said"),
    [
        ({"kind": EntryKind.GUIDANCE}, True),
        ({"kind": EntryKind.QUOTA}, True),
        ({"kind": EntryKind.INFORMATION, "lead": Lead.CORRECTION}, True),
        ({"kind": EntryKind.INFORMATION, "lead": Lead.REPLACEMENT}, True),
        ({"kind": EntryKind.INFORMATION, "lead": Lead.NONE}, False),
        ({"kind": EntryKind.GUIDANCE, "body": None}, False),
        ({"kind": EntryKind.GUIDANCE, "routine": True}, False),
    ],
)
def test_what_applies_or_corrects_without_a_date_says_that_none_was_found(change: dict[str, Any], is_said: bool) -> None:
    message = replace(FORM, **{"body": "The date is January 8.", **change})
    words = "Effective date: not found in its text"
    assert (words in map(plain, gists.lines(message, (), NOW, NEW_YORK))) == is_said
    assert words not in map(plain, gists.lines(message, (MARCH,), NOW, NEW_YORK))


FILES = "https://content.govdelivery.com/attachments/USDHSCBP/2026/02/09/file_attachments/1"
ATTACHED = tuple(Link(f"List {each}", f"{FILES}/{each}.pdf") for each in "ABCD")
NOTICE = Link("91 FR 1", "https://www.federalregister.gov/d/2026-09429")


def test_a_message_links_its_attachments_and_documents() -> None:
    (_, found) = gists.lines(replace(FORM, links=(NOTICE, ATTACHED[0])), (), NOW, NEW_YORK)
    assert plain(found) == "Attachments: List A · Linked documents: 91 FR 1"
    assert [span.link for span in found if span.link] == [ATTACHED[0].url, NOTICE.url]
    (_, found) = gists.lines(replace(FORM, links=(*ATTACHED, NOTICE)), (), NOW, NEW_YORK)
    assert plain(found) == "Attachments: List A, List B, List C · 2 more in the message"
    assert plain(gists.annex_line(replace(FORM, links=(*ATTACHED, NOTICE)), 20)).endswith("List D · Linked documents: 91 FR 1")
    assert gists.lines(replace(FORM, links=ATTACHED, routine=True), (), NOW, NEW_YORK) == ()


@pytest.mark.parametrize(("links", "said"), [((), False), ((NOTICE,), False), (ATTACHED, True)])
def test_only_an_attachment_may_hold_a_date_that_the_text_lacks(links: tuple[Link, ...], said: bool) -> None:
    message = replace(FORM, kind=EntryKind.GUIDANCE, body="The rate changes.", links=links)
    for words in (plain(gists.lines(message, (), NOW, NEW_YORK)[1]), plain(gists.below(message, (), NOW, NEW_YORK))):
        assert "Effective date: not found in its text" in words
        assert ("its attachment may hold the date" in words) == said
    assert ("Its attachment may hold the date." in no_date(message).text) == said


def test_a_single_post_shows_the_line_above_the_excerpt() -> None:
    reply = composed(PostKind.NOW, replace(FORM, body="Something in between. " * 40))
    text = reply.blocks[2]
    assert isinstance(text, Section)
    assert plain(text.lines[0]) == f"Effective 1 Mar: {GIST}"
    assert plain(text.lines[1]).startswith("Something in between.")


LIST = Reply("Two", (Bullets((line("Title", Span("It says so.", quiet=True)), line("Other"))),))


def test_every_renderer_sets_the_quiet_part_below_the_title() -> None:
    assert serialize.load(serialize.dump(LIST)) == LIST
    assert render(LIST) == "- Title\n  It says so.\n- Other"
    assert render_message(LIST) == "- Title\n  It says so.\n- Other"
    ((block,),) = (message["blocks"] for message in slack.render(LIST))
    first = block["elements"][0]["elements"][0]["elements"]
    assert [each["text"] for each in first] == ["Title", "\n", "It says so."]
    (card,) = teams.cards(LIST)
    assert [each["type"] for each in card["body"]] == ["TextBlock", "ColumnSet", "TextBlock"]
    (said,) = card["body"][1]["columns"][1]["items"]
    assert said["inlines"][0]["isSubtle"]
    assert "It says so." in seen(card).lines


def test_the_date_of_a_message_of_another_day_is_compared_with_that_day() -> None:
    old = replace(FORM, published=datetime(2026, 1, 5, tzinfo=UTC))
    assert gists.first_date(old, (given("effective", "2026-01-06"),), NOW + timedelta(days=1), NEW_YORK) == "effective 6 Jan"
