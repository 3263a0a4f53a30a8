"""Run the bot as a real process on a free port, with content whose feed is on this computer."""

import json
import os
import queue
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.settings import DEFAULTS
from tests.support.feed_server import FeedServer
from tests.support.paths import ROOT

START_SECONDS = 60
END_SECONDS = 30

FEEDS = """\
feeds:
  csms:
    name: "CSMS messages"
    sources:
      - kind: rss
        url: {address}
    every: 1s
    publishes: csms
    may_be_empty: false
"""


def content(folder: Path, server: FeedServer) -> Path:
    """Copy the repository's content into `folder`, with a feeds.yaml that names a feed on this computer."""
    shutil.copytree(ROOT / "content", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (folder / "feeds.yaml").write_text(FEEDS.format(address=server.url("/csms.rss")), encoding="utf-8")
    return folder


@dataclass
class Bot:
    """A running process. `said` holds the lines that it wrote so far, to either output."""

    process: "subprocess.Popen[str]"
    said: list[str] = field(default_factory=list)
    lines: "queue.Queue[str | None]" = field(default_factory=queue.Queue)

    @property
    def url(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+", "".join(self.said))
        assert found is not None, self.said
        return found[0]

    def wait_for(self, words: str) -> str:
        """Wait for a line with these words and return it."""
        for line in self.said:
            if words in line:
                return line
        deadline = time.monotonic() + START_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            try:
                newest = self.lines.get(timeout=left)
            except queue.Empty:
                break
            if newest is None:
                break
            self.said.append(newest)
            if words in newest:
                return newest
        raise AssertionError(f"the bot did not say {words!r} but:\n{''.join(self.said)}")

    @property
    def log(self) -> str:
        """Everything that the process wrote, once it has ended; else what came so far."""
        while not self.lines.empty():
            if (line := self.lines.get()) is not None:
                self.said.append(line)
        return "".join(self.said)

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.url + path, timeout=30) as answer:  # noqa: S310 - our own address
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def post(self, path: str, given: object, headers: dict[str, str]) -> tuple[int, str]:
        """Post `given` as JSON."""
        return self.send(path, json.dumps(given).encode(), {"Content-Type": "application/json", **headers})

    def send(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        request = urllib.request.Request(self.url + path, body, headers)  # noqa: S310 - our own address
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own address
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End the process by a signal and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(END_SECONDS)


def environment(**settings: str) -> dict[str, str]:
    """Return this process's environment with these settings of the bot and no others."""
    return {name: value for name, value in os.environ.items() if name not in DEFAULTS} | {"PORT": "0", "PYTHONUNBUFFERED": "1"} | settings


_SEVERAL = """
import json, os, sys
from bot import cli, server
server.WAIT_SECONDS = 0.0
for words, settings in json.load(sys.stdin):
    os.environ.update(settings)
    print(f"\\0{cli.main(words)}", end="\\0", flush=True)
    for name in settings:
        del os.environ[name]
"""


def run_commands(*commands: tuple[str, dict[str, str]]) -> list[tuple[int, str]]:
    """Run commands, each with its settings, one after the other in one process that waits for no database server.

    Return the exit code and both outputs of each. A process of its own would take a second of processor time for each, to import the bot.
    """
    ended = subprocess.run(
        [sys.executable, "-c", _SEVERAL],
        input=json.dumps([(command.split(), settings) for command, settings in commands]),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    *parts, rest = ended.stdout.split("\0")
    assert (ended.returncode, rest, len(parts)) == (0, "", 2 * len(commands)), ended.stdout
    return [(int(code), said) for said, code in zip(parts[::2], parts[1::2], strict=True)]


@contextmanager
def bot(command: str, until: str, *, program: str = "bot", files: str = "", **settings: str) -> Iterator[Bot]:
    """Start `python -m bot COMMAND`, wait for a line with the words `until`, and end the process after the block.

    With `files`, it may open so many.
    """
    limits = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (int(files), int(files)))) if files else None
    process = subprocess.Popen(
        [sys.executable, "-m", program, command],
        cwd=ROOT,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        preexec_fn=limits,
    )
    running = Bot(process)
    assert process.stdout is not None
    lines = process.stdout

    def read() -> None:
        for line in lines:
            running.lines.put(line)
        running.lines.put(None)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        running.wait_for(until)
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        reader.join(END_SECONDS)
        lines.close()


def eventually(look: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Wait until `look` returns true. `seconds` only ends a hang."""
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.02)
