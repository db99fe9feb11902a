"""`dunghan demo`: makes the demo data, with its progress on the terminal, and says how to sign in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from flask.cli import with_appcontext

from app import current
from app.database import db
from app.demo import DEFAULT_SEED, SLUGS, Played, run_demo
from app.queries.demo_accounts import DEMO_PASSWORD, DemoAccount, demo_accounts


@click.command(
    "demo", help="Tạo dữ liệu chạy thử: hai đợt theo công văn thật, một đợt đang mở, một đợt thực hành."
)
@click.option("--seed", type=int, default=DEFAULT_SEED, show_default=True, help="Cùng số cho cùng kết quả.")
@click.option("--only", type=click.Choice(SLUGS), help="Chỉ một đợt.")
@with_appcontext
def demo(seed: int, only: str | None) -> None:
    """Play the demo."""
    for played in run_demo(_progress, seed=seed, only=only or ""):
        click.echo(_told(played))
    accounts = demo_accounts(db.session())
    if accounts:
        click.echo(f"Đăng nhập tại {current.settings().base_url}/dang-nhap, mật khẩu chung: {DEMO_PASSWORD}")
    for account in accounts:
        click.echo(_account(account))


@contextmanager
def _progress(title: str, steps: int) -> Iterator[Callable[[], None]]:
    click.echo(title)
    with click.progressbar(length=steps, show_pos=True, update_min_steps=max(1, steps // 200)) as bar:
        yield lambda: bar.update(1)


def _told(played: Played) -> str:
    if played.there_already:
        return f"· {played.slug}: đã có từ trước ({played.units} đơn vị)"
    if not played.digest:
        return f"· {played.slug}: đang mở, {played.units} đơn vị"
    return f"· {played.slug}: đã công bố kết quả của {played.units} đơn vị (mã số liệu {played.digest[:12]})"


def _account(account: DemoAccount) -> str:
    return f"  {account.email:<28} {account.name}: {account.title}"
