"""Slack's rate limits, per method and per channel, on the sandbox's clock."""

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
PER_MINUTE = {"t1": 1, "t2": 20, "t3": 50, "t4": 100}
UNLIMITED = 10_000
CHANNEL_BURST = 4
"""How many messages a channel takes in as many seconds before it says no."""


@dataclass
class Limiter:
    """Counts calls and says when there are too many. `is_on` switches it."""

    is_on: bool = True
    _calls: dict[str, deque[datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def retry_after(self, method: str, tier: str, channel: str | None, now: datetime) -> int | None:
        """Count a call; return the seconds to wait when it is one too many, else None."""
        if not self.is_on:
            return None
        with self._lock:
            if method == "chat.postMessage" and channel:
                burst = timedelta(seconds=CHANNEL_BURST)
                return self._count(f"post:{channel}", CHANNEL_BURST, burst, now)
            return self._count(method, PER_MINUTE.get(tier, UNLIMITED), MINUTE, now)

    def _count(self, key: str, most: int, window: timedelta, now: datetime) -> int | None:
        calls = self._calls.setdefault(key, deque())
        while calls and calls[0] <= now - window:
            calls.popleft()
        if len(calls) >= most:
            wait = (calls[0] + window - now).total_seconds()
            return max(1, int(wait) + 1)
        calls.append(now)
        return None
