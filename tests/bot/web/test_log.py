"""Tests that records which outsiders cause are logged once a minute."""

import logging

import pytest

from bot.web.log import RepeatFilter


def test_a_kind_of_line_comes_once_a_minute_and_says_how_many_it_stands_for(caplog: pytest.LogCaptureFixture) -> None:
    now = 0.0
    logger, kept = logging.getLogger("tests.repeated"), RepeatFilter(clock=lambda: now)
    logger.addFilter(kept)
    caplog.set_level(logging.DEBUG)

    def fail(name: str) -> None:
        try:
            raise OSError("no more files")
        except OSError:
            logger.exception("rejected %s", name)

    for second in range(150):
        now = float(second)
        fail(f"request {second}")
        logger.info("an answer")
    logger.removeFilter(kept)
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.getMessage() for record in errors] == [
        "rejected request 0",
        "rejected request 60 (59 more like it since the last line)",
        "rejected request 120 (59 more like it since the last line)",
    ]
    assert [record.exc_info is not None for record in errors] == [True, False, False]
    assert sum(record.levelno == logging.INFO for record in caplog.records) == 150
