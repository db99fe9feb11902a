"""The public pages that confirm a receipt. Anybody may ask: a code is eight random letters (2^40), and what the answer
says is neither an answer nor a score. Holds no rule.
"""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.access import public
from app.database import db
from app.form_codes import typed_code
from app.queries.receipts import receipt_named
from app.web.desk_words import to_the_second

bp = Blueprint("receipts", __name__)


@bp.get("/bien-nhan")
@public
def ask() -> AnyResponse | tuple[str, int]:
    """The box for a code; with one typed, the way to its page."""
    typed = request.args.get("ma", "").strip()
    code = typed_code(typed)
    if code:
        return redirect(url_for("receipts.one", code=code), 303)
    errors = {"ma": _("Nhập đủ 8 chữ của mã, ví dụ K7QD-2M4X")} if typed else {}
    page = render_template("public/receipts.html", typed=typed, errors=errors)
    return (page, 422) if errors else Response(page)


@bp.get("/bien-nhan/<code>")
@public
def one(code: str) -> AnyResponse:
    """What a receipt confirms; the same page without facts where there is none with this code."""
    known = typed_code(code)
    found = receipt_named(db.session(), known)
    page = render_template(
        "public/receipt.html", found=found, code=known or code[:20], exactly=to_the_second, errors={}
    )
    answer = make_response(page, 200 if found else 404)
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Cache-Control"] = "no-store"
    return answer
