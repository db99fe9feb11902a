"""Where the content of documents lies: a folder of files named by their SHA-256. Knows no table, no page, no person.

The name that people gave a file never becomes part of a path.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class EvidenceStore:
    """Content by its hash, under ``folder``. What was put stays until it is removed; putting it again costs nothing."""

    folder: Path

    def put(self, content: bytes) -> str:
        """Keep content for good and return its SHA-256: the file and its folder are on disk when this returns."""
        digest = hashlib.sha256(content).hexdigest()
        place = self.path(digest)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            _write(place, content)
        return digest

    def path(self, digest: str) -> Path:
        """Where the content with this SHA-256 lies.

        Raises:
            ValueError: this is no SHA-256 in lower-case hex.
        """
        if not _HASH.fullmatch(digest):
            raise ValueError("not a SHA-256")
        return self.folder / digest[:2] / digest

    def remove(self, digest: str) -> None:
        """Take content away, be it harmful or kept for a while only; that it is gone already is fine."""
        self.path(digest).unlink(missing_ok=True)

    def holds(self, digest: str) -> bool:
        """Is the content there?"""
        return self.path(digest).is_file()


def _write(place: Path, content: bytes) -> None:
    # Written aside, then renamed: a power cut leaves the whole file or none.
    with NamedTemporaryFile(dir=place.parent, prefix=".new-", delete=False) as aside:
        aside.write(content)
        aside.flush()
        os.fsync(aside.fileno())
    Path(aside.name).replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
