"""The demonstration in a terminal: one request, from filing to decision, with the real bot."""

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bot.demo.running import running_bot, write_charter
from bot.sandbox.cast import Cast, demo_cast
from bot.sandbox.reader import as_text
from bot.sandbox.server import Sandbox


def play(*, locale: str) -> bool:
    """Play one request and print it, in French or English; tell whether it went the whole way."""
    words = WORDS[locale]
    with tempfile.TemporaryDirectory() as folder, Sandbox(cast=_cast(locale)) as slack:
        _say(words["start"])
        with running_bot(slack, Path(folder), write_charter(Path(folder), locale)):
            return _play(slack, words)


def _cast(locale: str) -> Cast:
    """Return the people, all speaking the language of the demonstration."""
    cast = demo_cast()
    spoken = {"fr": "fr-FR", "en": "en-US"}[locale]
    return replace(cast, people=tuple(replace(person, locale=spoken) for person in cast.people))


def _play(slack: Sandbox, words: dict[str, str]) -> bool:
    hugo, claire = slack.person("hugo"), slack.person("claire")
    _say(words["ask"])
    hugo.command("/arbitrage", words["title"], channel="produit")
    hugo.wait_view(lambda view: view["callback_id"] == "request.submit")
    hugo.fill({"question": "first", "impact": "retention", "squads": ["checkout", "onboarding"]})
    hugo.wait_view(lambda view: "U0CLAIRE" in str(view["blocks"]))
    hugo.fill({"effect": words["effect"], "option1_label": words["option"], "option1_cost": "8"})
    hugo.submit()
    if not slack.wait(lambda: len(slack.messages("arbitrages")) > 1, 10):
        return False
    card, panel = slack.messages("arbitrages")[:2]
    _show(slack, card)
    _show(slack, panel)
    _say(words["refused"])
    hugo.click("arbitrages", panel["ts"], "request.decide")
    slack.wait(lambda: bool(hugo.ephemerals("arbitrages")))
    _show(slack, hugo.ephemerals("arbitrages")[-1])
    _say(words["decide"])
    claire.click("arbitrages", panel["ts"], "request.decide")
    claire.wait_view(lambda view: view["callback_id"] == "decision.submit")
    claire.submit({"rationale": words["why"], "counterpart": words["gives_way"]})
    is_told = slack.wait(lambda: any(words["verdict"] in str(m) for m in hugo.dms()), 15)
    is_shown = slack.wait(lambda: words["verdict"] in str(slack.messages("arbitrages")[0]), 15)
    _show(slack, slack.messages("arbitrages")[0])
    _say(words["told"])
    _show(slack, hugo.dms()[-1])
    _say(words["end"])
    return is_told and is_shown


def _say(words: str) -> None:
    print(f"\n\033[1m{words}\033[0m" if sys.stdout.isatty() else f"\n{words}", flush=True)
    if sys.stdout.isatty():
        time.sleep(0.4)


def _show(slack: Sandbox, message: dict[str, object]) -> None:
    names = {user: person.member.name for user, person in slack.world.people.items()}
    for line in as_text(message, names).splitlines():
        print(f"  │ {line}")


WORDS = {
    "fr": {
        "start": "Un petit Slack local démarre, avec huit personnes ; le vrai bot s’y connecte.",
        "ask": "Hugo (ventes) tape /arbitrage dans #produit, et remplit le formulaire :",
        "title": "Faut-il passer l’export comptable avant la refonte du panier ?",
        "effect": "Rétention des comptes de plus de 50 postes : de 88 % à 92 %",
        "option": "Export d’abord, panier au cycle suivant",
        "refused": "Hugo essaie de trancher lui-même. On lui répond en privé :",
        "decide": "Claire (CPO) tranche dans le fil :",
        "why": "Douze comptes attendent l’export pour renouveler : 340 k€ de revenu récurrent.",
        "gives_way": "La refonte du panier passe au cycle suivant.",
        "verdict": "En premier",
        "told": "Hugo l’apprend en message direct :",
        "end": "C’est tout : une question, la bonne personne, une réponse qu’on retrouve.",
    },
    "en": {
        "start": "A small local Slack starts, with eight people; the real bot connects to it.",
        "ask": "Hugo (sales) types /arbitrage in #produit, and fills the form:",
        "title": "Should the accounting export go before the cart redesign?",
        "effect": "Retention of accounts over 50 seats: from 88% to 92%",
        "option": "Export first, cart next cycle",
        "refused": "Hugo tries to decide it himself. He is answered in private:",
        "decide": "Claire (CPO) decides in the thread:",
        "why": "Twelve accounts wait for the export to renew: €340k of recurring revenue.",
        "gives_way": "The cart redesign moves to the next cycle.",
        "verdict": "First",
        "told": "Hugo hears of it by direct message:",
        "end": "That is all: one question, the right person, an answer that can be found again.",
    },
}
