"""What a private answer says of itself, and what becomes of it when somebody shares it with the channel."""

from dataclasses import replace

from handlers.command import Person
from handlers.replies.reply import Block, Reply, SmallPrint, Span, line

ONLY_YOU = "Only you see this"


def shared(reply: Reply, person: Person, how: str = "Shared by") -> Reply:
    """The same answer for everybody, saying first who shared it. It must have been answered anew for this channel: what one
    person may see isn't for all."""
    said = line(f"{how} ", Span(person.name, bold=True))
    return replace(
        reply, text=f"{how} {person.name}: {reply.text}", blocks=(SmallPrint((said,)), *reply.blocks), public=True, shareable=False
    )


def marked(reply: Reply) -> tuple[Block, ...]:
    """An answer that may be shared says that so far only the asker sees it."""
    if reply.public or not reply.shareable:
        return reply.blocks
    last = reply.blocks[-1] if reply.blocks else None
    if isinstance(last, SmallPrint) and last.lines:
        return (*reply.blocks[:-1], SmallPrint((*last.lines[:-1], (Span(f"{ONLY_YOU} · "), *last.lines[-1]))))
    return (*reply.blocks, SmallPrint((line(ONLY_YOU),)))
