"""`make help`, and the command that make puts into the virtual environment. Nothing is installed here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.process


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Make a checkout with a space in its name whose virtual environment needs nothing more."""
    folder = tmp_path / "a checkout"
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name in ("Makefile", "requirements.txt", "bot", "handlers", "jobs", "content"):
        (folder / name).symlink_to(ROOT / name)
    python = folder / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')  # a link would look for its libraries in this folder
    python.chmod(0o755)
    (folder / ".venv" / "runtime").touch()
    make(folder, ".venv/bin/tradebot")
    return folder


def make(folder: Path, *targets: str) -> str:
    done = subprocess.run(["make", "-C", str(folder), "--no-print-directory", *targets], capture_output=True, text=True, check=True)
    return done.stdout


def test_make_alone_lists_its_targets_and_nothing_else() -> None:
    lines = make(ROOT).splitlines()
    assert len(lines) >= 6
    assert all(line.startswith("make ") for line in lines)


def test_the_command_is_the_checkouts_bot_from_wherever_it_is_called(checkout: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "bot").mkdir(parents=True)
    (elsewhere / "bot" / "__main__.py").write_text("raise SystemExit('not this one')")
    command = checkout / ".venv" / "bin" / "tradebot"
    link = tmp_path / "tradebot"
    link.symlink_to(command)
    for called in (str(command), str(link), os.path.relpath(command, elsewhere)):
        done = subprocess.run([called, "ask", "/pti revenue", "and more"], capture_output=True, text=True, cwd=elsewhere, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Revenue")


def test_the_command_passes_words_and_exit_codes_on(checkout: Path) -> None:
    command = str(checkout / ".venv" / "bin" / "tradebot")
    assert subprocess.run([command, "ask", "/ptti  $HOME"], capture_output=True, check=False).returncode == 1
    done = subprocess.run([command, "no such"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.partition(";")[0]) == (2, "tradebot: unknown subcommand 'no such'")
