"""What `tradebot doctor` finds: a line a check."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

OK, LOOK, WRONG = "OK", "look", "WRONG"
"""Fine; worth a look, but nothing is broken; broken."""

LEAST = 6
"""Letters of a secret. A shorter one is like an ordinary word, and taking that out would spoil the lines."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do."""

    state: str
    about: str
    said: str
    todo: str = ""

    def __str__(self) -> str:
        todo = f" -> {self.todo}" if self.todo else ""
        line = " ".join(f"{self.about}: {self.said}{todo}".split())
        return f"{self.state:<5}  " + "".join(letter if letter.isprintable() else "�" for letter in line)


def ok(about: str, said: str) -> Finding:
    return Finding(OK, about, said)


def look(about: str, said: str, todo: str = "") -> Finding:
    return Finding(LOOK, about, said, todo)


def wrong(about: str, said: str, todo: str = "") -> Finding:
    return Finding(WRONG, about, said, todo)


def tried(about: str, check: Callable[[], list[Finding]], seconds: float) -> list[Finding]:
    """What a check finds. One that crashes, or that hangs for longer than `seconds`, is a finding too, and the next one is not held up:
    it runs in a thread that the end of the process doesn't wait for."""
    found: list[Finding] = []

    def run() -> None:
        try:
            found.extend(check())
        except Exception as error:
            found.append(wrong(about, f"this check itself failed: {type(error).__name__}: {error}", "tell whoever looks after the bot"))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        return [wrong(about, f"no answer within {seconds:g} s", "see whether what it asks is up, then run `tradebot doctor` again")]
    return found


def without(secrets: Sequence[str], finding: Finding) -> Finding:
    """The finding with nothing in it that signs in anywhere, wherever the words came from."""
    said, todo = finding.said, finding.todo
    for secret in sorted((each for each in secrets if len(each) >= LEAST), key=len, reverse=True):
        said, todo = said.replace(secret, "…"), todo.replace(secret, "…")
    return replace(finding, said=said, todo=todo)
