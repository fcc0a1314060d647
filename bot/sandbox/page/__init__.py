"""The sandbox's page: the workspace in a browser. A guest: nothing else imports it."""

from bot.sandbox.page.routes import page_routes

__all__ = ["page_routes"]
