"""Say that a page has moved, is archived, or was never seen."""

from __future__ import annotations

from handlers.replies.reply import Span, line

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from content.catalog import Resource
    from handlers.replies.reply import Line


def lines(resource: Resource) -> tuple[Line, ...]:
    """Return what readers must know before they use the link; () for a current page."""
    if resource.state == "moved" and resource.successor:
        successor = Span(resource.successor.title, link=resource.successor.url)
        return (
            line(Span("This page has moved. ", bold=True), "It is now ", successor, "."),
            line("The old link, as printed on the flyer: ", Span(resource.url, link=resource.url)),
        )
    if resource.state == "archived":
        return (line(Span("Archived. ", bold=True), "Kept only for older references."),)
    if resource.state == "unverified":
        return (line(Span("Not verified. ", bold=True), "The address is the one printed on the flyer. We have not seen the page."),)
    return ()
