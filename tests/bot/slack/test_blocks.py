import json
import random
import re
from dataclasses import replace
from typing import Any

import pytest

from bot.slack.blocks import render
from bot.slack.text import escape
from handlers.actions import ONLY_YOU, Action, decode, question
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
    line,
)
from jobs.models.posts import Bundle, Listed
from jobs.models.subscriptions import Cadence, Filters, Subscription
from jobs.states import CadenceKind, PostKind
from tests.bot.test_urls import MISLEADING
from tests.support.full_catalog import ask
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW, entry

LINK = "https://www.cbp.gov/trade"
HOSTILE = "<!channel> <@U1> <https://evil.example|CBP> *b* _i_ `c` ```x``` ~s~ & > :tada: @here \u202e\x00\ud800"


def walk(value: Any) -> list[dict[str, Any]]:
    """Every object within."""
    if isinstance(value, dict):
        return [value, *(inner for part in value.values() for inner in walk(part))]
    return [inner for part in value for inner in walk(part)] if isinstance(value, list) else []


def words(messages: list[dict[str, Any]]) -> str:
    """All text of the blocks as Slack would show it, in order, with plain spaces."""
    kinds = ("text", "link", "plain_text", "mrkdwn")
    return "".join(
        one["text"] for message in messages for one in walk(message["blocks"]) if one.get("type") in kinds and isinstance(one["text"], str)
    ).replace("\u00a0", " ")


def within_limits(messages: list[dict[str, Any]]) -> None:
    """https://docs.slack.dev/reference/block-kit/blocks, and what a message may hold together."""
    assert messages
    for message in messages:
        json.dumps(message, ensure_ascii=False).encode("utf-8")  # no half characters
        assert len(message["text"]) < 4000
        assert len(message["blocks"]) <= 50
        assert len(json.dumps(message["blocks"], separators=(",", ":"))) <= 13_200
        for block in message["blocks"]:
            check(block)
        actions = [one["action_id"] for one in walk(message["blocks"]) if "action_id" in one]
        assert len(actions) == len(set(actions))


def check(block: dict[str, Any]) -> None:
    assert block["type"] in ("header", "rich_text", "context", "actions", "divider", "section")
    if block["type"] == "header":
        assert 0 < len(block["text"]["text"]) <= 150
        assert block["text"]["type"] == "plain_text"
    if block["type"] in ("context", "actions", "rich_text"):
        assert 0 < len(block["elements"]) <= {"context": 10, "actions": 25, "rich_text": 10_000}[block["type"]]
    for one in walk(block):
        if one.get("type") in ("text", "link", "plain_text", "mrkdwn"):
            assert 0 < len(one["text"]) <= 3000
        if one.get("type") == "link":
            assert one["url"].startswith(("https://", "http://127.0.0.1"))
            assert len(one["url"]) <= 3000
            assert one["url"].isascii()
        if one.get("type") == "mrkdwn":
            assert one["verbatim"] is True
        if one.get("type") == "button":
            assert 0 < len(one["text"]["text"]) <= 75
            assert 0 < len(one["value"]) <= 2000
            assert one.get("style", "primary") in ("primary", "danger")
            for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)) if "confirm" in one else ():
                assert one["confirm"][name]["type"] == "plain_text"
                assert 0 < len(one["confirm"][name]["text"]) <= most
        if one.get("type") in ("overflow", "static_select"):
            assert 0 < len(one["options"]) <= (5 if one["type"] == "overflow" else 100)
            assert 0 < len(one.get("placeholder", {"text": "x"})["text"]) <= 150
            for option in one["options"]:
                assert option["text"]["type"] == "plain_text"
                assert 0 < len(option["text"]["text"]) <= 75
                assert 0 < len(option["value"]) <= 150
        if one.get("type") in ("rich_text_section", "rich_text_list"):
            assert one["elements"]


def one_block(block: Block) -> list[dict[str, Any]]:
    messages = render(Reply("text", (block,)))
    within_limits(messages)
    found: list[dict[str, Any]] = messages[0]["blocks"]
    return found


def test_a_person_without_a_name_is_mentioned_and_nothing_else_is() -> None:
    def shown(span: Span) -> str:
        return json.dumps(render(Reply("", (Section((line("By ", span),)), SmallPrint((line("by ", span),)))))[0]["blocks"])

    assert '{"type": "user", "user_id": "U1"}' in shown(Span("somebody", person="U1"))
    assert '"text": "by <@U1>"' in shown(Span("somebody", person="U1"))
    for person in ("", "!channel", "U1>", "#C1", "S1", "u1"):
        assert "somebody" in shown(Span("somebody", person=person))
        assert person == "" or person not in shown(Span("somebody", person=person))


def test_a_card_is_header_small_print_text_list_and_buttons() -> None:
    (message,) = render(ask("/pti revenue"))
    assert [block["type"] for block in message["blocks"]] == ["header", "context", "rich_text", "rich_text", "actions", "context"]
    assert message["text"].startswith("Priority Trade Issue: Revenue.")


def test_a_list_is_one_list_and_its_heading_stays_with_it() -> None:
    messages = render(Reply("t", (Section((line(Span("Tools", bold=True)),)), Bullets((line("CAPE"), line("eBond"))))))
    assert messages[0]["blocks"] == [
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "Tools", "style": {"bold": True}}]},
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": name}]} for name in ("CAPE", "eBond")],
                },
            ],
        }
    ]


def test_the_title_is_the_link_unless_the_small_print_has_it() -> None:
    assert one_block(Header("Guidance", LINK)) == [
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "link", "url": LINK, "text": "Guidance", "style": {"bold": True}}],
                }
            ],
        }
    ]
    (message,) = render(Reply("t", (Header("Revenue", LINK), SmallPrint((line(Span("the page", link=LINK)),)))))
    assert message["blocks"][0] == {"type": "header", "text": {"type": "plain_text", "text": "Revenue", "emoji": False}}


def test_a_private_answer_that_may_be_shared_says_so_at_its_end_and_a_public_one_does_not() -> None:
    small = SmallPrint((line("as of 27 Mar 2026"),))
    private = render(Reply("t", (small,), shareable=True))
    assert words(private) == f"{ONLY_YOU} · as of 27 Mar 2026"
    assert words(render(Reply("t", (Section((line("x"),)),), shareable=True))) == f"x{ONLY_YOU}"
    assert ONLY_YOU not in words(render(Reply("t", (small,), shareable=True, public=True)))
    assert ONLY_YOU not in words(render(Reply("t", (small,))))


def test_button_value_is_a_command() -> None:
    (actions,) = one_block(Buttons((Button("More", "/pti revenue more"), Button("End", "/csms unsubscribe 1", "danger"))))
    assert [(one["text"]["text"], one["value"], one.get("style")) for one in actions["elements"]] == [
        ("More", "/pti revenue more", None),
        ("End", "/csms unsubscribe 1", "danger"),
    ]


def test_a_button_asks_first_in_a_dialog() -> None:
    (actions,) = one_block(Buttons((Button("Drop", "/trade-admin drop 1", "danger", "Drop <!channel> for good?"),)))
    (button,) = actions["elements"]
    assert (button["value"], button["style"], button["confirm"]["style"]) == ("/trade-admin drop 1", "danger", "danger")
    shown = {name: button["confirm"][name]["text"] for name in ("title", "confirm", "deny")}
    assert shown == {"title": "Drop", "confirm": "Drop", "deny": "Cancel"}
    assert button["confirm"]["text"]["text"].endswith("for good?")
    assert button["confirm"]["text"]["emoji"] is False
    (row,) = one_block(Buttons((Button("Pause", "/pti"),)))
    assert "confirm" not in row["elements"][0]


def test_a_command_too_long_for_a_button_is_shown_to_be_typed() -> None:
    command = "/csms subscribe " + '"phrase" ' * 300
    blocks = one_block(Buttons((Button("Change", command),)))
    assert command in words([{"blocks": blocks}])


MORE = Overflow((Button("Share in channel", "share /pti revenue"), Button("Report a problem", "report pti:revenue")))


def test_an_overflow_menu_is_the_last_of_the_row_that_it_follows() -> None:
    (message,) = render(Reply("t", (Buttons((Button("More", "/pti revenue more"),)), MORE, SmallPrint((line("x"),)))))
    row, small = message["blocks"]
    assert [one["type"] for one in row["elements"]] == ["button", "overflow"]
    options = [(one["text"]["text"], one["value"]) for one in row["elements"][1]["options"]]
    assert options == [("Share in channel", "share /pti revenue"), ("Report a problem", "report pti:revenue")]
    assert small["type"] == "context"


def test_a_sections_menu_is_beside_its_text_if_both_fit() -> None:
    section = Section((line(Span("1 · Revenue", bold=True), " · a|b"), line("weekdays <09:00>")), MORE)
    (block,) = one_block(section)
    assert block["text"] == {"type": "mrkdwn", "text": "*1 · Revenue* · a|b\nweekdays &lt;09:00&gt;", "verbatim": True}
    assert block["accessory"]["type"] == "overflow"
    long = one_block(replace(section, lines=(line("x" * 3_001),)))
    assert [each["type"] for each in long] == ["rich_text", "actions"]
    several = Overflow(tuple(Button(f"B{n}", f"/pti {n}") for n in range(6)))
    assert [len(each["options"]) for each in one_block(several)[0]["elements"]] == [5, 1]


def test_a_select_menu_has_all_its_choices_and_long_commands_are_buttons() -> None:
    (row,) = one_block(Menu("Choose an issue", tuple(Button(f"Issue {n}", f"/pti {n}") for n in range(60))))
    (select,) = row["elements"]
    assert (select["type"], select["placeholder"]["text"], len(select["options"])) == ("static_select", "Choose an issue", 60)
    rows = one_block(Menu("Choose an issue", tuple(Button(f"Issue {n}", f"/pti {n}") for n in range(130))))
    assert sum(len(one["options"]) for each in rows for one in each["elements"]) == 130
    assert row["elements"][0]["options"][1] == {"text": {"type": "plain_text", "text": "Issue 1", "emoji": False}, "value": "/pti 1"}
    short, long = one_block(Menu("Choose", (Button("Short", "/pti"), Button("Long", "/pti " + "x" * 150))))
    assert [one["type"] for one in (*short["elements"], *long["elements"])] == ["static_select", "button"]


def test_an_option_that_asks_first_carries_its_question() -> None:
    (row,) = one_block(Overflow((Button("Unsubscribe", "/csms unsubscribe 1", "danger", "End subscription 1?"),)))
    action, argument = decode(row["elements"][0]["options"][0]["value"])
    reply = question(argument)
    assert (action, reply.text) == (Action.ASK, "End subscription 1?")
    assert reply.blocks[1] == Buttons((Button("Unsubscribe", "/csms unsubscribe 1", "danger"),))


def test_a_folded_list_shows_three_and_a_button() -> None:
    items = tuple(line(f"item {number}") for number in range(5))
    text, actions = one_block(Fold("Skills (5)", items, Button("Show all", "/role auditor skills")))
    assert [one["text"] for one in walk(text) if one.get("type") == "text"] == ["Skills (5)", "item 0", "item 1", "item 2", "… and 2 more"]
    assert actions["elements"][0]["value"] == "/role auditor skills"


@pytest.mark.parametrize(
    "block",
    [
        Header(HOSTILE),
        Header(HOSTILE, LINK),
        Section((line(HOSTILE),)),
        Bullets((line(Span(HOSTILE, link=LINK, bold=True)),)),
        Fields(((HOSTILE, line(HOSTILE)),)),
        SmallPrint((line(HOSTILE),)),
        SmallPrint((line(HOSTILE, Span("page", link=LINK)),)),
        SmallPrint((line(Span(HOSTILE, link=LINK)),)),
        Section((line(HOSTILE), line(Span(HOSTILE, bold=True), Span("page", link=LINK))), Overflow((Button(HOSTILE, "/pti"),))),
        Buttons((Button(HOSTILE, "/pti"),)),
        Menu(HOSTILE, (Button(HOSTILE, "/pti"),)),
        Overflow((Button(HOSTILE, "/pti", confirm=HOSTILE),)),
        Fold(HOSTILE, (line(HOSTILE),)),
    ],
    ids=lambda block: type(block).__name__,
)
def test_foreign_text_mentions_nobody_formats_nothing_and_links_nowhere(block: Block) -> None:
    for one in walk(one_block(block)):
        if one.get("type") in ("text", "link", "plain_text", "mrkdwn"):
            assert "<!" not in one["text"]
            assert "<@" not in one["text"]
            assert "\u202e" not in one["text"]
        if one.get("type") == "link":
            assert one["url"] == LINK
        if one.get("type") == "plain_text":
            assert one["emoji"] is False
        if one.get("type") == "mrkdwn":
            rest = one["text"].replace(f"<{LINK}|page>", "").replace(f" <{LINK}|(www.cbp.gov)>", "")
            if rest.startswith(f"<{LINK}|"):
                rest = rest.removeprefix(f"<{LINK}|").removesuffix(">")
            rest = re.sub(r"^\*(.*)\* ?$", r"\1", rest, flags=re.MULTILINE)  # the section's own bold text
            assert not set("<>*`~") & set(rest)
            assert "_i_" not in rest
        assert one.get("type") not in ("user", "usergroup", "broadcast", "channel", "emoji")


def test_the_top_level_text_is_escaped_once_and_in_order() -> None:
    assert render(Reply("A & B <!here> &lt;", ()))[0]["text"] == "A &amp; B &lt;!here&gt; &amp;lt;"
    assert escape("<&>") == "&lt;&amp;&gt;"


def test_a_long_top_level_text_is_cut_between_its_escapes() -> None:
    text = render(Reply("&" * 5000, ()))[0]["text"]
    assert len(text) < 4000
    assert text.removesuffix("…") == "&amp;" * ((len(text) - 1) // 5)


@pytest.mark.parametrize(
    "link",
    [
        "http://www.cbp.gov/x",
        "javascript:alert(1)",
        "https://",
        "https://user@evil.example/",
        "https://www.cbp.gov/a b",
        "https://www.cbp.gov/\nx",
        "https://[bad",
        "https://www.cbp.gov\\@evil.example",
        "https://www.cbp.gov/" + "x" * 3000,
        "",
    ],
)
def test_link_that_is_not_plain_https_is_text(link: str) -> None:
    for block in (Section((line(Span("words", link=link)),)), SmallPrint((line(Span("words", link=link)),))):
        blocks = one_block(block)
        assert words([{"blocks": blocks}]) == "words"
        assert not [one for one in walk(blocks) if one.get("type") in ("link", "mrkdwn")]


def test_characters_that_would_end_a_link_early_are_percent_encoded() -> None:
    (block,) = one_block(SmallPrint((line(Span("a|b", link="https://www.cbp.gov/x|y>z<é")),)))
    assert block["elements"][0]["text"] == "<https://www.cbp.gov/x%7Cy%3Ez%3C%C3%A9|a∣b>"


@pytest.mark.parametrize("text", MISLEADING)
def test_words_that_look_like_another_address_show_where_they_lead(text: str) -> None:
    evil = "https://evil.example/x"
    blocks = one_block(Section((line(Span(text, link=evil)),)))
    (link,) = [one for one in walk(blocks) if one.get("type") == "link"]
    assert link == {"type": "link", "url": evil, "text": "(evil.example)"}
    assert [one["text"] for one in walk(blocks) if one.get("type") == "text"] == [text, " "]
    (small,) = one_block(SmallPrint((line(Span(text, link=evil)),)))
    assert small["elements"][0]["text"] == f"{text} <{evil}|(evil.example)>"


@pytest.mark.parametrize("text", ["https://www.cbp.gov/trade", "Guidance on AGOA; see CBP.gov", "e.g. Form 7501.A note"])
def test_a_title_that_names_the_governments_pages_is_the_link_to_one(text: str) -> None:
    honest = one_block(Section((line(Span(text, link="https://content.govdelivery.com/bulletins/4083a1f")),)))
    assert [one["text"] for one in walk(honest) if one.get("type") == "link"] == [text]


def test_a_long_reply_goes_on_in_further_messages_and_nothing_is_lost() -> None:
    items = tuple(line(Span(f"Title number {number} " + "é" * 50, link=LINK), f" · {67000000 + number}") for number in range(400))
    messages = render(Reply("Digest", (Header("Trade digest"), Bullets(items), Buttons((Button("Manage", "/csms subscriptions"),)))))
    within_limits(messages)
    assert len(messages) > 2
    shown = words(messages)
    assert all(f"Title number {number} " in shown and f" · {67000000 + number}" in shown for number in range(400))
    assert shown.index("Title number 7 ") < shown.index("Title number 399 ")
    assert messages[1]["text"] == f"Part 2 of {len(messages)}: Digest"
    assert messages[1]["blocks"][-1]["elements"][0]["text"] == f"Part 2 of {len(messages)}"


def test_many_blocks_go_on_in_further_messages() -> None:
    messages = render(Reply("t", tuple(Section((line(f"paragraph {number}."),)) for number in range(120))))
    within_limits(messages)
    assert all(f"paragraph {number}." in words(messages) for number in range(120))


@pytest.mark.parametrize("letter", ["x", "é", "🙂", "&", "<", "|"])
def test_one_endless_line_is_divided_and_nothing_is_lost(letter: str) -> None:
    endless = letter * 30_000
    for block in (Header(endless), Section((line(endless),)), Bullets((line(Span(endless, link=LINK)),)), SmallPrint((line(endless),))):
        messages = render(Reply("t", (block,)))
        within_limits(messages)
        assert words(messages).replace("\u2060", "").count(letter) >= 30_000
    linked = render(Reply("t", (SmallPrint((line(Span(endless, link=LINK)),)),)))
    within_limits(linked)


def test_an_empty_reply_is_still_a_message() -> None:
    assert render(Reply("", ())) == [{"text": "", "blocks": []}]
    within_limits(render(Reply("t", (Section(()), Bullets(()), SmallPrint(((),)), Buttons(()), Fields(()), Fold("", ()), Header("")))))


@pytest.mark.parametrize("title", ["GUIDANCE: Additional Duties — " + "Updated Procedures for Filing in ACE " * 6, "Short"])
@pytest.mark.parametrize("url", ["", "https://www.federalregister.gov/documents/2026/02/09/" + "long-title-" * 15])
@pytest.mark.parametrize("gist", ["", "CBP will reject such entries from this date on. " * 6])
def test_a_full_part_of_a_digest_is_one_message(title: str, url: str, gist: str) -> None:
    """A post is one message: that is how it is found again after a time-out."""
    entries = [entry(str(67640000 + n), title, "revenue", "tariffs", "textiles", "ad-cvd") for n in range(90)]
    items = tuple(Listed(replace(each, url=url or each.url, gist=gist), "why", NOW) for each in entries)
    subscription = Subscription(1, 1, CHANNEL, Filters(), Cadence(CadenceKind.WEEKDAYS), NEW_YORK, False, "Maria", NOW)
    parts = posts.compose(Bundle(PostKind.DIGEST, CHANNEL, subscription, items, NOW, NOW, NOW), CATALOG, NEW_YORK)
    assert len(parts) > 1
    for part in parts:
        messages = render(serialize.load(part))
        within_limits(messages)
        assert len(messages) == 1


def random_line(dice: random.Random) -> Line:
    texts = ("", "word ", HOSTILE, "é" * dice.randrange(900), "x" * dice.randrange(5000), "https://cbp.gov ")
    links = (None, None, LINK, "https://evil.example/|>", "nonsense")
    return tuple(
        Span(dice.choice(texts), dice.random() < 0.3, dice.random() < 0.1, dice.random() < 0.1, dice.choice(links))
        for _ in range(dice.randrange(6))
    )


def random_block(dice: random.Random) -> Block:
    lines = tuple(random_line(dice) for _ in range(dice.randrange(12)))
    text = "".join(span.text for span in random_line(dice))
    buttons = tuple(
        Button(text, f"/pti {text}"[: dice.randrange(4000)], dice.choice(("", "danger", "odd")), dice.choice(("", text)))
        for _ in range(dice.randrange(9))
    )
    return dice.choice(
        (
            Header(text, dice.choice((None, LINK))),
            Section(lines),
            Bullets(lines),
            Fields(tuple((text, one) for one in lines)),
            SmallPrint(lines),
            Divider(),
            Buttons(buttons),
            Menu(text, buttons),
            Overflow(buttons),
            Section(lines, Overflow(buttons)),
            Fold(text, lines, buttons[0] if buttons else None),
        )
    )


@pytest.mark.parametrize("seed", range(60))
def test_whatever_the_reply_the_limits_hold(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 -- the same replies in every run
    reply = Reply(
        "".join(span.text for span in random_line(dice)), tuple(random_block(dice) for _ in range(dice.randrange(25))), shareable=True
    )
    within_limits(render(reply))


def test_what_became_of_a_list_item_stands_in_it_and_is_no_item_of_its_own() -> None:
    items = (line("One"), line("\u21b3 ", Span("Corrected by", bold=True), " Two", Span("The rate is 5", quiet=True)), line("Three"))
    (message,) = render(Reply("t", (Bullets(items),)))
    (listed,) = message["blocks"][0]["elements"]
    texts = ["".join(one["text"] for one in item["elements"]) for item in listed["elements"]]
    assert texts == ["One\n\u21b3 Corrected by Two\nThe rate is 5", "Three"]


def test_no_line_breaks_inside_a_date_but_commands_stay_as_they_are() -> None:
    words = line("sent 9 Feb 2026, from 31 December, section 9 February ", Span("/csms pause until 9 Feb", code=True))
    (message,) = render(Reply("t", (Section((words,)), SmallPrint((line("as of 9 Feb"),)))))
    shown = [one["text"] for one in walk(message["blocks"]) if isinstance(one.get("text"), str)]
    assert "sent 9\u00a0Feb 2026, from 31 December, section 9 February " in shown
    assert "/csms pause until 9 Feb" in shown
    assert "as of 9\u00a0Feb" in shown
