"""Explain connection errors and Retry-After headers. Never with a URL: it may hold a secret."""

import re
import socket
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

TIMED_OUT = "no answer in time (timeout)"
UNKNOWN_HOST = "the host name cannot be resolved (DNS)"
CONNECTION_LOST = "the connection was lost"

MAX_RETRY_AFTER_SECONDS = 86_400.0  #: A day, however long a server asks for.

_CONNECTION_LOST_CLASSES = {"ServerDisconnectedError", "ClientPayloadError", "RemoteProtocolError", "ReadError", "WriteError"}
"""Exceptions of aiohttp and httpx, by name, so that neither is imported."""

_PROXY_CLASSES = {"ProxyError", "ClientHttpProxyError", "ClientProxyConnectionError"}


def explain(error: BaseException) -> str:
    """Explain an error of aiohttp, httpx or the operating system."""
    chain = [error]
    while (cause := _cause(chain[-1])) is not None and cause not in chain:
        chain.append(cause)
    explanation = next(filter(None, map(_explain_system_error, reversed(chain))), "")
    if _PROXY_CLASSES & {base.__name__ for base in type(error).__mro__}:
        return f"no connection through the proxy ({explanation or _explain_proxy_error(error)})"
    if explanation:
        return explanation
    class_names = {base.__name__ for each in chain for base in type(each).__mro__}
    if "TimeoutException" in class_names:
        return TIMED_OUT
    return CONNECTION_LOST if class_names & _CONNECTION_LOST_CLASSES else f"no connection ({type(error).__name__})"


def explain_unreachable(host: str, port: int, seconds: float) -> str:
    """Return why no TCP connection can be opened to an address within `seconds`, or "". Resolving the name may take longer."""
    try:
        socket.create_connection((host, port), seconds).close()
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that DNS cannot hold
        return UNKNOWN_HOST if isinstance(error, UnicodeError) else explain(error)
    return ""


def _explain_proxy_error(error: BaseException) -> str:
    status = getattr(error, "status", None)
    return str(error)[:100] if status is None else f"HTTP {status}"  # aiohttp's own text contains the URL


def _cause(error: BaseException) -> BaseException | None:
    inner = getattr(error, "os_error", None) or error.__cause__ or error.__context__  # os_error: aiohttp
    return inner if isinstance(inner, BaseException) else None


def _explain_system_error(error: BaseException) -> str:
    if isinstance(error, socket.gaierror):
        return UNKNOWN_HOST
    if isinstance(error, ssl.SSLError):
        detail = getattr(error, "verify_message", "") or getattr(error, "reason", "")  # set by the ssl module alone
        return f"no secure connection: {detail or 'TLS failed'}"
    if isinstance(error, TimeoutError):
        return TIMED_OUT
    if isinstance(error, ConnectionRefusedError):
        return "no connection (refused)"
    if isinstance(error, (ConnectionResetError, BrokenPipeError)):
        return CONNECTION_LOST
    return f"no connection ({error.strerror})" if type(error) is OSError and error.strerror else ""


SAME_SECONDS = 2.0  #: Clocks that differ by less count as the same; a `Date` header has whole seconds.

RETRY_SECONDS = 30.0  #: If a platform does not say how long.


def retry_seconds(value: str | None) -> float:
    """Return how long to wait before a post is tried again. A date that has passed names no time."""
    seconds = retry_after(value)
    return RETRY_SECONDS if seconds is None or (not seconds and _http_date(value or "")) else seconds


def retry_after(value: str | None, date: str | None = None, now: datetime | None = None) -> float | None:
    """Return the seconds that a Retry-After header asks for, or None.

    A date is measured from the server's `Date` header, or else from `now`.
    """
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return min(float(text), MAX_RETRY_AFTER_SECONDS)
    until = _http_date(text)
    if until is None:
        return None
    seconds = (until - (_http_date(date or "") or now or datetime.now(UTC))).total_seconds()
    return min(max(seconds, 0.0), MAX_RETRY_AFTER_SECONDS)


def seconds_ahead(date: str | None, now: datetime | None = None) -> float | None:
    """Return how many seconds this computer's clock is ahead of a server's, by its `Date` header, which has whole seconds; None without."""
    theirs = _http_date(date or "")
    return None if theirs is None else ((now or datetime.now(UTC)) - theirs).total_seconds() - 0.5


def difference(seconds: float) -> str:
    """Return "10 min ahead of", "1 h behind" or "within 2 s of", with the words of the other clock to follow."""
    size = abs(seconds)
    if size < SAME_SECONDS:
        return f"within {SAME_SECONDS:g} s of"
    amount = f"{size:.0f} s" if size < 100 else f"{size / 60:.0f} min" if size < 6000 else f"{size / 3600:.1f} h"
    return f"{amount} {'ahead of' if seconds > 0 else 'behind'}"


def _http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
