"""The ticker: never twice at once, outlives faults, finishes what is in flight."""

import threading
from datetime import datetime, timedelta

import pytest
from apscheduler.schedulers import base as clockwork

from notifications.scheduler import Ticker

SOON = 0.02
PATIENCE = 20
FLOOD = 100


def test_ticks_until_stopped() -> None:
    ticks = threading.Semaphore(0)
    ticker = Ticker(ticks.release, SOON)
    ticker.start()
    assert all(ticks.acquire(timeout=PATIENCE) for _ in range(3))
    ticker.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "APScheduler"]


def test_a_tick_comes_at_once_when_somebody_knocks() -> None:
    ticks = threading.Semaphore(0)
    ticker = Ticker(ticks.release, 3600)
    ticker.wake()  # before it was started: nothing to wake
    ticker.start()
    ticker.wake()
    assert ticks.acquire(timeout=PATIENCE)
    ticker.stop()


def test_tick_that_raises_is_logged_and_followed_by_the_next(heard: list[str]) -> None:
    ticks = threading.Semaphore(0)

    def run() -> None:
        ticks.release()
        raise RuntimeError("database is away")

    ticker = Ticker(run, SOON)
    ticker.start()
    assert all(ticks.acquire(timeout=PATIENCE) for _ in range(2))
    ticker.stop()
    assert "database is away" in "\n".join(heard)


def test_stop_waits_for_the_tick_in_flight() -> None:
    begun, go_on = threading.Event(), threading.Event()
    finished: list[bool] = []

    def run() -> None:
        begun.set()
        go_on.wait(PATIENCE)
        finished.append(True)

    ticker = Ticker(run, SOON)
    ticker.start()
    assert begun.wait(PATIENCE)
    threading.Timer(SOON, go_on.set).start()
    ticker.stop(wait=True)
    assert finished == [True]


def test_slow_tick_is_never_joined_by_a_second() -> None:
    running, most = 0, []
    ticks, lock = threading.Semaphore(0), threading.Lock()
    pause = threading.Event()

    def run() -> None:
        nonlocal running
        with lock:
            running += 1
            most.append(running)
        pause.wait(3 * SOON)
        with lock:
            running -= 1
        ticks.release()

    ticker = Ticker(run, SOON)
    ticker.start()
    assert all(ticks.acquire(timeout=PATIENCE) for _ in range(3))
    ticker.stop()
    assert set(most) == {1}


def test_stop_without_start_is_harmless() -> None:
    Ticker(lambda: None, SOON).stop()


@pytest.mark.parametrize(
    "step", [timedelta(hours=1), timedelta(days=3653), -timedelta(hours=1), -timedelta(days=1)], ids=str
)
def test_clock_that_is_put_elsewhere_neither_stops_nor_floods_the_ticks(
    monkeypatch: pytest.MonkeyPatch, step: timedelta
) -> None:
    ticks = threading.Semaphore(0)
    shift = timedelta()

    class Shifted(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + shift  # noqa: TID251 - stands in for the clock of the host

    monkeypatch.setattr(clockwork, "datetime", Shifted)
    ticker = Ticker(ticks.release, 0.2)
    ticker.start(at_once=True)
    assert ticks.acquire(timeout=PATIENCE)
    shift = step
    assert all(ticks.acquire(timeout=PATIENCE) for _ in range(2))
    ticker.stop()
    # A busy machine may fit in a few more; a flood would be one for each pace that was leapt over.
    assert sum(ticks.acquire(blocking=False) for _ in range(FLOOD)) < FLOOD
