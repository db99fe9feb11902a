"""Wakes a function at a steady pace (the only home of APScheduler). Keeps no jobs: data says what is due."""

import logging
from collections.abc import Callable
from datetime import UTC

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

logger = logging.getLogger(__name__)


class Ticker:
    """Calls `run` every `seconds` in a thread of its own, never twice at once, and outlives its faults."""

    def __init__(self, run: Callable[[], None], seconds: float) -> None:
        self._run = run
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(max_workers=1)},
            timezone=UTC,
        )
        self._scheduler.add_job(
            self._tick, "interval", seconds=seconds, coalesce=True, misfire_grace_time=None, max_instances=1
        )

    def start(self) -> None:
        """Begin; the first tick comes after one interval."""
        self._scheduler.start()

    def stop(self, *, wait: bool = True) -> None:
        """Start no further tick and, with `wait`, return once the one in flight has finished."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=wait)

    def _tick(self) -> None:
        try:
            self._run()
        except Exception:
            logger.exception("tick failed; the next one comes as planned")
