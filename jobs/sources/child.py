"""Parse stdin to JSON on stdout: `python -m jobs.sources.child KIND CONTENT-TYPE URL`.

Feeds are untrusted: feedparser raises on some, takes seconds for others and may use unbounded memory.
"""

import contextlib
import json
import sys
from collections.abc import Callable

from jobs.sources import bulletin, cross_rulings, federal_register, hts_releases, jsonp
from jobs.sources.document import Document, NotAFeed, dump

CPU_SECONDS = 10
MEMORY_BYTES = 512 * 1024 * 1024  #: Address space; a real CSMS feed (1.3 MB) takes 51 MB.

_WITHOUT_FEEDPARSER = {
    "bulletin": bulletin.read,
    "jsonp": jsonp.read,
    "federal-register": federal_register.read,
    "cross-rulings": cross_rulings.read,
    "hts-releases": hts_releases.read,
}


def main(kind: str, content_type: str, url: str) -> str:
    set_limits()
    return answer(sys.stdin.buffer.read(), kind, content_type, url)


def answer(body: bytes, kind: str, content_type: str, url: str) -> str:
    try:
        return dump(reader(kind)(body, content_type, url))
    except NotAFeed as problem:
        return json.dumps({"problem": str(problem)})
    except MemoryError:
        return json.dumps({"problem": "parsing it takes more memory than allowed"})
    except Exception as problem:  # a hostile document is a result, not a crash
        return json.dumps({"problem": f"it cannot be parsed ({type(problem).__name__}: {str(problem)[:200]})"})


def reader(kind: str) -> Callable[[bytes, str, str], Document]:
    """Return a kind's parser, loading feedparser only if needed."""
    if kind in _WITHOUT_FEEDPARSER:
        return _WITHOUT_FEEDPARSER[kind]
    from jobs.sources import rss

    return {"rss": rss.read, "drupal": rss.read_drupal}[kind]


def set_limits() -> None:
    """Limit this process; on Windows only the parent's timeout does."""
    try:
        import resource
    except ImportError:
        return
    for what, amount in ((resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(what)[1]
        # at the soft limit the kernel tells the reason (SIGXCPU), at the hard one it just kills
        with contextlib.suppress(ValueError, OSError):  # macOS does not limit address space
            resource.setrlimit(what, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))


if __name__ == "__main__":
    sys.stdout.buffer.write(main(*sys.argv[1:4]).encode("utf-8", "replace"))
