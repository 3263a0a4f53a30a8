"""The parse child: one document in on stdin, JSON out on stdout. `python -m jobs.sources.child KIND CONTENT-TYPE`.

Feeds come from outside and parsers break on them: feedparser raises on some, takes seconds for others and may grow without end. So
each document is read in a process of its own that has limits and can be killed.
"""

import contextlib
import json
import sys
from collections.abc import Callable

from jobs.sources import federal_register, jsonp
from jobs.sources.document import Document, NotAFeed, dump

CPU_SECONDS = 10
MEMORY_BYTES = 512 * 1024 * 1024
"""Address space. A real CSMS feed (1.3 MB) takes 51 MB."""


def main(kind: str, content_type: str) -> str:
    """The document as JSON, or {"problem": "…"} in plain words."""
    limit()
    body = sys.stdin.buffer.read()
    try:
        return dump(reader(kind)(body, content_type))
    except NotAFeed as problem:
        return json.dumps({"problem": str(problem)})
    except MemoryError:
        return json.dumps({"problem": "it takes more memory to read than a feed may"})
    except Exception as problem:  # a parser that chokes on a hostile document is an answer, not a crash
        return json.dumps({"problem": f"it can't be read ({type(problem).__name__}: {str(problem)[:200]})"})


def reader(kind: str) -> Callable[[bytes, str], Document]:
    """What reads a source of this kind. feedparser is loaded only by those that need it."""
    if kind == "jsonp":
        return jsonp.read
    if kind == "federal-register":
        return federal_register.read
    from jobs.sources import rss

    return {"rss": rss.read, "drupal": rss.read_drupal}[kind]


def limit() -> None:
    """Bounds this process. Windows has no such limits; there the parent's clock alone ends it."""
    try:
        import resource
    except ImportError:
        return
    for what, amount in ((resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(what)[1]
        # only the soft limit: at that one the kernel says why (SIGXCPU), at the hard one it just kills
        with contextlib.suppress(ValueError, OSError):  # macOS doesn't limit address space
            resource.setrlimit(what, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))


if __name__ == "__main__":
    sys.stdout.buffer.write(main(*sys.argv[1:3]).encode("utf-8", "replace"))
