"""`dunghan rehearse`: a table day by day, JSON, a workbook; 0 when done, 1 when refused, 2 on wrong usage."""

import io
import json

import pytest

from app.cli import cli
from app.rehearsals import Rehearsed
from app.services.campaigns import close_campaign
from app.unit import SYSTEM
from criteria.workbook import read_rows


@pytest.fixture
def run(app, campaign):
    """What a command prints, and with which exit code it ends."""

    def invoke(*words):
        done = app.test_cli_runner().invoke(cli, ["rehearse", *words])
        return done.exit_code, done.output

    return invoke


def test_every_day_with_something_to_tell_is_a_line(run, campaign):
    code, text = run(campaign.slug, "--submitted", "50")
    assert code == 0
    assert "8 đơn vị" in text
    [line] = [line for line in text.splitlines() if line.startswith("24/10/2019 thứ Năm")]
    assert "Hết hạn nộp: Cấp xã (2/4 chưa nộp)" in line
    assert text.splitlines()[-1].startswith("Cộng: ")


def test_a_program_reads_the_same(run, campaign, tmp_path):
    code, text = run(campaign.slug, "--json", "--days", "20", "--xlsx", str(tmp_path / "r.xlsx"))
    found = Rehearsed.from_json(json.loads(text))
    assert (code, found.days, found.units) == (0, 20, 8)
    content = io.BytesIO((tmp_path / "r.xlsx").read_bytes())
    assert len(read_rows(content, sheet="Thư")) > len(found.mails) > 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("khong-co",), 1),
        (("gia-lai-2019", "--from", "01/01/2019"), 1),
        (("gia-lai-2019", "--from", "hôm nay"), 2),
        (("gia-lai-2019", "--days", "0"), 2),
        (("gia-lai-2019", "--submitted", "101"), 2),
        ((), 2),
    ],
)
def test_what_cannot_be_ends_with_a_code(run, words, code):
    assert run(*words)[0] == code


def test_a_closed_campaign_is_refused_with_the_reason(run, campaign):
    close_campaign(SYSTEM, campaign.slug)
    code, text = run(campaign.slug)
    assert code == 1
    assert "Chỉ chạy thử được đợt đang chuẩn bị hoặc đang mở" in text
