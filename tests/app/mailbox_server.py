"""A real IMAP server with one mailbox, for the tests that read letters."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from imap_tools import AND, MailBoxUnencrypted

PATIENCE = 20
USER, PASSWORD = "demouser", "demopass"  # of the account that the server comes with


class MailServer:
    """Where letters lie, and the address under which the application reads them."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"imap://{USER}:{PASSWORD}@127.0.0.1:{port}"

    def put(self, letter: bytes) -> None:
        """Let a letter lie unread in the mailbox."""
        with self._box() as box:
            box.append(letter, "INBOX")

    def empty(self) -> None:
        """Leave nothing in the mailbox."""
        with self._box() as box:
            box.delete([letter.uid for letter in box.fetch(mark_seen=False, headers_only=True)])

    def unread(self) -> int:
        """How many letters nobody has read."""
        with self._box() as box:
            return len(box.uids(AND(seen=False)))

    def _box(self) -> MailBoxUnencrypted:
        return MailBoxUnencrypted("127.0.0.1", self.port).login(USER, PASSWORD, "INBOX")


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@pytest.fixture(scope="session")
def imap_server() -> Iterator[MailServer]:
    port = _free_port()
    words = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict", "--demo-data"]
    program = Path(sys.executable).with_name("pymap")
    with subprocess.Popen([program, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        _wait_for(port)
        yield MailServer(port)
        server.terminate()


def _wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("the IMAP server does not answer")


@pytest.fixture
def imap(imap_server: MailServer) -> MailServer:
    """The server, with an empty mailbox."""
    imap_server.empty()
    return imap_server
