"""Reads a workbook of a stranger in a process of its own, which may use little memory and time and write no file.

The process is forked from a small server that imported the reader before, so it costs milliseconds and shares
nothing with the requests of others. It is a wall behind the look at the archive, not in place of it.
"""

import multiprocessing
import resource
from dataclasses import dataclass
from io import BytesIO
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from criteria.workbook.archive import MEGABYTE, Limits, UnreadableWorkbook, WorkbookCode
from criteria.workbook.reading import Cell, read_rows

STATUS = Path("/proc/self/statm")


@dataclass(frozen=True)
class Allowance:
    """What the process may use: `memory` in bytes beyond what it began with, `seconds` of processor and of waiting."""

    memory: int = 256 * MEGABYTE
    seconds: int = 5


def read_rows_apart(
    content: bytes,
    *,
    sheet: str | None = None,
    limits: Limits | None = None,
    allowance: Allowance | None = None,
) -> tuple[tuple[Cell, ...], ...]:
    """As :func:`read_rows`, in a process of its own.

    Raises `UnreadableWorkbook` as that does, and with TOO_COSTLY where the process passed its allowance or died.
    """
    allowed = allowance or Allowance()
    context = _context()
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_read, args=(sender, content, sheet, limits, allowed), daemon=True)
    process.start()
    sender.close()
    try:
        answer = _answer(receiver, allowed.seconds)
    finally:
        receiver.close()
        _end(process)
    if isinstance(answer, tuple):
        return answer
    raise answer


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _answer(receiver: Connection, seconds: int) -> tuple[tuple[Cell, ...], ...] | UnreadableWorkbook:
    try:
        if receiver.poll(seconds):
            code, detail, rows = receiver.recv()
            return rows if code is None else UnreadableWorkbook(code, detail)
    except (EOFError, OSError):
        return UnreadableWorkbook(WorkbookCode.TOO_COSTLY)
    return UnreadableWorkbook(WorkbookCode.TOO_COSTLY)


def _end(process: ForkServerProcess) -> None:
    process.kill()
    process.join()
    process.close()


def _read(
    sender: Connection, content: bytes, sheet: str | None, limits: Limits | None, allowed: Allowance
) -> None:
    _confine(allowed)
    try:
        sender.send((None, "", read_rows(BytesIO(content), sheet=sheet, limits=limits)))
    except UnreadableWorkbook as fault:
        sender.send((fault.code, fault.detail, ()))
    except MemoryError:
        sender.send((WorkbookCode.TOO_COSTLY, "", ()))


def _confine(allowed: Allowance) -> None:
    """Bind the process for good; where the system tells no size of it, only its time and files are bound."""
    resource.setrlimit(resource.RLIMIT_CPU, (allowed.seconds, allowed.seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if STATUS.exists():
        present = int(STATUS.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (present + allowed.memory, present + allowed.memory))
