"""The message shortcut "Look up": a private preview, and the reply for the thread. Pure.

A message's words are never run as a command, only looked up.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.incoming import Payload, part, text
from bot.slack.incoming import typed_text
from bot.slack.manifest import LOOK_UP
from bot.slack.text import Json
from bot.slack.views.view import modal, reply_blocks
from content.catalog import KINDS, Catalog
from content.search.lookup import Match
from handlers import lookups
from handlers.actions import make_public
from handlers.command import Person
from handlers.messages.questions import MIN_NUMBER
from handlers.replies import cards
from handlers.replies.reply import Block, Controls, Divider, Reply, Section, SmallPrint, Span, line
from jobs.csms import number_of

NAME = LOOK_UP

REPLY = "Reply in thread"

MAX_NUMBERS = 5
"""Maximum CSMS numbers of a message that are answered."""

MAX_CHARACTERS, MAX_DEPTH = 12_000, 12
"""Maximum characters of a message, and depth of its blocks, that are read."""

MAX_NUMBER = 99_999_999

_URL = re.compile(r"<(https?://[^<>|\s]+)(?:\|[^<>]*)?>|(https?://[^\s<>|]+)")
_LABELED = re.compile(r"\b(?:csms|cams|tin)\s*+(?:message)?+\s*+(?:#|no\.?|number)?+\s*+[:#]?+\s*+([0-9]{8})(?![0-9])", re.IGNORECASE)
"""Its quantifiers are possessive (+): backtracking over a long run of spaces would take too long."""

_BARE = re.compile(r"(?<![\w.,/+#-])([0-9]{8})(?![\w/]|[.,-][0-9])")


@dataclass(frozen=True, slots=True)
class Numbers:
    """`sure` if the message calls them CSMS numbers or links their page, `bare` if they only have eight digits."""

    sure: tuple[str, ...]
    bare: tuple[str, ...]


def message_text(message: Payload) -> str:
    own = text(message, "text")[:MAX_CHARACTERS]
    if own.strip():
        return own
    return "\n".join(each for name in ("blocks", "attachments") for each in _texts(message.get(name), 0))[:MAX_CHARACTERS]


def _texts(value: Any, depth: int) -> Iterator[str]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for each in value[:200]:
            yield from _texts(each, depth + 1)
    elif isinstance(value, Mapping):
        for name in ("text", "url", "title", "fallback"):
            if isinstance(value.get(name), str):
                yield value[name]
        for inner in value.values():
            if isinstance(inner, list | Mapping):
                yield from _texts(inner, depth + 1)


def find_numbers(message: str) -> Numbers:
    linked = [number for url in _URL.finditer(message) if (number := number_of(url[1] or url[2])) is not None]
    plain = _URL.sub(" ", message)
    labeled = _LABELED.findall(plain)
    sure = {number: None for number in (*labeled, *linked) if len(number) == 8}
    bare = {number: None for number in _BARE.findall(plain) if number not in sure and MIN_NUMBER <= int(number) <= MAX_NUMBER}
    return Numbers(tuple(sure), tuple(bare))


def find_subjects(message: str, catalog: Catalog) -> Match:
    return lookups.find(typed_text(_URL.sub(" ", message))[:2_000], KINDS, catalog)


def commands(numbers: Iterable[str], match: Match) -> tuple[str, ...]:
    """Return the lookups of a message's CSMS numbers, else of its words if their meaning is sure."""
    by_number = tuple(f"/csms {number}" for number in numbers)[:MAX_NUMBERS]
    return by_number or ((lookups.command_for(match.subjects[0]),) if match.sure and match.subjects else ())


def combine(replies: Sequence[Reply]) -> Reply:
    """Without buttons, since nobody could tell which answer they belong to, and with a common warning and caution only once."""
    if len(replies) == 1:
        return replies[0]
    blocks: list[Block] = []
    for position, reply in enumerate(replies):
        shown = [block for block in reply.blocks if not isinstance(block, Controls)]
        if position and shown[:1] == list(replies[0].blocks[:1]):
            shown = shown[1:]
        if position < len(replies) - 1 and shown[-1:] == list(replies[-1].blocks[-1:]):
            shown = shown[:-1]
        blocks += [*((Divider(),) if position else ()), *shown]
    subjects = tuple(subject for reply in replies for subject in reply.subjects)
    return Reply(" ".join(reply.text for reply in replies), tuple(blocks), subjects=subjects, shareable=True)


def choice(subjects: tuple[str, ...], catalog: Catalog) -> Reply:
    if not subjects:
        first = "The bot found nothing it knows in this message."
        hint = "It looks for CSMS numbers first, then for topics, roles, trade pages and terms."
        return Reply(f"{first} {hint}", (Section((line(Span(first, bold=True)), line(hint))),))
    offers = [lookups.offer(catalog, subject) for subject in subjects]
    first = "This message may be about this:" if len(offers) == 1 else "This message may be about one of these:"
    text = "; ".join(f"{offer.title} ({offer.what})" for offer in offers)
    return Reply(f"{first} {text}.", (cards.heading(first), cards.choices("Choose one", cards.offer_buttons(offers))))


def view(reply: Reply, thread: Mapping[str, str], commands: tuple[str, ...], person: Person) -> Json:
    data = {**thread, "commands": list(commands)}
    submit = REPLY if may_reply(commands, person) else ""
    return modal(NAME, "Look up", reply_blocks(preview(reply, commands, person)), data, submit)


def preview(reply: Reply, commands: tuple[str, ...], person: Person) -> Reply:
    note = (SmallPrint((line(f"Only you see this. “{REPLY}” posts it below the message with your name."),)),)
    return replace(reply, blocks=(*reply.blocks, *(note if may_reply(commands, person) else ())), public=True)


def may_reply(commands: tuple[str, ...], person: Person) -> bool:
    return bool(commands) and not person.external


def read_thread(payload: Payload) -> dict[str, str]:
    message, channel = part(payload, "message"), part(payload, "channel")
    return {"channel": text(channel, "id"), "thread": text(message, "thread_ts") or text(message, "ts") or text(payload, "message_ts")}


def thread_reply(replies: Sequence[Reply], person: Person) -> Reply:
    return make_public(combine(replies), person, "Looked up by")
