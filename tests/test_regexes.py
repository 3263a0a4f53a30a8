"""Hostile text must not keep a regular expression busy, since nothing else in the process runs meanwhile."""

import subprocess
import sys

import pytest

from tests.support import regexes
from tests.support.paths import ROOT

pytestmark = pytest.mark.process


@pytest.mark.parametrize("what", ["expressions", "functions"])
def test_no_long_hostile_text_keeps_an_expression_busy(what: str) -> None:
    try:
        child = subprocess.run(
            [sys.executable, "-m", "tests.support.regexes", what],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        pytest.fail(f"it hangs: {bytes(late.stderr or b'')[-300:].decode('utf-8', 'replace')}")
    assert (child.returncode, child.stdout) == (0, ""), child.stderr[-2_000:]


def test_expressions_are_found_with_their_use() -> None:
    found = {each.where: each.ways for each in regexes.expressions()}
    assert len(found) > 90
    assert found["bot/slack/views/look_up.py _LABELED"] >= {"findall"}
    assert found["handlers/why.py _WITH_COMMAS"] == {"fullmatch"}
