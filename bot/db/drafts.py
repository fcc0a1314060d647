"""Drafts: what people typed and did not file yet."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from bot.db import codec
from bot.db.inserting import upsert
from bot.db.tables import drafts
from bot.domain.content import Draft
from bot.domain.ids import PersonId, WorkspaceId

# Built once: building a statement costs more than running it.
_BY_ID = select(drafts.c.body).where(
    drafts.c.workspace_id == bindparam("in_workspace"), drafts.c.id == bindparam("draft")
)
_LATEST = (
    select(drafts.c.body)
    .where(
        drafts.c.workspace_id == bindparam("in_workspace"),
        drafts.c.person_id == bindparam("person"),
    )
    .order_by(drafts.c.saved_at.desc(), drafts.c.id)
    .limit(1)
)


def save(session: Connection, workspace: WorkspaceId, draft: Draft, at: datetime) -> None:
    """Keep a draft; saving it again replaces it."""
    row = {"workspace_id": workspace, "id": draft.id, "person_id": draft.person}
    upsert(session, drafts, row | {"body": codec.dump_draft(draft), "saved_at": at})


def get(session: Connection, workspace: WorkspaceId, draft: str) -> Draft | None:
    """Return a draft, None once it was filed."""
    body = session.execute(_BY_ID, {"in_workspace": workspace, "draft": draft}).scalar()
    return codec.load_draft(body) if body else None


def latest(session: Connection, workspace: WorkspaceId, person: PersonId) -> Draft | None:
    """Return what `person` typed last, None when they left nothing."""
    body = session.execute(_LATEST, {"in_workspace": workspace, "person": person}).scalar()
    return codec.load_draft(body) if body else None


def drop(session: Connection, workspace: WorkspaceId, draft: str) -> None:
    """Forget a draft; nothing happens when it is gone."""
    session.execute(delete(drafts).where(drafts.c.workspace_id == workspace, drafts.c.id == draft))
