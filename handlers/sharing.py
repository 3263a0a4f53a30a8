"""What becomes of a private answer that somebody shares with the channel."""

from dataclasses import replace

from handlers.command import Person
from handlers.reply import Context, Reply, Span, line


def shared(reply: Reply, person: Person, how: str = "Shared by") -> Reply:
    """The same answer for everybody, saying first who shared it. It must have been answered anew for this channel: what one
    person may see isn't for all."""
    said = line(f"{how} ", Span(person.name, bold=True))
    return replace(reply, text=f"{how} {person.name}: {reply.text}", blocks=(Context((said,)), *reply.blocks), public=True, shareable=False)
