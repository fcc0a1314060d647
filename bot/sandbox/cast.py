"""Who works in the sandbox, and where they talk."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Member:
    """A person of the workspace. `locale` and `zone` are what Slack would say of them."""

    handle: str
    id: str
    name: str
    title: str
    locale: str = "fr-FR"
    zone: str = "Europe/Paris"
    is_guest: bool = False
    is_bot: bool = False
    is_stranger: bool = False

    @property
    def email(self) -> str:
        """Their address."""
        return f"{self.handle}@example.com"


@dataclass(frozen=True, kw_only=True)
class Room:
    """A channel and the handles of who is in it; everybody when none is named."""

    name: str
    id: str
    members: tuple[str, ...] = ()
    is_private: bool = False
    has_bot: bool = True


@dataclass(frozen=True, kw_only=True)
class Cast:
    """A workspace's people and channels."""

    people: tuple[Member, ...]
    rooms: tuple[Room, ...]


def demo_cast() -> Cast:
    """Return eight people and six channels of a believable scale-up."""
    return Cast(
        people=(
            Member(handle="claire", id="U0CLAIRE", name="Claire Morel", title="CPO"),
            Member(handle="karim", id="U0KARIM", name="Karim Benali", title="CTO"),
            Member(handle="lea", id="U0LEA", name="Léa Fontaine", title="PM, Paiement"),
            Member(
                handle="john",
                id="U0JOHN",
                name="John Parker",
                title="PM, Onboarding",
                locale="en-US",
                zone="Europe/London",
            ),
            Member(handle="thomas", id="U0THOMAS", name="Thomas Girard", title="EM"),
            Member(handle="amina", id="U0AMINA", name="Amina Diallo", title="Tech lead"),
            Member(handle="ines", id="U0INES", name="Inès Laurent", title="Designer"),
            Member(handle="hugo", id="U0HUGO", name="Hugo Petit", title="Head of Sales"),
        ),
        rooms=(
            Room(name="arbitrages", id="C0ARBITRAGES"),
            Room(name="produit", id="C0PRODUIT"),
            Room(name="tech", id="C0TECH"),
            Room(name="squad-paiement", id="C0PAIEMENT"),
            Room(name="squad-onboarding", id="C0ONBOARDING"),
            Room(name="general", id="C0GENERAL", has_bot=False),
        ),
    )
