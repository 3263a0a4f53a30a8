"""The environment, read here and nowhere else, and refused in sentences that say what to do.

Seven words of text and a check each: pydantic would cost 130 ms and 20 MiB of a start here and say it less plainly.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULTS = {
    "DATABASE_URL": "sqlite:///tradebot.db",
    "CONTENT_DIR": str(Path(__file__).resolve().parent.parent / "content"),
    "TRADEBOT_ADMINS": "",
    "TRADEBOT_ZONE": "America/New_York",
    "HOST": "127.0.0.1",
    "PORT": "3000",
    "LOG_LEVEL": "info",
}
"""Every variable there is. An empty one counts as unset: hosts hand out empty ones."""

SCHEMES = ("sqlite", "postgres", "postgresql", "postgresql+psycopg")
LEVELS = ("debug", "info", "warning", "error", "critical")
ADMIN = r"(slack|teams|playground):[^\s/,]+/[^\s/,]+"
SECRET = re.compile(r"(?<=://).*(?=@)")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says, checked."""

    database_url: str
    content_dir: Path
    admins: frozenset[str]
    """As Person.key writes them: "slack:T1/U1"."""
    zone: str
    host: str
    port: int
    """0: any free one."""
    log_level: str

    @property
    def loopback(self) -> bool:
        """Only this computer can connect."""
        return is_loopback(self.host)


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
    "TRADEBOT_ZONE": zone_problem,
    "HOST": host_problem,
    "PORT": port_problem,
    "LOG_LEVEL": level_problem,
}


def names(value: str) -> list[str]:
    """The words of a list that is written with commas, blanks or both."""
    return re.split(r"[\s,]+", value.strip(" \t\n,")) if value.strip(" \t\n,") else []


def shown(name: str, value: str) -> str:
    """A value as it may stand in a message: without what signs in to a database."""
    return SECRET.sub("…", value) if name == "DATABASE_URL" else value


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Every setting. Raises SettingsError with all problems at once."""
    values = {name: environ.get(name) or default for name, default in DEFAULTS.items()}
    problems = tuple(
        f"{name}={shown(name, values[name])}: {problem}." for name, check in CHECKS.items() if (problem := check(values[name]))
    )
    if problems:
        raise SettingsError(problems)
    return Settings(
        database_url=values["DATABASE_URL"],
        content_dir=Path(values["CONTENT_DIR"]).resolve(),
        admins=frozenset(names(values["TRADEBOT_ADMINS"])),
        zone=values["TRADEBOT_ZONE"],
        host=values["HOST"],
        port=int(values["PORT"]),
        log_level=values["LOG_LEVEL"].lower(),
    )
