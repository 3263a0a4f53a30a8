"""Naughty strings in every command, by everybody, on every platform: nothing raises, nothing is shown to those whom it does not concern,
and every answer is within the platform's limits.
"""

import asyncio
import json
import logging
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import httpx
from sqlalchemy import update

from bot import app
from bot.playground.channels import CHANNELS
from bot.runtime import Runtime
from bot.settings import Settings, load
from bot.slack.blocks import render as slack_messages
from bot.teams.cards import render as teams_messages
from handlers.replies import serialize
from handlers.table import TABLE, Access, Route
from jobs.models.channels import ChannelRef
from jobs.publish import publish_entries
from jobs.store import channels, feeds
from jobs.store.schema import feed
from tests.bot.slack.test_blocks import within_limits as within_slack
from tests.bot.test_every_card import HIDDEN, INTERNAL, PUBLIC
from tests.faults.strings import strings
from tests.support import slack_server, teams_server
from tests.support.adaptive.limits import walk
from tests.support.adaptive.limits import within_limits as within_teams
from tests.support.slack_payloads import command, event, form, headers, mention
from tests.support.slack_server import SlackServer
from tests.support.small_catalog import entry, new
from tests.support.store import subscribe
from tests.support.teams_server import CHANNEL, TENANT, TeamsServer

PATIENCE = 60.0
SECRET = "only-for-admins-7391"
"""Stands in a feed's error and in the name of a paused channel."""

TEAMS_ADMIN = "aaaaaaaa-0000-0000-0000-00000000000a"
STAFF, ADMIN, GUEST, OTHER = "staff", "admin", "guest", "other workspace"
ROLES = (STAFF, ADMIN, GUEST, OTHER)
INSIDE = [value for value in INTERNAL if value not in PUBLIC]

Json = dict[str, Any]


@dataclass
class Findings:
    asked: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    secrets_seen: int = 0
    """Answers to admins that contained SECRET: there is something to hide."""


class Door(Protocol):
    name: str
    roles: tuple[str, ...]

    async def ask(self, role: str, line: str) -> list[Json]:
        """Send a line and return the answer's messages."""

    def check(self, messages: list[Json]) -> None:
        """Raise AssertionError if the platform would not take them."""


@dataclass
class SlackDoor:
    slack: SlackServer
    client: httpx.AsyncClient
    name: str = "Slack"
    roles: tuple[str, ...] = ROLES
    asked: int = 0

    async def ask(self, role: str, line: str) -> list[Json]:
        self.asked += 1
        hook = self.slack.hook(str(self.asked))
        if role == OTHER:  # a person of another workspace in a shared channel
            inner = mention(line.removeprefix("/"), user="U9", team="T9", user_team="T9", source_team="T9")
            body = json.dumps(event(inner, is_ext_shared_channel=True)).encode()
        else:
            who = {STAFF: {"user_id": "U1"}, ADMIN: {"user_id": "UADMIN"}, GUEST: {"user_id": "U8", "user_team_id": "T9"}}[role]
            body = form({name: value.encode("utf-8", "replace").decode() for name, value in command(line, hook, **who).items()})
        before = self.seen()
        answer = await self.client.post("/slack/events", content=body, headers=headers(body))
        assert answer.status_code == 200, (answer.status_code, answer.text)
        if answer.text:
            return [answer.json()]
        await until(lambda: self.seen() != before, f"{role} is answered")
        lists = (self.slack.posts, self.slack.responses, self.slack.whispers)
        return [each for shown, count in zip(lists, before, strict=False) for each in shown[count:]]

    def seen(self) -> tuple[int, ...]:
        slack = self.slack
        return len(slack.posts), len(slack.responses), len(slack.whispers), len(slack.asked("views.open"))

    def check(self, messages: list[Json]) -> None:
        assert not self.slack.refused, self.slack.refused[-1]
        if messages:
            within_slack(messages)
        for message in messages:
            for parsed in (message["text"], *(each["text"] for each in walk(message) if each.get("type") == "mrkdwn")):
                assert not re.search(r"<[!#]|<@(?!U)", parsed), parsed


@dataclass
class TeamsDoor:
    teams: TeamsServer
    client: httpx.AsyncClient
    name: str = "Teams"
    roles: tuple[str, ...] = ROLES

    async def ask(self, role: str, line: str) -> list[Json]:
        activity = self.teams.message(line, CHANNEL)
        sender = activity["from"]
        match role:
            case "admin":
                sender |= {"aadObjectId": TEAMS_ADMIN}
            case "guest":  # without an account in the organization
                del sender["aadObjectId"]
            case "other workspace":
                sender |= {"tenantId": "77777777-0000-0000-0000-000000000000"}
        before = len(self.teams.posts)
        headers = self.teams.bearer() | {"Content-Type": "application/json"}  # a token lives an hour, a run on a busy machine longer
        answer = await self.client.post("/api/messages", content=json.dumps(activity), headers=headers)
        assert answer.status_code == 200, (answer.status_code, answer.text)

        def answers() -> list[Json]:  # in the thread: the rest of a long answer to the role before may still come
            return [post for post in self.teams.posts[before:] if post["conversation"].endswith(f";messageid={activity['id']}")]

        await until(lambda: bool(answers()), f"{role} is answered")
        return answers()

    def check(self, messages: list[Json]) -> None:
        assert not self.teams.refused, self.teams.refused[-1]
        for element in walk(messages):
            assert not re.search(r"<at\b", str(element.get("text", ""))), element
        within_teams([{name: message[name] for name in ("type", "attachments", "summary") if name in message} for message in messages])


@dataclass
class PlaygroundDoor:
    client: httpx.AsyncClient
    name: str = "playground"
    roles: tuple[str, ...] = (STAFF, ADMIN, GUEST)

    async def ask(self, role: str, line: str) -> list[Json]:
        where = next(each.id for each in CHANNELS if each.guest == (role == GUEST) and each.kind == "channel")
        asked = {"channel": where, "text": line, "admin": role == ADMIN}
        answer = await self.client.post("/playground/api/say", content=json.dumps(asked), headers={"Content-Type": "application/json"})
        if answer.status_code == 400:
            assert len(line) > 2000, answer.text
            return []
        assert answer.status_code == 200, (answer.status_code, answer.text)
        message = answer.json()["message"]
        if message is not None:
            return [message["content"]]
        posts = (await self.client.get("/playground/api/posts")).json()["posts"][where]
        return [posts[-1]["content"]]

    def check(self, messages: list[Json]) -> None:
        for each in messages:
            reply = serialize.load(each)
            within_slack(slack_messages(reply))
            within_teams(teams_messages(reply))


async def until(look: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < deadline, f"not within {PATIENCE:g} s: {what}"
        await asyncio.sleep(0.002)


@asynccontextmanager
async def doors(folder: Path, platforms: Sequence[str]) -> AsyncIterator[list[Door]]:
    """Open a bot for each platform, each with a database of its own."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(DOORS[name](folder)) for name in platforms]


@asynccontextmanager
async def slack_door(folder: Path) -> AsyncIterator[Door]:
    with slack_server.serving() as slack:
        runtime = app.build(settings(folder, "slack", slack.settings()))
        async with client(runtime, "http://bot.example.gov") as http:
            yield SlackDoor(slack, http)


@asynccontextmanager
async def teams_door(folder: Path) -> AsyncIterator[Door]:
    with teams_server.serving() as teams:
        runtime = app.build(replace(settings(folder, "teams"), teams=teams.settings()))
        async with client(runtime, "http://bot.example.gov") as http:
            yield TeamsDoor(teams, http)


@asynccontextmanager
async def playground_door(folder: Path) -> AsyncIterator[Door]:
    home = "http://127.0.0.1:3000"
    async with client(app.build(settings(folder, "playground")), home, Origin=home) as http:
        yield PlaygroundDoor(http)


DOORS: Mapping[str, Callable[[Path], AbstractAsyncContextManager[Door]]] = {
    "slack": slack_door,
    "teams": teams_door,
    "playground": playground_door,
}


def settings(folder: Path, name: str, more: Mapping[str, str] = MappingProxyType({})) -> Settings:
    admins = f"slack:T1/UADMIN teams:{TENANT}/{TEAMS_ADMIN}"
    return load({"DATABASE_URL": f"sqlite:///{folder / name}.db", "TRADEBOT_ADMINS": admins, **more})


@asynccontextmanager
async def client(runtime: Runtime, home: str, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    """Serve a bot to a client on this computer. The playground's guard has no lifespan of its own."""
    (platform, *_) = runtime.platforms
    stock(runtime, platform.name)
    served = app.application(runtime)
    transport = httpx.ASGITransport(served, client=("127.0.0.1", 50000))
    lifespan = getattr(served, "router", None)
    async with (
        lifespan.lifespan_context(served) if lifespan else nullcontext(),
        httpx.AsyncClient(transport=transport, base_url=home, headers=headers) as http,
    ):
        yield http


def stock(runtime: Runtime, platform: str) -> None:
    """Store entries, and what only admins may see."""
    with runtime.db.begin() as conn:
        now = runtime.db.now(conn)
        several = [
            new(entry(str(67_000_001 + number), f"Quota notice {number} <!channel>", "revenue", "agriculture-quota"))
            for number in range(40)
        ]
        publish_entries(conn, "csms", several, now, backlog=True)
        slugs = [each.slug for each in runtime.library.catalog.feeds]
        feeds.ensure(conn, slugs, now)
        conn.execute(update(feed).values(last_error=SECRET, last_error_at=now, failures=3))
    hidden = subscribe(runtime.db, to=ChannelRef(platform, "T1", "CSECRET", f"#{SECRET}"))
    with runtime.db.begin() as conn:
        channels.pause(conn, hidden.channel_id, "is_archived")


class Errors(logging.Handler):
    """Keeps log records of errors and of exceptions."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR or record.exc_info:
            cause = f": {record.exc_info[1]!r}" if record.exc_info else ""
            self.lines.append(f"{record.name}: {record.getMessage()}{cause}")


def run(count: int, seed: int, folder: Path, platforms: Sequence[str] = tuple(DOORS), *, in_turn: bool = False) -> Findings:
    """Ask every route alone and with `count` strings, by every role, on these platforms.

    `in_turn`: the strings are asked by one role, by each for another route. All roles ask alone: what a route hides depends on them,
    and what it can read does not.
    """
    return asyncio.run(_run(count, seed, folder, platforms, in_turn=in_turn))


async def _run(count: int, seed: int, folder: Path, platforms: Sequence[str], *, in_turn: bool) -> Findings:
    findings, errors = Findings(), Errors()
    logging.getLogger().addHandler(errors)
    try:
        async with doors(folder, platforms) as opened:
            for number, route in enumerate(TABLE):
                for naughty in ("", *strings(count, seed + number)):  # alone first: a command that takes no words refuses any
                    line = " ".join((f"/{route.verb}", *route.words[:1], naughty)).strip(" ")
                    one = number if in_turn and naughty else None
                    await asyncio.gather(*(ask_everybody(door, route, line, findings, one) for door in opened))
                    findings.problems += [f"{line[:80]!r}: logged {each}" for each in errors.lines]
                    errors.lines.clear()
    finally:
        logging.getLogger().removeHandler(errors)
    return findings


async def ask_everybody(door: Door, route: Route, line: str, findings: Findings, one: int | None) -> None:
    for role in door.roles if one is None else [door.roles[one % len(door.roles)]]:
        await ask(door, role, route, line, findings)


async def ask(door: Door, role: str, route: Route, line: str, findings: Findings) -> None:
    findings.asked[f"{door.name}, {role}"] += 1
    try:
        messages = await door.ask(role, line)
        door.check(messages)
    except Exception as problem:
        findings.problems.append(f"{door.name}, {role}, {line[:80]!r}: {type(problem).__name__} {str(problem)[:300]}")
        return
    if not messages:  # a form was opened, or the platform would not have sent so much
        return
    shown = " ".join(" ".join(words(messages)).split())
    findings.secrets_seen += role == ADMIN and SECRET in shown
    findings.problems += [f"{door.name}, {role}, {line[:80]!r}: shows {each!r}" for each in forbidden(role, route, shown)]


def forbidden(role: str, route: Route, shown: str) -> list[str]:
    """Return what an answer must not show to this person."""
    found = [each for each in HIDDEN if each in shown]
    if role in (GUEST, OTHER):
        found += [each for each in INSIDE if each in shown]
    if role != ADMIN and (SECRET in shown or (route.audience is Access.ADMIN and "trade-admin" not in shown)):
        found.append(SECRET if SECRET in shown else "an admin's answer")
    return found


def words(value: Any) -> list[str]:
    """Return every string within JSON."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [word for each in inner for word in words(each)]
