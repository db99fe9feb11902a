"""Opens a workbook of a stranger in a process of its own, which may use little memory and time.

The process is forked from a small server that imported the reader before, so it costs milliseconds and shares
nothing with the requests of others. It is a wall behind the look at the archive, not in place of it.
"""

import multiprocessing
import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any, TypeVar

from criteria.workbook.annotating import Note, annotate
from criteria.workbook.archive import MEGABYTE, Limits, UnreadableWorkbook, WorkbookCode
from criteria.workbook.reading import Cell, Sheet, read_rows, read_sheets

T = TypeVar("T")

STATUS = Path("/proc/self/statm")
LARGEST_FILE = 100 * MEGABYTE  # openpyxl writes each sheet aside before it packs it
GAVE_UP = (WorkbookCode.TOO_COSTLY, "", None)


@dataclass(frozen=True)
class Allowance:
    """What the process may use: `memory` in bytes beyond what it began with, `seconds` of processor and of waiting,
    `file` bytes of a file that it writes.
    """

    memory: int = 256 * MEGABYTE
    seconds: int = 5
    file: int = 0


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
    return _apart(partial(read_rows, sheet=sheet, limits=limits), content, allowance)


def read_sheets_apart(
    content: bytes, *, limits: Limits | None = None, allowance: Allowance | None = None
) -> tuple[Sheet, ...]:
    """As :func:`read_sheets`, in a process of its own; raises as :func:`read_rows_apart`."""
    return _apart(partial(read_sheets, limits=limits), content, allowance)


def annotate_apart(
    content: bytes, notes: Sequence[Note], *, title: str, allowance: Allowance | None = None
) -> bytes:
    """As :func:`annotate`, in a process of its own; raises as :func:`read_rows_apart`."""
    work = partial(annotate, notes=tuple(notes), title=title)
    return _apart(work, content, allowance or Allowance(file=LARGEST_FILE))


def _apart(work: Callable[[BytesIO], T], content: bytes, allowance: Allowance | None) -> T:
    allowed = allowance or Allowance()
    context = _context()
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(sender, work, content, allowed), daemon=True)
    process.start()
    sender.close()
    try:
        code, detail, found = _answer(receiver, allowed.seconds)
    finally:
        receiver.close()
        _end(process)
    if code is not None:
        raise UnreadableWorkbook(code, detail)
    answer: T = found
    return answer


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _answer(receiver: Connection, seconds: int) -> Any:
    try:
        if receiver.poll(seconds):
            return receiver.recv()
    except (EOFError, OSError):
        return GAVE_UP
    return GAVE_UP


def _end(process: ForkServerProcess) -> None:
    process.kill()
    process.join()
    process.close()


def _work(sender: Connection, work: Callable[[BytesIO], Any], content: bytes, allowed: Allowance) -> None:
    _confine(allowed)
    try:
        sender.send((None, "", work(BytesIO(content))))
    except UnreadableWorkbook as fault:
        sender.send((fault.code, fault.detail, None))
    except MemoryError:
        sender.send(GAVE_UP)


def _confine(allowed: Allowance) -> None:
    """Bind the process for good; where the system tells no size of it, only its time and files are bound."""
    resource.setrlimit(resource.RLIMIT_CPU, (allowed.seconds, allowed.seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (allowed.file, allowed.file))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if STATUS.exists():
        present = int(STATUS.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (present + allowed.memory, present + allowed.memory))
