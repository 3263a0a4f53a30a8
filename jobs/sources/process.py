"""Starts the parse child and hears its answer, within limits of time and size."""

import asyncio
import contextlib
import json
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from jobs.sources.document import Document, load

WALL_SECONDS = 15.0
ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds the package `jobs`: the child starts here, so that a checkout that isn't installed works too."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The document could not be read; `why` finishes the sentence "what came is not a feed: …"."""

    why: str


async def parse(kind: str, content_type: str, body: bytes, wall_seconds: float = WALL_SECONDS) -> Document | Unreadable:
    """Reads a document of `kind` (rss, drupal, jsonp, federal-register) in a child process. A child that outlives the caller is killed."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "jobs.sources.child",
        kind,
        content_type[:200],
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(wall_seconds):
            output, errors = await child.communicate(body)
    except TimeoutError:
        return Unreadable(f"reading it took more than {wall_seconds:g} seconds")
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    return await asyncio.to_thread(_answer, child.returncode, output, errors)


def _answer(code: int | None, output: bytes, errors: bytes) -> Document | Unreadable:
    if code is not None and code == -getattr(signal, "SIGXCPU", 0):
        return Unreadable("reading it took more processor time than a feed may")
    try:
        answer = json.loads(output)
    except ValueError:
        last = errors.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return Unreadable(f"reading it took too much memory, or broke the parser (code {code}{f', {last[:200]}' if last else ''})")
    return Unreadable(answer["problem"]) if "problem" in answer else load(answer)
