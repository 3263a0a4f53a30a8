"""What comes in over HTTP is from Slack, or it is refused before anything of it is read: 401.

The rule is Slack's: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import re
from collections.abc import Iterable

WINDOW_SECONDS = 300
"""How far a request's time may be from ours, either way."""

SIGNATURE = b"x-slack-signature"
TIMESTAMP = b"x-slack-request-timestamp"


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
