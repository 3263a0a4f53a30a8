"""Send subscription commands to a channel and read the replies."""

from handlers.command import Command, Context, Person
from handlers.replies.reply import Bullets, Reply, Section, buttons_of, plain
from handlers.replies.text import render
from handlers.router import dispatch, resolve
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry
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
    """Return the commands by label. Of a list, only the last subscription's actions are there."""
    return {button.label: button.command for block in reply.blocks for button in buttons_of(block)}


def actions(reply: Reply, place: int = 0) -> dict[str, str]:
    """Return what the menu of one subscription in a list offers."""
    menus = [block.overflow for block in reply.blocks if isinstance(block, Section) and block.overflow]
    return {button.label: button.command for button in menus[place].buttons}


def bullets(reply: Reply) -> list[str]:
    return [plain(item) for block in reply.blocks if isinstance(block, Bullets) for item in block.items]


def listed(reply: Reply) -> list[str]:
    """Return the subscriptions of a list, each on one line."""
    sections = [block for block in reply.blocks if isinstance(block, Section) and block.overflow]
    return [" · ".join(map(plain, section.lines)) for section in sections]


def flat(reply: Reply) -> str:
    """The reply as text on one line."""
    return " ".join(render(reply).split())
