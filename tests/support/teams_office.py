"""The bot in this process, connected to a loopback Teams, and what people do there."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
from sqlalchemy import select

from bot import app
from bot.runtime import Runtime
from bot.settings import load
from jobs.corrections import record_corrections
from jobs.deliver import deliver_due
from jobs.models.channels import ChannelRef
from jobs.publish import publish_entries
from jobs.store import channels
from jobs.store.schema import post
from tests.support.slack_office import correction
from tests.support.small_catalog import entry, new
from tests.support.teams_server import CHANNEL, PERSONAL, TENANT, TeamsServer

Json = dict[str, Any]
PATIENCE = 30.0


@dataclass
class Office:
    """The bot and its users."""

    teams: TeamsServer
    client: httpx.AsyncClient
    runtime: Runtime
    anonymous: bool = False

    async def send(self, activity: Any, **token: Any) -> httpx.Response:
        headers = {} if self.anonymous else self.teams.bearer(**token)
        return await self.client.post("/api/messages", json=activity, headers=headers)

    async def say(self, words: str, conversation: str = PERSONAL, **more: Any) -> Json:
        """Send a message and return the bot's answer."""
        before = len(self.teams.posts)
        answer = await self.send(self.teams.message(words, conversation, **more))
        assert (answer.status_code, answer.content) == (200, b""), (answer.status_code, answer.text)
        await self.until(lambda: len(self.teams.posts) > before, f"{words!r} is answered")
        return self.teams.posts[-1]

    async def press(self, command: str, on: str = "", conversation: str = PERSONAL, **more: Any) -> Json:
        """Press a button and return the invoke's response."""
        answer = await self.send(self.teams.invoke(command, on, conversation, **more))
        assert answer.status_code == 200
        found: Json = answer.json()
        return found

    async def search(self, words: str, **more: Any) -> Json:
        answer = await self.send(self.teams.query(words, **more))
        assert answer.status_code == 200
        found: Json = answer.json()["composeExtension"]
        return found

    async def paste(self, url: str, conversation: str = PERSONAL, **more: Any) -> list[Json]:
        """Paste a link into a message that is not sent yet, and return the cards that Teams offers for it."""
        answer = await self.send(self.teams.query_link(url, conversation, **more))
        assert answer.status_code == 200
        found: Json = answer.json()["composeExtension"]
        assert (found["type"], found["attachmentLayout"]) == ("result", "list")
        attached: list[Json] = found["attachments"]
        return attached

    def publish(self, *titles: str, first: int = 67_000_001) -> None:
        with self.runtime.db.begin() as conn:
            for number, title in enumerate(titles, first):
                publish_entries(conn, "csms", [new(entry(str(number), title, "revenue"))], self.runtime.db.now(conn), backlog=False)

    async def correct(self, number: str = "67000001") -> None:
        """Publish a message that replaces another, and deliver what is due."""
        with self.runtime.db.begin() as conn:
            now = self.runtime.db.now(conn)
            record_corrections(conn, publish_entries(conn, "csms", [correction(number)], now, backlog=False), now)
        await self.deliver()

    async def deliver(self) -> int:
        return await deliver_due(self.runtime.db, self.runtime.senders, self.runtime.compose)

    def paused(self, conversation: str = CHANNEL) -> str | None:
        with self.runtime.db.read() as conn:
            known = channels.find_id(conn, ChannelRef("teams", TENANT, conversation))
            return None if known is None else channels.pause_reason(conn, known)

    def channel(self, conversation: str = CHANNEL) -> ChannelRef | None:
        with self.runtime.db.read() as conn:
            known = channels.find_id(conn, ChannelRef("teams", TENANT, conversation))
            return None if known is None else channels.get(conn, known)

    def kept(self, number: str) -> bool:
        """Return whether a message is recorded."""
        with self.runtime.db.read() as conn:
            return bool(conn.execute(select(post.c.id).where(post.c.receipt.startswith(number))).all())

    def pause(self, why: str, conversation: str = CHANNEL) -> None:
        with self.runtime.db.begin() as conn:
            known = channels.find_id(conn, ChannelRef("teams", TENANT, conversation))
            assert known is not None
            channels.pause(conn, known, why)

    def move(self, service_url: str, conversation: str = CHANNEL) -> None:
        """Store another service URL than the one in Teams' activities."""
        with self.runtime.db.begin() as conn:
            channels.ensure(conn, ChannelRef("teams", TENANT, conversation, "", {"service_url": service_url}), self.runtime.db.now(conn))

    def busy(self) -> bool:
        """Return whether background work is running: an answer, or a change stored in a thread."""
        work = [repr(task.get_coro()) for task in asyncio.all_tasks()]
        return any("TeamsResponder." in each or " to_thread " in each for each in work)

    async def until(self, look: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not look():
            assert time.monotonic() < deadline, f"not within {PATIENCE:g} s: {what}; {self.teams.refused[-1:]}"
            await asyncio.sleep(0.02)


@asynccontextmanager
async def office(teams: TeamsServer, url: str, *, anonymous: bool = False, **settings: str) -> AsyncIterator[Office]:
    loaded = load({"DATABASE_URL": url} | settings)
    teams.anonymous = anonymous
    runtime = app.build(replace(loaded, teams=teams.settings(anonymous=anonymous)))
    served = app.application(runtime)
    async with (
        served.router.lifespan_context(served),  # type: ignore[attr-defined]  # a Starlette
        httpx.AsyncClient(
            transport=httpx.ASGITransport(served), base_url="http://127.0.0.1:3000" if anonymous else "http://bot.example.gov"
        ) as client,
    ):
        yield Office(teams, client, runtime, anonymous)


def card(message: Json) -> Json:
    """Return the card of a message or of an invoke's response."""
    found: Json = message["attachments"][0]["content"] if "attachments" in message else message["value"]
    return found


def words(value: Any) -> str:
    """Return all text of a card, with plain spaces."""
    if isinstance(value, dict):
        own = [value[name] for name in ("text", "title", "value") if isinstance(value.get(name), str)]
        return "\n".join(filter(None, (*own, *map(words, value.values())))).replace("\u00a0", " ")
    return "\n".join(filter(None, map(words, value))) if isinstance(value, list) else ""


def buttons(value: Any) -> dict[str, str]:
    """Return the buttons' values by label."""
    if isinstance(value, list):
        return {label: command for each in value for label, command in buttons(each).items()}
    if not isinstance(value, dict):
        return {}
    own = {value["title"]: value["data"]["command"]} if value.get("type") in ("Action.Execute", "Action.Submit") else {}
    inner = {label: command for name, each in value.items() if name != "fallback" for label, command in buttons(each).items()}
    return own | inner


def actions(value: Any) -> list[Json]:
    """Return the actions of a card, also hidden ones."""
    if isinstance(value, list):
        return [action for each in value for action in actions(each)]
    if not isinstance(value, dict):
        return []
    own = [value] if str(value.get("type")).startswith("Action.") else []
    return own + [action for name, each in value.items() if name != "fallback" for action in actions(each)]
