"""Wakes a function at a steady pace (the only home of APScheduler). Keeps no jobs: data says what is due.

APScheduler reckons with the clock on the wall. When that is put forward by years, its own interval would list every
moment between, until memory ends; when it is put back, it would wait until the old moment comes again.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

EARLIER = datetime(2000, 1, 1, tzinfo=UTC)  # any past instant: a tick that is late comes at once

logger = logging.getLogger(__name__)


class _Pace(BaseTrigger):  # type: ignore[misc]  # apscheduler carries no types
    """One pace after now, whatever the clock said before."""

    def __init__(self, pace: timedelta) -> None:
        self._pace = pace

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        return now + self._pace


class _Moments(MemoryJobStore):  # type: ignore[misc]  # apscheduler carries no types
    """A moment further ahead than one pace was reckoned before the clock was put back: it is now."""

    def __init__(self, pace: timedelta) -> None:
        super().__init__()
        self._pace = pace

    def get_due_jobs(self, now: datetime) -> list[Job]:
        for job in self.get_all_jobs():
            if job.next_run_time > now + self._pace:
                job.modify(next_run_time=now)
        due: list[Job] = super().get_due_jobs(now)
        return due


class _Patient(BackgroundScheduler):  # type: ignore[misc]  # apscheduler carries no types
    """Never sleeps longer than one pace: the clock may be put back between reckoning a moment and waiting for it."""

    def __init__(self, pace: timedelta, **options: Any) -> None:
        self._longest = pace.total_seconds()
        super().__init__(**options)

    def _process_jobs(self) -> float | None:
        wait: float | None = super()._process_jobs()
        return None if wait is None else min(wait, self._longest)


class Ticker:
    """Calls `run` every `seconds` in a thread of its own, never twice at once, and outlives its faults."""

    def __init__(self, run: Callable[[], None], seconds: float) -> None:
        self._run = run
        pace = timedelta(seconds=seconds)
        self._scheduler = _Patient(
            pace,
            jobstores={"default": _Moments(pace)},
            executors={"default": ThreadPoolExecutor(max_workers=1)},
            timezone=UTC,
        )
        self._job = self._scheduler.add_job(
            self._tick, _Pace(pace), coalesce=True, misfire_grace_time=None, max_instances=1
        )

    def start(self, *, at_once: bool = False) -> None:
        """Begin; the first tick comes `at_once` or after one interval."""
        self._scheduler.start(paused=at_once)
        if at_once:
            self._job.modify(next_run_time=EARLIER)
            self._scheduler.resume()

    def wake(self) -> None:
        """Let the next tick come at once: somebody waits for what it brings. Does nothing unless it was started."""
        if self._scheduler.running:
            self._job.modify(next_run_time=EARLIER)
            self._scheduler.wakeup()

    def stop(self, *, wait: bool = True) -> None:
        """Start no further tick and, with `wait`, return once the one in flight has finished."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=wait)

    def _tick(self) -> None:
        try:
            self._run()
        except Exception:
            logger.exception("tick failed; the next one comes as planned")
