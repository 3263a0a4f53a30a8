"""The shim around SQLite's files sees what was synced, and fills the disk, or the runs with it would be blind."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import power
from tests.support.paths import ROOT

pytestmark = [pytest.mark.process, pytest.mark.skipif(not power.find_vfs(), reason="this Python hides its SQLite")]

SCRIPT = """
import sqlite3, sys
from pathlib import Path
from tests.faults import power

folder, synchronous = Path(sys.argv[1]), sys.argv[2]
power.watch_files(folder / "synced", folder / "full")
conn = sqlite3.connect(folder / "run.db", isolation_level=None)
conn.execute("PRAGMA journal_mode=WAL")
conn.execute(f"PRAGMA synchronous={synchronous}")
conn.execute("CREATE TABLE t (n)")
conn.execute("INSERT INTO t VALUES (1)")
power.cut(folder / "run.db", folder / "synced")
print(sqlite3.connect(folder / "run.db").execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
(folder / "full").touch()
try:
    sqlite3.connect(folder / "other.db", isolation_level=None).execute("CREATE TABLE t (n)")
except sqlite3.Error as error:
    print(error)
"""


@pytest.mark.parametrize(("synchronous", "tables"), [("FULL", "1"), ("NORMAL", "0")])
def test_power_cut_leaves_what_was_synced_and_a_full_disk_takes_nothing(tmp_path: Path, synchronous: str, tables: str) -> None:
    (tmp_path / "synced").mkdir()
    words = (sys.executable, "-c", SCRIPT, str(tmp_path), synchronous)
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [tables, "database or disk is full"], done.stderr
