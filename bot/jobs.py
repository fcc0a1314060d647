"""The timetable: a clock that calls services. It remembers nothing."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Job:
    """Something to do every so often. It may be late, and may be done twice."""

    name: str
    every_s: int
    work: Callable[[], object]


class Timetable:
    """Runs jobs in threads; one job never runs beside itself."""

    def __init__(self, jobs: tuple[Job, ...]) -> None:
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for job in jobs:
            self._scheduler.add_job(_guarded, "interval", (job,), seconds=job.every_s, id=job.name)

    def start(self) -> None:
        """Start counting."""
        self._scheduler.start()

    def stop(self) -> None:
        """Wait for the jobs under way, and stop."""
        self._scheduler.shutdown(wait=True)


def _guarded(job: Job) -> None:
    try:
        job.work()
    except Exception:
        log.exception("job %s failed", job.name)
