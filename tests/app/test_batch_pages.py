"""Many forms in Excel as district and office walk it: fetch, fill in, send, look, write, undo; and who sees nothing."""

import io
import zipfile

import openpyxl
import pytest

from app.services import workbook_batches
from tests.app.handed_in import unit_id
from tests.app.test_workbook_batches import HA_TAY, fill, lan, packed  # noqa: F401 - a fixture
from tests.app.test_workbook_imports import stored


def text(answer):
    return answer.get_data(as_text=True)


def send(client, address, content, name):
    return client.post(address, data={"file": (io.BytesIO(content), name)})


@pytest.mark.usefixtures("lan")
def test_the_districts_whole_way(campaign, sign_in):
    lan = sign_in("lan")  # noqa: F811 - her browser
    here = f"/huyen/excel/{campaign.id}?don_vi={unit_id('627')}"
    assert here.replace("&", "&amp;") in text(lan.get("/huyen"))
    assert lan.post(here, data={"task": "pdf"}).status_code == 422
    made = lan.post(here, data={"task": "sheets", "scope": ""})
    assert made.status_code == 303
    fetched = lan.get(f"{made.location}/tai")
    assert HA_TAY in openpyxl.load_workbook(io.BytesIO(fetched.data)).sheetnames

    assert send(lan, here, b"", "").status_code == 422
    filled = fill(fetched.data, "Huyện Chư Păh", "Thị trấn Phú Hòa", HA_TAY)
    sent = send(lan, here, filled, "cac-xa.xlsx")
    preview = text(lan.get(sent.location))
    assert "Ghi 2 phiếu" in preview
    assert "Chờ đơn vị ghi ở trang Excel của phiếu" in preview
    assert stored("23722") == {}
    assert lan.post(f"{sent.location}/ghi").status_code == 303
    assert stored("23722")["B1.1"][1] == "Còn hai thủ tục"
    assert "Hoàn tác 2 phiếu đã ghi" in text(lan.get(sent.location))
    assert lan.post(f"{sent.location}/ghi").status_code == 422
    assert lan.post(f"{sent.location}/hoan-tac").status_code == 303
    assert stored("23722")["B1.1"][0] is None
    assert lan.post(f"{sent.location}/chay-lai").status_code == 422
    assert "cac-xa.xlsx" in text(lan.get(here))


def test_the_offices_zip_waits_for_a_tick_and_names_what_is_wrong(campaign, sign_in):
    giang, here = sign_in("giang"), f"/dot/{campaign.slug}/excel"
    assert here in text(giang.get(f"/dot/{campaign.slug}"))
    made = giang.post(here, data={"task": "zip", "scope": ""})
    waiting = giang.get(made.location)
    assert waiting.headers["Refresh"] == "3"
    assert "Refresh" not in giang.get(f"{made.location}?tai-lai=0").headers
    assert giang.get(f"{made.location}/tai").status_code == 404
    workbook_batches.work_on_waiting()
    content = giang.get(f"{made.location}/tai").data
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        commune = archive.read("huyen-chu-pah/xa-ha-tay.xlsx")

    sent = send(giang, here, packed({"xa.xlsx": fill(commune), "a.doc": b"x"}), "nop.zip")
    workbook_batches.work_on_waiting()
    page = text(giang.get(sent.location))
    assert "1 chỗ cần sửa" in page
    assert "Không phải tệp .xlsx" in page
    assert giang.get(f"{sent.location}/cho-sua.xlsx?tep=xa.xlsx").status_code == 200
    assert giang.get(f"{sent.location}/cho-sua.xlsx?tep=khac").status_code == 404
    assert giang.post(f"{sent.location}/ghi").status_code == 422


def test_others_see_nothing(campaign, sign_in):
    made = sign_in("binh").post(f"/huyen/excel/{campaign.id}", data={"task": "sheets"})
    lan, giang = sign_in("lan"), sign_in("giang")  # noqa: F811 - her browser
    assert lan.get(made.location).status_code == 404
    assert lan.post(f"{made.location}/ghi").status_code == 404
    assert lan.get(f"/dot/{campaign.slug}/excel").status_code == 403
    assert giang.get(made.location).status_code == 200
    assert lan.get(f"/huyen/excel/{campaign.id}?don_vi={unit_id('622')}").status_code == 404
