"""Where requests stand in Slack: the messages of their card and panel."""

from sqlalchemy import Connection, bindparam, select

from bot.db.inserting import upsert
from bot.db.tables import messages
from bot.domain.ids import ChannelId, RequestId, WorkspaceId

CARD, PANEL = "card", "panel"
Place = tuple[ChannelId, str]

# Built once: building a statement costs more than running it.
_PLACE = select(messages.c.channel, messages.c.ts).where(
    messages.c.workspace_id == bindparam("in_workspace"),
    messages.c.request_id == bindparam("request"),
    messages.c.kind == bindparam("of_kind"),
)
_CARDS = select(messages.c.request_id, messages.c.channel, messages.c.ts).where(
    messages.c.workspace_id == bindparam("in_workspace"),
    messages.c.request_id.in_(bindparam("requests", expanding=True)),
    messages.c.kind == CARD,
)
_AT = select(messages.c.request_id).where(
    messages.c.workspace_id == bindparam("in_workspace"),
    messages.c.channel == bindparam("in_channel"),
    messages.c.ts == bindparam("at"),
)


def remember(
    session: Connection, workspace: WorkspaceId, request: RequestId, kind: str, place: Place
) -> None:
    """Keep where the `kind` message of a request is."""
    channel, ts = place
    row = {"workspace_id": workspace, "request_id": request, "kind": kind}
    upsert(session, messages, row | {"channel": channel, "ts": ts})


def place(
    session: Connection, workspace: WorkspaceId, request: RequestId, kind: str
) -> Place | None:
    """Return where the `kind` message of a request is, None until it is posted."""
    wanted = {"in_workspace": workspace, "request": request, "of_kind": kind}
    found = session.execute(_PLACE, wanted).first()
    return (ChannelId(found.channel), found.ts) if found else None


def places(
    session: Connection, workspace: WorkspaceId, requests: tuple[RequestId, ...]
) -> dict[RequestId, Place]:
    """Return where the cards of `requests` are; those not posted yet are left out."""
    found = session.execute(_CARDS, {"in_workspace": workspace, "requests": requests})
    return {RequestId(row.request_id): (ChannelId(row.channel), row.ts) for row in found}


def request_at(
    session: Connection, workspace: WorkspaceId, channel: ChannelId, ts: str
) -> RequestId | None:
    """Return the request whose card or panel is that message."""
    wanted = {"in_workspace": workspace, "in_channel": channel, "at": ts}
    found = session.execute(_AT, wanted).scalar()
    return RequestId(found) if found else None
