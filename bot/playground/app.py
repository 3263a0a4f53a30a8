"""The page's own API: what was said goes to the router, what was posted comes back from the store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.playground import channels as rooms
from bot.playground import files, panel, samples, teams_preview
from bot.playground import publish as fate
from bot.playground.channels import ROOMS, Room
from bot.playground.requests import BODY_BYTES, MESSAGES_BYTES, Given, Refused, body, once_of, room_of, text_of
from bot.playground.sender import PLATFORM, PlaygroundSender
from bot.responder import NOT_SHAREABLE, SHARED, Responder
from bot.runtime import Runtime, Wake
from bot.settings import Settings
from handlers.actions import make_public
from handlers.replies import serialize
from handlers.replies.cards import channel_noun
from handlers.replies.reply import Reply
from jobs.cadence import zone_label
from jobs.classify import classify
from jobs.publish import publish_sample
from jobs.store import channels, deliveries, entries, reports, subscriptions
from jobs.store import posts as outbox
from jobs.store.database import Database, DatabaseError, first_line

logger = logging.getLogger(__name__)

SAMPLES = 10_000
"""Samples that are looked at for which comes next: a thousand rounds."""
SHOWN = 100
"""Posts of a channel that the page shows."""


@dataclass(frozen=True, slots=True)
class Playground:
    """What the API works on."""

    runtime: Runtime
    responder: Responder
    ids: dict[str, int]
    """Room -> channel id."""
    jobs: Callable[[], None] | None
    """Tells the jobs that something may be due; None when they run in another process."""

    def wake(self) -> None:
        if self.jobs is not None:
            self.jobs()


class PlaygroundPlatform:
    """The playground: its sender is always there, and its page where no other platform is configured."""

    name = PLATFORM

    def __init__(self) -> None:
        self.sender = PlaygroundSender()

    def connected(self, db: Database) -> AbstractAsyncContextManager[None]:  # noqa: ARG002 - the Protocol's
        return nullcontext()

    def endpoint(self, runtime: Runtime, wake: Wake | None) -> Endpoint:
        return Endpoint(runtime, wake)


def platform(settings: Settings) -> PlaygroundPlatform:  # noqa: ARG001 - as the other platforms
    """Return the playground."""
    return PlaygroundPlatform()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The page and its API, where the settings allow them."""

    runtime: Runtime
    wake: Wake | None

    def routes(self) -> list[Route]:
        return routes(self.runtime, self.wake) if self.runtime.settings.playground else []

    def serving(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()


def routes(runtime: Runtime, wake: Wake | None) -> list[Route]:
    """The page and its API."""
    with runtime.db.begin() as conn:
        now = runtime.db.now(conn)
        ids = {room.id: channels.ensure(conn, room.ref, now) for room in ROOMS}
    playground = Playground(runtime, Responder(runtime, wake), ids, wake)
    api: dict[str, tuple[Act, str]] = {"start": (start, "GET"), "posts": (posts, "GET"), "behind": (behind, "GET")}
    api |= {"say": (say, "POST"), "share": (share, "POST"), "publish": (publish, "POST"), "due": (due, "POST"), "cards": (cards, "POST")}
    doors = (Route(f"/playground/api/{name}", endpoint(act, playground), methods=[method]) for name, (act, method) in api.items())
    return [*files.routes(), *doors]


Act = Callable[[Playground, Given], Given]


def endpoint(act: Act, playground: Playground) -> Callable[[Request], Awaitable[Response]]:
    """Runs `act` off the event loop, on what the request carries."""

    async def answer(request: Request) -> Response:
        try:
            given: Given = dict(request.query_params)
            if request.method == "POST":
                given = {**await body(request, MESSAGES_BYTES if act is cards else BODY_BYTES), "as": given.get("as")}
            return JSONResponse(await asyncio.to_thread(act, playground, given))
        except Refused as refused:
            return JSONResponse({"error": str(refused)}, refused.status)
        except DatabaseError as problem:  # in a line: an open page asks every second
            logger.warning("the playground could not answer %s: %s", request.url.path, first_line(problem))
            return JSONResponse({"error": "The database can’t be reached at this moment."}, 503)
        except Exception:
            logger.exception("the playground could not answer %s", request.url.path)
            return JSONResponse({"error": "Something went wrong. The bot's log has the details."}, 500)

    return answer


def in_look(given: Given, message: Given, room: Room) -> Given:
    """The message, with its cards when the page shows it as Teams would."""
    return message | teams_preview.dressed(message, room) if given.get("as") == teams_preview.LOOK else message


def start(playground: Playground, given: Given) -> Given:
    """Everything that the page is built from."""
    runtime = playground.runtime
    runtime.library.refresh(runtime.db)
    catalog, zone = runtime.library.catalog, runtime.settings.zone
    shown = [
        {
            "id": room.id,
            "name": room.name,
            "title": room.title,
            "kind": room.kind,
            "about": room.about,
            "opening": [in_look(given, message, room) for message in rooms.opening(room, catalog, zone)],
        }
        for room in ROOMS
    ]
    return {"channels": shown, "zone": zone, "zoneName": zone_label(zone), "completions": rooms.completions(catalog)}


def posts(playground: Playground, given: Given) -> Given:
    """What stands in each channel since the post that the page names for it, everything when it names none that is there; and what
    was marked since it was posted, which the page may show as it was."""
    found = {}
    with playground.runtime.db.read() as conn:
        for room in ROOMS:
            sent = outbox.sent_posts(conn, playground.ids[room.id], SHOWN)
            known = [post.id for post in sent]
            new = known.index(given[room.id]) if given.get(room.id) in known else len(sent)
            found[room.id] = [
                in_look(given, {"id": post.id, "content": post.content, "at": post.settled_at.isoformat(), "marks": post.marks}, room)
                for place, post in reversed(list(enumerate(sent)))
                if place < new or post.marks
            ]
    return {"posts": found}


def say(playground: Playground, given: Given) -> Given:
    """Answers a command: for the asker alone in this answer, for everybody by way of the channel."""
    room, text = room_of(given), text_of(given)
    now = refresh(playground)
    reply = playground.responder.reply(rooms.request(text, room, admin=given.get("admin") is True, event_id=once_of(given)))
    playground.wake()
    if reply.public:
        stand(playground, room, reply)
        return {"message": None}
    return {"message": answer_to(given, room, reply, text, now)}


def answer_to(given: Given, room: Room, reply: Reply, asked: str, now: datetime) -> Given:
    """A reply for the asker alone. `pressed`, of what is given: the button that asked for it, and `covers`: whether it takes the place
    of that button's card."""
    how = {name: given[name] for name in ("pressed", "covers") if given.get(name)}
    return in_look(given, {"content": serialize.dump(reply), "asked": asked, "at": now.isoformat(), **how}, room)


def share(playground: Playground, given: Given) -> Given:
    """Answers a look-up again, for everybody in the channel."""
    room, text = room_of(given), text_of(given)
    if room.kind == "direct":
        raise Refused(409, "There is nobody to share it with here.")
    request = rooms.request(text, room)
    if not request.is_lookup:  # refused before it is carried out: the answer of a change cannot be shared
        raise Refused(409, NOT_SHAREABLE.text)
    now = refresh(playground)
    reply = playground.responder.reply(request)
    if not reply.shareable:
        raise Refused(409, NOT_SHAREABLE.text)
    # who is in these channels is known, unlike in Slack: everybody sees what the person who shares it sees
    stand(playground, room, make_public(reply, request.command.person))
    return {"message": answer_to(given, room, SHARED, text, now) if given.get("covers") else None}


def refresh(playground: Playground) -> datetime:
    """Take over content that another process published, and return the database's time."""
    runtime = playground.runtime
    runtime.library.refresh(runtime.db)
    with runtime.db.read() as conn:
        return runtime.db.now(conn)


def stand(playground: Playground, room: Room, reply: Reply) -> None:
    """Puts a reply into the channel."""
    with playground.runtime.db.begin() as conn:
        outbox.record(conn, playground.ids[room.id], str(uuid4()), serialize.dump(reply), playground.runtime.db.now(conn))


def publish(playground: Playground, given: Given) -> Given:
    """Publishes the next sample, as a feed's poll would, and says what becomes of it in this channel."""
    room = room_of(given)
    choose = {"new": samples.next_new, "correction": samples.next_correction}.get(str(given.get("what")))
    if choose is None:
        raise Refused(400, "`what` is new or correction.")
    runtime = playground.runtime
    topics = runtime.library.catalog.topics
    with runtime.db.read() as conn:
        out = {entry.key for entry in entries.latest(conn, [samples.FEED], limit=SAMPLES)}
    new = [
        publish_sample(runtime.db, samples.parsed(key, sample), lambda title, text: classify(title, text, topics))
        for key, sample in choose(out)
    ]
    playground.wake()
    with runtime.db.read() as conn:
        now = runtime.db.now(conn)
        wanting = subscriptions.of_channel(conn, playground.ids[room.id])
    reply, waits = fate.told([entry for entry in new if entry], wanting, room, now, jobs=playground.jobs is not None)
    if reply is None:
        return {"message": None}
    return {"message": in_look(given, {"content": serialize.dump(reply), "at": now.isoformat(), "sample": True, "waits": waits}, room)}


def cards(_: Playground, given: Given) -> Given:
    """Messages that the page holds, as Teams would show them: somebody looks at them otherwise than when they came."""
    room, messages = room_of(given), given.get("messages")
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise Refused(400, "`messages` is a list of objects.")
    try:
        return {"messages": [teams_preview.dressed(message, room) for message in messages]}
    except ValueError as problem:
        raise Refused(400, f"{problem}.") from None


def behind(playground: Playground, given: Given) -> Given:
    """The drawer: the feeds' state, the clock, and what waits for this channel."""
    return panel.facts(playground.runtime, playground.ids[room_of(given).id])


def due(playground: Playground, given: Given) -> Given:
    """Makes what waits for this channel due now."""
    room = room_of(given)
    with playground.runtime.db.begin() as conn:
        count = reports.waiting_in(conn, playground.ids[room.id]).count
        deliveries.make_due(conn, playground.ids[room.id], playground.runtime.db.now(conn))
    playground.wake()
    what = "1 message is" if count == 1 else f"{count} messages are"
    nothing = f"Nothing waits for this {channel_noun(room.ref)}: subscribe it, then publish something."
    return {"said": f"{what} due now." if count else nothing}
