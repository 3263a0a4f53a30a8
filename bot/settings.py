"""The environment, read here and nowhere else, and refused in sentences that say what to do.

A dozen words of text and a check each: pydantic would cost 130 ms and 20 MiB of a start here and say it less plainly.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.settings_checks import ANONYMOUS, CHECKS, half_set, host_of, is_loopback, names, quotes_problem, slack_domain
from bot.teams.clouds import CLOUDS, Cloud

DEFAULTS = {
    "DATABASE_URL": "sqlite:///tradebot.db",
    "CONTENT_DIR": str(Path(__file__).resolve().parent.parent / "content"),
    "TRADEBOT_ADMINS": "",
    "TRADEBOT_SUBSCRIBE": "anyone",
    "TRADEBOT_ZONE": "America/New_York",
    "TRADEBOT_ADMIN_CHANNEL": "",
    "TRADEBOT_UNSURE": "hold",
    "SLACK_BOT_TOKEN": "",
    "SLACK_SIGNING_SECRET": "",
    "SLACK_APP_TOKEN": "",
    "SLACK_API_URL": "https://slack.com/api/",
    "TEAMS_CLIENT_ID": "",
    "TEAMS_CLIENT_SECRET": "",
    "TEAMS_TENANT_ID": "",
    "TEAMS_CLOUD": "public",
    ANONYMOUS: "false",
    "HOST": "127.0.0.1",
    "PORT": "3000",
    "LOG_LEVEL": "info",
}
"""Every variable there is. An empty one counts as unset: hosts hand out empty ones."""

BOLT_READS = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_VERIFICATION_TOKEN")
"""What Bolt takes from the environment by itself; a client id and its secret would switch it to OAuth and drop the token."""

TEAMS_READS = ("CLIENT_ID", "CLIENT_SECRET", "TENANT_ID", "MANAGED_IDENTITY_CLIENT_ID", "CLOUD", "SERVICE_URL", "OAUTH_URL", "PORT")
"""What Microsoft's SDK takes from the environment by itself."""

SECRETS = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "TEAMS_CLIENT_SECRET")

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
class TeamsSettings:
    """How Teams is reached. Nothing secret is in its repr."""

    client_id: str
    client_secret: str = field(repr=False)
    tenant_id: str
    """"": any tenant's, in the anonymous mode."""
    cloud: Cloud
    anonymous: bool = False
    """For Microsoft's local client, on this computer alone: who asks isn't checked, and posts go out without a token."""

    def own(self, tenant: str) -> bool:
        """Whether a conversation's tenant is the one that the bot is for."""
        return self.anonymous or tenant.casefold() == self.tenant_id.casefold()

    def trusts(self, service_url: str) -> bool:
        """Whether something may be posted to an address. Those that come in are signed, but one that is stored may be of another time:
        the anonymous mode stays on this computer, and no token goes to it or anywhere without TLS (but for a cloud on this computer)."""
        scheme, host = host_of(service_url)
        if self.anonymous or is_loopback(host_of(self.cloud.service_url)[1]):
            return is_loopback(host)
        return scheme == "https" and not is_loopback(host)


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
    unsure: str
    """What becomes of a post that may have arrived where nobody can look: hold, or resend."""
    slack: SlackSettings | None
    """None: Slack isn't configured."""
    teams: TeamsSettings | None
    """None: Teams isn't configured."""
    host: str
    port: int
    """0: any free one."""
    log_level: str

    @property
    def loopback(self) -> bool:
        """Only this computer can connect."""
        return is_loopback(self.host)

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms of this process. The playground is always one: its channels may be owed posts from earlier."""
        configured = (("slack", self.slack), ("teams", self.teams))
        return (*(name for name, settings in configured if settings is not None), "playground")

    @property
    def playground(self) -> bool:
        """The page is for trying it out on this computer, where no platform is configured."""
        return self.loopback and self.slack is None and self.teams is None


class SettingsError(Exception):
    """The environment can't be used. `problems`: one sentence each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def given(environ: Mapping[str, str], name: str) -> str:
    """A variable's value, or its default. Blanks around it are nobody's intention: a pasted line's end, a Windows file's."""
    return environ.get(name, "").strip() or DEFAULTS[name]


def content_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the YAML lies: CONTENT_DIR, else the content/ folder beside this package."""
    return Path(given(environ, "CONTENT_DIR"))


def zone(environ: Mapping[str, str] = os.environ) -> str:
    """TRADEBOT_ZONE as it is written, unchecked."""
    return given(environ, "TRADEBOT_ZONE")


def teams_client_id(environ: Mapping[str, str] = os.environ) -> str:
    """TEAMS_CLIENT_ID as it is written, unchecked; "" when it is unset. For the app package, which is made before a secret is."""
    return given(environ, "TEAMS_CLIENT_ID")


def in_ci(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether nobody sits at this terminal."""
    return environ.get("CI", "").lower() in ("1", "true", "yes")


@contextmanager
def hidden(names: tuple[str, ...] = BOLT_READS, **given: str) -> Iterator[None]:
    """Without these variables for the moment, and with those given: for libraries that help themselves. To be used while one
    thread runs."""
    kept = {name: os.environ.pop(name) for name in (*names, *given) if name in os.environ}
    os.environ.update(given)
    try:
        yield
    finally:
        for name in given:
            os.environ.pop(name, None)
        os.environ.update(kept)


def shown(name: str, value: str) -> str:
    """A value as it may stand in a message: without what signs in anywhere."""
    if name in SECRETS:
        return "…"
    return SECRET.sub("…", value) if name == "DATABASE_URL" else value


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Every setting. Raises SettingsError with all problems at once."""
    values = {name: given(environ, name) for name in DEFAULTS}
    problems = tuple(
        f"{name}={shown(name, value)}: {problem}."
        for name, check in CHECKS.items()
        if (problem := quotes_problem(value := values[name]) or check(value))
    )
    problems += tuple(half_set(values, DEFAULTS))
    if problems:
        raise SettingsError(problems)
    return Settings(
        database_url=values["DATABASE_URL"],
        content_dir=Path(values["CONTENT_DIR"]).resolve(),
        admins=frozenset(names(values["TRADEBOT_ADMINS"])),
        subscribe=values["TRADEBOT_SUBSCRIBE"],
        zone=values["TRADEBOT_ZONE"],
        unsure=values["TRADEBOT_UNSURE"],
        slack=slack_settings(values),
        teams=teams_settings(values),
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


def teams_settings(values: Mapping[str, str]) -> TeamsSettings | None:
    if not values["TEAMS_CLIENT_ID"]:
        return None
    return TeamsSettings(
        client_id=values["TEAMS_CLIENT_ID"].lower(),
        client_secret=values["TEAMS_CLIENT_SECRET"],
        tenant_id=values["TEAMS_TENANT_ID"].lower(),
        cloud=CLOUDS[values["TEAMS_CLOUD"]],
        anonymous=values[ANONYMOUS] == "true",
    )
