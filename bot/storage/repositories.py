"""Repositories of one workspace, over one set of connections."""

from dataclasses import dataclass

from bot.domain.deliveries import Rates
from bot.storage.cards import Cards
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.storage.checkpoints import Checkpoints
from bot.storage.database import Database
from bot.storage.digests import Digests
from bot.storage.events import Events
from bot.storage.invitations import Invitations
from bot.storage.known_customers import KnownCustomers
from bot.storage.outbox import Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Repositories:
    """What the bot remembers."""

    database: Database
    outbox: Outbox
    events: Events
    subscriptions: ChannelSubscriptions
    digests: Digests
    cards: Cards
    invitations: Invitations
    checkpoints: Checkpoints
    known_customers: KnownCustomers

    @classmethod
    def of(cls, database: Database, *, workspace_id: str, rates: Rates | None = None) -> "Repositories":
        """Return the repositories of one workspace."""
        outbox = Outbox(database, workspace_id=workspace_id, rates=rates)
        return cls(
            database=database,
            outbox=outbox,
            events=Events(database),
            subscriptions=ChannelSubscriptions(database, outbox),
            digests=Digests(database),
            cards=Cards(database),
            invitations=Invitations(database, outbox),
            checkpoints=Checkpoints(database),
            known_customers=KnownCustomers(database),
        )
