"""Content loaded in a process of its own is what the loader makes of it, and leaves nothing behind."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from content.loading.files import ContentError, read_files
from content.loading.loader import load_files
from tests.support.process import ROOT
from tests.support.sample_content import files

SCRIPT = """
import json, sys
from content.loading import child
from content.loading.files import ContentError
try:
    found = repr(child.load_files(json.load(sys.stdin)))
except ContentError as broken:
    found = repr(broken.problems)
print(json.dumps([found, [name for name in ("pydantic", "yaml", "content.loading.loader") if name in sys.modules]]))
"""


def told(texts: dict[str, str], before: str = "") -> tuple[str, list[str]]:
    """What a process gets that has loaded none yet, and what of the loader it holds afterwards."""
    done = subprocess.run(
        [sys.executable, "-c", before + SCRIPT], input=json.dumps(texts), capture_output=True, text=True, check=True, cwd=ROOT
    )
    found, loaded = json.loads(done.stdout)
    return found, loaded


def test_the_shipped_content_comes_as_the_loader_makes_it_and_the_loader_stays_outside() -> None:
    texts = read_files(ROOT / "content")
    assert told(texts) == (repr(load_files(texts)), [])


def test_every_problem_comes_with_its_place() -> None:
    broken = files()
    broken["ptis.yaml"] = broken["ptis.yaml"].replace("https://", "http://")
    del broken["roles.yaml"]
    with pytest.raises(ContentError) as here:
        load_files(broken)
    assert len(here.value.problems) > 1
    assert told(broken) == (repr(here.value.problems), [])


def test_without_a_child_it_is_loaded_here(tmp_path: Path) -> None:
    texts = files()
    found, loaded = told(texts, f"import sys; sys.executable = {str(tmp_path / 'none')!r}\n")
    assert found == repr(load_files(texts))
    assert "content.loading.loader" in loaded
