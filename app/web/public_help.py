"""Help for everybody, and the accessibility statement. The steps are read from the workflow's table."""

from collections.abc import Iterator

from flask import Blueprint, Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.access import public
from app.faults import Missing
from app.i18n.labels import label
from app.web.public_cache import page
from workflows.approval import APPROVAL
from workflows.vocabulary import Route
from workflows.workflow import Transition

bp = Blueprint("public_help", __name__)
TOPICS: dict[str, tuple[LazyString, str]] = {
    "don-vi": (_l("Đơn vị tự đánh giá"), "public/help_unit.html"),
    "huyen": (_l("Cấp huyện tổng hợp"), "public/help_consolidator.html"),
    "to-cong-tac": (_l("Tổ công tác thẩm tra"), "public/help_task_force.html"),
    "co-quan-chu-tri": (_l("Cơ quan chủ trì"), "public/help_office.html"),
}
STANDING = "help"  # the pages change with the release only, which the tag holds anyway


@bp.get("/huong-dan")
@public
def index() -> Response:
    """Where to read on, and every step of a form as a table."""
    topics = [(name, str(title)) for name, (title, _template) in TOPICS.items()]
    return page("public/help.html", made_of=STANDING, topics=topics, steps=list(_steps()))


@bp.get("/huong-dan/<topic>")
@public
def topic(topic: str) -> Response:
    """Help for one kind of reader.

    Raises:
        Missing: there is no such page.
    """
    if topic not in TOPICS:
        raise Missing(f"help {topic}")
    title, template = TOPICS[topic]
    return page(template, made_of=STANDING, title=str(title))


@bp.get("/tro-nang")
@public
def accessibility() -> Response:
    """The accessibility statement."""
    return page("public/accessibility.html", made_of=STANDING)


def _steps() -> Iterator[tuple[str, str, str, str, str]]:
    for row in APPROVAL.rows:
        who = ", ".join(label(role) for role in sorted(row.who))
        yield label(row.action), who, label(row.source), label(row.target), _route(row)


def _route(row: Transition) -> str:
    if row.routes == frozenset(Route):
        return _("Mọi đơn vị")
    return ", ".join(label(route) for route in sorted(row.routes))
