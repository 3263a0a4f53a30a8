"""No part of a database's password in any output of any command, for servers that are away, refuse, or repeat what they are told."""

import signal
import socket
import socketserver
import struct
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.pooler import message, pooling
from tests.support.postgres import create_database
from tests.support.process import bot, run_commands

pytestmark = pytest.mark.process

PASSWORD = "Zq7-wonder%23land"  # what it means differs from how it is written
PIECES = ("Zq7", "wonder", "land")

LOGIN, OPTION = "bot:{}@127.0.0.1:{}/name", "bot@127.0.0.1:{1}/name?password={0}"
"""Where the password stands in the URL."""

COMMANDS = ("run", "serve", "work", "poll --once", "migrate", "doctor")


class Refuser(socketserver.BaseRequestHandler):
    """Asks for the password in clear and repeats it in its refusal, as no real server does."""

    request: socket.socket

    def handle(self) -> None:
        while True:
            length, code = struct.unpack("!II", self.request.recv(8, socket.MSG_WAITALL))
            self.request.recv(length - 8, socket.MSG_WAITALL)
            if code >> 16 == 3:
                break
            self.request.sendall(b"N")
        self.request.sendall(message(b"R", struct.pack("!I", 3)))
        given = self.request.recv(1024)[5:-1].decode()
        fields = {"S": "FATAL", "V": "FATAL", "C": "28P01", "M": f'password authentication failed for user "bot": {given}'}
        self.request.sendall(message(b"E", "".join(f"{name}{value}\0" for name, value in fields.items()).encode() + b"\0"))


@contextmanager
def refusing() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refuser) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def run_each(commands: Iterable[str], **settings: str) -> Iterator[tuple[str, int, str]]:
    """Yield each command, its exit code and its output."""
    wanted = list(commands)
    for command, (code, said) in zip(wanted, run_commands(*((each, {"LOG_LEVEL": "debug", **settings}) for each in wanted)), strict=True):
        yield command, code, said


def no_piece_in(said: str) -> bool:
    return not any(piece in said for piece in PIECES) and "Traceback" not in said


def test_a_server_that_is_away_costs_one_sentence_without_the_password() -> None:
    url = f"postgresql://bot:{PASSWORD}@127.0.0.1:9/name?password={PASSWORD}"
    for command, code, said in run_each(COMMANDS, DATABASE_URL=url, PGPASSWORD=PASSWORD):
        assert code == 1, command
        assert said.count("Cannot use the database in DATABASE_URL: ") == 1, said
        assert "keeps trying" not in said, "it ends"
        assert ("waited 0 seconds" in said) == (command in ("run", "serve", "work"))
        assert "refused" in said
        assert no_piece_in(said), said


@pytest.mark.parametrize(("commands", "url"), [(("work", "doctor"), LOGIN), (("migrate", "doctor"), OPTION)])
def test_a_server_that_repeats_the_password_is_not_repeated(commands: tuple[str, ...], url: str) -> None:
    with refusing() as port:
        for command, code, said in run_each(commands, DATABASE_URL=f"postgresql://{url.format(PASSWORD, port)}"):
            assert code == 1, command
            assert 'password authentication failed for user "bot": …' in said
            assert "Check the user and the password" in said
            assert no_piece_in(said), said


def test_a_url_that_cannot_be_read_is_explained_without_the_password() -> None:
    for command, code, said in run_each(("run", "doctor"), DATABASE_URL=f"postgresql://bot:{PASSWORD}@x@host:port/name"):
        assert code in (1, 2), command
        assert "write it as %40" in said
        assert no_piece_in(said), said


@pytest.mark.slow
def test_a_server_that_goes_away_later_leaves_no_password_in_the_log(postgres: str, tmp_path: Path) -> None:
    with pooling(create_database(postgres)) as pooler:
        url = pooler.url.replace("@", f":{PASSWORD}@")
        assert run_commands(("migrate", {"DATABASE_URL": url, "LOG_LEVEL": "debug"})) == [(0, "The database has been updated.\n")]
        with bot("run", "Playground: ", DATABASE_URL=url, LOG_LEVEL="debug") as running:
            pooler.stop()
            assert running.get("/readyz")[0] == 503
            running.wait_for("the database cannot be used")
            running.end(signal.SIGKILL)  # only what it said until then counts
            said = "".join(running.said)
    assert not any(piece in said for piece in PIECES)
