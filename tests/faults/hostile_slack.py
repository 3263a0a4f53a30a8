"""A hostile Slack in a process of its own: `python -m tests.faults.hostile_slack '{"seed": 1}'`.

It refuses, fails, hangs up, answers late and closes channels, and remembers every message that it accepted. Only this memory decides
what was lost or posted twice.
"""

import asyncio
import json
import random
import re
import subprocess
import sys
import time
import urllib.request
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from aiohttp import web

from tests.support.loopback_app import dropped
from tests.support.paths import ROOT
from tests.support.slack_server import Channel, Json, SlackServer, arguments, error

FAULTS = {
    "429": 0.07,
    "500 before accepting": 0.04,
    "500 after accepting": 0.04,
    "timeout after accepting": 0.04,
    "timeout without accepting": 0.02,
    "reset after accepting": 0.02,
    "accepted late": 0.02,
}
"""The share of each fault in calls that post, 25 % together."""

HISTORY_FAULTS = ("429", "500", "reset", "timeout")
POSTING, READING = ("chat.postMessage", "chat.update"), ("conversations.history", "conversations.replies")

TOKEN = re.compile(r"ENTRY-(\d+)")
DIGEST = re.compile(r"/csms why digest (\d+) ([0-9T:.+-]+)")


@dataclass(frozen=True, slots=True)
class Hostility:
    """How hostile the server is; `timeout` is the HTTP client's, in seconds."""

    seed: int = 0
    faults: float = 1.0
    """Multiplies `FAULTS`."""
    history: float = 0.05
    """The share of reads of a history that fail."""
    looks: float = 0.05
    """The share of posts that are refused for their looks as long as they have blocks."""
    timeout: float = 1.0
    late: bool = True
    """Whether messages may be accepted late."""
    retry_after: str = "1"


@dataclass(frozen=True, slots=True)
class Message:
    """An accepted message."""

    channel: str
    post: str
    """The id in the message's metadata; "" for all parts of a post but the last."""
    entries: tuple[int, ...]
    """The numbers of the entries that it names, in the order of their first appearance."""
    digest: str
    """"SUBSCRIPTION PERIOD" of a digest's last part, or ""."""
    plain: bool
    """True for a message without blocks."""
    sent: float
    """When its process began to send it, on the machine's monotonic clock."""
    at: float
    """When it was accepted."""
    fault: str
    """A key of FAULTS, or ""."""
    worker: int
    """The process that sent it."""
    checked: float
    """When that process began to check that its lease is long enough, on the same clock."""


@dataclass(frozen=True, slots=True)
class Call:
    """A message as the server remembers it."""

    headers: Mapping[str, str]
    fault: str


@dataclass
class HostileSlack(SlackServer):
    hostility: Hostility = field(default_factory=Hostility)
    accepted: list[Message] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    by_channel: dict[str, list[Json]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # the n-th call that posts gets the same fault in every run, however often the bot reads meanwhile
        self.chance, self.reading = random.Random(self.hostility.seed), random.Random(self.hostility.seed)  # noqa: S311  # to be repeatable
        self.channels = {}

    async def api(self, request: web.Request) -> web.StreamResponse:
        method, given = request.match_info["method"], await arguments(request)
        authorization = request.headers.get("Authorization", "")
        if method in READING:
            return await self.read(request, method, given, authorization)
        fault = self.fault() if method in POSTING else ""
        if fault:
            self.counts[fault] += 1
        call = Call(request.headers, fault)
        if fault == "429":
            headers = {"Retry-After": self.hostility.retry_after}
            return web.json_response(error("ratelimited"), status=429, headers=headers)
        if fault == "500 before accepting":
            return web.json_response(error("internal_error"), status=500)
        if fault == "timeout without accepting":
            await asyncio.sleep(self.hostility.timeout * 1.5)
            return web.json_response(error("internal_error"), status=500)
        if fault == "accepted late" and self.hostility.late:
            # after the caller gave up, and before its grace ends
            await asyncio.sleep(self.hostility.timeout * 1.3)
        self.call = call
        answer = self.answered(method, given, authorization)
        if fault == "500 after accepting":
            return web.json_response(error("internal_error"), status=500)
        if fault == "timeout after accepting":
            await asyncio.sleep(self.hostility.timeout * 1.5)
        if fault == "reset after accepting":
            return await dropped(request)
        return web.json_response(answer)

    async def read(self, request: web.Request, method: str, given: Json, authorization: str) -> web.StreamResponse:
        self.counts["reads of a history"] += 1
        if self.reading.random() < self.hostility.history:
            fault = self.reading.choice(HISTORY_FAULTS)
            self.counts["failed reads of a history"] += 1
            if fault == "429":
                return web.json_response(error("ratelimited"), status=429, headers={"Retry-After": self.hostility.retry_after})
            if fault == "reset":
                return await dropped(request)
            if fault == "timeout":
                await asyncio.sleep(self.hostility.timeout * 1.5)
            return web.json_response(error("internal_error"), status=500)
        return web.json_response(self.answered(method, given, authorization))

    def fault(self) -> str:
        drawn = self.chance.random()
        for name, share in FAULTS.items():
            drawn -= share * self.hostility.faults
            if drawn < 0:
                return name
        return ""

    def chat_postmessage(self, given: Json) -> Json:
        post = str(((given.get("metadata") or {}).get("event_payload") or {}).get("post") or "")
        draw = zlib.crc32(f"{self.hostility.seed} {given.get('channel')} {post}".encode())
        if given.get("blocks") and post and draw % 10_000 < self.hostility.looks * 10_000:
            self.counts["refused for its looks"] += 1
            return error(("invalid_blocks", "msg_too_long")[draw // 10_000 % 2])
        # only the channel's own messages are searched
        self.posts = self.by_channel.setdefault(str(given.get("channel")), [])
        answer = super().chat_postmessage(given)
        if answer["ok"]:
            self.accepted.append(self.remembered(given, post))
        else:
            self.counts[answer["error"]] += 1
        return answer

    def chat_update(self, given: Json) -> Json:
        self.posts = self.by_channel.setdefault(str(given.get("channel")), [])
        return super().chat_update(given)

    def conversations_history(self, given: Json) -> Json:
        self.posts = self.by_channel.setdefault(str(given.get("channel")), [])
        return super().conversations_history(given)

    def conversations_replies(self, given: Json) -> Json:
        self.posts = self.by_channel.setdefault(str(given.get("channel")), [])
        return super().conversations_replies(given)

    def remembered(self, given: Json, post: str) -> Message:
        shown = json.dumps([given.get("text"), given.get("blocks")])
        digest = DIGEST.search(shown)
        return Message(
            channel=given["channel"],
            post=post,
            entries=tuple(dict.fromkeys(int(number) for number in TOKEN.findall(shown))),
            digest=" ".join(digest.groups()) if digest else "",
            plain=not given.get("blocks"),
            sent=float(self.call.headers.get("X-Sent", 0)),
            at=time.monotonic(),
            fault=self.call.fault,
            worker=int(self.call.headers.get("X-Worker", 0)),
            checked=float(self.call.headers.get("X-Checked", 0)),
        )

    # what the run asks

    async def memory(self, _: web.Request) -> web.Response:
        return web.json_response({"accepted": [asdict(each) for each in self.accepted], "counts": self.counts})

    async def count(self, _: web.Request) -> web.Response:
        return web.json_response(len(self.accepted))

    async def change(self, request: web.Request) -> web.Response:
        """Open or close channels: {"C1": ""} opens it, another value is Slack's word for why it is closed."""
        for name, closed in (await request.json()).items():
            self.channels[name] = Channel(name, member=closed != "not_in_channel", archived=closed == "is_archived")
        return web.json_response({})


@dataclass(frozen=True, slots=True)
class Slack:
    """The run's view of the server."""

    port: int

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    def set_channels(self, closed: dict[str, str]) -> None:
        self._ask("channels", closed)

    def count(self) -> int:
        return int(self._ask("count"))

    def memory(self) -> tuple[list[Message], dict[str, int]]:
        found = self._ask("memory")
        return [Message(**{**each, "entries": tuple(each["entries"])}) for each in found["accepted"]], found["counts"]

    def _ask(self, path: str, body: object = None) -> Any:
        url = f"http://127.0.0.1:{self.port}/run/{path}"
        request = urllib.request.Request(url, None if body is None else json.dumps(body).encode())  # our own address
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  # our own address
            return json.load(answer)


@contextmanager
def serving(hostility: Hostility) -> Iterator[Slack]:
    command = [sys.executable, "-m", "tests.faults.hostile_slack", json.dumps(asdict(hostility))]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield Slack(int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


async def serve(hostility: Hostility) -> None:
    slack = HostileSlack(hostility=hostility)
    app = web.Application(client_max_size=2**22)
    app.router.add_route("*", "/api/{method}", slack.api)
    app.router.add_get("/run/memory", slack.memory)
    app.router.add_get("/run/count", slack.count)
    app.router.add_post("/run/channels", slack.change)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Hostility(**json.loads(sys.argv[1]))))
