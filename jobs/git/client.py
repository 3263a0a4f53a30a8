"""Fetch a branch's newest commit from a git server, by way of dulwich's protocol and the bot's own HTTP client."""

import base64
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from dulwich.client import AbstractHttpGitClient
from dulwich.errors import GitProtocolError, HangupException, NotGitRepository
from dulwich.object_store import ObjectStoreGraphWalker

from jobs.fetch import format_address, user_agent
from jobs.git.errors import GitError
from jobs.http_client import client
from jobs.network import explain
from jobs.proxies import Network

DEADLINE_SECONDS = 30.0
"""For all requests together."""

MAX_BYTES = 20_000_000
"""Maximum bytes that a server may send in all. The shipped content has 0.3 million."""

MAX_FILE = b"300k"
"""Larger files are left on the server, where it can do so."""

MAX_REDIRECTS = 3

MAX_NAMED = 5
"""Branches that an error names."""

USER = "x-access-token"
"""The user name beside a token; GitHub, GitLab and Azure DevOps take any."""

_ADVERTISEMENT = "application/x-git-upload-pack-advertisement"


@dataclass(frozen=True, slots=True)
class Packed:
    commit: str
    pack: bytes


def fetch(url: str, branch: str, token: str, network: Network, deadline: float = DEADLINE_SECONDS) -> Packed:
    """Fetch a branch, or the one that the server names. Raises GitError, or CertificatesError."""
    pack, wanted = bytearray(), ""

    def determine_wants(refs: Mapping[Any, Any], depth: int | None = None) -> list[Any]:  # noqa: ARG001  # dulwich's signature
        nonlocal wanted
        found = refs.get(f"refs/heads/{branch}".encode() if branch else b"HEAD")
        if found is None:
            raise GitError(_no_branch(branch, refs))
        wanted = found.decode("ascii")
        return [found]

    def take(data: bytes) -> int:
        pack.extend(data)
        return len(data)

    logging.getLogger("dulwich").setLevel(logging.ERROR)  # it warns of servers that leave out no large files
    with client(network, url) as http:
        git = _Client(url, http, token, time.monotonic() + deadline)
        try:
            git.fetch_pack(
                "",
                determine_wants,
                ObjectStoreGraphWalker([], lambda _: []),
                take,
                progress=lambda _: None,
                depth=1,
                ref_prefix=[b"HEAD", b"refs/heads/"],
                filter_spec=b"blob:limit=" + MAX_FILE,
            )
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise GitError(explain(problem)) from None
        except NotGitRepository:
            raise GitError("there is no git repository at this address, or the token may not read it") from None
        except (GitProtocolError, HangupException, ValueError, AssertionError, KeyError, IndexError) as problem:
            raise GitError(f"the server does not speak git's protocol ({type(problem).__name__}: {_printable(str(problem))})") from None
    if not pack:
        raise GitError("the server sent nothing")
    return Packed(wanted, bytes(pack))


def _no_branch(branch: str, refs: Mapping[Any, Any]) -> str:
    known = sorted(name.removeprefix(b"refs/heads/").decode("utf-8", "replace") for name in refs if name.startswith(b"refs/heads/"))
    if not known:
        return "the repository is empty"
    named = ", ".join(map(_printable, known[:MAX_NAMED])) + (f" and {len(known) - MAX_NAMED} more" if len(known) > MAX_NAMED else "")
    return f"there is no branch {branch}; the branches are {named}" if branch else f"the server names no branch; choose one: {named}"


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "�" for letter in text[:100])


class _Answer:
    """A response as dulwich reads it."""

    def __init__(self, response: httpx.Response, redirect_location: str) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self.content_type: str | None = response.headers.get("content-type")
        self.redirect_location = redirect_location
        self.close = response.close
        self.url = str(response.url)

    def geturl(self) -> str | None:
        return self.url

    def read(self, amt: int | None = None) -> bytes:
        raise NotImplementedError  # dulwich reads with the function beside the response


class _Client(AbstractHttpGitClient):
    """Sends the token to the configured host alone, follows redirects within it, and stops at limits of time and size."""

    def __init__(self, url: str, http: httpx.Client, token: str, end: float) -> None:
        super().__init__(url, quiet=True)
        self._http = http
        self._origin = httpx.URL(url).copy_with(path="/", query=None)
        user, colon, password = token.partition(":")
        login = f"{user}:{password}" if colon else f"{USER}:{token}"
        self._login = {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()} if token else {}
        self._end = end
        self._left = MAX_BYTES

    def _http_request(
        self,
        url: str,
        headers: dict[str, str] | None = None,
        data: bytes | Iterator[bytes] | None = None,
        raise_for_status: bool = True,  # noqa: ARG002  # dulwich's signature; every other status is refused here
    ) -> tuple[Any, Callable[[int], bytes]]:
        content = data if isinstance(data, bytes | None) else b"".join(data)
        target, location = httpx.URL(url), ""
        for _ in range(MAX_REDIRECTS + 1):
            response = self._send(target, headers or {}, content)
            if response.status_code not in (301, 302, 303, 307, 308):
                break
            response.close()
            target = target.join(response.headers.get("location", ""))
            location = str(target)
        self._check(response, is_first=content is None)
        return _Answer(response, location), self._reader(response)

    def _send(self, target: httpx.URL, headers: Mapping[str, str], content: bytes | None) -> httpx.Response:
        if target.copy_with(path="/", query=None, fragment=None) != self._origin:
            elsewhere = format_address(str(target).partition("/info/refs")[0])
            raise GitError(f"the server leads to {elsewhere}: put that address into CONTENT_DIR if it is the right one")
        asked = {"User-Agent": f"git/2 {user_agent()}", "Accept-Encoding": "identity", **headers, **self._login}  # servers ask for git/
        request = self._http.build_request(
            "GET" if content is None else "POST", target, headers=asked, content=content, timeout=self._seconds_left()
        )
        return self._http.send(request, stream=True, follow_redirects=False)

    def _check(self, response: httpx.Response, *, is_first: bool) -> None:
        """Raises GitError unless it is an answer of a git server."""
        status = response.status_code
        problem = ""
        if status in (401, 403) and self._login:
            problem = f"the server refused the token in CONTENT_TOKEN ({status})"
        elif status in (401, 403):
            problem = f"the server wants a token ({status}): set CONTENT_TOKEN"
        elif status == 404:
            problem = "there is no repository at this address, or the token may not read it (404)"
        elif status != 200:
            problem = f"the server answered with status {status}"
        elif response.headers.get("content-encoding", "identity") != "identity":
            problem = "the server compressed its answer although it was asked not to"
        elif is_first and response.headers.get("content-type", "").partition(";")[0] != _ADVERTISEMENT:
            problem = "this is not the address of a git repository"  # without this, dulwich would look for files of one
        if problem:
            response.close()
            raise GitError(problem)

    def _reader(self, response: httpx.Response) -> Callable[[int], bytes]:
        chunks = response.iter_raw()
        buffer = bytearray()

        def read(size: int = -1) -> bytes:
            while size < 0 or len(buffer) < size:
                self._seconds_left()
                chunk = next(chunks, b"")
                if not chunk:
                    break
                self._left -= len(chunk)
                if self._left < 0:
                    raise GitError(f"the repository has more than {MAX_BYTES // 1_000_000} MB: use one of its own for the content")
                buffer.extend(chunk)
            taken = bytes(buffer[:size] if size >= 0 else buffer)
            del buffer[: len(taken)]
            return taken

        return read

    def _seconds_left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise GitError("the server took too long (timeout)")
        return left
