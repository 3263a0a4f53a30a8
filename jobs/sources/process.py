"""Run the parse child within a time limit."""

import asyncio
import contextlib
import json
import signal
import sys
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from pathlib import Path

from jobs.sources.document import Document, load
from jobs.threads import in_feed_thread

WALL_SECONDS = 15.0
ROOT = Path(__file__).resolve().parents[2]  #: The child's directory, so that a checkout works uninstalled.


@dataclass(frozen=True, slots=True)
class Unparsable:
    why: str


async def parse(kind: str, content_type: str, body: bytes, url: str = "", wall_seconds: float = WALL_SECONDS) -> Document | Unparsable:
    """Parse a document of one of the kinds of `child.reader` in a child process, killed on cancellation."""
    command = (sys.executable, "-m", "jobs.sources.child", kind, content_type[:200].replace("\0", ""), url)
    child = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    try:
        async with asyncio.timeout(wall_seconds):
            output, errors = await child.communicate(body)
    except TimeoutError:
        return Unparsable(f"parsing it took more than {wall_seconds:g} seconds")
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    return await in_feed_thread(result, child.returncode, output, errors)


def result(code: int | None, output: bytes, errors: bytes) -> Document | Unparsable:
    if code is not None and code == -getattr(signal, "SIGXCPU", 0):
        return Unparsable("parsing it took more processor time than allowed")
    try:
        answer = json.loads(output)
    except ValueError:
        last = errors.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return Unparsable(f"parsing it took too much memory or crashed the parser (code {code}{f', {last[:200]}' if last else ''})")
    return Unparsable(answer["problem"]) if "problem" in answer else load(answer)
