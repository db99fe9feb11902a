"""Last year's figures as a draft of this year's form: offered in one act, confirmed by somebody, dropped again.

Nothing of it is an answer before somebody of the unit confirms it, and no document comes along by itself.
"""

from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from sqlalchemy import delete, select

from app.faults import FieldFault, Invalid
from app.models import Answer, CarriedAnswer, Document, Submission, Verb
from app.queries.cases import waived
from app.queries.criteria_sets import criteria_set_of
from app.queries.earlier_forms import Before, carriable, carried_of, earlier_forms
from app.services.answers import AnswerInput, write_answers
from app.services.documents import NewDocument, add_documents, evidence_store
from app.services.drafts import draft, recount
from app.unit import UnitOfWork, unit
from criteria.answers import value_from_json, value_to_json, value_to_raw
from workflows.case import Actor


def carry(actor: Actor, submission_id: int) -> int:
    """Offer last time's answers for every blank criterion that can be compared; returns how many.

    Raises:
        Missing, Forbidden, Invalid: as :func:`app.services.drafts.editable`. Invalid: there is nothing to offer.
    """
    with unit(actor) as work:
        submission = draft(work, submission_id)
        found = _offers(work, submission)
        if not found:
            raise Invalid(
                FieldFault("", "nothing", _("Không có số liệu năm trước nào dùng được cho phiếu này"))
            )
        _forget(work, submission, [one.criterion.code for one in found])
        work.add(*(_row(work, submission, one) for one in found))
        after = {"criteria": [one.criterion.code for one in found], "year": found[0].earlier.year}
        work.record(Verb.FIGURES_CARRIED, submission, campaign=submission.campaign_id, after=after)
    return len(found)


def confirm(actor: Actor, submission_id: int, criteria: Collection[str], *, documents: bool = False) -> int:
    """Make offered figures the unit's own answers; returns how many. Estimates of then are figures of now.

    ``documents``: attach last time's documents of these criteria too, which are not looked for otherwise.

    Raises:
        As :func:`carry`. Invalid: none was ticked (field ``criteria``). Conflict: somebody answered meanwhile.
    """
    with unit(actor) as work:
        submission = draft(work, submission_id)
        stored, rows = _answers(work, submission), carried_of(work.session, submission_id)
        known = criteria_set_of(submission.campaign_unit.kind)
        chosen = {
            code: row
            for code, row in rows.items()
            if code in criteria and known.has(code) and row.offered(stored.get(code))
        }
        if not chosen:
            words = _("Đánh dấu ít nhất một tiêu chí còn chờ xác nhận")
            raise Invalid(FieldFault("criteria", "none", words))
        inputs = {code: AnswerInput(_raw(submission, row), row.reason) for code, row in chosen.items()}
        write_answers(
            work, submission, inputs, {code: stored[code].version for code in chosen if code in stored}
        )
        _forget(work, submission, list(chosen))
        if documents:
            _bring_documents(work, submission, chosen.keys())
    return len(chosen)


def drop(actor: Actor, submission_id: int) -> int:
    """Take the offered figures away that nobody has confirmed; returns how many.

    Raises:
        Missing, Forbidden, Invalid: as :func:`carry`.
    """
    with unit(actor) as work:
        submission = draft(work, submission_id)
        codes = sorted(carried_of(work.session, submission_id))
        if codes:
            _forget(work, submission, codes)
            before = {"criteria": codes}
            work.record(Verb.FIGURES_DROPPED, submission, campaign=submission.campaign_id, before=before)
    return len(codes)


def _offers(work: UnitOfWork, submission: Submission) -> tuple[Before, ...]:
    known, stored = criteria_set_of(submission.campaign_unit.kind), _answers(work, submission)
    excused = waived(work.session, submission)
    blank = frozenset(
        one.code
        for one in known.criteria()
        if one.code not in excused
        and (one.code not in stored or (stored[one.code].value is None and not stored[one.code].reason))
    )
    return carriable(earlier_forms(work.session, submission), known, blank)


def _answers(work: UnitOfWork, submission: Submission) -> Mapping[str, Answer]:
    rows = work.session.scalars(select(Answer).where(Answer.submission_id == submission.id))
    return {row.criterion: row for row in rows}


def _row(work: UnitOfWork, submission: Submission, one: Before) -> CarriedAnswer:
    return CarriedAnswer(
        submission_id=submission.id,
        criterion=one.criterion.code,
        source_id=one.earlier.submission.id,
        year=one.earlier.year,
        value=value_to_json(one.value or {}),
        reason=one.reason,
        carried_at=work.now,
        carried_by_name=work.actor.name,
    )


def _forget(work: UnitOfWork, submission: Submission, codes: Collection[str]) -> None:
    work.session.execute(
        delete(CarriedAnswer).where(
            CarriedAnswer.submission_id == submission.id, CarriedAnswer.criterion.in_(codes)
        )
    )


def _raw(submission: Submission, row: CarriedAnswer) -> Mapping[str, str | list[str]]:
    rule = criteria_set_of(submission.campaign_unit.kind).criterion(row.criterion).rule
    return value_to_raw(rule, value_from_json(rule, row.value))


def _bring_documents(work: UnitOfWork, submission: Submission, codes: Collection[str]) -> None:
    earlier = earlier_forms(work.session, submission)
    uses: dict[int, tuple[Document, list[str]]] = {}
    for one in earlier:
        for code in codes:
            for document in one.proofs.get(code, ()):
                uses.setdefault(document.id, (document, []))[1].append(code)
    store = evidence_store()
    news = [
        NewDocument(
            store.path(document.sha256).read_bytes(),
            document.file_name,
            criteria=tuple(proved),
            number=document.number,
            issued_on=document.issued_on,
            summary=document.summary,
        )
        for document, proved in uses.values()
        if store.holds(document.sha256)
    ]
    if news:
        add_documents(work, submission, news)
        recount(work, submission)
