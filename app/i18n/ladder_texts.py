"""What is wrong with a rule of the ladder, in words. Logic never looks at one."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from notifications.ladder import FARTHEST, HOURS, MOST_RULES, Unfit

UNFIT: Mapping[Unfit, LazyString] = {
    Unfit.NOBODY: _l("Chọn ít nhất một nhóm người nhận"),
    Unfit.AUDIENCE: _l("Việc này không nhắc được nhóm người nhận đã chọn; bỏ nhóm đó"),
    Unfit.DAYS: _l("Ghi số ngày từ 0 đến %(most)s", most=FARTHEST),
    Unfit.DAYS_AND_WEEKDAYS: _l("Chọn một trong hai: số ngày so với hạn, hoặc các thứ trong tuần"),
    Unfit.HOUR: _l("Ghi giờ gửi từ %(first)s đến %(last)s", first=HOURS[0], last=HOURS[-1]),
    Unfit.UNTOUCHED: _l("Chỉ nhắc đơn vị chưa bắt đầu khi nhắc nộp phiếu cho đơn vị và lãnh đạo"),
    Unfit.ONLY_AFTER: _l("Việc phê duyệt chỉ nhắc sau ngày trình, từ 1 ngày làm việc trở lên"),
    Unfit.TWICE: _l("Mốc này đã có; gộp người nhận vào mốc đó hoặc chọn ngày khác"),
    Unfit.TOO_MANY: _l("Một đợt có nhiều nhất %(most)s mốc nhắc; bỏ bớt mốc", most=MOST_RULES),
}


def unfit_text(wrong: Unfit) -> str:
    """What to do about a rule as it is written down."""
    return str(UNFIT[wrong])
