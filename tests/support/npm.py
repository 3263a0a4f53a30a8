"""Install programs from npm that some tests need, in exactly the versions of a package-lock.json."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from filelock import FileLock

INSTALL = ("npm", "ci", "--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
SECONDS = 180


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true")


def modules(folder: Path) -> Path:
    """Return node_modules of the folder's package.json, installed once into the virtual environment.

    Skip the test where Node or npm is missing. Where they are there and the installation fails, skip it too, but fail it in CI.
    """
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"no {' and no '.join(missing)} on the PATH, which {folder.name} needs")
    listed = [folder / name for name in ("package.json", "package-lock.json")]
    version = hashlib.sha256(b"".join(path.read_bytes() for path in listed)).hexdigest()[:16]
    cache = (Path(sys.prefix) if os.access(sys.prefix, os.W_OK) else Path.home() / ".cache") / "npm" / folder.name
    home = cache / version
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / f"{version}.lock"):  # one worker installs, the others wait
        if not home.exists():
            _install(listed, home)
    return home / "node_modules"


def _install(listed: list[Path], home: Path) -> None:
    """Install what `listed` names into `home`, which exists only when that worked."""
    fresh = Path(tempfile.mkdtemp(dir=home.parent))
    for path in listed:
        shutil.copy(path, fresh)
    done = subprocess.run(INSTALL, cwd=fresh, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode == 0:
        fresh.rename(home)
        return
    shutil.rmtree(fresh)
    reason = f"{' '.join(INSTALL)} failed: {done.stderr.strip()[-500:]}"
    if in_ci():
        pytest.fail(reason)
    pytest.skip(reason)
