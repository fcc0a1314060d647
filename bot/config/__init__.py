"""The charter file: read, checked, and turned into the domain's `Charter`."""

from bot.config.loading import LoadedCharter, load, parse
from bot.config.problems import CharterError, Problem

__all__ = ["CharterError", "LoadedCharter", "Problem", "load", "parse"]
