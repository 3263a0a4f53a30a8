"""Whole processes: the command line's answer, the start, the idle memory."""

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import Row, cpu_seconds, paired, resident_mib
from tests.support import slack_server, teams_server
from tests.support.feed_server import FeedServer, bulletin, bulletins, serving
from tests.support.process import Bot, bot, content, eventually
from tests.support.slack_payloads import People
from tests.support.slack_server import SlackServer
from tests.support.teams_server import CHANNEL, TeamsServer


def has_posted(teams: TeamsServer, count: int) -> bool:
    return len(teams.posts) == count


Json = dict[str, Any]

ASKS = 21
MAX_ASK_RATIOS = {"/pti revenue": 6.2, "revenue": 7.5, "what is a continuous bond": 7.5}
"""Typed words -> maximum CPU time of `ask` against that of `python -c pass`.

Before `ask` answered with statements, these were 5.7, 6.9 and 6.9; it may take a tenth more.
"""
SEVEN = ("/csms.rss", "/account.rss", "/pages.rss", "/pages.rss?a", "/pages.rss?b", "/pages.rss?c", "/register.json")
FEED = """\
  feed-{n}:
    name: "Feed {n}"
    sources:
      - kind: rss
        url: {address}
    every: 15m
    publishes: all
    may_be_empty: true
"""
IDLE_SETTLE_SECONDS = 40
IDLE_SECONDS = 60
"""At least; the bench measures other processes meanwhile."""
POLLS = 5
SETTLE_SECONDS = 8
"""Until the first polls are over and what they needed is given back."""


def rows(folder: Path) -> Iterator[Row]:
    yield from asks(folder)
    with serving(bulletins(100)) as server:
        settings = {"CONTENT_DIR": str(content(folder / "content", server)), "DATABASE_URL": f"sqlite:///{folder / 'run.db'}"}
        yield Row("run: first start until it is ready, migrating", ready(settings), "s", None)
        yield Row("run: a second start until it is ready", ready(settings), "s", 1.5)
        with bot("run", "http://", **settings) as running:
            time.sleep(SETTLE_SECONDS)
            yield Row("run: memory when idle, polling a feed every two seconds", resident_mib(running.process.pid), "MiB", 100)
    with idling(folder / "idle") as settled, serving(bulletins(100)) as server:  # what follows mostly waits, as that does
        yield from with_slack(folder / "slack", server)
        yield with_teams(folder / "teams", server)
        yield settled()


@contextmanager
def idling(folder: Path) -> Iterator[Callable[[], Row]]:
    """Run the bot with seven feeds which publish nothing, polled as the shipped content says.

    Yield a function that returns its share of a core since it settled, at least for a while.
    """
    with serving(bulletins(100)) as server:
        files = content(folder, server)
        (files / "feeds.yaml").write_text("feeds:\n" + "".join(FEED.format(n=n, address=server.url(path)) for n, path in enumerate(SEVEN)))
        settings = {"CONTENT_DIR": str(files), "DATABASE_URL": f"sqlite:///{folder / 'idle.db'}"}
        with bot("run", "http://", **settings) as running, ThreadPoolExecutor(1) as beside:
            settled = beside.submit(after_settling, running.process.pid)

            def row() -> Row:
                before, begin = settled.result()
                time.sleep(max(0.0, begin + IDLE_SECONDS - time.monotonic()))
                used, passed = cpu_seconds(running.process.pid) - before, time.monotonic() - begin
                note = f"{used:.2f} s in {passed:.0f} s"
                return Row("run: processor time when idle, with seven feeds", 100 * used / passed, "%", 0.3, note)

            yield row


def after_settling(pid: int) -> tuple[float, float]:
    time.sleep(IDLE_SETTLE_SECONDS)
    return cpu_seconds(pid), time.monotonic()


def asks(cache: Path) -> Iterator[Row]:
    for words, bound in MAX_ASK_RATIOS.items():
        command = [sys.executable, "-m", "bot", "ask", words]
        ratio, ours, theirs = paired(command, [sys.executable, "-c", "pass"], ASKS, XDG_CACHE_HOME=str(cache))
        yield Row(f"ask '{words}' against python -c pass", ratio, "x", bound, f"{ours * 1000:.0f} ms against {theirs * 1000:.0f} ms of CPU")


def with_slack(folder: Path, feeds: FeedServer) -> Iterator[Row]:
    """At its very first start, which migrates and compiles, and at the next one."""
    with slack_server.serving() as slack:
        settings = slack.settings() | {
            "CONTENT_DIR": str(content(folder / "content", feeds)),
            "DATABASE_URL": f"sqlite:///{folder / 'run.db'}",
            "XDG_CACHE_HOME": str(folder),
            "TRADEBOT_ADMINS": "slack:T1/U1",
        }
        for what in ("first start", "second start"):
            with bot("run", "/slack/events", **settings) as running:
                yield Row(f"run: memory when idle, with Slack, {what}", used(running, slack, feeds), "MiB", 100)
                if what == "second start":
                    edit(folder / "content" / "ptis.yaml")
                    People(running.url, slack).type("/trade-admin reload")
                    eventually(lambda: '"revision":2' in running.get("/readyz")[1], "the reload")
                    yield Row("  and after a reload", used(running, slack, feeds), "MiB", 100)


def with_teams(folder: Path, feeds: FeedServer) -> Row:
    """Both platforms in one process, with tokens got and checked, after a look-up on each and a post."""
    with slack_server.serving() as slack, teams_server.serving() as teams:
        settings = slack.settings() | {
            "CONTENT_DIR": str(content(folder / "content", feeds)),
            "DATABASE_URL": f"sqlite:///{folder / 'run.db'}",
            "LOOPBACK_TEAMS": teams.url,
        }
        with bot("run", "/api/messages", program="tests.support.teams_process", **settings) as running:
            for answered, activity in enumerate((teams.message("pti revenue"), teams.message("csms subscribe now", CHANNEL)), 1):
                tell(running, teams, activity)
                eventually(partial(has_posted, teams, answered), "it is answered")
            wait_for_polls(feeds, 2)  # what the first one finds is stored and not posted
            feeds.publish(bulletin(500 + len(feeds.published), "Quota opens for beef"))
            eventually(lambda: len(teams.posts) == 3, "a post")
            return Row("run: memory when idle, with Slack and Teams", used(running, slack, feeds), "MiB", 180)


def tell(running: Bot, teams: TeamsServer, activity: Json) -> None:
    """Sends what Teams would."""
    assert running.post("/api/messages", activity, teams.bearer())[0] == 200


def edit(file: Path) -> None:
    """A change of a statement, as an editor makes it."""
    file.write_text(file.read_text(encoding="utf-8").replace("lawfully owed", "owed by law"), encoding="utf-8")


def wait_for_polls(feeds: FeedServer, count: int) -> None:
    until = len(feeds.requests) + count
    eventually(lambda: len(feeds.requests) >= until, f"{count} polls")


def used(running: Bot, slack: SlackServer, feeds: FeedServer) -> float:
    """MiB after the first poll, a signed request and some more polls."""
    wait_for_polls(feeds, 1)
    assert People(running.url, slack).type("/pti revenue")
    wait_for_polls(feeds, POLLS)
    time.sleep(1)  # in which the last one is over
    return resident_mib(running.process.pid)


def ready(settings: dict[str, str]) -> float:
    """Seconds from the start of the process until /readyz answers 200."""
    begin = time.perf_counter()
    with bot("run", "http://", **settings) as running:
        while running.get("/readyz")[0] != 200:
            time.sleep(0.01)
        return time.perf_counter() - begin
