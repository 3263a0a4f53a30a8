"""What the bot says of itself where it was just added."""

from content.catalog import Catalog
from handlers.office import START
from handlers.replies import cards
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Reply, Section, SmallPrint, Span, line

EXAMPLES = (
    ("pti revenue", "the Priority Trade Issue Revenue"),
    ("who handles quota", "a plain question works too"),
    ("csms 69851916", "one CSMS message"),
    ("csms subscribe forced labor weekdays 09:00", "CBP's trade updates in this place: those about a topic, when you want them"),
)


def welcome(catalog: Catalog, bot: str, *, alone: bool) -> Reply:
    """`alone`: a chat between one person and the bot; elsewhere it hears only what mentions it."""
    how = "Type a command or a question." if alone else f"Mention it in front of a command or a question: @{bot} pti revenue."
    said = "This bot answers questions about CBP trade, and brings CBP's trade updates to where they are asked for."
    blocks: list[Block] = [
        Header("Trade bot (internal tool)"),
        Section((line(said), line(how))),
        Bullets(tuple(line(Span(typed, code=True), f": {what}") for typed, what in EXAMPLES)),
        cards.heading("Priority Trade Issues"),
        *cards.rows([Button(cards.short(one.name), f"/pti {one.slug}") for one in catalog.ptis]),
        Buttons(tuple(button for button in START if button.command != "/pti")),
        SmallPrint((line("Not an official channel of CBP, and not legal advice: the linked CBP pages are authoritative."),)),
    ]
    return Reply(f"{said} {how}", tuple(blocks), public=True)
