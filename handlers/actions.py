"""Encode and decode a button's value: a command or an action.

Messages keep these values on the platforms for years, so the encoding never changes.
"""

from __future__ import annotations

import json
from dataclasses import replace
from enum import StrEnum

from handlers.replies.cards import MAX_BUTTONS, person_span
from handlers.replies.reply import Block, Button, Buttons, Menu, Overflow, Reply, Section, SmallPrint, Span, line, plain

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from handlers.command import Person

ONLY_YOU = "Only you see this"

_MAX_REPORT_SUBJECT = 600
"""Characters of JSON: a view that keeps the subject has little space."""


_MIN_QUESTION = 30
"""Characters of a question that can be understood."""


class Action(StrEnum):
    RUN = ""  #: Run the command.
    SHARE = "share"  #: Answer the command again for the whole channel.
    REPORT = "report"  #: Report a problem with the subject's card.
    CHANGE = "change"  #: From the Home tab: change a subscription, by the channel's id and a command.
    MISSED = "missed"  #: The answer to a question is not what the person asked.
    BACK = "back"  #: Show the message again that an answer covers.
    ASK = "ask"  #: Ask a menu's question before its command: Slack's menus have no dialog for one of their options.


_BY_NAME = {action.value: action for action in Action}


def encode(action: Action, argument: str = "") -> str:
    return f"{action} {argument}".strip()


def decode(value: str) -> tuple[Action, str]:
    """Return the action and its argument. Commands begin with a slash, so none reads as an action."""
    name, _, argument = value.strip().partition(" ")
    action = _BY_NAME.get(name, Action.RUN)
    if action and (argument or action is Action.BACK):
        return action, argument
    return Action.RUN, value.strip()


def encode_question(button: Button, most: int) -> str:
    """Return the value of a button that asks first, if possible with at most `most` characters."""
    value = encode(Action.ASK, f"{button.command}\n{button.label}\n{button.confirm}")
    left = most - (len(value) - len(button.confirm))
    return value if len(value) <= most or left < _MIN_QUESTION else f"{value[: most - 1]}…"


def question(argument: str) -> Reply:
    """Return the question that an encoded button asks, with the button that carries it out."""
    command, _, rest = argument.partition("\n")
    label, _, words = rest.partition("\n")
    return Reply(words, (Section((line(Span(words, bold=True)),)), Buttons((Button(label, command, "danger"),))))


def add_share_button(reply: Reply, command: str) -> Reply:
    if not reply.shareable or reply.public:
        return reply
    return _add_to_overflow(reply, Button("Share in channel", encode(Action.SHARE, command)), first=True)


def add_report_button(reply: Reply) -> Reply:
    """Add "Report a problem" to a card, unless it has it: a reply with exactly one subject."""
    if len(reply.subjects) != 1 or not reply.ok or len(json.dumps(reply.subjects[0])) > _MAX_REPORT_SUBJECT:
        return reply
    report = Button("Report a problem", encode(Action.REPORT, reply.subjects[0]))
    if any(report in block.buttons for block in reply.blocks if isinstance(block, Overflow)):  # a stored answer that is marked
        return reply
    return _add_to_overflow(reply, report)


def add_missed_button(reply: Reply) -> Reply:
    """Add "Not what I asked" to the answer of a question."""
    if not reply.question or not reply.ok or not reply.answered or not reply.subjects:
        return reply
    return _add_to_overflow(reply, Button("Not what I asked", encode(Action.MISSED, reply.question)))


def _add_to_overflow(reply: Reply, button: Button, *, first: bool = False) -> Reply:
    """Use the reply's overflow menu, else a new one: after the last row of buttons, or above the small print."""
    blocks = reply.blocks
    for place, block in enumerate(blocks):
        if isinstance(block, Overflow):
            menu = replace(block, buttons=(button, *block.buttons) if first else (*block.buttons, button))
            return replace(reply, blocks=(*blocks[:place], menu, *blocks[place + 1 :]))
    rows = [place for place, block in enumerate(blocks) if isinstance(block, Buttons | Menu)]
    end = rows[-1] + 1 if rows else len(blocks) - (1 if blocks and isinstance(blocks[-1], SmallPrint) else 0)
    return replace(reply, blocks=(*blocks[:end], Overflow((button,)), *blocks[end:]))


def add_back_button(reply: Reply) -> Reply:
    """Add "Back to the message", the last button, above the small print at the end."""
    end = len(reply.blocks)
    while end and isinstance(reply.blocks[end - 1], SmallPrint):
        end -= 1
    back = Button("Back to the message", encode(Action.BACK))
    place = end - 1 - (1 if end > 1 and isinstance(reply.blocks[end - 1], Overflow) else 0)
    row: Block | None = reply.blocks[place] if end else None
    if isinstance(row, Buttons) and len(row.buttons) < MAX_BUTTONS:
        return replace(reply, blocks=(*reply.blocks[:place], Buttons((*row.buttons, back)), *reply.blocks[place + 1 :]))
    return replace(reply, blocks=(*reply.blocks[:end], Buttons((back,)), *reply.blocks[end:]))


def make_public(reply: Reply, person: Person, how: str = "Shared by") -> Reply:
    """Return the reply for everybody in the channel, naming who shared it.

    Answer it again for the channel first: one person may see more than everybody may.
    """
    attribution = line(f"{how} ", person_span(person, bold=True))
    text = f"{plain(attribution)}: {reply.text}"
    return replace(reply, text=text, blocks=(SmallPrint((attribution,)), *reply.blocks), public=True, shareable=False, question="")


def blocks_with_privacy(reply: Reply) -> tuple[Block, ...]:
    """Return the blocks, ending with "only you" in an answer that may be shared."""
    if reply.public or not reply.shareable:
        return reply.blocks
    last = reply.blocks[-1] if reply.blocks else None
    if isinstance(last, SmallPrint) and last.lines:
        return (*reply.blocks[:-1], SmallPrint((*last.lines[:-1], (Span(f"{ONLY_YOU} · "), *last.lines[-1]))))
    return (*reply.blocks, SmallPrint((line(ONLY_YOU),)))
