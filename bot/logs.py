"""Logs: readable on a terminal, JSON in production; never a token, never people's words."""

import logging
import re
import sys
from collections.abc import MutableMapping

import structlog

_TOKEN = re.compile(r"x(?:ox[a-z]|app)-[\w-]+")
HIDDEN = "[hidden]"


def set_up(log_format: str, level: str) -> None:
    """Send all logs, the libraries' too, to standard error in one form."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, last],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Slack's libraries log payloads, with people's words, below WARNING; Bolt as bot.slack.app.
    libraries = ("slack_bolt", "slack_sdk", "sqlalchemy", "alembic", "apscheduler", "uvicorn")
    for noisy in (*libraries, "bot.slack.app"):
        logging.getLogger(noisy).setLevel("WARNING")


def redact(
    _logger: object, _name: str, event: MutableMapping[str, object]
) -> MutableMapping[str, object]:
    """Hide whatever looks like a Slack token."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _TOKEN.sub(HIDDEN, value)
    return event
