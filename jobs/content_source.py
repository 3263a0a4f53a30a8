"""Where the content's files come from: a folder on this computer, or a git repository."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from content.loading.files import ContentError, Problem, read_files

if TYPE_CHECKING:
    from content.catalog import Catalog
    from content.loading.address import GitAddress
    from jobs.proxies import Network


@dataclass(frozen=True, slots=True)
class Repository:
    """Its repr and text show no token."""

    address: GitAddress
    token: str = field(repr=False)
    network: Network = field(repr=False)

    def __str__(self) -> str:
        return str(self.address)


Source = Path | Repository


def read_source(source: Source) -> dict[str, str]:
    """Return the YAML files (name -> text) as they are now. Raises ContentError, also for a server that cannot be reached."""
    if isinstance(source, Path):
        return read_files(source)
    from jobs.certificates import CertificatesError
    from jobs.git.client import fetch  # loads dulwich, which only a git address needs
    from jobs.git.errors import GitError
    from jobs.git.pack import read_pack

    try:
        packed = fetch(source.address.url, source.address.branch, source.token, source.network)
        return read_pack(packed.pack, packed.commit, source.address.folder)
    except (GitError, CertificatesError) as problem:
        raise ContentError((Problem(str(source), 0, 0, "", f"cannot be fetched: {problem}"),)) from None


def load_source(source: Source) -> tuple[Catalog, dict[str, str]]:
    """Return the catalog and its files, loaded in this process. Raises ContentError with every problem."""
    from content.loading.loader import load, load_files  # imports pydantic and PyYAML

    if isinstance(source, Path):
        return load(source), read_files(source)
    files = read_source(source)
    return load_files(files), files
