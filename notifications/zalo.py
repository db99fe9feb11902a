"""A short text for people to copy into a chat group: who has not handed in, until when, where. Sends nothing.

It holds no score, no evidence and no telephone number: such groups are no place for them. It is written in Vietnamese,
for whoever reads the group.
"""

from collections.abc import Sequence
from unicodedata import normalize
from zoneinfo import ZoneInfo

from notifications.date_words import local_deadline_words
from notifications.facts import Deadline, one_line

LIMIT = 300
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LONGEST_LINK = 160


def zalo_text(
    year: int,
    deadline: Deadline,
    link: str,
    missing: Sequence[str],
    total: int | None = None,
    *,
    overdue: bool = False,
) -> str:
    """The text, NFC, on one line of at most `LIMIT` characters; deadline and link always stand in it whole.

    missing: names of the units that have not handed in, of `total` if that is to be said; those for which there is no
    room are counted. overdue: the deadline has passed.
    Raises ValueError for a link of more than `LONGEST_LINK` characters.
    """
    if len(link) > LONGEST_LINK:
        raise ValueError(f"no room for a link of {len(link)} characters")
    head = f"Nhắc nộp phiếu tự đánh giá {year}."
    until = f"{'Đã quá hạn' if overdue else 'Hạn'}: {local_deadline_words(deadline, 'vi', _ZONE)}."
    tail = f"Nộp tại: {link}"
    room = LIMIT - len(f"{head} {until}  {tail}")
    who = _who([one_line(name) for name in missing], total, room)
    return normalize("NFC", " ".join(part for part in (head, who, until, tail) if part))


def _who(names: Sequence[str], total: int | None, room: int) -> str:
    """The sentence that names as many units as fit into `room` characters, else none."""
    if not names:
        return ""
    if len(names) == 1 and total in (1, None) and len(alone := f"Chưa nộp: {names[0]}.") <= room:
        return alone
    counted = f"{len(names)}{f'/{total}' if total else ''} đơn vị chưa nộp"
    for shown in range(len(names), 0, -1):
        sentence = f"{counted}: {_listed(names, shown)}."
        if len(sentence) <= room:
            return sentence
    return f"{counted}." if len(counted) < room else ""


def _listed(names: Sequence[str], shown: int) -> str:
    more = len(names) - shown
    listed = ", ".join(names[:shown])
    if not more:
        return listed
    return f"{listed} và {more} đơn vị khác"
