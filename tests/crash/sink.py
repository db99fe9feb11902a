"""A mail server that counts what it accepts, and lets a test act at any moment of a conversation."""

import asyncio
import email
import hashlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.notifications.conftest import AnyPort, conversations_ended

PATIENCE = 60


@dataclass(frozen=True)
class Taken:
    """One mail that the server answered for with 250."""

    message_id: str
    address: str
    digest: str


class Gate:
    """Conversations stop here until it is opened."""

    def __init__(self) -> None:
        self.waiting = 0
        self.reached, self.opened = threading.Event(), threading.Event()

    def wait_for_somebody(self) -> None:
        """Until a conversation stands at the gate."""
        assert self.reached.wait(PATIENCE), "nobody came"


class Sink:
    """Keeps in ``taken`` what was accepted, in order; ``delay`` seconds pass before each 250.

    ``script`` is called with the point, ``rcpt`` or ``data``, and the address, while the sender waits.
    """

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.delay = 0.0
        self.script: Callable[[str, str], None] = lambda _point, _address: None
        self.port = 0
        self._gates: dict[str, Gate] = {}

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        await self._at("rcpt", address)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        [address] = envelope.rcpt_tos
        await self._at("data", address)
        await asyncio.sleep(self.delay)
        message_id = str(email.message_from_bytes(envelope.content)["Message-ID"])
        self.taken.append(Taken(message_id, address, hashlib.sha256(envelope.content).hexdigest()))
        return "250 2.0.0 kept"

    @contextmanager
    def gate(self, point: str) -> Iterator[Gate]:
        """Stop every conversation at ``rcpt`` or ``data`` until the gate is opened, at the latest by leaving."""
        gate = self._gates[point] = Gate()
        try:
            yield gate
        finally:
            del self._gates[point]
            gate.opened.set()

    async def _at(self, point: str, address: str) -> None:
        gate, loop = self._gates.get(point), asyncio.get_running_loop()
        if gate is not None:
            gate.waiting += 1
            gate.reached.set()
            await loop.run_in_executor(None, gate.opened.wait)
        await loop.run_in_executor(None, self.script, point, address)

    def wait_for(self, count: int) -> None:
        """Until so many mails were accepted."""
        end = time.monotonic() + PATIENCE
        while len(self.taken) < count:
            assert time.monotonic() < end, f"only {len(self.taken)} of {count}"
            time.sleep(0.01)

    def copies(self) -> Counter[Taken]:
        """How often each mail was accepted; equal only with the same Message-ID, reader and bytes."""
        return Counter(self.taken)

    def readers(self) -> Counter[str]:
        """How many mails each address was sent."""
        return Counter(one.address for one in self.taken)


def serve_sink() -> Iterator[Sink]:
    """A sink on a port of its own."""
    sink = Sink()
    controller = AnyPort(sink, hostname="127.0.0.1", port=0, ready_timeout=5)
    controller.start()
    sink.port = controller.port
    yield sink
    asyncio.run_coroutine_threadsafe(conversations_ended(), controller.loop).result()
    controller.stop()
