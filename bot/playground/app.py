"""Serve the playground's page and its API: commands go to the router, and posts come from the store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from bot.playground import forms, links, panel, samples, teams_preview
from bot.playground.channels import CHANNELS, PlaygroundChannel, command_request, completions, opening
from bot.playground.publish import outcome_reply, publish_next
from bot.playground.requests import (
    MAX_BODY_BYTES,
    MAX_CARDS_BYTES,
    Json,
    RequestError,
    is_admin,
    read_body,
    read_channel,
    read_event_id,
    read_text,
)
from bot.playground.sender import PLATFORM, PlaygroundSender
from bot.responder import NOT_SHAREABLE, SHARED, Responder
from bot.runtime import Runtime, Wake
from bot.settings import Settings
from handlers.actions import Action, add_missed_button, add_report_button, decode, make_public
from handlers.questions.examples import example_questions
from handlers.replies import serialize
from handlers.replies.cards import channel_noun
from handlers.replies.reply import Reply
from jobs.cadence import zone_label
from jobs.models.channels import ChannelRef
from jobs.models.posts import SentPost
from jobs.relations import changes
from jobs.store import channels, deliveries, posts, reports, subscriptions
from jobs.store.database import Connection, Database, DatabaseError, first_line

logger = logging.getLogger(__name__)

QUESTIONS = 5
"""Example questions on the page."""

MAX_POSTS = 100
"""Maximum posts of a channel that the page shows."""

STATIC = Path(__file__).parent / "static"
MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class PlaygroundPlatform:
    name = PLATFORM

    def __init__(self) -> None:
        self.sender = PlaygroundSender()

    def connected(self, db: Database) -> AbstractAsyncContextManager[None]:  # noqa: ARG002 - the Protocol's
        return nullcontext()

    def endpoint(self, runtime: Runtime, wake: Wake | None) -> Endpoint:
        return Endpoint(runtime, wake)

    @property
    def clock_ahead(self) -> None:
        """The playground has no clock of its own."""

    @property
    def admin_channel(self) -> None:
        return None

    def direct_channel(self, conn: Connection, created_by: str) -> None:  # noqa: ARG002 - the Protocol's
        return None

    def link_to_post(self, channel: ChannelRef, receipt: str) -> str:  # noqa: ARG002 - the Protocol's
        return ""  # its messages have no addresses


def platform(settings: Settings) -> PlaygroundPlatform:  # noqa: ARG001 - as the other platforms
    return PlaygroundPlatform()


@dataclass(frozen=True, slots=True)
class Endpoint:
    runtime: Runtime
    wake: Wake | None

    def routes(self) -> list[Route]:
        return [*page_routes(), *api_routes(self.runtime, self.wake)] if self.runtime.settings.playground else []

    def serving(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()


@dataclass(frozen=True, slots=True)
class Playground:
    """The arguments of the API's functions. `wake_jobs` is None when the jobs run in another process."""

    runtime: Runtime
    responder: Responder
    channel_ids: dict[str, int]
    wake_jobs: Wake | None

    def wake(self) -> None:
        if self.wake_jobs is not None:
            self.wake_jobs()

    def refresh(self) -> datetime:
        """Load content that another process published, and return the database's time."""
        runtime = self.runtime
        runtime.library.refresh(runtime.db)
        with runtime.db.read() as conn:
            return runtime.db.now(conn)

    def post(self, channel: PlaygroundChannel, reply: Reply) -> None:
        db = self.runtime.db
        with db.begin() as conn:
            posts.record(conn, self.channel_ids[channel.id], reply.post_id or str(uuid4()), serialize.dump(reply), db.now(conn))


Act = Callable[[Playground, Json], Json]
"""From the request's query or body to the response's body."""


def page_routes() -> list[Route]:
    files = [path for path in sorted(STATIC.iterdir()) if path.suffix in MEDIA_TYPES]
    return [Route("/" if path.name == "index.html" else f"/playground/{path.name}", _file(path)) for path in files]


def _file(path: Path) -> Callable[[Request], Awaitable[Response]]:
    async def serve(_: Request) -> Response:
        return FileResponse(path, media_type=MEDIA_TYPES[path.suffix])

    return serve


def api_routes(runtime: Runtime, wake: Wake | None) -> list[Route]:
    """Store the page's channels, and return the routes of its API."""
    with runtime.db.begin() as conn:
        now = runtime.db.now(conn)
        channel_ids = {channel.id: channels.ensure(conn, channel.ref, now) for channel in CHANNELS}
    playground = Playground(runtime, Responder(runtime, wake), channel_ids, wake)
    return [Route(f"/playground/api/{name}", api_endpoint(act, playground), methods=[method]) for method, name, act in API]


def api_endpoint(act: Act, playground: Playground) -> Callable[[Request], Awaitable[Response]]:

    async def respond(request: Request) -> Response:
        try:
            params: Json = dict(request.query_params)
            if request.method == "POST":
                body = await read_body(request, MAX_CARDS_BYTES if act is render_cards else MAX_BODY_BYTES)
                params = {**body, "as": params.get("as")}
            return JSONResponse(await asyncio.to_thread(act, playground, params))
        except RequestError as error:
            return JSONResponse({"error": str(error)}, error.status)
        except DatabaseError as error:  # one line: an open page asks every second
            logger.warning("the playground could not answer %s: %s", request.url.path, first_line(error))
            return JSONResponse({"error": "The database cannot be reached right now."}, 503)
        except Exception:
            logger.exception("the playground could not answer %s", request.url.path)
            return JSONResponse({"error": "Something went wrong. The bot's log has the details."}, 500)

    return respond


def _with_cards(params: Json, message: Json, channel: PlaygroundChannel) -> Json:
    """Add cards if the page shows Teams' look."""
    return message | teams_preview.preview(message, channel) if params.get("as") == teams_preview.LOOK else message


def get_start(playground: Playground, params: Json) -> Json:
    playground.refresh()
    catalog, zone = playground.runtime.library.catalog, playground.runtime.settings.zone
    shown = [
        {name: getattr(channel, name) for name in ("id", "name", "title", "kind", "about", "guest")}
        | {"opening": [_with_cards(params, message, channel) for message in opening(channel, catalog, zone)]}
        for channel in CHANNELS
    ]
    start = {"channels": shown, "zone": zone, "zoneName": zone_label(zone)}
    return {**start, "completions": completions(catalog), "questions": example_questions(catalog, QUESTIONS)}


def get_posts(playground: Playground, params: Json) -> Json:
    """Return each channel's posts after the one that the page names, or all, and those that a later message has marked."""
    found = {}
    with playground.runtime.db.read() as conn:
        for channel in CHANNELS:
            sent = posts.sent_posts(conn, playground.channel_ids[channel.id], MAX_POSTS)
            ids = [post.id for post in sent]
            new = ids.index(params[channel.id]) if params.get(channel.id) in ids else len(sent)
            shown = [post for place, post in enumerate(sent) if place < new or post.marks]
            found[channel.id] = [_with_cards(params, _post_message(params, post, channel), channel) for post in reversed(shown)]
    return {"posts": found}


def _post_message(params: Json, post: SentPost, channel: PlaygroundChannel) -> Json:
    if post.link:
        note = links.note(post.link, teams=params.get("as") == teams_preview.LOOK)
        return {"id": post.id, "content": post.content, "at": post.settled_at.isoformat(), "marks": post.marks, "note": note}
    content = post.content if channel.guest else serialize.dump(add_report_button(serialize.load(post.content)))
    return {"id": post.id, "content": content, "at": post.settled_at.isoformat(), "marks": post.marks}


def say(playground: Playground, params: Json) -> Json:
    """Answer a command: a private answer in the response, a public one in the channel. Links in talk get their previews there."""
    channel, text = read_channel(params), read_text(params)
    now = playground.refresh()
    action, argument = decode(text)
    if action is Action.MISSED and params.get("pressed"):
        person = command_request(argument, channel).command.person
        return {"message": _private_message(params, channel, playground.responder.mark_missed(argument, person), text, now)}
    if params.get("pressed") and forms.is_form(text):
        form = forms.open_form(text, channel, playground.runtime, playground.responder, admin=is_admin(params))
        return {"message": _private_message(params, channel, form, text, now)} if isinstance(form, Reply) else {"form": form}
    is_talk = not params.get("pressed") and links.is_talk(text, channel)
    if is_talk and links.post_previews(text, playground.channel_ids[channel.id], playground.runtime):
        return {"message": None}
    request = command_request(text, channel, admin=is_admin(params), event_id=read_event_id(params))
    reply = playground.responder.ask(request)
    if not channel.guest:
        reply = add_report_button(add_missed_button(reply))
    return _answer(playground, params, channel, reply, text, now)


def fill_form(playground: Playground, params: Json) -> Json:
    """Carry out what somebody filled in, or return the problems by field."""
    channel, now = read_channel(params), playground.refresh()
    found = forms.fill_form(params, channel, playground.runtime, playground.responder)
    if isinstance(found, dict):
        return {"problems": found}
    reply = found if isinstance(found, Reply) else playground.responder.ask(found)
    return _answer(playground, {}, channel, reply, str(params["command"]), now)


# six parameters: an answer, and what it answers
def _answer(playground: Playground, params: Json, channel: PlaygroundChannel, reply: Reply, asked: str, now: datetime) -> Json:
    """Post a public answer in the channel, and return any other."""
    playground.wake()
    if reply.public:
        playground.post(channel, reply)
        return {"message": None}
    return {"message": _private_message(params, channel, reply, asked, now)}


def share(playground: Playground, params: Json) -> Json:
    """Answer a lookup again, for everyone in the channel."""
    channel, text = read_channel(params), read_text(params)
    if channel.kind == "direct":
        raise RequestError(409, "There is no one to share it with here.")
    request = command_request(text, channel)
    if not request.is_lookup:  # refused before it runs: the answer of a change cannot be shared
        raise RequestError(409, NOT_SHAREABLE.text)
    now = playground.refresh()
    reply = playground.responder.reply(request)
    if not reply.shareable:
        raise RequestError(409, NOT_SHAREABLE.text)
    # unlike elsewhere, the channel's members are known: they may see what the person who shares may see
    playground.post(channel, make_public(reply, request.command.person))
    return {"message": _private_message(params, channel, SHARED, text, now) if params.get("covers") else None}


def _private_message(params: Json, channel: PlaygroundChannel, reply: Reply, asked: str, now: datetime) -> Json:
    """Return an answer for the asker only. `pressed` is the label of the button that asked, `covers` whether to replace its card."""
    press = {name: params[name] for name in ("pressed", "covers") if params.get(name)}
    return _with_cards(params, {"content": serialize.dump(reply), "asked": asked, "at": now.isoformat(), **press}, channel)


def publish(playground: Playground, params: Json) -> Json:
    """Publish the next sample as a poll would, and return what becomes of it in this channel."""
    channel = read_channel(params)
    choose = {"new": samples.next_new, "correction": samples.next_correction}.get(str(params.get("what")))
    if choose is None:
        raise RequestError(400, "`what` must be new or correction.")
    runtime = playground.runtime
    published = publish_next(runtime.db, runtime.library.catalog.topics, choose)
    playground.wake()
    with runtime.db.read() as conn:
        now = runtime.db.now(conn)
        subscribed = subscriptions.list_for_channel(conn, playground.channel_ids[channel.id])
        changed = changes(conn, published)
    reply, waits = outcome_reply(published, changed, subscribed, channel, now, jobs=playground.wake_jobs is not None)
    if reply is None:
        return {"message": None}
    message = {"content": serialize.dump(reply), "at": now.isoformat(), "sample": True, "waits": waits}
    return {"message": _with_cards(params, message, channel)}


def render_cards(_: Playground, params: Json) -> Json:
    """Return the cards of messages that the page received in the other look."""
    channel, messages = read_channel(params), params.get("messages")
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise RequestError(400, "`messages` must be a list of objects.")
    try:
        return {"messages": [teams_preview.preview(message, channel) for message in messages]}
    except ValueError as problem:
        raise RequestError(400, f"{problem}.") from None


def get_panel(playground: Playground, params: Json) -> Json:
    return panel.facts(playground.runtime, playground.channel_ids[read_channel(params).id])


def make_due(playground: Playground, params: Json) -> Json:
    channel = read_channel(params)
    channel_id, db = playground.channel_ids[channel.id], playground.runtime.db
    with db.begin() as conn:
        count = reports.waiting_in(conn, channel_id).count
        subscribed = bool(subscriptions.list_for_channel(conn, channel_id))
        deliveries.make_due(conn, channel_id, db.now(conn))
    playground.wake()
    what = "1 message is" if count == 1 else f"{count} messages are"
    next_step = "Publish something first." if subscribed else "Subscribe it, then publish something."
    nothing = f"No messages are waiting for this {channel_noun(channel.ref)}. {next_step}"
    return {"said": f"{what} due now." if count else nothing}


API: tuple[tuple[str, str, Act], ...] = (
    ("GET", "start", get_start),
    ("GET", "posts", get_posts),
    ("GET", "behind", get_panel),
    ("POST", "say", say),
    ("POST", "share", share),
    ("POST", "form", fill_form),
    ("POST", "publish", publish),
    ("POST", "due", make_due),
    ("POST", "cards", render_cards),
)
