"""The timetable: a clock that calls services. It remembers nothing."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Job:
    """Something to do every so often. It may be late, and may be done twice."""

    name: str
    every_s: int
    work: Callable[[], object]


class _Runner:
    """Does one job, never beside itself."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._lock = threading.Lock()
        self._is_wanted = threading.Event()

    def run(self) -> None:
        """Do the job: its time has come."""
        with self._lock:
            self._is_wanted.clear()
            self._guarded()

    def want(self) -> None:
        """Note that what is under way may have begun too early."""
        self._is_wanted.set()

    def run_wanted(self) -> None:
        """Do the job, unless it began again since it was wanted."""
        with self._lock:
            if self._is_wanted.is_set():
                self._is_wanted.clear()
                self._guarded()

    def _guarded(self) -> None:
        try:
            self._job.work()
        except Exception:
            log.exception("job %s failed", self._job.name)


class Timetable:
    """Runs jobs in threads; one job never runs beside itself."""

    def __init__(self, jobs: tuple[Job, ...]) -> None:
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._at_once = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hurried")
        self._runners = {job.name: _Runner(job) for job in jobs}
        for job in jobs:
            run = self._runners[job.name].run
            self._scheduler.add_job(run, "interval", seconds=job.every_s, id=job.name)

    def start(self) -> None:
        """Start counting."""
        self._scheduler.start()

    def hurry(self, name: str) -> None:
        """Do a job at once, or once more when it is under way. Returns without waiting."""
        runner = self._runners[name]
        runner.want()
        self._at_once.submit(runner.run_wanted)

    def stop(self) -> None:
        """Wait for the jobs under way, and stop."""
        self._scheduler.shutdown(wait=True)
        self._at_once.shutdown(wait=True)
