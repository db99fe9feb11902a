"""`dunghan outbox`: the delivery ledger."""

import json
from typing import Any

import click

from app.commands.refusals import Commands
from app.database import db
from app.i18n.labels import label, moment
from app.models import OutboxMessage, OutboxState
from app.services import outbox as ledger
from app.unit import SYSTEM

outbox = Commands("outbox", help="Thư gửi đi.")


@outbox.command("list", help="Liệt kê thư mới nhất.")
@click.option(
    "--state", type=click.Choice([state.value for state in OutboxState]), help="Chỉ một trạng thái."
)
@click.option("--json", "as_json", is_flag=True, help="In JSON cho máy đọc.")
def list_(state: str | None, *, as_json: bool) -> None:
    """Print the newest mails."""
    rows = ledger.outbox(db.session(), state=OutboxState(state) if state else None)
    if as_json:
        click.echo(json.dumps([_data(row) for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(_line(row))
    click.echo(f"{len(rows)} thư")


@outbox.command("retry", help="Gửi lại một thư đã dừng mà chưa gửi xong.")
@click.argument("mail_id", type=int)
def retry(mail_id: int) -> None:
    """Queue a mail again."""
    click.echo(_line(ledger.retry(SYSTEM, mail_id)))


@outbox.command("cancel", help="Hủy một thư đang chờ.")
@click.argument("mail_id", type=int)
def cancel(mail_id: int) -> None:
    """Stop a waiting mail."""
    click.echo(_line(ledger.cancel(SYSTEM, mail_id)))


def _line(row: OutboxMessage) -> str:
    state = label(OutboxState(row.state))
    tail = f" ({row.outcome})" if row.outcome else ""
    return f"{row.id}  {moment(row.created_at)}  {state}  {row.address}  {row.subject}{tail}"


def _data(row: OutboxMessage) -> dict[str, Any]:
    return {
        "id": row.id,
        "key": row.key,
        "kind": row.kind,
        "state": row.state,
        "address": row.address,
        "subject": row.subject,
        "attempts": row.attempts,
        "created_at": row.created_at.isoformat(),
        "next_at": row.next_at.isoformat(),
        "settled_at": row.settled_at.isoformat() if row.settled_at else None,
        "outcome": row.outcome,
    }
