"""The words of a published result: places, levels, notes, the decision, how a ranking was made. Decides nothing."""

from collections.abc import Iterable, Iterator, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.editions import EditionKind, Extension, Published, Result
from app.i18n.labels import WORDINGS, closing_text, label, moment
from app.models import UnitKind
from criteria.model import Rounding
from criteria.ranking import By, RankingRules, Ties, Unsubmitted

LATE_NOTE = _l("Nộp muộn: phiếu gửi sau hạn nhưng khi còn được nhận; xếp hạng theo điểm như các phiếu khác.")
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
    """What there is to say about a row: why it has no place of its own, that it came late, that it had more time."""
    said = [standing_note(kind, row)]
    if row.late:
        said.append(_("Nộp muộn"))
    if row.extensions:
        said.append(_("Được gia hạn, xem chú thích"))
    return "; ".join(words for words in said if words)


def standing_note(kind: EditionKind, row: Result) -> str:
    """Why a row has no place of its own."""
    if row.silent and kind.rules.unsubmitted == Unsubmitted.LAST:
        return _("Không gửi kết quả đánh giá đúng hạn (xem như xếp hạng cuối)")
    if row.silent:
        return _("Không gửi kết quả đánh giá đúng hạn (không xếp hạng)")
    return _("Được đánh giá, không xếp hạng") if row.note else ""


def footnotes(kind: EditionKind, rows: Iterable[Result]) -> Iterator[str]:
    """What a public list owes its readers about time: what late means, and who had more of it, until when and why."""
    shown = tuple(rows)
    if any(row.late for row in shown):
        yield str(LATE_NOTE)
    for one in kind.extensions:
        yield _(
            "%(floor)s: gia hạn cho cả cấp, %(extension)s",
            floor=floor_text(kind.kind),
            extension=extension_words(one),
        )
    for row in shown:
        for one in row.extensions:
            yield _("%(name)s: gia hạn, %(extension)s", name=row.formal_name, extension=extension_words(one))


def extension_words(one: Extension) -> str:
    """Wording and instant of an extension, its paper and its reason."""
    day = str(WORDINGS[one.wording]) % {"day": f"{one.day:%d/%m/%Y}"}
    said = [f"{day} ({closing_text(one.until)})"]
    if one.document:
        said.append(_("theo văn bản %(document)s", document=one.document))
    said.append(_("lý do: %(reason)s", reason=one.reason.rstrip(".")))
    if one.ended_at is not None:
        said.append(_("chấm dứt lúc %(moment)s", moment=moment(one.ended_at)))
    return "; ".join(said)


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
