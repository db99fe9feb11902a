"""A line that breaks: a proxy between a client and a server that lets so many bytes through, then cuts."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from urllib.parse import urlsplit

BLOCK = 16 * 1024


class BreakingLine:
    """Hands bytes on to a server. After each of ``breaks`` bytes towards it, everything open is cut, once."""

    def __init__(self, server: str, breaks: list[int]) -> None:
        parts = urlsplit(server)
        self.host, self.port = parts.hostname, parts.port
        self.breaks, self.sent, self.cuts = list(breaks), 0, 0
        self.address = ""
        self._open: set[asyncio.StreamWriter] = set()

    async def serve(self) -> asyncio.Server:
        server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return server

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            there_reader, there_writer = await asyncio.open_connection(self.host, self.port)
            self._open |= {writer, there_writer}
            await asyncio.gather(
                self._carry(reader, there_writer, counted=True), self._carry(there_reader, writer)
            )

    async def _carry(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, counted: bool = False
    ) -> None:
        with suppress(OSError):
            while block := await source.read(BLOCK):
                if counted and self._is_over(len(block)):
                    self._cut()
                    return
                target.write(block)
                await target.drain()
        target.close()

    def _is_over(self, size: int) -> bool:
        self.sent += size
        return bool(self.breaks) and self.sent > self.breaks[0]

    def _cut(self) -> None:
        self.breaks.pop(0)
        self.cuts += 1
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()


@contextmanager
def breaking(server: str, breaks: list[int]) -> Iterator[BreakingLine]:
    """A breaking line in front of a server, on a thread of its own."""
    loop, line = asyncio.new_event_loop(), BreakingLine(server, breaks)
    Thread(target=loop.run_forever, daemon=True).start()
    listening = asyncio.run_coroutine_threadsafe(line.serve(), loop).result()
    try:
        yield line
    finally:
        loop.call_soon_threadsafe(listening.close)
        loop.call_soon_threadsafe(loop.stop)
