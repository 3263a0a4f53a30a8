"""`tradebot briefing` and `tradebot handout`: print an answer, or write it as a page of HTML."""

import sys
from pathlib import Path

from bot import ask
from bot.responder import Responder, as_guest
from handlers.replies.html import render
from handlers.replies.reply import without_controls
from handlers.replies.text import render as render_text
from handlers.router import read_command, resolve


def write_page(line: str, file: str, *, stored: bool) -> int:
    """Write what everybody may see: a page may be handed out. Return 1 if there is no such page, or if it cannot be written."""
    host = ask.open_host(stored=stored)
    if host is None:
        return 1
    reply = Responder(host).reply(as_guest(resolve(read_command(line, ask.YOU))))
    host.close()
    found = reply.ok and reply.answered and reply.shareable
    if not (file and found):
        ask.show(render_text(without_controls(reply) if found else reply))
        return 0 if found else 1
    try:
        Path(file).write_text(render(reply, "Date", "Message"), encoding="utf-8")
    except OSError as error:
        print(f"tradebot: --html {file}: {error.strerror}", file=sys.stderr)
        return 1
    ask.show(f"{file}: open it in a browser, and print it or save it as PDF there.")
    return 0
