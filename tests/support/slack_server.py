"""A fake Slack on loopback: Web API, response_urls and Socket Mode. It validates requests as Slack would, records them, and fails on
demand.

with slack_server.serving() as slack:
    slack.settings()                        the environment that leads a bot here
    slack.fail("chat.postMessage", "429")   the next call: a key of FAULTS, or Slack's word for an error
    slack.posts, slack.responses            what stands in channels, what came by response_url
    slack.say("C1", "see https://…")        what a person writes there, with its ts; its previews are in slack.unfurls
    slack.push({...})                       a frame to the socket; its acknowledgement is in slack.acks
"""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import WSMsgType, web
from slack_sdk.models.blocks import Block

from tests.support.loopback_app import dropped, serving_app

BOT_TOKEN = "xoxb-loopback-bot"
APP_TOKEN = "xapp-loopback-app"
SECRET = "loopback-signing-secret"
TEAM, BOT_USER, BOT_ID = "T1", "UBOT", "BBOT"
HIDDEN = (BOT_TOKEN, APP_TOKEN, SECRET, "/hooks/", "ticket=")
"""Secrets, which no log may contain."""

UNFURL_DOMAINS = ("content.govdelivery.com", "cbp.gov")

MAX_BLOCKS, MAX_JSON, MAX_TEXT = 50, 13_200, 40_000
MAX_VIEW_BLOCKS, MAX_METADATA, MAX_TITLE = 100, 3_000, 24
FAULTS = ("429", "500", "html", "drop before", "drop after", "hang")
PAGE = 15

Json = dict[str, Any]


def problem_of(message: Json) -> str | None:
    """Return the error that Slack would give for a message, by its documented limits and the SDK's models of blocks."""
    blocks = message.get("blocks") or []
    if not message.get("text") and not blocks:
        return "no_text"
    if len(message.get("text") or "") > MAX_TEXT:
        return "msg_too_long"
    if not isinstance(blocks, list) or len(blocks) > MAX_BLOCKS:
        return "invalid_blocks"
    if len(json.dumps(blocks, separators=(",", ":"))) > MAX_JSON:
        return "msg_blocks_too_long"
    elements = [element for block in blocks for element in (*block.get("elements", ()), block.get("accessory", {}))]
    names = [element["action_id"] for element in elements if "action_id" in element]
    if len(set(names)) != len(names):
        return "invalid_blocks"
    return "invalid_blocks" if any(map(bad_block, blocks)) else None


def problem_of_view(view: Any) -> str | None:
    """Return the error that Slack would give for a view: https://docs.slack.dev/reference/views."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return "invalid_arguments"
    titles = [view[name]["text"] for name in ("title", "submit", "close") if name in view]
    blocks = view.get("blocks") or []
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    inputs = any(block["type"] == "input" for block in blocks)
    wrong = (
        not 1 <= len(blocks) <= MAX_VIEW_BLOCKS,
        len(view.get("private_metadata", "")) > MAX_METADATA,
        len(view.get("callback_id", "")) > 255,
        any(not 1 <= len(title) <= MAX_TITLE for title in titles),
        view["type"] == "modal" and "title" not in view,
        inputs and "submit" not in view,
        len(ids) != len(set(ids)),
        any(map(bad_block, blocks)),
    )
    return "invalid_arguments" if any(wrong) else None


def bad_block(block: Json) -> bool:
    try:
        parsed = Block.parse(block)
        if parsed is None:
            return True
        parsed.validate_json()
    except Exception:
        return True
    texts = [element.get("text") for element in block.get("elements", ()) if block["type"] in ("context", "actions")]
    sizes = {"context": 3000, "actions": 75}
    return any(
        len(text if isinstance(text, str) else text["text"]) > sizes[block["type"]] or not (text if isinstance(text, str) else text["text"])
        for text in texts
        if text is not None
    )


@dataclass
class Channel:
    id: str
    name: str = "trade"
    private: bool = False
    member: bool = True
    archived: bool = False


@dataclass
class SlackServer:
    port: int = 0
    channels: dict[str, Channel] = field(default_factory=lambda: {"C1": Channel("C1"), "D1": Channel("D1", "direct")})
    written: list[Json] = field(default_factory=list)
    """People's messages, also in conversations without the bot; each with its previews by link as `unfurls`."""
    composing: dict[str, Json] = field(default_factory=dict)
    """Messages that people are typing, by Slack's id of their links."""
    posts: list[Json] = field(default_factory=list)
    """Each with its channel and ts, in the order in which they were taken."""
    responses: list[Json] = field(default_factory=list)
    """A message sent to a response_url; `url` is its last part."""
    views: dict[str, Json] = field(default_factory=dict)
    """Views by id; a Home tab by its person's id."""
    whispers: list[Json] = field(default_factory=list)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    """The errors of messages that Slack would not have taken."""
    acks: dict[str, Any] = field(default_factory=dict)
    """The payloads of acknowledgements by envelope; None without a payload."""
    retry_after: str | None = "1"
    people: dict[str, str] = field(default_factory=lambda: {"U1": "D1", "U2": "D2"})
    """The people of the workspace and their direct messages with the bot; "" for somebody who left."""
    scopes: str = "commands,chat:write,im:write,app_mentions:read,im:history,channels:history,groups:history,links:read,links:write"
    """The bot token's scopes, which every response names in a header."""
    revoked: bool = False
    socket_url: str = ""
    """The address that Socket Mode is told, if it is not this server's own."""
    _triggers: set[str] = field(default_factory=set)
    clock_ahead: float = 0.0
    """How many seconds Slack's clock is ahead of this computer's, in its `Date` headers and in each ts."""
    _faults: dict[str, list[str]] = field(default_factory=dict)
    opened: int = 0
    """The number of sockets opened so far."""
    _sockets: set[web.WebSocketResponse] = field(default_factory=set)
    _loop: asyncio.AbstractEventLoop | None = None
    _last: float = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    def hook(self, name: str = "1") -> str:
        return f"http://127.0.0.1:{self.port}/hooks/{name}"

    def settings(self, *, socket: bool = False) -> dict[str, str]:
        way = {"SLACK_APP_TOKEN": APP_TOKEN} if socket else {"SLACK_SIGNING_SECRET": SECRET}
        return {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_API_URL": self.url, **way}

    def forget(self) -> None:
        """Be as new, but for its address, its sockets and what was used up."""
        new = SlackServer()
        names = ("channels", "written", "composing", "posts", "responses", "views", "whispers", "calls", "refused", "acks", "people")
        for name in (*names, "_faults"):
            setattr(self, name, getattr(new, name))
        self.retry_after, self.scopes, self.revoked, self.clock_ahead = new.retry_after, new.scopes, new.revoked, new.clock_ahead

    def fail(self, method: str, *faults: str) -> None:
        self._faults.setdefault(method, []).extend(faults)

    def asked(self, method: str) -> list[Json]:
        return [given for name, given in self.calls if name == method]

    def seen(self, channel: str = "C1") -> list[Json]:
        return [post for post in self.posts if post["channel"] == channel]

    def say(self, channel: str, words: str, thread: str = "") -> str:
        """Write a message as a person, and return its ts."""
        self.written.append({"channel": channel, "text": words, "ts": self.ts(), "thread_ts": thread, "unfurls": {}})
        return str(self.written[-1]["ts"])

    def type(self, words: str) -> str:
        """Begin a message as a person, and return Slack's id of its links."""
        name = f"U1-{len(self.composing) + 1}-gryl3kb80b3wm49ihzoo35fyqoq08n2y"
        self.composing[name] = {"text": words, "unfurls": {}}
        return name

    def previews(self, ts: str) -> dict[str, Json]:
        """Return the previews of a person's message, by link."""
        return next((message["unfurls"] for message in self.written if message["ts"] == ts), {})

    def push(self, frame: Json) -> None:
        """Send a frame to one socket, as Slack does."""
        assert self._loop is not None
        assert self._sockets, "no socket is open"
        socket = next(iter(self._sockets))
        asyncio.run_coroutine_threadsafe(socket.send_json(frame), self._loop).result(30)

    @property
    def connected(self) -> int:
        return len(self._sockets)

    def ts(self) -> str:
        self._last = max(time.time() + self.clock_ahead, self._last + 0.000_01)
        return f"{self._last:.6f}"

    # the Web API

    async def api(self, request: web.Request) -> web.StreamResponse:
        answer = await self.faulty(request)
        if not answer.prepared:
            answer.headers["Date"] = formatdate(time.time() + self.clock_ahead, usegmt=True)
        return answer

    async def faulty(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = await arguments(request)
        self.calls.append((method, given))
        waiting = self._faults.get(method)
        fault = waiting.pop(0) if waiting else ""
        if fault == "429":
            headers = {} if self.retry_after is None else {"Retry-After": self.retry_after}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if fault == "500":
            return web.json_response({"ok": False, "error": "internal_error"}, status=500)
        if fault == "html":
            return web.Response(text="<html>Service unavailable</html>", status=503, content_type="text/html")
        if fault == "drop before":
            return await dropped(request)
        if fault == "hang":
            await asyncio.sleep(3600)
        if fault and fault not in FAULTS:
            return web.json_response({"ok": False, "error": fault})
        answer = self.answered(method, given, request.headers.get("Authorization", ""))
        if fault == "drop after":
            return await dropped(request)
        return web.json_response(answer, headers={"x-oauth-scopes": self.scopes} if answer["ok"] else {})

    def answered(self, method: str, given: Json, authorization: str) -> Json:
        expected = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if authorization != f"Bearer {expected}":
            return error("not_authed" if not authorization else "invalid_auth")
        if self.revoked:
            return error("token_revoked")
        act = getattr(self, method.replace(".", "_").lower(), None)
        return act(given) if act is not None else error("unknown_method")

    def auth_test(self, _: Json) -> Json:
        return ok(user="tradebot", user_id=BOT_USER, bot_id=BOT_ID, team="Office", team_id=TEAM, url="https://office.slack.com/")

    def apps_connections_open(self, _: Json) -> Json:
        return ok(url=self.socket_url or f"ws://127.0.0.1:{self.port}/link?ticket=hidden")

    def unreachable(self, given: Json) -> str | None:
        channel = self.channels.get(str(given.get("channel")))
        if channel is None or (channel.private and not channel.member):
            return "channel_not_found"
        return "not_in_channel" if not channel.member else None

    def chat_postmessage(self, given: Json) -> Json:
        wrong = self.unreachable(given)
        if wrong is None and self.channels[given["channel"]].archived:
            wrong = "is_archived"
        if wrong is None and any(post["ts"] == given.get("thread_ts") and post.get("thread_ts") for post in self.posts):
            wrong = "thread_not_found"  # a thread is its first message's
        if wrong is None and (wrong := problem_of(given)):
            self.refused.append((wrong, json.dumps(given)[:500]))
        if wrong is not None:
            return error(wrong)
        post = dict(given) | {"ts": self.ts(), "user": BOT_USER, "bot_id": BOT_ID}
        self.posts.append(post)
        return ok(channel=given["channel"], ts=post["ts"])

    def chat_update(self, given: Json) -> Json:
        post = next((each for each in self.posts if (each["channel"], each["ts"]) == (given.get("channel"), given.get("ts"))), None)
        if post is None:
            return error("message_not_found")
        if wrong := problem_of(given):
            self.refused.append((wrong, json.dumps(given)[:500]))
            return error(wrong)
        post |= given
        return ok(channel=post["channel"], ts=post["ts"])

    def chat_unfurl(self, given: Json) -> Json:
        """https://docs.slack.dev/reference/methods/chat.unfurl. Membership does not matter."""
        if "links:write" not in self.scopes.split(","):
            return error("missing_scope")
        by_message, by_id = ("channel" in given and "ts" in given), ("unfurl_id" in given and "source" in given)
        previews = given.get("unfurls")
        if by_message == by_id or not isinstance(previews, dict) or not previews:
            return error("invalid_arguments" if by_message == by_id else "missing_unfurls")
        if by_id:
            message = self.composing.get(given["unfurl_id"]) if given["source"] == "composer" else None
        else:
            message = next((each for each in self.written if (each["channel"], each["ts"]) == (given["channel"], given["ts"])), None)
        if message is None or not all(link in message["text"] for link in previews):
            return error("cannot_unfurl_message")
        if not all(on_domain(link) for link in previews):
            return error("cannot_unfurl_url")
        for preview in previews.values():
            if wrong := problem_of({"text": preview.get("text") or preview.get("fallback"), "blocks": preview.get("blocks")}):
                self.refused.append((wrong, json.dumps(preview)[:500]))
                return error(wrong)
        message["unfurls"] = previews  # "Subsequent attempts … will modify the same attachments": whatever is left out is gone
        return ok()

    def conversations_history(self, given: Json) -> Json:
        wrong = self.unreachable(given)
        if wrong is not None:
            return error(wrong)
        oldest, latest = float(given.get("oldest") or 0), float(given.get("cursor") or given.get("latest") or "inf")
        of_channel = [post for post in self.posts if post["channel"] == given["channel"] and not post.get("thread_ts")]
        found = [post for post in reversed(of_channel) if oldest < float(post["ts"]) < latest]
        limit = min(int(given.get("limit") or 100), PAGE)
        whole = str(given.get("include_all_metadata")).lower() in ("1", "true")
        shown = [post if whole else {name: value for name, value in post.items() if name != "metadata"} for post in found[:limit]]
        more = len(found) > limit
        return ok(messages=shown, has_more=more, response_metadata={"next_cursor": shown[-1]["ts"] if more else ""})

    def conversations_replies(self, given: Json) -> Json:
        """Return a thread with its first message, oldest first."""
        wrong = self.unreachable(given)
        of_channel = [post for post in self.posts if post["channel"] == given["channel"]]
        thread = [post for post in of_channel if given.get("ts") == (post.get("thread_ts") or post["ts"])]
        thread += [post for post in of_channel if post["ts"] == given.get("ts") and post.get("thread_ts")]  # of a reply: itself alone
        if wrong is not None or not thread:
            return error(wrong or "thread_not_found")
        after = float(given.get("cursor") or 0)
        found = [post for post in thread if float(post["ts"]) > after]
        limit = min(int(given.get("limit") or 100), PAGE)
        more = len(found) > limit
        return ok(messages=found[:limit], has_more=more, response_metadata={"next_cursor": found[limit - 1]["ts"] if more else ""})

    def conversations_open(self, given: Json) -> Json:
        """https://docs.slack.dev/reference/methods/conversations.open"""
        if "im:write" not in self.scopes.split(","):
            return error("missing_scope")
        users = str(given.get("users") or "").split(",")
        if len(users) != 1 or users == [BOT_USER]:
            return error("cannot_dm_bot" if users == [BOT_USER] else "invalid_users_combination")
        if users[0] not in self.people:
            return error("user_not_found")
        conversation = self.people[users[0]]
        if not conversation:
            return error("user_disabled")
        self.channels.setdefault(conversation, Channel(conversation, "direct"))
        return ok(channel={"id": conversation}, already_open=True, no_op=True)

    def conversations_info(self, given: Json) -> Json:
        channel = self.channels.get(str(given.get("channel")))
        if channel is None or (channel.private and not channel.member):
            return error("channel_not_found")
        return ok(channel={"id": channel.id, "name": channel.name, "is_private": channel.private, "is_member": channel.member})

    def views_open(self, given: Json) -> Json:
        if given.get("trigger_id") in self._triggers or not given.get("trigger_id"):
            return error("exchanged_trigger_id" if given.get("trigger_id") else "invalid_trigger_id")
        self._triggers.add(given["trigger_id"])
        return self.kept_view(given, f"V{len(self._triggers)}")

    def views_push(self, given: Json) -> Json:
        return self.views_open(given)

    def views_publish(self, given: Json) -> Json:
        return self.kept_view(given, str(given["user_id"])) if given.get("user_id") else error("invalid_arguments")

    def views_update(self, given: Json) -> Json:
        before = self.views.get(str(given.get("view_id")))
        if before is None:
            return error("not_found")
        if given.get("hash") not in (None, before["hash"]):
            return error("hash_conflict")
        return self.kept_view(given, before["id"])

    def kept_view(self, given: Json, name: str) -> Json:
        view = given.get("view")
        if wrong := problem_of_view(view):
            self.refused.append((wrong, json.dumps(view)[:3000]))
            return error(wrong)
        assert isinstance(view, dict)
        self.views[name] = view | {"id": name, "hash": f"hash.{self.ts()}", "team_id": TEAM}
        return ok(view=self.views[name])

    def blocks_validate(self, given: Json) -> Json:
        """https://docs.slack.dev/reference/methods/blocks.validate: one of three arguments, which holds JSON."""
        named = [name for name in ("blocks", "message", "view") if name in given]
        if len(named) != 1:
            return error("invalid_arguments")
        try:
            content = json.loads(given[named[0]])
        except (TypeError, ValueError):
            return error("invalid_arguments")
        blocks = content if named == ["blocks"] else content.get("blocks")
        wrong = problem_of_view(content) if named == ["view"] else problem_of({"blocks": blocks})
        if not wrong:
            return ok()
        places = [place for place, block in enumerate(blocks or ()) if bad_block(block)]
        base = "" if named == ["blocks"] else "/blocks"
        errors = [{"pointer": f"{base}/{place}", "code": "failed_constraint", "message": "must be a valid block"} for place in places]
        whole = {"pointer": base or "/", "code": "failed_constraint", "message": f"{wrong}: the limits of a message or view"}
        return error(f"invalid_{named[0]}") | {"errors": errors or [whole]}

    def chat_postephemeral(self, given: Json) -> Json:
        if wrong := self.unreachable(given) or problem_of(given):
            return error(wrong)
        self.whispers.append(given)
        return ok(message_ts=self.ts())

    # response_urls and Socket Mode

    async def hooks(self, request: web.Request) -> web.Response:
        message = await request.json()
        used = sum(each["url"] == request.match_info["name"] for each in self.responses)
        wrong = "used_url" if used >= 5 else problem_of(message)
        if wrong:
            self.refused.append((wrong, json.dumps(message)[:500]))
            return web.Response(status=404, text=wrong)
        self.responses.append(message | {"url": request.match_info["name"]})
        return web.Response(text="ok")

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        self.opened += 1
        await socket.send_json({"type": "hello", "num_connections": 1})
        async for frame in socket:
            if frame.type == WSMsgType.TEXT:
                given = frame.json()
                self.acks[given["envelope_id"]] = given.get("payload")
        self._sockets.discard(socket)
        return socket


def on_domain(link: str) -> bool:
    host = urlsplit(link).hostname or ""
    return any(host == domain or host.endswith(f".{domain}") for domain in UNFURL_DOMAINS)


def ok(**more: Any) -> Json:
    return {"ok": True, **more}


def error(name: str) -> Json:
    return {"ok": False, "error": name}


async def arguments(request: web.Request) -> Json:
    """Return the arguments of a call: JSON, a form (with JSON in its fields parsed) or the query."""
    body = (await request.read()).decode()
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        given |= json.loads(body)
    else:
        given |= dict(parse_qsl(body))
        given |= {name: json.loads(given[name]) for name in ("blocks", "metadata", "view") if isinstance(given.get(name), str)}
    return given


@contextmanager
def serving() -> Iterator[SlackServer]:
    slack = SlackServer()
    app = web.Application(client_max_size=2**22)
    app.router.add_route("*", "/api/{method}", slack.api)
    app.router.add_post("/hooks/{name}", slack.hooks)
    app.router.add_get("/link", slack.link)

    async def close_sockets() -> None:
        for socket in tuple(slack._sockets):
            await socket.close()

    with serving_app(app, close_sockets) as (slack.port, slack._loop):
        yield slack
