"""Bolt's app and its listeners, which only hand requests on."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.incoming import Payload, part
from bot.settings import hide_variables
from bot.slack.client import SDK_LOGGER, Slack
from bot.slack.incoming import REQUEST_KEY, read_event
from bot.slack.links import LinkPreviews
from bot.slack.manifest import LOOK_UP
from bot.slack.responder import SlackResponder
from bot.slack.views.fields import FIELD
from bot.slack.views.open import Views
from bot.slack.views.submit import Submissions

Next = Callable[[], Awaitable[BoltResponse]]

PERSON_SUBTYPES = (None, "", "file_share", "me_message", "thread_broadcast")
"""The subtypes of what people write: a message, one with a file, a /me, a reply "also sent to the channel". Slack writes the others.

https://docs.slack.dev/reference/events/message
"""


class InlineAnswers(AsyncMiddleware):
    """Answers lookups of the content before Bolt does anything for them. Over HTTP the endpoint has done that already."""

    def __init__(self, responder: SlackResponder) -> None:
        self.responder = responder

    async def async_process(self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Next) -> BoltResponse | None:  # noqa: A002, ARG002
        if "command" in req.body and REQUEST_KEY not in req.context:
            answer = self.responder.prepare(req.body)
            if isinstance(answer, str):
                return BoltResponse(status=200, body=answer)
            req.context[REQUEST_KEY] = answer
        return await next()


class SingleToken(AsyncAuthorize):
    """Authorizes every request by the one token, without asking Slack."""

    def __init__(self, slack: Slack) -> None:
        self.slack = slack

    async def __call__(self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None, **_: Any) -> AuthorizeResult:
        me = self.slack.me
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            bot_user_id=me.user_id if me else None,
            bot_id=me.bot_id if me else None,
            bot_token=self.slack.settings.bot_token,
        )


def bolt_app(responder: SlackResponder) -> AsyncApp:
    """Requests were verified by the endpoint or the socket that they came through."""
    with hide_variables():
        app = AsyncApp(
            name="tradebot",
            logger=SDK_LOGGER,
            client=responder.slack.client_with(None),
            authorize=SingleToken(responder.slack),
            signing_secret="",  # the endpoint verifies signatures
            before_authorize=InlineAnswers(responder),
            process_before_response=True,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
    views, submissions, previews = Views(responder), Submissions(responder), LinkPreviews(responder)
    start = responder.tasks.start

    async def command(context: AsyncBoltContext) -> BoltResponse:
        incoming, request = context[REQUEST_KEY]
        if views.opens_form(incoming, request):
            start(views.open_form(incoming, request))
            return BoltResponse(status=200, body="")
        return BoltResponse(status=200, body=await responder.acknowledge(incoming, request) or "")

    def acknowledged(work: Callable[[Payload], Coroutine[Any, Any, None]]) -> Callable[..., Awaitable[None]]:
        async def listener(ack: Callable[[], Awaitable[Any]], body: dict[str, Any]) -> None:
            start(work(body))
            await ack()

        return listener

    async def submit(body: dict[str, Any]) -> BoltResponse:
        return BoltResponse(status=200, body=await submissions.submit(body))

    async def mention(body: dict[str, Any], event: dict[str, Any]) -> None:
        if is_from_person(event):
            start(responder.reply_to_message(responder.read(read_event, body)))

    async def message(body: dict[str, Any], event: dict[str, Any]) -> None:
        if event.get("channel_type") == "im":
            await mention(body, event)

    async def links(body: dict[str, Any]) -> None:
        start(previews.show(body))

    async def uninstalled(body: dict[str, Any]) -> None:
        await asyncio.to_thread(responder.pause_workspace, body, "account_inactive")

    async def revoked(body: dict[str, Any]) -> None:
        if is_own_token(body):
            await asyncio.to_thread(responder.pause_workspace, body, "token_revoked")

    app.command(re.compile(""))(command)
    app.action(re.compile("^command_"))(acknowledged(views.press))
    app.action(re.compile(f"^{FIELD}"))(acknowledged(views.refresh))
    app.view(re.compile(""))(submit)
    app.shortcut(LOOK_UP)(acknowledged(views.look_up))
    app.event("app_home_opened")(acknowledged(views.publish_home))
    app.event("app_mention")(mention)
    app.event("message")(message)
    app.event("link_shared")(links)
    app.event("app_uninstalled")(uninstalled)
    app.event("tokens_revoked")(revoked)
    return app


def is_own_token(body: Mapping[str, Any]) -> bool:
    return bool(part(part(body, "event"), "tokens").get("bot"))


def is_from_person(event: Mapping[str, Any]) -> bool:
    """Two bots that answer each other would never stop, and nobody waits for an answer to a new channel topic."""
    return event.get("subtype") in PERSON_SUBTYPES and not event.get("bot_id") and bool(event.get("user"))
