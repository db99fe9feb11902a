"""The code that a printed form bears, in letters for people and as QR for machines, and what such a code names.

A form that was handed in bears its receipt; a draft bears its number and the digest of its content. It opens no table.
"""

import re
from base64 import b32encode
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

LETTERS = 8
RECEIPTS = "/bien-nhan/"
DRAFT = re.compile(r"dunghan:([0-9]{1,9}):([0-9a-f]{64})", re.ASCII)
# The alphabet of Base32 leaves these out, so that whoever reads a letter as a digit is understood.
MEANT = str.maketrans({"0": "O", "1": "I", "8": "B"})
CODE = re.compile(r"[A-Z2-7]{8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Named:
    """What a QR code names: a receipt by its code, or a draft by its form and the digest of its content."""

    receipt: str = ""
    form: int = 0
    digest: str = ""


def letters_from(seed: str) -> str:
    """Eight letters made of a text, as ``K7QD-2M4X``."""
    made = b32encode(sha256(seed.encode()).digest()).decode()[:LETTERS]
    return f"{made[:4]}-{made[4:]}"


def draft_letters(form: int, digest: str) -> str:
    """The letters under the QR code of a draft: they name this one content of this one form."""
    return letters_from(f"{form}/{digest}")


def draft_text(form: int, digest: str) -> str:
    """What the QR code of a draft says."""
    return f"dunghan:{form}:{digest}"


def typed_code(text: str) -> str:
    """A code as somebody typed it, in its usual spelling; empty where it cannot be one."""
    kept = "".join(mark for mark in text.upper() if mark.isalnum()).translate(MEANT)
    return f"{kept[:4]}-{kept[4:]}" if CODE.fullmatch(kept) else ""


def named_by(text: str) -> Named | None:
    """What the text of a QR code names; None where it is none of ours, whoever's server it was printed on."""
    draft = DRAFT.fullmatch(text.strip())
    if draft:
        return Named(form=int(draft[1]), digest=draft[2])
    path = _path(text.strip())
    code = typed_code(path.rpartition("/")[2]) if RECEIPTS in path else ""
    return Named(receipt=code) if code else None


def _path(text: str) -> str:
    try:
        return urlsplit(text).path
    except ValueError:
        return ""
