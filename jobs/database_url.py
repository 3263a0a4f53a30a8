"""Check DATABASE_URL, and show it without its password. Pure, and without SQLAlchemy, whose errors may repeat the password.

Nothing here repeats a part of a URL that cannot be read: what looks like a port or an option may be a piece of the password.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from jobs.redaction import SECRET_OPTIONS

EXAMPLE = "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"

SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")

OPTIONS = frozenset(
    """
    application_name channel_binding client_encoding connect_timeout dbname fallback_application_name gssdelegation
    gssencmode gsslib host hostaddr keepalives keepalives_count keepalives_idle keepalives_interval krbsrvname
    load_balance_hosts max_protocol_version min_protocol_version oauth_client_id oauth_client_secret oauth_issuer
    oauth_scope options passfile password port prepare_threshold replication require_auth requirepeer requiressl
    scram_client_key scram_server_key service servicefile ssl_max_protocol_version ssl_min_protocol_version sslcert
    sslcertmode sslcompression sslcrl sslcrldir sslkey sslkeylogfile sslmode sslnegotiation sslpassword sslrootcert
    sslsni target_session_attrs tcp_user_timeout user
    """.split()  # noqa: SIM905  # a literal would take fifty lines
)
"""The parameters of libpq, https://www.postgresql.org/docs/current/libpq-connect.html, and psycopg's prepare_threshold."""

NUMBERS = frozenset(("connect_timeout", "keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval", "tcp_user_timeout"))
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


RESERVED = {"@": "%40", "/": "%2F", "#": "%23", "?": "%3F", " ": "%20"}

_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.%]+\]|[^\[\]:@/?#\s]*)")


@dataclass(frozen=True, slots=True)
class _Parts:
    scheme: str
    login: str
    """The user and the password."""
    host: str
    port: str | None
    name: str
    query: str


def _split(value: str) -> _Parts:
    """Split at the last @, so that nothing of a password with an @ is taken for a host."""
    scheme, _, rest = value.partition("://")
    login, _, rest = rest.rpartition("@")
    rest, _, query = rest.partition("?")
    place, _, name = rest.partition("/")
    found = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::(.*))?", place, re.DOTALL)
    host, port = (found[1], found[2]) if found else (place, None)
    return _Parts(scheme, login, host, port, name, query)


def url_problem(value: str) -> str | None:
    """Return what is wrong with a URL and what to write, or None."""
    if not value.isprintable():
        return "it contains a character that cannot be printed; type it again"
    scheme, separator, _ = value.partition("://")
    if scheme.lower().startswith("sqlite"):
        return _sqlite_problem(value)
    if not separator or scheme not in SCHEMES:
        return _scheme_problem(scheme if separator else value)
    parts = _split(value)
    return _login_problem(parts.login) or _place_problem(parts) or _query_problem(parts.query)


def _scheme_problem(written: str) -> str:
    lower = written.lower()
    if lower.startswith(("postgres", "psql", "pgsql", "jdbc:postgres")):
        if "+" in lower.partition(":")[0]:
            return "the only driver is psycopg; begin with postgresql:// instead"
        return "begin it with postgresql://, in small letters and with nothing before it"
    if "password=" in lower or "host=" in lower:
        return "write it as a URL: postgresql://USER:PASSWORD@HOST/NAME"
    return f"use {EXAMPLE}"


def _sqlite_problem(value: str) -> str | None:
    scheme, separator, rest = value.partition("://")
    if scheme.lower().startswith("sqlite+"):
        return "Python's own SQLite is the only driver; begin with sqlite:/// instead"
    if scheme != "sqlite" or not separator or (rest and not rest.startswith("/")):
        return "write sqlite:///FILE for a file in the current folder, or sqlite:////FOLDER/FILE with four slashes for a full path"
    if "?" in rest:
        return "SQLite takes no options; remove everything from the question mark on"
    if rest in ("", "/", "/:memory:"):
        return "a database in memory is lost when the bot stops; use a file, such as sqlite:///tradebot.db"
    if rest.startswith("/~"):
        return "write the folder out instead of ~, such as sqlite:////home/bot/tradebot.db"
    return "this is a folder; add the name of a file, such as tradebot.db" if rest.endswith(("/", "\\")) else None


def _login_problem(login: str) -> str | None:
    user, _, password = login.partition(":")
    for character, code in RESERVED.items():
        for what, text in (("password", password), ("user name", user)):
            if character in text:
                shown = "a space" if character == " " else character
                return f"the {what} (everything before the last @) contains {shown}; write it as {code}"
    if re.search(r"%(?![0-9A-Fa-f]{2})", login):
        return "the user name or the password contains %; write it as %25"
    if "\0" in unquote(login):
        return "the user name or the password contains %00; remove it"
    return "the user name before the password is missing; use postgresql://USER:PASSWORD@HOST/NAME" if password and not user else None


def _place_problem(parts: _Parts) -> str | None:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if not _HOST.fullmatch(parts.host) or (parts.login and ":" in (parts.port or "")):
        return "the host is not a name or an address; use postgresql://USER:PASSWORD@HOST/NAME, with an IPv6 address in [brackets]"
    if parts.port is not None and not _is_port(parts.port):
        login = "" if parts.login else ", and a user and a password end with @"
        return f"the port after the host is not a number from 1 to 65535{login}; use postgresql://USER:PASSWORD@HOST:5432/NAME"
    if re.search(r"[\s#]", parts.name):
        return "the name of the database contains a space or #; remove everything after the name"
    if not parts.name and not {"dbname", "service"} & options.keys():
        return "the name of the database is missing; add it after the host, as in postgresql://USER:PASSWORD@HOST/NAME"
    return None


def _is_port(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,5}", text) is not None and 1 <= int(text) <= 65535


def _query_problem(query: str) -> str | None:
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in OPTIONS:
            from content.search.spelling import nearest

            meant = nearest(name, sorted(OPTIONS), max_edits=2)
            hint = f"did you mean {meant[0]}?" if meant else "after ? come PostgreSQL's own options, such as sslmode=require"
            return f"an option after the question mark is unknown; {hint}"
        if name == "port" and not all(_is_port(each) for each in value.split(",")):
            return "the port after the question mark is not a number from 1 to 65535"
        if name in NUMBERS and not re.fullmatch(r"-?[0-9]{1,9}", value):
            return f"{name} is a whole number"
        if name == "sslmode" and value not in SSL_MODES:
            return f"sslmode is one of {', '.join(SSL_MODES)}"
        if name == "prepare_threshold" and not (value.lower() == "none" or re.fullmatch(r"[0-9]{1,6}", value)):
            return "prepare_threshold is a whole number, or none for a pooler such as PgBouncer"
        if "\0" in value:
            return "an option after the question mark contains %00; remove it"
    return None


def shown_url(value: str) -> str:
    """Return a URL as it may be printed: without user, password and options, and of one that is wrong only what it begins with."""
    if (value.startswith("sqlite:") and "@" not in value) or re.fullmatch(r"[\w./-]+\.(db|sqlite3?)", value):
        return value
    if url_problem(value) is not None:
        found = re.match(r"(sqlite|postgres(ql)?|mysql|mariadb|oracle|mssql)(\+[a-z0-9]+)?:(//)?", value)
        return f"{found[0]}…" if found else "…"
    parts = _split(value)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{'…@' if parts.login else ''}{parts.host}{port}/{parts.name}{'?…' if parts.query else ''}"


def url_secrets(value: str) -> list[str]:
    """Return the passwords in a URL, as they are written and as they are meant."""
    if value.startswith("sqlite:"):
        return []
    parts = _split(value)
    written = [parts.login.partition(":")[2]]
    written += [found[1] for name in SECRET_OPTIONS for found in re.finditer(rf"(?:^|&){name}=([^&]*)", parts.query)]
    return [secret for each in written if each for secret in dict.fromkeys((each, unquote(each)))]
