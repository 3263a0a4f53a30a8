"""Send messages again in order of publication: poll, publish, post, mark and remind, on a clock that the messages move."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from handlers.replies import posts, serialize
from handlers.replies.text import render
from jobs.archive.pdf import Progress, quiet
from jobs.classify import classify
from jobs.feed_reader import FeedRead, SourceRead
from jobs.identity import WASHINGTON
from jobs.models.channels import ChannelRef
from jobs.models.entries import Classified, Parsed
from jobs.models.posts import Bundle
from jobs.models.subscriptions import Cadence, Filters, SubscriptionSpec
from jobs.outages import load_outages
from jobs.publish import publish
from jobs.relations import CHANGING
from jobs.reminders import record_due
from jobs.sources.state import SourceState
from jobs.states import CadenceKind, PostKind
from jobs.store import channels, entries, feeds, readings
from jobs.store.database import Database
from jobs.subscribe import save_subscription
from tests.replay.judge import Claim, wrong_claims
from tests.support.clock import Clock
from tests.support.delivery import until_quiet
from tests.support.shipped_catalog import shipped_catalog
from tests.support.stub_platform import Platform

WINDOW = 100  #: Messages of the feed.
CSMS = next(feed for feed in shipped_catalog().feeds if feed.publishes == "csms")
ZONE = "America/New_York"
MARKED_FOR = timedelta(days=89)  #: A day less than the promise, for posts of digests.


@dataclass(slots=True)
class Replay:
    """The events of a run, and those that should not have been."""

    messages: int = 0
    posts: int = 0
    claims: list[Claim] = field(default_factory=list)
    wrong: list[tuple[Claim, Parsed]] = field(default_factory=list)
    changed: int = 0  #: Posts that a later message changed.
    unmarked: list[str] = field(default_factory=list)
    reminders: int = 0
    repeated: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)  #: Reminders of a day that was over.

    @property
    def precision(self) -> float:
        return 1 - len(self.wrong) / len(self.claims) if self.claims else 1.0

    def report(self) -> list[str]:
        return [
            f"{self.messages} messages, {self.posts} posts",
            f"open outages: {len(self.claims)} at the ends of days, {len(self.wrong)} of them over; precision {self.precision:.4f}",
            *(f"  over: {claim.at:%Y-%m-%d} {claim.numbers[-1]}, by {end.number}" for claim, end in self.wrong[:10]),
            f"corrections: {self.changed} posts changed later, {len(self.unmarked)} without a mark",
            *(f"  unmarked: {each}" for each in self.unmarked[:10]),
            f"reminders: {self.reminders}, {len(self.repeated)} repeated, {len(self.late)} of a day that was over",
            *(f"  repeated: {each}" for each in self.repeated[:10]),
        ]


def replay(db: Database, messages: Sequence[Parsed], progress: Progress = quiet) -> Replay:
    """`db` is fresh. The feed shows the newest messages at every poll, as CBP's does."""
    return asyncio.run(_replay(db, messages, progress))


async def _replay(db: Database, messages: Sequence[Parsed], progress: Progress) -> Replay:
    first = _moment(messages[0])
    db.clock = clock = Clock(first - timedelta(days=1))
    platform, result = Platform(), Replay(len(messages))
    _begin(db, clock)
    _poll(db, clock, ())
    done = 0
    for at, group in itertools.groupby(messages, _moment):
        await _pass_mornings(db, clock, platform, result, at)
        clock.now = max(clock.now, at)
        done += len(list(group))
        _poll(db, clock, messages[max(0, done - WINDOW) : done][::-1])
        await until_quiet(db, clock, platform, compose=_compose)
        progress(done, len(messages))
    await _pass_mornings(db, clock, platform, result, clock.now + timedelta(days=1))
    result.posts = len(platform.messages)
    result.wrong = wrong_claims(result.claims, messages)
    _check_marks(db, platform, result)
    _check_reminders(platform, result)
    return result


def _moment(message: Parsed) -> datetime:
    assert message.published is not None
    return message.published


def _begin(db: Database, clock: Clock) -> None:
    """One channel wants everything at once, and to be reminded of dates; another one a digest on weekdays."""
    everything = Filters(system=True)
    specs = {
        "now": SubscriptionSpec(everything, Cadence(CadenceKind.NOW), ZONE, digest_only=False, deadlines=True),
        "digest": SubscriptionSpec(everything, Cadence(CadenceKind.WEEKDAYS, time(9)), ZONE, digest_only=True),
    }
    with db.begin() as conn:
        feeds.ensure(conn, [CSMS.slug], clock.now)
        for name, spec in specs.items():
            channel_id = channels.ensure(conn, ChannelRef("playground", "local", name, name), clock.now)
            save_subscription(conn, channel_id, spec, "replay", clock.now)


def _classify(title: str, body: str | None) -> Classified:
    return classify(title, body, shipped_catalog().topics)


def _poll(db: Database, clock: Clock, parsed: Sequence[Parsed]) -> None:
    with db.begin() as conn:
        feeds.make_due(conn, [CSMS.slug], clock.now)
        claim = feeds.claim(conn, CSMS.slug, clock.now, 60)
    assert claim is not None
    read = SourceRead(CSMS.sources[0], SourceState(fetched_at=clock.now.isoformat()), parsed=tuple(parsed), entries=len(parsed))
    polled = publish(db, CSMS, claim, FeedRead((read,)), _classify)
    assert polled is not None
    assert not polled.held


async def _pass_mornings(db: Database, clock: Clock, platform: Platform, result: Replay, until: datetime) -> None:
    """Let each 09:00 and each midnight come until a moment: digests, reminders, and the open outages of the day."""
    day = clock.now.astimezone(WASHINGTON).date()
    while True:
        morning, night = (datetime.combine(day, at, WASHINGTON) for at in (time(9), time(23, 59)))
        for at in (morning, night):
            if at > until:
                return
            if at <= clock.now:
                continue
            clock.now = at
            if at == night:
                result.claims += _claims(db, at)
            else:
                record_due(db)
                await until_quiet(db, clock, platform, compose=_compose)
        day += timedelta(days=1)


def _claims(db: Database, at: datetime) -> list[Claim]:
    with db.read() as conn:
        found = load_outages(conn, [CSMS.slug], at)
    return [Claim(at, tuple(each.number for each in outage.chain)) for outage in found.open]


def _compose(bundle: Bundle) -> list[dict[str, Any]]:
    """Compose as the bot does, and note the kind, the moment and the dates of a post."""
    dates = [[each.key.entry.number, each.key.kind, each.key.date.isoformat(), each.days] for each in bundle.dates]
    more = {"kind": bundle.kind, "at": bundle.now.isoformat(), "dates": dates}
    return [part | more for part in posts.compose(bundle, shipped_catalog(), ZONE)]


def _check_marks(db: Database, platform: Platform, result: Replay) -> None:
    """A post that shows a message which a later one changes names the later one, on top or in a mark."""
    with db.read() as conn:
        stored = {each.number: each for each in entries.latest(conn, [CSMS.slug], limit=1_000_000)}
        named = readings.relations_of(conn, [each.id for each in stored.values()])
    shown: dict[str, list[int]] = {}
    for place, message in enumerate(platform.messages):
        for key in message.content["subjects"]:
            shown.setdefault(key, []).append(place)
    marks: dict[str, str] = {}
    for receipt, content in platform.marks:
        marks[receipt] = marks.get(receipt, "") + _text(content)
    for later in stored.values():
        for reference in named.get(later.id, ()):
            earlier = stored.get(reference.number)
            if earlier is None or reference.kind not in CHANGING or not timedelta() <= later.published - earlier.published <= MARKED_FOR:
                continue
            for place in shown.get(earlier.key, []):
                content = platform.messages[place].content
                if content["kind"] == PostKind.REMINDER or datetime.fromisoformat(content["at"]) > later.first_seen:
                    continue
                result.changed += 1
                if later.number not in _text(content) + marks.get(f"ts{place}", ""):
                    result.unmarked.append(f"{earlier.number} in post {place}, {reference.kind} by {later.number}")


def _text(content: dict[str, Any]) -> str:
    return render(serialize.load(content))


def _check_reminders(platform: Platform, result: Replay) -> None:
    counted: Counter[tuple[str, ...]] = Counter()
    for message in platform.messages:
        for number, kind, day, days in message.content["dates"]:
            result.reminders += 1
            counted[message.channel, number, kind, day, str(days)] += 1
            if day < datetime.fromisoformat(message.content["at"]).astimezone(WASHINGTON).date().isoformat():
                result.late.append(f"{number} {day}")
    result.repeated = [" ".join(each) for each, count in counted.items() if count > 1]
