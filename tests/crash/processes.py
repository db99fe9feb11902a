"""Real processes of the command line, each forked from one that has imported the application already."""

import multiprocessing
import os
import sys
from collections.abc import Mapping
from datetime import datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from app.cli import main

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.crash.processes"])


def run(words: tuple[str, ...], surroundings: Mapping[str, str], log: Path) -> None:
    """Be `dunghan` with these words in these surroundings, talking into a file."""
    os.environ.update(surroundings)
    with log.open("a", encoding="utf-8", buffering=1) as talk:
        sys.stdout = sys.stderr = talk
        sys.argv = ["dunghan", *words]
        sys.exit(main())


class Dunghan:
    """Starts processes on one database and one mail server, and ends those that a test leaves."""

    def __init__(self, url: str, folder: Path, port: int) -> None:
        self.url, self.folder = url, folder
        self._surroundings = {
            "DUNGHAN_ENV": "test",
            "DUNGHAN_DATA_DIR": str(folder),
            "DUNGHAN_DATABASE_URL": url,
            "DUNGHAN_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "DUNGHAN_MAIL_RATE": "1000000",
            "DUNGHAN_TICK_SECONDS": "1",
        }
        self._started: list[ForkServerProcess] = []

    @property
    def surroundings(self) -> dict[str, str]:
        """The environment that a process of the server needs."""
        return dict(self._surroundings)

    @property
    def talk(self) -> str:
        """What the processes said."""
        log = self.folder / "talk.log"
        return log.read_text(encoding="utf-8") if log.exists() else ""

    def start(self, *words: str) -> ForkServerProcess:
        """Begin `dunghan …`."""
        process = FORKS.Process(target=run, args=(words, self._surroundings, self.folder / "talk.log"))
        process.start()
        self._started.append(process)
        return process

    def begin_tick(self, at: datetime) -> ForkServerProcess:
        """Begin `dunghan tick --once` at an instant."""
        return self.start("tick", "--once", "--at", at.isoformat())

    def tick(self, at: datetime, *, exit_code: int = 0) -> None:
        """`dunghan tick --once` at an instant, to its end."""
        self.ended(self.begin_tick(at), exit_code=exit_code)

    def ended(self, *processes: ForkServerProcess, exit_code: int = 0, within: float = 180) -> None:
        """Wait until processes end, and see that they end as they should."""
        for process in processes:
            process.join(within)
            assert process.exitcode == exit_code, f"{process.exitcode}: {self.talk[-4000:]}"

    def end_all(self) -> None:
        """Leave nothing behind."""
        for process in self._started:
            if process.is_alive():
                process.kill()
            process.join()
            process.close()
