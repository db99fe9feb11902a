"""THE TABLE of what an office's own words for a mail may name: token, the fact it stands for, its meaning, an example.

A kind of mail offers the tokens of the facts that its message states. Holds data only.
"""

from dataclasses import dataclass, fields
from datetime import timedelta
from decimal import Decimal

from notifications.facts import Owed, Remark
from notifications.messages import MESSAGES, CampaignMessage, Message


@dataclass(frozen=True)
class Token:
    """One placeholder, written `{name}`.

    field: the fact of the message; vi, en: what it stands for; sample: an example, for a date the time from now;
    obligatory: the text must state it; subject_only: it is too short to stand in the text, as a day without its hour.
    """

    name: str
    field: str
    vi: str
    en: str
    sample: object = None
    obligatory: bool = False
    subject_only: bool = False

    def meaning(self, language: str) -> str:
        """What it stands for, in this language."""
        return self.en if language == "en" else self.vi


@dataclass(frozen=True)
class Ahead:
    """An example of a date: so long after the present."""

    after: timedelta


@dataclass(frozen=True)
class OneOwing:
    """An example of one thing that is owed, for a mail about several."""

    owed: Owed
    unit_name: str
    done: int
    total: int


WEEK, MONTH = Ahead(timedelta(days=7)), Ahead(timedelta(days=30))
OFFICE = "cơ quan chủ trì"
# fmt: off
TOKENS = (
    Token("don_vi",             "unit_name",      "tên đơn vị nhận thư",                     "the unit that is told",                    "xã Thanh Thủy"),
    Token("nam",                "year",           "năm đánh giá",                            "the year that is assessed",                2026),
    Token("dot",                "campaign_name",  "tên đợt đánh giá",                        "the name of the campaign",                 "Đánh giá Chính quyền điện tử"),
    Token("han",                "deadline",       "hạn, cả cách ghi trong công văn và giờ hết hạn", "the deadline, wording and instant",  WEEK, obligatory=True),
    Token("ngay_cuoi",          "deadline",       "ngày cuối còn hạn, dạng ngày/tháng",      "the last day in time, as day/month",       WEEK, subject_only=True),
    Token("han_tinh",           "official",       "hạn của tỉnh, nếu thư nêu hạn nội bộ",    "the province's deadline beside an internal one"),
    Token("han_noi_bo",         "internal",       "hạn nội bộ của cấp huyện, nếu có",        "the district's internal date, if there is one"),
    Token("noi_hen",            "set_by",         "nơi đặt hạn nội bộ, nếu có",              "who set the internal date, if there is one", ""),
    Token("so_tieu_chi",        "criteria_count", "số tiêu chí của phiếu",                   "criteria in the form",                     60),
    Token("so_phut",            "minutes",        "số phút cần để làm phiếu",                "minutes that the form takes",              90),
    Token("cong_van",           "letter",         "số và ngày công văn",                     "number and date of the official letter",   "751/STTTT-CNTT ngày 04/10/2026"),
    Token("luc",                "at",             "thời điểm nộp, gửi hoặc kiểm tra",        "when it is handed in, sent or checked",           Ahead(timedelta(0))),
    Token("ma_bien_nhan",       "receipt",        "mã biên nhận",                            "the receipt code",                         "K7QD-2M4X", obligatory=True),
    Token("noi_nhan",           "next_actor",     "nơi nhận phiếu tiếp theo",                "who reads the form next",                  "UBND huyện Lệ Thủy"),
    Token("noi_tra_lai",        "returned_by",    "nơi trả lại",                             "who sends it back",                        "UBND huyện Lệ Thủy"),
    Token("nhan_xet",           "remarks",        "các nhận xét cần sửa",                    "the remarks to be put right",              (Remark("2.4", "Thiếu bản ký số"),), obligatory=True),
    Token("noi_tiep_nhan",      "accepted_by",    "nơi tiếp nhận",                           "who took the form up",                     "UBND huyện Lệ Thủy"),
    Token("ngay_co_ket_qua",    "results_on",     "ngày dự kiến có kết quả, nếu đã định",    "when results are expected, if known",      MONTH),
    Token("so_phieu_gui",       "included",       "số phiếu trong hồ sơ",                    "forms in the package",                     24),
    Token("tong_so",            "total",          "tổng số phiếu hoặc đơn vị",               "forms or units in all",                    26),
    Token("ly_do",              "reason",         "lý do",                                   "the reason",                               "Mưa lũ kéo dài trên địa bàn", obligatory=True),
    Token("lan_xep_hang",       "run",            "lần xếp hạng",                            "number of the ranking run",                4),
    Token("so_don_vi",          "unit_count",     "số đơn vị trong bảng xếp hạng",           "units in the ranking",                     261),
    Token("so_khong_xep_hang",  "unranked_count", "số đơn vị không nộp phiếu",               "units that did not submit",                3),
    Token("nguoi_trinh",        "prepared_by",    "người trình kết quả",                     "who submits the ranking",                  "Nguyễn Văn An"),
    Token("quyet_dinh",         "decision",       "số quyết định công bố",                   "number of the decision",                   "169/QĐ-UBND"),
    Token("ngay_quyet_dinh",    "decided_on",     "ngày quyết định",                         "date of the decision",                     MONTH),
    Token("so_duoc_xep_hang",   "ranked_count",   "số đơn vị được xếp hạng",                 "units that are ranked",                    156),
    Token("xep_hang",           "rank",           "thứ hạng của đơn vị, nếu được xếp hạng",  "the unit's place, if it has one",          12),
    Token("con_ngay",           "days_left",      "số ngày còn lại",                         "days left",                                3),
    Token("qua_ngay",           "days_over",      "số ngày đã quá hạn",                      "days past the deadline",                   1),
    Token("nhan_muon_den",      "taken_until",    "hạn cuối nhận phiếu muộn, nếu nhận",      "until when a late form is taken, if it is"),
    Token("da_xong",            "done",           "số tiêu chí đã làm xong",                 "criteria done",                            37),
    Token("tieu_chi_tiep",      "next_criterion", "tiêu chí cần làm tiếp, nếu có",           "the next criterion, if there is one",      "3.2 Tỷ lệ hồ sơ trực tuyến"),
    Token("hau_qua",            "consequence",    "hậu quả khi không nộp, nếu quy định",     "what follows if nothing comes, if set",    "không được xếp hạng (xem như xếp hạng cuối)"),
    Token("da_nop",             "submitted",      "số đơn vị đã nộp",                        "units that have submitted",                18),
    Token("chua_nop",           "missing",        "tên các đơn vị chưa nộp",                 "names of the units that have not",         ("xã Mỹ Thủy", "xã Sen Thủy")),
    Token("con_thieu",          "waiting",        "số phiếu còn thiếu",                      "forms that are missing",                   3),
    Token("cac_viec",           "items",          "các việc đang chờ, có hạn từng việc",     "what is waited for, each with its date",   (OneOwing(Owed.FORM, "xã Thanh Thủy", 37, 60),), obligatory=True),
    Token("noi_don_doc",        "urged_by",       "nơi đôn đốc",                             "who urges",                                "UBND huyện Lệ Thủy"),
    Token("loi_nhan",           "note",           "lời nhắn của nơi đôn đốc, nếu có",        "the words of who urges, if any",           "Cần nộp sớm để kịp tổng hợp", obligatory=True),
    Token("noi_doi_han",        "changed_by",     "nơi đổi hạn",                             "who changed the date",                     OFFICE),
    Token("doi_han",            "later",          "“gia hạn” hoặc “đổi hạn”",                "“extended” or “changed”",                  True),
    Token("van_ban",            "document",       "số văn bản, nếu có",                      "number of the letter, if there is one",    "88/UBND-VX"),
    Token("tieu_chi",           "criterion",      "mã tiêu chí",                             "code of the criterion",                    "2.4"),
    Token("cau_hoi",            "question",       "câu hỏi",                                 "the question",                             "Quyết định ban hành có số nào?", obligatory=True),
    Token("noi_hoi",            "asked_by",       "nơi hỏi",                                 "who asks",                                 OFFICE),
    Token("cau_tra_loi",        "reply",          "câu trả lời của đơn vị",                  "the unit's answer",                        "Quyết định số 12/QĐ-UBND", obligatory=True),
    Token("nguoi_tra_loi",      "replied_by",     "người trả lời",                           "who answered",                             "Nguyễn Văn An"),
    Token("diem_tu_cham",       "own_points",     "điểm tự chấm",                            "the unit's own points",                    Decimal("82.5")),
    Token("diem_tham_tra",      "found_points",   "điểm thẩm tra",                           "the points that were found",               Decimal(79)),
    Token("so_khac",            "differences",    "số tiêu chí chấm khác điểm tự chấm",      "criteria given other points",              3),
    Token("ket_luan",           "changed",        "“đổi điểm” hoặc “giữ nguyên điểm”",       "“points changed” or “points kept”",        True),
    Token("diem",               "points",         "điểm mới của tiêu chí, nếu khác tự chấm", "the points it has now, if not its own",    Decimal("4.5")),
    Token("tra_loi",            "answer",         "nội dung trả lời giải trình",             "the answer to the explanation",            "Đã có văn bản ký số", obligatory=True),
    Token("cho_tu",             "waiting_since",  "thời điểm bắt đầu chờ phê duyệt",         "since when it waits for approval",         Ahead(timedelta(days=-3))),
    Token("so_ngay_cho",        "days",           "số ngày đã chờ",                          "days it has waited",                       3),
    Token("so_phieu",           "count",          "số phiếu được giao",                      "forms that are assigned",                  12),
    Token("gom_cac_phieu",      "shares",         "các phiếu được giao, theo nơi",           "the assigned forms, by place",             (("huyện Lệ Thủy", 12),), obligatory=True),
    Token("noi_giao",           "assigned_by",    "người giao việc",                         "who assigns",                              "Nguyễn Văn An"),
    Token("nop_muon",           "late",           "“nộp muộn”, nếu nộp sau hạn",             "“late”, if it came after the deadline",    False),
    Token("tinh_trang",         "called_off",     "“lịch kiểm tra”, “đổi lịch kiểm tra” hoặc “hủy lịch kiểm tra”", "“field check”, “field check moved” or “called off”", False, obligatory=True),
    Token("doan",               "team",           "đoàn kiểm tra",                           "who comes",                                "Tổ số 2"),
    Token("noi_kiem_tra",       "place",          "địa điểm kiểm tra, nếu đã định",          "where, if it is known",                    "UBND xã Thanh Thủy"),
    Token("ho_so",              "papers",         "hồ sơ cần chuẩn bị, nếu có",              "papers to prepare, if any",                "Quyết định, biên bản"),
    Token("noi_tra_loi",        "decided_by",     "nơi trả lời giải trình",                  "who answers",                              OFFICE),
)
# fmt: on
# What the layout prints, what names the mail, and what only a template can make something of.
UNSAID = frozenset(
    {
        "unit",
        "link",
        "hotline",
        "occurrence",
        "zone",
        "campaign",
        "unit_link",
        "may_withdraw",
        "overdue",
        "own",
        "moved",
    }
)
OWN_KINDS = tuple(message.kind for message in MESSAGES if issubclass(message, CampaignMessage))
_KINDS = {message.kind: message for message in MESSAGES}


def message_class(kind: str) -> type[Message]:
    """The message of a kind; raises KeyError for none."""
    return _KINDS[kind]


def tokens_of(kind: str) -> tuple[Token, ...]:
    """What own words for a kind may name, in the order of the table; raises KeyError for an unknown kind."""
    stated = {field.name for field in fields(_KINDS[kind])}
    return tuple(token for token in TOKENS if token.field in stated)
