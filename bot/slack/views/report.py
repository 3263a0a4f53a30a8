""" "Report a problem": the modal. Pure."""

from bot.slack.text import Json, plain_text
from bot.slack.views.view import modal, plain_blocks
from content.catalog import Catalog
from handlers.forms.problem import MAX_WORDS, subject_name
from handlers.replies.entries import shorten
from handlers.replies.reply import Section, Span, line
from jobs.models.channels import ChannelRef

NAME = "report"
WORDS = "words"


def view(subject: str, channel: ChannelRef, catalog: Catalog) -> Json:
    name = shorten(subject_name(subject, catalog), 100)
    rest = " wrong, missing or out of date? The people who edit the answers will read your report."
    intro = (Section((line("Is something on the card ", Span(name, bold=True), rest),)),)
    element = {"type": "plain_text_input", "action_id": f"report_{WORDS}", "multiline": True, "max_length": MAX_WORDS}
    field: Json = {"type": "input", "block_id": WORDS, "label": plain_text("What is wrong?"), "element": element}
    data = {"subject": subject, "channel": channel.id, "name": channel.name[:80]}
    return modal(NAME, "Report a problem", [*plain_blocks(intro), field], data, "Send")
