"""The address of content in a git repository: https://host/repo.git#branch:folder."""

import re
from dataclasses import dataclass

from content.loading.urls import is_loopback

_URL = re.compile(r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::[0-9]{1,5})?/[!-~]+", re.IGNORECASE)
_SSH = re.compile(r"(?:ssh://(?:[\w.-]+@)?(?P<server>[\w.-]+)(?::\d+)?/|[\w.-]+@(?P<host>[\w.-]+):/?)(?P<path>[!-~]+)", re.IGNORECASE)
"""The address for SSH that GitHub and GitLab offer beside the one for https."""
_BRANCH = re.compile(r"(?!.*(?:\.\.|//|@\{))[\w][\w./+@=-]{0,199}(?<![./])")
_PART = re.compile(r"[^\x00-\x1f\x7f/\\:]{1,200}")

EXAMPLE = "https://github.com/your-office/trade-content.git#main:content"


@dataclass(frozen=True, slots=True)
class GitAddress:
    url: str
    branch: str = ""
    """"" for the branch that the server names."""
    folder: str = ""
    """The folder with the YAML files, or "" for the repository's root."""

    def __str__(self) -> str:
        where = f"{self.branch}:{self.folder}" if self.folder else self.branch
        return f"{self.url}#{where}" if where else self.url


def is_address(value: str) -> bool:
    """Return whether a setting is meant as an address, and not as a folder."""
    return "://" in value or re.match(r"[\w.-]+@[\w.-]+:", value) is not None


def read_address(value: str) -> GitAddress:
    """Raises ValueError, which says what to write."""
    url, _, where = value.partition("#")
    branch, _, folder = where.partition(":")
    folder = folder.strip("/")
    if ssh := _SSH.fullmatch(url):
        https = f"https://{ssh['server'] or ssh['host']}/{ssh['path']}{value[len(url) :]}"
        raise ValueError(f"the bot reads repositories by https, not by SSH: write {https}")
    found = _URL.fullmatch(url)
    if "@" in url.partition("://")[2].partition("/")[0]:
        raise ValueError("leave out what is before @; a token belongs into CONTENT_TOKEN")
    if found is None or "?" in url or ".." in url.split("/"):
        raise ValueError(f"use the https address of a git repository, with the branch and the folder behind a #, such as {EXAMPLE}")
    if found["scheme"].lower() != "https" and not is_loopback(found["host"].lower().strip("[]")):
        raise ValueError("use https:// (http:// only on this computer)")
    if branch and not _BRANCH.fullmatch(branch):
        raise ValueError(f"{branch[:40]!r} is not the name of a branch; write the branch, a colon and the folder behind the #")
    if any(part in (".", "..") or not _PART.fullmatch(part) for part in folder.split("/") if folder):
        raise ValueError(f"{folder[:40]!r} is not a folder of a repository; write it as on the server, such as content or data/content")
    return GitAddress(url, branch, folder)
