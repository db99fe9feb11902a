"""The command line: what it does, and that whatever it refuses ends with 1 and a remedy, never with a traceback."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app import clock, current, jobs
from app.campaign_files import bundled, load
from app.cli import cli, main
from app.database import db
from app.demo import UNITS
from app.demo_sets import SETS
from app.models import (
    Campaign,
    CampaignStatus,
    OutboxMessage,
    OutboxState,
    Person,
    RankingRun,
    Unit,
)
from app.services.accounts import matches
from app.services.calendar_days import confirm_year
from app.services.people import NewPerson, create_people_bulk
from app.unit import SYSTEM
from tests.app import small
from tests.app.command_line import PASSWORD, bare, count, empty_file, file_of, on_campaign, run
from workflows.vocabulary import Role

__all__ = ["bare", "empty_file", "on_campaign", "run"]


@pytest.mark.parametrize(
    "words",
    [
        ("unit", "import", "/khong/co.csv"),
        ("unit", "import"),
        ("unit", "import", UNITS / "gia_lai_2025.csv", "--from", "31/02/2025"),
        ("tick",),
        ("tick", "--once", "--at", "hôm qua"),
        ("outbox", "retry", "abc"),
        ("khong-co",),
        ("user", "grant", "a@b.vn", "--role", "vua", "--unit", "64"),
    ],
)
def test_wrong_usage_ends_with_2(run, words):
    run(*words, code=2)


# -- people ------------------------------------------------------------------------------------------------------


def test_a_person_is_made_with_a_role_and_gets_another(run):
    run("unit", "import", UNITS / "gia_lai_2025.csv", "--write")
    told = run(
        "user",
        "create",
        "An@gialai.vn",
        "--name",
        "An",
        "--role",
        "admin",
        "--unit",
        "province:52",
        env=PASSWORD,
    )
    assert "Quản trị hệ thống" in told
    run("user", "grant", "an@gialai.vn", "--role", "unit", "--unit", "21553")
    person = db.session.scalars(select(Person)).one()
    assert (person.email, {grant.role for grant in person.grants}) == ("an@gialai.vn", {"admin", "unit"})


def test_a_password_is_reset(run):
    run("user", "create", "an@gialai.vn", "--name", "An", env=PASSWORD)
    run("user", "reset", "an@gialai.vn", input="mat khau moi 1\nmat khau moi 1\n")
    assert matches(db.session.scalars(select(Person.password_hash)).one(), "mat khau moi 1")


def test_an_invitation_waits_in_the_outbox(run):
    run("user", "invite", "an@gialai.vn", "--name", "An")
    mail = db.session.scalars(select(OutboxMessage)).one()
    assert (mail.kind, mail.address) == ("invitation", "an@gialai.vn")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("user", "create", "khong-phai-dia-chi", "--name", "An"), "thư điện tử"),
        (
            ("user", "create", "a@b.vn", "--name", "An", "--role", "unit", "--unit", "99999"),
            "đơn vị có mã 99999",
        ),
        (("user", "reset", "a@b.vn"), "tài khoản a@b.vn"),
        (("user", "invite", "a@b.vn"), "tài khoản a@b.vn"),
    ],
)
def test_what_people_services_refuse_is_said(run, words, said):
    assert said in run(*words, code=1, env=PASSWORD)


def test_a_short_password_is_refused(run):
    told = run("user", "create", "a@b.vn", "--name", "An", code=1, env={"DUNGHAN_PASSWORD": "ngan"})
    assert "10 ký tự" in told


# -- criteria and campaigns --------------------------------------------------------------------------------------


def test_a_criteria_set_is_imported(run):
    assert "minh họa" in run("criteria", "import", SETS / "commune.json")


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", "cú pháp JSON"), ("{}", "groups: thiếu mục này"), (b"\xff\xfe", "UTF-8")],
)
def test_a_bad_criteria_file_is_refused_by_place(run, tmp_path, content, words):
    assert words in run("criteria", "import", file_of(tmp_path, content, "bo.json"), code=1)


def give_contacts():
    """Make an officer for every commune."""
    communes = db.session.scalars(select(Unit).where(Unit.kind == "commune")).all()
    wanted = [
        NewPerson(f"xa.{one.code}@gialai.example", "Cán bộ", roles=[(Role.UNIT, one.id)]) for one in communes
    ]
    create_people_bulk(SYSTEM, wanted)


def test_a_campaign_lives_from_a_bundled_file(run):
    run("unit", "import", UNITS / "gia_lai_2025.csv", "--from", "01/07/2025", "--write")
    assert "gia-lai-2026" in run("campaign", "create", "gia-lai-2026")
    confirm_year(SYSTEM, 2026)
    give_contacts()
    assert "135 đơn vị" in run("campaign", "open", "gia-lai-2026")
    with clock.put_at(datetime(2026, 11, 13, 17, tzinfo=UTC)):
        [kind] = json.loads(run("campaign", "status", "gia-lai-2026", "--json"))["kinds"]
    assert kind == {
        "kind": "commune",
        "due_at": "2026-11-13T17:00:00+00:00",
        "closes": "2026-11-13T17:00:00+00:00",
        "states": {"DRAFT": 135},
        "overdue": 135,
        "behind": 0,
        "late": 0,
    }
    assert "đến hết ngày 13/11/2026" in run("campaign", "status", "gia-lai-2026")
    assert "gia-lai-2026" in run("campaign", "list")
    assert "Đã kết thúc đợt gia-lai-2026" in run("campaign", "close", "gia-lai-2026")
    assert db.session.scalars(select(Campaign.status)).one() == CampaignStatus.CLOSED


def test_a_campaign_is_cloned_into_a_file_that_can_be_read_again(run, tmp_path):
    out = tmp_path / "moi.toml"
    run("campaign", "clone", "gia-lai-2019", "--year", 2021, "--out", out)
    plan, old = load(out.read_text(encoding="utf-8")), bundled("gia-lai-2019")
    assert (plan.slug, plan.year) == ("gia-lai-2021", 2021)
    assert [kind.deadline.date.isoformat() for kind in plan.kinds] == [
        "2021-10-18",
        "2021-10-25",
        "2021-10-25",
    ]
    assert plan.basis == old.basis
    assert plan.period.start.isoformat() == "2020-11-01"


def test_a_campaign_is_cloned_from_a_stored_one(run):
    run("unit", "import", UNITS / "gia_lai_2025.csv", "--from", "01/07/2025", "--write")
    run("campaign", "create", "gia-lai-2026")
    run("campaign", "clone", "gia-lai-2026", "--year", 2027)
    run("campaign", "clone", "gia-lai-2026", "--year", 2027, "--slug", "dot-hai")
    assert set(db.session.scalars(select(Campaign.slug))) == {"gia-lai-2026", "gia-lai-2027", "dot-hai"}


def test_a_campaign_file_finds_the_sets_beside_it(run, tmp_path):
    run("unit", "import", UNITS / "gia_lai_2025.csv", "--from", "01/07/2025", "--write")
    text = (SETS.parent / "campaigns" / "gia-lai-2026.toml").read_text(encoding="utf-8")
    own = (
        (SETS / "commune_two_tier.json")
        .read_text(encoding="utf-8")
        .replace("minh-hoa-xa-hai-cap", "bo-cua-tinh")
    )
    file_of(tmp_path, own, "rieng.json")
    run(
        "campaign",
        "create",
        file_of(tmp_path, text.replace("commune_two_tier.json", "rieng.json"), "dot.toml"),
    )
    assert db.session.scalars(select(Campaign)).one().kinds[0].criteria_set.code == "bo-cua-tinh"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("campaign", "create", "gia-lai-2026"), "Nhập danh sách đơn vị của tỉnh có mã 52"),
        (("campaign", "create", "khong-co.toml"), "Không có tệp khong-co.toml"),
        (("campaign", "open", "khong-co"), "đợt đánh giá khong-co"),
        (("campaign", "status", "khong-co"), "đợt đánh giá khong-co"),
        (("campaign", "clone", "khong-co", "--year", "2027"), "đợt đánh giá khong-co"),
        (("export", "khong-co"), "đợt đánh giá khong-co"),
        (("rank", "khong-co"), "đợt đánh giá khong-co"),
    ],
)
def test_what_campaign_services_refuse_is_said(run, words, said):
    assert said in run(*words, code=1)


def test_a_faulty_campaign_file_is_refused_by_place(run, tmp_path):
    told = run("campaign", "create", file_of(tmp_path, 'slug = "Sai Tên"', "dot.toml"), code=1)
    assert "slug: Chỉ dùng chữ thường" in told
    assert "kinds" in told
    told = run("campaign", "create", file_of(tmp_path, "slug = = 1\nname = 2\n", "dot.toml"), code=1)
    assert "dòng 1" in told


def test_a_campaign_is_made_once(run):
    run("unit", "import", UNITS / "gia_lai_2025.csv", "--from", "01/07/2025", "--write")
    run("campaign", "create", "gia-lai-2026")
    assert "Đã có sẵn" in run("campaign", "create", "gia-lai-2026", code=1)
    confirm_year(SYSTEM, 2026)
    assert "UBND phường Quy Nhơn Bắc" in run("campaign", "open", "gia-lai-2026", code=1)
    give_contacts()
    run("campaign", "open", "gia-lai-2026")
    assert "Đợt này đã mở rồi" in run("campaign", "open", "gia-lai-2026", code=1)


def test_a_ranking_waits_for_units_and_says_for_which(on_campaign):
    told = on_campaign("rank", "gia-lai-2019", code=1)
    assert "Còn 8 đơn vị chưa thẩm tra xong" in told
    assert count(RankingRun) == 0


def test_nothing_is_exported_before_it_is_published(on_campaign):
    assert "kết quả công bố của đợt gia-lai-2019" in on_campaign("export", "gia-lai-2019", code=1)


# -- the server --------------------------------------------------------------------------------------------------


def test_a_tick_does_what_is_due_at_an_instant(on_campaign):
    later = small.OPENING - timedelta(days=1)
    assert json.loads(on_campaign("tick", "--once", "--json", "--at", later.isoformat()))["mail"] == 0
    assert json.loads(on_campaign("tick", "--once", "--json"))["mail"] > 0
    assert set(db.session.scalars(select(OutboxMessage.state))) == {OutboxState.ACCEPTED}


def test_a_tick_whose_job_fails_ends_with_1(on_campaign, monkeypatch):
    monkeypatch.setattr(jobs, "JOBS", (jobs.Job("broken", lambda: 1 // 0),))
    assert "broken" in on_campaign("tick", "--once", code=1)


def test_init_may_be_run_again(run):
    assert "sẵn sàng" in run("init")
    assert "sẵn sàng" in run("init")


def test_doctor_finds_what_is_wrong(bare, run):
    found = {one["name"]: one["ok"] for one in json.loads(run("doctor", "--json"))}
    assert set(found) >= {"database", "migration", "data_dir", "smtp", "imap", "clamd", "clock", "assets"}
    away = {
        "smtp_url": "smtp://127.0.0.1:9",
        "imap_url": "imap://may:x@127.0.0.1:9",
        "clamd_url": "tcp://127.0.0.1:9",
    }
    bare.extensions[current.KEY] = replace(current.settings(), **away)
    said = run("doctor", code=1)
    assert all(f"kiểm tra DUNGHAN_{name.upper()}" in said for name in away)
    with clock.put_at(small.WORKING):
        assert "Đồng hồ: chỉnh lại" in run("doctor", code=1)


def test_a_database_that_was_never_made_is_said_to_be_so(bare, run):
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE edition")
        connection.exec_driver_sql("ALTER TABLE campaign RENAME TO gone")
    assert "dunghan init" in run("campaign", "list", code=1)


def test_every_command_explains_itself(run):
    for words in (["--help"], *([name, "--help"] for name in cli.commands)):
        assert "Usage: " in run(*words)


def test_demo_data_is_refused_on_a_real_server(bare, run):
    bare.extensions[current.KEY] = replace(current.settings(), env="production", secret_key="x" * 40)
    assert "ENV=production" in run("demo", code=1)
    assert count(Person) == 0


def test_the_file_of_settings_is_named_when_it_is_wrong(monkeypatch, capsys):
    monkeypatch.setenv("DUNGHAN_PORT", "tám nghìn")
    monkeypatch.setattr("sys.argv", ["dunghan", "init"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "DUNGHAN_PORT" in capsys.readouterr().err
