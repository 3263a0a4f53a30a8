"""Read and check the settings. No other module reads the environment.

Each setting is a short text with one check; pydantic would cost 130 ms and 20 MiB at every start.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from content.loading.urls import is_loopback

TYPE_CHECKING = False  # importing typing costs half as much as starting Python
if TYPE_CHECKING:
    from bot.slack.settings import SlackSettings
    from bot.teams.settings import TeamsSettings
    from jobs.content_source import Source
    from jobs.proxies import Network
    from jobs.retention import Retention

DEFAULTS = {
    "DATABASE_URL": "sqlite:///tradebot.db",
    "CONTENT_DIR": str(Path(__file__).resolve().parent.parent / "content"),
    "CONTENT_TOKEN": "",
    "TRADEBOT_ADMINS": "",
    "TRADEBOT_SUBSCRIBE": "anyone",
    "TRADEBOT_ZONE": "America/New_York",
    "TRADEBOT_ADMIN_CHANNEL": "",
    "TRADEBOT_URL": "",
    "TRADEBOT_UNSURE": "hold",
    "TRADEBOT_UNANSWERED": "on",
    "TRADEBOT_METRICS_TOKEN": "",
    "TRADEBOT_KEEP_BODIES": "1095",
    "TRADEBOT_KEEP_CONTENTS": "90",
    "TRADEBOT_KEEP_OUTCOMES": "150",
    "TRADEBOT_KEEP_REVISIONS": "1095",
    "TRADEBOT_KEEP_SEEN": "2",
    "SLACK_BOT_TOKEN": "",
    "SLACK_SIGNING_SECRET": "",
    "SLACK_APP_TOKEN": "",
    "SLACK_API_URL": "https://slack.com/api/",
    "TEAMS_CLIENT_ID": "",
    "TEAMS_CLIENT_SECRET": "",
    "TEAMS_CERTIFICATE": "",
    "TEAMS_MANAGED_IDENTITY": "",
    "TEAMS_TENANT_ID": "",
    "TEAMS_CLOUD": "public",
    "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS": "false",
    "HOST": "127.0.0.1",
    "PORT": "3000",
    "LOG_LEVEL": "info",
    "LOG_FORMAT": "text",
}
"""All settings and their defaults. An empty variable counts as unset: hosts hand out empty ones."""

BOLT_READS = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_VERIFICATION_TOKEN")
"""Variables that Bolt reads by itself; a client id and secret would switch it to OAuth and drop the token."""

TEAMS_READS = ("CLIENT_ID", "CLIENT_SECRET", "TENANT_ID", "MANAGED_IDENTITY_CLIENT_ID", "CLOUD", "SERVICE_URL", "OAUTH_URL", "PORT")
"""Variables that Microsoft's SDK reads."""

SECRETS = ("CONTENT_TOKEN", "TRADEBOT_METRICS_TOKEN", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "TEAMS_CLIENT_SECRET")


def direct_network() -> "Network":
    from jobs.proxies import DIRECT  # here, because `ask` needs no network and has to be fast

    return DIRECT


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, checked."""

    database_url: str = field(repr=False)
    content: "Source"
    """The folder or the repository in CONTENT_DIR."""
    admins: frozenset[str]
    """Person.key of each admin, such as "slack:T1/U1"."""
    subscribe: str
    """Who may change subscriptions: anyone, or admins."""
    zone: str
    unsure: str
    """hold or resend: what to do with a post that may have arrived where nobody can look."""
    unanswered: bool
    """Whether questions without an answer are counted."""
    retention: "Retention"
    slack: "SlackSettings | None"
    teams: "TeamsSettings | None"
    host: str
    port: int
    """0 for any free port."""
    log_level: str
    log_format: str = "text"
    """text, or json: one object a line."""
    url: str = ""
    """TRADEBOT_URL without a closing slash, or ""."""
    metrics_token: str = field(default="", repr=False)
    """Whoever reads /metrics sends it; without one, only this computer may read them."""
    network: "Network" = field(default_factory=direct_network)

    @property
    def loopback(self) -> bool:
        """Whether only this computer can connect."""
        return is_loopback(self.host)

    @property
    def platforms(self) -> tuple[str, ...]:
        """The playground is always one: its channels may be owed posts."""
        configured = (("slack", self.slack), ("teams", self.teams))
        return (*(name for name, settings in configured if settings is not None), "playground")

    @property
    def playground(self) -> bool:
        """Only on this computer, and only where no platform is configured."""
        return self.loopback and self.slack is None and self.teams is None

    @property
    def address(self) -> str:
        """The address at which people's browsers and calendars reach the bot, or ""; the playground's is this computer's."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.url or (f"http://{host}:{self.port}" if self.playground and self.port else "")


class SettingsError(Exception):
    """`problems` holds one sentence each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def get_value(environ: Mapping[str, str], name: str) -> str:
    """Return a variable's value, or its default, without blanks from pasted line ends."""
    return environ.get(name, "").strip() or DEFAULTS[name]


def content_source(environ: Mapping[str, str] = os.environ) -> "Source":
    """Return the folder or the repository in CONTENT_DIR, or the content/ folder beside this package. Raises SettingsError."""
    value = get_value(environ, "CONTENT_DIR")
    if "://" not in value and "@" not in value:  # `ask` must be fast
        return Path(value)
    from content.loading.address import is_address, read_address

    if not is_address(value):
        return Path(value)
    from jobs.content_source import Repository
    from jobs.proxies import read_network

    try:
        return Repository(read_address(value), get_value(environ, "CONTENT_TOKEN"), read_network(environ))
    except ValueError as problem:
        raise SettingsError((f"CONTENT_DIR={redact('CONTENT_DIR', value)}: {problem}.",)) from None


def zone(environ: Mapping[str, str] = os.environ) -> str:
    return get_value(environ, "TRADEBOT_ZONE")


def database_url(environ: Mapping[str, str] = os.environ) -> str:
    """Return DATABASE_URL, whatever the other settings are. Raises SettingsError."""
    from bot.settings_checks import CHECKS, quotes_problem

    value = get_value(environ, "DATABASE_URL")
    if problem := quotes_problem(value) or CHECKS["DATABASE_URL"](value):
        raise SettingsError((f"DATABASE_URL={redact('DATABASE_URL', value)}: {problem}.",))
    return value


def teams_client_id(environ: Mapping[str, str] = os.environ) -> str:
    """Return TEAMS_CLIENT_ID, unchecked: the app package needs it before a secret exists."""
    return get_value(environ, "TEAMS_CLIENT_ID")


def in_ci(environ: Mapping[str, str] = os.environ) -> bool:
    return environ.get("CI", "").lower() in ("1", "true", "yes")


@contextmanager
def hide_variables(names: tuple[str, ...] = BOLT_READS, **overrides: str) -> Iterator[None]:
    """Hide these variables from libraries, and set `overrides`, while the block runs. Not thread-safe."""
    kept = {name: os.environ.pop(name) for name in (*names, *overrides) if name in os.environ}
    os.environ.update(overrides)
    try:
        yield
    finally:
        for name in overrides:
            os.environ.pop(name, None)
        os.environ.update(kept)


def redact(name: str, value: str) -> str:
    if name in SECRETS or "PRIVATE KEY" in value:
        return "…"
    if name == "CONTENT_DIR" and "@" in value:  # somebody put a password into the address
        scheme, _, rest = value.partition("://")
        return f"{scheme}://…@{rest.rpartition('@')[2]}" if rest else f"…@{value.rpartition('@')[2]}"
    if name == "DATABASE_URL":
        from jobs.database_url import shown_url

        return shown_url(value)
    return value


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Raises SettingsError with all problems at once."""
    from bot.settings_checks import (
        CHECKS,
        incomplete_platforms,
        names,
        quotes_problem,
        read_retention,
        short_retention,
    )  # here, because `ask` checks no other setting
    from bot.slack.settings import slack_settings
    from bot.teams.settings import teams_settings

    values = {name: get_value(environ, name) for name in DEFAULTS}
    problems = tuple(
        f"{name}={redact(name, value)}: {problem}{'' if problem.endswith('?') else '.'}"
        for name, check in CHECKS.items()
        if (problem := quotes_problem(value := values[name]) or check(value))
    )
    problems += (*incomplete_platforms(values, DEFAULTS), *short_retention(values))
    if problems:
        raise SettingsError(problems)
    from jobs.proxies import read_network

    network = read_network(environ)
    return Settings(
        database_url=values["DATABASE_URL"],
        content=content.resolve() if isinstance(content := content_source(environ), Path) else content,
        admins=frozenset(names(values["TRADEBOT_ADMINS"])),
        subscribe=values["TRADEBOT_SUBSCRIBE"],
        zone=values["TRADEBOT_ZONE"],
        unsure=values["TRADEBOT_UNSURE"],
        unanswered=values["TRADEBOT_UNANSWERED"] == "on",
        retention=read_retention(values),
        slack=slack_settings(values, network),
        teams=teams_settings(values, network),
        host=values["HOST"],
        port=int(values["PORT"]),
        log_level=values["LOG_LEVEL"].lower(),
        log_format=values["LOG_FORMAT"].lower(),
        url=values["TRADEBOT_URL"].rstrip("/"),
        metrics_token=values["TRADEBOT_METRICS_TOKEN"],
        network=network,
    )


PREFIXES = ("SLACK_", "TEAMS_", "TRADEBOT_")

MAX_EDITS = 2
"""Maximum edits that make a variable without a prefix a misspelling."""

MIN_LENGTH = 10
"""Minimum length of a setting to compare: too many variables are close to HOST and PORT."""


def hints(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return a sentence for each misspelled or unused setting."""
    unused = get_value(environ, "SLACK_APP_TOKEN") and get_value(environ, "SLACK_SIGNING_SECRET")
    both = "SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set. The bot uses Socket Mode and ignores the secret."
    aimless = get_value(environ, "CONTENT_TOKEN") and "://" not in get_value(environ, "CONTENT_DIR")
    folder = "CONTENT_TOKEN is set, but CONTENT_DIR is a folder. The bot ignores the token."
    return (*_misspelled(environ), *((both,) if unused else ()), *((folder,) if aimless else ()))


def _misspelled(environ: Mapping[str, str]) -> Iterator[str]:
    """Other programs may use such names, so this is no error."""
    from content.search.spelling import nearest

    for name in sorted(environ):
        if name in DEFAULTS or not environ[name].strip():
            continue
        prefix = next((each for each in PREFIXES if name.upper().startswith(each)), "")
        max_edits = len(name) // 4 if prefix else MAX_EDITS
        known = sorted(
            each for each in DEFAULTS if each.startswith(prefix) and len(each) >= MIN_LENGTH and abs(len(each) - len(name)) <= max_edits
        )
        meant = nearest(name.upper(), known, max_edits=max_edits) if known else ()
        if meant or prefix:
            yield f"{name} is not a setting; {f'did you mean {meant[0]}?' if meant else 'bot/README.md lists the settings.'}"
