"""The rows of the benchmark can break their bounds: each is measured at a small size, also with something that breaks it."""

from pathlib import Path

import pytest

from tests.benchmarks import digests
from tests.benchmarks.measure import Row


def test_maximum_and_minimum_are_kept_at_the_bound_and_broken_past_it() -> None:
    assert [Row("", value, "x", 2.0).kept for value in (1.9, 2.0, 2.1)] == [True, True, False]
    assert [Row("", value, "/s", 2.0, at_least=True).kept for value in (1.9, 2.0, 2.1)] == [False, True, True]
    assert Row("", 1.0, "x", None, at_least=True).kept


def test_digests_take_at_most_a_wait_longer_than_the_rate_limits_demand(tmp_path: Path) -> None:
    platform = digests.deliver_all(f"sqlite:///{tmp_path / 'digests.db'}", 40)
    assert len(platform.accepted) == 40
    assert platform.refusals
    assert platform.accepted[-1] - digests.shortest(40) <= 1.0


def test_digests_that_wait_for_too_long_break_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "CALL_SECONDS", 2.0)  # eight calls at once are then fewer than the limit allows
    platform = digests.deliver_all(f"sqlite:///{tmp_path / 'digests.db'}", 40)
    assert platform.accepted[-1] / digests.shortest(40) > digests.MAX_RATIO
