"""Answer requests, whatever the platform they come from.

`ask` uses a Responder too, so asyncio, logging and the database are imported only where used: each slows its start.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from handlers.command import NoStore, StoreNeeded
from handlers.replies.reply import Button, Buttons, notice, refusal
from handlers.router import dispatch, read_command, resolve
from handlers.table import Access, Source

TYPE_CHECKING = False  # importing typing costs half as much as starting Python
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Protocol

    from bot.incoming import Audience
    from bot.runtime import Wake
    from bot.tasks import Tasks
    from handlers.command import Command, Context, Person
    from handlers.questions.follow_up import FollowUps
    from handlers.replies.reply import Reply
    from handlers.router import Request
    from jobs.store.database import Database

    class Host(Protocol):
        """The services that a Responder needs: the bot's Runtime, or only the content."""

        @property
        def db(self) -> Database | None: ...

        def context(self, *, store: bool) -> Context:
            """Raises DatabaseError when `store` is set and the database cannot be reached."""
            ...


_MAX_ASKED_AGAIN = 200
"""Characters of a question that a button asks again."""
FAILED = refusal("Something went wrong. The bot's log has the details.", "Try again in a moment.")
AWAY = refusal(
    "The bot cannot reach its database right now, so it cannot look up messages or subscriptions.",
    "It still answers from its content: PTIs, terms, contacts and links. Try the rest again in a few minutes.",
)
SHARED = notice("Shared in this channel.")
SHARED_ALREADY = notice("This answer was already shared here a moment ago.")
MISSED = notice("Thank you. Once a second person asks it, the people who edit the bot's answers see the question, but not who asked.")
NOT_KEPT = notice(
    "Thank you. The bot did not keep this question, because it may contain a name, an address or a long number. "
    "Ask it without them, or tell an admin what was wrong."
)
NOTHING_KEPT = notice("Thank you. This bot does not keep questions, so tell an admin what was wrong.")
UNCOUNTED = notice("The bot could not keep this question. Try again in a moment.")
NOT_SHAREABLE = refusal("That answer is only for you and cannot be shared.")


class Responder:
    def __init__(self, host: Host, wake: Wake | None = None) -> None:
        self.host = host
        self.wake: Wake = wake or (lambda: None)

    @cached_property
    def tasks(self) -> Tasks:
        """The answers that are under way."""
        from bot.tasks import Tasks

        return Tasks()

    @cached_property
    def follow_ups(self) -> FollowUps:
        """How the last answers go on."""
        from handlers.questions.follow_up import FollowUps

        return FollowUps()

    @property
    def db(self) -> Database:
        assert self.host.db is not None, "the command line answers from the content alone"  # noqa: S101
        return self.host.db

    # call these in a thread, since they may use the database

    def reply(self, request: Request) -> Reply:
        """Raises what a handler raises. An answer from the content alone works while the database is away."""
        if not request.may_need_store or self.host.db is None:
            return dispatch(request, self.host.context(store=request.needs_store))
        try:
            return self.reply_from_content(request)
        except StoreNeeded:
            return self._reply_from_store(request)

    def reply_from_content(self, request: Request) -> Reply:
        """Answer without the database. Raises StoreNeeded if only the database can answer."""
        return dispatch(request, replace(self.host.context(store=False), no_store=NoStore.DEFERRED))

    def _reply_from_store(self, request: Request) -> Reply:
        """Answer with the stored messages, or say that they cannot be read right now."""
        from jobs.store.database import DatabaseError

        try:
            return dispatch(request, self.host.context(store=True))
        except DatabaseError:
            import logging

            logging.getLogger(__name__).exception("could not read the stored messages for an answer")
            return dispatch(request, replace(self.host.context(store=False), no_store=NoStore.AWAY))

    def ask(self, request: Request) -> Reply:
        """Answer a person, and count a question that has no answer. "Tell me more" continues the person's last answer."""
        reply = self.reply(self._continued(request))
        self._remember(request, reply)
        if not reply.answered:
            self._count(request, marked=False)
        return reply

    def _continued(self, request: Request) -> Request:
        """Return the command that continues the last answer if the words ask for more, else the request."""
        from handlers.questions.small_talk import MORE, talk_of

        if self.host.db is None or request.route is None or request.command.verb != "trade":
            return request
        talk = talk_of(self.host.context(store=False).catalog, request.words)
        if talk is None or talk.slug != MORE:
            return request
        command = request.command
        line = self.follow_ups.recall(command)
        if not line:
            return request
        return resolve(replace(read_command(line, command.person, command.channel), for_everybody=command.for_everybody))

    def _remember(self, request: Request, reply: Reply) -> None:
        if self.host.db is not None and request.is_lookup and (reply.subjects or reply.shareable):
            self.follow_ups.remember(request.command, reply)

    def mark_missed(self, line: str, person: Person) -> Reply:
        """Count a question whose answer was not what the person asked, say whether it was kept, and where else the answer may be."""
        request = resolve(read_command(line, person))
        reply, words = self._count(request, marked=True), request.command.words[:_MAX_ASKED_AGAIN]
        other = Button("Other answers", f"/trade answers {words}"), Button("Search CBP's messages", f"/csms {words}")
        return replace(reply, blocks=(*reply.blocks, Buttons((*other, Button("Help", "/trade help")))))

    def _count(self, request: Request, *, marked: bool) -> Reply:
        """Count a question, once a day for each person, and say whether it was kept.

        Never raises: a question is answered whether or not it can be counted.
        """
        import logging
        from datetime import timedelta

        from handlers.idempotency import EVENT_SECONDS, hash_key
        from jobs import unanswered
        from jobs.store import idempotency

        context, command = self.host.context(store=False), request.command
        if request.route is None or not context.records_unanswered:
            return NOTHING_KEPT
        key = f"missed:{hash_key(command.person.key, unanswered.normalize(command.words))}"
        try:
            with self.db.begin() as conn:
                now = self.db.now(conn)
                if not unanswered.may_keep(conn, command.words, context.catalog):
                    return NOT_KEPT
                if idempotency.is_first_time(conn, key, now, timedelta(seconds=EVENT_SECONDS)):
                    unanswered.record(conn, command.words, now, marked=marked)
        except Exception:
            logging.getLogger(__name__).exception("could not count a question without an answer")
            return UNCOUNTED
        return MISSED

    def look_up(self, lines: Iterable[str], person: Person) -> list[Reply]:
        """Answer those of the typed lines that are look-ups."""
        requests = [resolve(read_command(each, person)) for each in lines]
        return [self.reply(request) for request in requests if request.is_lookup]

    def share(self, request: Request, place: Callable[[Reply], Reply]) -> Reply:
        """Answer a look-up again for everybody in the channel, and return what `place` answers, which puts it there.

        Nobody knows who is in a channel, so the answer holds what everybody may see. Pressing twice shares once.
        """
        from handlers.actions import make_public
        from handlers.idempotency import run_once

        if request.command.person.external or not request.is_lookup:
            return NOT_SHAREABLE

        def act() -> Reply:
            reply = self.reply(as_guest(request))
            return place(make_public(reply, request.command.person)) if reply.shareable else NOT_SHAREABLE

        return run_once(_share_command(request.command), self.db, act, SHARED_ALREADY)

    def forget_share(self, request: Request) -> None:
        from handlers.idempotency import forget_command

        forget_command(_share_command(request.command), self.db)

    def is_first_time(self, key: str) -> bool:
        """Record the key and return whether it is new: platforms repeat events when unsure, and people press twice."""
        from datetime import timedelta

        from handlers.idempotency import EVENT_SECONDS
        from jobs.store import idempotency

        with self.db.begin() as conn:
            return idempotency.is_first_time(conn, key, self.db.now(conn), timedelta(seconds=EVENT_SECONDS))

    def forget(self, key: str) -> None:
        from jobs.store import idempotency

        with self.db.begin() as conn:
            idempotency.forget(conn, [key])

    # call these in the event loop

    async def answer(self, request: Request, audience: Audience | None = None) -> Reply:
        """Never raises."""
        import asyncio
        import logging

        try:
            reply = await asyncio.to_thread(self.ask, for_audience(request, audience) if audience else request)
        except Exception as error:
            from jobs.store.outage import is_away

            logging.getLogger(__name__).exception("could not answer /%s", request.command.verb[:40])
            return AWAY if is_away(error) else FAILED
        if request.route is not None and (request.route.changes_state or request.route.audience is Access.ADMIN):
            self.wake()
        return reply


def for_audience(request: Request, audience: Audience) -> Request:
    """Return the request as everybody who reads the answer may see it."""
    from bot.incoming import Audience

    if audience not in (Audience.GUESTS, Audience.UNKNOWN):
        return request
    from_content = request.route is not None and request.route.source in (Source.CONTENT, Source.EITHER)
    request = replace(request, command=replace(request.command, for_everybody=True))
    return as_guest(request) if audience is Audience.GUESTS or from_content else request


def as_guest(request: Request) -> Request:
    """Return a look-up as an outsider would see it; a change stays attributed to whoever makes it."""
    if request.route is not None and request.route.changes_state:
        return request
    person = replace(request.command.person, external=True, admin=False)
    return replace(request, command=replace(request.command, person=person))


def _share_command(command: Command) -> Command:
    return replace(command, verb="share", words=f"/{command.verb} {command.words}")
