"""Real messages and archive files of CBP, which are no part of the project."""

import os
from pathlib import Path

import pytest

VARIABLE = "CSMS_DATA"


def real_data(name: str) -> Path:
    """Return a file of the folder in CSMS_DATA, or skip the test."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"needs {name}: set {VARIABLE} to the folder that has it")
    path = Path(folder) / name
    if not path.exists():
        pytest.skip(f"{path} does not exist")
    return path
