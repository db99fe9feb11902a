"""Pages of every file that an office sends in about units and people: preview, write, undo, marked copy. Holds no rule."""

from io import BytesIO

from flask import Blueprint, send_file
from werkzeug.wrappers import Response

from app.access import allow, current_actor
from app.services import office_imports
from app.web.office_words import words
from workflows.vocabulary import Role

bp = Blueprint("office_imports", __name__, url_prefix="/quan-tri/nhap")
bp.context_processor(words)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Page = str | Response | tuple[str, int]


@bp.get("/<int:import_id>/cho-sua.xlsx")
@allow(Role.OFFICE, Role.ADMIN)
def annotated(import_id: int) -> Response:
    """The reader's own workbook with every wrong cell marked."""
    row, content = office_imports.annotated(current_actor(), import_id)
    return _file(content, f"cho-sua-{row.file_name}")


def _file(content: bytes, name: str) -> Response:
    response = send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
