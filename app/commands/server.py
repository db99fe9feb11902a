"""`init`, `serve`, `scheduler`, `tick`: bringing the server up and letting its clockwork run."""

import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from app import current
from app.commands.refusals import Refused
from app.jobs import begin_ticking, stop_ticker
from app.jobs import tick as run_jobs
from workflows.deadlines import VIETNAM

ROOT = Path(__file__).resolve().parent.parent.parent
CONFIGURATION = ROOT / "deploy" / "gunicorn.conf.py"
USUAL_SECONDS = 30
STOP = (signal.SIGTERM, signal.SIGINT)


@click.command("init", help="Tạo cơ sở dữ liệu, hoặc nâng lên bản mới nhất. Chạy lại không sao.")
@with_appcontext
def init() -> None:
    """Create or migrate the database."""
    upgrade()
    click.echo("Cơ sở dữ liệu đã sẵn sàng.")


@click.command("serve", help="Chạy máy chủ web (gunicorn).")
@click.option("--port", type=click.IntRange(1, 65535), help="Cổng; mặc định theo DUNGHAN_PORT.")
@with_appcontext
def serve(port: int | None) -> None:
    """Become the web server."""
    os.environ["DUNGHAN_PORT"] = str(port or current.settings().port)
    os.chdir(ROOT)
    command = [sys.executable, "-m", "gunicorn", "-c", str(CONFIGURATION), "wsgi:app"]
    os.execv(command[0], command)  # noqa: S606 - fixed words, and this process is to become the server


@click.command("scheduler", help="Chạy riêng bộ nhắc việc và gửi thư, cho đến khi dừng.")
@with_appcontext
def scheduler() -> None:
    """Tick until told to stop."""
    app = _application()
    seconds = current.settings().tick_seconds or USUAL_SECONDS
    # Threads inherit the mask: a signal waits for this one, whatever the clockwork is doing.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
    begin_ticking(app, seconds, at_once=True)
    click.echo(f"Chạy mỗi {seconds} giây. Ctrl+C để dừng.")
    signal.sigwait(STOP)
    stop_ticker(app)


@click.command("tick", help="Làm một lượt các việc đến hạn rồi thôi.")
@click.option("--once", is_flag=True, required=True, expose_value=False, help="Một lượt.")
@click.option("--at", "at", help="Làm như thể đang là thời điểm này, ví dụ 2019-10-17T08:00+07:00.")
@click.option("--json", "as_json", is_flag=True, help="In JSON cho máy đọc.")
@with_appcontext
def tick(*, at: str | None, as_json: bool) -> None:
    """Run every job once."""
    done = run_jobs(_application(), instant(at) if at else None)
    if as_json:
        click.echo(json.dumps(done))
    else:
        click.echo("\n".join(f"{name}: {count}" for name, count in done.items()))
    failed = [name for name, count in done.items() if count < 0]
    if failed:
        raise Refused(f"Việc chưa xong: {', '.join(failed)}; xem nhật ký ở trên")


def instant(text: str) -> datetime:
    """An instant as typed; without a zone it is Vietnam's.

    Raises:
        click.BadParameter: it is none.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter("ghi như 2019-10-17T08:00+07:00", param_hint="--at") from error
    return found if found.tzinfo else found.replace(tzinfo=VIETNAM)


def _application() -> Flask:
    found: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way
    return found
