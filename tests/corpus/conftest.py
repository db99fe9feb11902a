"""The application's words, without a database and without a page."""

import pytest

from app import create_app
from config import Settings


@pytest.fixture(scope="module")
def request_of_no_page(tmp_path_factory):
    app = create_app(Settings(env="test", data_dir=tmp_path_factory.mktemp("corpus"), tick_seconds=0))
    with app.test_request_context():
        yield
