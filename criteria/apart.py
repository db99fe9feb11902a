"""Does work on a stranger's file in a process of its own, which may use little memory and time.

The process is forked from a small server that imported the readers before, so it costs milliseconds and shares
nothing with the requests of others. It is a wall behind the look at the file, not in place of it. It knows no kind
of file.
"""

import multiprocessing
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any, TypeVar

T = TypeVar("T")

MEGABYTE = 1024 * 1024
STATUS = Path("/proc/self/statm")
READY = "ready"
LONGEST_START = 60  # seconds; the first process waits until the server has imported the readers

_readers: set[str] = set()
_starting = Lock()


class GaveUp(Exception):
    """The process passed its allowance, or died."""


@dataclass(frozen=True)
class Allowance:
    """What the process may use: `memory` in bytes beyond what it began with, `seconds` of processor and of waiting,
    `file` bytes of a file that it writes.
    """

    memory: int = 256 * MEGABYTE
    seconds: int = 5
    file: int = 0


def imports(module: str) -> None:
    """Let the server of processes import a module when it starts; called by that module when it is imported."""
    _readers.add(module)


def do_apart(
    work: Callable[[BytesIO], T], content: bytes, allowance: Allowance, faults: tuple[type[Exception], ...]
) -> T:
    """What ``work`` makes of the content.

    Raises:
        GaveUp: the process passed its allowance or died. Those of ``faults`` that the work raised; they must pickle.
    """
    context = process_context()
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(sender, work, content, allowance, faults), daemon=True)
    with _bare_main():
        process.start()
    sender.close()
    try:
        begun = wait_for(receiver, LONGEST_START)
        found: T | Exception = wait_for(receiver, allowance.seconds) if begun == READY else begun
    finally:
        receiver.close()
        _end(process)
    if isinstance(found, Exception):
        raise found
    return found


@contextmanager
def _bare_main() -> Iterator[None]:
    """While a process is started, hide the program that runs here.

    A started process runs the file of its parent's main program anew, for functions that may stand in there; ours
    stand in modules. With a server's main program that takes longer than reading a workbook.
    """
    with _starting:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


def process_context() -> ForkServerContext:
    """Where processes come from: a server that holds every reader."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(sorted(_readers))
    return context


def wait_for(receiver: Connection, seconds: int) -> Any:
    """What the process sends, a fault as itself; `GaveUp` where nothing comes in time or at all."""
    try:
        if receiver.poll(seconds):
            return receiver.recv()
    except (EOFError, OSError):
        return GaveUp()
    return GaveUp()


def _end(process: ForkServerProcess) -> None:
    process.kill()
    process.join()
    process.close()


def _work(
    sender: Connection,
    work: Callable[[BytesIO], Any],
    content: bytes,
    allowed: Allowance,
    faults: tuple[type[Exception], ...],
) -> None:
    _confine(allowed)
    sender.send(READY)
    try:
        sender.send(work(BytesIO(content)))
    except faults as fault:
        sender.send(fault)
    except MemoryError:
        sender.send(GaveUp())


def _confine(allowed: Allowance) -> None:
    """Bind the process for good; where the system tells no size of it, only its time and files are bound."""
    resource.setrlimit(resource.RLIMIT_CPU, (allowed.seconds, allowed.seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (allowed.file, allowed.file))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if STATUS.exists():
        present = int(STATUS.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (present + allowed.memory, present + allowed.memory))
