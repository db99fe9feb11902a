"""Documents of a form: taken in as a form in parts, listed, and read again byte for byte."""

from collections.abc import Sequence
from typing import Any

from flask import Response, send_file
from flask_smorest.fields import Upload
from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.access import allow, current_actor
from app.api.fields import REQUIRED, Day, Instant, OneOf, Shape, Text
from app.api.preconditions import matched, tagged
from app.api.resources import ROW, Resources
from app.api.submissions import reached
from app.database import db
from app.faults import Missing
from app.models import Document, Purpose, Scan
from app.services import document_records, documents
from workflows.vocabulary import Role

bp = Resources("documents", "Documents of a form")
READ_ONLY_POLICY = "default-src 'none'; sandbox"


class DocumentRequest(Shape):
    """A file of at most 10 MB, what it is there for, and the criteria that it proves (the field repeated)."""

    file = Upload(required=True, error_messages=REQUIRED, metadata={"format": "binary"})
    purpose = OneOf(Purpose, load_default=Purpose.EVIDENCE)
    criteria = fields.List(Text(longest=32), load_default=list)
    number = Text(longest=64, load_default="")
    issued_on = Day(load_default=None)
    summary = Text(longest=500, load_default="")


class UsesRequest(Shape):
    """The codes of exactly those criteria that the document is to prove."""

    criteria = fields.List(Text(longest=32), required=True, error_messages=REQUIRED)


class RecordRequest(Shape):
    """What an office says of a document, and the criteria that it proves; what is left out is said no more."""

    criteria = fields.List(Text(longest=32), load_default=list)
    number = Text(longest=64, load_default="")
    issued_on = Day(load_default=None)
    summary = Text(longest=500, load_default="")


class DocumentShape(Shape):
    """A document without its content."""

    id = fields.Integer(required=True)
    version = fields.Integer(required=True)
    submission = fields.Integer(attribute="submission_id", required=True)
    purpose = OneOf(Purpose, required=True)
    file_name = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    link = fields.String(required=True)
    scan = OneOf(Scan, required=True)
    number = fields.String(required=True)
    issued_on = Day(required=True, allow_none=True)
    summary = fields.String(required=True)
    added_at = Instant(required=True)
    added_by = fields.String(attribute="added_by_name", required=True)
    criteria = fields.Function(
        lambda row: sorted(use.criterion for use in row.uses),
        required=True,
        metadata={"type": "array", "items": {"type": "string"}},
    )


class DocumentListShape(Shape):
    """Every document of a form."""

    items = fields.List(fields.Nested(DocumentShape), required=True)


@bp.get(f"/submissions/<{ROW}:submission>/documents")
@allow()
@bp.response(200, DocumentListShape)
def list_documents(submission: int) -> dict[str, Sequence[Document]]:
    """The documents of a form."""
    rows = db.session.scalars(
        select(Document)
        .where(Document.submission_id == reached(submission).id)
        .options(selectinload(Document.uses))
        .order_by(Document.id)
    )
    return {"items": rows.all()}


@bp.post(f"/submissions/<{ROW}:submission>/documents")
@allow(Role.UNIT, Role.HEAD)
@bp.arguments(DocumentRequest, location="multipart")
@bp.response(201, DocumentShape)
def add_document(given: dict[str, Any], submission: int) -> tuple[Document, int, dict[str, str]]:
    """Take in one document. The same content for the same purpose is kept once."""
    file = given.pop("file")
    added = documents.add_document(
        current_actor(), submission, content=file.stream, file_name=file.filename or "", **given
    )
    return tagged(added, added.version, 201)


@bp.get(f"/documents/<{ROW}:document>/content")
@allow()
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def read_document(document: int) -> Response:
    """The content of a document, byte for byte, under its own media type."""
    row = documents.document_for_reading(current_actor(), document)
    store = documents.evidence_store()
    if not store.holds(row.sha256):
        raise Missing(f"content {row.sha256}")
    response = send_file(
        store.path(row.sha256).resolve(),
        mimetype=row.media_type,
        as_attachment=True,
        download_name=row.file_name,
        etag=row.sha256,
    )
    response.headers["Content-Security-Policy"] = READ_ONLY_POLICY
    return response


@bp.put(f"/documents/<{ROW}:document>/criteria")
@allow(Role.UNIT, Role.HEAD)
@bp.arguments(UsesRequest)
@bp.response(200, DocumentShape)
def put_uses(given: dict[str, Any], document: int) -> tuple[Document, int, dict[str, str]]:
    """Say which criteria a document proves; If-Match names its version."""
    row = documents.document_in_reach(current_actor(), document)
    changed = documents.set_uses(current_actor(), document, given["criteria"], version=matched(row.version))
    return tagged(changed, changed.version)


@bp.put(f"/documents/<{ROW}:document>")
@allow(Role.UNIT, Role.HEAD)
@bp.arguments(RecordRequest)
@bp.response(200, DocumentShape)
def put_record(given: dict[str, Any], document: int) -> tuple[Document, int, dict[str, str]]:
    """Say anew what a document is and what it proves; If-Match names its version."""
    row = documents.document_in_reach(current_actor(), document)
    version = matched(row.version)
    said = document_records.Record(
        number=given["number"],
        issued_on=given["issued_on"],
        summary=given["summary"],
        criteria=given["criteria"],
    )
    changed = document_records.change_record(current_actor(), document, version=version, **said)
    return tagged(changed, changed.version)


@bp.delete(f"/documents/<{ROW}:document>")
@allow(Role.UNIT, Role.HEAD)
@bp.response(204)
def remove_document(document: int) -> None:
    """Take a document out of its form, where it can be put back for 30 days; If-Match names its version."""
    row = documents.document_in_reach(current_actor(), document)
    documents.remove_document(current_actor(), document, version=matched(row.version))
