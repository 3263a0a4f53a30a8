"""`tradebot manifest`: print Slack's app manifest, or write Teams' app package."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.settings import teams_client_id
from bot.slack.manifest import BadAddress, slack
from bot.teams.manifest import VERSION, Missing, package


def write_manifest(words: Sequence[str], options: Mapping[str, str]) -> int:
    """Raises ValueError for options that cannot be used; the message says what to do."""
    platform = "".join(words)
    makers = {"slack": (_slack, ("--http",)), "teams": (_teams, ("--url", "--client-id", "--out"))}
    if platform not in makers:
        problem = f"there is no manifest for {platform!r}; use" if platform else "choose a platform"
        raise ValueError(f"{problem}: tradebot manifest slack, or tradebot manifest teams")
    make, known = makers[platform]
    unknown = [name for name in options if name not in known]
    if unknown:
        raise ValueError(f"{unknown[0]} is not an option for {platform}; use {', '.join(known)}")
    return make(options)


def _slack(options: Mapping[str, str]) -> int:
    url = options.get("--http")
    try:
        made = slack(url)
    except BadAddress as error:
        raise ValueError(f"--http {url}: {error}") from None
    print(json.dumps(made, indent=2))
    return 0


def _teams(options: Mapping[str, str]) -> int:
    out = Path(options.get("--out", "tradebot-teams.zip"))
    try:
        made = package(options.get("--client-id") or teams_client_id(), options.get("--url", ""))
        out.write_bytes(made)
    except Missing as error:
        raise ValueError(str(error)) from None
    except OSError as error:
        raise ValueError(f"--out {out}: {error.strerror}") from None
    print(f"{out}: the Teams app package, version {VERSION}. Upload it in the Teams admin center.")
    return 0
