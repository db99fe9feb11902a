"""How a criterion is scored, in words for people. One sentence for each part of a rule; it computes nothing."""

from collections.abc import Callable, Iterator, Mapping

from flask_babel import gettext as _

from criteria.numbers import comma
from criteria.rules import (
    Adjustment,
    Choice,
    Count,
    CountLadder,
    Highest,
    Normalised,
    Option,
    Parts,
    Ratio,
    RollUp,
    RollUpHow,
    Rule,
    RuleKind,
    Survey,
    WhenZero,
    YesNo,
)


def rule_texts(rule: Rule) -> tuple[str, ...]:
    """The sentences that tell how many points a criterion gives and for what."""
    return tuple(WORDS[rule.kind](rule))


def _yes_no(rule: YesNo) -> Iterator[str]:
    yield _("Có: %(points)s điểm; không: 0 điểm.", points=comma(rule.points))


def _ratio(rule: Ratio) -> Iterator[str]:
    yield _("Tỷ lệ (tử số chia mẫu số) nhân %(most)s điểm.", most=comma(rule.max))
    if rule.when_zero == WhenZero.NOT_APPLICABLE:
        yield _("Mẫu số bằng 0 thì tiêu chí không áp dụng.")
    else:
        yield _("Mẫu số bằng 0 thì được 0 điểm.")


def _count_ladder(rule: CountLadder) -> Iterator[str]:
    for step in sorted(rule.steps, key=lambda one: one.at_least):
        yield _(
            "Từ %(least)s trở lên: %(points)s điểm.", least=comma(step.at_least), points=comma(step.points)
        )


def _options(options: tuple[Option, ...]) -> Iterator[str]:
    for option in options:
        yield _("%(label)s: %(points)s điểm.", label=option.label, points=comma(option.points))


def _choice(rule: Choice) -> Iterator[str]:
    yield _("Chọn một mức:")
    yield from _options(rule.options)


def _parts(rule: Parts) -> Iterator[str]:
    yield _("Cộng điểm các phần đạt được:")
    yield from _options(rule.parts)


def _count(rule: Count) -> Iterator[str]:
    yield _(
        "Mỗi đơn vị đếm được %(each)s điểm, tối đa %(most)s điểm.",
        each=comma(rule.unit_points),
        most=comma(rule.max),
    )


def _highest(rule: Highest) -> Iterator[str]:
    yield _("Lấy cách cho điểm cao nhất trong các cách sau:")
    for way in rule.alternatives:
        words = " ".join(rule_texts(way.rule))
        yield _("%(label)s – %(words)s", label=way.label, words=words)


def _normalised(rule: Normalised) -> Iterator[str]:
    yield _(
        "Tỷ lệ của đơn vị chia tỷ lệ của đơn vị cao nhất, nhân %(most)s điểm; "
        "tính khi đã có số liệu của mọi đơn vị.",
        most=comma(rule.max),
    )


def _survey(rule: Survey) -> Iterator[str]:
    yield _("Điểm khảo sát do cơ quan chủ trì nhập, từ 0 đến %(most)s điểm.", most=comma(rule.max))


def _adjustment(rule: Adjustment) -> Iterator[str]:
    if rule.is_penalty:
        yield _(
            "Điểm trừ: mỗi trường hợp trừ %(each)s điểm, trừ nhiều nhất %(most)s điểm.",
            each=comma(-rule.unit_points),
            most=comma(-rule.floor),
        )
        return
    yield _(
        "Điểm cộng: mỗi trường hợp cộng %(each)s điểm, cộng nhiều nhất %(most)s điểm.",
        each=comma(rule.unit_points),
        most=comma(rule.cap),
    )


def _roll_up(rule: RollUp) -> Iterator[str]:
    what = _("tiêu chí %(code)s", code=rule.of) if rule.of else _("tổng điểm")
    most = comma(rule.max)
    if rule.how == RollUpHow.MEAN:
        yield _(
            "Hệ thống tính: trung bình tỷ lệ %(what)s mà các đơn vị trực thuộc đạt được, nhân %(most)s điểm.",
            what=what,
            most=most,
        )
        return
    yield _(
        "Hệ thống tính: tỷ lệ đơn vị trực thuộc đạt tối đa %(what)s, nhân %(most)s điểm.",
        what=what,
        most=most,
    )


WORDS: Mapping[RuleKind, Callable[..., Iterator[str]]] = {
    RuleKind.YES_NO: _yes_no,
    RuleKind.RATIO: _ratio,
    RuleKind.COUNT_LADDER: _count_ladder,
    RuleKind.CHOICE: _choice,
    RuleKind.PARTS: _parts,
    RuleKind.COUNT: _count,
    RuleKind.HIGHEST: _highest,
    RuleKind.NORMALISED: _normalised,
    RuleKind.SURVEY: _survey,
    RuleKind.ADJUSTMENT: _adjustment,
    RuleKind.ROLL_UP: _roll_up,
}
