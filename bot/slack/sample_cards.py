"""One card of each sort, made by the bot's own handlers and renderers, for `tradebot doctor` to show to Slack.

What the content and the database hold is shown as it is; posts and the outbox are about made-up entries, so nothing needs to be due.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.slack.blocks import render
from bot.slack.incoming import PLATFORM
from bot.slack.text import Json
from bot.slack.views import home, look_up, report, subscribe
from handlers import outbox
from handlers.actions import add_report_button, add_share_button
from handlers.command import Context, Person
from handlers.forms import subscription
from handlers.replies import notices, posts, serialize
from handlers.replies.reply import Reply
from handlers.router import dispatch, read_command, resolve
from jobs.feed_health import LastRead
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry, TopicHit
from jobs.models.posts import About, Bundle, Listed, Notice
from jobs.models.subscriptions import SubscriptionSpec
from jobs.states import EntryKind, Lead, NoticeKind, PostKind, Relation
from jobs.store.outbox import Undecided

CHANNEL = ChannelRef(PLATFORM, "T0", "C0", "#trade")
PERSON = Person(PLATFORM, "T0", "U0", "Maria", admin=True)
LONG = "A long title, as CBP writes them, that names a bulletin, the goods, the ports and the date on which a message takes effect"
REASON = "the bot is not in this channel"

FROM_CONTENT = {
    "list of PTIs": "/pti",
    "glossary": "/trade term",
    "topics": "/trade topic",
    "help": "/trade help",
    "office": "/trade office",
}
FROM_STORE = {"latest messages": "/csms latest", "status": "/trade-admin status", "feeds": "/trade-admin feeds"}
"""Commands that change nothing."""


@dataclass(frozen=True, slots=True)
class SampleCard:
    name: str
    argument: str
    """The argument of blocks.validate that takes it: blocks or view."""
    content: Json | list[Json]


def sample_cards(context: Context, subscribed: ChannelRef | None = None) -> Iterator[SampleCard]:
    """Yield every card, as its messages or its view; `subscribed` is a stored channel. Raises what a handler raises."""
    for name, reply in (*_answers(context, subscribed), *_posts(context)):
        shown = add_report_button(add_share_button(reply, "/trade help")) if not reply.public else reply
        for message in render(shown):
            yield SampleCard(name, "blocks", message["blocks"])
    for name, view in _views(context):
        yield SampleCard(name, "view", view)


def _answers(context: Context, subscribed: ChannelRef | None) -> Iterator[tuple[str, Reply]]:
    catalog = context.catalog
    lines = dict(FROM_CONTENT)
    if catalog.ptis:
        lines |= {"PTI card": f"/pti {catalog.ptis[0].slug}", "questions": f"/pti {catalog.ptis[0].slug} questions"}
    if catalog.roles:
        lines["role"] = f"/role {catalog.roles[0].slug}"
    if catalog.resources:
        lines["trade page"] = f"/trade resource {catalog.resources[0].slug}"
    if context.db is not None:
        lines |= FROM_STORE
        if subscribed is not None:  # the command stores a channel that is new
            lines["subscriptions"] = "/csms subscriptions"
    for name, line in lines.items():
        yield name, dispatch(resolve(read_command(line, PERSON, subscribed or CHANNEL)), context)


def _posts(context: Context) -> Iterator[tuple[str, Reply]]:
    items = tuple(Listed(_entry(number, context), "the title says quota") for number in range(12))

    def composed(kind: PostKind, shown: tuple[Listed, ...], about: About | None = None) -> list[Reply]:
        changes = {} if about is None else {items[0].entry.id: {items[1].entry.id: Relation.CORRECTS}}
        bundle = Bundle(kind, CHANNEL, None, shown, context.now, context.now, None, about, changes=changes)
        return [serialize.load(each) for each in posts.compose(bundle, context.catalog, context.zone)]

    (single,), digest = composed(PostKind.NOW, items[:1]), composed(PostKind.DIGEST, items)
    yield "post", single
    for part in digest:
        yield "digest", part
    for part in composed(PostKind.CATCH_UP, items):
        yield "catch-up", part
    correction = Listed(replace(items[1].entry, lead=Lead.CORRECTION), "")
    for name, kind in (("mark", PostKind.MARK), ("answer in a thread", PostKind.ANSWER)):
        for reply in composed(kind, (correction, items[0]), About("0", "1.1", serialize.dump(single))):
            yield name, reply
    shown = tuple(item.entry for item in items)
    for notice in NoticeKind:
        where = ChannelRef("feed", "", "csms") if notice in (NoticeKind.FLOOD, NoticeKind.MISSING) else CHANNEL
        yield f"notice ({notice})", notices.compose(Notice(notice, where, REASON, shown, to_admins=True))
    yield "outbox", outbox.show(_outbox(shown, context.now), context)


def _outbox(shown: tuple[Entry, ...], now: datetime) -> outbox.Contents:
    refused = [Undecided(str(number), CHANNEL, PostKind.DIGEST, False, now, now, REASON, shown, "") for number in range(outbox.MAX_POSTS)]
    held = [replace(each, id=f"held {each.id}", held=True) for each in refused]
    return outbox.Contents(refused, 2 * len(refused), held, 2 * len(held))


def _entry(number: int, context: Context) -> Entry:
    topics = tuple(TopicHit(topic.slug, "title: quota") for topic in context.catalog.topics[number % 4 : number % 4 + 2])
    published, url = datetime(2026, 2, 9, 14, tzinfo=UTC), "https://content.govdelivery.com/bulletins/gd/USDHSCBP-3938700"
    name, body = str(60_000_000 + number), f"{LONG}. " * 5
    return Entry(
        number,
        f"csms:{name}",
        "csms",
        name,
        LONG,
        url,
        published,
        published,
        body,
        EntryKind.INFORMATION,
        Lead.NONE,
        routine=False,
        topics=topics,
    )


def _views(context: Context) -> Iterator[tuple[str, Json]]:
    catalog, zone, now = context.catalog, context.zone, context.now
    entries = [_entry(number, context) for number in range(3)]
    yield "Home tab", home.view(home.HomeData((), entries, LastRead(now)), catalog, now, zone)
    form = subscription.new_form(CHANNEL, "trade", zone)
    spec = subscription.parse_form(form, catalog)
    preview = subscribe.preview(spec, entries if isinstance(spec, SubscriptionSpec) else [], catalog, now, zone)
    yield "subscription form", subscribe.view(form, catalog, preview)
    if catalog.ptis:
        subject, line = f"pti:{catalog.ptis[0].slug}", f"/pti {catalog.ptis[0].slug}"
        yield "report form", report.view(subject, CHANNEL, catalog)
        reply = dispatch(resolve(read_command(line, PERSON, CHANNEL)), context)
        yield "Look up", look_up.view(reply, {"channel": "C0", "thread": "1.1"}, (line,), PERSON)
