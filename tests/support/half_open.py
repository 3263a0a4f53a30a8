"""Open many connections that send half of a request's head, and open them again when they are closed, as an attacker does."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

HALF = b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nX-Half: "


class HalfOpen:
    def __init__(self, port: int, count: int) -> None:
        self.port, self.count = port, count
        self.opened = 0
        """How many were opened so far."""
        self._sockets: list[socket.socket] = []
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.2):
            self._sockets = [each for each in self._sockets if self._is_open(each)]
            while len(self._sockets) < self.count and not self._over.is_set():
                try:
                    self._sockets.append(socket.create_connection(("127.0.0.1", self.port), 5))
                    self._sockets[-1].sendall(HALF)
                except OSError:
                    break
                self.opened += 1
        for each in self._sockets:
            each.close()

    def end(self) -> None:
        self._over.set()

    @staticmethod
    def _is_open(each: socket.socket) -> bool:
        try:
            each.setblocking(False)
            if each.recv(1):
                return True
        except BlockingIOError:
            return True
        except OSError:
            pass
        each.close()
        return False


@contextmanager
def half_open(port: int, count: int) -> Iterator[HalfOpen]:
    attack = HalfOpen(port, count)
    thread = threading.Thread(target=attack.run, daemon=True)
    thread.start()
    try:
        yield attack
    finally:
        attack.end()
        thread.join(60)
