"""What a file of units or people changes, one sentence for each change. Logic never looks at them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.i18n.labels import label
from workflows.vocabulary import Role

Fact = Mapping[str, Any]
ACTS: Mapping[str, LazyString] = {
    "new": _l("tạo tài khoản"),
    "address": _l("đổi địa chỉ"),
    "particulars": _l("đổi thông tin"),
    "reopen": _l("mở lại tài khoản"),
    "role": _l("giao thêm vai trò"),
    "move": _l("chuyển đơn vị"),
    "end": _l("thôi vai trò"),
    "close": _l("khóa tài khoản"),
}
KINDS: Mapping[str, LazyString] = {
    "added": _l("Đơn vị mới"),
    "renamed": _l("Đổi tên, mã hoặc loại"),
    "moved": _l("Đổi đơn vị cấp trên"),
    "reused": _l("Mã nay thuộc đơn vị khác"),
    "merged": _l("Sáp nhập"),
    "partly_merged": _l("Nhận một phần"),
    "ended": _l("Thôi hoạt động"),
}


def _added(fact: Fact) -> str:
    if not fact["parent"]:
        return _("%(name)s (%(code)s)", name=fact["name"], code=fact["code"])
    return _(
        "%(name)s (%(code)s), thuộc %(parent)s", name=fact["name"], code=fact["code"], parent=fact["parent"]
    )


def _renamed(fact: Fact) -> str:
    return _(
        "%(was)s (%(was_code)s) thành %(name)s (%(code)s)",
        was=fact["was"],
        was_code=fact["was_code"],
        name=fact["name"],
        code=fact["code"],
    )


def _moved(fact: Fact) -> str:
    return _(
        "%(name)s (%(code)s) chuyển từ %(was_parent)s sang %(parent)s",
        name=fact["name"],
        code=fact["code"],
        was_parent=fact["was_parent"],
        parent=fact["parent"],
    )


def _reused(fact: Fact) -> str:
    return _(
        "Mã %(code)s: %(was)s thôi hoạt động, %(name)s bắt đầu",
        code=fact["code"],
        was=fact["was"],
        name=fact["name"],
    )


def _merged(fact: Fact) -> str:
    return _(
        "%(was)s (%(was_code)s) nhập vào %(name)s (%(code)s)",
        was=fact["was"],
        was_code=fact["was_code"],
        name=fact["name"],
        code=fact["code"],
    )


def _partly(fact: Fact) -> str:
    return _(
        "Một phần %(was)s (%(was_code)s) nhập vào %(name)s (%(code)s)",
        was=fact["was"],
        was_code=fact["was_code"],
        name=fact["name"],
        code=fact["code"],
    )


SENTENCES: Mapping[str, Callable[[Fact], str]] = {
    "added": _added,
    "renamed": _renamed,
    "moved": _moved,
    "reused": _reused,
    "merged": _merged,
    "partly_merged": _partly,
    "ended": _added,
}


def unit_change(fact: Fact) -> tuple[str, str]:
    """A change of the tree of units: its kind and its sentence."""
    sentence = SENTENCES[fact["what"]](fact)
    decision = fact.get("decision")
    said = (
        _("%(sentence)s; văn bản %(decision)s", sentence=sentence, decision=decision)
        if decision
        else sentence
    )
    return str(KINDS[fact["what"]]), said


def person_change(fact: Fact) -> tuple[str, str]:
    """What a row does to an account: the acts, and whom and where."""
    acts = ", ".join(str(ACTS[one]) for one in fact["acts"])
    where = _("%(role)s, %(unit)s", role=label(Role(fact["role"])), unit=fact["unit"]) if fact["role"] else ""
    before = _("trước: %(was)s", was=fact["was"]) if fact["was"] else ""
    return acts[:1].upper() + acts[1:], "; ".join(
        part for part in (f"{fact['name']}, {fact['email']}", where, before) if part
    )


def day_text(iso: str) -> str:
    """A stored day as people write it."""
    return f"{date.fromisoformat(iso):%d/%m/%Y}" if iso else ""
