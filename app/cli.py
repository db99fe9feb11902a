"""The command line: `dunghan`. Gathers the commands of each topic; a refusal ends with 1, wrong usage with 2."""

import os
from typing import Any

from flask import Flask
from flask.cli import ScriptInfo
from flask_migrate.cli import db as migrations

from app import create_app
from app.commands.calendar_days import calendar
from app.commands.campaigns import campaign, criteria
from app.commands.checks import docs, doctor
from app.commands.contacts import contacts
from app.commands.demo import demo
from app.commands.outbox import outbox
from app.commands.people import user
from app.commands.refusals import Commands
from app.commands.rehearse import rehearse
from app.commands.results import export, rank
from app.commands.server import init, scheduler, serve, tick
from app.commands.units import unit
from config import Settings

TOPICS = (
    init,
    serve,
    scheduler,
    tick,
    demo,
    unit,
    user,
    criteria,
    campaign,
    calendar,
    contacts,
    outbox,
    rehearse,
    rank,
    export,
    docs,
    doctor,
)

cli = Commands("dunghan", help="Đúng Hạn: đánh giá mức độ chính quyền điện tử hằng năm của tỉnh.")
cli.add_command(migrations, "db")
for _topic in TOPICS:
    cli.add_command(_topic)


def main() -> Any:
    """Run the command line on the environment's settings."""
    return cli.main(prog_name="dunghan", obj=ScriptInfo(create_app=_application, set_debug_flag=False))


def _application() -> Flask:
    return create_app(Settings.from_env(os.environ))
