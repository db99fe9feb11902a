"""Workbooks of many units: a sheet for each in one workbook, or a workbook for each in one .zip. Writes no answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.folding import search_key
from app.i18n.labels import label
from app.models import Submission, UnitKind
from app.queries.reach import place_of
from app.services.drafts import edit_refusal
from app.services.form_books import book_of
from criteria.workbook import sheet_names, write_bundle
from criteria.workbook.form import GUIDE_SHEET, LISTS_SHEET, META_SHEET, FormBook
from criteria.workbook.form_writing import write_forms
from workflows.case import EXACT, Actor
from workflows.deadlines import VIETNAM
from workflows.vocabulary import State

LONGEST_PART = 60
Told = Callable[[int, int], None]


def sheets_of(
    session: Session, actor: Actor, forms: Sequence[Submission], now: datetime, told: Told
) -> bytes:
    """One workbook with a sheet for each form; only those that the actor may edit now have open boxes.

    ``told`` hears how many of how many forms are done.
    """
    stream = BytesIO()
    with force_locale("vi"):
        names = sheet_names(
            (form.campaign_unit.full_name for form in forms), taken=(GUIDE_SHEET, LISTS_SHEET, META_SHEET)
        )
        books = []
        for number, (form, name) in enumerate(zip(forms, names, strict=True), 1):
            books.append(_named(book_of(session, form, closed=_closed(form, now, actor)), name))
            told(number, len(forms))
        write_forms(stream, books)
    return stream.getvalue()


def zip_of(session: Session, forms: Sequence[Submission], now: datetime, told: Told) -> bytes:
    """One .zip with a workbook for each form, in folders; each is open as for its own unit."""
    stream = BytesIO()
    with force_locale("vi"):
        files = _files(session, forms, now, told)
        write_bundle(stream, files, made_at=now.astimezone(VIETNAM))
    return stream.getvalue()


def paths_of(forms: Sequence[Submission]) -> Iterator[str]:
    """Where each form's workbook lies: `huyen-le-thuy/xa-thanh-thuy.xlsx`, each path once, in plain ASCII."""
    taken: set[str] = set()
    for form in forms:
        unit = form.campaign_unit
        path = f"{_folder(form)}/{_part(unit.full_name)}"
        if path in taken:
            path = f"{path}-{_part(unit.code)}"
        taken.add(path)
        yield f"{path}.xlsx"


def _files(
    session: Session, forms: Sequence[Submission], now: datetime, told: Told
) -> Iterator[tuple[str, bytes]]:
    for number, (form, path) in enumerate(zip(forms, paths_of(forms), strict=True), 1):
        stream = BytesIO()
        write_forms(stream, [book_of(session, form, closed=_closed(form, now))])
        told(number, len(forms))
        yield path, stream.getvalue()


def _folder(form: Submission) -> str:
    unit = form.campaign_unit
    if unit.consolidator_id == unit.unit_id:
        return _part(unit.full_name)
    if unit.consolidator_id is not None and unit.parent is not None:
        return _part(unit.parent.full_name)
    return _part(label(UnitKind(unit.unit_kind)))


def _part(words: str) -> str:
    return search_key(words).replace(" ", "-")[:LONGEST_PART]


def _closed(form: Submission, now: datetime, actor: Actor | None = None) -> str:
    """Why a form's boxes are closed, in words; empty where they are open to the unit, or to this actor."""
    refusal = edit_refusal(form, now)
    if form.state != State.DRAFT:
        return str(_("Chỉ để xem: %(state)s", state=label(State(form.state))))
    if refusal is not None:
        return str(_("Chỉ để xem: %(reason)s", reason=refusal.message))
    if actor is not None and not actor.holds_any(EXACT, over=place_of(form.campaign_unit)):
        return str(_("Chỉ để xem: đơn vị tự nhập phiếu này"))
    return ""


def _named(book: FormBook, name: str) -> FormBook:
    return replace(book, sheet=name)
