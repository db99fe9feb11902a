"""`dunghan outbox`: the delivery ledger."""

import json
from typing import Any

import click

from app.commands.refusals import Commands
from app.database import db
from app.i18n.labels import label, moment
from app.i18n.mail_texts import shown_subject
from app.models import OutboxMessage, OutboxState
from app.services import outbox as ledger
from app.unit import SYSTEM

AS_JSON = click.option("--json", "as_json", is_flag=True, help="In JSON cho máy đọc.")

outbox = Commands("outbox", help="Thư gửi đi.")


@outbox.command("list", help="Liệt kê thư mới nhất.")
@click.option(
    "--state", type=click.Choice([state.value for state in OutboxState]), help="Chỉ một trạng thái."
)
@AS_JSON
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
@AS_JSON
def retry(mail_id: int, *, as_json: bool) -> None:
    """Queue a mail again."""
    _tell(ledger.retry(SYSTEM, mail_id), as_json=as_json)


@outbox.command("cancel", help="Hủy một thư chưa gửi.")
@click.argument("mail_id", type=int)
@AS_JSON
def cancel(mail_id: int, *, as_json: bool) -> None:
    """Stop a mail that has not left."""
    _tell(ledger.cancel(SYSTEM, mail_id), as_json=as_json)


@outbox.command("hold", help="Giữ lại một thư đang chờ.")
@click.argument("mail_id", type=int)
@AS_JSON
def hold(mail_id: int, *, as_json: bool) -> None:
    """Keep back a waiting mail."""
    _tell(ledger.hold(SYSTEM, mail_id), as_json=as_json)


@outbox.command("release", help="Thả một thư đang giữ để gửi.")
@click.argument("mail_id", type=int)
@AS_JSON
def release(mail_id: int, *, as_json: bool) -> None:
    """Let a mail go that was kept back."""
    _tell(ledger.release(SYSTEM, mail_id), as_json=as_json)


def _tell(row: OutboxMessage, *, as_json: bool) -> None:
    click.echo(json.dumps(_data(row), ensure_ascii=False) if as_json else _line(row))


def _line(row: OutboxMessage) -> str:
    state = label(OutboxState(row.state))
    tail = f" ({row.outcome})" if row.outcome else ""
    return f"{row.id}  {moment(row.created_at)}  {state}  {row.address}  {shown_subject(row.kind, row.subject)}{tail}"


def _data(row: OutboxMessage) -> dict[str, Any]:
    return {
        "id": row.id,
        "key": row.key,
        "kind": row.kind,
        "state": row.state,
        "address": row.address,
        "subject": shown_subject(row.kind, row.subject),
        "attempts": row.attempts,
        "created_at": row.created_at.isoformat(),
        "next_at": row.next_at.isoformat(),
        "tried_at": row.tried_at.isoformat() if row.tried_at else None,
        "settled_at": row.settled_at.isoformat() if row.settled_at else None,
        "outcome": row.outcome,
    }
