import pytest

from bot.config.lexicon import load_detector, load_lexicon
from bot.detection.detecting import Detector

CANONICAL = load_lexicon().canonical
ORDINARY: tuple[str, ...] = (
    "C'est prévu pour quand la v2 ?",
    "on fait quoi en premier, on redémarre le pod ou on rollback ??",
    "tu peux valider ma PR vite fait ?",
    "tu peux valider mes congés ?",
    "on décale la rétro à 15h ?",
    "t'as 5 min pour m'aider à lancer docker ?",
    "t'es là ?",
    "tu as une minute ?",
    "Le comité a décidé de reporter la V2 à juin.",
    "Passe par /arbitrage, tu auras la réponse jeudi.",
    "pizza ou sushi ce midi ?",
    "Merci pour la démo !",
    "can you review my PR?",
    "Which version shipped last week?",
    "pub tonight?",
    "ok",
    "👍",
)


@pytest.fixture(scope="session")
def detector() -> Detector:
    return load_detector()
