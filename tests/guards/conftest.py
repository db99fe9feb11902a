"""The same province and clients as the tests of the trunk, and an application for questions about code alone."""

import pytest

from app import create_app
from tests.app.province import (
    app,
    at,
    campaign,
    campaign_file,
    campaign_template,
    client,
    database_url,
    province_file,
    province_template,
    settings_for,
    sign_in,
    sqlite_place,
    worker,
)

__all__ = [
    "app",
    "at",
    "campaign",
    "campaign_file",
    "campaign_template",
    "client",
    "database_url",
    "province_file",
    "province_template",
    "sign_in",
    "sqlite_place",
    "worker",
]


@pytest.fixture(scope="session")
def bare_app(tmp_path_factory):
    """The application without a database."""
    return create_app(settings_for(tmp_path_factory.mktemp("bare")))
