"""Settings of gunicorn, read by `make run` and by the service unit.

One process of eight threads on SQLite, whose writer lock is per process; two processes on PostgreSQL.
"""

import gc
import importlib
import io
import os
import signal
from typing import Any

ON_POSTGRESQL = os.environ.get("DUNGHAN_DATABASE_URL", "").startswith("postgres")

bind = os.environ.get("DUNGHAN_BIND", f"127.0.0.1:{os.environ.get('DUNGHAN_PORT', '8000')}")
worker_class = "gthread"
workers = 2 if ON_POSTGRESQL else 1
threads = 8
timeout = 60
graceful_timeout = 30
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "warning"
forwarded_allow_ips = "127.0.0.1"


def post_worker_init(worker: Any) -> None:
    """Warm the worker with one request, then take all that lives out of the collector's reach.

    A full collection over the objects of the loaded application takes a quarter of a second and would show
    as a stall; frozen objects are not visited.
    """
    list(worker.wsgi(warm_up_request(), lambda _status, _headers, _error=None: None))
    gc.collect()
    gc.freeze()
    if jobs().start_ticker(worker.wsgi):
        begin_no_mail_once_told_to_stop(worker.wsgi)


def begin_no_mail_once_told_to_stop(application: Any) -> None:
    """Requests may take a while to finish; mail waits for the next process from the first moment on."""
    then: Any = signal.getsignal(signal.SIGTERM)

    def stop(number: int, frame: Any) -> None:
        jobs().begin_no_more(application)
        then(number, frame)

    signal.signal(signal.SIGTERM, stop)


def worker_exit(_server: Any, worker: Any) -> None:
    """Let a tick in flight finish; a worker that never served has none."""
    if hasattr(worker, "wsgi"):
        jobs().stop_ticker(worker.wsgi)


def jobs() -> Any:
    """The application's jobs, by name: gunicorn reads this file before the project is on the path."""
    return importlib.import_module("app.jobs")


def warm_up_request() -> dict[str, Any]:
    """A request for the process probe, as WSGI has it."""
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/healthz",
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
