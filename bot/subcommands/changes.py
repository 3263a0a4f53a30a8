"""`tradebot changes`: print what the stored messages changed."""

from collections.abc import Mapping, Sequence

from bot import ask
from handlers.messages.changes import plain_text
from handlers.replies.text import render
from handlers.router import read_command


def show_changes(words: Sequence[str], options: Mapping[str, str]) -> int:
    """Return 1 when the words cannot be understood, or when the content or the database cannot be read."""
    asked = " ".join(words)
    line = f"/trade changes {asked}".rstrip()
    if "--text" not in options:
        return ask.ask_one(line, "text", stored=True)
    host = ask.open_host(stored=True)
    if host is None:
        return 1
    text = plain_text(asked, read_command(line, ask.YOU), host.context(store=True))
    if text is None:
        ask.show(render(ask.answer(line, host)))
    else:
        ask.show(text.rstrip("\n"))
    host.close()
    return 1 if text is None else 0
