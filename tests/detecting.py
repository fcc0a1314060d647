"""The shipped detector, loaded when a test first needs it, and what learns from answers to it."""

from bot.config.lexicon import load_detector
from bot.services.detecting import Dismissals, Once, finder

DETECTOR = Once(load_detector)
detect = finder(DETECTOR)


def learner() -> Dismissals:
    """Return one that has learned nothing, with the secret that all the tests share."""
    return Dismissals(DETECTOR, "xoxb-tests")
