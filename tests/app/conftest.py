"""The migrated database, the cast, and clients that are signed in, for the tests of the trunk."""

from tests.app.mailbox_server import imap, imap_server
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
from tests.app.statements import statements
from tests.app.ticking import sent

__all__ = [
    "app",
    "at",
    "campaign",
    "campaign_file",
    "campaign_template",
    "client",
    "database_url",
    "imap",
    "imap_server",
    "province_file",
    "province_template",
    "sent",
    "settings_for",
    "sign_in",
    "sqlite_place",
    "statements",
    "worker",
]
