"""Workbooks that come by mail: taken in for the unit whose people sent them, shown, and answered. It writes no answer
and hands nothing in: whoever gets the reply confirms on the page, signed in.

An address can be forged, so a letter may do no more than be looked at; nobody is answered but a known address.
"""

import hmac
from dataclasses import dataclass, replace
from datetime import timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.database import db
from app.effects import about
from app.faults import Duplicate, FieldFault, Forbidden, Invalid, Missing
from app.i18n.workbook_texts import workbook_fault_text
from app.mailing import answer_letter, link
from app.models import IncomingMail, LetterOutcome, Person, Submission, WorkbookImport
from app.queries.actors import actor_of
from app.queries.desk_forms import own_forms
from app.services import workbook_imports
from app.services.documents import evidence_store, kept_name
from app.services.form_books import signature
from app.services.workbook_faults import WORDS
from app.unit import SYSTEM, unit
from criteria.workbook import UnreadableWorkbook, read_sheets_apart
from criteria.workbook.form import SIGNATURE, BookFlaw
from criteria.workbook.form_reading import read_meta
from notifications.mailbox import Enclosed, Letter
from notifications.messages import WorkbookReceived
from workflows.case import Actor

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 3
DAY = timedelta(days=1)
MOST_A_DAY = 20  # letters of one address that are looked at
MOST_FILES = 5  # workbooks of one letter
LARGEST_ENCLOSED = 2 * 1024 * 1024
BOOK = ".xlsx"
TABLES = (BOOK, ".xls", ".xlsm", ".xlsb", ".ods", ".csv")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file, or of a letter without any: words where it was refused, the import where not."""

    outcome: LetterOutcome
    file_name: str = ""
    words: str = ""
    form: Submission | None = None
    row: WorkbookImport | None = None


def take_in(letter: Letter) -> None:
    """Take in one letter; one that was taken before, or that another process is at, is passed over."""
    row_id = _claim(letter)
    if row_id is None:
        return
    person = _person(db.session(), letter.sender)
    with force_locale("vi" if person is None else person.language):
        found = _judged(letter, person)
        _settle(row_id, person, found)


def _claim(letter: Letter) -> int | None:
    """The row of a letter that is ours to take now. A letter that others died of is given up."""
    try:
        with unit(SYSTEM) as work:
            row = work.session.scalar(
                select(IncomingMail).where(IncomingMail.key == letter.key).with_for_update()
            )
            if row is None:
                row = IncomingMail(
                    key=letter.key, sender=letter.sender, subject=letter.subject, received_at=work.now
                )
                work.add(row)
            if row.outcome not in (None, LetterOutcome.TAKING):
                return None
            if row.claimed_until is not None and row.claimed_until > work.now:
                return None
            row.attempts = (row.attempts or 0) + 1
            if row.attempts > MOST_ATTEMPTS:
                row.outcome = LetterOutcome.GIVEN_UP
                return None
            row.claimed_until = work.now + LEASE
            work.session.flush()
            return row.id
    except Duplicate:
        return None


def _person(session: Session, address: str) -> Person | None:
    return session.scalar(select(Person).where(func.lower(Person.email) == address.casefold(), Person.active))


def _judged(letter: Letter, person: Person | None) -> list[Taken]:
    """What becomes of each of its workbooks, or of the letter as a whole."""
    session = db.session()
    if person is None:
        return [Taken(LetterOutcome.STRANGER)]
    if letter.is_automatic:
        return [Taken(LetterOutcome.AUTOMATIC)]
    if _count_today(session, person) >= MOST_A_DAY:
        return [Taken(LetterOutcome.TOO_MANY)]
    actor = actor_of(session, person, clock.now())
    form = _own_form(session, actor)
    if letter.is_too_big:
        return [
            Taken(LetterOutcome.REFUSED, words=_("thư quá lớn; gửi riêng tệp Excel, dưới 10 MB"), form=form)
        ]
    books = [file for file in letter.enclosed if file.name.casefold().endswith(BOOK)]
    if books:
        return [_taken(actor, file, form) for file in books[:MOST_FILES]]
    others = [file for file in letter.enclosed if file.name.casefold().endswith(TABLES)]
    words = _("lưu lại thành tệp .xlsx rồi gửi tệp đó")
    return [Taken(LetterOutcome.REFUSED, kept_name(one.name), words, form) for one in others[:1]] or [
        Taken(LetterOutcome.NO_WORKBOOK)
    ]


def _own_form(session: Session, actor: Actor) -> Submission | None:
    """The form that an answer is about when the file names none: the one to work on, else the newest."""
    forms = own_forms(session, actor)
    current = (one.submission for one in forms if one.is_current)
    return next(current, None) or next((one.submission for one in forms), None)


def _taken(actor: Actor, file: Enclosed, form: Submission | None) -> Taken:
    """One workbook, shown for the form that it names."""
    name = kept_name(file.name)
    try:
        row = workbook_imports.upload(actor, _form_named(file.content), file_name=name, content=file.content)
    except Invalid as refused:
        return Taken(LetterOutcome.REFUSED, name, "; ".join(fault.message for fault in refused.faults), form)
    except (Missing, Forbidden):
        return Taken(
            LetterOutcome.REFUSED, name, _("tệp là mẫu của đơn vị khác; tải mẫu của đơn vị mình"), form
        )
    outcome = LetterOutcome.SHOWN if row.changes else LetterOutcome.UNCHANGED
    return Taken(LetterOutcome.FAULTY if row.faults else outcome, name, form=row.submission, row=row)


def _form_named(content: bytes) -> int:
    """The form whose workbook this is, by the marks that this server signed.

    Raises:
        Invalid: it cannot be read, or it is none of this server's.
    """
    try:
        found = read_meta(read_sheets_apart(content))
    except UnreadableWorkbook as fault:
        raise Invalid(FieldFault("file", fault.code, workbook_fault_text(fault))) from fault
    for said in found.values():
        if hmac.compare_digest(said.get(SIGNATURE, "").encode(), signature(said).encode()):
            return int(said["form"])
    raise Invalid(FieldFault("file", BookFlaw.NOT_OURS, WORDS[BookFlaw.NOT_OURS]("")))


def _count_today(session: Session, person: Person) -> int:
    since = clock.now() - DAY
    counted = select(func.count(IncomingMail.id)).where(
        IncomingMail.person_id == person.id, IncomingMail.received_at > since
    )
    return session.scalar(counted) or 0


def _settle(row_id: int, person: Person | None, found: list[Taken]) -> None:
    """Keep what became of the letter, and queue the answers, in one piece."""
    marked = [_marked(taken) for taken in found]
    with unit(SYSTEM) as work:
        row = work.session.get_one(IncomingMail, row_id)
        first = found[0]
        row.outcome, row.claimed_until, row.words = first.outcome, None, first.words
        row.person_id = None if person is None else person.id
        row.import_id = None if first.row is None else first.row.id
        for number, (taken, enclosure) in enumerate(zip(found, marked, strict=True)):
            if person is not None and taken.form is not None and taken.file_name + taken.words:
                message = _answer(taken, f"letter{row_id}.{number}", is_enclosed=enclosure is not None)
                answer_letter(work, message, person, taken.form, enclosure)


def _answer(taken: Taken, occurrence: str, *, is_enclosed: bool) -> WorkbookReceived:
    form = taken.form
    if form is None:
        raise ValueError("an answer is about a form")
    place = f"/phieu/{form.id}/excel" + (f"/{taken.row.id}" if taken.row else "")
    facts = about(form, occurrence)
    message = WorkbookReceived(
        **{name: facts[name] for name in ("unit", "unit_name", "link", "hotline", "occurrence", "zone")},
        file_name=taken.file_name,
        changes=len(taken.row.changes) if taken.row else 0,
        faults=len(taken.row.faults) if taken.row else 0,
        refusal=taken.words,
        enclosed=is_enclosed,
    )
    return replace(message, link=link(place))


def _marked(taken: Taken) -> dict[str, str] | None:
    """The file with its faults marked, for the answer; None where there is none or it is too large for a mail."""
    if taken.row is None or not taken.row.faults:
        return None
    try:
        content = workbook_imports.annotated(taken.row)
    except (Invalid, Missing):
        return None
    if len(content) > LARGEST_ENCLOSED:
        return None
    digest = evidence_store().put(content)
    return {"name": f"cho-sua-{taken.file_name}", "media_type": XLSX, "sha256": digest}
