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


def signed_at(secret: bytes, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> int | None:
    """Return when Slack signed this body, as a Unix time, or None if it did not.

    Header names are in lower case; a header that occurs twice counts as missing.
    """
    timestamps, signatures = ([value for name, value in headers if name == wanted] for wanted in (TIMESTAMP, SIGNATURE))
    if len(timestamps) != 1 or len(signatures) != 1 or not re.fullmatch(rb"[0-9]{1,12}", timestamps[0]):
        return None
    return int(timestamps[0]) if hmac.compare_digest(signature(secret, timestamps[0], body), signatures[0]) else None


def is_genuine(secret: bytes, headers: Sequence[tuple[bytes, bytes]], body: bytes, now: float) -> bool:
    """Whether Slack signed this body within the window."""
    at = signed_at(secret, headers, body)
    return at is not None and abs(now - at) <= WINDOW_SECONDS
