"""The papers of a unit that are made from Word templates: the file that ships, and an example of everything it may name.

Data only; a test holds the names equal to what a form really states.
"""

from collections.abc import Mapping
from typing import Any

from app.models import Paper
from app.official_papers import Picture, qr_png

SHIPPED: Mapping[Paper, str] = {
    Paper.FORM: "phieu-tu-danh-gia.docx",
    Paper.REPORT: "bao-cao-ket-qua.docx",
}
_ROW = {
    "code": "B1.1",
    "title": "Tỷ lệ thủ tục hành chính có đủ điều kiện được cung cấp trực tuyến toàn trình",
    "max": "5",
    "said": "Tử số: 45; Mẫu số: 60",
    "points": "3,75",
    "evidence": "12/BC-UBND, ngày 05/10/2026",
    "reason": "Còn 15 thủ tục chưa được cấu hình",
}
_COMMON: Mapping[str, Any] = {
    "superior": "UBND HUYỆN LỆ THỦY",
    "unit": "UBND XÃ THANH THỦY",
    "place": "Thanh Thủy",
    "year": 2026,
    "campaign": "Đánh giá mức độ Chính quyền điện tử năm 2026",
    "period": "(Số liệu từ ngày 01/11/2025 đến hết ngày 31/10/2026)",
    "receiver": "UBND huyện Lệ Thủy",
    "groups": [
        {"title": "B1. Cung cấp dịch vụ công trực tuyến", "max": "20", "points": "15,5", "rows": [_ROW]}
    ],
    "total_max": "100",
    "total_points": "61,5",
    "on_behalf": "TM. ỦY BAN NHÂN DÂN",
    "office": "CHỦ TỊCH",
    "head": "Nguyễn Văn An",
}
_CODE: Mapping[str, Any] = {
    "mark": "BẢN CHƯA NỘP",
    "code": "K7QD-2M4X",
    "scanned": "K7QD-2M4X",
    "state": "Bản chưa nộp",
    "digest": "0" * 64,
    "check": "Mã này chỉ đúng với nội dung in ở đây.",
}
_REPORT: Mapping[str, Any] = {
    "unit_name": "UBND xã Thanh Thủy",
    "bases": ["Quyết định số 169/QĐ-UBND ngày 05/04/2019 của UBND tỉnh"],
    "lacking": [_ROW],
    "estimates": "B1.1, B2.3",
    "next_year": 2027,
}


def sample_of(paper: Paper) -> dict[str, Any]:
    """An example of everything that a template of this paper may name."""
    if paper is Paper.REPORT:
        return {**_COMMON, **_REPORT}
    return {**_COMMON, **_CODE, "qr": Picture(qr_png(_CODE["code"]), 26)}
