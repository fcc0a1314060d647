"""One bad item never stops the others: each is guarded, and in its own transaction."""

import logging
import secrets
from collections.abc import Callable, Iterable
from typing import TypeVar

log = logging.getLogger(__name__)

Item = TypeVar("Item")


class SomeFailed(Exception):
    """Some items could not be done; the others were."""


def all_done(items: Iterable[Item], work: Callable[[Item], object]) -> None:
    """Do `work` on every item, whatever one of them does. Raises SomeFailed at the end."""
    failed = 0
    for item in items:
        try:
            work(item)
        except Exception:
            failed += 1
            log.exception("incident %s: one of several failed", secrets.token_hex(4))
    if failed:
        raise SomeFailed(failed)
