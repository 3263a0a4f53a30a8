"""Every card and post of the bot, made once for all workers of a run."""

import fcntl
import io
import logging
import pickle
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import run
from tests.support.every_card import Card, every_card


@dataclass(frozen=True, slots=True)
class Story:
    cards: list[Card]
    noise: str
    """The warnings and the output while they were made."""


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    kept = run.folder() / "cards"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(tell(tmp_path_factory.mktemp("cards"))))
    found: Story = pickle.loads(kept.read_bytes())  # noqa: S301 - this run has written it
    return found


def tell(folder: Path) -> Story:
    noise = io.StringIO()
    handler, root = logging.StreamHandler(noise), logging.getLogger()
    handler.setLevel(logging.WARNING)
    root.addHandler(handler)
    try:
        with redirect_stdout(noise), redirect_stderr(noise):
            cards = every_card(folder)
    finally:
        root.removeHandler(handler)
    return Story(cards, noise.getvalue())


@pytest.fixture(scope="session")
def cards(story: Story) -> list[Card]:
    return story.cards
