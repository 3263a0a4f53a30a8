"""Slack and Teams say the same: what can be seen, where the links lead and what the buttons do, of every card that there is."""

import re
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest

from bot.slack.blocks import render as slack
from bot.teams.cards import render as teams
from bot.teams.text import strip_slashes
from handlers.actions import Action, decode
from handlers.replies.reply import (
    Block,
    Bullets,
    Buttons,
    Fields,
    Fold,
    Header,
    Line,
    Menu,
    Overflow,
    Reply,
    Section,
    SmallPrint,
    plain,
)
from handlers.replies.text import FOLDED
from tests.support import adaptive
from tests.support.adaptive import flat
from tests.support.every_card import EVERYTHING, SHIPPED, Card
from tests.support.full_catalog import ask

Json = dict[str, Any]


@dataclass(slots=True)
class Facts:
    """The facts of one reply on one platform.

    `text` has no white space, since lines break in different places, and commands as they are typed in Teams, without a slash.
    """

    text: str = ""
    links: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    """Label, command, style."""

    def say(self, text: str) -> None:
        self.text += strip_slashes(flat(text)).replace(" ", "")

    def lead(self, link: str) -> None:
        """Slack takes signs that Teams wants written out."""
        self.links.append(unquote(link))


def on_slack(messages: list[Json]) -> Facts:
    facts = Facts()
    for message in messages:
        parts = message["blocks"][:-1] if len(messages) > 1 else message["blocks"]  # without "Part 1 of 2"
        for block in parts:
            if block["type"] == "section":
                read(block["text"], facts)
            controls = block["elements"] if block["type"] == "actions" else [block["accessory"]] if "accessory" in block else []
            for one in controls:
                if "placeholder" in one:
                    facts.say(one["placeholder"]["text"])
                facts.buttons += [option(each) for each in one.get("options", [one])]
            if block["type"] not in ("actions", "section"):
                read(block, facts)
    return facts


def read(block: Json, facts: Facts) -> None:
    match block["type"]:
        case "text":
            facts.say(block["text"])
        case "link":
            facts.say(block["text"])
            facts.lead(block["url"])
        case "plain_text":
            facts.say(block["text"])
        case "mrkdwn":
            for link in re.findall(r"<([^|>]*)\|", block["text"]):
                facts.lead(link)
            facts.say(unescape(re.sub(r"<[^|>]*\|([^>]*)>", r"\1", block["text"]).replace("*", "")))
        case "header":
            read(block["text"], facts)
        case "divider":
            pass
        case "rich_text" | "rich_text_section" | "rich_text_list" | "context":
            for element in block["elements"]:
                read(element, facts)
        case other:
            raise AssertionError(other)


def option(one: Json) -> tuple[str, str, str]:
    action, argument = decode(one["value"])
    return one["text"]["text"], argument.partition("\n")[0] if action is Action.ASK else one["value"], one.get("style", "")


def on_teams(messages: list[Json]) -> tuple[Facts, list[Facts]]:
    """Return the visible text, and the text that each fold hides until it is opened."""
    facts, hidden = Facts(), []
    for message in messages:
        body = message["attachments"][0]["content"]["body"]
        for element in body[:-1] if len(messages) > 1 else body:
            if element["type"] == "Container" and str(element.get("id", "")).endswith("-rest"):
                assert element["isVisible"] is False
                hidden.append(Facts())
                show(element, hidden[-1])
            else:
                collect(element, facts)
    return facts, hidden


def collect(element: Json, facts: Facts, *, menu: bool = False) -> None:
    """Add what an element shows. `menu`: it is behind "…", where Slack has no styles."""
    match element["type"]:
        case "ActionSet":
            known = [pressed(one) for one in element["actions"] if "command" in one.get("data", ())]
            facts.buttons += [(label, command, "" if menu else style) for label, command, style in known]
        case "FactSet":
            for fact in element["facts"]:
                facts.say(f"{fact['title']}: ")
                show({"type": "TextBlock", "text": fact["value"]}, facts)
        case "Container" if is_question(element):  # a dialog in Slack
            collect(element["items"][1], facts, menu=menu)
        case "Container" | "Column":
            for inner in element.get("items", ()):
                collect(inner, facts, menu=menu or element.get("isVisible") is False)
        case "ColumnSet":
            for column in element["columns"]:
                collect(column, facts, menu=menu)
        case "Input.ChoiceSet":
            facts.say(element["label"])
            facts.buttons += [(one["title"], one["value"], "") for one in element["choices"]]
        case _:
            show(element, facts)


def is_question(element: Json) -> bool:
    last = element["items"][-1]
    return element.get("isVisible") is False and [one["title"] for one in last.get("actions", ())][1:] == ["Cancel"]


def show(element: Json, facts: Facts) -> None:
    seen = adaptive.seen({"body": [element]})
    facts.say(" ".join(one.removeprefix("• ") for one in seen.lines))  # the sign of a list that is drawn by hand
    for link in seen.links:
        facts.lead(link)


def pressed(action: Json) -> tuple[str, str, str]:
    styles = {"positive": "primary", "destructive": "danger"}
    return action["title"].replace(adaptive.JOINER, ""), action["data"]["command"], styles.get(action.get("style", ""), "")


def of(items: tuple[Line, ...]) -> Facts:
    """Return the facts of the reply itself."""
    facts = Facts()
    for item in items:
        facts.say(plain(item))
        for span in item:
            if span.link:
                facts.lead(span.link)
    return facts


def compare(reply: Reply, ours: list[Json], theirs: list[Json]) -> None:
    """Slack can't fold: there the first three stand, and a button. Teams has all of them, unless they are too many for one message."""
    there = on_slack(ours)
    here, hidden = on_teams(theirs)
    folds = [block for block in reply.blocks if isinstance(block, Fold) and block.more and len(block.items) > FOLDED]
    folds = [block for block in folds if of(block.items[FOLDED:]) in hidden]  # a very long one has its button instead
    if hidden:
        assert hidden == [of(block.items[FOLDED:]) for block in folds]
        for block in folds:
            left = f"…and{len(block.items) - FOLDED}more"
            assert left in there.text
            there.text = there.text.replace(left, "", 1)
        more = [block.more.command for block in folds if block.more]
        assert [command for _, command, _ in there.buttons if command in more] == more
        there.buttons = [button for button in there.buttons if button[1] not in more]
    assert here.text == there.text
    assert here.links == there.links
    assert here.buttons == there.buttons
    spoken = [unescape(ours[0]["text"]), theirs[0]["attachments"][0]["content"]["speak"]]
    short, long = sorted((flat(re.sub(r"^Part \d+ of \d+: |…$", "", one)) for one in spoken), key=len)
    assert strip_slashes(long).startswith(strip_slashes(short))


@pytest.fixture(scope="module")
def everything(cards: list[Card]) -> dict[str, Reply]:
    found = {card.name: card.reply for card in cards}
    return found | {typed: ask(typed, context=SHIPPED) for typed in EVERYTHING}


@pytest.mark.slow
def test_every_card_says_the_same_on_both_platforms(everything: dict[str, Reply]) -> None:
    for name, reply in everything.items():
        try:
            compare(reply, slack(reply), teams(reply))
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error


@pytest.mark.slow
def test_the_cards_hold_something_of_each_kind(everything: dict[str, Reply]) -> None:
    blocks = [block for reply in everything.values() for block in reply.blocks]
    assert {Header, Section, Bullets, Fields, SmallPrint, Buttons, Fold} <= {type(block) for block in blocks}
    assert any(on_teams(teams(reply))[1] for reply in everything.values())
    assert any(button[2] for reply in everything.values() for button in on_teams(teams(reply))[0].buttons)


def less(block: Block) -> list[Block]:
    """The block without one of its facts, in each way that there is."""
    match block:
        case Header(text, link):
            return [Header(text[:-1], link), *([Header(text, None)] if link else [])]
        case Section(lines, None):
            return [Section(lines[:-1])] if plain(lines[-1]) else []
        case SmallPrint(lines):
            return [SmallPrint(lines[:-1])] if plain(lines[-1]) else []
        case Bullets(items):
            return [Bullets(items[:-1]), Bullets((tuple(replace(span, text=span.text[1:]) for span in items[0]), *items[1:]))]
        case Fields(pairs):
            return [Fields(pairs[:-1]), Fields((("", pairs[0][1]), *pairs[1:]))]
        case Menu(label, buttons):
            return [Menu(label[1:], buttons), Menu(label, buttons[1:])]
        case Overflow(buttons, _):
            return [Overflow(buttons[1:])]
        case Section(lines, Overflow(buttons, label)):
            return [Section(lines, Overflow(buttons[1:], label))]
        case Buttons(buttons):
            first, *rest = buttons
            return [Buttons(tuple(rest)), Buttons((replace(first, command=f"{first.command} x"), *rest))]
        case Fold(title, items, more):
            return [Fold(title[:-1], items, more), Fold(title, items[:-1], more)]
    return []


def on_header(block: Block, reply: Reply) -> bool:
    """Whether the title is the link; often the small print has it."""
    return isinstance(block, Header) and block.link is not None and on_teams(teams(reply))[0].links[:1] == [block.link]


@pytest.mark.slow
def test_a_fact_that_one_platform_leaves_out_is_found(everything: dict[str, Reply]) -> None:
    tried = set()
    for name in ("pti-revenue", "trade-office", "post-digest", "csms-card", "trade-admin-status", "csms-subscriptions", "role-auditor"):
        reply = everything[name]
        for place, block in enumerate(reply.blocks):
            for changed in less(block):
                if (
                    isinstance(block, Header)
                    and block.link
                    and changed == replace(block, link=None)
                    and on_slack(slack(reply)).links.count(block.link) > 0
                ):
                    continue  # the small print has the link
                short = replace(reply, blocks=(*reply.blocks[:place], changed, *reply.blocks[place + 1 :]))
                for ours, theirs in ((short, reply), (reply, short)):
                    with pytest.raises(AssertionError):
                        compare(reply, slack(ours), teams(theirs))
                tried.add(type(block))
    assert tried >= {Header, Section, Bullets, Fields, SmallPrint, Buttons, Fold}
