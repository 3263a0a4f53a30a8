"""Send subscription commands to a channel and read the replies."""

from handlers.command import Command, Context, Person
from handlers.replies.reply import Bullets, Buttons, Reply, plain
from handlers.replies.text import render
from handlers.router import dispatch
from handlers.table import resolve
from jobs.models import ChannelRef, Entry
from jobs.publish import publish_entries
from jobs.store.database import Database
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW, entry, new

MARIA = Person("slack", "T1", "U1", "Maria")
GUEST = Person("slack", "T2", "U9", "Guest", external=True)

STORED = (
    entry("67000001", "Refunds go out by ACH", "revenue"),
    entry("67000002", "GUIDANCE: Duty on steel", "revenue", "tariffs", lead="guidance", kind="guidance"),
    entry("67000003", "ACE is slow", "outage", kind="outage", routine=True),
    entry("67000004", "Statements are delayed", "revenue", kind="outage", routine=True),
    entry("67000005", "Training on refunds", "revenue"),
    entry("67000006", "Beef quota", "agriculture-quota"),
)


def say(words: str, db: Database | None, person: Person = MARIA, channel: ChannelRef | None = CHANNEL) -> Reply:
    verb, _, rest = words.removeprefix("/").partition(" ")
    now = db.clock() if db is not None and db.clock is not None else NOW
    return dispatch(resolve(Command(verb, rest, person, channel)), Context(CATALOG, now, NEW_YORK, db))


def publish(db: Database, *stored: Entry, backlog: bool = False) -> None:
    with db.begin() as connection:
        for feed in {each.feed for each in stored}:
            publish_entries(connection, feed, [new(each) for each in stored if each.feed == feed], db.now(connection), backlog=backlog)


def buttons(reply: Reply) -> dict[str, str]:
    found = [button for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]
    return {button.label: button.command for button in found}


def bullets(reply: Reply) -> list[str]:
    return [plain(item) for block in reply.blocks if isinstance(block, Bullets) for item in block.items]


def flat(reply: Reply) -> str:
    """The reply as text on one line."""
    return " ".join(render(reply).split())
