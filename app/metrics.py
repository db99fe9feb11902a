"""What the server counts for Prometheus: requests, refusals, forms and mails by state. It names no person."""

from collections.abc import Iterator
from time import perf_counter

from flask import Flask, current_app, g, request
from flask.wrappers import Response
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.database import Base, db
from app.models import OutboxMessage, OutboxState, Submission
from app.queries.mail_flow import flow
from workflows.vocabulary import State

KEY = "dunghan_metrics"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
FIRST_REFUSAL = 400


class Metrics:
    """The counters of one application. Each application has its own registry, so that tests may make many."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "dunghan_http_requests", "Requests", ("endpoint", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "dunghan_http_request_seconds",
            "Time to answer",
            ("endpoint",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.refusals = Counter(
            "dunghan_refusals", "Answers that refused, by code", ("code",), registry=self.registry
        )
        self.registry.register(_States())

    def count(self, response: Response) -> None:
        """Note one answered request."""
        endpoint = request.endpoint or "none"
        self.requests.labels(endpoint, str(response.status_code)).inc()
        if "metrics_started" in g:
            self.seconds.labels(endpoint).observe(perf_counter() - g.metrics_started)
        if response.status_code >= FIRST_REFUSAL:
            # A form that came back for repair raised no problem: it has none but its status.
            self.refusals.labels(g.get("problem_code", str(response.status_code))).inc()


class _States(Collector):
    """Forms and mails by state, counted when asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges; without a database only that there is none, so that the counters can still be read."""
        try:
            found = [
                _by_state("dunghan_submissions", "Forms by state", Submission, tuple(State)),
                _by_state("dunghan_outbox", "Mails by state", OutboxMessage, tuple(OutboxState)),
                *_flow(),
            ]
        except SQLAlchemyError:
            db.session.rollback()
            found = []
        yield from found
        yield GaugeMetricFamily("dunghan_database_up", "Whether the database answers", bool(found))

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing ahead of time: describing must not ask the database."""
        return iter(())


def _by_state(
    name: str, words: str, model: type[Base], states: tuple[State | OutboxState, ...]
) -> GaugeMetricFamily:
    state = model.__table__.c.state
    rows = db.session.execute(select(state, func.count()).group_by(state))
    counted = {str(found): int(count) for found, count in rows}
    family = GaugeMetricFamily(name, words, labels=["state"])
    for one in states:
        family.add_metric([str(one)], counted.get(one, 0))
    return family


def _flow() -> Iterator[GaugeMetricFamily]:
    now = clock.now()
    found = flow(db.session(), now)
    yield GaugeMetricFamily("dunghan_outbox_waiting", "Mails that wait", found.waiting)
    yield GaugeMetricFamily("dunghan_outbox_late", "Mails due for over an hour", found.late)
    oldest = found.oldest_age.total_seconds()
    yield GaugeMetricFamily(
        "dunghan_outbox_oldest_seconds", "How long the oldest due mail has waited", oldest
    )
    if found.last_tick is not None:
        age = (now - found.last_tick).total_seconds()
        yield GaugeMetricFamily("dunghan_tick_age_seconds", "Time since the last tick", age)


def install(app: Flask) -> None:
    """Count every request of this application."""
    metrics = app.extensions[KEY] = Metrics()
    app.before_request(_start)

    @app.after_request
    def count(response: Response) -> Response:
        metrics.count(response)
        return response


def exposition() -> bytes:
    """Everything counted so far, as Prometheus reads it."""
    metrics: Metrics = current_app.extensions[KEY]
    return generate_latest(metrics.registry)


def _start() -> None:
    g.metrics_started = perf_counter()
