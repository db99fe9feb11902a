"""Many workbooks in one .zip: packing them under names any system takes, and looking at one that somebody sent in.

It opens no workbook and writes nothing to a disk. A .zip of a stranger is unpacked in a bound process only.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath
from typing import BinaryIO

from criteria.checks import is_unprintable
from criteria.workbook.archive import MEGABYTE, PARSER_FAULTS, UnreadableWorkbook, WorkbookCode, leaves_home

LONGEST_MEMBER_NAME = 200
_CHUNK = 64 * 1024
_WORKBOOK = ".xlsx"
_PLAIN_FILE = 0o644 << 16
# What Windows, macOS and Office leave in folders without being asked.
_LEFT_BEHIND = re.compile(r"(?:^|/)(?:__MACOSX/|\.[^/]*$|~\$[^/]*$|thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


@dataclass(frozen=True)
class BundleLimits:
    """How much a .zip of workbooks may hold; sizes are bytes."""

    packed: int = 12 * MEGABYTE
    members: int = 1_000
    member: int = 10 * MEGABYTE
    unpacked: int = 60 * MEGABYTE


class MemberFault(StrEnum):
    """Why one file of a .zip is not looked at."""

    NOT_XLSX = "not_xlsx"
    NESTED = "nested"
    ENCRYPTED = "encrypted"
    TOO_BIG = "too_big"
    BROKEN = "broken"
    BAD_NAME = "bad_name"
    TWICE = "twice"


@dataclass(frozen=True)
class Member:
    """One file of a .zip: its path in there, and its bytes or what is wrong with it."""

    name: str
    content: bytes = b""
    fault: MemberFault | None = None


def write_bundle(stream: BinaryIO, files: Iterable[tuple[str, bytes]], *, made_at: datetime) -> int:
    """Pack files under their paths; returns how many. `made_at` is local time.

    Paths that are not ASCII bear the flag by which Windows Explorer reads them as UTF-8. A workbook is compressed
    already, so it is stored as it is.
    """
    count = 0
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, made_at.timetuple()[:6])
            entry.external_attr = _PLAIN_FILE
            archive.writestr(entry, content)
            count += 1
    return count


def read_bundle(source: BinaryIO, *, limits: BundleLimits | None = None) -> tuple[Member, ...]:
    """Every file of a .zip but those that systems leave behind, in its order.

    A member that is no workbook, is locked, damaged, too big, doubled or badly named comes with its fault.
    Raises `UnreadableWorkbook` for what is no sound .zip, or holds too many members or too much.
    """
    allowed = limits or BundleLimits()
    try:
        with zipfile.ZipFile(source) as archive:
            return tuple(_members(archive, allowed))
    except UnreadableWorkbook:
        raise
    except PARSER_FAULTS as fault:
        raise UnreadableWorkbook(WorkbookCode.BROKEN, type(fault).__name__) from fault


def _members(archive: zipfile.ZipFile, allowed: BundleLimits) -> Iterator[Member]:
    entries = [one for one in archive.infolist() if not (one.is_dir() or _LEFT_BEHIND.search(one.filename))]
    if len(entries) > allowed.members:
        raise UnreadableWorkbook(WorkbookCode.TOO_MANY_ENTRIES, allowed.members)
    seen: set[str] = set()
    left = allowed.unpacked
    for entry in entries:
        name = _name(entry.filename)
        member = _member(archive, entry, allowed.member, is_twice=name.casefold() in seen)
        seen.add(name.casefold())
        left -= allowed.member if member.fault is MemberFault.TOO_BIG else len(member.content)
        if left < 0:
            raise UnreadableWorkbook(WorkbookCode.UNPACKS_TOO_BIG, allowed.unpacked)
        yield member


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int, *, is_twice: bool) -> Member:
    name = _name(entry.filename)
    fault = MemberFault.TWICE if is_twice else _fault_of(entry)
    if fault is not None:
        return Member(name, fault=fault)
    try:
        content = _unpack(archive, entry, most)
    except PARSER_FAULTS:
        return Member(name, fault=MemberFault.BROKEN)
    return Member(name, content) if len(content) <= most else Member(name, fault=MemberFault.TOO_BIG)


def _fault_of(entry: zipfile.ZipInfo) -> MemberFault | None:
    suffix = PurePosixPath(entry.filename).suffix.casefold()
    if leaves_home(entry.filename):
        return MemberFault.BAD_NAME
    if suffix == ".zip":
        return MemberFault.NESTED
    if suffix != _WORKBOOK:
        return MemberFault.NOT_XLSX
    return MemberFault.ENCRYPTED if entry.flag_bits & 0x1 else None


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """The bytes of a member, at most one chunk more than allowed; the size it declares is not believed."""
    found = bytearray()
    with archive.open(entry) as stream:
        while len(found) <= most and (chunk := stream.read(_CHUNK)):
            found += chunk
    return bytes(found)


def _name(path: str) -> str:
    kept = "".join(one for one in unicodedata.normalize("NFC", path) if not is_unprintable(one))
    return kept[-LONGEST_MEMBER_NAME:] or "?"
