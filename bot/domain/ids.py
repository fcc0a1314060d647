"""The identifiers of people, places and requests: strings that must not be mixed."""

from typing import NewType

WorkspaceId = NewType("WorkspaceId", str)
"""A Slack workspace (`T…`)."""

PersonId = NewType("PersonId", str)
"""A Slack user (`U…` or `W…`)."""

ChannelId = NewType("ChannelId", str)
"""A Slack conversation (`C…`, `G…` or `D…`)."""

RequestId = NewType("RequestId", str)
"""A request, for the machine; people read its number, `ARB-12`."""

SquadId = NewType("SquadId", str)
"""A squad's key in the charter, such as `checkout`."""

ImpactId = NewType("ImpactId", str)
"""An impact's key in the charter, such as `activation`."""

QuestionId = NewType("QuestionId", str)
"""A question's key in the charter, such as `first`."""

RitualId = NewType("RitualId", str)
"""A ritual's key in the charter, such as `roadmap_sync`."""
