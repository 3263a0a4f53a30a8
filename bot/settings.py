"""The environment, read here and nowhere else, and refused in sentences that say what to do.

A dozen words of text and a check each: pydantic would cost 130 ms and 20 MiB of a start here and say it less plainly.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

DEFAULTS = {
    "DATABASE_URL": "sqlite:///tradebot.db",
    "CONTENT_DIR": str(Path(__file__).resolve().parent.parent / "content"),
    "TRADEBOT_ADMINS": "",
    "TRADEBOT_SUBSCRIBE": "anyone",
    "TRADEBOT_ZONE": "America/New_York",
    "TRADEBOT_ADMIN_CHANNEL": "",
    "SLACK_BOT_TOKEN": "",
    "SLACK_SIGNING_SECRET": "",
    "SLACK_APP_TOKEN": "",
    "SLACK_API_URL": "https://slack.com/api/",
    "HOST": "127.0.0.1",
    "PORT": "3000",
    "LOG_LEVEL": "info",
}
"""Every variable there is. An empty one counts as unset: hosts hand out empty ones."""

SLACK_DOMAINS = ("slack.com", "slack-gov.com")
"""Slack, and GovSlack."""

BOLT_READS = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_VERIFICATION_TOKEN")
"""What Bolt takes from the environment by itself; a client id and its secret would switch it to OAuth and drop the token."""

SECRETS = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN")

SCHEMES = ("sqlite", "postgres", "postgresql", "postgresql+psycopg")
LEVELS = ("debug", "info", "warning", "error", "critical")
ADMIN = r"(slack|teams|playground):[^\s/,]+/[^\s/,]+"
SECRET = re.compile(r"(?<=://).*(?=@)")


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """How Slack is reached. Nothing secret is in its repr."""

    bot_token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    """"": nothing comes in over HTTP."""
    app_token: str = field(repr=False)
    """"": no Socket Mode."""
    api_url: str
    """Ends with a slash."""
    admin_channel: str = ""
    """The editors' channel, where problems are reported; "": they can't be."""

    @property
    def local(self) -> bool:
        """A Slack on this computer, as the tests have one."""
        return is_loopback(host_of(self.api_url)[1])

    def own(self, url: str) -> bool:
        """Whether a URL that came in a payload leads to the same Slack: https or wss on its domain (on this computer: any scheme)."""
        scheme, host = host_of(url)
        if self.local:
            return is_loopback(host)
        return (
            scheme in ("https", "wss") and slack_domain(host) is not None and slack_domain(host) == slack_domain(host_of(self.api_url)[1])
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says, checked."""

    database_url: str
    content_dir: Path
    admins: frozenset[str]
    """As Person.key writes them: "slack:T1/U1"."""
    subscribe: str
    """Who may change subscriptions: anyone, or admins."""
    zone: str
    slack: SlackSettings | None
    """None: Slack isn't configured."""
    host: str
    port: int
    """0: any free one."""
    log_level: str

    @property
    def loopback(self) -> bool:
        """Only this computer can connect."""
        return is_loopback(self.host)

    @property
    def playground(self) -> bool:
        """The page is for trying it out on this computer, where no platform is configured."""
        return self.loopback and self.slack is None


class SettingsError(Exception):
    """The environment can't be used. `problems`: one sentence each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def content_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the YAML lies: CONTENT_DIR, else the content/ folder beside this package."""
    return Path(environ.get("CONTENT_DIR") or DEFAULTS["CONTENT_DIR"])


def zone(environ: Mapping[str, str] = os.environ) -> str:
    """TRADEBOT_ZONE as it is written, unchecked."""
    return environ.get("TRADEBOT_ZONE") or DEFAULTS["TRADEBOT_ZONE"]


def in_ci(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether nobody sits at this terminal."""
    return environ.get("CI", "").lower() in ("1", "true", "yes")


def is_loopback(host: str) -> bool:
    """A name or an address of this computer itself."""
    return host in ("localhost", "::1") or re.fullmatch(r"127\.\d{1,3}\.\d{1,3}\.\d{1,3}", host) is not None


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
    wrong = [one for one in names(value) if not re.fullmatch(ADMIN, one)]
    if not wrong:
        return None
    return f"{', '.join(map(repr, wrong))} is not platform:workspace/user; write slack:T0123/U0456, several with commas"


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


def slack_domain(host: str) -> str | None:
    """Slack's domain that a host belongs to."""
    return next((domain for domain in SLACK_DOMAINS if host == domain or host.endswith(f".{domain}")), None)


def host_of(url: str) -> tuple[str, str]:
    """Scheme and host of a URL that holds nothing unusual; ("", "") of any other."""
    found = re.fullmatch(r"(https?|wss?)://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::[0-9]{1,5})?(?:[/?#][!-~]*)?", url, re.IGNORECASE)
    return (found[1].lower(), found[2].lower().strip("[]")) if found else ("", "")


def bot_token_problem(value: str) -> str | None:
    good = not value or re.fullmatch(r"xoxb-[!-~]+", value)
    return None if good else "write the Bot User OAuth Token of the app's page Install App, which begins with xoxb- (token rotation off)"


def signing_secret_problem(value: str) -> str | None:
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
    "SLACK_BOT_TOKEN": bot_token_problem,
    "SLACK_SIGNING_SECRET": signing_secret_problem,
    "SLACK_APP_TOKEN": app_token_problem,
    "SLACK_API_URL": api_url_problem,
    "HOST": host_problem,
    "PORT": port_problem,
    "LOG_LEVEL": level_problem,
}


def half_set(values: Mapping[str, str]) -> Iterator[str]:
    """What of Slack is set without what belongs to it, a sentence each."""
    if values["SLACK_BOT_TOKEN"]:
        if not values["SLACK_SIGNING_SECRET"] and not values["SLACK_APP_TOKEN"]:
            yield (
                "SLACK_BOT_TOKEN is set, but nothing can come in: set SLACK_SIGNING_SECRET as well (over HTTP), "
                "or SLACK_APP_TOKEN (Socket Mode)."
            )
        return
    set_ = [name for name in ("SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "TRADEBOT_ADMIN_CHANNEL") if values[name]]
    set_ += ["SLACK_API_URL"] if values["SLACK_API_URL"] != DEFAULTS["SLACK_API_URL"] else []
    if set_:
        yield f"{' and '.join(set_)} {'are' if len(set_) > 1 else 'is'} set, but not SLACK_BOT_TOKEN: set it as well, or none of them."


@contextmanager
def hidden(names: tuple[str, ...] = BOLT_READS) -> Iterator[None]:
    """Without these variables for the moment: for libraries that help themselves. To be used while one thread runs."""
    kept = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


def names(value: str) -> list[str]:
    """The words of a list that is written with commas, blanks or both."""
    return re.split(r"[\s,]+", value.strip(" \t\n,")) if value.strip(" \t\n,") else []


def shown(name: str, value: str) -> str:
    """A value as it may stand in a message: without what signs in anywhere."""
    if name in SECRETS:
        return "…"
    return SECRET.sub("…", value) if name == "DATABASE_URL" else value


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Every setting. Raises SettingsError with all problems at once."""
    values = {name: environ.get(name) or default for name, default in DEFAULTS.items()}
    problems = tuple(
        f"{name}={shown(name, values[name])}: {problem}." for name, check in CHECKS.items() if (problem := check(values[name]))
    )
    problems += tuple(half_set(values))
    if problems:
        raise SettingsError(problems)
    return Settings(
        database_url=values["DATABASE_URL"],
        content_dir=Path(values["CONTENT_DIR"]).resolve(),
        admins=frozenset(names(values["TRADEBOT_ADMINS"])),
        subscribe=values["TRADEBOT_SUBSCRIBE"],
        zone=values["TRADEBOT_ZONE"],
        slack=slack_settings(values),
        host=values["HOST"],
        port=int(values["PORT"]),
        log_level=values["LOG_LEVEL"].lower(),
    )


def slack_settings(values: Mapping[str, str]) -> SlackSettings | None:
    if not values["SLACK_BOT_TOKEN"]:
        return None
    return SlackSettings(
        bot_token=values["SLACK_BOT_TOKEN"],
        signing_secret=values["SLACK_SIGNING_SECRET"],
        app_token=values["SLACK_APP_TOKEN"],
        api_url=values["SLACK_API_URL"].rstrip("/") + "/",
        admin_channel=values["TRADEBOT_ADMIN_CHANNEL"],
    )
