"""`dunghan user`: accounts and roles, as the person at the machine makes them."""

import click

from app.commands.refusals import Commands, Refused
from app.database import db
from app.i18n.labels import label
from app.models import Person, Unit
from app.queries.accounts import person_by_email, unit_by_code
from app.services.accounts import set_password
from app.services.people import create_person, grant_role, invite_person
from app.unit import SYSTEM
from app.unit import unit as unit_of_work
from workflows.vocabulary import Role

ROLES = click.Choice([role.value for role in Role])
PASSWORD = click.option(
    "--password",
    prompt="Mật khẩu",
    hide_input=True,
    confirmation_prompt="Nhập lại mật khẩu",
    envvar="DUNGHAN_PASSWORD",
    help="Mật khẩu, ít nhất 10 ký tự; hỏi khi không ghi, hoặc lấy từ biến DUNGHAN_PASSWORD.",
)

user = Commands("user", help="Tài khoản và vai trò.")


@user.command("create", help="Tạo tài khoản có mật khẩu.")
@click.argument("email")
@click.option("--name", required=True, help="Họ và tên.")
@click.option("--title", default="", help="Chức vụ, đơn vị.")
@click.option("--role", type=ROLES, help="Vai trò đầu tiên.")
@click.option("--unit", "unit_code", help="Mã đơn vị của vai trò, ví dụ 64 hoặc commune:23557.")
@PASSWORD
def create(email: str, name: str, title: str, role: str | None, unit_code: str | None, password: str) -> None:
    """Make an account."""
    roles = _roles(role, unit_code)
    person = create_person(SYSTEM, email=email, name=name, title=title, roles=roles, password=password)
    click.echo(f"Đã tạo tài khoản {person.email}" + _what(role, unit_code))


@user.command("invite", help="Gửi thư mời đặt mật khẩu; tạo tài khoản nếu chưa có.")
@click.argument("email")
@click.option("--name", default="", help="Họ và tên, khi tạo tài khoản mới.")
@click.option("--role", type=ROLES, help="Vai trò đầu tiên, khi tạo tài khoản mới.")
@click.option("--unit", "unit_code", help="Mã đơn vị của vai trò.")
def invite(email: str, name: str, role: str | None, unit_code: str | None) -> None:
    """Queue an invitation."""
    if name:
        create_person(SYSTEM, email=email, name=name, roles=_roles(role, unit_code), invited=True)
    else:
        invite_person(SYSTEM, _person(email).id)
    click.echo(f"Đã xếp thư mời cho {email}; thư đi ở lượt gửi tới")


@user.command("reset", help="Đặt lại mật khẩu; mọi phiên đăng nhập của người đó kết thúc.")
@click.argument("email")
@PASSWORD
def reset(email: str, password: str) -> None:
    """Set a password."""
    person_id = _person(email).id
    with unit_of_work(SYSTEM) as work:
        set_password(work, work.load(Person, person_id), password)
    click.echo(f"Đã đặt lại mật khẩu của {email}")


@user.command("grant", help="Giao một vai trò trên một đơn vị.")
@click.argument("email")
@click.option("--role", type=ROLES, required=True, help="Vai trò.")
@click.option("--unit", "unit_code", required=True, help="Mã đơn vị, ví dụ 64 hoặc commune:23557.")
def grant(email: str, role: str, unit_code: str) -> None:
    """Grant a role."""
    grant_role(SYSTEM, person_id=_person(email).id, role=Role(role), unit_id=_unit(unit_code).id)
    click.echo(f"Đã giao cho {email}{_what(role, unit_code)}")


def _roles(role: str | None, unit_code: str | None) -> list[tuple[Role, int]]:
    if role is None and unit_code is None:
        return []
    if role is None or unit_code is None:
        raise click.UsageError("Ghi cả --role và --unit, hoặc bỏ cả hai")
    return [(Role(role), _unit(unit_code).id)]


def _what(role: str | None, unit_code: str | None) -> str:
    return f": {label(Role(role))}, {_unit(unit_code).formal_name}" if role and unit_code else ""


def _person(email: str) -> Person:
    return person_by_email(db.session(), email)


def _unit(code: str) -> Unit:
    kind, _colon, plain = code.rpartition(":")
    found = unit_by_code(db.session(), plain, kind)
    if len(found) > 1:
        raise Refused(
            f"Mã {plain} thuộc nhiều đơn vị; ghi thêm cấp ở trước",
            [f"{one.kind}:{one.code} {one.full_name} (từ {one.valid_from:%d/%m/%Y})" for one in found],
        )
    return found[0]
