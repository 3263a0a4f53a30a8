"""Dispatch a resolved command to its handler."""

from __future__ import annotations

import importlib
from dataclasses import replace

from handlers.replies import cards
from handlers.replies.reply import Reply, refusal
from handlers.table import TABLE, Access, Route, Source, is_question, suggest

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from handlers.command import Context
    from handlers.table import Request


def dispatch(request: Request, context: Context) -> Reply:
    """Answer a request. Nothing that a person can type raises; a handler's exception is passed on."""
    command, route = request.command, request.route
    if route is None:
        assert request.problem is not None  # noqa: S101 - a request has a route or a problem
        return request.problem
    if route.audience is Access.ADMIN and not command.person.admin:
        context.log(f"denied {route.usage} to {command.person.key}, who is not an admin")
        hint = f"Ask an admin to run it or to add your ID to TRADEBOT_ADMINS. Your ID is {command.person.key}."
        return refusal(f"Only this bot's admins can use {route.usage}.", hint)
    if route.changes_state and context.subscribe == "admins" and not command.person.admin:
        context.log(f"denied {route.usage} to {command.person.key}, who is not an admin")
        return refusal("Only this bot's admins can change subscriptions.", "Ask an admin. You can still look things up.")
    if route.source is Source.BOT and context.db is None:
        return cards.needs_bot(f"{route.usage} works")
    if (route.changes_state or route.acts) and context.db is not None:
        from handlers.idempotency import repetition_reply, run_once

        repeated = repetition_reply(command)
        reply = run_once(command, context.db, lambda: _call(route, request, context), repeated, by_words=route.changes_state)
        if route.needs_membership and reply.ok:
            from handlers.subscriptions.resume import resume_here

            return resume_here(reply, command, context, repeated=reply is repeated)
        return reply
    reply = _call(route, request, context)
    if is_question(request):
        reply = replace(reply, question=f"/{command.verb} {request.words}")
    if route.words or reply.subjects:
        return reply
    return suggest(command, [other for other in TABLE if other.verb == route.verb]) or reply


def _call(route: Route, request: Request, context: Context) -> Reply:
    module, _, name = route.function.rpartition(".")
    reply: Reply = getattr(importlib.import_module(module), name)(request.words, request.command, context)
    return reply
