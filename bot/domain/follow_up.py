"""After the decision: was it delivered, did it hold. The answers are events of the request.

Source: product §3.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """What was answered since the decision; the decision itself is never edited.

    `delayed_at` is the last time the deliverable was said to come later; `delays` counts them.
    """

    delivered_at: datetime | None = None
    delayed_at: datetime | None = None
    delays: int = 0
    held_at: datetime | None = None


NOTHING_YET = FollowUp()
"""What every decision starts with."""
