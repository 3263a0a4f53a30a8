"""Run the bot in this process with a Slack on this computer, and act as the people who use it."""

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from bot import app, settings
from bot.responder import Responder
from bot.runtime import Runtime
from bot.slack import responder
from bot.slack.app import Endpoint, SlackPlatform
from bot.slack.client import Slack
from bot.slack.sender import SlackSender
from handlers.replies import posts
from handlers.replies.reply import Reply
from jobs.corrections import record_corrections
from jobs.deliver import deliver_due
from jobs.models.entries import NewEntry
from jobs.models.posts import Bundle
from jobs.models.subscriptions import Subscription
from jobs.publish import publish_entries
from jobs.store import subscriptions
from jobs.store.database import Database
from tests.bot.slack.views.test_subscribe import filled
from tests.support.process import eventually
from tests.support.slack_payloads import command as typed
from tests.support.slack_payloads import in_view
from tests.support.slack_server import SlackServer
from tests.support.small_catalog import CATALOG, NEW_YORK, entry, new
from tests.support.store import new as written

T = TypeVar("T")
Json = dict[str, Any]
NUMBER = "67000001"


@dataclass
class Office:
    """The running bot, with a method for each thing that people do."""

    slack: SlackServer
    db: Database
    endpoint: Endpoint
    loop: asyncio.AbstractEventLoop

    def send(self, payload: Json) -> Json:
        """Deliver a payload and return the acknowledgement."""
        from slack_bolt.request.async_request import AsyncBoltRequest

        assert self.endpoint.bolt is not None
        work = self.endpoint.bolt.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))
        answer = asyncio.run_coroutine_threadsafe(work, self.loop).result(30)
        assert answer.status == 200, answer.body
        return json.loads(answer.body) if answer.body.startswith("{") else {}

    def type(self, line: str, **more: str) -> Json:
        return self.send(typed(line, self.slack.hook(), **more))

    def view(self, name: str = "V1") -> Json:
        eventually(lambda: name in self.slack.views, f"the view {name} is open; {self.slack.calls[-3:]} {self.slack.refused}")
        return self.slack.views[name]

    def opened(self, line: str, **more: str) -> Json:
        """Type a command and return the modal that it opens."""
        before = len(self.slack.asked("views.open"))
        assert self.type(line, **more) == {}
        eventually(lambda: len(self.slack.asked("views.open")) > before, "a view is opened")
        return self.view(f"V{before + 1}")

    def submit(self, view: Json, user_team: str = "T1", **values: Any) -> Json:
        return self.send(in_view(view, dict(filled(view, **values).values), user_team=user_team))

    def saved(self, channel: int = 1) -> list[Subscription]:
        with self.db.read() as conn:
            return subscriptions.list_for_channel(conn, channel)

    def publish(self, *titles: str) -> None:
        with self.db.begin() as conn:
            for number, title in enumerate(titles, int(NUMBER)):
                stored = entry(str(number), title, "revenue")
                publish_entries(conn, "csms", [new(stored)], self.db.now(conn), backlog=True)

    def correct(self, number: str = NUMBER) -> None:
        """Publish a message that replaces another one, and deliver what is due."""
        self.publish_correction(number)
        self.deliver()

    def publish_correction(self, number: str = NUMBER) -> None:
        with self.db.begin() as conn:
            now = self.db.now(conn)
            record_corrections(conn, publish_entries(conn, "csms", [correction(number)], now, backlog=False), now)

    def deliver(self) -> None:
        """Deliver what is due."""
        sender = SlackSender(self.endpoint.responder.slack)
        self.run(deliver_due(self.db, {"slack": sender}, compose))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run it beside the events, and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def posts(self, count: int, channel: str = "C1") -> list[Json]:
        eventually(lambda: len(self.slack.seen(channel)) >= count, f"{count} posts in {channel}")
        return self.slack.seen(channel)


@contextmanager
def office(url: str, slack: SlackServer, **more: str) -> Iterator[Office]:
    runtime = app.build(settings.load({"DATABASE_URL": url, **slack.settings(), **more}))
    endpoint = Endpoint(runtime, slack_client(runtime))
    ready, loops, stop = threading.Event(), [], []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        stop.append(asyncio.Event())
        async with runtime.connected(), endpoint.serving():
            ready.set()
            await stop[0].wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(30)
    try:
        yield Office(slack, runtime.db, endpoint, loops[0])
    finally:
        loops[0].call_soon_threadsafe(stop[0].set)
        thread.join(30)
        runtime.db.close()


def slack_client(runtime: Runtime) -> Slack:
    """Return the client of a runtime that has Slack configured."""
    (platform,) = (each for each in runtime.platforms if isinstance(each, SlackPlatform))
    return platform.client


def hold_answers(monkeypatch: pytest.MonkeyPatch, until: Callable[[], bool]) -> None:
    """Acknowledge every command that needs the database before it is answered, and answer it only when `until` is true."""
    reply = Responder.reply

    def wait(*given: Any) -> Reply:
        eventually(until, "the answer is let through")
        return reply(*given)

    monkeypatch.setattr(responder, "INLINE_SECONDS", 0.0)
    monkeypatch.setattr(Responder, "reply", wait)


def correction(of: str) -> NewEntry:
    return written(68987884, lead="correction", body=f"This message replaces CSMS # {of}.")


def compose(bundle: Bundle) -> list[Json]:
    return posts.compose(bundle, CATALOG, NEW_YORK)


def words(shown: Any) -> str:
    return json.dumps(shown, ensure_ascii=False).replace("\u00a0", " ")


def buttons(shown: Json) -> dict[str, str]:
    """Return the values of the buttons and of the menus' options, by label."""
    controls = [each for block in shown["blocks"] if block["type"] == "actions" for each in block["elements"]]
    controls += [block["accessory"] for block in shown["blocks"] if "accessory" in block]
    return {each["text"]["text"]: each["value"] for control in controls for each in control.get("options", [control])}
