"""Charts as pictures, for a Slack that refuses its own: uploaded, then shown where they stood."""

import logging
from collections.abc import Sequence
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.models.blocks import Block

from bot.export.pictures import NoPictures, picture
from bot.slack.errors import code_of
from bot.slack.views.charts import ChartBlock, picture_block
from bot.slack.views.parts import Message

log = logging.getLogger(__name__)

ALT_LIMIT = 1000
"""What Slack keeps of a file's own alternative text."""


def pictured(client: WebClient, message: Message) -> Message | None:
    """Return the plain message with a picture of each chart; None when there can be none.

    Without matplotlib, without the scope to upload, or with no chart: its words say it all.
    """
    charts = [block for block in message.blocks if isinstance(block, ChartBlock)]
    if message.plain is None or not charts:
        return None
    try:
        files = _upload(client, charts)
    except NoPictures:
        return None
    except SlackApiError as error:
        log.info("charts are not uploaded: %s", code_of(error))
        return None
    except (SlackRequestError, OSError, HTTPException) as error:
        log.info("charts are not uploaded: %s", type(error).__name__)
        return None
    return with_files(message, message.plain, files)


def _upload(client: WebClient, charts: list[ChartBlock]) -> list[str]:
    """Upload the pictures, shared nowhere yet, and return their ids in order."""
    uploads = [
        {
            "filename": f"{chart.drawn.id}.png",
            "content": picture(chart.drawn),
            "title": chart.title,
            "alt_txt": chart.words[:ALT_LIMIT],
        }
        for chart in charts
    ]
    answer = client.files_upload_v2(file_uploads=uploads, request_file_info=False)
    return [str(file["id"]) for file in answer["files"]]


def with_files(message: Message, plain: Sequence[Block], files: Sequence[str]) -> Message:
    """Return the plain blocks with a picture per chart, in `files`, where the first one stood."""
    charts = [block for block in message.blocks if isinstance(block, ChartBlock)]
    images = [picture_block(chart, file) for chart, file in zip(charts, files, strict=True)]
    at = message.blocks.index(charts[0])
    return Message(text=message.text, blocks=(*plain[:at], *images, *plain[at:]))
