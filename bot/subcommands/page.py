"""`tradebot briefing` and `tradebot handout`: print an answer, or write it as a page of HTML."""

import sys
from pathlib import Path

from bot import ask
from bot.responder import Responder, as_guest
from handlers.lookups import find
from handlers.replies.html import render
from handlers.replies.reply import without_controls
from handlers.replies.text import render as render_text
from handlers.router import read_command, resolve


def write_briefing(words: str, file: str) -> int:
    """Return 1 if there is no such issue or topic, or if the page cannot be written."""
    host = ask.open_host(stored=True)
    return 1 if host is None else _write(f"/trade briefing {words}", file, host)


def write_handout(words: str, file: str) -> int:
    """Return 1 if there is no such role, or if the page cannot be written."""
    host = ask.open_host(stored=False)
    if host is None:
        return 1
    found = find(words, ("role",), host.catalog) if words.strip() else None
    if found is None or not found.sure or len(found.subjects) != 1:
        roles = ", ".join(role.name for role in host.catalog.roles)
        print(f"tradebot: {f'no role is called {words!r}' if words else 'name a role'}. The roles are: {roles}.", file=sys.stderr)
        return 1
    return _write(f"/role {found.subjects[0].partition(':')[2]} page", file, host)


def _write(line: str, file: str, host: ask.Offline) -> int:
    """Return 1 if the page cannot be written. It holds only what everybody may see, because pages are handed out."""
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
