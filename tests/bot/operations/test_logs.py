import io
import json
import logging
import re
from datetime import datetime
from pathlib import Path

import pytest

from bot.operations.logs import configure
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
