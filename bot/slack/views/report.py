""" "Report a problem": a button on every card, a modal for the words, and a message where the editors are."""

from bot.slack.text import Json, plain_text
from bot.slack.views.view import modal, of_blocks
from content.catalog import Catalog, get, title
from handlers import lookups
from handlers.command import Person
from handlers.replies.cards import https_url, separated_line
from handlers.replies.entries import CARD_TITLE, shorten
from handlers.replies.reply import Buttons, Divider, Reply, Section, SmallPrint, Span, line
from jobs.models import ChannelRef, Entry

NAME = "report"
"""The modal's callback_id."""

WORDS = "words"
MAX_WORDS = 2_000


def name(subject: str, catalog: Catalog) -> str:
    """What the card is called: "Revenue"; of a message its number."""
    kind, _, rest = subject.partition(":")
    if get(catalog, subject) is not None:
        return title(catalog, subject)
    return f"CSMS {rest}" if kind == "csms" else subject


def view(subject: str, channel: ChannelRef, catalog: Catalog) -> Json:
    """The modal."""
    called = shorten(name(subject, catalog), 100)
    said = (Section((line("Something on the card ", Span(called, bold=True), " is wrong, missing or old? The editors will read it."),)),)
    field: Json = {
        "type": "input",
        "block_id": WORDS,
        "label": plain_text("What is wrong?"),
        "element": {"type": "plain_text_input", "action_id": f"report_{WORDS}", "multiline": True, "max_length": MAX_WORDS},
    }
    data = {"subject": subject, "channel": channel.id, "name": channel.name[:80]}
    return modal(NAME, "Report a problem", [*of_blocks(said), field], data, "Send")


def message(
    subject: str, words: str, person: Person, where: str, catalog: Catalog, entry: Entry | None, card: Reply | None = None
) -> Reply:
    """What the editors read: the words, who wrote them, where the card is written, and the card."""
    title = f"{shorten(entry.title, CARD_TITLE)} ({name(subject, catalog)})" if entry is not None else name(subject, catalog)
    kind = lookups.KIND_NAMES.get(subject.partition(":")[0], "CSMS message" if subject.startswith("csms:") else "message")
    link = https_url(entry.url) if entry is not None else None
    ours = get(catalog, subject) is not None
    source = f"content: {catalog.places.get(subject, 'place unknown')}" if ours else "as CBP sent it; topics.yaml sorts it"
    quoted = tuple(line(Span(one, italic=True)) for one in words[:MAX_WORDS].splitlines() if one.strip())
    small_print = separated_line(f"By {person.name} ({person.id})", f"in {where}" if where else "", source, f"content {catalog.digest[:8]}")
    return Reply(
        f"Problem reported: {title}. {source}. {words[:MAX_WORDS]}",
        (
            Section((line(Span("Problem reported: ", bold=True), Span(title, bold=True, link=link), f" · {kind}"), *quoted)),
            SmallPrint((small_print,)),
            *((Divider(), *(block for block in card.blocks if not isinstance(block, Buttons))) if card is not None else ()),
        ),
        public=True,
    )


ARRIVED = "Thank you. The editors have it."
ON_ITS_WAY = "Thank you. It is on its way to the editors."
UNSURE = "Thank you. Slack gave no answer, so it isn't known whether the editors have it. If nobody answers you, ask one of them."


def card_command(subject: str, catalog: Catalog) -> str:
    """What shows the card; "" where nothing does."""
    kind, _, rest = subject.partition(":")
    if get(catalog, subject) is not None:
        return lookups.command_for(subject)
    return f"/csms {rest}" if kind == "csms" else ""


def thanks(said: str = ARRIVED) -> Json:
    """What the reporter sees."""
    return modal(NAME, "Report a problem", of_blocks((Section((line(said),)),)))
