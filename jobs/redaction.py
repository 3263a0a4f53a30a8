"""Hide secrets in texts that come from elsewhere."""

import re
from collections.abc import Sequence

MIN_SECRET = 6
"""Minimum length of a secret that is hidden everywhere: a shorter one may be an ordinary word, or a part of one."""

SECRET_OPTIONS = ("password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key")
"""The parameters of libpq that are secrets."""


def hide_words(secrets: Sequence[str], text: str) -> str:
    """Return the text without any secret. A short one is hidden only as a whole word, so that "p" leaves "port" as it is."""
    for secret in sorted(secrets, key=len, reverse=True):
        pattern = re.escape(secret)
        text = re.sub(pattern if len(secret) >= MIN_SECRET else rf"(?<!\w){pattern}(?!\w)", "…", text)
    return text
