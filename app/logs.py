"""The log: one line for each event on standard error, as JSON in production. It writes no address and no form data."""

import sys
from time import perf_counter

import structlog
from flask import Flask, g, request
from flask.wrappers import Response
from structlog.typing import EventDict, Processor, WrappedLogger

from app.unit import request_id
from config import Settings

log = structlog.get_logger()
SECRET_PATHS = ("/lich/", "/mat-khau/", "/dang-nhap/xac-nhan/", "/ban-tin/")
SILENT = frozenset({"static", "probes.healthz", "probes.readyz", "probes.metrics"})


def install(app: Flask, settings: Settings) -> None:
    """Set the log up, and write a line for each request that is no probe and no static file."""
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.production
        else structlog.processors.LogfmtRenderer(key_order=("timestamp", "level", "event"))
    )
    structlog.configure(
        processors=[
            _with_request,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        logger_factory=_to_stderr,
        cache_logger_on_first_use=False,
    )
    if settings.env != "test":
        app.before_request(_start)
        app.after_request(_write)


def shown_path() -> str:
    """The path of this request without the secrets that some addresses carry."""
    return next((f"{start}***" for start in SECRET_PATHS if request.path.startswith(start)), request.path)


def _to_stderr(*_names: object) -> structlog.PrintLogger:
    # Asked for each time: a test may have put another stream in its place.
    return structlog.PrintLogger(sys.stderr)


def _with_request(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    name = request_id.get()
    if name:
        event.setdefault("request_id", name)
    return event


def _start() -> None:
    g.log_started = perf_counter()


def _write(response: Response) -> Response:
    if request.endpoint in SILENT:
        return response
    log.info(
        "request",
        method=request.method,
        path=shown_path(),
        endpoint=request.endpoint,
        status=response.status_code,
        milliseconds=round((perf_counter() - g.get("log_started", perf_counter())) * 1000, 1),
    )
    return response
