"""The migrated database, the cast, and clients that are signed in, for the tests of the trunk."""

from tests.app.province import (
    app,
    at,
    campaign,
    client,
    database_url,
    province_file,
    province_template,
    settings_for,
    sign_in,
    worker,
)

__all__ = [
    "app",
    "at",
    "campaign",
    "client",
    "database_url",
    "province_file",
    "province_template",
    "settings_for",
    "sign_in",
    "worker",
]
