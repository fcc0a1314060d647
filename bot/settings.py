"""Secrets and addresses, read once from the environment (or `.env`, or `NAME_FILE`)."""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIXES = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}


class SettingsError(Exception):
    """The environment is not usable. The message is one line per problem, with its cure."""


def _ends_with_slash(url: str) -> str:
    return url if url.endswith("/") else f"{url}/"


class Settings(BaseSettings):
    """Each field is an environment variable of the same name, in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    slack_bot_token: str = Field(min_length=1)
    slack_app_token: str = ""
    slack_signing_secret: str = ""
    slack_api_url: Annotated[str, AfterValidator(_ends_with_slash)] = "https://slack.com/api/"
    slack_mode: Literal["socket", "http"] = "socket"
    database_url: str = "sqlite:///arbitrage.db"
    charter_file: Path = Path("config/charter.toml")
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65535)
    clock_file: Path | None = None
    """Seconds to add to the clock, for demonstrations and tests only."""


def read_settings() -> Settings:
    """Return the settings. Raises SettingsError, naming each setting and what to do."""
    _read_secret_files()
    try:
        settings = Settings()  # type: ignore[call-arg]  # the environment gives the fields
    except ValidationError as error:
        raise SettingsError("\n".join(_told(found) for found in error.errors())) from error
    problems = _check(settings)
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def _told(found: object) -> str:
    location = found["loc"][0] if isinstance(found, dict) and found["loc"] else "?"
    name = str(location).upper()
    kind = found["type"] if isinstance(found, dict) else ""
    if kind in {"missing", "string_too_short"}:
        return f"{name} is not set. Put it in the environment or in .env (see .env.example)."
    why = found["msg"] if isinstance(found, dict) else ""
    return f"{name} is not usable: {why}. See .env.example."


def _check(settings: Settings) -> list[str]:
    problems = []
    for name, prefix in PREFIXES.items():
        value: str = getattr(settings, name)
        if value and not value.startswith(prefix):
            problems.append(f"{name.upper()} should start with {prefix}: another token was pasted.")
    if settings.slack_mode == "socket" and not settings.slack_app_token:
        problems.append(
            "SLACK_APP_TOKEN is not set: Socket Mode needs it. "
            "Create it in Slack, Basic Information, App-Level Tokens, with connections:write."
        )
    if settings.slack_mode == "http" and not settings.slack_signing_secret:
        problems.append(
            "SLACK_SIGNING_SECRET is not set: HTTP mode needs it to know that calls are Slack's. "
            "It is in Slack, Basic Information, App Credentials."
        )
    return problems


def _read_secret_files() -> None:
    """Put the content of each `NAME_FILE` in `NAME`, as container secrets are given."""
    for name in Settings.model_fields:
        variable = name.upper()
        path = os.environ.get(f"{variable}_FILE")
        if name in {"charter_file", "clock_file"} or not path:
            continue
        try:
            os.environ[variable] = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            why = type(error).__name__
            raise SettingsError(f"{variable}_FILE cannot be read ({why}): check {path}.") from error
