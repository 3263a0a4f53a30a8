"""Verify that an HTTP request is from Slack, before anything of it is read; others get a 401.

The rule: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import re
from collections.abc import Iterable

WINDOW_SECONDS = 300
"""Maximum difference between a request's time and ours, either way."""

SIGNATURE = b"x-slack-signature"
TIMESTAMP = b"x-slack-request-timestamp"


def signature(secret: bytes, timestamp: bytes, body: bytes) -> bytes:
    return b"v0=" + hmac.digest(secret, b"v0:" + timestamp + b":" + body, hashlib.sha256).hex().encode()


def is_genuine(secret: bytes, headers: Iterable[tuple[bytes, bytes]], body: bytes, now: float) -> bool:
    """Whether Slack signed this body within the window.

    Header names are in lower case, as in ASGI. A header that occurs twice counts as missing.
    """
    timestamp = signed = None
    for name, value in headers:
        if name == SIGNATURE:
            if signed is not None:
                return False
            signed = value
        elif name == TIMESTAMP:
            if timestamp is not None:
                return False
            timestamp = value
    if timestamp is None or signed is None or not re.fullmatch(rb"[0-9]{1,12}", timestamp):
        return False
    if abs(now - int(timestamp)) > WINDOW_SECONDS:
        return False
    return hmac.compare_digest(signature(secret, timestamp, body), signed)
