"""How somebody wants to be reminded, and in which language. Source: product §2, §5."""

from slack_sdk.models.views import View

from bot.domain.people import Notify
from bot.i18n import LOCALES, text
from bot.slack import ids
from bot.slack.views.inputs import choice, field, plain, radio, select

OF_SLACK = "slack"


def preferences_form(locale: str, *, notify: Notify, language: str | None) -> View:
    """Return the form; `language` None is Slack's."""
    ways = [choice(way, text(locale, f"form.notify_{way}")) for way in Notify]
    spoken = (OF_SLACK, *LOCALES)
    languages = [choice(name, text(locale, f"form.language_{name}")) for name in spoken]
    return View(
        type="modal",
        callback_id=ids.PREFERENCES_FORM,
        title=plain(text(locale, "preferences.title"), 24),
        submit=plain(text(locale, "preferences.submit"), 24),
        close=plain(text(locale, "form.close"), 24),
        blocks=[
            field("notify", radio(ways, notify), locale, is_required=True),
            field("language", select(languages, language or OF_SLACK), locale, is_required=True),
        ],
    )
