"""Where files lie that are still coming in, by the token of their upload. Knows no table, no page, no person."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class UnfinishedStore:
    """The beginnings of files under ``folder``. How much of one counts, the caller keeps: the rest is overwritten."""

    folder: Path

    def write(self, token: str, offset: int, part: bytes) -> None:
        """Put ``part`` at ``offset`` and drop what was behind it; it is on disk when this returns.

        Two writers of one token must take turns.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        place = self._path(token)
        is_new = not place.exists()
        with place.open("wb" if is_new else "r+b") as file:
            file.seek(offset)
            file.write(part)
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            _sync(self.folder)

    def read(self, token: str, size: int) -> bytes:
        """The first ``size`` bytes; fewer, if the disk has lost some."""
        try:
            with self._path(token).open("rb") as file:
                return file.read(size)
        except FileNotFoundError:
            return b""

    def drop(self, token: str) -> None:
        """Forget one; that there is none is fine."""
        self._path(token).unlink(missing_ok=True)

    def tokens(self) -> Iterator[str]:
        """Every upload of which something lies here."""
        if self.folder.is_dir():
            yield from sorted(path.name for path in self.folder.iterdir() if _TOKEN.fullmatch(path.name))

    def _path(self, token: str) -> Path:
        if not _TOKEN.fullmatch(token):
            raise ValueError("not a token")
        return self.folder / token


def _sync(folder: Path) -> None:
    # A new name in a folder outlives a power cut only when the folder itself was written.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
