"""Previews of the links that people paste: a stored message, or a page of the flyer that has moved.

A preview shows nothing but public content, because anybody may read it. Nothing is fetched, so a message that is not stored has none.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from content.search.audience import public
from handlers import lookups
from handlers.command import Command, Person
from handlers.replies import corrections, entries, gists, serialize
from handlers.replies.reply import Reply, without_controls
from jobs.csms import ACCOUNT, number_of
from jobs.identity import canonical_link
from jobs.models.channels import ChannelRef
from jobs.models.posts import About, Bundle, Listed
from jobs.relations import changes, find_changers
from jobs.states import PostKind
from jobs.store import entries as entry_store
from jobs.store import readings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from content.catalog import Resource
    from handlers.command import Context
    from jobs.models.entries import Entry
    from jobs.store.database import Connection

_ANYBODY = Person("", "", "", "", external=True)
_NOWHERE = ChannelRef("", "", "")


def preview(url: str, context: Context) -> Reply | None:
    """Return the preview of a link, or None if there is nothing to say about it. Call in a thread."""
    number = linked_number(url)
    if number is not None:
        if context.db is None:
            return None
        with context.db.read() as conn:
            entry = entry_store.by_number(conn, number)
            return None if entry is None else _message(conn, entry, context)
    page = _moved_page(url, context.catalog.resources)
    if page is None:
        return None
    subject, shown = f"resource:{page.slug}", replace(context, catalog=public(context.catalog))
    card = lookups.show(subject, Command("trade", f"resource {page.slug}", _ANYBODY, None), shown)
    return without_controls(replace(card, public=True, shareable=False))


def linked_number(url: str) -> str | None:
    """Return the number of the message on a GovDelivery page of CBP's account, or None."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme not in ("https", "http") or ACCOUNT.casefold() not in parts.path.casefold():
        return None
    return number_of(url)


def _moved_page(url: str, resources: Iterable[Resource]) -> Resource | None:
    try:
        address = canonical_link(url.strip()).partition("#")[0].casefold()
    except ValueError:
        return None
    moved = (each for each in resources if each.state == "moved" and each.successor)
    return next((each for each in moved if canonical_link(each.url).casefold() == address), None)


def _message(conn: Connection, entry: Entry, context: Context) -> Reply:
    """Return the message as a post shows it. Messages that change it are noted above, as in a post that they mark."""
    now, zone = context.now, context.zone
    chain = [entry, *find_changers(conn, [entry])]
    changed, dated = changes(conn, chain), readings.dates_of(conn, [each.id for each in chain])
    said = gists.lines(entry, dated.get(entry.id, ()), now, zone)
    reply = Reply(
        entries.card_text(entry, context.catalog, zone),
        (*entries.card(entry, context.catalog, now, zone, says=said), entries.caution([entry])),
        subjects=(entry.key,),
        public=True,
    )
    for later in (each for each in chain if each.id in changed.get(entry.id, ())):
        about_this = About("", "", serialize.dump(reply))
        items = (Listed(later, ""), Listed(entry, ""))
        bundle = Bundle(PostKind.MARK, _NOWHERE, None, items, None, now, None, about_this, changes=changed, effective=dated)
        reply = corrections.mark(bundle, zone)
    return reply
