"""Verify that an HTTP request is from Slack: https://docs.slack.dev/authentication/verifying-requests-from-slack"""

import hashlib
import hmac
import re
from collections.abc import Sequence

WINDOW_SECONDS = 300
"""Maximum difference between a request's time and ours."""

SIGNATURE = b"x-slack-signature"
TIMESTAMP = b"x-slack-request-timestamp"


def signature(secret: bytes, timestamp: bytes, body: bytes) -> bytes:
    return b"v0=" + hmac.digest(secret, b"v0:" + timestamp + b":" + body, hashlib.sha256).hex().encode()


def is_genuine(secret: bytes, headers: Sequence[tuple[bytes, bytes]], body: bytes, now: float) -> bool:
    """Whether Slack signed this body within the window. Header names are in lower case; a header that occurs twice counts as missing."""
    timestamps, signatures = ([value for name, value in headers if name == wanted] for wanted in (TIMESTAMP, SIGNATURE))
    if len(timestamps) != 1 or len(signatures) != 1 or not re.fullmatch(rb"[0-9]{1,12}", timestamps[0]):
        return False
    if abs(now - int(timestamps[0])) > WINDOW_SECONDS:
        return False
    return hmac.compare_digest(signature(secret, timestamps[0], body), signatures[0])
