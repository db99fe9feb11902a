"""Which files an edition offers, and each of them built once. The published text is handed out as it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import gettext as _

from app import exports
from app.database import db
from app.editions import Published
from app.i18n.labels import label
from app.models import UnitKind
from app.queries.editions import document_named, edition_named
from app.web.presentation import LANGUAGE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ALL, ROWS, TEXT = "tat-ca.xlsx", "ket-qua.csv", "ket-qua.json"
FLOORS = {UnitKind.DEPARTMENT: "so.xlsx", UnitKind.DISTRICT: "huyen.xlsx", UnitKind.COMMUNE: "xa.xlsx"}
KEPT = 64


@dataclass(frozen=True, slots=True)
class File:
    """One download: its name in the address, its words, and the unit below which it reports ("" for none)."""

    name: str
    words: str
    mimetype: str = XLSX
    parent: str = ""


def offered(edition: Published) -> tuple[File, ...]:
    """Every file of an edition: one for all, one for each floor, one for each district, and two for machines."""
    return tuple(_offered(edition))


def built(edition: Published, one: File) -> bytes:
    """The bytes of a file, in the reader's language."""
    if one.name == TEXT:
        return document_named(db.session(), edition.digest).encode()
    return _built(edition.digest, one.name, one.parent, LANGUAGE.chosen())


def _offered(edition: Published) -> Iterator[File]:
    yield File(ALL, _("Tất cả trong một tệp"))
    for kind in edition.kinds:
        floor = UnitKind(kind.kind)
        yield File(FLOORS.get(floor, f"{floor}.xlsx"), label(floor))
    for parent in edition.parents:
        yield File(f"{parent.slug}.xlsx", parent.formal_name, parent=parent.slug)
    yield File(ROWS, _("Mọi dòng, dạng CSV"), "text/csv; charset=utf-8")
    yield File(TEXT, _("Bản công bố gốc, dạng JSON"), "application/json")


@lru_cache(maxsize=KEPT)
def _built(digest: str, name: str, parent: str, _language: str) -> bytes:
    edition = edition_named(digest)
    if name == ROWS:
        return exports.csv_text(edition).encode()
    if name == ALL:
        return exports.workbook(edition, exports.whole_tables(edition))
    above = edition.find(parent)
    if above is not None:
        return exports.workbook(edition, exports.parent_tables(edition, above[1]))
    kinds = [kind for kind in edition.kinds if FLOORS.get(UnitKind(kind.kind), f"{kind.kind}.xlsx") == name]
    return exports.workbook(edition, [exports.kind_table(edition, kind) for kind in kinds])
