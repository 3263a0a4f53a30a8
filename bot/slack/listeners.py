"""Bolt's app and its listeners. The command table decides what a command does; a listener only hands it on."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.incoming import part
from bot.settings import hidden
from bot.slack.client import SDK_LOGGER, Slack
from bot.slack.incoming import REQUEST_KEY, read_event
from bot.slack.manifest import LOOK_UP
from bot.slack.responder import SlackResponder
from bot.slack.views.fields import FIELD
from bot.slack.views.open import Views
from bot.slack.views.submit import Submissions

Next = Callable[[], Awaitable[BoltResponse]]


class InlineAnswers(AsyncMiddleware):
    """Answers look-ups of the content before Bolt does anything else for them. Over HTTP the endpoint has done that already."""

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
    """Authorizes every request by the one token there is, without asking Slack each time or failing when Slack cannot say."""

    def __init__(self, slack: Slack) -> None:
        self.slack = slack

    async def __call__(  # Bolt passes all of these
        self,
        *,
        context: AsyncBoltContext,  # noqa: ARG002
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,  # noqa: ARG002
        actor_team_id: str | None = None,  # noqa: ARG002
        actor_user_id: str | None = None,  # noqa: ARG002
    ) -> AuthorizeResult:
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
    """Return the app with its listeners. Requests were verified by the endpoint, or by the socket that they came through."""
    with hidden():
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
    views, submissions = Views(responder), Submissions(responder)
    start = responder.tasks.start

    async def command(context: AsyncBoltContext) -> BoltResponse:
        incoming, request = context[REQUEST_KEY]
        if views.opens_form(incoming, request):
            start(views.open_form(incoming, request))
            return BoltResponse(status=200, body="")
        return BoltResponse(status=200, body=await responder.acknowledge(incoming, request) or "")

    async def press(ack: Callable[[], Awaitable[Any]], body: dict[str, Any]) -> None:
        start(views.press(body))
        await ack()

    async def fill_in(ack: Callable[[], Awaitable[Any]], body: dict[str, Any]) -> None:
        start(views.refresh(body))
        await ack()

    async def submit(body: dict[str, Any]) -> BoltResponse:
        return BoltResponse(status=200, body=await submissions.submit(body))

    async def look_up(ack: Callable[[], Awaitable[Any]], body: dict[str, Any]) -> None:
        start(views.look_up(body))
        await ack()

    async def home(body: dict[str, Any]) -> None:
        start(views.publish_home(body))

    async def mention(body: dict[str, Any], event: dict[str, Any]) -> None:
        if is_from_person(event):
            start(responder.reply_to_message(responder.read(read_event, body)))

    async def message(body: dict[str, Any], event: dict[str, Any]) -> None:
        if event.get("channel_type") == "im":
            await mention(body, event)

    async def uninstalled(body: dict[str, Any]) -> None:
        await asyncio.to_thread(responder.pause_workspace, body, "account_inactive")

    async def revoked(body: dict[str, Any]) -> None:
        if is_own_token(body):
            await asyncio.to_thread(responder.pause_workspace, body, "token_revoked")

    app.command(re.compile(""))(command)
    app.action(re.compile("^command_"))(press)
    app.action(re.compile(f"^{FIELD}"))(fill_in)
    app.view(re.compile(""))(submit)
    app.shortcut(LOOK_UP)(look_up)
    app.event("app_home_opened")(home)
    app.event("app_mention")(mention)
    app.event("message")(message)
    app.event("app_uninstalled")(uninstalled)
    app.event("tokens_revoked")(revoked)
    return app


def is_own_token(body: Mapping[str, Any]) -> bool:
    """Whether a tokens_revoked event is about the bot's own token."""
    return bool(part(part(body, "event"), "tokens").get("bot"))


def is_from_person(event: Mapping[str, Any]) -> bool:
    """Whether a person wrote the message just now. Two bots that answer each other would never stop."""
    return event.get("subtype") in (None, "", "file_share") and not event.get("bot_id") and bool(event.get("user"))
