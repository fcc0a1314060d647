from collections.abc import Mapping

import pytest

from bot.config.lexicon import load_detector
from bot.detection.detecting import Detector

CANONICAL: Mapping[str, tuple[str, ...]] = {
    "fr": (
        "Petit point rapide ?",
        "On peut glisser ça dans le sprint ?",
        "Tu me valides le périmètre du lot 2 ?",
        "On décale la mise en prod d'une semaine, ça te va ?",
        "Sauf avis contraire, je retire l'export du lot 3.",
        "Tu peux passer CRD-12 en P0 ?",
        "On coupe la V2 ou on repousse la date ? tranche stp",
        "J'ai besoin de deux devs de ton équipe jusqu'à la fin du sprint, c'est bon pour toi ?",
        "Kafka ou RabbitMQ pour les événements ? C'est toi qui décides.",
        "Je peux dire au client que c'est bon pour juin ?",
    ),
    "en": (
        "Quick sync?",
        "Can we squeeze this into the sprint?",
        "Can you sign off on dropping the export from the release?",
        "OK with you if we push the go-live by two weeks?",
        "Unless I hear otherwise, I'm dropping the mobile app from the MVP.",
        "Can you bump API-42 to the top of the backlog?",
        "Postgres or Mongo for the event store? Your call.",
        "Can I tell the client it ships in March?",
        "Can I borrow two of your engineers for the next sprint?",
    ),
}
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
