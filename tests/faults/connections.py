"""A real bot whose file descriptors attackers want, with half-open connections, while people ask and a feed publishes."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from jobs.migrations import upgrade
from jobs.models.channels import ChannelRef
from jobs.store.database import Database
from tests.support import slack_server
from tests.support.feed_server import bulletin, bulletins, serving
from tests.support.half_open import half_open
from tests.support.process import Bot, bot, content, eventually
from tests.support.slack_payloads import command, form, headers
from tests.support.slack_server import SlackServer
from tests.support.store import subscribe

FILES, PUBLISH_SECONDS, MAX_LOG, MAX_ANSWER_SECONDS = 1024, 3.0, 100_000, 10.0


@dataclass
class Findings:
    opened: int = 0
    """Connections that were opened, those that the bot closed again included."""
    answers: list[float] = field(default_factory=list)
    """The seconds that each answer took."""
    published: int = 0
    posted: int = 0
    log: int = 0
    """Characters."""
    problems: list[str] = field(default_factory=list)


def run(folder: Path, connections: int, seconds: float) -> Findings:
    url, found = f"sqlite:///{folder / 'bot.db'}", Findings()
    db = Database(url)
    upgrade.upgrade(db)
    subscribe(db, to=ChannelRef("slack", slack_server.TEAM, "C1", "trade"))
    db.close()
    with serving(bulletins(60)) as feeds, slack_server.serving() as slack:
        settings = {"DATABASE_URL": url, "CONTENT_DIR": str(content(folder / "content", feeds)), **slack.settings()}
        with bot("run", "for Slack at http://127.0.0.1:", files=str(FILES), **settings) as running:
            eventually(lambda: bool(feeds.asked("/csms.rss")), "the feed is read before the attack")
            with half_open(int(running.url.rpartition(":")[2]), connections) as attack:
                end, publish_at = time.monotonic() + seconds, 0.0
                while time.monotonic() < end:
                    if time.monotonic() >= publish_at:
                        feeds.publish(bulletin(1_000 + found.published))
                        found.published += 1
                        publish_at = time.monotonic() + PUBLISH_SECONDS
                    ask(running, found)
                    time.sleep(0.5)
                eventually(lambda: len(posts(slack)) >= found.published, "what was published is posted", 60)
                found.opened = attack.opened
            if code := running.end():
                found.problems.append(f"the bot ended with {code}")
        found.posted, found.log = len(posts(slack)), len(running.log)
    slow = [each for each in found.answers if each > MAX_ANSWER_SECONDS]
    found.problems += [f"{len(slow)} answers took up to {max(slow):.1f} s"] if slow else []
    found.problems += [f"{found.posted} posts of {found.published}"] if found.posted != found.published else []
    found.problems += [f"a log of {found.log} characters"] if found.log > MAX_LOG else []
    found.problems += [f"only {found.opened} connections were opened"] if found.opened < connections else []
    return found


def ask(running: Bot, found: Findings) -> None:
    body, began = form(command("/pti revenue")), time.monotonic()
    try:
        status, answer = running.send("/slack/events", body, headers(body))
    except OSError as error:
        found.problems.append(f"no answer: {error!r}")
        return
    found.answers.append(time.monotonic() - began)
    if status != 200 or "Revenue" not in answer:
        found.problems.append(f"HTTP {status} instead of an answer")


def posts(slack: SlackServer) -> list[str]:
    return [post["ts"] for post in slack.posts if post["channel"] == "C1"]
