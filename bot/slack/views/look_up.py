"""The message shortcut "Look up": what a message's words or its CSMS numbers mean, for whoever asks, and then for its thread.

What a message says is never taken for a command: it is only looked up.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.incoming import Payload, part, text
from bot.slack.incoming import written
from bot.slack.manifest import LOOK_UP
from bot.slack.text import Json
from bot.slack.views.view import MAX_BLOCKS, modal, of_reply
from content.catalog import KINDS, Catalog
from content.search.lookup import Match
from handlers import lookups
from handlers.actions import make_public
from handlers.command import Person
from handlers.csms import MIN_NUMBER
from handlers.replies.reply import Block, Bullets, Buttons, Divider, Reply, Section, SmallPrint, Span, line
from jobs.csms import number_of

NAME = LOOK_UP
"""The callback_id of the shortcut and of its modal."""

REPLY = "Reply in thread"

MAX_NUMBERS = 5
MAX_CHARACTERS = 12_000
"""Of a message, that are read."""

LAST = 99_999_999

_URL = re.compile(r"<(https?://[^<>|\s]+)(?:\|[^<>]*)?>|(https?://[^\s<>|]+)")
_LABELLED = re.compile(r"\b(?:csms|cams|tin)\s*+(?:message)?+\s*+(?:#|no\.?|number)?+\s*+[:#]?+\s*+([0-9]{8})(?![0-9])", re.IGNORECASE)
"""Possessive (+): nothing is tried a second time, or a long row of blanks would be divided in every way that there is."""
_BARE = re.compile(r"(?<![\w.,/+#-])([0-9]{8})(?![\w/]|[.,-][0-9])")


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a message names. `sure`: called a CSMS message, or its page. `bare`: eight digits that may be one."""

    sure: tuple[str, ...]
    bare: tuple[str, ...]


def said(message: Payload) -> str:
    """The words of a message; of one that is made of blocks alone, those of its blocks."""
    own = text(message, "text")[:MAX_CHARACTERS]
    if own.strip():
        return own
    return "\n".join(found for name in ("blocks", "attachments") for found in words(message.get(name), 0))[:MAX_CHARACTERS]


def words(value: Any, depth: int) -> Iterator[str]:
    """Every text and link within."""
    if depth > 12:
        return
    if isinstance(value, list):
        for each in value[:200]:
            yield from words(each, depth + 1)
    elif isinstance(value, Mapping):
        for name in ("text", "url", "title", "fallback"):
            if isinstance(value.get(name), str):
                yield value[name]
        for inner in value.values():
            if isinstance(inner, list | Mapping):
                yield from words(inner, depth + 1)


def numbers(message: str) -> Numbers:
    """The CSMS numbers that a message names, in its order."""
    linked = [number for url in _URL.finditer(message) if (number := number_of(url[1] or url[2])) is not None]
    plain = _URL.sub(" ", message)
    labelled = _LABELLED.findall(plain)
    sure = {number: None for number in (*labelled, *linked) if len(number) == 8}
    bare = {number: None for number in _BARE.findall(plain) if number not in sure and MIN_NUMBER <= int(number) <= LAST}
    return Numbers(tuple(sure), tuple(bare))


def by_words(message: str, catalog: Catalog) -> Match:
    """What the words mean."""
    return lookups.find(written(_URL.sub(" ", message))[:2_000], KINDS, catalog)


def commands(named: Iterable[str], found: Match) -> tuple[str, ...]:
    """The commands whose answers say what the message means: of the CSMS messages that it names, or else of its words when they are
    plain. Only ever look-ups of a number or of a subject."""
    asked = tuple(f"/csms {number}" for number in named)[:MAX_NUMBERS]
    return asked or ((lookups.command_for(found.subjects[0]),) if found.sure and found.subjects else ())


def together(replies: Iterable[Reply]) -> Reply:
    """Several answers one below the other. Their buttons are for the answer alone: below several nobody knows of which they are."""
    several = list(replies)
    if len(several) == 1:
        return several[0]
    blocks: list[Block] = []
    for place, reply in enumerate(several):
        blocks += [*((Divider(),) if place else ()), *(block for block in reply.blocks if not isinstance(block, Buttons))]
    return Reply(
        " ".join(reply.text for reply in several),
        tuple(blocks),
        subjects=tuple(subject for reply in several for subject in reply.subjects),
        shareable=True,
    )


def choice(found: tuple[str, ...], catalog: Catalog) -> Reply:
    """Doubtful words: up to three to choose from; or nothing."""
    if not found:
        first = "Nothing of what the bot holds is meant in this message, as far as it can tell."
        hint = "It looks for CSMS numbers first, then for topics, roles, trade pages and terms."
        return Reply(f"{first} {hint}", (Section((line(Span(first, bold=True)), line(hint))),))
    offers = [lookups.offer(catalog, subject) for subject in found]
    first = "This message may mean this:" if len(offers) == 1 else "This message may mean one of these:"
    items = tuple(line(Span(offer.title, bold=True), f": {offer.what}") for offer in offers)
    spoken = "; ".join(f"{offer.title} ({offer.what})" for offer in offers)
    blocks = (Section((line(Span(first, bold=True)),)), Bullets(items), Buttons(lookups.buttons(catalog, found, 3)))
    return Reply(f"{first} {spoken}.", blocks)


def view(reply: Reply, place: Mapping[str, str], asked: tuple[str, ...], person: Person) -> Json:
    """The private preview as a modal, with "Reply in thread" where that is offered."""
    data = {**place, "commands": list(asked)}
    return modal(NAME, "Look up", of_reply(preview(reply, asked, person), MAX_BLOCKS), data, REPLY if offered(asked, person) else "")


def preview(reply: Reply, asked: tuple[str, ...], person: Person) -> Reply:
    """What the modal shows: the answer, and where it may be posted a note that says so."""
    note = (SmallPrint((line(f"Only you see this. “{REPLY}” posts it below the message, with your name."),)),)
    return replace(reply, blocks=(*reply.blocks, *(note if offered(asked, person) else ())), public=True)


def offered(asked: tuple[str, ...], person: Person) -> bool:
    """Whether there is something to say in the thread, and the person may say it."""
    return bool(asked) and not person.external


def place(payload: Payload) -> dict[str, str]:
    """Where the message stands."""
    message, channel = part(payload, "message"), part(payload, "channel")
    return {"channel": text(channel, "id"), "thread": text(message, "thread_ts") or text(message, "ts") or text(payload, "message_ts")}


def public(replies: Iterable[Reply], person: Person) -> Reply:
    """As it stands in the thread."""
    return make_public(together(replies), person, "Looked up by")
