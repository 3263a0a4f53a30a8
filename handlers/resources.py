"""/trade resource: the trade pages of the Office's flyer, and whether each still works."""

from __future__ import annotations

from content.catalog import Link
from handlers import lookups
from handlers.questions import answers
from handlers.replies import cards, page_status, sources
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Line, Reply, Section, Span, line, plain

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from content.catalog import Catalog, Resource
    from handlers.command import Command, Context

_STATES = {"current": "", "moved": "moved", "unverified": "not verified", "archived": "archived"}


def resource(words: str, command: Command, context: Context) -> Reply:
    if not words.strip():
        return _list_all(context.catalog)
    return answers.answer(words, ("resource",), command, context, "in the trade pages", Button("Show the pages", "/trade resource"))


def _list_all(catalog: Catalog) -> Reply:
    listed = [resource for resource in catalog.resources if resource.state != "archived"]
    archived = len(catalog.resources) - len(listed)
    notes = (line(_archived_note(archived)),) if archived else ()
    buttons = [Button(cards.title_part(resource.slug, resource.title), f"/trade resource {resource.slug}") for resource in listed]
    return Reply(
        f"{len(listed)} trade pages on CBP.gov: {'; '.join(resource.title for resource in listed)}.",
        (
            Header("Trade pages on CBP.gov"),
            cards.source_note("Trade resources from the Office of Trade flyer"),
            Bullets(tuple(_list_line(resource) for resource in listed)),
            cards.choices("Choose a page", buttons),
            cards.footer(*(resource.summary.as_of for resource in listed), lines=notes),
        ),
        subjects=tuple(f"resource:{resource.slug}" for resource in listed),
        shareable=True,
    )


def _archived_note(count: int) -> str:
    plural, pronoun = ("", "it") if count == 1 else ("s", "them")
    return f"{count} archived page{plural} not shown; search by name to find {pronoun}"


def _list_line(resource: Resource) -> Line:
    """Link to the page that works today."""
    page = resource.successor if resource.state == "moved" and resource.successor else Link(resource.title, resource.url)
    state = _STATES.get(resource.state)
    return line(Span(resource.title, link=page.url), *((f" ({state})",) if state else ()))


def card(resource: Resource, command: Command, context: Context) -> Reply:
    """Open with the state unless it is current."""
    moved = resource.state == "moved" and resource.successor
    page = moved or Link(f"{resource.title} on {sources.site(resource.url)}", resource.url)
    status = page_status.lines(resource)
    blocks: list[Block] = [
        Header(resource.title, page.url),
        cards.source_note("Trade page", page, also=_STATES.get(resource.state, "")),
    ]
    if status:
        blocks.append(Section(status))
    if resource.summary.shown:
        blocks.append(cards.summary(resource.summary, context))
    if resource.note:
        blocks.append(Section((line(resource.note),)))
    links = tuple(line(Span(link.title, link=link.url)) for link in resource.links)
    if links:
        blocks.append(Bullets(links))
    same_name = (f"topic:{resource.slug}", f"term:{resource.slug}")
    related = (*(f"pti:{slug}" for slug in resource.ptis[:2]), *same_name, *(f"role:{slug}" for slug in resource.roles))
    buttons = lookups.buttons(context.catalog, related, cards.MAX_CHOICES - 1)
    blocks += [Buttons((*buttons, Button("All pages", "/trade resource"))), cards.footer(resource.summary.as_of)]
    parts = (
        f"Trade page: {resource.title}.",
        " ".join(plain(text) for text in status),
        resource.summary.text if resource.summary.shown else "",
        cards.date_sentence((resource.summary.as_of,)),
        page.url,
    )
    return Reply(" ".join(part for part in parts if part), tuple(blocks), subjects=(f"resource:{resource.slug}",), shareable=True)
