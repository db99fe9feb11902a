"""`dunghan contacts`: whom mail can reach in a campaign, and units that are told otherwise."""

import json
from typing import Any

import click

from app import clock
from app.commands.refusals import Commands, Refused
from app.database import db
from app.queries.accounts import unit_by_code
from app.queries.campaign_status import campaign_by_slug
from app.queries.contacts import UnitContacts, contacts_of
from app.services import mutes
from app.unit import SYSTEM

AS_JSON = click.option("--json", "as_json", is_flag=True, help="In JSON cho máy đọc.")

contacts = Commands("contacts", help="Liên lạc: đơn vị nào nhận được thư.")


@contacts.command("list", help="Liệt kê đơn vị không ai nhận được thư và đơn vị không nhắc qua thư.")
@click.argument("slug")
@AS_JSON
def list_(slug: str, *, as_json: bool) -> None:
    """Print the units that no mail reaches, and those that are told otherwise."""
    campaign = campaign_by_slug(db.session(), slug)
    rows = [one for one in contacts_of(db.session(), campaign, clock.now()) if one.mute or not one.reached]
    if as_json:
        click.echo(json.dumps([_data(one) for one in rows], ensure_ascii=False, indent=2))
        return
    for one in rows:
        click.echo(_line(one))
    click.echo(f"{sum(not one.reached for one in rows)} đơn vị không ai nhận được thư")


@contacts.command("mute", help="Không gửi thư nhắc cho một đơn vị trong một đợt.")
@click.argument("slug")
@click.argument("unit_code", metavar="MÃ|CẤP:MÃ")
@click.option("--reason", required=True, help="Lý do, ví dụ: báo bằng điện thoại.")
def mute(slug: str, unit_code: str, reason: str) -> None:
    """Send no reminders to a unit."""
    mutes.mute_unit(SYSTEM, slug, _unit(unit_code), reason)
    click.echo(f"Đã ngừng thư nhắc cho đơn vị {unit_code} trong đợt {slug}")


@contacts.command("unmute", help="Gửi thư nhắc trở lại cho một đơn vị.")
@click.argument("slug")
@click.argument("unit_code", metavar="MÃ|CẤP:MÃ")
def unmute(slug: str, unit_code: str) -> None:
    """Send reminders to a unit again."""
    mutes.end_mute(SYSTEM, slug, _unit(unit_code))
    click.echo(f"Đã gửi thư nhắc trở lại cho đơn vị {unit_code}")


def _unit(typed: str) -> int:
    kind, _colon, code = typed.rpartition(":")
    found = unit_by_code(db.session(), code, kind)
    if len(found) > 1:
        raise Refused(f"Mã {code} có ở nhiều cấp; ghi kèm cấp", [f"{one.kind}:{one.code}" for one in found])
    return found[0].id


def _line(one: UnitContacts) -> str:
    if one.mute is not None:
        return f"{one.code}  {one.name}: không nhắc qua thư ({one.mute.reason})"
    why = "; ".join(f"{person.email} {person.refused_words}".strip() for person in one.people)
    return f"{one.code}  {one.name}: {why or 'chưa có tài khoản'}"


def _data(one: UnitContacts) -> dict[str, Any]:
    return {
        "unit": one.code,
        "kind": one.kind.value,
        "name": one.name,
        "reached": one.reached,
        "muted": one.mute.reason if one.mute else None,
        "people": [
            {"email": person.email, "usable": person.usable, "refused": person.refused_words or None}
            for person in one.people
        ],
    }
