"""The words of a published result: places, levels, notes, the decision, how a ranking was made. Decides nothing."""

from collections.abc import Iterator, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.editions import EditionKind, Published, Result
from app.i18n.labels import label
from app.models import UnitKind
from criteria.model import Rounding
from criteria.ranking import By, RankingRules, Ties, Unsubmitted

ROMAN = ("", "I", "II", "III", "IV")
VERIFIED: Mapping[str, LazyString] = {
    "thẩm tra": _l("Điểm thẩm tra"),
    "thẩm định": _l("Điểm thẩm định"),
}


def verified_points(edition: Published) -> str:
    """The heading of the points that count, in the campaign's own word."""
    return str(VERIFIED.get(edition.verify_term, VERIFIED["thẩm tra"]))


def floor_text(kind: str) -> str:
    """The word for a floor of units."""
    return label(UnitKind(kind))


def level_text(level: int | None) -> str:
    """A level as "Mức độ III"; nothing where none was given."""
    if level is None:
        return ""
    return _("Mức độ %(level)s", level=ROMAN[level]) if level else _("Chưa đạt mức độ I")


def place_text(kind: EditionKind, row: Result, *, local: bool = False) -> str:
    """A place for a table; silent units that count as last say so."""
    place = row.place_in_parent if local else row.place
    if row.silent and kind.rules.unsubmitted == Unsubmitted.LAST:
        return str(_("%(place)s (cuối)", place=place)) if place is not None else str(_("Cuối"))
    return "–" if place is None else str(place)


def note_text(kind: EditionKind, row: Result) -> str:
    """Why a row has no place of its own."""
    if row.silent and kind.rules.unsubmitted == Unsubmitted.LAST:
        return _("Không gửi kết quả đánh giá đúng hạn (xem như xếp hạng cuối)")
    if row.silent:
        return _("Không gửi kết quả đánh giá đúng hạn (không xếp hạng)")
    return _("Được đánh giá, không xếp hạng") if row.note else ""


def decision_text(edition: Published) -> str:
    """Number, day and signer of the decision that the result was published with."""
    day = f"{edition.decision_date:%d/%m/%Y}" if edition.decision_date else ""
    parts = [_("Quyết định số %(number)s ngày %(date)s", number=edition.decision_number, date=day)]
    if edition.decision_signer:
        parts.append(_("người ký: %(signer)s", signer=edition.decision_signer))
    if edition.number > 1:
        parts.append(_("bản đính chính lần %(count)s", count=edition.number - 1))
    return "; ".join(parts)


def ranking_texts(rules: RankingRules) -> Iterator[str]:
    """How places were given, in whole sentences."""
    if rules.by == By.PERCENTAGE:
        yield _("Xếp theo tỷ lệ điểm đạt được trên điểm tối đa của chính đơn vị, từ cao xuống thấp.")
    else:
        yield _("Xếp theo tổng điểm, từ cao xuống thấp.")
    if rules.tie_break_groups:
        groups = ", ".join(rules.tie_break_groups)
        yield _("Khi bằng điểm, so tiếp điểm các nhóm %(groups)s theo thứ tự đó.", groups=groups)
    if rules.ties == Ties.DENSE:
        yield _("Đơn vị bằng nhau thì đồng hạng; hạng sau liền kề (1, 2, 2, 3).")
    else:
        yield _("Đơn vị bằng nhau thì đồng hạng; hạng sau bỏ qua số đơn vị đồng hạng (1, 2, 2, 4).")
    if rules.unsubmitted == Unsubmitted.LAST:
        yield _(
            "Đơn vị không gửi kết quả đánh giá đúng hạn không được xếp hạng và xem như xếp hạng cuối: "
            "không có điểm, cùng đứng sau đơn vị xếp hạng sau cùng."
        )
    else:
        yield _("Đơn vị không gửi kết quả đánh giá đúng hạn không có điểm và không xếp hạng.")
    yield _("Tiêu chí được công nhận là không áp dụng thì trừ khỏi điểm tối đa của đơn vị đó.")


def rounding_text(rounding: Rounding) -> str:
    """How each criterion's points are rounded."""
    return _("Điểm từng tiêu chí làm tròn đến %(places)s chữ số thập phân.", places=rounding.places)
