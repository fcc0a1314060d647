"""`arbitrage schedule`: what will be posted, and when, if nothing changes until then."""

from bot.app import offline
from bot.domain.upcoming import Upcoming
from bot.i18n import LOCALES, instant, text
from bot.services.deps import Deps
from bot.services.schedule import previews, upcoming
from bot.settings import Settings
from bot.slack.printing import words_of
from bot.slack.rendering import render
from bot.slack.views.upcoming import kind_name


def tell(settings: Settings, *, days: int, locale: str, is_dry_run: bool) -> None:
    """Print the next posts of every workspace, in the charter's time; with their text if asked."""
    count = 0
    for deps in offline(settings):
        for post in upcoming.next_posts(deps, days=days):
            count += 1
            print(_line(deps, post, locale))
            if is_dry_run:
                _tell_words(deps, post)
    if not count:
        print(text(locale, "upcoming.none"))


def _line(deps: Deps, post: Upcoming, locale: str) -> str:
    at = instant(locale, post.due_at, deps.charter.calendar.zone)
    whom = post.person or post.channel or text(locale, "upcoming.everybody")
    line = text(
        locale, "upcoming.line", when=at, what=kind_name(post, deps.charter, locale), whom=whom
    )
    return f"{line} · {post.key}"


def _tell_words(deps: Deps, post: Upcoming) -> None:
    for locale in LOCALES:
        content = previews.content_of(deps, post, locale)
        if content is not None:
            words = words_of(render(content)).replace("\n", "\n      ")
            print(f"  {locale}  {words}")
