"""How a criterion came by its points, in one sentence of the reader's language. It reckons nothing."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from criteria.working import Way, Working

WORDS: Mapping[Way, LazyString] = {
    Way.WAIVED: _l("Không áp dụng cho đơn vị, đã trừ khỏi điểm tối đa"),
    Way.DECIDED: _l("Điểm được quyết định khi thẩm tra: %(points)s điểm"),
    Way.UNREADABLE: _l("Có số liệu chưa đọc được nên chưa tính điểm"),
    Way.YES: _l("Có: %(points)s điểm"),
    Way.NO: _l("Không: %(points)s điểm"),
    Way.SHARE: _l("%(part)s/%(whole)s %(sign)s %(percent)s%% × %(most)s điểm = %(points)s điểm"),
    Way.NOTHING_COUNTED: _l("Mẫu số bằng 0: %(points)s điểm"),
    Way.NOTHING_COUNTED_SPARED: _l("Mẫu số bằng 0: không áp dụng, đã trừ khỏi điểm tối đa"),
    Way.STEP: _l("%(count)s đạt bậc từ %(least)s trở lên: %(points)s điểm"),
    Way.BELOW_STEPS: _l("%(count)s chưa đến bậc đầu là %(least)s: %(points)s điểm"),
    Way.CHOSEN: _l("%(label)s: %(points)s điểm"),
    Way.PARTS: _l("%(pairs)s = %(points)s điểm"),
    Way.NO_PARTS: _l("Không có nội dung nào: %(points)s điểm"),
    Way.COUNT: _l("%(count)s × %(each)s điểm = %(points)s điểm"),
    Way.COUNT_CAPPED: _l("%(count)s × %(each)s điểm = %(product)s điểm, chỉ tính đến tối đa %(points)s điểm"),
    Way.HIGHEST: _l("%(pairs)s; lấy mức cao nhất: %(points)s điểm"),
    Way.NORMALISED: _l(
        "%(part)s/%(whole)s %(sign)s %(percent)s%%, so với đơn vị cao nhất %(best)s%%, × %(most)s điểm = "
        "%(points)s điểm"
    ),
    Way.NORMALISED_NOTHING: _l("Tử số bằng 0: %(points)s điểm"),
    Way.NORMALISED_AWAITED: _l("Chờ số liệu của các đơn vị khác mới tính được điểm"),
    Way.SURVEY: _l("Cơ quan chủ trì nhập từ kết quả điều tra: %(points)s điểm"),
    Way.SURVEY_AWAITED: _l("Chờ cơ quan chủ trì nhập kết quả điều tra"),
    Way.BONUS: _l("%(count)s × %(each)s điểm = cộng %(points)s điểm"),
    Way.BONUS_CAPPED: _l("%(count)s × %(each)s điểm = %(product)s điểm, chỉ cộng nhiều nhất %(most)s điểm"),
    Way.NO_BONUS: _l("Không kê khai điểm cộng: 0 điểm"),
    Way.PENALTY: _l("%(count)s × %(each)s điểm = trừ %(product)s điểm"),
    Way.PENALTY_FLOORED: _l("%(count)s × %(each)s điểm = %(product)s điểm, chỉ trừ nhiều nhất %(most)s điểm"),
    Way.PENALTY_AWAITED: _l("Chờ cơ quan chủ trì nhập điểm trừ, nếu có"),
    Way.ROLLED_UP: _l(
        "%(part)s/%(whole)s đơn vị trực thuộc đạt tối đa %(sign)s %(percent)s%% × %(most)s điểm = %(points)s điểm"
    ),
    Way.ROLLED_UP_MEAN: _l(
        "Trung bình của %(whole)s đơn vị trực thuộc %(sign)s %(percent)s%% × %(most)s điểm = %(points)s điểm"
    ),
    Way.ROLL_UP_AWAITED: _l("Chờ kết quả của các đơn vị trực thuộc mới tính được điểm"),
    Way.NO_SUBORDINATES: _l("Không có đơn vị trực thuộc: không áp dụng, đã trừ khỏi điểm tối đa"),
}


def working_text(working: Working) -> str:
    """The sentence; empty where nothing was answered."""
    if working.way is Way.UNANSWERED:
        return ""
    if working.way in PAIRED and len(working.pairs) == 1:
        ((label, _worth),) = working.pairs
        words = str(WORDS[Way.CHOSEN]) % {**working.facts, "label": label}
    else:
        words = str(WORDS[working.way]) % {**working.facts, "pairs": _pairs(working)}
    if working.places is None:
        return words
    return _("%(working)s, làm tròn %(places)s chữ số lẻ", working=words, places=working.places)


PAIRED: Mapping[Way, str] = {Way.PARTS: " + ", Way.HIGHEST: "; "}


def _pairs(working: Working) -> str:
    glue = PAIRED.get(working.way, "")
    return glue.join(_("%(label)s %(points)s", label=label, points=worth) for label, worth in working.pairs)
