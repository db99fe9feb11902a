"""Lets the virus scanner look at documents, at every tick: a document is claimed, scanned, and released or refused.

Any number of processes may tick. One that dies in the middle loses its claim; to scan a file twice does no harm.
The same content has the same verdict in every form.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Update, or_, select, update

from app import clock, current
from app.database import db
from app.models import Document, Scan, Submission, Verb
from app.models.evidence import WITH_REMOVED
from app.scanner import ScannerAway, ScannerPuzzled, Verdict, scan
from app.services.documents import evidence_store
from app.services.drafts import recount
from app.unit import SYSTEM, UnitOfWork, unit
from workflows.vocabulary import State

LEASE = timedelta(minutes=2)
LONGEST_ROUND = timedelta(minutes=1)
PAUSE = timedelta(minutes=10)  # before a file is tried again on which the scanner gave no verdict
UNSEEN = (Scan.WAITING, Scan.UNSCANNED)
ALL = {WITH_REMOVED: True}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """A document that this process may have scanned."""

    document_id: int
    sha256: str


def scan_waiting() -> int:
    """Have documents scanned, those that wait first; returns on how many there is a verdict.

    Without a scanner in the settings, what waits for one is released: whoever took the setting away decided so.
    """
    _clear_out()
    url = current.settings().clamd_url
    if not url:
        return _release()
    done, until = 0, clock.now() + LONGEST_ROUND
    while clock.now() < until and (claim := _claim()) is not None:
        try:
            _settle(claim, scan(url, evidence_store().path(claim.sha256)))
            done += 1
        except ScannerAway as error:
            logger.warning("virus scanner is away, files wait: %s", error)
            _give_back(claim, timedelta(0))
            break
        except (ScannerPuzzled, OSError) as error:
            logger.warning("no verdict on document %s: %s", claim.document_id, error)
            _give_back(claim, PAUSE)
    return done


def _claim() -> Claim | None:
    with unit(SYSTEM) as work:
        row = next(filter(None, (_next(work, state) for state in UNSEEN)), None)
        if row is None:
            return None
        held = _change(row.id).values(
            scan_claimed_until=work.now + LEASE, scan_attempts=Document.scan_attempts + 1
        )
        work.session.connection().execute(held)
        return Claim(row.id, row.sha256)


def _next(work: UnitOfWork, state: Scan) -> Document | None:
    free = or_(Document.scan_claimed_until.is_(None), Document.scan_claimed_until <= work.now)
    rows = select(Document).where(Document.scan == state, Document.link == "", free).order_by(Document.id)
    return work.session.scalar(rows.limit(1).with_for_update(skip_locked=True).execution_options(**ALL))


def _give_back(claim: Claim, pause: timedelta) -> None:
    with unit(SYSTEM) as work:
        until = work.now + pause if pause else None
        work.session.connection().execute(_change(claim.document_id).values(scan_claimed_until=until))


def _settle(claim: Claim, verdict: Verdict) -> None:
    with unit(SYSTEM) as work:
        state = Scan.CLEAN if verdict.clean else Scan.INFECTED
        rows = _sharing(work, claim.sha256)
        # Past the version on purpose: somebody who describes the document meanwhile is not disturbed by the verdict.
        work.session.connection().execute(
            update(Document)
            .where(Document.sha256 == claim.sha256, Document.link == "")
            .values(scan=state, scanned_at=work.now, scan_claimed_until=None, finding=verdict.finding)
        )
        if not verdict.clean:
            _refuse(work, rows, verdict)
    if not verdict.clean:
        evidence_store().remove(claim.sha256)


def _refuse(work: UnitOfWork, rows: Sequence[Document], verdict: Verdict) -> None:
    for row in rows:
        submission = work.session.get_one(Submission, row.submission_id)
        found = {"file_name": row.file_name, "sha256": row.sha256, "finding": verdict.finding}
        work.record(Verb.DOCUMENT_INFECTED, row, campaign=submission.campaign_id, after=found)
        if submission.state == State.DRAFT:  # what was handed in stays as it was handed in
            recount(work, submission)


def _release() -> int:
    with unit(SYSTEM) as work:
        waiting = select(Document).where(Document.scan == Scan.WAITING).execution_options(**ALL)
        rows = work.session.scalars(waiting).all()
        for row in rows:
            work.session.connection().execute(_change(row.id).values(scan=Scan.UNSCANNED))
            campaign = work.session.get_one(Submission, row.submission_id).campaign_id
            work.record(Verb.DOCUMENT_UNSCANNED, row, campaign=campaign)
    return len(rows)


def _clear_out() -> None:
    """Take away refused content that still lies there: a process died before it could, or it was sent once more."""
    refused = select(Document.sha256).where(Document.scan == Scan.INFECTED).distinct()
    digests = db.session.scalars(refused.execution_options(**ALL)).all()
    db.session.rollback()
    for digest in digests:
        evidence_store().remove(digest)


def _sharing(work: UnitOfWork, digest: str) -> Sequence[Document]:
    rows = select(Document).where(Document.sha256 == digest, Document.link == "").order_by(Document.id)
    return work.session.scalars(rows.execution_options(**ALL)).all()


def _change(document_id: int) -> Update:
    return update(Document).where(Document.id == document_id)
