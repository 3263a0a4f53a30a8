"""/csms: a message by number or link, a search, and the latest messages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers import lookups
from handlers.messages import answers, operators, outages
from handlers.messages import latest as latest_messages
from handlers.replies import cards, entries
from handlers.replies.reply import Button, Reply, code_line, refusal
from handlers.subscriptions.errors import explained_error
from handlers.subscriptions.parts import Misunderstood

if TYPE_CHECKING:
    from handlers.command import Command, Context


def csms(words: str, command: Command, context: Context) -> Reply:
    if not words.strip():
        return latest("", command, context)
    return (
        answers.number_answer(words, command, context)
        or (outages.of_another_time(words, command, context) if words.casefold().startswith("open ") else None)
        or _search(words, command, context)
    )


def _search(words: str, command: Command, context: Context) -> Reply:
    everywhere = Button("Search everything else", f"/trade {' '.join(words.split())[:200]}")
    if context.db is None:
        return cards.no_match(words, "here", everywhere, hint=answers.without_store(context))
    operated = _operated_answer(words, command, context)
    if operated is not None:
        return operated
    found = answers.news_answer(words, command, context) or answers.search_answer(words, command, context)
    return found or answers.nothing(words, command, context, (everywhere, latest_messages.LATEST))


def _operated_answer(words: str, command: Command, context: Context, *, latest: bool = False) -> Reply | None:
    """Answer a search with operators, also that one is wrong. `latest`: for the newest messages, of which the button Older asks more."""
    asked = operators.read(words, context.catalog, context.now, context.zone)
    if isinstance(asked, Misunderstood):
        start = asked.position - 1
        typed = f"/{command.verb} {command.words}".rstrip()
        before = typed.removesuffix(words.rstrip()) if typed.endswith(words.rstrip()) else "/csms "
        corrected = [f"{before}{words[:start]}{each}{words[start + asked.length :]}" for each in asked.corrections]
        return explained_error(asked, words, corrected)
    used = replace(asked, after=None) if latest else asked
    return answers.search_answer(f"latest {words}" if latest else words, command, context) if used.used else None


def open_(words: str, command: Command, context: Context) -> Reply:
    """List the open outages, and those that aged out without an end."""
    if context.db is None:
        return refusal(answers.without_store(context), code_line("You can look up a message by its number: `/csms 69851916`"))
    return outages.listing(context.db, command, context)


def latest(words: str, command: Command, context: Context) -> Reply:
    """List the newest messages: all, those of a topic, or those that other words are about. Time words limit them."""
    if context.db is None:
        return refusal(answers.without_store(context), code_line("You can look up a message by its number: `/csms 69851916`"))
    early = latest_messages.still_to_come(words, context) or _operated_answer(words, command, context, latest=True)
    if early is not None:
        return early
    asked = latest_messages.read_newest(words, context)
    if asked.topic or not asked.words:
        return latest_messages.newest_answer(asked, command, context)
    return answers.search_answer(f"latest {words}", command, context) or _guess_topic(words, asked, command, context)


def _guess_topic(words: str, asked: latest_messages.Newest, command: Command, context: Context) -> Reply:
    """Answer for the topic that the words probably mean, or offer topics."""
    slugs = [topic.slug for topic in context.catalog.topics]
    match = lookups.find(" ".join(asked.words), ("pti", "topic"), context.catalog)
    meant = list(dict.fromkeys(slug for subject in match.subjects if (slug := subject.partition(":")[2]) in slugs))
    if len(meant) == 1 and match.sure:
        return latest_messages.newest_answer(replace(asked, topic=meant[0]), command, context)
    offered = tuple(Button(entries.topic_name(context.catalog, slug), f"/csms latest {slug}") for slug in meant[:3])
    return answers.nothing(words, command, context, (*offered, latest_messages.LATEST))
