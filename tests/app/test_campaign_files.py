"""Campaign files are read wholly, written back exactly, and refused with every fault at its place."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.campaign_clones import cloned
from app.campaign_files import CAMPAIGNS, InvalidCampaignFile, bundled, bundled_slugs, dump, load
from app.campaign_plans import CampaignPlan, KindPlan, LadderStep, shifted
from workflows.deadlines import Late


def kind_of(plan: CampaignPlan, kind: str) -> KindPlan:
    return next(one for one in plan.kinds if one.kind == kind)


def faults(text: str) -> dict[str, str]:
    with pytest.raises(InvalidCampaignFile) as caught:
        load(text)
    return {problem.path: problem.detail for problem in caught.value.problems}


@pytest.fixture(scope="module")
def gia_lai() -> CampaignPlan:
    return bundled("gia-lai-2019")


def test_the_three_campaigns_come_with_the_program() -> None:
    assert bundled_slugs() == ("gia-lai-2019", "gia-lai-2026", "quang-binh-2018")
    assert [bundled(slug).slug for slug in bundled_slugs()] == list(bundled_slugs())


def test_no_other_name_reaches_the_disk() -> None:
    with pytest.raises(KeyError):
        bundled("../campaigns/gia-lai-2019")


def test_gia_lai_2019_says_what_the_dispatch_says(gia_lai: CampaignPlan) -> None:
    assert (gia_lai.period.start, gia_lai.period.end) == (date(2018, 11, 1), date(2019, 10, 31))
    assert gia_lai.period.estimated
    assert gia_lai.units.province_code == "64"
    assert gia_lai.contact.phone == "02693.719.653"
    assert {(d.number, d.date) for d in gia_lai.basis} == {
        ("169/QĐ-UBND", date(2019, 4, 5)),
        ("83/KH-STTTT", date(2019, 8, 19)),
        ("1252/STTTT-CNTT", date(2019, 10, 4)),
    }
    assert gia_lai.field_checks is not None
    assert (gia_lai.field_checks.start, gia_lai.field_checks.end) == (date(2019, 11, 1), date(2019, 11, 30))


@pytest.mark.parametrize(
    ("kind", "route", "day"),
    [
        ("department", "direct", date(2019, 10, 18)),
        ("district", "by_consolidator", date(2019, 10, 25)),
        ("commune", "by_consolidator", date(2019, 10, 25)),
    ],
)
def test_gia_lai_2019_kinds(gia_lai: CampaignPlan, kind: str, route: str, day: date) -> None:
    plan = kind_of(gia_lai, kind)
    assert (plan.route, plan.deadline.wording, plan.deadline.date) == (route, "before_day", day)
    assert not plan.deadline.count_day_in
    assert (plan.report_required, plan.reasons_required) == (True, True)
    assert plan.ranking.unsubmitted == "last"
    assert not plan.ranking.publish_per_parent


def test_quang_binh_2018_says_what_the_notice_says() -> None:
    plan = bundled("quang-binh-2018")
    assert [kind.kind for kind in plan.kinds] == ["district", "commune"]
    assert {kind.deadline.date for kind in plan.kinds} == {date(2018, 11, 20)}
    assert {kind.deadline.wording for kind in plan.kinds} == {"before_day"}
    assert {kind.route for kind in plan.kinds} == {"by_consolidator"}
    assert (plan.period.start, plan.period.end) == (date(2017, 11, 1), date(2018, 10, 31))
    assert ("751/STTTT-CNTT", date(2018, 10, 12)) in {(d.number, d.date) for d in plan.basis}
    assert kind_of(plan, "commune").ranking.publish_per_parent
    assert not kind_of(plan, "district").ranking.publish_per_parent
    assert plan.late_counts == "package"


def test_two_tier_campaign_sends_communes_straight_to_the_province() -> None:
    plan = bundled("gia-lai-2026")
    assert [(kind.kind, kind.route) for kind in plan.kinds] == [("commune", "direct")]
    assert plan.units.province_code == "52"
    assert plan.basis == ()


@pytest.mark.parametrize("slug", bundled_slugs())
def test_written_plan_reads_back_equal(slug: str) -> None:
    plan = bundled(slug)
    assert load(dump(plan)) == plan


def test_awkward_values_survive_writing(gia_lai: CampaignPlan) -> None:
    ladder = (LadderStep('Khá "tốt" \\ ', Decimal("62.5")), LadderStep("Yếu", Decimal(0)))
    kind = replace(gia_lai.kinds[0], ranking=replace(gia_lai.kinds[0].ranking, ladder=ladder))
    plan = replace(
        gia_lai, note="dòng 1\ndòng 2", unranked=("TTr", "00123"), field_checks=None, kinds=(kind,)
    )
    assert load(dump(plan)) == plan


@pytest.mark.parametrize(
    ("today", "deadline", "year"),
    [
        (date(2026, 3, 2), date(2026, 3, 23), 2026),
        (date(2026, 11, 22), date(2026, 12, 14), 2026),
        (date(2026, 12, 20), date(2027, 1, 11), 2027),
        (date(2028, 2, 9), date(2028, 2, 29), 2028),
    ],
)
def test_shifted_plan_lies_twenty_days_ahead_on_a_working_day(today: date, deadline: date, year: int) -> None:
    original = bundled("gia-lai-2026")
    plan = shifted(original, today)
    (kind,) = plan.kinds
    assert kind.deadline.date == deadline
    assert kind.opens < today
    assert kind.deadline.date - kind.opens == original.kinds[0].deadline.date - original.kinds[0].opens
    assert (plan.year, plan.slug) == (year, f"gia-lai-{year}")
    assert f"năm {year}" in plan.name
    assert (plan.period.start, plan.period.end) == (date(year, 1, 1), date(year, 12, 31))
    assert load(dump(plan)) == plan


def test_shifting_keeps_the_distance_between_deadlines(gia_lai: CampaignPlan) -> None:
    days = [kind.deadline.date for kind in shifted(gia_lai, date(2026, 5, 4)).kinds]
    assert days == [date(2026, 5, 25), date(2026, 6, 1), date(2026, 6, 1)]


def test_every_fault_is_named_at_its_place(gia_lai: CampaignPlan) -> None:
    text = dump(gia_lai)
    text = text.replace("year = 2019", 'year = "2019"').replace("2019-10-18", '"18/10/2019"')
    text = text.replace('verify_term = "thẩm tra"', 'verify_term = "kiểm tra"')
    text = text.replace('route = "direct"', 'route = "thang"').replace("sign_off", "signoff", 1)
    text = text.replace('file = "gia_lai_2019.csv"', 'file = "../gia_lai_2019.csv"')
    found = faults(text)
    assert set(found) == {
        "year",
        "verify_term",
        "units.file",
        "kinds[0].route",
        "kinds[0].deadline.date",
        "kinds[0].sign_off",
        "kinds[0].signoff",
    }
    assert "by_consolidator" in found["kinds[0].route"]


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        ("to = 2019-10-31", "to = 2018-10-31", "period.to"),
        ("to = 2019-11-30", "to = 2019-10-30", "field_checks.to"),
        ('kind = "district"', 'kind = "commune"', "kinds[2].kind"),
        ('route = "direct"', 'route = "by_consolidator"', "kinds[0].route"),
        ("opens = 2019-10-04", "opens = 2019-10-18", "kinds[0].opens"),
        ('"Khá", at_least = 70', '"Khá", at_least = 90', "kinds[0].ranking.ladder"),
        ('group = "B2"', 'level = 1, group = "B1"', ""),
        ("[14, 7, 3, 1, 0, -1]", "[7, 7]", "reminders"),
        ("[14, 7, 3, 1, 0, -1]", "[7, true]", "reminders[1]"),
        ("explanation_days = 0", "explanation_days = -1", "explanation_days"),
        ("at_least = 85", "at_least = 850", "kinds[0].ranking.ladder[0].at_least"),
        ("[contact]", "[[contact]]", "contact"),
        ("Asia/Ho_Chi_Minh", "Asia/Hanoi", "timezone"),
        ("2018-11-01", "2018-11-01T00:00:00", "period.from"),
        ("unranked = []", 'unranked = "SNV"', "unranked"),
        ("at_least = 85", "at_least = nan", "kinds[0].ranking.ladder[0].at_least"),
        ("at_least = 85", "at_least = 1e-9999", "kinds[0].ranking.ladder[0].at_least"),
        ("at_least = 85", "at_least = 1e-99999999999999999999", ""),
        ("year = 2019", "year = " + "9" * 5000, ""),
        ("year = 2019", "year = " + "[" * 5000, ""),
        ("2018-11-01", "9999-12-31", "period.from"),
        ('note = "', 'note = "\\u0000', "note"),
        ('note = "', 'note = "' + "a" * 2000, "note"),
    ],
)
def test_contradictions_and_wrong_values(gia_lai: CampaignPlan, before: str, after: str, path: str) -> None:
    text = (CAMPAIGNS / f"{gia_lai.slug}.toml").read_text(encoding="utf-8")
    assert before in text
    assert path in faults(text.replace(before, after))


def test_commune_route_needs_somebody_who_consolidates(gia_lai: CampaignPlan) -> None:
    plan = replace(gia_lai, kinds=(kind_of(gia_lai, "commune"),))
    assert "kinds[0].route" in faults(dump(plan))


@pytest.mark.parametrize("text", ["", "kinds = 3", "= 1", "kinds = [1, [2]]\n[units]\nfile = 3", "\x00"])
def test_nonsense_is_refused_with_reasons(text: str) -> None:
    assert all(faults(text).values())


def test_wrong_syntax_is_told_by_line() -> None:
    assert "dòng 2, cột 8" in faults('slug = "a"\nname = \n')[""]


def test_byte_order_mark_and_decomposed_text_are_taken(gia_lai: CampaignPlan) -> None:
    text = "\ufeff" + dump(gia_lai).replace("ẩ", "a\u0302\u0309")
    assert load(text) == gia_lai


def dated(plan: CampaignPlan, **dates: object) -> CampaignPlan:
    first, *others = plan.kinds
    return replace(plan, kinds=(replace(first, **dates), *others))


def test_the_days_around_a_deadline_are_written_and_read(gia_lai: CampaignPlan) -> None:
    plan = dated(
        gia_lai,
        remind_from=date(2019, 10, 10),
        late=Late.BEGUN,
        late_through=date(2019, 10, 20),
        edit_through=date(2019, 10, 20),
    )
    assert load(dump(plan)) == plan
    assert 'late = "begun"' in dump(plan)
    assert "late" not in dump(gia_lai).replace("late_counts", "")


@pytest.mark.parametrize(
    ("dates", "field", "words"),
    [
        ({"remind_from": date(2019, 10, 18)}, "remind_from", "trở về trước"),
        ({"late": "any"}, "late_through", "Ghi ngày cuối còn nhận phiếu nộp muộn"),
        ({"late_through": date(2019, 10, 20)}, "late_through", "Chỉ ghi khi late là begun hoặc any"),
        ({"late": "any", "late_through": date(2019, 10, 16)}, "late_through", "trở đi"),
        ({"edit_through": date(2019, 10, 16)}, "edit_through", "trở đi"),
        (
            {"late": "any", "late_through": date(2019, 10, 20), "edit_through": date(2019, 10, 19)},
            "edit_through",
            "trở đi",
        ),
        ({"late": "sometimes"}, "late", "Chọn một trong các giá trị: never, begun, any"),
    ],
)
def test_days_that_contradict_a_deadline_are_refused_at_their_place(
    gia_lai: CampaignPlan, dates: dict[str, object], field: str, words: str
) -> None:
    found = faults(dump(dated(gia_lai, **dates)))
    assert list(found) == [f"kinds[0].{field}"]
    assert words in found[f"kinds[0].{field}"]


def test_the_days_around_a_deadline_move_with_it(gia_lai: CampaignPlan) -> None:
    plan = dated(gia_lai, remind_from=date(2019, 10, 10), late=Late.ANY, late_through=date(2019, 10, 20))
    days = (plan.kinds[0].deadline.date - date(2019, 10, 10)).days
    moved = shifted(plan, date(2026, 3, 2)).kinds[0]
    assert (moved.deadline.date - (moved.remind_from or date.min)).days == days
    later = cloned(plan, 2021).kinds[0]
    assert (later.remind_from, later.late_through, later.edit_through) == (
        date(2021, 10, 10),
        date(2021, 10, 20),
        None,
    )
