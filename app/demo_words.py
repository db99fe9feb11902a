"""Words of our own for the demo: names of people, reasons, remarks, questions, minutes. Facts about nobody."""

from collections.abc import Mapping

from criteria.rules import RuleKind

FAMILY_NAMES = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Rơ Châm",
    "Siu",
    "Ksor",
    "Rah Lan",
)
MIDDLE_NAMES = ("Văn", "Thị", "Đức", "Minh", "Ngọc", "Thanh", "Hữu", "Quốc", "Thu", "Xuân")
GIVEN_NAMES = (
    "An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Hạnh", "Hiếu", "Hòa", "Hùng", "Huyền", "Khánh", "Lan", "Linh", "Long",
    "Mai", "Nam", "Nga", "Nhung", "Oanh", "Phúc", "Phương", "Quang", "Quyên", "Sơn", "Tâm", "Thảo", "Thủy", "Trung",
    "Tuấn", "Vân", "Yến",
)  # fmt: skip

REASONS: Mapping[RuleKind, tuple[str, ...]] = {
    RuleKind.YES_NO: (
        "Đơn vị đang lấy ý kiến dự thảo, dự kiến ban hành trong quý tới.",
        "Chưa bố trí được kinh phí trong năm; đã đưa vào dự toán năm sau.",
        "Đã có chủ trương nhưng chưa triển khai trong kỳ đánh giá.",
    ),
    RuleKind.RATIO: (
        "Một số bộ phận mới được cấp tài khoản cuối kỳ nên tỷ lệ chưa đạt tối đa.",
        "Hồ sơ giấy của các lĩnh vực đặc thù còn nhiều, chưa chuyển hết lên hệ thống.",
        "Đường truyền ở địa bàn xa trung tâm chưa ổn định, ảnh hưởng đến tỷ lệ thực hiện.",
        "Còn cán bộ, công chức chưa qua tập huấn; kế hoạch tập huấn tiếp theo vào đầu năm sau.",
        "Người dân chủ yếu là đồng bào ở thôn, làng xa, chưa quen nộp hồ sơ qua mạng.",
    ),
    RuleKind.COUNT_LADDER: (
        "Số lượt thực hiện trong kỳ chưa đạt mức cao nhất do trùng thời gian cao điểm khác.",
        "Nhân sự mỏng nên chỉ tổ chức được số lượng như đã báo cáo.",
    ),
    RuleKind.CHOICE: (
        "Công chức phụ trách đang kiêm nhiệm, chưa có biên chế chuyên trách.",
        "Thiết bị được cấp chưa đủ bộ; đã đề nghị cấp trên bổ sung.",
        "Văn bản ban hành sau mốc thời gian vì chờ hướng dẫn của cấp trên.",
    ),
    RuleKind.PARTS: (
        "Còn một phần nội dung chưa hoàn thành, đang tiếp tục triển khai.",
        "Một phần hạng mục chờ nghiệm thu nên chưa kê khai.",
    ),
    RuleKind.COUNT: (
        "Số lượng thực hiện trong kỳ mới đạt một phần kế hoạch.",
        "Các hạng mục còn lại đã có trong kế hoạch của năm tiếp theo.",
    ),
    RuleKind.HIGHEST: (
        "Mới triển khai hình thức ban đầu, chưa đủ điều kiện của hình thức cao nhất.",
        "Số giao dịch còn ít vì người dân quen trả tiền mặt.",
    ),
    RuleKind.NORMALISED: ("Băng thông hiện có theo gói cước được cấp kinh phí.",),
}  # fmt: skip
CUTS = (
    "Số liệu trên hệ thống thấp hơn số đơn vị kê khai; tính lại theo hệ thống.",
    "Tài liệu kiểm chứng chỉ chứng minh được một phần nội dung kê khai.",
    "Văn bản kèm theo đã hết hiệu lực vào ngày cuối kỳ, chỉ tính một phần.",
    "Danh sách kèm theo có tên trùng, đã loại khi thẩm tra.",
    "Kiểm tra đường dẫn thấy nội dung chưa cập nhật trong năm đánh giá.",
)
PENALTIES = ("Số liệu kê khai sai một lần, đơn vị đã có văn bản đính chính.",)
REMARKS = (
    "Bổ sung số liệu chi tiết theo từng quý và kiểm tra lại mẫu số.",
    "Lý do chưa đạt điểm tối đa còn chung chung; nêu rõ việc còn thiếu.",
    "Đối chiếu lại với báo cáo của hệ thống một cửa rồi sửa số liệu.",
)
SENT_BACK = (
    "Phiếu còn chỗ chưa rõ, đề nghị sửa và nộp lại trong hạn.",
    "Đề nghị kiểm tra lại số liệu các tiêu chí nêu dưới đây.",
)
WITHDRAWN = (
    "Rút lại để bổ sung số liệu mới nhận từ bộ phận một cửa.",
    "Rút lại để sửa nhầm lẫn khi nhập số liệu.",
)
GAPS = (
    "Đã đôn đốc bằng văn bản và điện thoại nhưng đơn vị chưa nộp phiếu.",
    "Đơn vị báo chưa hoàn thành số liệu trong hạn; huyện gửi các phiếu đã có.",
)
RETURNED = ("Gói tổng hợp thiếu ý kiến của huyện về các xã chưa nộp; đề nghị bổ sung và gửi lại trước hạn.",)
QUESTIONS = (
    "Đề nghị cho biết nguồn số liệu của tử số và thời điểm kết xuất báo cáo.",
    "Đơn vị tính cả hồ sơ chuyển từ kỳ trước hay chỉ hồ sơ phát sinh trong kỳ?",
    "Đề nghị giải thích chênh lệch giữa phiếu và báo cáo kèm theo.",
)
ANSWERS = (
    "Số liệu lấy từ báo cáo của hệ thống, kết xuất vào ngày cuối tháng 10.",
    "Chỉ tính hồ sơ phát sinh trong kỳ, không tính hồ sơ chuyển tiếp.",
    "Chênh lệch do hồ sơ đang chờ ký số; danh sách đã có trong tài liệu kèm theo.",
)
MINUTES = (
    "Đoàn đã kiểm tra bộ phận một cửa, máy tính và sổ sách. Số liệu khớp với phiếu, trừ các tiêu chí đã ghi nhận.",
    "Đoàn kiểm tra thực tế trang thiết bị, xem trực tiếp phần mềm quản lý văn bản. Đề nghị đơn vị hoàn thiện hồ sơ lưu.",
    "Đơn vị bố trí đủ thành phần làm việc. Đoàn đối chiếu ngẫu nhiên hồ sơ trên hệ thống, có một số hồ sơ quá hạn.",
)
ATTENDEES = "Trưởng đoàn, hai thành viên tổ công tác; lãnh đạo và cán bộ đầu mối của đơn vị"
WAIVERS = (
    "Trong kỳ không phát sinh nội dung này tại đơn vị.",
    "Đơn vị không được giao nhiệm vụ theo tiêu chí này.",
)


def reason_for(kind: RuleKind) -> tuple[str, ...]:
    """The reasons that fit a kind of rule."""
    return REASONS.get(kind, REASONS[RuleKind.RATIO])
