"""What is worth a word about the environment though nothing is wrong with it: a name that is no setting, a setting that isn't used."""

import os
from collections.abc import Iterator, Mapping

from bot.settings import DEFAULTS, given

OURS = ("SLACK_", "TEAMS_", "TRADEBOT_")

FEW = 2
"""Edits by which a name that doesn't begin like ours may differ from one of them and still be meant."""

LONG = 10
"""Letters of a name of ours that has near ones of its own: HOST and PORT would be near too much."""


def notes(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """A sentence each."""
    return (*strays(environ), *unused(environ))


def strays(environ: Mapping[str, str]) -> Iterator[str]:
    """Names that look like settings and are none, which somebody may have misspelt. Others may use such names, so it is no mistake."""
    for name in sorted(environ):
        if name in DEFAULTS or not environ[name].strip():
            continue
        ours = next((prefix for prefix in OURS if name.upper().startswith(prefix)), "")
        meant = nearest(name.upper(), ours, len(name) // 4 if ours else FEW)
        if meant or ours:
            yield f"{name} is no setting; {f'did you mean {meant}?' if meant else 'the README lists those that are.'}"


def nearest(name: str, beginning: str, most: int) -> str:
    """The setting with this beginning that differs from a name by the fewest edits, at most so many; "" when there is none."""
    near = [known for known in DEFAULTS if known.startswith(beginning) and len(known) >= LONG and abs(len(known) - len(name)) <= most]
    if not near:
        return ""
    from rapidfuzz.distance import OSA

    edits, known = min((OSA.distance(name, known), known) for known in near)
    return known if edits <= most else ""


def unused(environ: Mapping[str, str]) -> Iterator[str]:
    if given(environ, "SLACK_APP_TOKEN") and given(environ, "SLACK_SIGNING_SECRET"):
        yield "SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set: Slack is reached by Socket Mode, and the secret is not used."
