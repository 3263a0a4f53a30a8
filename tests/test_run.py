"""A run of the tests cleans up after those that were killed."""

from pathlib import Path

from tests.support import run


def test_folders_of_killed_runs_are_removed_and_those_of_others_stay(tmp_path: Path) -> None:
    dead, alive, other = (tmp_path / name for name in ("tests1", "tests2", "tests3"))
    for folder in (dead, alive, other):
        (folder / "postgres").mkdir(parents=True)
    run.lock(dead).close()
    with run.lock(alive):
        run.remove_remains(tmp_path)
    assert sorted(tmp_path.iterdir()) == [alive, other]
