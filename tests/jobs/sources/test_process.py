"""The parse child: what it answers, and what happens when a document is too much for it."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.sources.document import Document
from jobs.sources.process import ROOT, Unparsable, parse
from tests.support.feed_server import BOMB, bulletins, register, rss, widget

pytestmark = pytest.mark.process


@pytest.mark.parametrize(
    ("kind", "body"),
    [("rss", rss(bulletins(1))), ("drupal", rss(bulletins(1))), ("jsonp", widget(bulletins(1))), ("federal-register", register())],
)
async def test_every_format_is_parsed_in_a_child(kind: str, body: str) -> None:
    document = await parse(kind, "", body.encode())
    assert isinstance(document, Document)
    assert len(document.entries) == 1


async def test_the_child_starts_wherever_the_bot_was_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert isinstance(await parse("rss", "", rss([]).encode()), Document)


async def test_an_entity_bomb_is_refused() -> None:
    outcome = await parse("rss", "", f"{BOMB}<rss><channel><title>&h;</title></channel></rss>".encode())
    assert isinstance(outcome, Unparsable)
    assert "XML entities" in outcome.why


SLOW = b"<rss><channel><item " + b" ".join(b"a%d=''" % n for n in range(60_000)) + b"></item></channel></rss>"
"""feedparser's time for attributes grows with the square of their number."""


async def test_a_child_that_takes_too_long_is_killed_and_the_loop_goes_on() -> None:
    turns = 0
    parsing = asyncio.create_task(parse("rss", "", SLOW, wall_seconds=0.5))
    while not parsing.done():
        await asyncio.sleep(0.02)
        turns += 1
    assert parsing.result() == Unparsable("parsing it took more than 0.5 seconds")
    assert turns > 1
    assert children() == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_a_cancelled_parse_leaves_no_child_behind() -> None:
    parsing = asyncio.create_task(parse("rss", "", SLOW))
    while not children():  # noqa: ASYNC110 - nothing tells us when the child is there
        await asyncio.sleep(0.02)
    parsing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await parsing
    assert children() == []


def children() -> list[Path]:
    """Parse children of this process, as Linux lists them."""

    def ours(process: Path) -> bool:
        try:
            parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
            return parent == str(os.getpid()) and b"jobs.sources.child" in (process / "cmdline").read_bytes()
        except OSError:  # it ended while we looked
            return False

    return [process for process in Path("/proc").glob("[0-9]*") if ours(process)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits address space")
def test_the_child_is_bounded_in_memory_and_processor_time() -> None:
    code = (
        "from jobs.sources import child; import resource as r; child.set_limits(); "
        "print(r.getrlimit(r.RLIMIT_AS)[0] == child.MEMORY_BYTES, r.getrlimit(r.RLIMIT_CPU)[0] == child.CPU_SECONDS)\n"
        "try: bytes(600_000_000)\nexcept MemoryError: print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "refused"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits address space")
def test_the_child_reads_within_its_bounds_and_says_when_they_are_too_narrow() -> None:
    code = "from jobs.sources import child; child.reader = lambda _: lambda *_: bytes(600_000_000); print(child.main('rss', '', ''))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, input="", capture_output=True, text=True, check=True)
    assert done.stdout.strip() == '{"problem": "parsing it takes more memory than allowed"}'


def test_document_that_makes_the_parser_raise_is_an_answer() -> None:
    code = "from jobs.sources import child; child.reader = lambda _: lambda *_: [][0]; print(child.main('rss', '', ''))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, input="", capture_output=True, text=True, check=True)
    assert done.stdout.strip() == '{"problem": "it cannot be parsed (IndexError: list index out of range)"}'
