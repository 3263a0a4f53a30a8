"""A subscription's words that can't be understood: where they stand, a hint, and what was clearly meant as a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.replies.entries import shorten
from handlers.replies.reply import Button, Buttons, Reply, Section, Span, line
from handlers.subscriptions.parser import Misunderstood, parse
from jobs.models import SubscriptionSpec

if TYPE_CHECKING:
    from handlers.command import Command, Context

MAX_SLIPS = 3
"""Words that are put right in one command: whoever misspells more of them reads the hints first."""

MAX_LABEL = 60


def misunderstood(wrong: Misunderstood, words: str, command: Command, context: Context, behind: str = "") -> Reply:
    """Which word it was, by its position in the command as it was typed, and a hint. Nothing was changed. `behind`: what stood behind
    the words and belongs to the command."""
    said = f"/{command.verb} {command.words}".rstrip()
    before = len(said) - len(words.rstrip()) if said.endswith(words.rstrip()) else 0
    position = before + wrong.position
    first = f"Character {position}: {wrong.message}."
    mark = line(f"{said[: position - 1][-60:].rstrip()} → ", Span(said[position - 1 :][:40].strip() or "…", bold=True))
    right = corrected(wrong, words, context, feeds_allowed=command.verb == "trade") if before else ""
    whole = f"{said[:before]}{right}{behind}"
    button = (Buttons((Button(shorten(whole, MAX_LABEL), whole),)),) if right else ()
    too = f"Character {before + wrong.also.position}: {wrong.also.message}. {wrong.also.hint}" if wrong.also else ""
    lines = (line(Span(first, bold=True)), mark, line(wrong.hint), *((line(too),) if too else ()))
    return Reply(f"{first} {wrong.hint} {too}".rstrip(), (Section(lines), *button), ok=False)


def corrected(wrong: Misunderstood, words: str, context: Context, *, feeds_allowed: bool) -> str:
    """The words as they were clearly meant; "" when that isn't clear, or when they would not be understood either."""
    for _ in range(MAX_SLIPS):
        if not wrong.meant:
            return ""
        start = wrong.position - 1
        words = f"{words[:start]}{wrong.meant}{words[start + wrong.length :]}".strip()
        read = parse(words, context.catalog, context.zone, feeds_allowed)
        if isinstance(read, SubscriptionSpec):
            return words
        wrong = read
    return ""
