"""What comes in over HTTP is from Slack, or it is refused before anything of it is read: 401, or 413 when it is too long.

The rule is Slack's: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import re
from collections.abc import Iterable

MOST_BYTES = 1_000_000
"""Of a body. Slack's own are a few kilobytes; a view with everything in it is some hundred."""

WINDOW_SECONDS = 300
"""How far a request's time may be from ours, either way."""

SIGNATURE = b"x-slack-signature"
TIMESTAMP = b"x-slack-request-timestamp"


class TooLong(Exception):
    """The body is longer than MOST_BYTES."""


def signed(secret: bytes, timestamp: bytes, body: bytes) -> bytes:
    """The signature that Slack writes for a body."""
    return b"v0=" + hmac.digest(secret, b"v0:" + timestamp + b":" + body, hashlib.sha256).hex().encode()


def genuine(secret: bytes, headers: Iterable[tuple[bytes, bytes]], body: bytes, now: float) -> bool:
    """Whether Slack signed this body within the window. Headers in lower case, as ASGI has them; one that comes twice counts as none."""
    timestamp = signature = None
    for name, value in headers:
        if name == SIGNATURE:
            if signature is not None:
                return False
            signature = value
        elif name == TIMESTAMP:
            if timestamp is not None:
                return False
            timestamp = value
    if timestamp is None or signature is None or not re.fullmatch(rb"[0-9]{1,12}", timestamp):
        return False
    if abs(now - int(timestamp)) > WINDOW_SECONDS:
        return False
    return hmac.compare_digest(signed(secret, timestamp, body), signature)


def announced(headers: Iterable[tuple[bytes, bytes]]) -> int:
    """The length that the headers announce; 0 when they don't, or nonsense (the server refuses that itself)."""
    for name, value in headers:
        if name == b"content-length":
            return int(value) if re.fullmatch(rb"[0-9]{1,18}", value) else 0
    return 0
