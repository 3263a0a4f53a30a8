"""Encode and decode what a button does: run a command, or one of four actions that are not commands.

A button's value is stored in messages that stay on the platforms for years, so the encoding never changes.
"""

from __future__ import annotations

import json
from dataclasses import replace
from enum import StrEnum

from handlers.replies.cards import MAX_BUTTONS
from handlers.replies.reply import Block, Button, Buttons, Reply, SmallPrint, Span, line

TYPE_CHECKING = False  # importing typing costs half as much as starting Python
if TYPE_CHECKING:
    from handlers.command import Person

ONLY_YOU = "Only you see this"

_MAX_REPORT_SUBJECT = 600
"""Characters of JSON: a view keeps the subject of a report, with little room."""


class Action(StrEnum):
    """The effect of pressing a button."""

    RUN = ""  #: Run the argument, a command.
    SHARE = "share"  #: Answer the argument, a command, again for everybody in the channel.
    REPORT = "report"  #: Report a problem with the card of the argument, a subject.
    CHANGE = "change"  #: From the Home tab: change a subscription. The argument is the channel's id and a command.
    BACK = "back"  #: Show the message again that an answer covers.


_BY_NAME = {action.value: action for action in Action}


def encode(action: Action, argument: str = "") -> str:
    """Return a button's value."""
    return f"{action} {argument}".strip()


def decode(value: str) -> tuple[Action, str]:
    """Return the action of a button's value and its argument. A command begins with a slash, so no command reads as an action."""
    name, _, argument = value.strip().partition(" ")
    action = _BY_NAME.get(name, Action.RUN)
    if action and (argument or action is Action.BACK):
        return action, argument
    return Action.RUN, value.strip()


def add_share_button(reply: Reply, command: str) -> Reply:
    """Add "Share in channel" as the first button of a private answer that may be shared."""
    if not reply.shareable or reply.public:
        return reply
    share = Button("Share in channel", encode(Action.SHARE, command))
    blocks = list(reply.blocks)
    for index, block in enumerate(blocks):
        if isinstance(block, Buttons) and len(block.buttons) < MAX_BUTTONS:
            blocks[index] = Buttons((share, *block.buttons))
            return replace(reply, blocks=tuple(blocks))
    # above the small print at the end
    return replace(reply, blocks=(*blocks[:-1], Buttons((share,)), *blocks[-1:]))


def add_report_button(reply: Reply) -> Reply:
    """Add "Report a problem" as the last button of a card. A reply about several subjects, or about none, is no card."""
    if len(reply.subjects) != 1 or not reply.ok or len(json.dumps(reply.subjects[0])) > _MAX_REPORT_SUBJECT:
        return reply
    button = Button("Report a problem", encode(Action.REPORT, reply.subjects[0]))
    blocks = list(reply.blocks)
    for index, block in enumerate(blocks):
        if isinstance(block, Buttons) and len(block.buttons) < MAX_BUTTONS:
            blocks[index] = Buttons((*block.buttons, button))
            return replace(reply, blocks=tuple(blocks))
    # above the small print at the end
    end = len(blocks) - (1 if blocks and isinstance(blocks[-1], SmallPrint) else 0)
    return replace(reply, blocks=(*blocks[:end], Buttons((button,)), *blocks[end:]))


def add_back_button(reply: Reply) -> Reply:
    """Add "Back to the message", the last button, above the small print at the end."""
    end = len(reply.blocks)
    while end and isinstance(reply.blocks[end - 1], SmallPrint):
        end -= 1
    back = Button("Back to the message", encode(Action.BACK))
    row: Block = reply.blocks[end - 1] if end else Buttons(())
    if isinstance(row, Buttons) and len(row.buttons) < MAX_BUTTONS:
        return replace(reply, blocks=(*reply.blocks[: max(end - 1, 0)], Buttons((*row.buttons, back)), *reply.blocks[end:]))
    return replace(reply, blocks=(*reply.blocks[:end], Buttons((back,)), *reply.blocks[end:]))


def make_public(reply: Reply, person: Person, how: str = "Shared by") -> Reply:
    """Return the reply for everybody in the channel, naming who shared it.

    The reply must have been answered again for the channel: what one person may see is not for everybody.
    """
    attribution = line(f"{how} ", Span(person.name, bold=True))
    text = f"{how} {person.name}: {reply.text}"
    return replace(reply, text=text, blocks=(SmallPrint((attribution,)), *reply.blocks), public=True, shareable=False)


def blocks_with_privacy(reply: Reply) -> tuple[Block, ...]:
    """Return the blocks; those of an answer that may be shared end by saying that only the asker sees it."""
    if reply.public or not reply.shareable:
        return reply.blocks
    last = reply.blocks[-1] if reply.blocks else None
    if isinstance(last, SmallPrint) and last.lines:
        return (*reply.blocks[:-1], SmallPrint((*last.lines[:-1], (Span(f"{ONLY_YOU} · "), *last.lines[-1]))))
    return (*reply.blocks, SmallPrint((line(ONLY_YOU),)))
