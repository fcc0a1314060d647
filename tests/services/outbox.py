"""What tests of services share: filing, and reading what was queued."""

from sqlalchemy import select

from bot.db import codec
from bot.db.tables import outbox
from bot.domain.posts import Post
from bot.domain.request import Request
from bot.services import requests
from bot.services.deps import Deps
from bot.services.requests import FileRequest
from tests.builders import HUGO, WORKSPACE, some_fields


def filed(deps: Deps, key: str = "view:1", **changes: object) -> Request:
    """File a request of Hugo's."""
    command = FileRequest(key=key, draft="", fields=some_fields(**changes), by=HUGO)
    return requests.file_request(deps, command)[0]


def posts_of(deps: Deps) -> list[Post]:
    """Return every post ever queued, oldest first."""
    with deps.read() as session:
        rows = session.execute(
            select(outbox.c.body).where(outbox.c.workspace_id == WORKSPACE).order_by(outbox.c.id)
        ).scalars()
        return [codec.load_post(body) for body in rows]
