"""Empty databases of both kinds, with an application on each."""

from itertools import count

import pytest

from app import create_app
from app.database import db
from tests import postgres
from tests.app.province import DATABASES, settings_for, worker

__all__ = ["worker"]
numbers = count()


@pytest.fixture(params=DATABASES)
def empty(request, tmp_path, worker):
    """An application on an empty database; its context is pushed."""
    url = ""
    if request.param == "postgresql":
        url = postgres.create(postgres.server(), f"empty_{worker}_{next(numbers)}")
    application = create_app(settings_for(tmp_path, url))
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()
