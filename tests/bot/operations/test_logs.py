import io
import json
import logging
import re
from datetime import datetime
from pathlib import Path

import pytest

from bot.operations.logs import LogLine, configure, read_line
from tests.support.feed_server import bulletins, serving
from tests.support.process import bot, content

MESSY = 'two\nlines, a "quote" and \u2028'


def written(form: str, level: str = "info") -> list[str]:
    """Return the lines, from a root logger without pytest's handlers."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, before = root.handlers[:], root.level
    root.handlers.clear()
    configure(level, form, stream)
    logger = logging.getLogger("bot.sample")
    logger.debug("too low")
    logger.info("read %d of %s", 3, "csms")
    logger.warning("hostile: %s", MESSY)
    try:
        raise ValueError("broken")
    except ValueError:
        logger.exception("could not read")
    root.handlers[:] = handlers
    root.setLevel(before)
    return stream.getvalue().splitlines()


def test_each_line_of_json_is_an_object() -> None:
    first, hostile, failure = map(json.loads, written("json"))
    assert (first["level"], first["logger"], first["message"]) == ("info", "bot.sample", "read 3 of csms")
    assert datetime.fromisoformat(first["time"]).utcoffset() is not None
    assert "exception" not in first
    assert hostile["message"] == f"hostile: {MESSY}"
    assert failure["message"] == "could not read"
    assert "ValueError: broken" in failure["exception"]
    assert "Traceback" in failure["exception"]


def test_times_of_text_have_a_zone() -> None:
    lines = written("text")
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d INFO bot\.sample: read 3 of csms$", lines[0]), lines[0]
    assert not any("too low" in line for line in lines)


@pytest.mark.parametrize("form", ["text", "json"])
def test_lines_are_read_as_they_were_written(form: str) -> None:
    first, *_ = written(form)
    read = LogLine("info", "bot.sample", "read 3 of csms")
    assert read_line(first) == read_line(f"Feb  9 08:00:00 host tradebot[12]: {first}\n") == read


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_text_in_a_record_passes_for_another_record(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    other = "2026-02-09T08:00:00.125-05:00 INFO jobs.other: planted"
    as_json = json.dumps({"time": "2026-02-09T13:00:00.125+00:00", "level": "info", "logger": "jobs.other", "message": "planted"})
    for planted in (other, f"\n{other}", as_json, f"\n{as_json}", f"\n\n x {other}", f"{{ {other}"):
        monkeypatch.setitem(globals(), "MESSY", planted)
        lines = [found for line in written(form) if (found := read_line(line))]
        assert {line.logger for line in lines} == {"bot.sample"}


@pytest.mark.parametrize("line", ["", "{", "[1]", '{"logger": 1, "level": "info", "message": ""}', "[" * 9000 + "{", '{"a":' * 9000])
def test_a_line_that_the_bot_did_not_write_is_none(line: str) -> None:
    assert read_line(line) is None


def test_lowest_level_is_the_one_of_the_setting() -> None:
    assert any("too low" in line for line in written("text", "debug"))
    assert len(written("json", "error")) == 1


@pytest.mark.process
def test_running_bot_logs_objects(tmp_path: Path, sqlite_url: str) -> None:
    with serving(bulletins(3)) as feeds:
        settings = {"DATABASE_URL": sqlite_url, "CONTENT_DIR": str(content(tmp_path / "content", feeds)), "LOG_FORMAT": "json"}
        settings["LOG_LEVEL"] = "debug"
        with bot("work", "Trade bot is polling and posting", **settings) as worker:
            line = json.loads(worker.wait_for('"bot.server"'))
            assert worker.end() == 0
    assert set(line) == {"time", "level", "logger", "message"}
