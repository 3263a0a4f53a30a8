"""Commands as people type them in Teams: without the slash, which opens a menu of Teams' own there. What a button carries keeps it."""

import re
from dataclasses import replace

from handlers.replies.reply import Block, Bullets, Fields, Fold, Line, Reply, Section, SmallPrint
from handlers.table import SPELLINGS, VERBS

_SLASH = re.compile(rf"(?<![\w/.:-])/(?=(?:{'|'.join(sorted((*VERBS, *SPELLINGS), key=len, reverse=True))})(?![\w/-]))")


def as_typed(reply: Reply) -> Reply:
    """The reply with every command that it names written so."""
    return replace(reply, text=typed(reply.text), blocks=tuple(map(_block, reply.blocks)))


def typed(words: str) -> str:
    return _SLASH.sub("", words)


def _block(block: Block) -> Block:
    match block:
        case Section(lines) | SmallPrint(lines):
            return replace(block, lines=_lines(lines))
        case Bullets(items) | Fold(_, items, _):
            return replace(block, items=_lines(items))
        case Fields(pairs):
            return replace(block, pairs=tuple((label, _line(value)) for label, value in pairs))
        case _:
            return block


def _lines(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(map(_line, lines))


def _line(line: Line) -> Line:
    """What is a link is somebody else's title."""
    return tuple(span if span.link else replace(span, text=typed(span.text)) for span in line)
