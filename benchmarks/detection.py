"""Messages per second through the detector, and the worst of the long and hostile ones.

As the bot uses it: what is no bypass is not explained. On one core, by the processor's own clock:
what else the machine does is left out. Run alone with `python -m benchmarks.detection`.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.config.examples import read_examples, read_ordinary
from bot.config.lexicon import load_detector
from bot.detection.detecting import Detector

TRAINING = Path("training")
ROUNDS = 3
LONG = 40_000  # characters
GOAL_PER_S, GOAL_LONG_MS = 20_000, 20
LONG_MESSAGES = {
    "prose": "Tu peux me dire ce qu'on coupe dans le lot 2, la messagerie ou l'export ? ",
    "emoji": "🎉",
    "combining marks": "e\u0301",
    "nested quotes": "«\"'> ",
    "new words": "zq{} w{} ",
    "open links": "<http://a|",
    "backquotes": "`",
    "question marks": "?",
    "empty lines": "\n",
}


@dataclass(frozen=True, kw_only=True)
class Rate:
    """How fast messages of one sort are judged."""

    name: str
    per_s: float
    longest_ms: float

    @property
    def told(self) -> str:
        """Return the figures in one line."""
        return f"{self.name:22} {self.per_s:9,.0f} messages/s   slowest {self.longest_ms:5.2f} ms"


def measure() -> tuple[Rate, ...]:
    """Return the rates on ordinary chat, on work messages half of them bypasses, on long ones."""
    detector = load_detector()
    ordinary = [it.text for it in read_ordinary(TRAINING)]
    labelled = read_examples(TRAINING)
    return (
        _rate(detector, "ordinary chat", ordinary),
        _rate(detector, "work, no bypass", [it.text for it in labelled if not it.is_bypass]),
        _rate(detector, "bypasses, explained", [it.text for it in labelled if it.is_bypass]),
        *(
            _rate(detector, f"40,000 of {name}", [(piece * LONG)[:LONG]])
            for name, piece in LONG_MESSAGES.items()
        ),
    )


def _rate(detector: Detector, name: str, texts: Sequence[str]) -> Rate:
    spent = [[_seconds(detector, text) for text in texts] for _ in range(ROUNDS)]
    best = [min(times) for times in zip(*spent, strict=True)]
    return Rate(
        name=name,
        per_s=len(texts) / min(sum(times) for times in spent),
        longest_ms=1000 * max(best),
    )


def _seconds(detector: Detector, text: str) -> float:
    started = time.process_time_ns()
    detector.find(text)
    return (time.process_time_ns() - started) / 1e9


def main() -> None:
    """Measure and print."""
    for rate in measure():
        print(rate.told, flush=True)
    print(f"goals: {GOAL_PER_S:,} messages/s of ordinary chat, {GOAL_LONG_MS} ms for a long one")


if __name__ == "__main__":
    main()
