"""Pictures of pages, kept aside so that each is drawn once: files named by what they show. Knows no table and no person.

They can always be drawn again, so the oldest may go at any time.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from criteria.papers import PagePicture

SUFFIX = ".jpg"
TOO_HEAVY = ".heavy"


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A picture that lies at ``path``; ``pages`` is how many the paper has. Sizes are dots."""

    path: Path
    pages: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PictureShelf:
    """Pictures by the SHA-256 of the paper, the page and the width asked for, under ``folder``."""

    folder: Path

    def find(self, digest: str, page: int, width: int) -> KeptPicture | None:
        """A picture that was drawn before; it counts as used now."""
        found = next(self._place(digest).glob(f"{page}-{width}-*{SUFFIX}"), None)
        if found is None:
            return None
        os.utime(found)
        _page, _asked, pages, size = found.stem.split("-")
        wide, _x, tall = size.partition("x")
        return KeptPicture(found, int(pages), int(wide), int(tall))

    def keep(self, digest: str, page: int, width: int, drawn: PagePicture) -> KeptPicture:
        """Put a picture aside, whole or not at all."""
        place = self._place(digest)
        place.mkdir(parents=True, exist_ok=True)
        name = f"{page}-{width}-{drawn.pages}-{drawn.width}x{drawn.height}{SUFFIX}"
        with NamedTemporaryFile(dir=place, prefix=".new-", delete=False) as aside:
            aside.write(drawn.content)
        Path(aside.name).replace(place / name)
        return KeptPicture(place / name, drawn.pages, drawn.width, drawn.height)

    def is_heavy(self, digest: str, page: int, width: int, *, since: datetime) -> bool:
        """Did drawing it cost too much since then?"""
        place = self._heavy(digest, page, width)
        return place.exists() and place.stat().st_mtime > since.timestamp()

    def note_heavy(self, digest: str, page: int, width: int) -> None:
        """Remember that drawing it costs too much."""
        place = self._heavy(digest, page, width)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()

    def sweep(self, most: int) -> int:
        """Let the pictures go that were not used for the longest, until ``most`` bytes are left; how many went."""
        kept = sorted(self._everything())
        over = sum(size for _used, size, _path in kept) - most
        gone = 0
        for _used, size, path in kept:
            if over <= 0:
                break
            path.unlink(missing_ok=True)
            over, gone = over - size, gone + 1
        return gone

    def _everything(self) -> Iterator[tuple[float, int, Path]]:
        for path in self.folder.glob("*/*/*"):
            with suppress(FileNotFoundError):  # another process sweeps too
                about = path.stat()
                yield about.st_mtime, about.st_size, path

    def _heavy(self, digest: str, page: int, width: int) -> Path:
        return self._place(digest) / f"{page}-{width}{TOO_HEAVY}"

    def _place(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest
