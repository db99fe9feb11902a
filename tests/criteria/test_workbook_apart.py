"""A stranger's workbook is read in a process that dies alone; its answer is the one of reading here."""

import multiprocessing
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from criteria import apart
from criteria.workbook import (
    Allowance,
    Limits,
    UnreadableWorkbook,
    WorkbookCode,
    read_rows,
    read_rows_apart,
)
from tests.criteria.test_workbook import workbook

GENEROUS = Limits(rows=200_000, columns=100, cells=2_000_000)


def refusal(content, **options):
    with pytest.raises(UnreadableWorkbook) as refused:
        read_rows_apart(content, **options)
    return refused.value


def test_it_reads_what_is_read_here():
    content = workbook(["Mã", "Tên"], ["23557", "Phường Yên Đỗ"], [None, 4.5])
    assert read_rows_apart(content) == read_rows(BytesIO(content))


def test_it_refuses_what_is_refused_here_with_the_place():
    fault = refusal(b"%PDF-1.7")
    assert fault.code == WorkbookCode.NOT_A_WORKBOOK
    assert refusal(workbook(["x"]), sheet="Khác").detail == "Khác"


def test_the_program_that_asks_is_not_run_anew(tmp_path):
    content = tmp_path / "x.xlsx"
    content.write_bytes(workbook(["x"]))
    program = tmp_path / "server.py"
    program.write_text(
        "import pathlib, sys\n"
        "from criteria.workbook import read_rows_apart\n"
        "print(__name__)\n"
        "if __name__ == '__main__':\n"
        "    read_rows_apart(pathlib.Path(sys.argv[1]).read_bytes())\n",
        encoding="utf-8",
    )
    words = [sys.executable, str(program), str(content)]
    done = subprocess.run(
        words,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.stdout.split() == ["__main__"]


def test_too_much_memory_is_refused_and_nobody_else_feels_it():
    content = workbook(*([f"dòng {number}", "x" * 200] for number in range(3000)))
    assert refusal(content, allowance=Allowance(memory=1), limits=GENEROUS).code == WorkbookCode.TOO_COSTLY
    assert read_rows_apart(workbook(["còn đọc được"]))[0][0].text == "còn đọc được"


def test_too_much_time_is_refused():
    content = workbook(*([number] * 20 for number in range(2000)))
    assert refusal(content, allowance=Allowance(seconds=0), limits=GENEROUS).code == WorkbookCode.TOO_COSTLY


def test_a_process_that_dies_is_a_refusal():
    receiver, sender = apart.process_context().Pipe(duplex=False)
    sender.close()
    assert isinstance(apart.wait_for(receiver, 5), apart.GaveUp)
    receiver.close()


def test_no_process_is_left_behind():
    read_rows_apart(workbook(["x"]))
    assert multiprocessing.active_children() == []
