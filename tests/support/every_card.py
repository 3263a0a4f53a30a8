"""Every card and every post of the bot, each with a name, for the tests of renderers.

`every_card(folder)` is the one list for all renderers; `make pictures` draws it.
"""

import asyncio
import logging
import re
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import app
from bot.playground import samples
from bot.playground.channels import CHANNELS, sample_digest
from bot.settings import load as settings
from bot.slack.responder import not_here
from bot.slack.views import home, look_up
from handlers.actions import add_report_button, make_public
from handlers.command import Command, Context, Person
from handlers.forms import problem
from handlers.help import welcome
from handlers.lookups import command_for
from handlers.messages import unfurls
from handlers.replies import notices, posts, serialize
from handlers.replies.reply import Reply
from handlers.router import dispatch, parse_line, resolve
from jobs import reminder_changes
from jobs.classify import classify
from jobs.csms import hex_url
from jobs.feed_health import LastRead
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry, NewEntry
from jobs.models.posts import About, Bundle, Listed, Notice
from jobs.outcomes import Gone, Unreadable
from jobs.publish import publish_entries
from jobs.reminder_changes import record_changes
from jobs.reminders import record_due
from jobs.states import EntryKind, NoticeKind, PostKind, Relation
from jobs.store import channels, entries, feeds, reminders, reports, subscriptions
from jobs.store.feeds import PollFailure, PollSuccess
from tests.support import post_cards
from tests.support.clock import Clock
from tests.support.delivery import deliver
from tests.support.full_catalog import ADMIN, CONTEXT, PARTNER, STAFF, ask, commands
from tests.support.paths import CONTENT
from tests.support.question_cards import answered_questions
from tests.support.relations import changed
from tests.support.shipped_catalog import shipped_catalog
from tests.support.small_catalog import CHANNEL, NEW_YORK, new
from tests.support.small_catalog import entry as made
from tests.support.stub_platform import Platform, time_out
from tests.support.stub_platform import answer as answers

CATALOG = shipped_catalog()
SHIPPED = replace(CONTEXT, catalog=CATALOG)

MOVED_PAGE = next(page.url for page in CATALOG.resources if page.state == "moved")

SUBJECTS = [
    *(f"pti:{one.slug}" for one in CATALOG.ptis),
    *(f"role:{one.slug}" for one in CATALOG.roles),
    *(f"resource:{one.slug}" for one in CATALOG.resources),
    *(f"term:{one.slug}" for one in CATALOG.terms),
    *(f"topic:{one.slug}" for one in CATALOG.topics if not one.is_pti),
    f"office:{CATALOG.office.slug}",
]
PARTS = [
    *(f"/pti {one.slug} {part}" for one in CATALOG.ptis for part in ("questions", "more")),
    *(f"/role {one.slug} {part}" for one in CATALOG.roles for part in ("assignments", "skills", "all")),
    *(f"/trade office {part}" for part in ("mission", "facts", "questions")),
]
LISTS = [
    "/pti",
    "/role",
    "/trade",
    "/trade resource",
    "/trade term",
    "/trade term all",
    "/trade topic",
    "/trade list all contacts",
    "/trade list all feeds",
    "/trade help",
]
EVERYTHING = [*(command_for(subject) for subject in SUBJECTS), *PARTS, *LISTS]

TERMS = 4
"""Number of glossary cards that stand for all of them, because they look alike."""

DOUBTFUL = [
    "/trade audit",
    "/pti textil agreement",
    "/trade qota textile",
    "/role analist",
    "/trade forced labour textiles",
    "/pti kwota",
    "/pti zzzz",
    "/trade zzzz",
    "/trade",
    "/trade resource zzzz",
    "/pti " + "x" * 300,
]
REFUSED = [
    "/csms subscribe revenoo weekdays",
    "/csms subscribe bananas hourly",
    "/csms subscribe daily 25:00",
    "/csms unsubscribe 99",
    "/csms preview 99",
    "/csms 123",
    "/csms 60123456",
]


@dataclass(frozen=True, slots=True)
class Card:
    """A card. `typed` is the command that it answers, or "" for a post."""

    name: str
    typed: str
    reply: Reply


def every_card(folder: Path) -> list[Card]:
    """Return all cards in the order in which a person would meet them. `folder` is empty, for a database and content."""
    found = [*look_ups(), *questions(folder), *Story(folder).told()]
    names = [card.name for card in found]
    assert len(set(names)) == len(names), sorted(name for name in names if names.count(name) > 1)
    return found


def look_ups() -> Iterator[Card]:
    """Yield the answers that need the content alone."""
    shown = [command_for(one) for one in SUBJECTS if not one.startswith("term:")]
    terms = [command_for(one) for one in SUBJECTS if one.startswith("term:")][:TERMS]
    for typed in dict.fromkeys((*shown, *terms, *PARTS, *LISTS, *DOUBTFUL)):
        yield Card(named(typed), typed, ask(typed, context=SHIPPED))
    yield Card("guest-pti-agriculture-quota", "/pti agriculture-quota", ask("/pti agriculture-quota", PARTNER, SHIPPED))


def questions(folder: Path) -> Iterator[Card]:
    """Yield answers to questions, from content and stored messages."""
    runtime = app.build(settings({"DATABASE_URL": f"sqlite:///{folder / 'questions.db'}"}))
    with closing(runtime.db):
        yield from (Card(*each) for each in answered_questions(runtime))


def named(typed: str) -> str:
    """Return the name of a file for a command, such as "pti-revenue-questions"."""
    return re.sub(r"[^a-z0-9]+", "-", typed.lower()).strip("-")[:60]


class Story:
    """Months in a channel, from the bot's own parts and a clock moved by hand: questions, subscriptions and posts."""

    def __init__(self, folder: Path) -> None:
        self.content = folder / "content"
        shutil.copytree(CONTENT, self.content, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        self.runtime = app.build(settings({"DATABASE_URL": f"sqlite:///{folder / 'cards.db'}", "CONTENT_DIR": str(self.content)}))
        self.clock = self.runtime.db.clock = Clock(eastern("2026-02-06T11:00"))
        self.platform = Platform()

    def told(self) -> Iterator[Card]:
        with closing(self.runtime.db):
            yield from self.before_anything()
            yield from self.subscribing()
            yield from self.a_weekend()
            yield from self.asking()
            yield from self.dating()
            yield from self.correcting()
            yield from self.holding()
            yield from self.refusing()
            yield from self.administering()
            yield from self.ending()
            yield from self.searching()

    def before_anything(self) -> Iterator[Card]:
        yield self.asked("csms-latest-none", "/csms latest")
        yield self.asked("csms-subscriptions-none", "/csms subscriptions")
        yield Card("home-new", "", self.home())
        yield Card("welcome-chat", "", welcome(CATALOG, "Trade bot", None, alone=True))
        yield Card("welcome-channel", "", welcome(CATALOG, "Trade bot", None, alone=False))
        yield Card("subscribe-not-in-the-channel", "/csms subscribe", not_here("tradebot"))

    def subscribing(self) -> Iterator[Card]:
        yield self.asked("csms-subscribe", "/csms subscribe")
        self.clock.pass_(minutes=2)
        yield self.asked("csms-subscribe-the-same", "/csms subscribe")
        yield self.asked("csms-subscribe-changed", "/csms subscribe weekdays 08:30 in Chicago")
        self.clock.pass_(minutes=2)
        phrases = '/csms subscribe revenue ad/cvd "auto parts" -"webinar" weekly mon 09:00 include system notices'
        yield self.asked("csms-subscribe-overlapping", phrases)
        yield self.asked("trade-subscribe", "/trade subscribe cbp-trade federal-register forced labor daily 09:00")
        yield self.asked("csms-subscribe-how-to-change", "/csms subscribe instead of 1")
        yield self.asked("csms-subscribe-change", "/csms subscribe weekdays 09:00 in Eastern instead of 1")
        yield Card("guest-subscribe", "/csms subscribe", self.reply("/csms subscribe", PARTNER))
        for typed in REFUSED:
            yield self.asked(named(typed), typed)

    def a_weekend(self) -> Iterator[Card]:
        """Publish on Friday: guidance is posted at once, the rest on Monday morning."""
        self.clock.now = eastern("2026-02-06T17:45")
        self.publish(*samples.IN_THE_DIGEST)
        outage = made("67648400", "ACE Portal Login Issues", "ace", kind=EntryKind.OUTAGE, routine=True)
        with self.runtime.db.begin() as conn:
            publish_entries(conn, "csms", [new(outage)], self.clock.now, backlog=False)
        (single,) = self.posted()
        yield Card("post-single", "", single)
        self.clock.now = eastern("2026-02-09T09:00")
        digest, *_ = self.posted()
        yield Card("post-digest", "", digest)
        yield self.asked("csms-why-digest", commands(digest)[0])
        yield self.asked("csms-preview-left-out", next(command for command in commands(digest) if "routine" in command))
        yield self.asked("csms-why-left-out", "/csms why 67648400")
        yield self.asked("csms-why-entry", "/csms why 67647279")
        yield self.asked("csms-why-unknown", "/csms why 60000001")
        for place, part in enumerate(post_cards.digest_of(44, eastern("2026-02-09T09:00"), CATALOG), 1):
            yield Card(f"post-digest-of-two-parts-{place}", "", part)
        yield Card("post-digest-weekly", "", post_cards.weekly_digest(eastern("2026-02-09T09:00"), CATALOG))
        (sample,) = sample_digest(CHANNELS[0], CATALOG, NEW_YORK, self.clock.now.astimezone(ZoneInfo(NEW_YORK)))
        yield Card("post-digest-sample", "", serialize.load(sample))
        hostile = "<img src=x onerror=alert(1)> <!channel> *bold* https://www.cbp.gov/" + "long" * 60
        yield Card(
            "post-hostile-feed", "", posts.single(Listed(made("67000099", hostile, "revenue", body="x" * 400), ""), CATALOG, NEW_YORK)
        )

    def asking(self) -> Iterator[Card]:
        card = self.asked("csms-card", "/csms 67648307")
        yield card
        yield Card("csms-card-reported", card.typed, add_report_button(card.reply))
        yield Card("shared-answer", "", make_public(card.reply, STAFF))
        yield Card("shared-pti", "", make_public(ask("/pti revenue", context=SHIPPED), STAFF))
        for typed in ("/csms latest", "/csms latest revenue", "/csms latest zzzz", "/csms refunds", "/csms zzzz", "/csms 69851916"):
            yield self.asked(named(typed), typed)
        yield self.asked("csms-preview", "/csms preview")
        yield self.asked("csms-preview-wish", '/csms preview revenue "notify" -"webinar" include system notices')
        yield self.asked("csms-subscriptions", "/csms subscriptions")
        yield Card("home", "", self.home())
        numbers = ("/csms 67647279", "/csms 67648307")
        for name, named_numbers in (("look-up-one", numbers[:1]), ("look-up-two", numbers)):
            answer = look_up.combine([self.reply(typed) for typed in named_numbers])
            yield Card(name, "", look_up.preview(answer, named_numbers, STAFF))
        doubtful = look_up.find_subjects("forced labour textiles", CATALOG).subjects
        for name, offers in (("look-up-doubtful", doubtful), ("look-up-doubtful-one", doubtful[:1]), ("look-up-nothing", ())):
            yield Card(name, "", look_up.preview(look_up.choice(offers, CATALOG), (), STAFF))
        yield Card("look-up-in-thread", "", look_up.thread_reply([self.reply(numbers[0])], STAFF))
        said = "The date is wrong.\nIt should be 9 February, as the message itself says."
        with self.runtime.db.read() as conn:
            entry = entries.by_number(conn, "67648307")
        yield Card("problem-report", "", problem.message("pti:revenue", said, STAFF, "#trade", CATALOG, None))
        yield Card("problem-report-csms", "", problem.message("csms:67648307", said, STAFF, "#trade", CATALOG, entry))

    def dating(self) -> Iterator[Card]:
        """Read messages that announce days, one of which another message moves, and let reminders come."""
        with self.runtime.db.begin() as conn:
            publish_entries(conn, "csms", [new(each) for each in post_cards.dated_messages()], self.clock.now, backlog=True)
        for typed in (
            "/trade dates",
            "/trade dates revenue",
            "/trade dates textiles tomorrow",
            "/trade dates 67640002",
            "/trade calendar",
            "/trade calendar text",
        ):
            yield self.asked(named(typed), typed)
        for typed in (
            "/trade changes",
            "/trade changes revenue text",
            "/trade changes textiles today",
            "/trade changes revenu",
            "/trade office as-of:today",
        ):
            yield self.asked(named(typed), typed)
        for typed in ("/trade briefing", "/trade briefing revenue", "/trade briefing zeppelin", "/role auditor page"):
            yield self.asked(named(typed), typed)
        yield self.asked("csms-reminders-none", "/csms reminders")
        for words in ("67640005", "67640004", "67640002", "67640001 14d"):
            yield self.asked(f"csms-remind-{words.replace(' ', '-')}", f"/csms remind {words}")
        yield self.asked("csms-reminders", "/csms reminders")
        self.clock.now = eastern("2026-02-18T09:00")
        record_due(self.runtime.db)
        yield from (Card(f"post-reminder-{place}", "", reply) for place, reply in enumerate(self.posted(), 1) if "Reminder" in reply.text)
        record_changes(self.runtime.db)
        for name, entry in zip(("moved", "canceled"), post_cards.moving_messages(self.clock.now), strict=True):
            with self.runtime.db.begin() as conn:
                publish_entries(conn, "csms", [new(entry)], self.clock.now, backlog=True)
            record_changes(self.runtime.db)
            told = []
            for _ in range(2):  # the mark of a confirmation that was not posted comes first
                self.clock.pass_(minutes=1)
                told += self.posted()
            yield Card(f"post-date-{name}", "", *told)
            yield self.asked(f"csms-reminders-{name}", "/csms reminders")
            with self.runtime.db.read() as conn:
                request = reminders.list_for_channel(conn, 1)[0]
                requested = reminder_changes.requested_with_dates(conn, request.id)
            bundle = Bundle(PostKind.MARK, CHANNEL, None, (), None, self.clock.now, None, requested=requested)
            yield Card(f"csms-remind-{name}", "", self.composed(bundle))
        for number in ("67640001", "67640002"):
            yield self.asked(f"csms-remind-off-{number}", f"/csms remind {number} off")

    def correcting(self) -> Iterator[Card]:
        """Publish a message in June that changes one of February."""
        self.clock.now = eastern("2026-06-18T13:00")
        (later,) = self.publish("68987884")
        with self.runtime.db.read() as conn:
            earlier = entries.by_number(conn, "67647279")
        assert earlier is not None
        changing = (Listed(later, ""), Listed(earlier, ""))
        bundle = Bundle(PostKind.ANSWER, CHANNEL, None, changing, None, self.clock.now, None, changes=changed([later, earlier]))
        for name, number in (("post-marked", 0), ("post-digest-marked", 1)):
            about = About("1", "1", self.platform.messages[number].content)
            yield Card(name, "", self.composed(replace(bundle, kind=PostKind.MARK, about=about)))
        for name, together in post_cards.corrected_posts(later, earlier, self.clock.now, CATALOG):
            yield Card(name, "", together)
        yield Card("post-answer", "", self.composed(replace(bundle, about=about)))
        yield Card("post-past-filters", "", self.composed(replace(bundle, kind=PostKind.NOW, about=about)))
        updates = {earlier.id: {later.id: Relation.UPDATES}}
        about = About("1", "1", self.platform.messages[0].content)
        yield Card("post-marked-updated", "", self.composed(replace(bundle, kind=PostKind.MARK, about=about, changes=updates)))
        for name, link in (("unfurl", hex_url("67648307")), ("unfurl-marked", hex_url("67647279")), ("unfurl-moved", MOVED_PAGE)):
            shown = unfurls.preview(link, self.runtime.context())
            assert shown is not None
            yield Card(name, "", shown)
        yield self.asked("csms-card-named-later", "/csms 67647279")
        yield self.asked("csms-card-correction", "/csms 68987884")
        title, now = "ACE Reports Processing Delays", self.clock.now
        outage = made("68990001", title, "ace", kind="outage", published=now, body="Reports are late. See CSMS # 6764727.")
        resolved = made("68990002", f"RESOLVED: {title}", "ace", kind="resolved", published=now, body="Reports are on time.")
        with self.runtime.db.begin() as conn:
            publish_entries(conn, "csms", [new(outage), new(resolved)], now, backlog=True)
        yield self.asked("csms-card-doubtful", "/csms 68990001")

    def holding(self) -> Iterator[Card]:
        """Hold a post that may have arrived, in a channel whose history the bot cannot read."""
        with self.runtime.db.begin() as conn:
            (here,) = reports.waiting(conn).channels
            channels.pause(conn, here.id, "the channel is archived; unarchive it, then type /csms resume")
        yield self.asked("trade-admin-outbox-waiting", "/trade-admin outbox")
        yield self.asked("csms-why-paused", "/csms why 68987884")
        with self.runtime.db.begin() as conn:
            channels.resume(conn, here.id)
        unreadable = Unreadable("the bot does not have permission to read this channel's history", for_good=True)
        self.platform.script, self.platform.unreadable = [time_out], [unreadable]
        with silent("jobs.settle"):  # it would warn of what the test does on purpose
            self.posted()
            self.clock.pass_(seconds=31)
            self.posted()
        listed = self.asked("trade-admin-outbox-held", "/trade-admin outbox")
        yield listed
        yield self.asked("trade-admin-status-held", "/trade-admin status")
        yield self.asked("csms-subscriptions-held", "/csms subscriptions")
        yield self.asked("csms-why-held", "/csms why 68987884")
        arrived = next(command for command in commands(listed.reply) if command.startswith("/trade-admin arrived"))
        yield self.asked("trade-admin-arrived", arrived)
        yield self.asked("trade-admin-arrived-unknown", "/trade-admin arrived 99")

    def refusing(self) -> Iterator[Card]:
        """Let Slack refuse a post for good."""
        self.clock.pass_(hours=1)
        self.publish("68180454")
        self.platform.script = [answers(Gone("Slack rejected the message: invalid_blocks"))]
        with silent("jobs.settle"):
            self.clock.now = eastern("2026-06-22T09:00")
            self.posted()
        listed = self.asked("trade-admin-outbox-refused", "/trade-admin outbox")
        yield listed
        yield self.asked("trade-admin-status-refused", "/trade-admin status")
        yield self.asked("csms-subscriptions-refused", "/csms subscriptions")
        yield self.asked("csms-why-refused", "/csms why 68180454")
        drop = next(command for command in commands(listed.reply) if command.startswith("/trade-admin drop"))
        yield self.asked("trade-admin-resend", drop.replace("drop", "resend"))
        self.platform.script = [answers(Gone("Slack rejected the message: invalid_blocks"))]
        self.clock.pass_(minutes=1)
        with silent("jobs.settle"):
            self.posted()
        yield self.asked("trade-admin-drop", drop)
        self.clock.pass_(minutes=1)
        yield self.asked("csms-why-dropped", "/csms why 68180454")
        yield self.asked("trade-admin-outbox-none", "/trade-admin outbox")

    def administering(self) -> Iterator[Card]:
        self.polls()
        yield Card("admin-denied", "/trade-admin status", self.reply("/trade-admin status", STAFF))
        for typed in (
            "/trade-admin status",
            "/trade-admin feeds",
            "/trade-admin poll csms",
            "/trade-admin poll nothing",
        ):
            yield self.asked(named(typed), typed)
        asked = self.asked("trade-admin-pause", "/trade-admin pause")
        yield asked
        yield self.asked("trade-admin-pause-done", commands(asked.reply)[0])
        yield self.asked("trade-admin-status-all-paused", "/trade-admin status")
        yield self.asked("csms-subscriptions-all-paused", "/csms subscriptions")
        yield self.asked("trade-admin-resume", "/trade-admin resume")
        yield self.asked("trade-admin-audit", "/trade-admin audit")
        yield self.checked("trade-admin-check")
        yield self.asked("trade-admin-reload-nothing", "/trade-admin reload")
        file = self.content / "ptis.yaml"
        good = file.read_text(encoding="utf-8")
        file.write_text(good.replace("lawfully owed", "owed by law"), encoding="utf-8")
        yield self.asked("trade-admin-reload-good", "/trade-admin reload")
        yield self.asked("trade-admin-history", "/trade-admin history")
        yield self.asked("trade-admin-diff", "/trade-admin diff 2")
        yield self.asked("trade-admin-diff-unknown", "/trade-admin diff 99")
        asked = self.asked("trade-admin-rollback", "/trade-admin rollback 1")
        yield asked
        yield self.asked("trade-admin-rollback-done", commands(asked.reply)[0])
        file.write_text(good.replace("https://www.cbp.gov/trade/priority-issues", "http://www.cbp.gov"), encoding="utf-8")
        yield self.checked("trade-admin-check-bad")
        yield self.asked("trade-admin-reload-bad", "/trade-admin reload")
        file.write_text(good, encoding="utf-8")
        yield from self.cut_off(self.content / "feeds.yaml")
        yield from self.flooded()
        with self.runtime.db.begin() as conn:
            reason = "the bot is not in the channel: invite it with /invite @tradebot, then type /csms resume (Slack: not_in_channel)"
            channels.pause(conn, channels.ensure(conn, CHANNEL, self.clock.now), reason)
        yield self.asked("trade-admin-status-paused", "/trade-admin status")
        yield self.asked("csms-subscriptions-paused", "/csms subscriptions")
        with self.runtime.db.read() as conn:
            newest = tuple(entries.latest(conn, ["csms"], limit=3))
        csms = ChannelRef("feed", "", "csms")
        for notice in (
            Notice(NoticeKind.PAUSED, CHANNEL, reason, (), to_admins=True),
            Notice(NoticeKind.PAUSED, CHANNEL, reason, (), to_admins=False),
            Notice(NoticeKind.WORKSPACE_PAUSED, CHANNEL, "Slack: the bot's token was revoked (token_revoked)", (), to_admins=True),
            Notice(NoticeKind.HELD, CHANNEL, "Teams does not let a bot read the history", newest, to_admins=True),
            Notice(NoticeKind.HELD, CHANNEL, "Teams does not let a bot read the history", newest, to_admins=False),
            Notice(NoticeKind.DEAD, CHANNEL, "Slack rejected the message: no_text", newest, to_admins=True),
            Notice(NoticeKind.REVIEW, ChannelRef("content", "", "content"), "3 statements are due for review", (), to_admins=True),
            Notice(NoticeKind.FLOOD, csms, "40 entries were new at once, for the second time within a day", (), to_admins=True),
            Notice(
                NoticeKind.MISSING,
                csms,
                "2 of the 98 entries that its other sources list were missing; 1 is posted, 1 is too old to be posted",
                newest,
                to_admins=True,
            ),
            Notice(NoticeKind.UNCOMPOSED, CHANNEL, "KeyError: 'topic'", (), to_admins=True),
            Notice(NoticeKind.RESUMED, CHANNEL, "Maria paused it until Mon 22 Jun 09:00 ET", (), to_admins=False, waiting=7),
            Notice(NoticeKind.RESUMED, CHANNEL, "", (), to_admins=False, later=3, subscription=2),
        ):
            reader = "admins" if notice.to_admins else "subscription" if notice.subscription else "creator"
            yield Card(f"notice-{notice.kind}-{reader}", "", notices.compose(notice))

    def checked(self, name: str) -> Card:
        """Check the content in December, when none of its dates is still to come as most are at the time of the story."""
        now, self.clock.now = self.clock.now, eastern("2026-12-01T09:00")
        card = self.asked(name, "/trade-admin check")
        self.clock.now = now
        return card

    def cut_off(self, file: Path) -> Iterator[Card]:
        whole = file.read_text(encoding="utf-8")
        file.write_text(whole[: whole.index("  cbp-media:")], encoding="utf-8")
        yield self.checked("trade-admin-check-cut")
        yield self.asked("trade-admin-reload-cut", "/trade-admin reload")
        file.write_text(whole, encoding="utf-8")

    def flooded(self) -> Iterator[Card]:
        for decision in ("post", "seen"):
            new = [
                replace(samples.to_parsed(samples.key(one, 1), one), key=f"cbp-media:{decision} {one.number}") for one in samples.SAMPLES
            ]
            several = [NewEntry(replace(one, feed="cbp-media"), classify(one.title, one.body, CATALOG.topics)) for one in new]
            with self.runtime.db.begin() as conn:
                publish_entries(conn, "cbp-media", several, self.clock.now, backlog=False, held=True)
            if decision == "post":
                yield self.asked("trade-admin-feeds-flood", "/trade-admin feeds")
                yield self.asked("trade-admin-status-flood", "/trade-admin status")
            yield self.asked(f"trade-admin-{decision}", f"/trade-admin {decision} cbp-media")
        yield self.asked("trade-admin-seen-none", "/trade-admin seen cbp-media")

    def ending(self) -> Iterator[Card]:
        yield self.asked("csms-resume", "/csms resume")
        yield self.asked("csms-resume-not-paused", "/trade resume")
        late = [new(made(str(70_000_000 + n), f"GUIDANCE: Late message {n}", "revenue", lead="guidance")) for n in range(7)]
        with self.runtime.db.begin() as conn:
            publish_entries(conn, "csms", late, self.clock.now, backlog=False, catch_up=True)
        self.clock.pass_(minutes=1)
        catch_up = next(reply for reply in self.posted() if reply.text.startswith("Catch-up"))
        yield self.asked("csms-why-catch-up", commands(catch_up)[0])
        yield self.asked("csms-unsubscribe", "/csms unsubscribe 1")
        yield self.asked("csms-unsubscribe-which", "/csms unsubscribe")

    def searching(self) -> Iterator[Card]:
        goods = ("bolts", "cans", "chains", "doors", "fans", "hinges", "nails", "pipes", "racks", "screws", "tanks", "wires")
        several = [
            made(str(70_100_000 + n), f"GUIDANCE: Section 232 Duties on Steel Derivatives: {each.title()}", "tariffs", kind="guidance")
            for n, each in enumerate(goods)
        ]
        in_text = made("70100050", "Harmonized System Update (HSU) 2607", "ace", body="The update has derivative products of steel.")
        with self.runtime.db.begin() as conn:
            publish_entries(conn, "csms", [new(each) for each in (*several, in_text)], self.clock.now, backlog=True)
        for newest in ("", " newest"):
            first = self.asked(f"csms-search{newest.replace(' ', '-')}", f"/csms steel derivative since:2026-01{newest}")
            yield first
            yield self.asked(f"{first.name}-older", next(each for each in commands(first.reply) if "older:" in each))
        yield self.asked("csms-search-operators", "/csms steel topic:tariffs kind:guidance -pipes")
        for typed in ("/csms steel topc:tariffs", "/csms steel topic:tarifs", "/csms since:soon", "/csms steel kind:outage"):
            yield self.asked(named(typed), typed)

    def asked(self, name: str, typed: str) -> Card:
        return Card(name, typed, self.reply(typed))

    def reply(self, typed: str, person: Person | None = None) -> Reply:
        who = person or (ADMIN if typed.startswith("/trade-admin") else STAFF)
        runtime = self.runtime
        context = Context(runtime.library.catalog, self.clock.now, NEW_YORK, runtime.db, runtime.library, runtime.settings.content)
        return dispatch(resolve(Command(*parse_line(typed), who, CHANNEL)), context)

    def publish(self, *numbers: str) -> list[Entry]:
        """Publish samples of the playground as if CBP's feed had brought them."""
        several = [one for one in samples.SAMPLES if one.number in numbers]
        new = [
            NewEntry(
                replace(
                    samples.to_parsed(samples.key(one, 1), one),
                    key=f"csms:{one.number}",
                    feed="csms",
                    number=one.number,
                    title=one.title,
                    body=one.body,
                ),
                classify(one.title, one.body, CATALOG.topics),
            )
            for one in several
        ]
        with self.runtime.db.begin() as conn:
            return publish_entries(conn, "csms", new, self.clock.now, backlog=False)

    def posted(self) -> list[Reply]:
        """Deliver and return what is posted."""
        before = len(self.platform.messages)
        asyncio.run(deliver(self.runtime.db, compose=self.runtime.compose, senders={"slack": self.platform}))
        return [serialize.load(message.content) for message in self.platform.messages[before:]]

    def composed(self, bundle: Bundle) -> Reply:
        (content,) = self.runtime.compose(bundle)
        return serialize.load(content)

    def home(self) -> Reply:
        with self.runtime.db.read() as conn:
            own, latest = subscriptions.list_for_person(conn, STAFF.key), entries.latest(conn, ["csms"], limit=home.MAX_LATEST)
        known = home.HomeData(own, latest, LastRead(self.clock.now))
        return home.page(known, CATALOG, self.clock.now, NEW_YORK)

    def polls(self) -> None:
        """Let one feed work and another fail."""
        long = "https://www.cbp.gov/rss/trade: HTTP 403 Forbidden (text/html; the body begins “<!DOCTYPE html><html>Access Denied”)"
        with self.runtime.db.begin() as conn:
            feeds.ensure(conn, [feed.slug for feed in CATALOG.feeds], self.clock.now)
            well, ill = (feeds.claim(conn, slug, self.clock.now, 60) for slug in ("csms", "cbp-trade"))
            assert well is not None
            assert ill is not None
            next_poll = eastern("2026-06-18T13:05")
            success = PollSuccess(next_poll, 100, changed=True, sources={}, seeded=True, warning="undated: 3 entries")
            feeds.settle_success(conn, well, self.clock.now, success)
            feeds.settle_failure(conn, ill, self.clock.now, PollFailure(long, next_poll))


@contextmanager
def silent(name: str) -> Iterator[None]:
    """Silence a logger."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def eastern(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(NEW_YORK))
