"""A sound workbook spoiled at random: bytes of the file, bytes of a part, marks of its XML. Repeatable by its seed."""

import re
from collections.abc import Callable, Iterator
from random import Random

from tests.corpus.sheets import SHEET, Form

PARTS = (SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels")
WORDS = (b"1e999", b"NaN", b"-1", b"", b"\xff", b"&amp;", b"<![CDATA[x]]>", b"XFD1048576", b"A0", b"9" * 400)
ATTRIBUTE = re.compile(rb'="[^"]*"')
TAG = re.compile(rb"<[^>]+>")


def mutations(form: Form, count: int, seed: int) -> Iterator[bytes]:
    """``count`` spoiled workbooks."""
    rng = Random(seed)
    for _ in range(count):
        yield rng.choice(WAYS)(form, rng)


def _bytes_of_the_file(form: Form, rng: Random) -> bytes:
    return _spoiled(form.content, rng)


def _bytes_of_a_part(form: Form, rng: Random) -> bytes:
    name = rng.choice(PARTS)
    return form.rebuilt({name: _spoiled(form.parts[name], rng)})


def _an_attribute(form: Form, rng: Random) -> bytes:
    return _exchanged(form, rng, ATTRIBUTE, lambda _old: b'="' + rng.choice(WORDS) + b'"')


def _a_tag_lost(form: Form, rng: Random) -> bytes:
    return _exchanged(form, rng, TAG, lambda _old: b"")


def _a_tag_twice(form: Form, rng: Random) -> bytes:
    return _exchanged(form, rng, TAG, lambda old: old * 2)


def _exchanged(form: Form, rng: Random, pattern: re.Pattern[bytes], new: Callable[[bytes], bytes]) -> bytes:
    name = rng.choice(PARTS)
    found = rng.choice(list(pattern.finditer(form.parts[name])))
    whole = form.parts[name]
    return form.rebuilt({name: whole[: found.start()] + new(found[0]) + whole[found.end() :]})


def _spoiled(content: bytes, rng: Random) -> bytes:
    spoiled = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(spoiled))
        match rng.randrange(3):
            case 0:
                spoiled[at] = rng.randrange(256)
            case 1:
                del spoiled[at : at + rng.randint(1, 20)]
            case _:
                spoiled[at:at] = rng.randbytes(rng.randint(1, 20))
    return bytes(spoiled)


WAYS = (_bytes_of_the_file, _bytes_of_a_part, _an_attribute, _a_tag_lost, _a_tag_twice)
