"""Remove what a person typed from an answer that is stored: a later correction needs what it shows, and nobody the question."""

import re
from collections.abc import Callable
from dataclasses import replace

from handlers.replies.reply import (
    Block,
    Button,
    Buttons,
    Fold,
    Header,
    Line,
    Menu,
    Overflow,
    Reply,
    Section,
    Span,
    lines_of,
    map_lines,
    plain,
)

REMOVED = "…"

_WORD = re.compile(r"\w++")
_QUOTED = re.compile(r"“([^“”]*+)”|\"([^\"]*+)\"")


def without_question(reply: Reply, asked: str) -> Reply:
    """Return an answer without the words that somebody typed: quotations of them, and buttons that would ask them again.

    Words that the answer has anyway, such as those of a title, stay. Numbers are those of messages.
    """
    words = _words(asked)
    if all(word.isdecimal() for word in words):
        return reply
    blocks = tuple(_without_quotes(block, words, refused=not reply.ok) for block in reply.blocks)
    text = _unquoted(reply.text, words)
    own = {word for said in (text, *reply.subjects, *map(_text_of, blocks)) for word in _words(said)}
    secret = {word for word in words if word not in own and not word.isdecimal()}

    def repeats(button: Button) -> bool:
        command = _words(button.command)
        return _is_part(words, command) if len(words) > 1 and not secret else not secret.isdisjoint(command)

    kept = (_without_buttons(block, repeats) for block in blocks)
    return replace(reply, text=text, blocks=tuple(block for block in kept if block is not None))


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


def _is_part(words: tuple[str, ...], of: tuple[str, ...]) -> bool:
    return bool(words) and any(of[place : place + len(words)] == words for place in range(len(of) - len(words) + 1))


def _unquoted(text: str, words: tuple[str, ...]) -> str:
    def remove(quoted: re.Match[str]) -> str:
        said = _words(quoted[1] or quoted[2] or "")
        # a long quotation is cut, also within a word
        cut = quoted[0][-2:-1] == REMOVED and _is_part(said[:-1], words)
        return f"{quoted[0][0]}{REMOVED}{quoted[0][-1]}" if cut or _is_part(said, words) else quoted[0]

    return _QUOTED.sub(remove, text)


def _without_quotes(block: Block, words: tuple[str, ...], *, refused: bool) -> Block:
    def clean(span: Span) -> Span:
        """Where something was refused, the wrong words stand alone too."""
        alone = refused and span.link is None and _is_part(_words(span.text), words)
        return replace(span, text=REMOVED if alone else _unquoted(span.text, words))

    block = map_lines(block, lambda line: tuple(map(clean, line)))
    if isinstance(block, Header):
        return replace(block, text=_unquoted(block.text, words))
    return replace(block, title=_unquoted(block.title, words)) if isinstance(block, Fold) else block


def _text_of(block: Block) -> str:
    lines: tuple[Line, ...] = lines_of(block)
    title = block.text if isinstance(block, Header) else block.title if isinstance(block, Fold) else ""
    return " ".join((title, *map(plain, lines)))


def _without_buttons(block: Block, repeats: Callable[[Button], bool]) -> Block | None:
    match block:
        case Buttons(buttons) | Menu(_, buttons) | Overflow(buttons, _):
            left = tuple(button for button in buttons if not repeats(button))
            return replace(block, buttons=left) if left else None
        case Section(_, Overflow() as overflow):
            kept = _without_buttons(overflow, repeats)
            return replace(block, overflow=kept if isinstance(kept, Overflow) else None)
        case Fold(_, _, Button() as more) if repeats(more):
            return replace(block, more=None)
    return block
