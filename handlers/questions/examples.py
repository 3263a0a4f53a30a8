"""Examples of what to ask, from what has an answer, and the buttons to begin with."""

from __future__ import annotations

from handlers.replies.reply import Button, Line, Span, line

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from content.catalog import Catalog, Office, Pti
    from handlers.command import Command, Context
    from jobs.models.entries import Entry

START = (
    Button("Priority Trade Issues", "/pti"),
    Button("Roles", "/role"),
    Button("Trade pages", "/trade resource"),
    Button("Glossary", "/trade term"),
)

ALL_COMMANDS = Button("All commands", "/trade help all")

THINGS = "Five things to try"

_MAX_QUESTION = 60
"""Characters of an example."""

_OPENINGS = ("How do I", "Who", "When", "What", "Is", "")
"""How questions begin that show best what can be asked, the best first."""

_TOPIC = "forced-labor"
"""The topic of the example, if there is one with this slug."""


def examples(command: Command, context: Context) -> tuple[Line, ...]:
    """Return the five things, with a message that the person can read."""
    guest = command.person.external
    if context.recent is None:
        return things_to_try(context.catalog, None, guest=guest)
    from handlers.replies.entries import newest_message  # `ask` has no messages, and starts without these
    from jobs.matching import SAMPLE_PLATFORM

    samples = command.channel is not None and command.channel.platform == SAMPLE_PLATFORM
    return things_to_try(context.catalog, newest_message(context.recent, context.now, samples=samples), guest=guest)


def things_to_try(catalog: Catalog, message: Entry | None, *, guest: bool = False) -> tuple[Line, ...]:
    """Return five things by task, each with an example that has an answer. `message` is stored, or None where none is.

    A guest from another workspace cannot subscribe.
    """
    question = next(iter(example_questions(catalog, 1)), "who handles quota")
    topic = next((each.slug for each in catalog.topics if each.slug == _TOPIC), catalog.topics[0].slug if catalog.topics else "")
    read = ("Read CBP's messages, or search them", f"/csms {message.number}", _search(message)) if message else None
    things = (
        ("Ask a question", f"/trade {question}"),
        ("See what a Priority Trade Issue is about", f"/pti {_slug(catalog)}"),
        read or ("See what CBP sent last", "/csms latest"),
        ("Find out who does something", "/role who writes rulings"),
        ("See what CBP sent about a topic", f"/csms latest {topic}")
        if guest
        else ("Get CBP's updates in a channel", f"/csms subscribe {topic} weekdays 09:00"),
    )
    return tuple(_thing(*each) for each in things)


def _thing(task: str, typed: str, other: str = "") -> Line:
    return line(f"{task}: ", Span(typed, code=True), *((" or ", Span(other, code=True)) if other else ()))


def _search(message: Entry) -> str:
    """Return a search that finds the message."""
    from datetime import timedelta  # `ask` has no messages

    topic = next((f" topic:{hit.topic}" for hit in message.topics), "")
    return f"/csms{topic} since:{message.published - timedelta(days=1):%Y-%m}"  # in no zone does the month begin earlier


def _slug(catalog: Catalog) -> str:
    slugs = [pti.slug for pti in catalog.ptis]
    return "revenue" if "revenue" in slugs or not slugs else slugs[0]


def example_questions(catalog: Catalog, most: int) -> tuple[str, ...]:
    """Return questions that the content answers, of different issues and with different beginnings."""
    found: dict[str, str] = {}
    owners: tuple[Office | Pti, ...] = (catalog.office, *catalog.ptis)
    for opening in _OPENINGS:
        for owner in owners:
            known = (each.q for each in owner.questions if each.shown and len(each.q) <= _MAX_QUESTION and each.q.startswith(opening))
            new = next((each for each in known if _beginning(each) not in found), None)
            if new is not None:
                found[_beginning(new)] = new
    return tuple(found.values())[:most]


def _beginning(question: str) -> str:
    return " ".join(question.split()[:4]).casefold()
