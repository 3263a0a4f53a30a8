"""Posts that the story of every card does not come to: corrections with what they change, catch-ups, and long digests."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from content.catalog import Catalog
from handlers.replies import posts, serialize
from handlers.replies.reply import Reply
from jobs.models.entries import Entry
from jobs.models.posts import Bundle, Listed
from jobs.models.subscriptions import Cadence, Filters, Subscription
from jobs.states import CadenceKind, PostKind
from tests.support.relations import changed
from tests.support.small_catalog import CHANNEL, NEW_YORK
from tests.support.small_catalog import entry as made


def corrected_posts(later: Entry, earlier: Entry, now: datetime, catalog: Catalog) -> Iterator[tuple[str, Reply]]:
    """Yield posts in which a correction stands with what it changes, and catch-ups."""
    week = now - timedelta(days=2)
    nothing = made("68980000", "Weekly list of quota updates", "agriculture-quota", published=now)
    second = made(
        "68999999",
        "CORRECTION: AGOA, Haiti HOPE and HELP: the date is 12 February",
        "trade-agreements",
        lead="correction",
        published=now,
        body=f"This message is a correction to CSMS # {later.number}. The date is 12 February.",
    )
    several = quota(12, week)
    for name, kind, items, since in (
        ("post-pair", PostKind.NOW, (Listed(later, "why"), Listed(earlier, "why")), None),
        ("post-pair-chain", PostKind.NOW, (Listed(second, "why"), Listed(later, "why"), Listed(earlier, "why")), None),
        ("post-pair-posted", PostKind.NOW, (Listed(later, "", week), Listed(earlier, "why")), None),
        ("post-pair-many", PostKind.NOW, tuple(Listed(each, "why") for each in (replaces(several), *several)), None),
        ("post-digest-corrected", PostKind.DIGEST, (Listed(earlier, "", week), Listed(later, ""), Listed(nothing, "")), week),
        ("post-catch-up", PostKind.CATCH_UP, tuple(Listed(each, "why") for each in (*several, earlier, later, nothing)), now),
        ("post-catch-up-paused", PostKind.CATCH_UP, tuple(Listed(each, "why") for each in several), week),
        ("post-catch-up-long", PostKind.CATCH_UP, tuple(Listed(each, "why") for each in quota(50, week)), week),
    ):
        period, changes = now if kind != PostKind.NOW else None, changed(item.entry for item in items)
        parts = posts.compose(Bundle(kind, CHANNEL, None, items, period, now, since, changes=changes), catalog, NEW_YORK)
        for place, part in enumerate(parts, 1):
            yield name if len(parts) == 1 else f"{name}-{place}", serialize.load(part)


def weekly_digest(now: datetime, catalog: Catalog) -> Reply:
    """Return a weekly digest of a subscription that left routine notices out."""
    cadence = Cadence(CadenceKind.WEEKLY, now.time(), now.weekday())
    began = now - timedelta(days=7)
    weekly = Subscription(1, 1, CHANNEL, Filters(topics=("agriculture-quota",)), cadence, NEW_YORK, True, "slack:T1/U1 Maria", began)
    several = tuple(Listed(each, "why") for each in quota(4, began))
    (post,) = posts.digest(Bundle(PostKind.DIGEST, CHANNEL, weekly, several, now, now, began, left_out=12), catalog, NEW_YORK)
    return post


def quota(count: int, published: datetime) -> tuple[Entry, ...]:
    title = "Quota bulletin {} for sugar, beef and tuna: opening and fill rates"
    return tuple(made(str(68_970_000 + n), title.format(n), "agriculture-quota", published=published) for n in range(count))


def replaces(several: Sequence[Entry]) -> Entry:
    body = " ".join(f"This message replaces CSMS {each.number}." for each in several)
    return made("68999998", "REPLACEMENT: All quota bulletins of the week", "agriculture-quota", lead="replacement", body=body)


def digest_of(count: int, now: datetime, catalog: Catalog) -> list[Reply]:
    """Return a digest with so many long titles that it is split into parts."""
    topics = ("revenue", "agriculture-quota", "trade-agreements", "forced-labor")
    several = tuple(
        Listed(
            made(str(67_000_000 + n), f"Message {n} on the quota, the filing and the refunds of goods that somebody enters", topics[n % 4]),
            "",
        )
        for n in range(count)
    )
    return posts.digest(Bundle(PostKind.DIGEST, CHANNEL, None, several, now, now, None), catalog, NEW_YORK)


def moving_messages(now: datetime) -> tuple[Entry, Entry]:
    """Return a message that moves a date once more, and one that cancels the message with it."""
    extends = "CBP is extending the deadline in CSMS # 67640002 from March 4, 2026 to March 18, 2026."
    return (
        made("67640011", "UPDATE: Comments on the draft form for electronic refunds", "revenue", published=now, body=extends),
        made("67640012", "CANCELED: CSMS # 67640002", "revenue", published=now, body="CSMS # 67640002 is canceled."),
    )


def dated_messages() -> tuple[Entry, ...]:
    """Return messages that announce days: two that stand, one that another moves, a canceled one, one that is over and one without."""
    sent = datetime.fromisoformat("2026-02-09T08:00-05:00")
    said = (
        ("67640001", "QUOTA OPENING: First quarter tariff rate quotas for sugar", "agriculture-quota", "The quota opens on March 2, 2026."),
        ("67640002", "Comments on the draft form for electronic refunds", "revenue", "Comments are due by February 20, 2026."),
        (
            "67640003",
            "UPDATE: Comments on the draft form for electronic refunds",
            "revenue",
            "This message extends CSMS # 67640002. Comments may be submitted by Wednesday, March 4, 2026, through the portal.",
        ),
        ("67640004", "Old fee schedule", "revenue", "The fee schedule was effective on January 5, 2026."),
        ("67640005", "Help desk telephone numbers", "other", "The help desk answers around the clock."),
        ("67640006", "Registration for the bond pilot", "revenue", "Register by February 27, 2026."),
        ("67640007", "CANCELED: CSMS # 67640006", "revenue", "CSMS # 67640006 is canceled. The pilot does not take place."),
        (
            "67640008",
            "GUIDANCE: Section 232 duties on derivative products, with a very long title that goes on about steel and aluminum articles",
            "tariffs",
            "The additional duties are effective for goods entered for consumption on or after 12:01 a.m. EST on March 4, 2026.",
        ),
    )
    return tuple(
        made(number, title, topic, published=sent + timedelta(minutes=place), body=body)
        for place, (number, title, topic, body) in enumerate(said)
    )
