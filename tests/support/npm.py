"""Programs from npm that some tests need: exactly those of a package-lock.json, installed once into the virtual environment."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

INSTALL = ("npm", "ci", "--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
SECONDS = 180


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true")


def modules(folder: Path) -> Path:
    """node_modules of the folder's package.json. Without Node or npm the test is skipped; where they are and don't work it fails in CI."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"no {' and no '.join(missing)} on the PATH, which {folder.name} needs")
    listed = [folder / name for name in ("package.json", "package-lock.json")]
    version = hashlib.sha256(b"".join(path.read_bytes() for path in listed)).hexdigest()[:16]
    cache = (Path(sys.prefix) if os.access(sys.prefix, os.W_OK) else Path.home() / ".cache") / "npm" / folder.name
    home = cache / version
    if not home.exists():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=cache))
        for path in listed:
            shutil.copy(path, fresh)
        done = subprocess.run(INSTALL, cwd=fresh, capture_output=True, text=True, timeout=SECONDS, check=False)
        if done.returncode:
            shutil.rmtree(fresh)
            reason = f"{' '.join(INSTALL)} failed: {done.stderr.strip()[-500:]}"
            if in_ci():
                pytest.fail(reason)
            pytest.skip(reason)
        try:
            fresh.rename(home)
        except OSError:  # another process was faster
            shutil.rmtree(fresh)
    return home / "node_modules"
