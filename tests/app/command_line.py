"""Running the command line in a test, on an empty server or on the small campaign."""

import pytest
from sqlalchemy import func, select

from app.cli import cli
from app.database import db
from tests.app.bare import bare, empty_file

__all__ = ["bare", "empty_file"]

PASSWORD = {"DUNGHAN_PASSWORD": "mot mat khau dai"}


@pytest.fixture
def run(bare):
    """Run a command on an empty server; returns exit code, output and words of refusal."""
    return runner(bare)


def runner(application):
    def call(*words, code=0, **options):
        result = application.test_cli_runner().invoke(cli, [str(word) for word in words], **options)
        assert result.exit_code == code, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        db.session.rollback()
        return result.stderr if code else result.stdout

    return call


@pytest.fixture
def on_campaign(app, campaign):
    """Run a command on the small campaign."""
    return runner(app)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def file_of(tmp_path, content, name="danh-sach.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
