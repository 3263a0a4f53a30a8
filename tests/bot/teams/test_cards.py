import copy
import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from bot.rendering import json_length
from bot.teams.cards import cards, render
from bot.teams.elements import MAX_COMMAND
from bot.teams.text import JOINER
from handlers.actions import ONLY_YOU
from handlers.replies import posts, serialize
from handlers.replies.reply import (
    Block,
    Bullets,
    Button,
    Buttons,
    Divider,
    Fields,
    Fold,
    Header,
    Line,
    Menu,
    Overflow,
    Reply,
    Section,
    SmallPrint,
    Span,
    buttons_of,
    line,
)
from handlers.replies.text import FOLDED, clean
from jobs.models.posts import Bundle, Listed
from jobs.models.subscriptions import Cadence, Filters, Subscription
from jobs.states import CadenceKind, PostKind
from tests.bot.conftest import Story
from tests.support.adaptive import flat, read, seen
from tests.support.adaptive.hostile import NASTY
from tests.support.adaptive.limits import SCHEMA, valid, walk, within_limits
from tests.support.every_card import EVERYTHING, SHIPPED
from tests.support.full_catalog import ask
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW, entry

Json = dict[str, Any]

LINK = "https://www.cbp.gov/trade"


@pytest.fixture(scope="module")
def everything(story: Story) -> dict[str, Reply]:
    """Every card that the commands can give, and every post."""
    found = {card.name: card.reply for card in story.cards}
    return found | {typed: ask(typed, context=SHIPPED) for typed in EVERYTHING}


def body(*blocks: Block, **said: Any) -> list[Json]:
    (card,) = cards(Reply("text", blocks, **said))
    valid(card)
    found: list[Json] = card["body"]
    return found


@pytest.mark.slow
def test_every_card_is_valid_and_small_enough(everything: dict[str, Reply]) -> None:
    assert len(everything) > 200
    for name, reply in everything.items():
        messages = render(reply)
        within_limits(messages)
        assert len(messages) == 1 or name in ("home", "trade-term-all", "/trade term all")


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"type": "TextBlok", "text": "x"}, None),
        ({"type": "TextBlock", "text": "x", "wrapp": True}, None),
        ({"type": "TextBlock"}, None),
        ({"type": "RichTextBlock", "inlines": [{"type": "TextRum", "text": "x"}]}, None),
        ({"type": "ActionSet", "actions": [{"type": "Action.Execute", "command": "/pti"}]}, None),
        ({"type": "TextBlock", "text": "x"}, "unknown"),
    ],
)
def test_the_schema_refuses_unknown_properties(wrong: Json, where: str | None) -> None:
    (card,) = cards(Reply("t", (Header("Revenue"),)))
    broken = {name: value for name, value in card.items() if name != "msteams"} | ({where: wrong} if where else {"body": [wrong]})
    assert not SCHEMA.is_valid(broken)


@pytest.mark.process
def test_microsofts_package_parses_every_card(everything: dict[str, Reply]) -> None:
    drawn = [card for reply in everything.values() for card in cards(reply)]
    broken = copy.deepcopy(drawn[0])
    broken["body"][0]["type"] = "TextBlok"
    *found, wrong = read([*drawn, broken])
    assert wrong["events"] == ['Unknown element type "TextBlok". Fallback will be used if present.']
    for card, microsoft in zip(drawn, found, strict=True):
        assert microsoft["version"] == "1.5"
        assert microsoft["events"] == []
        assert microsoft["odd"] == []
        ours = seen(card)
        lines = [flat("".join(span["text"] for span in one["spans"])) for one in microsoft["lines"]]
        assert ours.lines == lines
        assert ours.links == [span["link"] for span in linked(microsoft)]
        assert ours.buttons == [(flat(one["title"]), one["command"]) for one in microsoft["buttons"] if one["command"]]


def linked(card: Json) -> list[Json]:
    """The links, each once: words with a sign in them come in several pieces."""
    spans = [span for one in card["lines"] for span in [*one["spans"], {"link": None}]]
    return [span for before, span in zip([{"link": None}, *spans], spans, strict=False) if span["link"] and span["link"] != before["link"]]


# What each element is drawn as.


def test_a_card_has_text_for_screen_readers_and_for_clients_without_cards() -> None:
    (message,) = render(Reply("Revenue <at>all</at>, https://www.cbp.gov/trade_x_", (Header("Revenue"),)))
    (attachment,) = message["attachments"]
    assert message["summary"] == f"Revenue <{JOINER}at>all<{JOINER}/at>, https://www.cbp.gov/trade_x_"
    assert attachment["content"]["speak"] == message["summary"]
    assert attachment["content"]["fallbackText"] == f"Revenue <{JOINER}at>all<{JOINER}/at>, https://www.cbp.gov/trade_xˍ"
    assert attachment["content"]["$schema"] == "http://adaptivecards.io/schemas/adaptive-card.json"


def test_a_title_is_a_heading_and_the_link_unless_the_small_print_has_it() -> None:
    (title,) = body(Header("Guidance", LINK))
    assert title["text"] == f"[Guidance]({LINK})"
    assert (title["style"], title["size"], title["weight"]) == ("heading", "large", "bolder")
    title, small = body(Header("Revenue", LINK), SmallPrint((line("see ", Span("the page", link=LINK)),)))
    assert title["text"] == "Revenue"
    assert small == {
        "type": "TextBlock",
        "text": f"see [the page]({LINK})",
        "wrap": True,
        "size": "small",
        "isSubtle": True,
        "spacing": "none",
    }


def test_the_small_print_of_a_list_item_stands_below_its_text_and_lists_go_on() -> None:
    items = (line("One", Span("effective now", quiet=True)), line("Two"), line("Three", Span("said here", quiet=True)))
    first, note, others, last = body(Bullets(items))
    assert (first["text"], others["text"]) == ("- One", "- Two\r- Three")
    for found, words in ((note, "effective now"), (last, "said here")):
        blank, text = found["columns"]
        assert (found["type"], found["spacing"]) == ("ColumnSet", "none")
        assert blank == {"type": "Column", "width": "16px"}
        assert text["width"] == "stretch"
        assert text["items"] == [{"type": "RichTextBlock", "inlines": [run(words)]}]


def test_what_became_of_a_list_item_stands_below_its_text_and_is_no_item_of_its_own() -> None:
    items = (line("One"), line("\u21b3 ", Span("Corrected by", bold=True), " Two", Span("The rate is 5", quiet=True)), line("Three"))
    first, mark, note, last = body(Bullets(items))
    assert (first["text"], last["text"]) == ("- One", "- Three")
    texts = ["".join(each["text"] for each in found["columns"][1]["items"][0]["inlines"]) for found in (mark, note)]
    assert texts == ["\u21b3 Corrected by Two", "The rate is 5"]


def test_no_line_breaks_inside_a_date_but_commands_stay_as_they_are() -> None:
    linked = body(Section((line("sent 9 Feb 2026 by ", Span("CBP", link="https://www.cbp.gov/a")),)))
    (text,) = body(Section((line("next 9 Feb, ", Span("/csms pause until 9 Feb", code=True)),)))
    assert linked[0]["text"].startswith("sent 9\u00a0Feb 2026 by ")
    assert [each["text"] for each in text["inlines"]] == ["next 9\u00a0Feb, ", "csms pause until 9 Feb"]


def run(words: str) -> dict[str, object]:
    return {"type": "TextRun", "text": words, "size": "small", "isSubtle": True}


def test_text_without_a_link_is_not_markdown() -> None:
    (text,) = body(Section((line("a *b* ", Span("bold", bold=True), Span(" it", italic=True), Span("/pti", code=True)),)))
    assert text["type"] == "RichTextBlock"
    assert text["inlines"] == [
        {"type": "TextRun", "text": "a *b* "},
        {"type": "TextRun", "text": "bold", "weight": "bolder"},
        {"type": "TextRun", "text": " it", "italic": True},
        {"type": "TextRun", "text": "pti", "fontType": "monospace"},
    ]


def test_a_word_wider_than_the_card_goes_where_it_is_broken() -> None:
    (text,) = body(Section((line("see " + "x" * 60),)))
    assert (text["type"], text["wrap"]) == ("TextBlock", True)


def test_a_list_is_one_element_below_a_heading() -> None:
    heading, text = body(Section((line(Span("Tools", bold=True)),)), Bullets((line("CAPE"), line(Span("eBond", link=LINK), " · 7"))))
    assert (heading["text"], heading["style"], heading["size"]) == ("Tools", "heading", "default")
    assert text["text"] == f"- CAPE\r- [eBond]({LINK}) · 7"


def test_commands_in_a_list_are_bold_unless_they_must_stay_code() -> None:
    (text,) = body(Bullets((line(Span("/pti [name]", code=True), ": the seven"),)))
    assert text["text"] == "- **pti [name]**: the seven"
    for exact in (line(Span("ptis.yaml:1:2: must be https", code=True)), line(Span("*all*", code=True), ": x")):
        (row,) = body(Bullets((exact,)))
        assert row["inlines"][0]["text"].startswith("•")
        assert row["inlines"][1] == {"type": "TextRun", "text": exact[0].text, "fontType": "monospace"}


def test_facts_use_two_columns_or_lines_if_they_do_not_fit() -> None:
    (table,) = body(Fields((("Content", line("revision 1")), ("Page", line(Span("here", link=LINK))))))
    assert table["facts"] == [{"title": "Content", "value": "revision 1"}, {"title": "Page", "value": f"[here]({LINK})"}]
    (row,) = body(Fields((("Type", line(Span("/pti", code=True))),)))
    assert [run["text"] for run in row["inlines"]] == ["Type: ", "pti"]


def test_a_divider_becomes_a_separator_above_the_next_block() -> None:
    _, second = body(Section((line("a"),)), Divider(), Section((line("b"),)))
    assert second["separator"] is True
    assert body(Divider()) == body()


def test_a_button_falls_back_to_submitting_its_command() -> None:
    row = body(
        Buttons((Button("Yes", "/pti", "primary"), Button("End", "/csms unsubscribe 1", "danger"), Button("More", "/pti more", "odd")))
    )
    assert row[0]["actions"][1] == {
        "type": "Action.Execute",
        "title": "End",
        "verb": "command",
        "data": {"command": "/csms unsubscribe 1"},
        "style": "destructive",
        "fallback": {"type": "Action.Submit", "title": "End", "data": {"command": "/csms unsubscribe 1"}, "style": "destructive"},
    }
    assert [action.get("style") for action in row[0]["actions"]] == ["positive", "destructive", None]


def test_a_button_that_asks_first_shows_its_question_and_acts_on_the_second_press() -> None:
    reply = Reply("t", (Buttons((Button("Resend", "/trade-admin resend 1"), Button("Drop", "/trade-admin drop 1", "danger", "Drop it?"))),))
    (message,) = render(reply)
    within_limits([message])
    (container,) = message["attachments"][0]["content"]["body"]
    row, question = container["items"]
    assert [action["type"] for action in row["actions"]] == ["Action.Execute", "Action.ToggleVisibility"]
    assert (row["actions"][1]["title"], row["actions"][1]["targetElements"]) == ("Drop", [question["id"]])
    assert [action.get("style") for action in row["actions"]] == [None, "destructive"]
    assert question["isVisible"] is False
    assert question["items"][0]["inlines"][0]["text"] == "Drop it?"
    drop, cancel = question["items"][1]["actions"]
    assert (drop["data"], drop["style"]) == ({"command": "/trade-admin drop 1"}, "destructive")
    assert (cancel["title"], cancel["targetElements"]) == ("Cancel", [question["id"]])


@pytest.mark.parametrize("text", ["x" * 3000, "é" * 400, "\u202e", " ", "**bold** [a](https://evil.example)"])
def test_whatever_a_button_asks_the_limits_hold_and_the_question_stays_in_its_message(text: str) -> None:
    several = tuple(Button(f"{number} {text}", f"/pti {number} {text[:900]}", "danger", text) for number in range(9))
    messages = render(Reply("t", tuple(Buttons(several) for _ in range(4))))
    within_limits(messages)
    for message in messages:
        every = list(walk(message))
        ids = {each.get("id") for each in every}
        assert all(target in ids for each in every for target in each.get("targetElements", ()))


def test_six_buttons_are_two_rows() -> None:
    rows = body(Buttons(tuple(Button(str(n), f"/pti {n}") for n in range(6))))
    assert [len(row["actions"]) for row in rows] == [5, 1]


def test_a_command_too_long_for_a_button_is_shown_as_text() -> None:
    command = "/csms subscribe " + '"phrase" ' * 300
    (row,) = body(Buttons((Button("Change", command),)))
    assert row["inlines"][0]["text"] == "Change: type "
    assert row["inlines"][1] == {"type": "TextRun", "text": command, "fontType": "monospace"}


def test_a_fold_shows_three_items_and_expands_in_place() -> None:
    items = tuple(line(f"item {number}") for number in range(11))
    title, first, rest, show, hide = body(Fold("Skills (11)", items, Button("Show all", "/role auditor skills")))
    assert title["style"] == "heading"
    assert first["text"] == "- item 0\r- item 1\r- item 2"
    assert (rest["type"], rest["isVisible"]) == ("Container", False)
    assert rest["items"][0]["text"].startswith("- item 3\r- item 4")
    ((open_it,), (close_it,)) = show["actions"], hide["actions"]
    assert (open_it["title"], open_it["tooltip"]) == ("Show all 11", "Show all 11: Skills (11)")
    assert (close_it["title"], close_it["tooltip"]) == ("Hide", "Hide: Skills (11)")
    assert open_it["targetElements"] == close_it["targetElements"] == [rest["id"], show["id"], hide["id"]]
    assert (show.get("isVisible", True), hide["isVisible"]) == (True, False)


def test_a_fold_too_long_for_one_message_has_its_own_button() -> None:
    items = tuple(line(f"item {number} " + "x" * 60) for number in range(300))
    *text, row = body(Fold("Terms (300)", items, Button("Show all", "/trade term all")))
    assert "… and 297 more" in seen({"body": text}).lines
    assert row["actions"][0]["data"] == {"command": "/trade term all"}
    shown = [one for card in cards(Reply("t", (Fold("Terms (300)", items),))) for one in seen(card).lines]
    assert [one for one in shown if one.startswith("item")] == [flat(item[0].text) for item in items]


def test_a_fold_without_a_button_shows_everything() -> None:
    _, text = body(Fold("Terms (5)", tuple(line(str(number)) for number in range(5))))
    assert text["text"] == "- 0\r- 1\r- 2\r- 3\r- 4"


def test_a_shareable_private_answer_ends_by_saying_that_it_is_private() -> None:
    small = SmallPrint((line("as of 27 Mar 2026"),))
    assert seen({"body": body(small, shareable=True)}).lines == [f"{ONLY_YOU} · as of 27 Mar 2026"]
    assert seen({"body": body(small, shareable=True, public=True)}).lines == ["as of 27 Mar 2026"]


def test_an_empty_reply_is_still_a_card() -> None:
    assert seen(cards(Reply("No answer.", ()))[0]).lines == ["No answer."]
    within_limits(render(Reply("", ())))
    within_limits(render(Reply("\x00", ())))
    within_limits(render(Reply("a long answer " * 3000, ())))
    empty = (
        Section(()),
        Bullets(()),
        SmallPrint(((),)),
        Buttons(()),
        Fields(()),
        Fold("", ()),
        Header(""),
        Bullets((line(" "),)),
        Divider(),
    )
    within_limits(render(Reply("t", empty)))


# What is long.


def test_a_long_reply_takes_several_messages_and_loses_nothing() -> None:
    items = tuple(line(Span(f"Title number {number} " + "é" * 50, link=LINK), f" · {67000000 + number}") for number in range(400))
    messages = render(Reply("Digest", (Header("Trade digest"), Bullets(items), Buttons((Button("Manage", "/csms subscriptions"),)))))
    within_limits(messages)
    shown = [seen(message["attachments"][0]["content"]) for message in messages]
    assert [one for card in shown for one in card.lines if one.startswith("Title")] == [flat(item[0].text + item[1].text) for item in items]
    assert [card.lines[-1] for card in shown] == [f"Part {number} of {len(messages)}" for number in range(1, len(messages) + 1)]
    assert messages[1]["summary"] == f"Part 2 of {len(messages)}: Digest"
    assert shown[-1].buttons == [("Manage", "/csms subscriptions")]


def test_a_message_is_split_between_blocks_first_and_never_after_a_heading() -> None:
    def part(name: str) -> tuple[Block, ...]:
        return Section((line(Span(name, bold=True)),)), Bullets(tuple(line(f"{name} {number} " + "x" * 90) for number in range(40)))

    shown = [
        seen(card).lines for card in cards(Reply("t", tuple(block for name in ("one", "two", "three", "four") for block in part(name))))
    ]
    assert [(lines[0], len(lines)) for lines in shown] == [("one", 83), ("three", 83)]


@pytest.mark.parametrize("letter", ["x", "é", "🙂", "&", "<", "*", "]", "\\"])
@pytest.mark.slow
def test_a_very_long_line_is_split_and_loses_nothing(letter: str) -> None:
    endless = letter * 15_000
    for block in (
        Header(endless),
        Section((line(endless),)),
        Bullets((line(Span(endless, link=LINK)),)),
        SmallPrint((line(endless),)),
        Fields(((endless, line("x")),)),
        Fold("t", (line(endless),)),
    ):
        messages = render(Reply(endless, (block,)))
        within_limits(messages)
        assert sum(one.count(letter) for message in messages for one in seen(message["attachments"][0]["content"]).lines) == 15_000 + (
            letter == "x" and isinstance(block, Fields)
        )


@pytest.mark.parametrize("title", ["GUIDANCE: Additional Duties — " + "Updated Procedures for Filing in ACE " * 6, "Short"])
@pytest.mark.parametrize("url", ["", "https://www.federalregister.gov/documents/2026/02/09/" + "long-title-" * 15])
@pytest.mark.parametrize("gist", ["", "CBP will reject such entries from this date on. " * 6])
def test_a_full_part_of_a_digest_is_one_message(title: str, url: str, gist: str) -> None:
    entries = [entry(str(67640000 + n), title, "revenue", "tariffs", "textiles", "ad-cvd") for n in range(90)]
    items = tuple(Listed(replace(each, url=url or each.url, gist=gist), "why", NOW) for each in entries)
    subscription = Subscription(1, 1, CHANNEL, Filters(), Cadence(CadenceKind.WEEKDAYS), NEW_YORK, False, "Maria", NOW)
    for part in posts.compose(Bundle(PostKind.DIGEST, CHANNEL, subscription, items, NOW, NOW, NOW), CATALOG, NEW_YORK):
        messages = render(serialize.load(part))
        within_limits(messages)
        assert len(messages) == 1


# Whatever the reply.


def random_line(dice: random.Random) -> Line:
    texts = (*dice.choices(NASTY, k=3), "word ", "é" * dice.randrange(400), "x" * dice.randrange(1000), "some words " * dice.randrange(150))
    links = (None, None, LINK, "https://evil.example/|>()", "nonsense", "https://cbp.gov/" + "y" * 10 ** dice.randrange(4))
    return tuple(
        Span(dice.choice(texts), dice.random() < 0.3, dice.random() < 0.1, dice.random() < 0.1, dice.choice(links))
        for _ in range(dice.randrange(6))
    )


def random_block(dice: random.Random) -> Block:
    lines = tuple(random_line(dice) for _ in range(dice.randrange(7)))
    text = "".join(span.text for span in random_line(dice))
    buttons = tuple(
        Button(text, f"/pti {text}"[: dice.randrange(4000)], dice.choice(("", "danger", "odd"))) for _ in range(dice.randrange(9))
    )
    kinds: tuple[Block, ...] = (
        Header(text, dice.choice((None, LINK))),
        Section(lines),
        Bullets(lines),
        Fields(tuple((text, one) for one in lines)),
        SmallPrint(lines),
        Divider(),
        Buttons(buttons),
        Menu(text, buttons),
        Overflow(buttons),
        Section(lines, Overflow(buttons, text)),
        Fold(text, lines, buttons[0] if buttons else None),
    )
    return dice.choice(kinds)


@cache
def random_replies() -> tuple[Reply, ...]:
    found = []
    for seed in range(500):
        dice = random.Random(seed)  # noqa: S311 -- the same replies in every run
        text = "".join(span.text for span in random_line(dice))
        found.append(Reply(text, tuple(random_block(dice) for _ in range(dice.randrange(8))), shareable=dice.random() < 0.5))
    return tuple(found)


def texts_of(block: Block, whole: bool) -> Iterator[str]:
    """Return the texts of a block that must be visible, in order. `whole` includes all items of a fold."""
    match block:
        case Header(text, _):
            yield text
        case Section(lines) | SmallPrint(lines) | Bullets(lines):
            yield from (span.text for one in lines for span in one)
            yield from long_commands(buttons_of(block))
        case Fields(pairs):
            yield from (text for label, value in pairs for text in (label, *(span.text for span in value)))
        case Fold(title, items, _):
            told = [one for one in items if flat(clean("".join(span.text for span in one)))]
            yield from (title, *(span.text for one in (told if whole else told[:FOLDED]) for span in one))
        case Buttons() | Menu() | Overflow():
            yield from long_commands(buttons_of(block))


def long_commands(buttons: tuple[Button, ...]) -> Iterator[str]:
    """Return the commands that are shown because no button takes them. Half a character can't be sent: it is a "?"."""
    yield from (button.command.encode("utf-8", "replace").decode() for button in buttons if json_length(button.command) > MAX_COMMAND)


@cache
def random_messages() -> tuple[list[Json], ...]:
    return tuple(render(reply) for reply in random_replies())


@pytest.mark.slow
def test_any_reply_is_valid_and_small_enough() -> None:
    for messages in random_messages():
        within_limits(messages)


@pytest.mark.slow
def test_any_reply_keeps_its_text_in_order() -> None:
    for reply, messages in zip(random_replies(), random_messages(), strict=True):
        shown = [seen(message["attachments"][0]["content"]).lines for message in messages]
        kept = [one for lines in shown for one in (lines[:-1] if len(shown) > 1 else lines)]  # without "Part 1 of 2"
        told = "".join(kept).replace(" ", "")
        whole = not any("… and" in one for one in kept)
        place = 0
        for text in (text for block in reply.blocks for text in texts_of(block, whole)):
            wanted = flat(clean(text)).replace(" ", "")
            # a link whose words name another host has the host beside each of its pieces
            for piece in (wanted[start : start + 200] for start in range(0, len(wanted), 200)):
                place = told.find(piece, place) + len(piece)
                assert place >= len(piece), piece


@pytest.mark.slow
def test_any_reply_keeps_its_buttons_in_order() -> None:
    for reply, messages in zip(random_replies(), random_messages(), strict=True):
        folds = [block.more.command for block in reply.blocks if isinstance(block, Fold) and block.more]
        every = [button.command for block in reply.blocks if not isinstance(block, Fold) for button in buttons_of(block)]
        wanted = [command.encode("utf-8", "replace").decode() for command in every if 0 < json_length(command) - 2 <= MAX_COMMAND - 2]
        found = [command for message in messages for _, command in seen(message["attachments"][0]["content"]).buttons]
        assert [one for one in found if one not in folds] == [one for one in wanted if one not in folds]


@pytest.mark.process
def test_microsofts_package_parses_any_reply() -> None:
    for card in read([message["attachments"][0]["content"] for messages in random_messages() for message in messages]):
        assert (card["events"], card["odd"]) == ([], [])
