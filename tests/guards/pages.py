"""Reading pages as a browser would, and filling every address of the server from what is in the database."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from werkzeug.routing import Rule

from app.access import LIBRARY_ENDPOINTS

LINK = re.compile(r"^/(?!/)")
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
Document = Element


def parse(html: str) -> Document:
    """The page as a tree; html5lib repairs nothing silently here.

    Raises:
        html5lib.html5parser.ParseError: the page is not well formed.
    """
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(html)


def texts(node: Element) -> str:
    """All words inside an element."""
    return " ".join("".join(node.itertext()).split())


def faults(page: Document) -> Iterator[str]:
    """What every page must have and this one lacks."""
    if not page.get("lang"):
        yield "the page names no language"
    if not texts(page.find(".//title")):
        yield "no title"
    headings = page.findall(".//h1")
    if len(headings) != 1 or not texts(headings[0]):
        yield f"{len(headings)} h1"
    yield from _repeated_ids(page)
    yield from _unlabelled(page)
    yield from _unprotected(page)
    yield from _broken_references(page)


def _repeated_ids(page: Document) -> Iterator[str]:
    ids = [node.get("id") for node in page.iter() if node.get("id")]
    yield from (f"id {name} twice" for name in sorted({name for name in ids if ids.count(name) > 1}))


def _unlabelled(page: Document) -> Iterator[str]:
    named = {label.get("for") for label in page.iter("label")}
    wrapped = {field for label in page.iter("label") for field in label.iter()}
    for field in (*page.iter("input"), *page.iter("select"), *page.iter("textarea")):
        if field.get("type") in UNLABELLED or field in wrapped or field.get("aria-label"):
            continue
        if field.get("id") not in named:
            yield f"input {field.get('name')} has no label"
    for button in page.iter("button"):
        if not texts(button) and not button.get("aria-label"):
            yield "a button says nothing"


def _unprotected(page: Document) -> Iterator[str]:
    for form in page.iter("form"):
        names = {field.get("name") for field in form.iter("input")}
        if (form.get("method") or "get").lower() == "post" and "csrf_token" not in names:
            yield f"form {form.get('action')} has no token"


def _broken_references(page: Document) -> Iterator[str]:
    ids = {node.get("id") for node in page.iter()}
    for node in page.iter():
        for attribute in ("aria-describedby", "aria-labelledby", "aria-controls"):
            for name in (node.get(attribute) or "").split():
                if name not in ids:
                    yield f"{attribute} names {name}, which is not there"
    for link in page.iter("a"):
        href = link.get("href") or ""
        if href.startswith("#") and href[1:] not in ids:
            yield f"a link leads to {href}, which is not there"


def links(page: Document) -> set[str]:
    """The addresses of this server that the page leads to."""
    found = {link.get("href") or "" for link in page.iter("a")}
    return {href.split("#")[0] for href in found if LINK.match(href)}


def own_rules(app: Flask) -> list[Rule]:
    """Every rule but the library's."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in LIBRARY_ENDPOINTS]
