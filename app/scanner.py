"""Asks a virus scanner, clamd, about one file. The only place that speaks with it; keeps nothing, decides nothing."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from clamav_client.clamd import (
    BufferTooLongError,
    ClamdError,
    ClamdNetworkSocket,
    ClamdUnixSocket,
    CommunicationError,
)

SECONDS = 30
LONGEST_WORDS = 200


class ScannerAway(RuntimeError):
    """The scanner cannot be reached or breaks off: no file can be scanned now."""


class ScannerPuzzled(RuntimeError):
    """The scanner is there and gives no verdict on this file."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner says; ``finding`` names what it found, and is empty for a clean file."""

    finding: str

    @property
    def clean(self) -> bool:
        """Is there nothing in the file that the scanner knows?"""
        return not self.finding


def scan(url: str, path: Path) -> Verdict:
    """Send a file to the scanner at ``tcp://host:port`` or ``unix:/path`` and wait for its verdict.

    Raises:
        ScannerAway, ScannerPuzzled: there is no verdict. OSError: the file cannot be read.
    """
    with path.open("rb") as content:
        answers = _ask(url, content)
    status, words = answers.get("stream", ("", None))
    if status == "OK":
        return Verdict("")
    if status == "FOUND":
        return Verdict((words or "?")[:LONGEST_WORDS])
    raise ScannerAway("no answer") if not answers else ScannerPuzzled((words or status)[:LONGEST_WORDS])


def version(url: str) -> str:
    """What the scanner calls itself, with the day of its signatures.

    Raises:
        ScannerAway: it cannot be reached, or does not answer as clamd does.
    """
    client = _client(url)
    try:
        return str(client.version())[:LONGEST_WORDS]
    except (ClamdError, OSError, UnicodeDecodeError) as error:
        raise ScannerAway(f"{type(error).__name__}: {error}"[:LONGEST_WORDS]) from error
    finally:
        # The package leaves it open where nobody answers.
        if hasattr(client, "clamd_socket"):
            client.clamd_socket.close()


def _ask(url: str, content: BinaryIO) -> dict[str, tuple[str, str | None]]:
    try:
        return _client(url).instream(content)
    except BufferTooLongError as error:
        raise ScannerPuzzled("StreamMaxLength of clamd is smaller than the file") from error
    except CommunicationError as error:
        raise ScannerAway(str(error)[:LONGEST_WORDS]) from error
    except ClamdError as error:
        raise ScannerPuzzled(str(error)[:LONGEST_WORDS]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ScannerAway(f"{type(error).__name__}: {error}"[:LONGEST_WORDS]) from error


def _client(url: str) -> ClamdNetworkSocket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return ClamdUnixSocket(parts.path, SECONDS)
    return ClamdNetworkSocket(parts.hostname or "", parts.port or 0, SECONDS)
