"""Check the settings and say what to write instead. Pure: a value in, the end of a sentence or None out."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.teams.clouds import CLOUDS
from bot.urls import GUID, host_of, is_guid, slack_domain
from content.loading.urls import is_loopback

if TYPE_CHECKING:
    from jobs.retention import Retention

LEVELS = ("debug", "info", "warning", "error", "critical")

ADMINS = {
    "slack": (r"[TE][A-Z0-9]+/[UW][A-Z0-9]+", "slack:T0123/U0456 (the workspace's ID and the person's ID)"),
    # those of Microsoft's local client are a digit longer
    "teams": (
        rf"{GUID}[0-9a-fA-F]?/{GUID}[0-9a-fA-F]?",
        "teams:99999999-8888-7777-6666-555555555555/11111111-2222-3333-4444-555555555555 "
        "(the Directory (tenant) ID and the person's Object ID in Entra)",
    ),
    "playground": (r"[^\s/,;]+/[^\s/,;]+", "playground:local/you"),
}
"""A person's id on each platform: pattern and example."""

SLACK_CHANNEL = r"[CG][A-Z0-9]+"

QUOTES = "\"'`“”‘’"

ANONYMOUS = "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS"
"""Microsoft's name for the mode of its local client, which signs nothing."""

TEAMS_LOGINS = ("TEAMS_CLIENT_SECRET", "TEAMS_CERTIFICATE", "TEAMS_MANAGED_IDENTITY")
"""The ways to sign in to Teams."""

FOREVER = "forever"

KEPT_DAYS = {"bodies": 90, "contents": 90, "outcomes": 90, "revisions": 90, "seen": 2}
"""The fewest days for which each may be kept: corrections, reminders and answers about posts need the last 90, repeated events two."""

SYSTEM = "system"
"""The managed identity that an Azure resource has by itself."""


def names(value: str) -> list[str]:
    return re.split(r"[\s,]+", value.strip(" \t\n,")) if value.strip(" \t\n,") else []


def quotes_problem(value: str) -> str | None:
    # A shell removes quotes; a hosting form or a container's env file does not.
    return "remove the quotation marks" if value and (value[0] in QUOTES or value[-1] in QUOTES) else None


def database_problem(value: str) -> str | None:
    from jobs.database_url import url_problem  # here, because `ask` needs no database and has to be fast

    return url_problem(value)


def content_problem(value: str) -> str | None:
    from content.loading.address import is_address, read_address  # here, because `ask` has to be fast

    if not is_address(value):
        return None if Path(value).is_dir() else "there is no such folder; use the folder that contains ptis.yaml"
    try:
        read_address(value)
    except ValueError as problem:
        return str(problem)
    return None


def content_token_problem(value: str) -> str | None:
    good = not value or re.fullmatch(r"[!-~]+", value)
    return None if good else "use a token that may read the repository, or USER:TOKEN, without spaces"


def admins_problem(value: str) -> str | None:
    if ";" in value:
        return "separate them with commas, not semicolons"
    wrong = [one for one in names(value) if not is_admin(one)]
    if not wrong:
        return None
    platforms = {one.partition(":")[0] for one in wrong}
    examples = [example for platform, (_, example) in ADMINS.items() if platform in platforms] or [ADMINS["slack"][1]]
    kind = "are not people's IDs" if len(wrong) > 1 else "is not a person's ID"
    advice = f"use {', or '.join(examples)}, with commas between several"
    return f"{', '.join(map(repr, wrong))} {kind}; {advice}; when the bot denies you an admin command, it shows your ID"


def is_admin(written: str) -> bool:
    """Return True if the text names a person as Person.key does."""
    platform, _, rest = written.partition(":")
    return platform in ADMINS and re.fullmatch(ADMINS[platform][0], rest) is not None


def zone_problem(value: str) -> str | None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(value)
    except Exception:  # the name of a folder, a path and a NUL each raise a different error
        return "there is no such time zone; use one such as America/New_York or UTC"
    return None


def subscribe_problem(value: str) -> str | None:
    return None if value in ("anyone", "admins") else "use anyone, or admins to allow only the people in TRADEBOT_ADMINS"


def admin_channel_problem(value: str) -> str | None:
    if not value or re.fullmatch(SLACK_CHANNEL, value) or is_teams_channel(value):
        return None
    teams = "in Teams such as 19:0123456789abcdef@thread.tacv2 (in the channel's link, %3A stands for : and %40 for @)"
    return f"use the ID of the admins' channel: in Slack such as C0123456789 (at the end of the channel's details); {teams}"


def is_teams_channel(value: str) -> bool:
    """Whether the ID is that of a channel or group chat in Teams."""
    return re.fullmatch(r"19:[\w.:-]+@thread\.(?:tacv2|skype|v2)", value, re.ASCII) is not None


def url_problem(value: str) -> str | None:
    scheme, host = host_of(value)
    if not value or (host and (scheme == "https" or (scheme == "http" and is_loopback(host))) and not re.search(r"[?#@]", value)):
        return None
    return "use the address at which browsers reach the bot, such as https://bot.example.gov"


def unsure_problem(value: str) -> str | None:
    """Return the choice in words: what a post that may have arrived, where the bot cannot look for it, is to cost."""
    if value in ("hold", "resend"):
        return None
    why = "Teams shows a bot no history, so the bot cannot look whether a post arrived after a lost response"
    hold = "hold: nothing is posted twice, but that post and all after it in its channel wait until an admin decides"
    return f"use hold or resend. {why}. {hold}. resend: nothing waits, but the post may appear twice"


def bot_token_problem(value: str) -> str | None:
    good = not value or re.fullmatch(r"xoxb-[!-~]+", value)
    return None if good else "use the Bot User OAuth Token from the app's Install App page; it begins with xoxb- (turn token rotation off)"


def signing_secret_problem(value: str) -> str | None:
    if re.match(r"xox|xapp-", value):
        return "this is a token; use the Signing Secret from the app's Basic Information page"
    good = not value or re.fullmatch(r"[!-~]+", value)
    return None if good else "use the Signing Secret from the app's Basic Information page, without spaces"


def app_token_problem(value: str) -> str | None:
    good = not value or re.fullmatch(r"xapp-[!-~]+", value)
    return None if good else "use an App-Level Token with the scope connections:write; it begins with xapp-"


def api_url_problem(value: str) -> str | None:
    scheme, host = host_of(value)
    good = (scheme == "https" and slack_domain(host) is not None) or (scheme in ("http", "https") and is_loopback(host))
    if good and re.fullmatch(r"[^?#]+/api/?", value):  # without /api every call would reach a page of the website
        return None
    return "use https://slack.com/api/, or https://slack-gov.com/api/ for GovSlack"


def client_id_problem(value: str) -> str | None:
    return None if not value or is_guid(value) else "use the bot's Application (client) ID, such as 11111111-2222-3333-4444-555555555555"


def client_secret_problem(value: str) -> str | None:
    good = not value or (re.fullmatch(r"[!-~]+", value) and not re.fullmatch(GUID, value))
    return None if good else "use the client secret's Value, not its Secret ID, without spaces"


def certificate_problem(value: str) -> str | None:
    if "-----BEGIN" in value:
        return "this is the certificate itself; save it as a file and set the file's path"
    try:
        if not value or Path(value).is_file():
            return None
        found = "this is a folder" if Path(value).is_dir() else "there is no such file"
    except (OSError, ValueError):
        found = "there is no such file"
    return f"{found}; use the path of a PEM file with the private key and the certificate"


def managed_identity_problem(value: str) -> str | None:
    good = not value or value.lower() == SYSTEM or is_guid(value)
    return None if good else f"use the managed identity's client ID, or {SYSTEM} for the identity of the Azure resource itself"


def tenant_problem(value: str) -> str | None:
    return None if not value or is_guid(value) else "use the Directory (tenant) ID, such as 99999999-8888-7777-6666-555555555555"


def cloud_problem(value: str) -> str | None:
    return None if value in CLOUDS else f"use one of {', '.join(CLOUDS)}"


def unanswered_problem(value: str) -> str | None:
    return None if value in ("on", "off") else "use on or off"


def days_problem(least: int) -> Callable[[str], str | None]:
    """Return the check of a number of days for which something is kept."""

    def problem(value: str) -> str | None:
        if value == FOREVER or (re.fullmatch(r"[0-9]{1,6}", value) and int(value) >= least):
            return None
        return f"use a whole number of days, at least {least}, or {FOREVER}"

    return problem


def short_retention(values: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence if posts would go before their contents."""
    longer, shorter = "TRADEBOT_KEEP_OUTCOMES", "TRADEBOT_KEEP_CONTENTS"
    if any(CHECKS[name](values[name]) for name in (longer, shorter)):
        return
    outcomes, contents = _days(values[longer]), _days(values[shorter])
    if outcomes is not None and (contents is None or contents > outcomes):
        yield f"{longer}={values[longer]} is less than {shorter}={values[shorter]}. Set it to {values[shorter]} or more."


def _days(value: str) -> int | None:
    return None if value == FOREVER else int(value)


def read_retention(values: Mapping[str, str]) -> "Retention":
    from jobs.retention import Retention  # here, because `ask` deletes nothing and has to be fast

    return Retention(**{name: _days(values[f"TRADEBOT_KEEP_{name.upper()}"]) for name in KEPT_DAYS})


def anonymous_problem(value: str) -> str | None:
    return None if value in ("true", "false") else "use true (only for Microsoft's local client) or false"


def host_problem(value: str) -> str | None:
    if re.fullmatch(r"[A-Za-z0-9.:_-]+", value):
        return None
    return "use only a host name or address, such as 127.0.0.1 (this computer only) or 0.0.0.0 (every network)"


def port_problem(value: str) -> str | None:
    return None if re.fullmatch(r"[0-9]{1,5}", value) and int(value) <= 65535 else "use a whole number from 0 (any free port) to 65535"


def level_problem(value: str) -> str | None:
    return None if value.lower() in LEVELS else f"use one of {', '.join(LEVELS)}"


MIN_METRICS_TOKEN = 16
"""Characters of a token that nobody can guess."""


def metrics_token_problem(value: str) -> str | None:
    good = not value or re.fullmatch(rf"[!-~]{{{MIN_METRICS_TOKEN},}}", value)
    return None if good else f"use at least {MIN_METRICS_TOKEN} letters, digits and signs, without spaces"


def format_problem(value: str) -> str | None:
    return None if value.lower() in ("text", "json") else "use text, or json for one object a line"


CHECKS = {
    "DATABASE_URL": database_problem,
    "CONTENT_DIR": content_problem,
    "CONTENT_TOKEN": content_token_problem,
    "TRADEBOT_ADMINS": admins_problem,
    "TRADEBOT_SUBSCRIBE": subscribe_problem,
    "TRADEBOT_ZONE": zone_problem,
    "TRADEBOT_ADMIN_CHANNEL": admin_channel_problem,
    "TRADEBOT_URL": url_problem,
    "TRADEBOT_UNSURE": unsure_problem,
    "TRADEBOT_UNANSWERED": unanswered_problem,
    "SLACK_BOT_TOKEN": bot_token_problem,
    "SLACK_SIGNING_SECRET": signing_secret_problem,
    "SLACK_APP_TOKEN": app_token_problem,
    "SLACK_API_URL": api_url_problem,
    "TEAMS_CLIENT_ID": client_id_problem,
    "TEAMS_CLIENT_SECRET": client_secret_problem,
    "TEAMS_CERTIFICATE": certificate_problem,
    "TEAMS_MANAGED_IDENTITY": managed_identity_problem,
    "TEAMS_TENANT_ID": tenant_problem,
    "TEAMS_CLOUD": cloud_problem,
    **{f"TRADEBOT_KEEP_{name.upper()}": days_problem(least) for name, least in KEPT_DAYS.items()},
    ANONYMOUS: anonymous_problem,
    "HOST": host_problem,
    "PORT": port_problem,
    "TRADEBOT_METRICS_TOKEN": metrics_token_problem,
    "LOG_LEVEL": level_problem,
    "LOG_FORMAT": format_problem,
}


def incomplete_platforms(values: Mapping[str, str], defaults: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each partly configured platform."""
    yield from _incomplete_slack(values, defaults)
    yield from _incomplete_teams(values, defaults)


def _incomplete_slack(values: Mapping[str, str], defaults: Mapping[str, str]) -> Iterator[str]:
    if values["SLACK_BOT_TOKEN"]:
        if not values["SLACK_SIGNING_SECRET"] and not values["SLACK_APP_TOKEN"]:
            yield (
                "SLACK_BOT_TOKEN is set, but Slack has no way to reach the bot. Also set SLACK_SIGNING_SECRET (HTTP) "
                "or SLACK_APP_TOKEN (Socket Mode)."
            )
        return
    in_slack = re.fullmatch(SLACK_CHANNEL, values["TRADEBOT_ADMIN_CHANNEL"])  # a wrong ID belongs to no platform
    channel = ("TRADEBOT_ADMIN_CHANNEL",) if in_slack else ()
    others = ("SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", *channel, "SLACK_API_URL")
    if changed := [name for name in others if values[name] != defaults[name]]:
        yield f"{_are_set(changed)}, but SLACK_BOT_TOKEN is not. Set it too, or unset all of them."


def _incomplete_teams(values: Mapping[str, str], defaults: Mapping[str, str]) -> Iterator[str]:
    if anonymous_problem(values[ANONYMOUS]):
        return  # which settings are needed depends on this one
    anonymous = values[ANONYMOUS] == "true"
    if values["TEAMS_CLIENT_ID"] and values["TEAMS_CLIENT_ID"].lower() == values["TEAMS_TENANT_ID"].lower():
        yield (
            "TEAMS_TENANT_ID is the same as TEAMS_CLIENT_ID. "
            "Set it to the Directory (tenant) ID, which Entra shows below the Application (client) ID."
        )
    if anonymous and not is_loopback(values["HOST"]):
        yield (
            f"{ANONYMOUS} is set, and HOST={values['HOST']} accepts other computers, so anyone could pose as anybody in Teams. "
            "Set HOST to 127.0.0.1, or unset it."
        )
    logins = [name for name in TEAMS_LOGINS if values[name]]
    if anonymous and logins:
        verb = "are" if len(logins) > 1 else "is"
        yield f"{ANONYMOUS} is true, but {' and '.join(logins)} {verb} also set and would sign the bot in. Unset one of them."
    elif len(logins) > 1:
        yield f"{_are_set(logins)}, but the bot signs in to Teams in one way. Unset all but one of them."
    wanted = ("TEAMS_CLIENT_ID",) if anonymous else ("TEAMS_CLIENT_ID", logins[0] if logins else TEAMS_LOGINS[0], "TEAMS_TENANT_ID")
    missing = [f"{name} (or {' or '.join(TEAMS_LOGINS[1:])})" if name in TEAMS_LOGINS else name for name in wanted if not values[name]]
    channel = ("TRADEBOT_ADMIN_CHANNEL",) if is_teams_channel(values["TRADEBOT_ADMIN_CHANNEL"]) else ()
    others = ("TEAMS_CLIENT_ID", *TEAMS_LOGINS, "TEAMS_TENANT_ID", "TEAMS_CLOUD", ANONYMOUS, *channel)
    changed = [name for name in others if values[name] != defaults[name]]
    if changed and missing:
        verb, object_ = ("are", "them") if len(missing) > 1 else ("is", "it")
        yield f"{_are_set(changed)}, but {' and '.join(missing)} {verb} not. Set {object_} too, or unset all Teams settings."


def _are_set(names: Sequence[str]) -> str:
    return f"{' and '.join(names)} {'are' if len(names) > 1 else 'is'} set"
