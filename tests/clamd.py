"""A virus scanner for tests: speaks clamd's INSTREAM as the real one does, and finds what holds ``VIRUS``."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import (
    BaseRequestHandler,
    StreamRequestHandler,
    ThreadingTCPServer,
    ThreadingUnixStreamServer,
)
from threading import Thread
from typing import Any

VIRUS = b"X5-TEST-VIRUS"


class Scanner(StreamRequestHandler):
    """Reads chunks, each behind its length, up to one of no length; then answers one line."""

    def handle(self) -> None:
        if self.rfile.readline() != b"nINSTREAM\n":
            self.wfile.write(b"UNKNOWN COMMAND\n")
            return
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        self.server.seen.append(content)  # type: ignore[attr-defined]
        found = b"stream: Test.Virus-1 FOUND\n" if VIRUS in content else b"stream: OK\n"
        self.wfile.write(found)


class Puzzled(StreamRequestHandler):
    """Takes no file of this size."""

    def handle(self) -> None:
        self.rfile.readline()
        self.wfile.write(b"INSTREAM size limit exceeded. ERROR\n")
        self.wfile.flush()
        while struct.unpack("!L", self.rfile.read(4))[0]:
            self.rfile.read(1024)


class Rude(BaseRequestHandler):
    """Hangs up on everybody."""

    def handle(self) -> None:
        self.request.close()


@contextmanager
def scanner(kind: type[BaseRequestHandler] = Scanner, socket: str = "") -> Iterator[Any]:
    """A running scanner; ``url`` is its address, ``seen`` what it was sent."""
    made = ThreadingUnixStreamServer(socket, kind) if socket else ThreadingTCPServer(("127.0.0.1", 0), kind)
    made.seen = []  # type: ignore[attr-defined]
    made.url = f"unix:{socket}" if socket else f"tcp://127.0.0.1:{made.server_address[1]}"  # type: ignore[attr-defined]
    made.daemon_threads = True
    Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield made
    finally:
        made.shutdown()
        made.server_close()
