"""Vietnamese names compared, searched, sorted and written formally. Pure text; it knows no table.

Spelling of place names varies between official sources (Đăk/Đak, Hóa/Hoá, K'Dang/K' Dang), so names are never
compared as they stand.
"""

import re
import unicodedata

TYPE_WORDS = (
    "thành phố",
    "thị trấn",
    "đặc khu",
    "thị xã",
    "phường",
    "huyện",
    "quận",
    "tỉnh",
    "xã",
)
COMMITTEES = frozenset({"province", "district", "commune"})

_TYPE = re.compile(rf"(?:UBND\s+)?({'|'.join(TYPE_WORDS)})\s+(?=\S)", re.IGNORECASE)
_COMMITTEE = re.compile(r"UBND\s+(?=\S)", re.IGNORECASE)
_APOSTROPHE = re.compile(r"['’‘ʼ`´]\s*")
_STATE_FARM = re.compile(r"\bnt\b")
_NO_WORD = re.compile(r"[\W_]+")

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
_LETTER_MARKS = frozenset("\u0302\u0306\u031b")
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_END, _SPACE, _OTHER = "00", "01", "90"
_RANKS = {letter: str(20 + place) for place, letter in enumerate(_ALPHABET)} | {
    str(digit): str(10 + digit) for digit in range(10)
}


def tidy(text: str) -> str:
    """Return the text in NFC, without outer, doubled or invisible spaces and without control characters."""
    words = " ".join(unicodedata.normalize("NFC", text).split())
    return " ".join("".join(c for c in words if unicodedata.category(c) not in _INVISIBLE).split())


def search_key(text: str) -> str:
    """Fold for searching: lower case, no marks, đ as d, single spaces; "dong hoi" lies in that of "TP Đồng Hới"."""
    bare = _without_marks(_APOSTROPHE.sub("", tidy(text)))
    return _NO_WORD.sub(" ", bare).strip()


def fold(text: str) -> str:
    """Fold for matching: as `search_key`, without spaces and with NT read as Nông trường.

    Two spellings of one name fold alike; two names may fold alike too, so a match is to be checked.
    """
    return _STATE_FARM.sub("nong truong", search_key(text)).replace(" ", "")


def vietnamese_key(text: str) -> str:
    """Key that sorts by the Vietnamese alphabet, then by tone: ngang, huyền, hỏi, ngã, sắc, nặng.

    It consists of digits only, so every database and collation sorts it alike. A tone belongs to its word,
    wherever it is written, so Hóa and Hoá are neighbours.
    """
    words = _APOSTROPHE.sub("", tidy(text).lower()).split()
    letters = _SPACE.join("".join(map(_rank, _letters(word))) for word in words)
    return letters + _END + "".join(_tone(word) for word in words)


def type_word(full_name: str) -> str:
    """Return the type of an area in lower case ("thị xã"), or nothing where the name does not begin with one."""
    found = _TYPE.match(tidy(full_name))
    return found.group(1).lower() if found else ""


def proper_name(full_name: str) -> str:
    """Strip the type word: "Thị xã Ba Đồn" is "Ba Đồn"; a department keeps its whole name."""
    name = tidy(full_name)
    found = _TYPE.match(name) or _COMMITTEE.match(name)
    return name[found.end() :] if found else name


def formal_name(kind: str, full_name: str) -> str:
    """Name as official papers write it: "UBND huyện Đak Pơ", "UBND thành phố Pleiku", "Sở Y tế".

    :param kind: province, department, district or commune; only areas have a people's committee (UBND).
    """
    name = tidy(full_name)
    word = type_word(name)
    if kind not in COMMITTEES:
        return name
    return f"UBND {word} {proper_name(name)}" if word else f"UBND {proper_name(name)}"


def _without_marks(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in parts if not unicodedata.combining(c))


def _letters(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    kept = "".join(c for c in parts if c in _LETTER_MARKS or not unicodedata.combining(c))
    return "".join(c for c in unicodedata.normalize("NFC", kept) if c.isalnum())


def _rank(letter: str) -> str:
    return _RANKS.get(letter, _OTHER)


def _tone(word: str) -> str:
    return next((_TONES[c] for c in unicodedata.normalize("NFD", word) if c in _TONES), "0")
