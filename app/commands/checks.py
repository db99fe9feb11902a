"""`doctor` and `docs`: is this server fit to serve, and are the generated papers up to date?"""

import json
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock, current
from app import docs as papers
from app.commands.refusals import Refused
from app.database import db
from app.queries.readiness import Check, checks
from app.scanner import ScannerAway, version
from notifications.mailbox import ImapSettings, parse_imap_url
from notifications.smtp import SmtpSettings, parse_smtp_url

SECONDS_TO_ANSWER = 5
BUILT = Path(__file__).parent.parent / "web" / "static" / "vendor" / "VENDOR.json"
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = {
    "database": "Cơ sở dữ liệu",
    "migration": "Phiên bản cơ sở dữ liệu",
    "data_dir": "Thư mục dữ liệu",
    "disk": "Chỗ trống trên đĩa",
    "ticker": "Bộ nhắc việc",
    "mail": "Thư gửi đi",
    "scanner": "Tệp chờ quét mã độc",
    "smtp": "Máy chủ thư",
    "imap": "Hộp thư đến",
    "clamd": "Bộ quét mã độc",
    "clock": "Đồng hồ",
    "assets": "Giao diện",
}
REMEDIES = {
    "database": "kiểm tra DUNGHAN_DATABASE_URL",
    "migration": "chạy dunghan init",
    "data_dir": "cấp quyền ghi cho thư mục DUNGHAN_DATA_DIR",
    "disk": "giải phóng bớt chỗ",
    "ticker": "khởi động lại máy chủ hoặc chạy dunghan scheduler",
    "mail": "xem mục Thư; chạy dunghan tick --once, rồi kiểm tra máy chủ thư",
    "scanner": "kiểm tra bộ quét mã độc, rồi chạy dunghan tick --once",
    "smtp": "kiểm tra DUNGHAN_SMTP_URL và tường lửa",
    "imap": "kiểm tra DUNGHAN_IMAP_URL và tường lửa",
    "clamd": "kiểm tra DUNGHAN_CLAMD_URL và dịch vụ clamav-daemon",
    "clock": "chỉnh lại đồng hồ của máy",
    "assets": "chạy make setup",
}


@click.command("doctor", help="Khám máy chủ: cơ sở dữ liệu, thư mục, thư, quét mã độc, đồng hồ, giao diện.")
@click.option("--json", "as_json", is_flag=True, help="In JSON cho máy đọc.")
@with_appcontext
def doctor(*, as_json: bool) -> None:
    """Look at everything a server needs."""
    found = [
        *checks(db.session(), current.settings()),
        _smtp(),
        _imap(),
        _clamd(),
        _clock(),
        _assets(),
    ]
    if as_json:
        click.echo(json.dumps([{"name": one.name, "ok": one.ok, "found": one.found} for one in found]))
    else:
        click.echo("\n".join(_line(one) for one in found))
    sick = [one for one in found if not one.ok]
    if sick:
        raise Refused("Máy chủ chưa khỏe", [f"{NAMES[one.name]}: {REMEDIES[one.name]}" for one in sick])


@click.command("docs", help="Viết lại phần tài liệu sinh từ mã nguồn.")
@with_appcontext
def docs() -> None:
    """Write the generated documentation."""
    changed = papers.write(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way
    click.echo("\n".join(f"Đã viết {path}" for path in changed) or "Tài liệu đã đúng với mã nguồn.")


def _line(one: Check) -> str:
    return f"{'được ' if one.ok else 'HỎNG '} {NAMES[one.name]}: {one.found}"


def _smtp() -> Check:
    if not current.settings().smtp_url:
        return Check("smtp", True, "chưa đặt; thư ghi ra tệp")
    return _answers("smtp", lambda: _port(parse_smtp_url(current.settings().smtp_url)))


def _imap() -> Check:
    if not current.settings().imap_url:
        return Check("imap", True, "chưa đặt; không nhận tệp qua thư")
    return _answers("imap", lambda: _port(parse_imap_url(current.settings().imap_url)))


def _clamd() -> Check:
    url = current.settings().clamd_url
    return (
        _answers("clamd", lambda: version(url))
        if url
        else Check("clamd", True, "chưa đặt; tệp không được quét")
    )


def _answers(name: str, ask: Callable[[], str]) -> Check:
    try:
        return Check(name, True, ask())
    except (OSError, ValueError, ScannerAway) as error:
        return Check(name, False, str(error))


def _port(server: SmtpSettings | ImapSettings) -> str:
    with socket.create_connection((server.host, server.port), timeout=SECONDS_TO_ANSWER):
        return f"{server.host}:{server.port}"


def _clock() -> Check:
    now = clock.now()
    return Check("clock", now > WRITTEN, now.isoformat(timespec="seconds"))


def _assets() -> Check:
    return Check("assets", BUILT.is_file(), "đã dựng" if BUILT.is_file() else "chưa dựng")
