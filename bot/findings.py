"""The findings of `tradebot doctor`."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from jobs.redaction import MIN_SECRET

OK, LOOK, WRONG = "OK", "look", "WRONG"
"""Fine; worth a look; broken."""


@dataclass(frozen=True, slots=True)
class Finding:
    state: str
    subject: str
    message: str
    advice: str = ""

    def __str__(self) -> str:
        advice = f" -> {self.advice}" if self.advice else ""
        line = " ".join(f"{self.subject}: {self.message}{advice}".split())
        return f"{self.state:<5}  " + "".join(letter if letter.isprintable() else "�" for letter in line)


def ok(subject: str, message: str) -> Finding:
    return Finding(OK, subject, message)


def look(subject: str, message: str, advice: str = "") -> Finding:
    return Finding(LOOK, subject, message, advice)


def wrong(subject: str, message: str, advice: str = "") -> Finding:
    return Finding(WRONG, subject, message, advice)


def run_check(subject: str, check: Callable[[], list[Finding]], seconds: float) -> list[Finding]:
    """Return what a check finds. A crash or a hang of more than `seconds` is a finding too.

    A daemon thread runs it, so a hang delays neither the next check nor the end of the process.
    """
    found: list[Finding] = []

    def run() -> None:
        try:
            found.extend(check())
        except Exception as error:
            found.append(wrong(subject, f"this check failed: {type(error).__name__}: {error}", "report this to the bot's maintainers"))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        return [wrong(subject, f"no answer within {seconds:g} s", "check that the service is up, then run `tradebot doctor` again")]
    return found


def hide_secrets(secrets: Sequence[str], finding: Finding) -> Finding:
    """Return the finding without any secret, wherever its words came from."""
    message, advice = finding.message, finding.advice
    for secret in sorted((each for each in secrets if len(each) >= MIN_SECRET), key=len, reverse=True):
        message, advice = message.replace(secret, "…"), advice.replace(secret, "…")
    return replace(finding, message=message, advice=advice)
