"""What every test may lean on: the PostgreSQL server of this run, started only when a test asks for it.

Hypothesis draws the same examples on every run.
"""

import signal

import pytest
from hypothesis import settings

from tests import postgres

ASKING = frozenset({"client", "sign_in"})

settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Name the folder of the server before any worker starts."""
    if not hasattr(config, "workerinput"):
        postgres.prepare()
        # Whoever ends the run politely must not leave the server behind.
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks the server over HTTP by the fixtures it wants."""
    for item in items:
        if ASKING & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.http)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server, whoever started it."""
    if not hasattr(config, "workerinput"):
        postgres.stop()
