"""Answers that a visitor may keep: a tag of what the page is made of, and 304 for who has it already."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from flask import Response, current_app, render_template, request, session

from app.access import current_actor
from app.web.presentation import LANGUAGE, SHEETS, TEXT_SIZE, fingerprint

HERE = Path(__file__).parent
TEMPLATES = ("public", "layout", "ui")
CATALOGUES = HERE.parent / "i18n"
FLASHES = "_flashes"
KEY = "dunghan_public_pages"
MOST_PAGES = 64
ASK_AGAIN = "no-cache"  # may be kept, must be asked for: a correction is seen at once
DOWNLOADS = "public, max-age=300"


def page(template: str, *, made_of: str, **context: object) -> Response:
    """A page made of an edition, named by ``made_of``; a visitor who has it already gets 304 and no body.

    Pages of a signed-in reader carry a name and are kept nowhere.
    """
    if current_actor().id is not None or FLASHES in session or not made_of:
        return Response(render_template(template, **context))
    tag = _tag(made_of)
    if request.if_none_match.contains_weak(tag):
        return _kept(Response(status=304), tag, ASK_AGAIN)
    return _kept(Response(_rendered(tag, template, context)), tag, ASK_AGAIN)


def _rendered(tag: str, template: str, context: Mapping[str, object]) -> str:
    # On the day of publication everybody asks for the same few pages; the tag names all that a page is made of.
    pages: OrderedDict[str, str] = current_app.extensions.setdefault(KEY, OrderedDict())
    body = pages.get(tag)
    if body is None:
        body = pages[tag] = render_template(template, **context)
        if len(pages) > MOST_PAGES:
            pages.popitem(last=False)
    return body


def download(body: bytes, *, mimetype: str, name: str, tag: str) -> Response:
    """A file for keeping, under its own name."""
    if request.if_none_match.contains_weak(tag):
        return _kept(Response(status=304), tag, DOWNLOADS)
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _kept(response, tag, DOWNLOADS)


def download_tag(digest: str, name: str) -> str:
    """The tag of a file made of an edition: that of the published text is the text's own digest."""
    if name.endswith(".json"):
        return digest
    return f"{digest[:32]}-{LANGUAGE.chosen()}-{release()[:8]}"


def _kept(response: Response, tag: str, rule: str) -> Response:
    response.set_etag(tag)
    response.headers["Cache-Control"] = rule
    response.vary.add("Cookie")
    return response


def _tag(made_of: str) -> str:
    parts = (made_of, request.full_path, LANGUAGE.chosen(), TEXT_SIZE.chosen(), release())
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


@lru_cache(maxsize=1)
def release() -> str:
    """A hash of what pages look like, so that a new release is seen at once."""
    kept = hashlib.sha256(fingerprint(*SHEETS).encode())
    files = [path for name in TEMPLATES for path in sorted((HERE / "templates" / name).rglob("*.html"))]
    for path in (*files, *sorted(CATALOGUES.rglob("*.mo"))):
        kept.update(path.read_bytes())
    return kept.hexdigest()
