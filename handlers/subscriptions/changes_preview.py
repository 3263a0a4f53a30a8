"""Preview a weekly report of changes: what it would show of the past seven days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.replies import cards, changes
from handlers.replies.reply import Block, Bullets, Section, SmallPrint, line, plain
from handlers.replies.rows import divide
from handlers.subscriptions.commands import WEEK
from jobs.cadence import zone_info
from jobs.changes import load_around
from jobs.matching import matches
from jobs.models.posts import Bundle, Listed
from jobs.relations import changes as find_changes
from jobs.states import PostKind
from jobs.store import readings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jobs.models.channels import ChannelRef
    from jobs.models.entries import Entry
    from jobs.models.subscriptions import Subscription, SubscriptionSpec
    from jobs.store.database import Connection

_NOTHING = "Nothing that it matches came in the last 7 days. Then it posts nothing."
_HEAD = "The report of the last 7 days would be:"


def load_week(
    conn: Connection, spec: Subscription | SubscriptionSpec, channel: ChannelRef, recent: Sequence[Entry], now: datetime
) -> Bundle:
    """Return the material of the report, as if its subscription had been there for a week."""
    filters, platform = spec.filters, channel.platform
    week = [each for each in recent if each.published >= now - WEEK and not each.held]
    listed = tuple(Listed(each, because) for each in week if (because := matches(filters, platform, each)) is not None)
    several = [item.entry for item in listed]
    around = load_around(conn, several, now.astimezone(zone_info(spec.zone)).date(), filters, platform)
    return Bundle(
        PostKind.DIGEST,
        channel,
        None,
        listed,
        now,
        now,
        now - WEEK,
        changes=find_changes(conn, [*several, *around.earlier]),
        effective=readings.dates_of(conn, [each.id for each in several]),
        around=around,
    )


def report(bundle: Bundle, zone: str) -> tuple[tuple[Block, ...], str]:
    """Return the report's first post as blocks and as text for screen readers."""
    if not bundle.entries:
        return (Section((line(_NOTHING),)),), _NOTHING
    parts = divide(changes.digest_groups(bundle, zone, marked=True))
    blocks: list[Block] = [Section((line(_HEAD),))]
    for group in parts[0]:
        blocks += [cards.heading(group.topic), Bullets(tuple(each for row in group.rows for each in row.lines))]
    if len(parts) > 1:
        blocks.append(SmallPrint((line(f"It would go on in {len(parts) - 1} more post{'s' if len(parts) > 2 else ''}."),)))
    rows = [row for group in parts[0] for row in group.rows]
    return tuple(blocks), " ".join((_HEAD, *(f"{number}. {plain(row.lines[0])}" for number, row in enumerate(rows, 1))))
