"""Publishing an App Home: whoever asks, it is made whole and published in one call."""

from slack_sdk.models.blocks import Block

from bot.domain.home import Tab
from bot.domain.ids import PersonId
from bot.domain.journal import Query
from bot.domain.people import Person
from bot.services import (
    absences,
    artefacts,
    bypasses_settings,
    digests,
    homes,
    journal,
    metrics,
    people,
    reading,
    requests,
)
from bot.services.metrics import Scope
from bot.services.rituals import coming
from bot.slack.dumping import dump_view
from bot.slack.journal_form import Asked
from bot.slack.kit import Kit
from bot.slack.views import home as views
from bot.slack.views.artefacts import tab_blocks
from bot.slack.views.home_charter import charter_tab
from bot.slack.views.home_health import health, withheld
from bot.slack.views.home_settings import settings_tab
from bot.slack.views.journal import journal_blocks


def publish(kit: Kit, person: PersonId, tab: Tab = Tab.TODAY) -> None:
    """Show `person` a tab of their Home, which they are looking at. Raises as `draw`."""
    homes.shown(kit.deps, person, tab)
    draw(kit, person, tab)


def draw(kit: Kit, person: PersonId, tab: Tab) -> None:
    """Draw a tab of the Home of `person` as of now; the settings for stewards only.

    Raises NotASteward.
    """
    known = kit.directory.person(person)
    if people.is_barred(known):
        kit.client.views_publish(user_id=person, view=dump_view(views.barred(known.locale)))
    elif tab is Tab.JOURNAL:
        draw_journal(kit, person, Asked(), Query())
    else:
        if tab is Tab.SETTINGS:
            bypasses_settings.require_steward(kit.deps, person)
        _publish(kit, known, tab, _blocks(kit, known, tab))


def draw_journal(kit: Kit, person: PersonId, asked: Asked, query: Query) -> None:
    """Draw the journal in the Home of `person`: what they may see of what `query` finds."""
    known = kit.directory.person(person)
    page = journal.page(kit.deps, kit.audience.reader(person), query)
    charter = requests.charter_of(kit.deps)
    blocks = journal_blocks(charter, asked, page, known.locale, is_home=True)
    _publish(kit, known, Tab.JOURNAL, blocks, turn=asked.turn)


def _publish(kit: Kit, known: Person, tab: Tab, blocks: list[Block], *, turn: int = 0) -> None:
    view = views.framed(
        known.locale,
        tab,
        blocks,
        now=kit.deps.now(),
        is_steward=people.is_steward(kit.deps, known.id),
        turn=turn,
    )
    kit.client.views_publish(user_id=known.id, view=dump_view(view))


def _blocks(kit: Kit, known: Person, tab: Tab) -> list[Block]:
    match tab:
        case Tab.HEALTH:
            return _health(kit, known)
        case Tab.CHARTER:
            return _charter(kit, known)
        case Tab.SETTINGS:
            deps = kit.deps
            modes = bypasses_settings.modes(deps)
            charter = requests.charter_of(deps)
            return settings_tab(charter, modes, known.locale, channel=deps.channel)
        case _:
            with kit.deps.look():
                own = _own(kit, known)
            return views.today(own, known.locale, kit.deps.now())


def _charter(kit: Kit, known: Person) -> list[Block]:
    deps = kit.deps
    charter, kept = requests.charter_of(deps), artefacts.all_kept(deps)
    shared = tab_blocks(kept, known.id, deps.now(), charter.calendar.zone, known.locale)
    return [*charter_tab(charter, known.locale), *shared]


def _health(kit: Kit, known: Person) -> list[Block]:
    deps = kit.deps
    if not kit.audience.may_see(known.id, deps.channel):
        return withheld(known.locale)
    scope = Scope(channels=kit.audience.reader(known.id).channels)
    numbers = metrics.numbers(deps, scope, metrics.latest(deps))
    charter = requests.charter_of(deps)
    return health(numbers, charter, digests.curve(deps, scope), known.locale)


def _own(kit: Kit, known: Person) -> views.Own:
    deps, person = kit.deps, known.id
    to_decide = reading.inbox(deps, person)
    return views.Own(
        person=person,
        zone=known.zone,
        to_decide=to_decide,
        to_assign=reading.to_assign(deps, person, to_decide.lines),
        mine=reading.mine(deps, person),
        draft=reading.unfinished(deps, person),
        rituals=coming(deps, person),
        absences=absences.of_person(deps, person),
        notify=known.notify,
        language=people.chosen_locale(deps, person),
        digest=digests.subscription(deps, person),
        is_muted=bypasses_settings.is_muted(deps, person),
    )
