"""Why a host could not be reached, in words instead of a library's class names. Nothing of an address is in them, which may be a key."""

import socket
import ssl

NO_TIME = "no answer in time (time-out)"
NO_NAME = "the host's name is not known (DNS)"
BROKEN = "the connection broke off"

BREAKS = ("ServerDisconnectedError", "ClientPayloadError", "RemoteProtocolError", "ReadError", "WriteError")
"""What aiohttp and httpx call it."""


def why(error: BaseException) -> str:
    """What an error of aiohttp, httpx or the system comes from."""
    chain = [error]
    while (deeper := below(chain[-1])) is not None and deeper not in chain:
        chain.append(deeper)
    for each in reversed(chain):
        if said := of_the_system(each):
            return said
    names = {kind.__name__ for each in chain for kind in type(each).__mro__}
    if "TimeoutException" in names:
        return NO_TIME
    return BROKEN if names & set(BREAKS) else f"no connection ({type(error).__name__})"


def below(error: BaseException) -> BaseException | None:
    """What an error was made of: aiohttp keeps it in a field, others say `from`."""
    inner = getattr(error, "os_error", None) or error.__cause__ or error.__context__
    return inner if isinstance(inner, BaseException) else None


def of_the_system(error: BaseException) -> str:
    """The words for what Python itself raises; "" for a library's own."""
    if isinstance(error, socket.gaierror):
        return NO_NAME
    if isinstance(error, ssl.SSLError):
        return f"no secure connection: {getattr(error, 'verify_message', '') or error.reason or 'TLS failed'}"
    if isinstance(error, TimeoutError):
        return NO_TIME
    if isinstance(error, ConnectionRefusedError):
        return "no connection (refused)"
    if isinstance(error, (ConnectionResetError, BrokenPipeError)):
        return BROKEN
    return f"no connection ({error.strerror})" if type(error) is OSError and error.strerror else ""
