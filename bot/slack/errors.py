"""Slack's own errors, told apart."""

from collections.abc import Mapping

from slack_sdk.errors import SlackApiError


class OldControl(Exception):
    """A button, form or command that this version no longer has."""


def code_of(error: SlackApiError) -> str:
    """Return Slack's error code, empty when the answer was not Slack's JSON."""
    found = error.response.get("error", "") if hasattr(error.response, "get") else ""
    return str(found or "")


def status_of(error: SlackApiError) -> int:
    """Return the HTTP status of the answer, 0 when there is none."""
    # An answer that is not JSON arrives as a plain dict with another key.
    if isinstance(error.response, Mapping):
        return int(error.response.get("status", 0))
    return int(getattr(error.response, "status_code", 0) or 0)


def retry_after_of(error: SlackApiError) -> float:
    """Return how many seconds Slack asks to wait; one when it does not say."""
    headers = getattr(error.response, "headers", None) or {}
    value = headers.get("Retry-After") or headers.get("retry-after") or "1"
    return float(value[0] if isinstance(value, list) else value)
