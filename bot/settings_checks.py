"""What is wrong with a setting, in words that say what to write instead. Pure: text in, a sentence's end or None out.

`CHECKS` looks at each variable by itself, `half_set` at those that belong together.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.teams.clouds import CLOUDS

SLACK_DOMAINS = ("slack.com", "slack-gov.com")
"""Slack, and GovSlack."""

SCHEMES = ("sqlite", "postgres", "postgresql", "postgresql+psycopg")
LEVELS = ("debug", "info", "warning", "error", "critical")
GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

ADMINS = {
    "slack": (r"[TE][A-Z0-9]+/[UW][A-Z0-9]+", "slack:T0123/U0456 (the workspace's id and the person's)"),
    # those of Microsoft's local client are a digit longer
    "teams": (
        rf"{GUID}[0-9a-fA-F]?/{GUID}[0-9a-fA-F]?",
        "teams:99999999-8888-7777-6666-555555555555/11111111-2222-3333-4444-555555555555 "
        "(the Directory (tenant) ID and the person's Object ID in Entra)",
    ),
    "playground": (r"[^\s/,;]+/[^\s/,;]+", "playground:local/you"),
}
"""How a platform writes a person, and an example."""

NOBODY = "00000000-0000-0000-0000-000000000000"
"""The GUID of examples."""

QUOTES = "\"'`“”‘’"

ANONYMOUS = "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS"
"""Microsoft's own name for the mode of its local client, which signs nothing."""


def is_loopback(host: str) -> bool:
    """A name or an address of this computer itself."""
    return host in ("localhost", "::1") or re.fullmatch(r"127\.\d{1,3}\.\d{1,3}\.\d{1,3}", host) is not None


def names(value: str) -> list[str]:
    """The words of a list that is written with commas, blanks or both."""
    return re.split(r"[\s,]+", value.strip(" \t\n,")) if value.strip(" \t\n,") else []


def quotes_problem(value: str) -> str | None:
    """Of any value: a shell takes the quotes away, a host's form or a container's file of variables does not."""
    return "write it without quotes" if value and (value[0] in QUOTES or value[-1] in QUOTES) else None


def database_problem(value: str) -> str | None:
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in SCHEMES:
        return "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
    if scheme == "sqlite" and rest in ("", "/", "/:memory:"):
        return "a database in memory would be gone at once, so name a file, as in sqlite:///tradebot.db"
    return None


def content_problem(value: str) -> str | None:
    return None if Path(value).is_dir() else "there is no such folder; name the one that holds ptis.yaml"


def admins_problem(value: str) -> str | None:
    if ";" in value:
        return "write commas between them, not semicolons"
    wrong = [one for one in names(value) if not is_admin(one)]
    if not wrong:
        return None
    platforms = {one.partition(":")[0] for one in wrong}
    examples = [example for platform, (_, example) in ADMINS.items() if platform in platforms] or [ADMINS["slack"][1]]
    said = f"{', '.join(map(repr, wrong))} {'are no ids of people' if len(wrong) > 1 else 'is no id of a person'}"
    return f"{said}; write {', or '.join(examples)}, several with commas; the bot tells whoever it denies an admin's command their own id"


def is_admin(written: str) -> bool:
    """Whether it names a person as Person.key does."""
    platform, _, rest = written.partition(":")
    return platform in ADMINS and re.fullmatch(ADMINS[platform][0], rest) is not None


def zone_problem(value: str) -> str | None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(value)
    except Exception:  # a folder's name, a path or a NUL each raise something else
        return "no such time zone; write one such as America/New_York or UTC"
    return None


def subscribe_problem(value: str) -> str | None:
    return None if value in ("anyone", "admins") else "write anyone, or admins for those of TRADEBOT_ADMINS alone"


def admin_channel_problem(value: str) -> str | None:
    good = not value or re.fullmatch(r"[CG][A-Z0-9]+", value)
    return None if good else "write the id of the editors' channel, such as C0123456789: Slack shows it at the end of the channel's details"


def unsure_problem(value: str) -> str | None:
    return None if value in ("hold", "resend") else "write hold (such a post waits for an admin), or resend (it may then be posted twice)"


def slack_domain(host: str) -> str | None:
    """Slack's domain that a host belongs to."""
    return next((domain for domain in SLACK_DOMAINS if host == domain or host.endswith(f".{domain}")), None)


def host_of(url: str) -> tuple[str, str]:
    """Scheme and host of a URL that holds nothing unusual; ("", "") of any other."""
    found = re.fullmatch(r"(https?|wss?)://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::[0-9]{1,5})?(?:[/?#][!-~]*)?", url, re.IGNORECASE)
    return (found[1].lower(), found[2].lower().strip("[]")) if found else ("", "")


def is_placeholder(host: str) -> bool:
    """One of the README's, copied as it stands there."""
    return host.partition(".")[0] in ("your-site", "your-host")


def bot_token_problem(value: str) -> str | None:
    good = not value or re.fullmatch(r"xoxb-[!-~]+", value)
    return None if good else "write the Bot User OAuth Token of the app's page Install App, which begins with xoxb- (token rotation off)"


def signing_secret_problem(value: str) -> str | None:
    if re.match(r"xox|xapp-", value):
        return "that is a token; write the Signing Secret of the app's page Basic Information"
    good = not value or re.fullmatch(r"[!-~]+", value)
    return None if good else "write the Signing Secret of the app's page Basic Information, without blanks"


def app_token_problem(value: str) -> str | None:
    good = not value or re.fullmatch(r"xapp-[!-~]+", value)
    return None if good else "write the App-Level Token with the scope connections:write, which begins with xapp-"


def api_url_problem(value: str) -> str | None:
    scheme, host = host_of(value)
    good = (scheme == "https" and slack_domain(host) is not None) or (scheme in ("http", "https") and is_loopback(host))
    if good and re.fullmatch(r"[^?#]+/api/?", value):  # without /api every call would find a page of the website
        return None
    return "write https://slack.com/api/, or https://slack-gov.com/api/ for GovSlack"


def is_guid(value: str) -> bool:
    """Of something that there is."""
    return re.fullmatch(GUID, value) is not None and value != NOBODY


def client_id_problem(value: str) -> str | None:
    return None if not value or is_guid(value) else "write the bot's Application (client) ID, such as 11111111-2222-3333-4444-555555555555"


def client_secret_problem(value: str) -> str | None:
    good = not value or (re.fullmatch(r"[!-~]+", value) and not re.fullmatch(GUID, value))
    return None if good else "write the client secret's value, without blanks; the value, not its Secret ID"


def tenant_problem(value: str) -> str | None:
    return None if not value or is_guid(value) else "write the Directory (tenant) ID, such as 99999999-8888-7777-6666-555555555555"


def cloud_problem(value: str) -> str | None:
    return None if value in CLOUDS else f"write one of {', '.join(CLOUDS)}"


def anonymous_problem(value: str) -> str | None:
    return None if value in ("true", "false") else "write true, for Microsoft's local client alone, or false"


def host_problem(value: str) -> str | None:
    if re.fullmatch(r"[A-Za-z0-9.:_-]+", value):
        return None
    return "write a host's name or address alone, such as 127.0.0.1 (this computer only) or 0.0.0.0 (every network)"


def port_problem(value: str) -> str | None:
    return None if re.fullmatch(r"[0-9]{1,5}", value) and int(value) <= 65535 else "write a whole number from 0 (any free port) to 65535"


def level_problem(value: str) -> str | None:
    return None if value.lower() in LEVELS else f"write one of {', '.join(LEVELS)}"


CHECKS = {
    "DATABASE_URL": database_problem,
    "CONTENT_DIR": content_problem,
    "TRADEBOT_ADMINS": admins_problem,
    "TRADEBOT_SUBSCRIBE": subscribe_problem,
    "TRADEBOT_ZONE": zone_problem,
    "TRADEBOT_ADMIN_CHANNEL": admin_channel_problem,
    "TRADEBOT_UNSURE": unsure_problem,
    "SLACK_BOT_TOKEN": bot_token_problem,
    "SLACK_SIGNING_SECRET": signing_secret_problem,
    "SLACK_APP_TOKEN": app_token_problem,
    "SLACK_API_URL": api_url_problem,
    "TEAMS_CLIENT_ID": client_id_problem,
    "TEAMS_CLIENT_SECRET": client_secret_problem,
    "TEAMS_TENANT_ID": tenant_problem,
    "TEAMS_CLOUD": cloud_problem,
    ANONYMOUS: anonymous_problem,
    "HOST": host_problem,
    "PORT": port_problem,
    "LOG_LEVEL": level_problem,
}


def half_set(values: Mapping[str, str], defaults: Mapping[str, str]) -> Iterator[str]:
    """What of a platform is set without what belongs to it, a sentence each."""
    yield from half_slack(values, defaults)
    yield from half_teams(values, defaults)


def half_slack(values: Mapping[str, str], defaults: Mapping[str, str]) -> Iterator[str]:
    if values["SLACK_BOT_TOKEN"]:
        if not values["SLACK_SIGNING_SECRET"] and not values["SLACK_APP_TOKEN"]:
            yield (
                "SLACK_BOT_TOKEN is set, but nothing can come in: set SLACK_SIGNING_SECRET as well (over HTTP), "
                "or SLACK_APP_TOKEN (Socket Mode)."
            )
        return
    others = ("SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "TRADEBOT_ADMIN_CHANNEL", "SLACK_API_URL")
    if set_ := [name for name in others if values[name] != defaults[name]]:
        yield f"{are_set(set_)}, but not SLACK_BOT_TOKEN: set it as well, or none of them."


def half_teams(values: Mapping[str, str], defaults: Mapping[str, str]) -> Iterator[str]:
    if anonymous_problem(values[ANONYMOUS]):
        return  # what it needs can't be said before it is known what it is
    anonymous = values[ANONYMOUS] == "true"
    if values["TEAMS_CLIENT_ID"] and values["TEAMS_CLIENT_ID"].lower() == values["TEAMS_TENANT_ID"].lower():
        yield (
            "TEAMS_TENANT_ID is the same as TEAMS_CLIENT_ID: "
            "set it to the Directory (tenant) ID, which stands below the Application (client) ID."
        )
    if anonymous and not is_loopback(values["HOST"]):
        yield (
            f"{ANONYMOUS} is set, and HOST={values['HOST']} lets others in, who could then speak as anybody in Teams: "
            "set HOST to 127.0.0.1, or unset it."
        )
    if anonymous and values["TEAMS_CLIENT_SECRET"]:
        yield f"{ANONYMOUS} is true, and TEAMS_CLIENT_SECRET, which would sign the bot in, is set as well: unset one of them."
    wanted = ("TEAMS_CLIENT_ID",) if anonymous else ("TEAMS_CLIENT_ID", "TEAMS_CLIENT_SECRET", "TEAMS_TENANT_ID")
    missing = [name for name in wanted if not values[name]]
    others = ("TEAMS_CLIENT_ID", "TEAMS_CLIENT_SECRET", "TEAMS_TENANT_ID", "TEAMS_CLOUD", ANONYMOUS)
    set_ = [name for name in others if values[name] != defaults[name]]
    if set_ and missing:
        yield f"{are_set(set_)}, but not {' and '.join(missing)}: set {'them' if len(missing) > 1 else 'it'} as well, or nothing of Teams."


def are_set(names: Sequence[str]) -> str:
    return f"{' and '.join(names)} {'are' if len(names) > 1 else 'is'} set"
