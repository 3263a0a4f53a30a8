"""The forms that buttons open in the page: a subscription, and a report of a problem."""

from dataclasses import asdict

from bot.playground.channels import PlaygroundChannel, command_request
from bot.playground.requests import Json, RequestError, is_admin
from bot.problems import NOT_STAFF, Report, report_problem
from bot.responder import Responder
from bot.runtime import Runtime
from handlers.actions import Action, decode
from handlers.forms import problem, subscription
from handlers.forms.commands import opens_form
from handlers.forms.fields import FormView, Values
from handlers.replies.reply import Reply
from handlers.router import Request
from jobs.models.subscriptions import SubscriptionSpec

MAX_VALUES = 100
"""Maximum values of one field."""


def is_form(command: str) -> bool:
    return opens_form(command) or decode(command)[0] is Action.REPORT


def open_form(command: str, channel: PlaygroundChannel, runtime: Runtime, responder: Responder, *, admin: bool) -> Json | Reply:
    """Return a form as JSON, or why there is none."""
    action, subject = decode(command)
    if action is Action.REPORT:
        return NOT_STAFF if channel.guest else _json(problem.view(subject, runtime.library.catalog), command)
    form = _subscription(command_request(command, channel, admin=admin), runtime, responder)
    return form if isinstance(form, Reply) else _json(subscription.view(form, runtime.library.catalog), command)


def fill_form(params: Json, channel: PlaygroundChannel, runtime: Runtime, responder: Responder) -> dict[str, str] | Reply | Request:
    """Return the problems by field, an answer, or the request that carries out what was filled in."""
    command, values = _read(params)
    admin = is_admin(params)
    action, subject = decode(command)
    person = command_request("/trade", channel).command.person
    if action is Action.REPORT:
        event, words = str(params.get("once") or ""), "\n".join(values.get(problem.WORDS, ()))
        if not words.strip():
            return {problem.WORDS: "Describe what is wrong in a few words."}
        return report_problem(Report(subject, words, person, channel.title, event), runtime, responder)
    form = _subscription(command_request(command, channel, admin=admin), runtime, responder)
    if isinstance(form, Reply):
        return form
    form = subscription.fill(form, values)
    spec = subscription.parse_form(form, runtime.library.catalog)
    if not isinstance(spec, SubscriptionSpec):
        return spec
    return command_request(subscription.command_line(form), channel, admin=admin, event_id=str(params.get("once") or "")[:64])


def _subscription(request: Request, runtime: Runtime, responder: Responder) -> subscription.Form | Reply:
    if not runtime.may_subscribe(request.command.person):
        return responder.reply(request)  # the reason
    return subscription.open_form(request.command, runtime.context(), runtime.db)


def _read(params: Json) -> tuple[str, Values]:
    command, given = params.get("command"), params.get("values")
    if not isinstance(command, str) or not is_form(command) or not isinstance(given, dict):
        raise RequestError(400, "`command` must open a form, and `values` must be an object.")
    values: dict[str, tuple[str, ...]] = {}
    for name, each in given.items():
        if not isinstance(each, list) or len(each) > MAX_VALUES or not all(isinstance(value, str) for value in each):
            raise RequestError(400, "Each value must be a list of strings.")
        values[name] = tuple(each)
    return command, values


def _json(view: FormView, command: str) -> Json:
    return asdict(view) | {"command": command}
