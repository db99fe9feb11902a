"""Words for what a new version of a criteria set changes and what that means. Logic never looks at them."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from criteria.differences import Aspect, Comparability
from criteria.model import EnteredBy

ASPECTS: Mapping[str, LazyString] = {
    Aspect.GROUP: _l("chuyển nhóm"),
    Aspect.TITLE: _l("tên"),
    Aspect.RULE: _l("cách chấm"),
    Aspect.MAX: _l("điểm tối đa"),
    Aspect.EVIDENCE: _l("tài liệu kiểm chứng"),
    Aspect.HELP: _l("hướng dẫn"),
}
COMPARABLE: Mapping[str, LazyString] = {
    Comparability.FULL: _l("So được với năm trước cả câu trả lời và điểm"),
    Comparability.ANSWERS: _l("So được câu trả lời, không so được điểm"),
    Comparability.NONE: _l("Không so được với năm trước; số liệu năm trước không dùng làm bản nháp"),
}
SETTINGS: Mapping[str, LazyString] = {
    "code": _l("mã bộ tiêu chí"),
    "title": _l("tên bộ tiêu chí"),
    "unit_kind": _l("cấp đơn vị"),
    "source": _l("nguồn"),
    "illustrative": _l("bộ minh họa hay chính thức"),
    "rounding": _l("cách làm tròn"),
    "order": _l("thứ tự tiêu chí"),
}
ENTERED_BY: Mapping[str, LazyString] = {
    EnteredBy.UNIT: _l("đơn vị nhập"),
    EnteredBy.OFFICE: _l("cơ quan chủ trì nhập"),
    EnteredBy.SYSTEM: _l("hệ thống tính"),
}
