"""The API under /api/v1: the same services and schemas as the pages, for machines. Decides nothing."""

from flask import Flask


def install(app: Flask) -> None:
    """Register every resource."""
